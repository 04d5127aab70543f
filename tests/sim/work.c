/* work.c: see work.h. */
#include "work.h"

#include "server.h"
#include "world.h"

bool work_gate_open;

static bool is_open(void *arg)
{
    (void)arg;
    return work_gate_open;
}

static void step(struct client *k)
{
    switch (sim_below(33)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
    case 5: work_submit(k); break;
    case 6:
    case 7:
    case 8: work_fetch(k, 1 + (int)(k->index % 3), sim_one_in(3) ? 4 : 1, sim_one_in(5) ? 1 : 0, true); break;
    case 9: work_fetch(k, (int)sim_between(1, 3), 1, 0, true); break;
    case 10:
    case 11:
    case 12:
    case 13:
    case 14:
    case 15: work_end(k); break;
    case 16:
    case 17: work_end_outdated(k); break;
    case 18:
    case 19: work_heartbeat(k); break;
    case 20:
        if (sim_one_in(2)) work_cancel(k);
        break;
    case 21:
    case 22: work_look(k); break;
    case 23:
    case 24: work_call(k); break;
    case 25: work_burst(k); break;
    case 26:
        if (sim_one_in(2)) work_nonsense(k);
        break;
    case 27:
    case 28: work_batch(k); break;
    case 29: work_batch_again(k); break;
    case 30: work_bulk_cancel(k); break;
    case 31: work_set_queue(k); break;
    default:
        if (sim_one_in(12)) work_dawdle(k);
        else work_hang_up(k, sim_one_in(2));
        break;
    }
}

static void pause(void)
{
    uint64_t most = sim_one_in(20) ? 4 * NS_PER_S : sim_one_in(4) ? 100 * NS_PER_MS : 2 * NS_PER_MS;
    sim_sleep(sim_below(most));
}

void *work_run(void *client)
{
    struct client *k = client;
    for (;;) {
        if (!work_gate_open) {
            work_hang_up(k, false);
            k->resting = true;
            (void)sim_wait(is_open, NULL, UINT64_MAX);
            k->resting = false;
        }
        step(k);
        pause();
    }
}
