/* compare.h: quern-load compare: saved runs against each other. Main thread. */
#ifndef QUERN_LOAD_COMPARE_H
#define QUERN_LOAD_COMPARE_H

#include "tools/load/result.h"
#include <stdio.h>

/* argv[0]: "compare". Returns the exit code: 0; 1 usage or a file that cannot be read; 2 the runs do not go together. */
int compare_main(int argc, char **argv);

/* ---- compare_fit.c ---- */
/* Writes a line to f for each way in which the runs differ that makes their figures incomparable: plan, host, checks, the rest of
 * the command line. The target may differ. Returns how many; f may be NULL. */
int compare_differences(const struct result *a, const struct result *b, FILE *f);

#endif
