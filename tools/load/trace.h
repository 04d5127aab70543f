/* trace.h: the arrivals that a file lists: one offset in seconds per line, ascending. */
#ifndef QUERN_LOAD_TRACE_H
#define QUERN_LOAD_TRACE_H

#include <stddef.h>
#include <stdint.h>

struct trace {
    uint64_t *at_ns; /* n of them, ascending */
    size_t n;
};

/* Blank lines and lines that begin with # are skipped. 0; -ENOMEM; -EINVAL with *why, which names the file
 * and the line and lasts until the next call: one thread at a time. On error there is nothing to deinit. */
int trace_read(const char *path, struct trace *out, const char **why);
void trace_deinit(struct trace *t);
/* How many are before at_ns. */
size_t trace_count_before(const struct trace *t, uint64_t at_ns);

#endif
