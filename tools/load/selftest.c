/* selftest.c: see selftest.h. The subjects one after another, their rows as a table. */
#include "tools/load/selftest.h"

#include "base/slice.h"
#include "tools/load/selftest_parts.h"

#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <unistd.h>

enum { SELFTEST_PASSED = 0, SELFTEST_USAGE = 1, SELFTEST_FAILED = 2 };

static const struct {
    const char *name;
    void (*run)(struct selftest *t);
} subjects[] = {{"V1", selftest_delay},  {"V2", selftest_wrk},       {"V3", selftest_h2load},
                {"V6", selftest_freeze}, {"V7", selftest_hang},      {"V8", selftest_wrong},
                {"V10", selftest_count}, {"V11", selftest_overload}, {"V12", selftest_crowd}};
#define SUBJECTS_N (sizeof subjects / sizeof *subjects)

/* ---- rows ---- */

struct row *row_new(struct selftest *t, const char *name, const char *what)
{
    static struct row surplus;
    struct row *r = t->rows_n < ROWS_MAX ? &t->rows[t->rows_n++] : &surplus;
    *r = (struct row){.passed = false};
    (void)snprintf(r->name, sizeof r->name, "%s", name);
    (void)snprintf(r->what, sizeof r->what, "%s", what);
    return r;
}

void row_measured(struct row *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(r->measured, sizeof r->measured, format, args);
    va_end(args);
}

void row_bound(struct row *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(r->bound, sizeof r->bound, format, args);
    va_end(args);
}

void row_broken(struct row *r, const char *why)
{
    row_measured(r, "not tried: %s", why);
    r->passed = false;
}

void row_skip(struct row *r, const char *program, const char *package)
{
    row_measured(r, "%s is not installed: apt-get install %s", program, package);
    r->skipped = true;
}

static const char *outcome(const struct row *r)
{
    return r->skipped ? "skip" : r->passed ? "pass" : "FAIL";
}

static void print_row(const struct row *r)
{
    (void)printf("%s  %-4s %s\n           %s\n", outcome(r), r->name, r->what, r->measured);
    if (r->bound[0]) (void)printf("           bound: %s\n", r->bound);
    (void)fflush(stdout);
}

/* ---- the command line ---- */

static const char usage[] = "usage: quern-load selftest [options]\n\n"
                            "  --quernd PATH    the server for V10 and V12 (quernd beside this program)\n"
                            "  --load WORDS     the load generator that is put to the test (this program)\n"
                            "  --only V1,V7     these only\n"
                            "  --quick          shorter runs: a minute or two in all\n"
                            "  --long           V8 with 1e8 answers, V12 with 100,000 connections too, more pairs\n"
                            "  --json FILE      the rows as JSON, and what else ran meanwhile\n"
                            "  --label K=V      stored in the JSON\n"
                            "  --help           print this and exit\n\n"
                            "V1 known delays   V2 wrk   V3 h2load   V6 frozen server   V7 hanging requests   V8 wrong answers\n"
                            "V10 counts   V11 too high a rate   V12 many connections\n"
                            "exit: 0 all passed; 1 usage; 2 not all\n";

enum { OPT_QUERND = 256, OPT_ONLY, OPT_QUICK, OPT_LONG, OPT_JSON, OPT_LOAD, OPT_LABEL, OPT_HELP };
static const struct option long_options[] = {{"quernd", required_argument, NULL, OPT_QUERND},
                                             {"only", required_argument, NULL, OPT_ONLY},
                                             {"quick", no_argument, NULL, OPT_QUICK},
                                             {"long", no_argument, NULL, OPT_LONG},
                                             {"json", required_argument, NULL, OPT_JSON},
                                             {"load", required_argument, NULL, OPT_LOAD},
                                             {"label", required_argument, NULL, OPT_LABEL},
                                             {"help", no_argument, NULL, OPT_HELP},
                                             {0}};

static bool names_subjects(const char *list)
{
    struct slice rest = slice_str(list);
    while (rest.p) {
        struct slice name = slice_cut(&rest, ',');
        bool known = false;
        for (size_t i = 0; i < SUBJECTS_N; i++) known |= slice_eq(name, slice_str(subjects[i].name));
        if (known) continue;
        (void)fprintf(stderr, "quern-load selftest: --only %s: there is no \"%.*s\"\n", list, SLICE_ARG(name));
        return false;
    }
    return true;
}

static bool is_wanted(const struct selftest *t, const char *name)
{
    struct slice rest = slice_str(t->only);
    if (!t->only) return true;
    while (rest.p)
        if (slice_eq(slice_cut(&rest, ','), slice_str(name))) return true;
    return false;
}

/* 0; 1: help was asked for; -EINVAL, told. */
static int read_options(int argc, char **argv, struct selftest *t)
{
    int c;
    while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        switch (c) {
        case OPT_QUERND: t->quernd = optarg; break;
        case OPT_ONLY: t->only = optarg; break;
        case OPT_QUICK: t->quick = true; break;
        case OPT_LONG: t->longer = true; break;
        case OPT_JSON: t->json_path = optarg; break;
        case OPT_LOAD: t->load = optarg; break;
        case OPT_LABEL:
            if (t->labels_n == (int)(sizeof t->labels / sizeof *t->labels) || !strchr(optarg, '=')) {
                (void)fprintf(stderr, "quern-load selftest: --label %s: K=V, at most 16 of them\n", optarg);
                return -EINVAL;
            }
            t->labels[t->labels_n++] = optarg;
            break;
        case OPT_HELP: return 1;
        default: return -EINVAL; /* getopt has told */
        }
    }
    if (optind == argc) return t->only && !names_subjects(t->only) ? -EINVAL : 0;
    (void)fprintf(stderr, "quern-load selftest: %s: not an option\n", argv[optind]);
    return -EINVAL;
}

/* ---- the whole ---- */

/* quernd stands beside this program, where both were built. */
static void find_quernd(struct selftest *t, char *path, size_t room)
{
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (t->quernd || n <= 0) return;
    self[n] = '\0';
    char *slash = strrchr(self, '/');
    if (slash) *slash = '\0';
    int len = snprintf(path, room, "%s/quernd", self);
    if (len > 0 && (size_t)len < room && access(path, X_OK) == 0) t->quernd = path;
}

static void remove_dir(const char *path)
{
    DIR *d = opendir(path);
    int fd = d ? dirfd(d) : -1;
    if (fd < 0) return;
    for (const struct dirent *e; (e = readdir(d));)
        if (e->d_name[0] != '.') (void)unlinkat(fd, e->d_name, 0);
    (void)closedir(d);
    (void)rmdir(path);
}

static void run_subjects(struct selftest *t)
{
    for (size_t i = 0; i < SUBJECTS_N; i++) {
        int before = t->rows_n;
        if (!is_wanted(t, subjects[i].name)) continue;
        struct quiet q;
        quiet_begin(&q, 0);
        subjects[i].run(t);
        double others = quiet_end(&q, 0);
        for (int r = before; r < t->rows_n; r++) {
            t->rows[r].others = others;
            print_row(&t->rows[r]);
        }
        if (others > OTHERS_MAX) (void)printf("           something else used %.0f %% of a processor meanwhile\n", others * 100);
    }
}

/* The last line, and the exit code. */
static int sum_up(const struct selftest *t, uint64_t start_ns)
{
    int passed = 0, skipped = 0;
    for (int i = 0; i < t->rows_n; i++) {
        passed += t->rows[i].passed && !t->rows[i].skipped;
        skipped += t->rows[i].skipped;
    }
    int failed = t->rows_n - passed - skipped;
    (void)printf("%d passed, %d failed, %d skipped, %.0f s\n", passed, failed, skipped,
                 (double)(clock_now_ns() - start_ns) / 1e9);
    return failed ? SELFTEST_FAILED : SELFTEST_PASSED;
}

int selftest_main(int argc, char **argv)
{
    static struct selftest t; /* large */
    char quernd[PATH_MAX];
    uint64_t start = clock_now_ns();
    struct clock now = {0};
    int rc = read_options(argc, argv, &t);
    if (rc != 0) {
        (void)fputs(usage, rc > 0 ? stdout : stderr);
        return rc > 0 ? SELFTEST_PASSED : SELFTEST_USAGE;
    }
    (void)snprintf(t.self, sizeof t.self, "/proc/self/exe");
    (void)snprintf(t.dir, sizeof t.dir, "/tmp/quern-selftest-XXXXXX");
    if (!mkdtemp(t.dir)) {
        (void)fprintf(stderr, "quern-load selftest: %s: %s\n", t.dir, strerror(errno));
        return SELFTEST_FAILED;
    }
    clock_tick(&now);
    t.started_wall_ns = now.wall_ns;
    find_quernd(&t, quernd, sizeof quernd);
    run_subjects(&t);
    remove_dir(t.dir);
    int code = sum_up(&t, start);
    if (t.json_path && selftest_json(&t) < 0) {
        (void)fprintf(stderr, "quern-load selftest: cannot write %s\n", t.json_path);
        return SELFTEST_FAILED;
    }
    return code;
}
