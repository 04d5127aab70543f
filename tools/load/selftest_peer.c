/* selftest_peer.c: V2, V3: throughput as others measure it. The same server, in turns A B B A; what the difference may be is told
 * by runs of our own against ourselves. */
#include "tools/load/selftest_parts.h"

#include "tools/load/stats.h"

#include <math.h>

#define SHARE_MAX 0.02
#define NOISE_MAX 0.04 /* of ours against ours: beyond it a comparison says nothing */
#define TRIES 3
#define PAIRS_MAX 20

struct match {
    struct selftest *t;
    struct target *s;
    int connections;
    const char *seconds;
    const char *peer; /* how the peer is called, with %d for connections and %s for seconds; NULL: ourselves */
};

/* Requests per second; 0: it failed. */
static double our_rate(const struct match *m)
{
    struct load l;
    char args[128];
    double rate = 0;
    (void)snprintf(args, sizeof args, "-t 1 -c %d -d %s --warmup 0s", m->connections, m->seconds);
    if (load_run(m->t, &l, m->s, args, 60 * NS_PER_S) == 0 && l.result.measured_ns)
        rate = (double)l.result.all.completed * 1e9 / (double)l.result.measured_ns;
    load_deinit(&l);
    return rate;
}

static double wrk_rate(const struct match *m)
{
    struct child c;
    struct peer_words words = {0};
    char args[128];
    (void)snprintf(args, sizeof args, "wrk -t1 -c%d -d%s", m->connections, m->seconds);
    if (peer_start(m->t, &c, m->s, args) == 0) (void)peer_finish(&c, 60 * NS_PER_S, &words);
    return words.per_s;
}

static double h2load_rate(const struct match *m)
{
    struct child c;
    struct peer_words words = {0};
    char args[128];
    (void)snprintf(args, sizeof args, "h2load --h1 -t1 -c%d -D%s", m->connections, m->seconds);
    if (peer_start(m->t, &c, m->s, args) == 0) (void)peer_finish(&c, 60 * NS_PER_S, &words);
    return words.per_s;
}

static double rate_of(const struct match *m)
{
    if (!m->peer) return our_rate(m);
    return m->peer[0] == 'w' ? wrk_rate(m) : h2load_rate(m);
}

/* a: ourselves; b: the peer. A B, then B A. */
static bool compare(const struct match *m, size_t pairs, struct stats_ratio *out)
{
    double a[PAIRS_MAX], b[PAIRS_MAX];
    for (size_t i = 0; i < pairs; i++) {
        bool first = i % 2 == 0;
        if (first) a[i] = our_rate(m);
        b[i] = rate_of(m);
        if (!first) a[i] = our_rate(m);
    }
    return stats_ratio(a, b, pairs, 1, out) == 0;
}

static double reach(const struct stats_ratio *aa)
{
    return fmax(fabs(aa->low - 1), fabs(aa->high - 1));
}

/* Both comparisons while the machine was quiet enough for ours against ours. False: the row has said why not. */
static bool quiet_pair(struct match *m, const char *peer, size_t pairs, struct stats_ratio *aa, struct stats_ratio *ab,
                       struct row *r)
{
    int tries = m->t->quick ? 1 : TRIES;
    for (int i = 0; i < tries; i++) {
        m->peer = NULL;
        bool ok = compare(m, pairs, aa);
        if (ok && reach(aa) > NOISE_MAX) continue;
        m->peer = peer;
        if (ok && compare(m, pairs, ab)) return true;
        row_broken(r, "a run failed");
        return false;
    }
    row_broken(r, "the machine was too noisy");
    row_measured(r, "not tried: the machine was too noisy, ours / ours = %.3f (%.3f to %.3f)", aa->ratio, aa->low, aa->high);
    r->skipped = m->t->quick;
    return false;
}

static void play(struct match *m, const char *peer, size_t pairs, struct row *r)
{
    struct stats_ratio aa, ab;
    if (!quiet_pair(m, peer, pairs, &aa, &ab, r)) return;
    double off = fabs(ab.ratio - 1), allowed = fmax(SHARE_MAX, reach(&aa));
    r->passed = off <= allowed;
    row_measured(r, "%s / ours = %.3f (%.3f to %.3f), ours / ours = %.3f (%.3f to %.3f), %zu pairs", peer, ab.ratio, ab.low,
                 ab.high, aa.ratio, aa.low, aa.high, pairs);
    row_bound(r, "within %.1f %%: the larger of 2 %% and ours against ours", allowed * 100);
}

static void rows_of(struct selftest *t, const char *name, const char *peer, const char *package)
{
    static const int connections[] = {64, 1, 16, 256};
    size_t n = t->quick ? 1 : sizeof connections / sizeof *connections;
    for (size_t i = 0; i < n; i++) {
        struct target s;
        char what[sizeof((struct row *)0)->what];
        (void)snprintf(what, sizeof what, "throughput as %s measures it, %d connection%s", peer, connections[i],
                       connections[i] == 1 ? "" : "s");
        struct row *r = row_new(t, name, what);
        if (!program_is_installed(peer)) {
            row_skip(r, peer, package);
            return;
        }
        /* A server whose core is the bottleneck: it works for a while on each answer. */
        if (target_responder(t, &s, "--work 20") < 0) {
            row_broken(r, "the responder did not start");
            return;
        }
        struct match m = {t, &s, connections[i], t->quick ? "1s" : "3s", NULL};
        play(&m, peer, t->quick ? 3 : t->longer ? PAIRS_MAX : 10, r);
        target_end(&s);
    }
}

void selftest_wrk(struct selftest *t)
{
    rows_of(t, "V2", "wrk", "wrk");
}

void selftest_h2load(struct selftest *t)
{
    rows_of(t, "V3", "h2load", "nghttp2-client");
}
