#include "buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define FIRST_BYTES 256

void buf_init(struct buf *b, size_t cap_max)
{
    *b = (struct buf){.cap_max = cap_max};
}

void buf_deinit(struct buf *b)
{
    free(b->p);
    buf_init(b, b->cap_max);
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->overflow = false;
    if (b->p) b->p[0] = '\0';
}

/* Room for more bytes and the NUL; cap_max is without the NUL. */
static bool make_room(struct buf *b, size_t more)
{
    if (b->overflow || more > b->cap_max - b->len) return false;
    size_t need = b->len + more + 1, capacity = b->capacity ? b->capacity : FIRST_BYTES;
    if (need <= b->capacity) return true;
    while (capacity < need) capacity = capacity > SIZE_MAX / 2 ? need : capacity * 2;
    char *p = realloc(b->p, capacity);
    if (!p) return false;
    b->p = p;
    b->capacity = capacity;
    return true;
}

void buf_add(struct buf *b, struct slice s)
{
    if (!make_room(b, s.len)) {
        b->overflow = true;
        return;
    }
    if (s.len) memcpy(b->p + b->len, s.p, s.len);
    b->len += s.len;
    b->p[b->len] = '\0';
}

void buf_add_str(struct buf *b, const char *text)
{
    buf_add(b, slice_str(text));
}

void buf_addf(struct buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0 || !make_room(b, (size_t)len)) {
        b->overflow = true;
        return;
    }
    va_start(args, format);
    (void)vsnprintf(b->p + b->len, (size_t)len + 1, format, args); /* measured above */
    va_end(args);
    b->len += (size_t)len;
}
