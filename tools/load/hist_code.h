/* hist_code.h: histograms as bytes that other tools read: HdrHistogram's compressed V2 encoding (zlib
 * container of stored blocks, base64), its interval log (version 1.2 as the C reader expects) and its
 * percentile text ("hgrm"). */
#ifndef QUERN_LOAD_HIST_CODE_H
#define QUERN_LOAD_HIST_CODE_H

#include "tools/load/hist.h"
#include <stdint.h>
#include <stdio.h>

/* The base64 text, NUL-terminated, from malloc; NULL without memory. One unit of the encoded values is 1 ns. */
char *hist_encode(const struct hist *h);
/* Reads what hist_encode wrote, or another HdrHistogram into a zlib stream of stored blocks (level 0): what
 * is compressed, in an older encoding, of a coarser unit than 1 or of doubles is -ENOTSUP. *h is initialised
 * here on success; min_ns and max_ns are then those of the buckets; clipped is what another's array held
 * beyond its bound. 0, -EBADMSG, -ENOTSUP, -ENOMEM. */
int hist_decode(const char *base64, struct hist *h);

/* The log: header once, then a line for each interval. max is written in ms. start_s: seconds since 1970.
 * tag: NULL or a word (commas and blanks in it become "_"). Without memory for its text a line is left out. */
void hist_log_header(FILE *f, const char *tool, double start_s);
void hist_log_line(FILE *f, const char *tag, double start_s, double length_s, const struct hist *h);
/* Percentile text; values in units of unit_ns (1e6: ms, as wrk2 prints). */
void hist_print_percentiles(FILE *f, const struct hist *h, double unit_ns, int ticks_per_half_distance);

#endif
