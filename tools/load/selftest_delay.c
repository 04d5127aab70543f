/* selftest_delay.c: V1: a server that answers after known delays; every percentile has to come out as the server played it.
 *
 * The server's own clock is the truth: from when the kernel got a request to when its answer was sent, so that what disturbs the
 * server is part of it. What disturbs the load generator is not; therefore it gets a processor where nothing else should run, and
 * seconds in which something did, by how late it sent its requests or by the processors' time, do not count. */
#include "tools/load/selftest_parts.h"

#define SLACK_NS (20 * NS_PER_US)
#define LATE_P999_NS (100 * NS_PER_US) /* more is no quiet second: of the load generator in sending, */
#define LAG_P999_NS NS_PER_MS          /* of the server in answering */
#define HIST_MAX_NS (3600 * NS_PER_S)

/* None of them stands at the step of the bimodal one (99). */
static const double percents[] = {50, 75, 90, 95, 98.5, 99.5, 99.9};

/* The sum of the quiet seconds. */
struct heard {
    struct hist truth, said, asked;
    int slices, quiet;
    bool broken;
};

struct deviation {
    double percent;
    uint64_t truth_ns, said_ns, off_ns, allowed_ns;
};

/* Where it is worst, by what is allowed. */
static struct deviation worst_of(const struct heard *h)
{
    struct deviation worst = {.allowed_ns = 1};
    for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) {
        uint64_t a = hist_percentile(&h->truth, percents[i]), b = hist_percentile(&h->said, percents[i]);
        uint64_t bucket = hist_highest_equivalent(&h->truth, a) - hist_lowest_equivalent(&h->truth, a) + 1;
        struct deviation d = {percents[i], a, b, a > b ? a - b : b - a, bucket + SLACK_NS};
        if ((double)d.off_ns / (double)d.allowed_ns >= (double)worst.off_ns / (double)worst.allowed_ns) worst = d;
    }
    return worst;
}

static void tell(struct row *r, const struct heard *h, bool quick)
{
    struct deviation d = worst_of(h);
    if (!h->quiet) {
        row_measured(r, "not tried: none of %d seconds was quiet: other programs use the processors", h->slices);
        r->skipped = quick;
        return;
    }
    r->passed = d.off_ns <= d.allowed_ns && h->said.count == h->truth.count;
    row_measured(
        r,
        "at most %.1f us off (p%g: %.1f us, truth %.1f us); p50 %.1f us, asked %.1f us; %llu answers of %d quiet seconds in %d",
        (double)d.off_ns / 1e3, d.percent, (double)d.said_ns / 1e3, (double)d.truth_ns / 1e3,
        (double)hist_percentile(&h->said, 50) / 1e3, (double)hist_percentile(&h->asked, 50) / 1e3,
        (unsigned long long)h->said.count, h->quiet, h->slices);
}

/* Histograms that were read back need not be as large as ours. */
static void add_all(struct hist *into, const struct hist *from)
{
    uint64_t ns, n;
    for (uint32_t cursor = 0; hist_next(from, &cursor, &ns, &n);) hist_add_n(into, ns, n);
}

static bool is_quiet(const struct load *l, const struct truth *truth, double others)
{
    return others <= OTHERS_MAX && hist_percentile(&l->result.all.hist[HIST_LATENESS], 99.9) <= LATE_P999_NS &&
           hist_percentile(&truth->actual, 99.9) <= hist_percentile(&truth->chosen, 99.9) + LAG_P999_NS;
}

/* The server does not spin, the load generator does: what else runs finds room on the server's processor. */
static void one_second(struct selftest *t, const char *mode, struct heard *h, struct row *r)
{
    struct target s;
    struct load l = {.why = "the responder did not start"};
    struct truth truth;
    struct quiet q;
    char args[128];
    quiet_begin(&q, 0);
    (void)snprintf(args, sizeof args, "--stamp --seed %d %s", h->slices + 1, mode);
    int rc = target_responder(t, &s, args);
    if (rc == 0) rc = load_run(t, &l, &s, "-c 64 -R 1000 -d 1s --warmup 0s --cooldown 2s --busy", 20 * NS_PER_S);
    if (rc == 0) {
        l.why = "the responder's counts are missing";
        rc = target_truth(&s, &truth);
    }
    target_end(&s);
    double others = quiet_end(&q, 0);
    h->slices++;
    h->broken = rc < 0;
    if (rc < 0) {
        row_broken(r, l.why);
    } else {
        if (is_quiet(&l, &truth, others)) {
            h->quiet++;
            add_all(&h->truth, &truth.actual);
            add_all(&h->asked, &truth.chosen);
            add_all(&h->said, &l.result.all.hist[HIST_SERVICE]);
        }
        truth_deinit(&truth);
    }
    load_deinit(&l);
}

static void one_mode(struct selftest *t, const char *mode)
{
    char what[sizeof((struct row *)0)->what];
    struct heard h = {.quiet = 0};
    int wanted = t->quick ? 3 : 10, slices_max = t->quick ? 6 : 60;
    (void)snprintf(what, sizeof what, "known delays: %s", mode);
    struct row *r = row_new(t, "V1", what);
    row_bound(r, "p50 to p99.9 within a bucket and 20 us");
    if (hist_init(&h.truth, HIST_MAX_NS, 3) < 0 || hist_init(&h.said, HIST_MAX_NS, 3) < 0 ||
        hist_init(&h.asked, HIST_MAX_NS, 3) < 0) {
        row_broken(r, "no memory");
    } else {
        while (h.quiet < wanted && h.slices < slices_max && !h.broken) one_second(t, mode, &h, r);
        if (!h.broken) tell(r, &h, t->quick);
    }
    hist_deinit(&h.truth);
    hist_deinit(&h.said);
    hist_deinit(&h.asked);
}

void selftest_delay(struct selftest *t)
{
    one_mode(t, "const:2ms");
    one_mode(t, "bimodal:1%:100ms");
    one_mode(t, "exp:2ms");
}
