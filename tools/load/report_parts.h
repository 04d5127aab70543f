/* report_parts.h: what the files report_*.c share. The calling thread, after the run. */
#ifndef QUERN_LOAD_REPORT_PARTS_H
#define QUERN_LOAD_REPORT_PARTS_H

#include "tools/load/human.h"
#include "tools/load/result.h"
#include <stdio.h>

/* Arguments for %s. */
#define TIME(ns) human_time((double)(ns)).text
#define COUNT(n) human_count(n).text
#define RATE(x) human_rate(x).text
#define PERCENT(x) human_percent(x).text
#define BYTES(n) human_bytes((double)(n)).text

/* ---- report_save.c ---- */
/* Has write fill a file of another name in the same folder, which takes path's place when it is complete: readers see an old
 * report or a new one. Where path is a device or a pipe it is written directly. 0 or -errno. */
int report_save(const char *path, int (*write)(FILE *f, const void *what), const void *what);

/* ---- report_wrk.c ---- */
/* What wrk prints, line for line. */
void report_wrk(FILE *f, const struct result *r, bool latency);

#endif
