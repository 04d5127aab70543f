#include "tools/cli/ndjson.h"

#include "tools/cli/interrupt.h"

#include <errno.h>
#include <unistd.h>

void ndjson_init(struct ndjson *r, int fd)
{
    r->fd = fd;
    r->number = 0, r->at = r->n = 0, r->is_over = false;
    buf_init(&r->line, NDJSON_LINE_MAX);
}

void ndjson_deinit(struct ndjson *r)
{
    buf_deinit(&r->line);
}

/* More bytes into piece. False: there are none any more, or errno. */
static bool fill(struct ndjson *r)
{
    ssize_t n;
    errno = 0;
    do n = read(r->fd, r->piece, sizeof r->piece);
    while (n < 0 && errno == EINTR && !interrupt_seen());
    r->at = 0, r->n = n > 0 ? (size_t)n : 0;
    r->is_over = n <= 0;
    return n > 0;
}

/* The next line into r->line, cut at its cap. False: there is none. */
static bool take_line(struct ndjson *r)
{
    bool has_any = false;
    buf_clear(&r->line);
    while (r->at < r->n || (!r->is_over && fill(r))) {
        struct slice rest = slice_make(r->piece + r->at, r->n - r->at);
        const char *end = memchr(rest.p, '\n', rest.len);
        buf_add(&r->line, slice_make(rest.p, end ? (size_t)(end - rest.p) : rest.len));
        r->at = end ? (size_t)(end - r->piece) + 1 : r->n;
        has_any = true;
        if (end) break;
    }
    r->number += has_any;
    return has_any;
}

enum ndjson_outcome ndjson_next(struct ndjson *r, struct slice *text)
{
    while (take_line(r)) {
        if (r->is_over && errno) return NDJSON_FAILED;
        if (r->line.overflow) return NDJSON_TOO_LONG;
        struct slice s = buf_slice(&r->line);
        while (s.len && strchr(" \t\r", s.p[s.len - 1])) s.len--;
        *text = slice_trim(s);
        if (text->len) return NDJSON_LINE;
    }
    return errno ? NDJSON_FAILED : NDJSON_END;
}
