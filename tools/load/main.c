/* main.c: quern-load's subcommands. */
#include "tools/load/ab.h"
#include "tools/load/compare.h"
#include "tools/load/report.h"
#include "tools/load/responder.h"
#include "tools/load/run.h"
#include "tools/load/search.h"
#include "tools/load/selftest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { EXIT_FINE = 0, EXIT_USAGE = 1 };

/* The table of descriptors of a ring may be as large as the soft limit: all that we may have. */
static void raise_files(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) < 0) return;
    files.rlim_cur = files.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &files);
}

static int write_to(const char *path, int (*write)(const char *path, const struct result *r), const struct result *r)
{
    int rc = path ? write(path, r) : 0;
    if (rc < 0) (void)fprintf(stderr, "quern-load: cannot write %s: %s\n", path, strerror(-rc));
    return rc;
}

static int write_reports(const struct options *o, const struct result *r)
{
    int rc = 0;
    if (!o->quiet) report_text(stdout, r, o->latency);
    if (write_to(o->json_path, report_json, r) < 0) rc = -1;
    if (write_to(o->hlog_path, report_hlog, r) < 0) rc = -1;
    if (write_to(o->hgrm_path, report_hgrm, r) < 0) rc = -1;
    if (write_to(o->csv_path, report_csv, r) < 0) rc = -1;
    if (write_to(o->html_path, report_html, r) < 0) rc = -1;
    return rc;
}

static int run_main(int argc, char **argv)
{
    static struct options o; /* large */
    struct result r;
    const char *why = "";
    switch (options_read(argc, argv, &o)) {
    case OPTIONS_RUN: break;
    case OPTIONS_EXIT_OK: return EXIT_FINE;
    case OPTIONS_EXIT_USAGE: return EXIT_USAGE;
    }
    raise_files();
    run_catch_signals();
    int rc;
    if (o.find_max_n) rc = search_max(&o, run_all, &r, &why);
    else if (o.sweep_step > 0) rc = search_sweep(&o, run_all, &r, &why);
    else rc = run_all(&o, o.rate, &r, &why);
    if (rc < 0) {
        (void)fprintf(stderr, "quern-load: %s (%s)\n", why, strerror(-rc));
        options_deinit(&o);
        return EXIT_USAGE;
    }
    rc = write_reports(&o, &r) < 0 ? EXIT_USAGE : verdict_exit_code(&r);
    result_deinit(&r);
    options_deinit(&o);
    return rc;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*main)(int argc, char **argv);
    } commands[] = {
        {"run", run_main},           {"compare", compare_main},     {"ab", ab_main},
        {"report", report_main},     {"selftest", selftest_main},   {"responder", responder_main},
    };
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[1], commands[i].name) == 0) return commands[i].main(argc - 1, argv + 1);
    return run_main(argc, argv);
}
