/* log_line.h: how one log line looks. Private to log.c; apart as it knows no threads. */
#ifndef QUERN_BASE_LOG_LINE_H
#define QUERN_BASE_LOG_LINE_H

#include "log.h"

#define LOG_LINE_BYTES 2048  /* longest line with its line break */
#define LOG_PAIRS_BYTES 1024 /* longest formatted list of pairs; the rest is cut */

struct log_record {
    uint64_t wall_ns;
    enum log_level level;
    const char *thread, *event;
    struct slice pairs; /* key=value, separated by blanks */
};

/* Writes the line with its line break; returns its length. */
size_t log_line_build(enum log_format format, const struct log_record *r, char out[LOG_LINE_BYTES]);

/* Where the milliseconds of its time stand. */
static inline size_t log_line_ms_at(enum log_format format)
{
    return format == LOG_JSON ? sizeof "{\"time\":\"0000-00-00T00:00:00." - 1 : sizeof "0000-00-00T00:00:00." - 1;
}

#endif
