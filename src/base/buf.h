/* buf.h: growable bytes with a cap, for start-up, logs and tools; not for the path of a request. One thread. */
#ifndef QUERN_BASE_BUF_H
#define QUERN_BASE_BUF_H

#include "slice.h"

struct buf {
    char *p; /* always NUL-terminated once something was added; NULL before */
    size_t len, capacity, cap_max;
    bool overflow; /* something did not fit: cap reached or no memory; later adds are ignored */
};

void buf_init(struct buf *b, size_t cap_max);
void buf_deinit(struct buf *b);
void buf_clear(struct buf *b);
void buf_add(struct buf *b, struct slice s);
void buf_add_str(struct buf *b, const char *text);
void buf_addf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline struct slice buf_slice(const struct buf *b)
{
    return (struct slice){b->p ? b->p : "", b->len};
}

#endif
