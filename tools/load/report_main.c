/* report_main.c: quern-load report: a saved run rendered again. See report.h. */
#include "tools/load/report.h"

#include <stdio.h>
#include <string.h>

enum { EXIT_FINE = 0, EXIT_USAGE = 1 };

static const char usage[] =
    "usage: quern-load report RUN.json [-o FILE]\n"
    "\n"
    "Renders a saved run again. By the end of FILE's name: .html, .json, .hlog, .hgrm, .csv; without -o as text.\n";

static int save(const char *path, const struct result *r)
{
    static const struct {
        const char *end;
        int (*write)(const char *path, const struct result *r);
    } kinds[] = {
        {".html", report_html}, {".json", report_json}, {".hlog", report_hlog}, {".hgrm", report_hgrm}, {".csv", report_csv},
    };
    const char *end = strrchr(path, '.');
    for (size_t i = 0; end && i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(end, kinds[i].end) != 0) continue;
        int rc = kinds[i].write(path, r);
        if (rc == 0) return EXIT_FINE;
        (void)fprintf(stderr, "quern-load: cannot write %s: %s\n", path, strerror(-rc));
        return EXIT_USAGE;
    }
    (void)fprintf(stderr, "quern-load: report: %s: its name ends in none of .html .json .hlog .hgrm .csv\n", path);
    return EXIT_USAGE;
}

/* NULL, or what is wrong. */
static const char *read_words(int argc, char **argv, const char **in, const char **out)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-o") == 0) {
            if (++i == argc) return "-o needs a file";
            *out = argv[i];
        } else if (argv[i][0] == '-' && argv[i][1]) {
            return "the only options are -o and --help";
        } else if (*in) {
            return "one report at a time";
        } else {
            *in = argv[i];
        }
    }
    return *in ? NULL : "which report?";
}

int report_main(int argc, char **argv)
{
    const char *in = NULL, *out = NULL, *why;
    struct result r;
    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        (void)fputs(usage, stdout);
        return EXIT_FINE;
    }
    const char *wrong = read_words(argc, argv, &in, &out);
    if (wrong) {
        (void)fprintf(stderr, "quern-load: report: %s\n%s", wrong, usage);
        return EXIT_USAGE;
    }
    if (report_read(in, &r, &why) < 0) {
        (void)fprintf(stderr, "quern-load: %s: %s\n", in, why);
        return EXIT_USAGE;
    }
    int rc = EXIT_FINE;
    if (out) rc = save(out, &r);
    else report_text(stdout, &r, true);
    result_deinit(&r);
    return rc;
}
