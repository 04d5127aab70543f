/* compare.c: see compare.h. */
#include "tools/load/compare.h"

#include "tools/load/figures.h"
#include "tools/load/measures.h"
#include "tools/load/report.h"

#include <stdlib.h>
#include <string.h>

enum { EXIT_FINE = 0, EXIT_USAGE = 1, EXIT_REFUSED = 2 };

static const char usage[] =
    "usage: quern-load compare [--force] A.json B.json\n"
    "       quern-load compare [--force] A.json... -- B.json... [-- AGAIN.json...]\n"
    "\n"
    "Ratios of two saved runs; or of pairs of runs, the n-th A with the n-th B, with an interval and a verdict.\n"
    "AGAIN: as many runs of A once more, which tell how far apart equal things come out.\n"
    "Runs of different plans, hosts or checks are refused, and such that are invalid; --force compares them all the same.\n"
    "exit: 0 compared; 1 usage, or a file that cannot be read; 2 refused\n";

/* ---- the command line ---- */

enum { LIST_A, LIST_B, LIST_AGAIN, LISTS_N };

struct call {
    bool force, has_lists;
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
        if (strcmp(argv[i], "--force") != 0) return "the only options are --force and --help";
        c->force = true;
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
    struct result first;                /* what the others have to be like */
    bool has_first, open;
    struct measured *measured[LISTS_N]; /* call.n of them */
    int objections;
};

static void object_to_invalid(struct runs *runs, const char *path, const struct result *r)
{
    if (r->verdict.valid && r->verdict.checks_passed) return;
    runs->objections++;
    (void)fprintf(stderr, "%s: %s\n", path, !r->verdict.checks_passed ? "checks failed" : "INVALID");
    for (int i = 0; i < r->verdict.reasons_n; i++) (void)fprintf(stderr, "  %s\n", r->verdict.reasons[i]);
}

/* 0; -1 after a sentence on stderr. */
static int take_run(struct runs *runs, const char *path, struct measured *out)
{
    struct result r;
    const char *why;
    if (report_read(path, &r, &why) < 0) {
        (void)fprintf(stderr, "quern-load: %s: %s\n", path, why);
        return -1;
    }
    measure_run(&r, out);
    object_to_invalid(runs, path, &r);
    if (!runs->has_first) {
        runs->first = r;
        runs->has_first = true;
        runs->open = figure_is_open(&r);
        return 0;
    }
    int differences = compare_differences(&runs->first, &r, NULL);
    if (differences) {
        (void)fprintf(stderr, "%s is another experiment than the first run:\n", path);
        (void)compare_differences(&runs->first, &r, stderr);
        runs->objections++;
    }
    result_deinit(&r);
    return 0;
}

static int take_runs(struct runs *runs, const struct call *c)
{
    for (int list = 0; list < LISTS_N; list++) {
        runs->measured[list] = calloc((size_t)c->n[list] + 1, sizeof *runs->measured[list]);
        if (!runs->measured[list]) return -1;
        for (int i = 0; i < c->n[list]; i++)
            if (take_run(runs, c->path[list][i], &runs->measured[list][i]) < 0) return -1;
    }
    return 0;
}

static int tell(const struct runs *runs, const struct call *c)
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
    return EXIT_FINE;
}

int compare_main(int argc, char **argv)
{
    struct call c = {0};
    struct runs runs = {.has_first = false};
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
    for (int list = 0; list < LISTS_N; list++) free(runs.measured[list]);
    if (runs.has_first) result_deinit(&runs.first);
    return rc;
}
