/* selftest_fault.c: V6, V7: a server that freezes; requests that are never answered. What other load generators make of it stands
 * beside. */
#include "tools/load/selftest_parts.h"

#include <math.h>
#include <signal.h>
#include <string.h>

#define FREEZE_AT_NS (2 * NS_PER_S)
#define TRIES 3 /* others use the processors: once is enough to show that we measure it */
#define FREEZE_NS NS_PER_S
#define NEAR 0.02

/* ---- V6 ---- */

/* Stops the server for a while. Returns for how long it was. */
static uint64_t freeze(const struct target *s, uint64_t start_ns)
{
    selftest_sleep_until(start_ns + FREEZE_AT_NS);
    (void)kill(s->child.pid, SIGSTOP);
    uint64_t stopped = clock_now_ns();
    selftest_sleep_until(stopped + FREEZE_NS);
    (void)kill(s->child.pid, SIGCONT);
    return clock_now_ns() - stopped;
}

/* Requests that came in during the freeze wait for the rest of it: of all, a share of v less than its end waits longer than the
 * percentile's value. */
static double frozen_percentile_s(double freeze_s, int run_s, double percent)
{
    return freeze_s - (1 - percent / 100) * run_s;
}

static void tell_freeze(struct row *r, const struct load *l, int run_s, uint64_t frozen_ns)
{
    const struct hist *h = &l->result.all.hist[HIST_RESPONSE];
    double p95 = (double)hist_percentile(h, 95) / 1e9, p99 = (double)hist_percentile(h, 99) / 1e9;
    double t95 = frozen_percentile_s((double)frozen_ns / 1e9, run_s, 95),
           t99 = frozen_percentile_s((double)frozen_ns / 1e9, run_s, 99);
    r->passed = fabs(p95 / t95 - 1) <= NEAR && fabs(p99 / t99 - 1) <= NEAR;
    row_measured(r, "p95 %.0f ms, p99 %.0f ms", p95 * 1e3, p99 * 1e3);
    row_bound(r, "%.0f and %.0f ms, within 2 %%", t95 * 1e3, t99 * 1e3);
}

/* Adds what a peer makes of the same freeze. */
static void peer_frozen(struct selftest *t, const char *name, const char *args, char *out, size_t room)
{
    struct target s;
    struct child c;
    struct peer_words words;
    size_t len = strlen(out);
    if (!program_is_installed(name) || target_responder(t, &s, "plain") < 0) return;
    uint64_t start = clock_now_ns();
    if (peer_start(t, &c, &s, args) == 0) {
        (void)freeze(&s, start);
        if (peer_finish(&c, 30 * NS_PER_S, &words) == 0) (void)snprintf(out + len, room - len, "; %s: %s", name, words.latency);
    }
    target_end(&s);
}

/* Once; the row says how it went. */
static void try_freeze(struct selftest *t, struct row *r, int run_s)
{
    struct target s;
    struct load l = {.why = "it could not be started"};
    char args[96];
    if (target_responder(t, &s, "plain") < 0) {
        row_broken(r, "the responder did not start");
        return;
    }
    /* More connections than requests during the freeze: each is sent when it is due. */
    (void)snprintf(args, sizeof args, "-c 600 -R 500 -d %ds --warmup 0s --cooldown 5s", run_s);
    uint64_t start = clock_now_ns(), frozen = 0;
    int rc = load_start(t, &l, &s, args);
    if (rc == 0) frozen = freeze(&s, start);
    if (rc == 0) rc = load_finish(&l, 30 * NS_PER_S);
    if (rc == 0) tell_freeze(r, &l, run_s, frozen);
    else row_broken(r, l.why);
    load_deinit(&l);
    target_end(&s);
}

void selftest_freeze(struct selftest *t)
{
    int run_s = t->quick ? 5 : 10;
    char what[sizeof((struct row *)0)->what], others[160] = "";
    (void)snprintf(what, sizeof what, "server frozen for 1 s of %d", run_s);
    struct row *r = row_new(t, "V6", what);
    for (int i = 0; i < TRIES && !r->passed; i++) try_freeze(t, r, run_s);
    if (t->quick || !r->passed) return;
    peer_frozen(t, "wrk", "wrk -t1 -c64 -d10s --latency", others, sizeof others);
    peer_frozen(t, "h2load", "h2load --h1 -t1 -c64 -D10s", others, sizeof others);
    size_t len = strlen(r->measured);
    (void)snprintf(r->measured + len, sizeof r->measured - len, "%s", others);
}

/* ---- V7 ---- */

static void peer_hung(struct selftest *t, char *out, size_t room)
{
    struct target s;
    struct child c;
    struct peer_words words;
    struct truth truth;
    if (!program_is_installed("wrk") || target_responder(t, &s, "hang:0.05%") < 0) return;
    if (peer_start(t, &c, &s, "wrk -t1 -c64 -d2s") == 0 && peer_finish(&c, 30 * NS_PER_S, &words) == 0 &&
        target_truth(&s, &truth) == 0) {
        (void)snprintf(out, room, "; wrk, with %llu hanging: %s", (unsigned long long)truth.faults[FAULT_HANG], words.errors);
        truth_deinit(&truth);
    }
    target_end(&s);
}

void selftest_hang(struct selftest *t)
{
    struct row *r = row_new(t, "V7", "1 % of the requests are never answered");
    struct target s;
    struct load l = {0};
    struct truth truth;
    char others[192] = "";
    row_bound(r, "unanswered: exactly what the server left so, and what was not sent");
    if (target_responder(t, &s, "hang:1%") < 0) {
        row_broken(r, "the responder did not start");
        return;
    }
    if (load_run(t, &l, &s, "-c 200 -R 2000 -d 3s --warmup 0s --cooldown 3s", 30 * NS_PER_S) < 0) {
        row_broken(r, l.why);
    } else if (target_truth(&s, &truth) < 0) {
        row_broken(r, "the responder's counts are missing");
    } else {
        const struct group_result *all = &l.result.all;
        peer_hung(t, others, sizeof others);
        /* What was due when the time was over, and had not been sent for want of a processor, is unanswered as well. */
        uint64_t unsent = all->completed + all->failed + all->censored + all->dropped - all->issued;
        r->passed = all->censored == truth.faults[FAULT_HANG] + unsent && all->completed == truth.answered &&
                    all->issued == truth.requests && all->hist[HIST_CENSORED].count == all->censored;
        row_measured(r, "%llu unanswered of %llu, the server: %llu of %llu; %llu due and not sent%s", (unsigned long long)all->censored,
                     (unsigned long long)all->issued, (unsigned long long)truth.faults[FAULT_HANG],
                     (unsigned long long)truth.requests, (unsigned long long)unsent, others);
        truth_deinit(&truth);
    }
    load_deinit(&l);
    target_end(&s);
}
