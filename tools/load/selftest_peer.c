/* selftest_peer.c: V2, V3: throughput and times as others measure them, on the same server. A triple is a run of ours, the peer's, and
 * ours again. From it come both the peer against us and, in the same moments, ours against ours: that tells how large a difference
 * may be. Triples in which something else ran do not count. */
#include "tools/load/selftest_parts.h"

#include "tools/load/stats.h"

#include <math.h>

#define SHARE_MAX 0.02 /* of throughput */
#define TIME_MAX 0.05 /* of times */
#define NOISE_MAX 0.08 /* of ours against ours: beyond it a comparison says nothing; virtual machines show 4 to 6 % */
#define BUSY_MIN 0.95 /* of a processor, with several connections: else how fast a client sends decides */
#define TRIPLES_MAX 20
#define DISCARDS_PER_TRIPLE 2

/* A load generator to compare with. */
struct rival {
    const char *name, *package, *row;
    const char *before, *between; /* its words, up to the connections, then up to the seconds */
    const char *time_name; /* which of its times is looked at */
};
static const struct rival rivals[] = {{"wrk", "wrk", "V2", "wrk -t1 --latency -c", " -d", "p50"},
                                      {"h2load", "nghttp2-client", "V3", "h2load --h1 -t1 -c", " -D", "mean"}};

/* What one run says; rate 0: it failed. */
struct slice_said {
    double rate, time_ns, max_ns, busy; /* busy: of the server; the peers do not say */
};

struct match {
    struct selftest *t;
    struct target *s;
    const struct rival *rival;
    int connections;
    const char *seconds;
    size_t n; /* triples that count */
    struct slice_said ours[2][TRIPLES_MAX], theirs[TRIPLES_MAX];
};

static struct slice_said our_slice(const struct match *m)
{
    struct load l;
    struct slice_said said = {.rate = 0};
    char args[128];
    (void)snprintf(args, sizeof args, "-t 1 -c %d -d %s --warmup 0s --server-pid %d", m->connections, m->seconds,
                   (int)m->s->child.pid);
    if (load_run(m->t, &l, m->s, args, 60 * NS_PER_S) == 0 && l.result.measured_ns) {
        const struct hist *h = &l.result.all.hist[HIST_SERVICE];
        double ns = (double)l.result.measured_ns;
        said.rate = (double)l.result.all.completed * 1e9 / ns;
        said.time_ns = m->rival == &rivals[0] ? (double)hist_percentile(h, 50) : hist_mean(h);
        said.max_ns = (double)h->max_ns;
        said.busy = (double)l.result.server.cpu_ns / ns;
    }
    load_deinit(&l);
    return said;
}

static struct slice_said their_slice(const struct match *m)
{
    struct child c;
    struct peer_words words = {0};
    char args[128];
    (void)snprintf(args, sizeof args, "%s%d%s%s", m->rival->before, m->connections, m->rival->between, m->seconds);
    if (peer_start(m->t, &c, m->s, args) == 0) (void)peer_finish(&c, 60 * NS_PER_S, &words);
    return (struct slice_said){words.per_s, m->rival == &rivals[0] ? words.p50_ns : words.mean_ns, words.max_ns, 0};
}

static bool is_whole(const struct slice_said *s)
{
    return s->rate > 0 && s->time_ns > 0;
}

/* Until there are so many quiet triples. NULL, or why there are not. */
static const char *collect(struct match *m, size_t wanted)
{
    size_t discards = 0;
    for (m->n = 0; m->n < wanted;) {
        struct quiet q;
        struct slice_said *a = &m->ours[0][m->n], *b = &m->theirs[m->n], *again = &m->ours[1][m->n];
        quiet_begin(&q, m->s->child.pid);
        *a = our_slice(m);
        *b = their_slice(m);
        *again = our_slice(m);
        if (!is_whole(a) || !is_whole(b) || !is_whole(again)) return "a run failed";
        if (quiet_end(&q, m->s->child.pid) <= OTHERS_MAX) m->n++;
        else if (++discards > DISCARDS_PER_TRIPLE * wanted) return "something else kept using the processors";
    }
    return NULL;
}

/* ---- what follows ---- */

static double rate_of(const struct slice_said *s)
{
    return s->rate;
}

static double time_of(const struct slice_said *s)
{
    return s->time_ns;
}

/* ab: the peer ÷ the mean of ours around it; aa: ours after ÷ ours before. */
static bool weigh(const struct match *m, double (*of)(const struct slice_said *s), struct stats_ratio *ab,
                  struct stats_ratio *aa)
{
    double before[TRIPLES_MAX], after[TRIPLES_MAX], ours[TRIPLES_MAX], theirs[TRIPLES_MAX];
    for (size_t i = 0; i < m->n; i++) {
        before[i] = of(&m->ours[0][i]);
        after[i] = of(&m->ours[1][i]);
        ours[i] = sqrt(before[i] * after[i]);
        theirs[i] = of(&m->theirs[i]);
    }
    return stats_ratio(ours, theirs, m->n, 1, ab) == 0 && stats_ratio(before, after, m->n, 1, aa) == 0;
}

static double reach(const struct stats_ratio *aa)
{
    return fmax(fabs(aa->low - 1), fabs(aa->high - 1));
}

static double server_busy(const struct match *m)
{
    double sum = 0;
    for (size_t i = 0; i < m->n; i++) sum += m->ours[0][i].busy + m->ours[1][i].busy;
    return sum / (2 * (double)m->n);
}

/* least: what may differ in any case. */
static void tell(const struct match *m, struct row *r, double (*of)(const struct slice_said *s), double least)
{
    struct stats_ratio ab, aa;
    if (!weigh(m, of, &ab, &aa)) {
        row_broken(r, "a figure is 0");
        return;
    }
    double off = fabs(ab.ratio - 1), allowed = fmax(least, reach(&aa)), busy = server_busy(m);
    row_measured(r, "%s / ours = %.3f (%.3f to %.3f), ours / ours = %.3f (%.3f to %.3f), %zu triples", m->rival->name, ab.ratio,
                 ab.low, ab.high, aa.ratio, aa.low, aa.high, m->n);
    if (m->connections == 1) {
        r->passed = true;
        row_bound(r, "none: the server is busy for %.0f %% of the time only, so the client's own speed decides", busy * 100);
        return;
    }
    r->passed = off <= allowed && reach(&aa) <= NOISE_MAX && busy >= BUSY_MIN;
    if (busy < BUSY_MIN) {
        row_bound(r, "not met: the server has to be the bottleneck, and was busy for %.0f %% of the time only", busy * 100);
        return;
    }
    row_bound(r, "within %.1f %%: the larger of %.0f %% and ours / ours, which has to be within %.0f %%", allowed * 100,
              least * 100, NOISE_MAX * 100);
}

/* ---- the rows ---- */

static double most(const struct slice_said *s, size_t n)
{
    double max = 0;
    for (size_t i = 0; i < n; i++) max = fmax(max, s[i].max_ns);
    return max;
}

/* The longest of all: no ratio of a few of them says anything, but they have to be of one kind. */
static void add_longest(const struct match *m, struct row *r)
{
    double ours = fmax(most(m->ours[0], m->n), most(m->ours[1], m->n)), theirs = most(m->theirs, m->n);
    size_t len = strlen(r->measured);
    if (theirs > 0)
        (void)snprintf(r->measured + len, sizeof r->measured - len, "; longest %.1f ms, %s %.1f ms", ours / 1e6, m->rival->name,
                       theirs / 1e6);
}

static void play(struct match *m, size_t triples, struct row *rate, struct row *time)
{
    const char *wrong = collect(m, triples);
    if (wrong) {
        row_broken(rate, wrong);
        row_broken(time, wrong);
        rate->skipped = time->skipped = m->t->quick;
        return;
    }
    tell(m, rate, rate_of, SHARE_MAX);
    tell(m, time, time_of, TIME_MAX);
    add_longest(m, time);
}

static void rows_of(struct selftest *t, const struct rival *rival)
{
    static const int connections[] = {64, 1, 16, 256};
    size_t n = t->quick ? 1 : sizeof connections / sizeof *connections;
    for (size_t i = 0; i < n; i++) {
        struct target s;
        char what[sizeof((struct row *)0)->what];
        const char *plural = connections[i] == 1 ? "" : "s";
        (void)snprintf(what, sizeof what, "throughput as %s measures it, %d connection%s", rival->name, connections[i], plural);
        struct row *rate = row_new(t, rival->row, what);
        if (!program_is_installed(rival->name)) {
            row_skip(rate, rival->name, rival->package);
            return;
        }
        (void)snprintf(what, sizeof what, "%s service time as %s measures it, %d connection%s", rival->time_name, rival->name,
                       connections[i], plural);
        struct row *time = row_new(t, rival->row, what);
        /* A server whose core is the bottleneck: it works for a while on each answer. */
        if (target_responder(t, &s, "--work 20") < 0) {
            row_broken(rate, "the responder did not start");
            row_broken(time, "the responder did not start");
            return;
        }
        static struct match m; /* large */
        m = (struct match){.t = t, .s = &s, .rival = rival, .connections = connections[i], .seconds = t->quick ? "1s" : "2s"};
        play(&m, t->quick ? 3 : t->longer ? TRIPLES_MAX : 10, rate, time);
        target_end(&s);
    }
}

void selftest_wrk(struct selftest *t)
{
    rows_of(t, &rivals[0]);
}

void selftest_h2load(struct selftest *t)
{
    rows_of(t, &rivals[1]);
}
