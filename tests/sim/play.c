/* play.c: see play.h. */
#include "play.h"

#include "disk.h"
#include "server.h"
#include "work.h"
#include "world.h"

#include "base/check.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLIENTS_MAX 8
#define FINISH_NS (120 * NS_PER_S) /* for all that is left to be done, once nobody disturbs */

static struct client clients[CLIENTS_MAX], checker = {.name = "checker"};

static bool all_rest(void *arg)
{
    (void)arg;
    for (uint32_t i = 0; i < sim.p.clients; i++)
        if (!clients[i].resting) return false;
    return true;
}

static void close_gate(void)
{
    work_gate_open = false;
    sim.goal = "clients end what they are at";
    if (!sim_wait(all_rest, NULL, sim.now_ns + 200 * NS_PER_S)) sim_fail("a client does not get through");
}

/* ---- looking at every job ---- */

/* What cannot be answered is asked once more. False: it never will be, as the disk has failed, and what is not on it is not shown. */
static bool again(int *tries, const char *what)
{
    if (sim.disk_failed_ns && *tries > 3) return false;
    if (++*tries > 100) sim_fail("%s", what);
    sim_sleep(50 * NS_PER_MS);
    return true;
}

/* False: there is no answer to forget. */
static bool look(struct model_job *j, struct asked *a)
{
    char path[96];
    int tries = 0;
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s", j->id);
    do {
        *a = work_ask(&checker, "GET", path, "", "", false);
        if (a->status && a->status != 503) return true;
        work_forget(a);
    } while (again(&tries, "a job cannot be looked at"));
    return false;
}

static bool is_call_left(const struct model_call *c)
{
    return c->told == TOLD_OPEN && !c->is_given_up;
}

static void look_at_calls(bool all)
{
    for (uint32_t i = 0, n = model_n_calls(); i < n; i++) {
        struct model_call *c = model_call_at(i);
        int tries = 0;
        while ((all || is_call_left(c)) && !work_call_look(&checker, c, false) &&
               again(&tries, "the job of a call cannot be looked at"))
            continue;
    }
}

/* As many jobs as firings, before and after. */
static void count_firings(void)
{
    int tries = 0;
    while (!work_cron_count(&checker))
        if (!again(&tries, "the jobs of schedules cannot be looked at")) return;
    for (uint32_t name = 0; name < MODEL_CRONS; name++) {
        while (!work_cron_look(&checker, name, false))
            if (!again(&tries, "a schedule cannot be looked at")) return;
        model_cron_compare(name);
    }
}

static void settle_jobs(void)
{
    for (uint32_t i = 0; i < model_n(); i++) {
        struct model_job *j = model_at(i);
        if (!j->id[0] || j->is_settled) continue;
        struct asked a;
        if (!look(j, &a)) continue;
        model_settle(j, a.status, a.json);
        work_forget(&a);
    }
}

static void settle_all(void)
{
    int tries = 0;
    sim.goal = "every job is looked at";
    settle_jobs();
    while (!work_letters(&checker, false) && again(&tries, "a dead letter is not in the list")) continue;
    settle_jobs(); /* those that nobody had heard of before */
    look_at_calls(true);
    for (uint32_t name = 0; name < MODEL_CRONS; name++)
        while (!work_cron_settle(&checker, name) && again(&tries, "a schedule cannot be looked at")) continue;
    count_firings();
}

/* ---- lives ---- */

static void start(void)
{
    const char *why;
    uint64_t began_ns = sim.now_ns;
    if (!server_up(&why)) {
        if (sim.p.disk_bytes >= DISK_WIDE) sim_fail("it does not start again: %s", why);
        sim.p.disk_bytes = DISK_WIDE; /* an operator makes room */
        server_crash(false);
        if (!server_up(&why)) sim_fail("it does not start again: %s", why);
    }
    model_back(began_ns);
    settle_all();
    work_hang_up(&checker, false);
}

static void end_life(void)
{
    uint64_t how = sim_below(5);
    bool power = how > 1;
    if (how == 0) server_stop();
    else server_crash(power);
    uint64_t when_ns = sim.disk_failed_ns ? sim.disk_failed_ns : sim.now_ns; /* later on nothing reached the disk */
    sim.disk_failed_ns = 0;
    close_gate();
    model_crashed(when_ns, power);
}

/* ---- the end: everything can be finished ---- */

static bool is_left(const struct model_job *j)
{
    return j->id[0] && j->told == TOLD_OPEN;
}

static uint32_t count_left(void)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < model_n(); i++) n += is_left(model_at(i));
    for (uint32_t i = 0; i < model_n_calls(); i++) n += is_call_left(model_call_at(i));
    return n;
}

static void look_at_left(void)
{
    look_at_calls(false);
    for (uint32_t i = 0; i < model_n(); i++) {
        struct model_job *j = model_at(i);
        if (!is_left(j)) continue;
        uint64_t order = model_tick();
        struct asked a;
        if (!look(j, &a)) continue;
        model_seen(j, order, a.status, a.json);
        work_forget(&a);
    }
}

static bool acknowledge_all(void)
{
    bool had_some = checker.n_hands > 0;
    while (checker.n_hands) {
        checker.n_hands--;
        work_ack(&checker, checker.hands[checker.n_hands].job, checker.hands[checker.n_hands].token, false);
    }
    return had_some;
}

/* An operator lets everything go on again. */
static void open_all(void)
{
    int tries = 0;
    sim.goal = "every queue is resumed";
    for (int queue = 0; queue < MODEL_QUEUES; queue++)
        for (int what = SET_PAUSED; what <= SET_LIMIT; what++)
            while (!work_set(&checker, queue, (enum model_set)what, 0, false) && again(&tries, "a queue cannot be resumed"))
                continue;
    while (!work_cron_pause(&checker, false, false) && again(&tries, "the queue of schedules cannot be resumed")) continue;
}

/* One worker that never fails takes what is there until nothing is left: no job has been forgotten. */
static void finish_all(void)
{
    uint64_t until_ns = sim.now_ns + FINISH_NS;
    sim.goal = "everything is finished";
    while (count_left()) {
        if (sim.now_ns > until_ns) sim_fail("%u jobs are never finished", count_left());
        /* All that a queue has: to look at what is left takes long on a slow network. */
        for (int queue = 1; queue < MODEL_QUEUES; queue++) {
            do work_fetch(&checker, 1u << queue, 4, 0, false);
            while (acknowledge_all());
        }
        look_at_left();
        sim_sleep(100 * NS_PER_MS);
    }
}

/* Nobody is late, and nothing was fired twice. */
static void end_schedules(void)
{
    uint64_t wall_ms = sim_wall_ns() / NS_PER_MS;
    count_firings();
    for (uint32_t name = 0; name < MODEL_CRONS; name++) model_cron_check_late(name, wall_ms);
}

void *play(void *arg)
{
    (void)arg;
    disk_format();
    for (uint32_t i = 0; i < sim.p.clients; i++) {
        clients[i].index = i;
        (void)snprintf(clients[i].name, sizeof clients[i].name, "client%u", i % 100);
        (void)sim_thread_start(clients[i].name, 0, work_run, &clients[i]);
    }
    for (uint32_t life = 0; life < sim.p.lives; life++) {
        start();
        work_gate_open = true;
        sim_sleep(sim_between(50 * NS_PER_MS, sim_one_in(3) ? 8 * NS_PER_S : NS_PER_S));
        end_life();
    }
    sim.p.disk_fails = 0;
    sim.p.disk_bytes = DISK_WIDE;
    start();
    open_all();
    finish_all();
    end_schedules();
    work_hang_up(&checker, false);
    server_stop();
    model_crashed(sim.now_ns, false);
    start();
    server_stop();
    return NULL;
}
