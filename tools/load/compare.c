/* compare.c: see compare.h. */
#include "tools/load/compare.h"

#include "base/clock.h"
#include "tools/load/figures.h"
#include "tools/load/measures.h"
#include "tools/load/report.h"

#include <stdlib.h>
#include <string.h>

enum { EXIT_FINE = 0, EXIT_USAGE = 1, EXIT_REFUSED = 2 };
#define HIST_MAX_NS (3600 * NS_PER_S)

static const char usage[] =
    "usage: quern-load compare [--force] [--html FILE] A.json B.json\n"
    "       quern-load compare [--force] [--html FILE] A.json... -- B.json... [-- AGAIN.json...]\n"
    "\n"
    "Ratios of two saved runs; or of pairs of runs, the n-th A with the n-th B, with an interval and a verdict.\n"
    "--html: a page besides, with the plots of the first A and the first B over one another, and times of all runs.\n"
    "AGAIN: as many runs of A once more, which tell how far apart equal things come out.\n"
    "Runs of different plans, hosts or checks are refused, and such that are invalid; --force compares them all the same.\n"
    "exit: 0 compared; 1 usage, or a file that cannot be read or written; 2 refused\n";

/* ---- the command line ---- */

enum { LIST_A, LIST_B, LIST_AGAIN, LISTS_N };

struct call {
    bool force, has_lists;
    const char *html_path;
    char **path[LISTS_N];
    int n[LISTS_N];
};

/* NULL, or what is wrong. */
static const char *check_lists(struct call *c)
{
    if (!c->has_lists) {
        if (c->n[LIST_A] != 2) return "two reports, or two lists with -- between them";
        c->path[LIST_B] = c->path[LIST_A] + 1;
        c->n[LIST_A] = c->n[LIST_B] = 1;
        return NULL;
    }
    if (!c->n[LIST_A] || c->n[LIST_A] != c->n[LIST_B]) return "as many reports before -- as after it";
    if (c->n[LIST_AGAIN] && c->n[LIST_AGAIN] != c->n[LIST_A]) return "as many reports in the third list as in the first";
    return NULL;
}

static const char *read_call(int argc, char **argv, struct call *c)
{
    int list = LIST_A, i = 1;
    for (; i < argc && strncmp(argv[i], "--", 2) == 0 && argv[i][2]; i++) {
        if (strcmp(argv[i], "--force") == 0) c->force = true;
        else if (strncmp(argv[i], "--html=", 7) == 0 && argv[i][7]) c->html_path = argv[i] + 7;
        else if (strcmp(argv[i], "--html") != 0) return "the only options are --force, --html FILE and --help";
        else if (i + 1 == argc) return "--html needs a file";
        else c->html_path = argv[++i];
    }
    c->path[list] = argv + i;
    for (; i < argc; i++) {
        if (strcmp(argv[i], "--") != 0) {
            c->n[list]++;
            continue;
        }
        c->has_lists = true;
        if (++list == LISTS_N) return "more than three lists";
        c->path[list] = argv + i + 1;
    }
    return check_lists(c);
}

/* ---- runs ---- */

struct runs {
    struct result first[2];             /* of A and of B; what the others have to be like is A's */
    bool has_first[2], open;
    struct measured *measured[LISTS_N]; /* call.n of them */
    struct compared compared;           /* for a page */
    int objections;
};

static bool object_to_invalid(struct runs *runs, const char *path, const struct result *r)
{
    if (r->verdict.valid && r->verdict.checks_passed) return false;
    runs->objections++;
    (void)fprintf(stderr, "%s: %s\n", path, !r->verdict.checks_passed ? "checks failed" : "INVALID");
    for (int i = 0; i < r->verdict.reasons_n; i++) (void)fprintf(stderr, "  %s\n", r->verdict.reasons[i]);
    return true;
}

static void object_to_another(struct runs *runs, const char *path, const struct result *r)
{
    if (!compare_differences(&runs->first[LIST_A], r, NULL)) return;
    (void)fprintf(stderr, "%s is another experiment than the first run:\n", path);
    (void)compare_differences(&runs->first[LIST_A], r, stderr);
    runs->objections++;
}

/* Its times move over, from r, which has others of no use then. */
static void keep_times(struct runs *runs, int list, struct result *r)
{
    struct compared_side *side = &runs->compared.side[list];
    struct hist *from = &r->all.hist[runs->open ? HIST_RESPONSE : HIST_SERVICE];
    uint64_t ns, n;
    for (uint32_t cursor = 0; hist_next(from, &cursor, &ns, &n);) hist_add_n(&side->times, ns, n);
    side->each[side->each_n++] = *from;
    *from = (struct hist){0};
}

/* Takes r over. */
static void keep_run(struct runs *runs, int list, const char *path, struct result *r, bool bad)
{
    struct compared_side *side = list == LIST_AGAIN ? NULL : &runs->compared.side[list];
    if (side) side->bad += bad;
    if (side && !runs->has_first[list]) {
        runs->first[list] = *r;
        runs->has_first[list] = true;
        side->path = path;
        side->r = &runs->first[list];
        r = &runs->first[list];
        if (list == LIST_A) runs->open = figure_is_open(r);
    }
    if (side && side->each) keep_times(runs, list, r);
    if (!side || r != &runs->first[list]) result_deinit(r);
}

/* 0; -1 after a sentence on stderr. */
static int take_run(struct runs *runs, int list, const char *path, struct measured *out)
{
    struct result r;
    const char *why;
    if (report_read(path, &r, &why) < 0) {
        (void)fprintf(stderr, "quern-load: %s: %s\n", path, why);
        return -1;
    }
    measure_run(&r, out);
    bool bad = object_to_invalid(runs, path, &r);
    if (runs->has_first[LIST_A]) object_to_another(runs, path, &r);
    keep_run(runs, list, path, &r, bad);
    return 0;
}

/* A page shows the times of all runs. */
static int make_room_for_times(struct runs *runs, const struct call *c)
{
    for (int list = LIST_A; c->html_path && list <= LIST_B; list++) {
        struct compared_side *side = &runs->compared.side[list];
        side->each = calloc((size_t)c->n[list], sizeof *side->each);
        if (!side->each || hist_init(&side->times, HIST_MAX_NS, 3) < 0) return -1;
    }
    return 0;
}

static int take_runs(struct runs *runs, const struct call *c)
{
    if (make_room_for_times(runs, c) < 0) return -1;
    for (int list = 0; list < LISTS_N; list++) {
        runs->measured[list] = calloc((size_t)c->n[list] + 1, sizeof *runs->measured[list]);
        if (!runs->measured[list]) return -1;
        for (int i = 0; i < c->n[list]; i++)
            if (take_run(runs, list, c->path[list][i], &runs->measured[list][i]) < 0) return -1;
    }
    return 0;
}

static void runs_deinit(struct runs *runs)
{
    for (int list = 0; list < LISTS_N; list++) free(runs->measured[list]);
    for (int list = LIST_A; list <= LIST_B; list++) {
        struct compared_side *side = &runs->compared.side[list];
        for (size_t i = 0; i < side->each_n; i++) hist_deinit(&side->each[i]);
        free(side->each);
        hist_deinit(&side->times);
        if (runs->has_first[list]) result_deinit(&runs->first[list]);
    }
}

static int tell(struct runs *runs, const struct call *c)
{
    struct comparison comparison;
    if (runs->objections && !c->force) {
        (void)fputs("quern-load: such runs are not compared; --force does it all the same\n", stderr);
        return EXIT_REFUSED;
    }
    int rc = comparison_make(runs->measured[LIST_A], runs->measured[LIST_B], (size_t)c->n[LIST_A], runs->measured[LIST_A],
                             runs->measured[LIST_AGAIN], (size_t)c->n[LIST_AGAIN], runs->open, &comparison);
    if (rc < 0) {
        (void)fprintf(stderr, "quern-load: %s\n", strerror(-rc));
        return EXIT_USAGE;
    }
    comparison_print(stdout, &comparison);
    runs->compared.comparison = &comparison;
    rc = c->html_path ? compare_html(c->html_path, &runs->compared) : 0;
    runs->compared.comparison = NULL;
    if (rc < 0) (void)fprintf(stderr, "quern-load: cannot write %s: %s\n", c->html_path, strerror(-rc));
    return rc < 0 ? EXIT_USAGE : EXIT_FINE;
}

int compare_main(int argc, char **argv)
{
    struct call c = {0};
    static struct runs runs; /* large */
    runs = (struct runs){.objections = 0};
    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        (void)fputs(usage, stdout);
        return EXIT_FINE;
    }
    const char *wrong = read_call(argc, argv, &c);
    if (wrong) {
        (void)fprintf(stderr, "quern-load: compare: %s\n%s", wrong, usage);
        return EXIT_USAGE;
    }
    int rc = take_runs(&runs, &c) < 0 ? EXIT_USAGE : tell(&runs, &c);
    runs_deinit(&runs);
    return rc;
}
