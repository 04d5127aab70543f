/* feed.h: gives bytes to a parser in pieces and writes down what it reports. Each piece ends right before a page that
 * nobody may touch, and is unmapped before the next one comes: a pointer kept into it faults, and so does a read behind
 * it. */
#ifndef QUERN_TESTS_FEED_H
#define QUERN_TESTS_FEED_H

#include "http/parser.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

/* What happened, as text. brief: "GET /x k;" with ';' for the end of a request and these letters behind a head: k keep-alive,
 * c chunked, l<n> Content-Length, x 100-continue is due, s escaped slash, * asterisk-form; "=data" for content; "!400" for an
 * error; "~" when input was used up in the middle of a request. full: all there is to know. */
struct feed {
    struct parser parser;
    struct parser_carry carry;
    char *brief, *full;
    FILE *brief_out, *full_out;
    size_t brief_len, full_len;
    uint64_t body_bytes, body_hash; /* of the content since the last event */
    bool stopped;                   /* by an error or the end of the last request of the connection */
    uint32_t n_requests, grow_max, n_grows;
    bool grow_fails, on_heap;
    unsigned body_brief_max; /* content bytes shown in brief */
    /* Called for every event, if set: piece is all of the input, in what is left of it. */
    void (*check)(struct feed *f, enum parser_event event, struct slice piece, struct slice in, struct slice body);
};

struct piece {
    char *map, *bytes;
    size_t map_len; /* 0: on the heap */
};

/* Thousands of pages would take long: then on the heap, which sanitizers watch as closely. */
static inline struct piece piece_on_heap(const char *bytes, size_t len)
{
    char *copy = malloc(len);
    if (!copy) abort();
    memcpy(copy, bytes, len);
    return (struct piece){copy, copy, 0};
}

static inline struct piece piece_new(const char *bytes, size_t len)
{
    size_t page = 4096, room = (len + page - 1) / page * page;
    char *map = mmap(NULL, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED || mprotect(map + room, page, PROT_NONE) != 0) abort();
    struct piece piece = {map, map + room - len, room + page};
    if (len) memcpy(piece.bytes, bytes, len);
    return piece;
}

static inline void piece_free(struct piece *piece)
{
    if (piece->map_len) munmap(piece->map, piece->map_len);
    else free(piece->map);
}

static inline char *feed_grow(struct parser_carry *carry, uint32_t room)
{
    struct feed *f = (struct feed *)((char *)carry - offsetof(struct feed, carry));
    f->n_grows++;
    if (room > f->grow_max) f->grow_max = room;
    if (f->grow_fails) return NULL;
    char *memory = malloc(room); /* exactly as much, so that sanitizers see one byte more */
    if (!memory) abort();
    if (carry->len) memcpy(memory, carry->p, carry->len);
    free(carry->p);
    return memory;
}

static inline void feed_init(struct feed *f)
{
    memset(f, 0, sizeof *f);
    memset(&f->parser, 0xA5, sizeof f->parser); /* parser_init() must not rely on zeros */
    f->carry.grow = feed_grow;
    f->body_brief_max = 64;
    f->brief_out = open_memstream(&f->brief, &f->brief_len);
    f->full_out = open_memstream(&f->full, &f->full_len);
    if (!f->brief_out || !f->full_out) abort();
    parser_init(&f->parser, &f->carry);
}

static inline void feed_finish(struct feed *f)
{
    if (f->body_bytes && !f->stopped) fprintf(f->full_out, "body %ju %jx\n", (uintmax_t)f->body_bytes, (uintmax_t)f->body_hash);
    if (!f->stopped && !parser_idle(&f->parser)) putc('~', f->brief_out);
    fclose(f->brief_out);
    fclose(f->full_out);
    free(f->carry.p);
}

static inline void feed_free(struct feed *f)
{
    free(f->brief);
    free(f->full);
}

static inline void feed_flush_body(struct feed *f)
{
    if (f->body_bytes) fprintf(f->full_out, "body %ju %jx\n", (uintmax_t)f->body_bytes, (uintmax_t)f->body_hash);
    f->body_bytes = 0;
    f->body_hash = 0xcbf29ce484222325u;
}

static inline void feed_print(struct feed *f, const char *name, struct slice s)
{
    fprintf(f->full_out, " %s=\"", name);
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x20 || c > 0x7E || c == '"') fprintf(f->full_out, "\\x%02x", c);
        else putc(c, f->full_out);
    }
    putc('"', f->full_out);
}

static inline void feed_head(struct feed *f)
{
    const struct request *r = &f->parser.request;
    struct slice method = method_text((enum method)r->method), path = request_path(r);
    fprintf(f->brief_out, "%.*s %.*s ", SLICE_ARG(method), SLICE_ARG(path));
    if (r->keep_alive) putc('k', f->brief_out);
    if (r->chunked) putc('c', f->brief_out);
    if (r->has_length) fprintf(f->brief_out, "l%ju", (uintmax_t)r->content_length);
    if (r->expect_continue) putc('x', f->brief_out);
    if (r->escaped_slash) putc('s', f->brief_out);
    if (r->asterisk) putc('*', f->brief_out);
    fprintf(f->full_out, "head %u %u %u %u%u%u%u%u%u %ju", r->method, r->minor, r->head_bytes, r->keep_alive,
            r->expect_continue, r->chunked, r->has_length, r->asterisk, r->escaped_slash, (uintmax_t)r->content_length);
    feed_print(f, "target", request_span(r, r->target));
    feed_print(f, "path", path);
    feed_print(f, "query", request_span(r, r->query));
    feed_print(f, "host", request_span(r, r->host));
    for (unsigned i = 0; i < r->n_fields; i++) {
        feed_print(f, "name", request_span(r, r->fields[i].name));
        feed_print(f, "value", request_span(r, r->fields[i].value));
    }
    putc('\n', f->full_out);
    feed_flush_body(f);
}

static inline void feed_body(struct feed *f, struct slice body)
{
    if (f->body_bytes == 0) putc('=', f->brief_out);
    for (size_t i = 0; i < body.len; i++, f->body_bytes++) {
        if (f->body_bytes < f->body_brief_max) putc(body.p[i], f->brief_out);
        f->body_hash = (f->body_hash ^ (unsigned char)body.p[i]) * 0x100000001b3u;
    }
}

static inline void feed_end(struct feed *f)
{
    feed_flush_body(f);
    putc(';', f->brief_out);
    fputs("end\n", f->full_out);
    f->n_requests++;
    free(f->carry.p);
    f->carry.p = NULL;
    f->carry.len = f->carry.room = 0;
    f->stopped = !f->parser.request.keep_alive; /* RFC 9112 §9.6: what follows is ignored */
}

static inline void feed_error(struct feed *f)
{
    feed_flush_body(f);
    fprintf(f->brief_out, "!%u", f->parser.status);
    fprintf(f->full_out, "error %u %s %s\n", f->parser.status, f->parser.slug, f->parser.detail);
    f->stopped = true;
}

static inline void feed_piece(struct feed *f, const char *bytes, size_t len)
{
    struct piece piece = f->on_heap && len ? piece_on_heap(bytes, len) : piece_new(bytes, len);
    struct slice in = {piece.bytes, len}, body = {NULL, 0};
    enum parser_event event = PARSER_HEAD;
    while (event != PARSER_MORE && !f->stopped) {
        event = parser_next(&f->parser, &in, &body);
        if (f->check) f->check(f, event, slice_make(piece.bytes, len), in, body);
        if (event == PARSER_HEAD) feed_head(f);
        if (event == PARSER_BODY) feed_body(f, body);
        if (event == PARSER_END) feed_end(f);
        if (event == PARSER_ERROR) feed_error(f);
    }
    piece_free(&piece);
}

/* In pieces of step bytes, the first one of first bytes. */
static inline void feed_all(struct feed *f, const char *bytes, size_t len, size_t first, size_t step)
{
    size_t at = 0, n = first < len ? first : len;
    while (at < len && !f->stopped) {
        feed_piece(f, bytes + at, n);
        at += n;
        n = step < len - at ? step : len - at;
    }
}

static inline void feed_run(struct feed *f, struct slice bytes, size_t first, size_t step)
{
    feed_init(f);
    f->on_heap = bytes.len / step > 1000;
    feed_all(f, bytes.p, bytes.len, first, step);
    feed_finish(f);
}

/* The whole, in single bytes, and cut in two at every stride-th offset: returns a text that says where a run differs,
 * or NULL. */
static inline const char *feed_compare(struct slice bytes, const char *expected, size_t stride)
{
    static char report[1024];
    static struct feed whole, cut;
    const char *result = NULL;
    feed_run(&whole, bytes, bytes.len, bytes.len);
    if (expected && strcmp(whole.brief, expected) != 0) {
        snprintf(report, sizeof report, "got %s, not %s: %s", whole.brief, expected, whole.full);
        result = report;
    }
    for (size_t at = 0; at < bytes.len && !result; at += stride) {
        feed_run(&cut, bytes, at ? at : 1, at ? bytes.len : 1);
        if (strcmp(cut.full, whole.full) != 0 || strcmp(cut.brief, whole.brief) != 0) {
            snprintf(report, sizeof report, "cut at %zu: %s / %s, whole: %s / %s", at, cut.brief, cut.full,
                     whole.brief, whole.full);
            result = report;
        }
        feed_free(&cut);
    }
    feed_free(&whole);
    return result;
}

#endif
