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

/* ---- steps and their odds ---- */

static void fetch_own(struct client *k)
{
    work_fetch(k, 2u << k->index % 3, sim_one_in(3) ? 4 : 1, sim_one_in(5) ? 1 : 0, true);
}

static void fetch_any(struct client *k)
{
    work_fetch(k, (uint32_t)sim_between(1, 7) << 1, sim_one_in(3) ? 4 : 1, sim_one_in(2) ? 1 : 0, true);
}

static void look_at_letters(struct client *k)
{
    (void)work_letters(k, true);
}

static void hang_up(struct client *k)
{
    work_hang_up(k, sim_one_in(2));
}

static void step(struct client *k)
{
    static const struct {
        uint32_t odds;
        void (*take)(struct client *k);
    } steps[] = {{70, work_submit},    {35, fetch_own},      {26, fetch_any},    {70, work_end},       {22, work_end_outdated},
                 {16, work_heartbeat}, {16, work_progress},  {6, work_cancel},   {22, work_look},      {20, work_call},
                 {8, work_adopted},    {10, work_burst},     {5, work_nonsense}, {18, work_batch},     {10, work_batch_again},
                 {9, work_bulk},       {10, work_set_queue}, {18, work_letter},  {2, look_at_letters}, {14, work_cron},
                 {9, hang_up},         {1, work_dawdle},       {12, work_stranger}};
    uint32_t n = sizeof steps / sizeof *steps, all = 0, i;
    for (i = 0; i < n; i++) all += steps[i].odds;
    uint64_t drawn = sim_below(all);
    for (i = 0; drawn >= steps[i].odds; i++) drawn -= steps[i].odds;
    steps[i].take(k);
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
