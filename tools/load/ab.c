/* ab.c: see ab.h. Two servers are compared by runs in turns, so that what the machine does to one it does to the other. */
#include "tools/load/ab.h"

#include "base/clock.h"
#include "tools/load/ab_parts.h"
#include "tools/load/compare.h"
#include "tools/load/figures.h"
#include "tools/load/report.h"
#include "tools/load/units.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_FINE = 0, EXIT_USAGE = 1, EXIT_DIFFERENT = 2, EXIT_NOTHING = 3 };
enum { RUN_CHECKS = 2, RUN_INVALID = 3 }; /* exit codes of a run */

#define PAIRS_MAX 100000

static const char usage[] =
    "usage: quern-load ab --a CMD --b CMD [options]\n"
    "       quern-load ab --a CMD --url-a URL --url-b URL [options]\n"
    "\n"
    "Runs two commands in turns, A B B A, and compares them by pairs. Each is a run of quern-load as typed into a shell;\n"
    "--json FILE --quiet is put behind it.\n"
    "\n"
    "      --a CMD, --b CMD       --b: as --a if it is left out\n"
    "      --url-a URL, --url-b URL   put behind the command\n"
    "      --pairs N              [20]\n"
    "      --aa N                 pairs of A with itself, for the noise of the machine [half as many]\n"
    "      --between CMD          run before each block of four, to start the servers anew\n"
    "      --server-busy P%       discard slices whose server used less of a CPU (for tests of its capacity)\n"
    "      --limit T              of one command [10m]\n"
    "      --json FILE            the outcome\n"
    "      --keep DIR             keep the reports of all slices there\n"
    "      --force                also commands that are different experiments\n"
    "      --quiet                no line per slice\n"
    "\n"
    "Discarded, with the other slice of their pair: slices that are invalid, whose checks failed, that had any error.\n"
    "exit: 0 compared; 1 usage; 2 the commands are different experiments; 3 no pair was left, or a signal came\n";

/* ---- the command line ---- */

static bool read_pairs(const char *text, size_t *n)
{
    uint64_t count;
    if (!unit_count(slice_str(text), &count) || count > PAIRS_MAX) return false;
    *n = count;
    return true;
}

enum { OPT_A = 1, OPT_B, OPT_URL_A, OPT_URL_B, OPT_PAIRS, OPT_AA, OPT_BETWEEN, OPT_BUSY, OPT_LIMIT, OPT_JSON, OPT_KEEP };

/* True if the value is right. */
static bool take_option(struct ab_options *o, int option, const char *value)
{
    switch (option) {
    case OPT_A: o->command_a = value; return *value != '\0';
    case OPT_B: o->command_b = value; return *value != '\0';
    case OPT_URL_A: o->url_a = value; return true;
    case OPT_URL_B: o->url_b = value; return true;
    case OPT_PAIRS: return read_pairs(value, &o->pairs_n) && o->pairs_n > 0;
    case OPT_AA: return read_pairs(value, &o->aa_pairs_n);
    case OPT_BETWEEN: o->between = value; return true;
    case OPT_BUSY: return unit_share(slice_str(value), &o->server_busy);
    case OPT_LIMIT: return unit_time(slice_str(value), NS_PER_S, &o->limit_ns) && o->limit_ns > 0;
    case OPT_JSON: o->json_path = value; return true;
    case OPT_KEEP: o->keep_path = value; return true;
    case 'f': o->force = true; return true;
    case 'q': o->quiet = true; return true;
    default: return false;
    }
}

enum reading { READ_RUN, READ_HELP, READ_WRONG };

static enum reading read_options(int argc, char **argv, struct ab_options *o)
{
    static const struct option options[] = {
        {"a", 1, NULL, OPT_A},
        {"b", 1, NULL, OPT_B},
        {"url-a", 1, NULL, OPT_URL_A},
        {"url-b", 1, NULL, OPT_URL_B},
        {"pairs", 1, NULL, OPT_PAIRS},
        {"aa", 1, NULL, OPT_AA},
        {"between", 1, NULL, OPT_BETWEEN},
        {"server-busy", 1, NULL, OPT_BUSY},
        {"limit", 1, NULL, OPT_LIMIT},
        {"json", 1, NULL, OPT_JSON},
        {"keep", 1, NULL, OPT_KEEP},
        {"force", 0, NULL, 'f'},
        {"quiet", 0, NULL, 'q'},
        {"help", 0, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    *o = (struct ab_options){.pairs_n = 20, .aa_pairs_n = SIZE_MAX, .limit_ns = 600 * NS_PER_S};
    int option, at = 0;
    optind = 0; /* begin anew, whoever has read options before */
    while ((option = getopt_long(argc, argv, "h", options, &at)) >= 0) {
        if (option == 'h') return READ_HELP;
        if (option == '?') return READ_WRONG; /* getopt has said why */
        if (take_option(o, option, optarg)) continue;
        (void)fprintf(stderr, "quern-load: ab: --%s: \"%s\" is no value for it\n", options[at].name, optarg);
        return READ_WRONG;
    }
    if (!o->command_b) o->command_b = o->command_a;
    if (o->aa_pairs_n == SIZE_MAX) o->aa_pairs_n = (o->pairs_n + 1) / 2;
    if (o->command_a && optind == argc) return READ_RUN;
    (void)fprintf(stderr, "quern-load: ab: %s\n", o->command_a ? "commands stand behind --a and --b" : "--a is missing");
    return READ_WRONG;
}

/* ---- one slice ---- */

/* What goes on while slices are run. */
struct session {
    const struct ab_options *o;
    char folder[PATH_MAX];       /* for reports; ours unless --keep names one */
    struct ab_slice *slices;
    size_t n;
    struct result first;         /* what the others have to be like */
    bool has_first, open;
};

static void report_path(const struct session *s, size_t i, char path[PATH_MAX])
{
    const struct ab_slice *slice = &s->slices[i];
    const char *side = slice->series == AA_SERIES ? (slice->second ? "aa-again" : "aa") : slice->second ? "b" : "a";
    (void)snprintf(path, PATH_MAX, "%.4000s/%05zu-%s.json", s->folder, i, side);
}

static bool has_errors(const struct result *r)
{
    return r->all.failed || r->all.censored || r->all.dropped || figure_errors(&r->all);
}

/* The rules that are fixed in advance. */
static enum ab_discard judge(const struct ab_options *o, const struct result *r, int exit_code, char why[160])
{
    if (!r->verdict.checks_passed || exit_code == RUN_CHECKS) return AB_CHECKS;
    if (!r->verdict.valid || exit_code == RUN_INVALID) {
        (void)snprintf(why, 160, "%s", r->verdict.reasons_n ? r->verdict.reasons[0] : "");
        return AB_INVALID;
    }
    if (has_errors(r)) return AB_ERRORS;
    if (o->server_busy > 0 && figure_server_cpu(r) < o->server_busy) return AB_SERVER_IDLE;
    return exit_code == 0 ? AB_KEPT : AB_FAILED;
}

/* False: it is another experiment than the first slice, which stderr has been told. */
static bool fits(struct session *s, struct result *r)
{
    if (!s->has_first) {
        s->first = *r;
        s->has_first = true;
        s->open = figure_is_open(r);
        return true;
    }
    bool same = s->o->force || compare_differences(&s->first, r, NULL) == 0;
    if (!same) {
        (void)fputs("quern-load: ab: the commands are different experiments (--force runs them all the same):\n", stderr);
        (void)compare_differences(&s->first, r, stderr);
    }
    result_deinit(r);
    return same;
}

/* 0, or an exit code: it makes no sense to go on. */
static int take_report(struct session *s, struct ab_slice *slice, const char *path, int exit_code)
{
    struct result r;
    const char *why;
    slice->discard = AB_FAILED;
    if (report_read(path, &r, &why) < 0) {
        (void)snprintf(slice->why, sizeof slice->why, "exit %d; %.120s", exit_code, why);
        if (exit_code != 1 && exit_code < 126) return 0;
        (void)fprintf(stderr, "quern-load: ab: the command ended with exit code %d and left no report\n", exit_code);
        return EXIT_USAGE;
    }
    measure_run(&r, &slice->measured);
    slice->discard = judge(s->o, &r, exit_code, slice->why);
    return fits(s, &r) ? 0 : EXIT_DIFFERENT;
}

static void tell_slice(const struct session *s, size_t i)
{
    const struct ab_slice *slice = &s->slices[i];
    const double *value = slice->measured.value;
    if (s->o->quiet) return;
    (void)fprintf(stderr, "%5zu/%zu  %s", i + 1, s->n,
                  slice->series == AA_SERIES ? "A (A/A)"
                  : slice->second            ? "B      "
                                             : "A      ");
    if (value[MEASURE_RATE] > 0)
        (void)fprintf(stderr, "  %12s/s  p50 %8s  p99 %8s", human_rate(value[MEASURE_RATE]).text,
                      human_time(value[MEASURE_P50]).text, human_time(value[MEASURE_P99]).text);
    if (slice->discard != AB_KEPT) (void)fprintf(stderr, "  discarded: %s", ab_discard_name(slice->discard));
    (void)fprintf(stderr, "%s%s\n", slice->why[0] ? ": " : "", slice->why);
}

/* Quoted for a shell, as the folder's name is not ours alone. */
static void quote(const char *text, char *out, size_t room)
{
    size_t at = 0;
    out[at++] = '\'';
    for (; *text && at + 6 < room; text++) {
        if (*text == '\'') {
            memcpy(out + at, "'\\''", 4);
            at += 4;
        } else {
            out[at++] = *text;
        }
    }
    out[at++] = '\'';
    out[at] = '\0';
}

/* 0, or an exit code. */
static int run_slice(struct session *s, size_t i)
{
    struct ab_slice *slice = &s->slices[i];
    bool b = slice->series == AB_SERIES && slice->second;
    const char *command = b ? s->o->command_b : s->o->command_a, *url = b ? s->o->url_b : s->o->url_a;
    char path[PATH_MAX], quoted[PATH_MAX + 16], *line = NULL;
    int exit_code = 0;
    report_path(s, i, path);
    quote(path, quoted, sizeof quoted);
    (void)unlink(path);
    if (asprintf(&line, "%s%s%s --json %s --quiet", command, url ? " " : "", url ? url : "", quoted) < 0) return EXIT_USAGE;
    int rc = ab_child_run(line, s->o->limit_ns, &exit_code);
    free(line);
    if (rc == -EINTR) return EXIT_NOTHING;
    if (rc < 0) {
        slice->discard = AB_FAILED;
        (void)snprintf(slice->why, sizeof slice->why, "%s", rc == -ETIMEDOUT ? "it did not end in time" : strerror(-rc));
        rc = 0;
    } else {
        rc = take_report(s, slice, path, exit_code);
    }
    if (!s->o->keep_path) (void)unlink(path);
    tell_slice(s, i);
    return rc;
}

/* ---- all of them ---- */

static int run_between(const struct session *s)
{
    int exit_code = 0;
    int rc = s->o->between ? ab_child_run(s->o->between, s->o->limit_ns, &exit_code) : 0;
    if (rc == -EINTR) return EXIT_NOTHING;
    if (rc == 0 && exit_code == 0) return 0;
    (void)fprintf(stderr, "quern-load: ab: --between failed: %s %d\n", rc < 0 ? strerror(-rc) : "exit code", exit_code);
    return EXIT_USAGE;
}

static int run_slices(struct session *s)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < s->n; i++) {
        if (i == 0 || s->slices[i].block != s->slices[i - 1].block) rc = run_between(s);
        if (rc == 0) rc = run_slice(s, i);
    }
    return rc;
}

static int tell_outcome(const struct session *s)
{
    struct ab_outcome outcome;
    int rc = ab_outcome_make(s->slices, s->n, s->open, &outcome);
    if (rc == 0) ab_outcome_print(stdout, &outcome, s->o);
    if (rc == 0 && s->o->json_path) rc = ab_outcome_save(s->o->json_path, &outcome, s->o, s->slices, s->n);
    if (rc < 0) (void)fprintf(stderr, "quern-load: ab: %s\n", strerror(-rc));
    if (rc < 0) return EXIT_USAGE;
    return outcome.kept ? EXIT_FINE : EXIT_NOTHING;
}

/* 0 or -errno. */
static int open_folder(struct session *s)
{
    const char *temporary = getenv("TMPDIR");
    if (s->o->keep_path) {
        (void)snprintf(s->folder, sizeof s->folder, "%s", s->o->keep_path);
        return access(s->folder, W_OK) < 0 ? -errno : 0;
    }
    (void)snprintf(s->folder, sizeof s->folder, "%.2000s/quern-load-ab-XXXXXX", temporary && *temporary ? temporary : "/tmp");
    return mkdtemp(s->folder) ? 0 : -errno;
}

int ab_main(int argc, char **argv)
{
    struct ab_options o;
    struct session s = {.o = &o};
    switch (read_options(argc, argv, &o)) {
    case READ_RUN: break;
    case READ_HELP: (void)fputs(usage, stdout); return EXIT_FINE;
    case READ_WRONG: (void)fputs("quern-load: ab --help lists the options\n", stderr); return EXIT_USAGE;
    }
    int rc = open_folder(&s);
    if (rc < 0) {
        (void)fprintf(stderr, "quern-load: ab: %s: %s\n", s.folder, strerror(-rc));
        return EXIT_USAGE;
    }
    s.slices = ab_plan(o.pairs_n, o.aa_pairs_n, &s.n);
    ab_child_prepare();
    rc = s.slices ? run_slices(&s) : EXIT_USAGE;
    if (rc == 0 || rc == EXIT_NOTHING) { /* after a signal too: what there is */
        int told = tell_outcome(&s);
        if (rc == 0) rc = told;
    }
    if (!o.keep_path) (void)rmdir(s.folder);
    if (s.has_first) result_deinit(&s.first);
    free(s.slices);
    return rc;
}
