/* report.h: a result for people and for programs. All of it after the run; the calling thread. */
#ifndef QUERN_LOAD_REPORT_H
#define QUERN_LOAD_REPORT_H

#include "tools/load/result.h"
#include <stdio.h>

/* wrk's block first, then ours. latency: with the table of percentiles. */
void report_text(FILE *f, const struct result *r, bool latency);
/* Schema 1. 0 or -errno. */
int report_json(const char *path, const struct result *r);
/* Reads what report_json wrote. 0; -errno; -EBADMSG with *why for a file that is no such report. */
int report_read(const char *path, struct result *out, const char **why);
int report_hlog(const char *path, const struct result *r);
int report_hgrm(const char *path, const struct result *r);
int report_csv(const char *path, const struct result *r); /* a line for each tick */
int report_html(const char *path, const struct result *r);

/* quern-load report RUN.json -o FILE: a saved report rendered again. argv[0]: "report". Returns the exit code: 0 or 1. */
int report_main(int argc, char **argv);

/* The validity of a run: fills r->verdict. */
void verdict_give(struct result *r);
/* By the same bounds, while the run goes on: whether the loader has time to spare (cpu: of its threads' time; offered: per second)
 * and the machine is ours (steal: of all CPUs' time). */
bool verdict_so_far(const struct options *o, bool open, double cpu, double offered, double steal);
/* 0 valid; 2 checks failed; 3 invalid; 4 no rate meets the conditions. */
int verdict_exit_code(const struct result *r);

#endif
