/* selftest_wrong.c: V8: wrong answers of each kind are found, all of them; of many good ones none is called wrong. */
#include "tools/load/selftest_parts.h"

/* What the load generator has to call each kind. */
static const struct {
    const char *mode;
    enum fault fault;
    enum error_kind said;
} kinds[] = {{"swap:1%", FAULT_SWAP, ERROR_ID},
             {"truncate:1%", FAULT_TRUNCATE, ERROR_CLOSED_EARLY},
             {"half:1%", FAULT_HALF, ERROR_CLOSED_EARLY},
             {"extra:1%", FAULT_EXTRA, ERROR_BAD_LENGTH},
             {"bad-chunk:1%", FAULT_BAD_CHUNK, ERROR_BAD_LENGTH},
             {"bad-length:1%", FAULT_BAD_LENGTH, ERROR_BAD_HEAD},
             {"no-date:1%", FAULT_NO_DATE, ERROR_NO_DATE},
             {"status:503:1%", FAULT_STATUS, ERROR_STATUS},
             {"reset:1%", FAULT_RESET, ERROR_RESET}};
#define CHECKS "--echo-id --require-date --verify full --warmup 0s --cooldown 3s"

static void tell(struct row *r, const struct load *l, enum fault fault, enum error_kind kind, uint64_t played)
{
    uint64_t said = l->result.all.errors[kind].n, others = load_other_errors(l, kind);
    r->passed = played > 0 && said == played && others == 0;
    row_measured(r, "%s: %llu of %llu played%s", error_name(kind), (unsigned long long)said, (unsigned long long)played,
                 others ? ", and others" : "");
    for (int i = 0; i < ERROR_KINDS && others; i++)
        if (i != (int)kind && l->result.all.errors[i].n)
            row_measured(r, "%s: %llu of %llu played; %s: %llu", error_name(kind), (unsigned long long)said,
                         (unsigned long long)played, error_name((enum error_kind)i),
                         (unsigned long long)l->result.all.errors[i].n);
    row_bound(r, "every %s, nothing else", fault_name(fault));
}

static void one_kind(struct selftest *t, size_t i)
{
    char what[sizeof((struct row *)0)->what];
    struct target s;
    struct load l = {0};
    struct truth truth;
    (void)snprintf(what, sizeof what, "wrong answers: %s", fault_name(kinds[i].fault));
    struct row *r = row_new(t, "V8", what);
    if (target_responder(t, &s, kinds[i].mode) < 0) {
        row_broken(r, "the responder did not start");
        return;
    }
    if (load_run(t, &l, &s, t->quick ? "-c 16 -n 5000 " CHECKS : "-c 16 -d 3s " CHECKS, 60 * NS_PER_S) < 0) {
        row_broken(r, l.why);
    } else if (target_truth(&s, &truth) < 0) {
        row_broken(r, "the responder's counts are missing");
    } else {
        tell(r, &l, kinds[i].fault, kinds[i].said, truth.faults[kinds[i].fault]);
        truth_deinit(&truth);
    }
    load_deinit(&l);
    target_end(&s);
}

/* With several requests at once on each connection where time is short. */
static void good_ones(struct selftest *t)
{
    struct row *r = row_new(t, "V8", "good answers are not called wrong");
    struct target s;
    struct load l = {0};
    uint64_t n = t->longer ? 100000000 : 1000000;
    char args[192];
    if (target_responder(t, &s, "plain") < 0) {
        row_broken(r, "the responder did not start");
        return;
    }
    (void)snprintf(args, sizeof args, "-c 64 -p %d -n %llu " CHECKS, t->quick || t->longer ? 8 : 1, (unsigned long long)n);
    if (load_run(t, &l, &s, args, 3600 * NS_PER_S) < 0) {
        row_broken(r, l.why);
    } else {
        uint64_t errors = load_other_errors(&l, ERROR_KINDS), done = l.result.all.completed;
        r->passed = errors == 0 && done >= n && l.result.all.failed == 0;
        row_measured(r, "%llu errors in %llu answers", (unsigned long long)errors, (unsigned long long)done);
        row_bound(r, "none in %llu", (unsigned long long)n);
    }
    load_deinit(&l);
    target_end(&s);
}

void selftest_wrong(struct selftest *t)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) one_kind(t, i);
    good_ones(t);
}
