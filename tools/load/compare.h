/* compare.h: quern-load compare: saved runs against each other. Main thread. */
#ifndef QUERN_LOAD_COMPARE_H
#define QUERN_LOAD_COMPARE_H

#include "tools/load/measures.h"
#include "tools/load/result.h"
#include <stdio.h>

/* argv[0]: "compare". Returns the exit code: 0; 1 usage or a file that cannot be read; 2 the runs do not go together. */
int compare_main(int argc, char **argv);

/* ---- compare_html.c ---- */
/* What is laid over one another. */
struct compared {
    struct compared_side {
        const char *path;             /* of the first run */
        const struct result *r;       /* the first run, whose course is drawn */
        struct hist times;            /* of all runs together: response, in a closed loop service */
        struct hist *each;            /* of each run, each_n of them; from calloc */
        size_t each_n;
        int bad;                      /* runs that are invalid, or whose checks failed */
    } side[2];
    const struct comparison *comparison;
};
/* A page: the figures as a table, the plots with both. 0 or -errno. */
int compare_html(const char *path, const struct compared *c);

/* ---- compare_fit.c ---- */
/* Writes a line to f for each way in which the runs differ that makes their figures incomparable: plan, host, checks, the rest of
 * the command line. The target may differ. Returns how many; f may be NULL. */
int compare_differences(const struct result *a, const struct result *b, FILE *f);

#endif
