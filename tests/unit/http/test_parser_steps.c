/* What a parser says beside its rows (test_parser.c): slugs, the parts of a request, where it stands, and what it leaves to others. */
#include "feed.h"
#include <criterion/criterion.h>

#define H "Host: q.test\r\n"
#define GET "GET / HTTP/1.1\r\n"
#define POST "POST / HTTP/1.1\r\n" H

static struct feed feed;

Test(parser, slugs_follow_status)
{
    static const struct {
        struct slice bytes;
        const char *slug;
    } rows[] = {
        {SLICE_INIT("\n"), "malformed-http"}, {SLICE_INIT("FOO / HTTP/1.1\r\n"), "not-implemented"},
        {SLICE_INIT("GET / HTTP/2.0\r\n"), "version-not-supported"},
        {SLICE_INIT(POST "Expect: x\r\n\r\n"), "expectation-failed"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        feed_run(&feed, rows[i].bytes, rows[i].bytes.len, 1);
        cr_expect_str_eq(feed.parser.slug, rows[i].slug);
        cr_expect(strlen(feed.parser.detail) > 10);
        feed_free(&feed);
    }
}

Test(parser, an_error_is_final)
{
    char more[] = GET H "\r\n";
    struct slice in = {more, sizeof more - 1}, body;
    feed_run(&feed, SLICE("\n"), 1, 1);
    cr_expect_eq(parser_next(&feed.parser, &in, &body), PARSER_ERROR);
    cr_expect_eq(feed.parser.status, 400);
    feed_free(&feed);
}

Test(parser, fields_of_the_request)
{
    char bytes[] = "POST http://h.test:1/a%20b?c=%20d HTTP/1.1\r\nHost: other\r\nA:  b c \t\r\nE:\r\nA: 2\r\n\r\n";
    struct slice in = {bytes, sizeof bytes - 1}, body, value;
    struct parser_carry carry = {0};
    static struct parser p;
    parser_init(&p, &carry);
    cr_assert_eq(parser_next(&p, &in, &body), PARSER_HEAD);
    const struct request *r = &p.request;
    cr_expect_eq(r->head, bytes); /* nothing was copied */
    cr_expect_eq(r->head_bytes, sizeof bytes - 1);
    cr_expect(slice_eq(request_span(r, r->host), SLICE("h.test:1")));
    cr_expect(slice_eq(request_path(r), SLICE("/a b")));
    cr_expect(slice_eq(request_span(r, r->query), SLICE("c=%20d")));
    cr_expect_eq(r->n_fields, 4);
    cr_expect(request_field(r, SLICE("a"), &value) && slice_eq(value, SLICE("b c")));
    cr_expect(request_field(r, SLICE("e"), &value) && value.len == 0);
    cr_expect_eq(request_field_count(r, SLICE("a")), 2);
    cr_expect_eq(parser_next(&p, &in, &body), PARSER_END);
    cr_expect_eq(in.len, 0);
}

Test(parser, where_it_stands)
{
    static struct parser p;
    struct parser_carry carry = {.grow = feed_grow};
    static const char text[] = "\r\nPOST / HTTP/1.1\r\n" H "Content-Length: 1\r\n\r\nx";
    char bytes[sizeof text];
    struct slice body;
    feed_init(&feed); /* feed_grow() counts there */
    feed.carry = carry;
    parser_init(&p, &feed.carry);
    memcpy(bytes, text, sizeof text);
    for (size_t i = 0; i < sizeof text - 1; i++) {
        struct slice in = {bytes + i, 1};
        cr_expect_eq(parser_idle(&p), i <= 2, "at %zu", i); /* empty lines are nothing */
        cr_expect_eq(parser_in_head(&p), i > 2 && i < sizeof text - 2, "at %zu", i);
        while (parser_next(&p, &in, &body) != PARSER_MORE) continue;
    }
    cr_expect(parser_idle(&p));
    feed_finish(&feed);
    feed_free(&feed);
}

/* No byte is taken beyond the end of a request: what follows may be another protocol. */
Test(parser, takes_nothing_behind_the_end)
{
    char bytes[] = GET H "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x05hello";
    struct slice in = {bytes, sizeof bytes - 1}, body;
    struct parser_carry carry = {0};
    static struct parser p;
    parser_init(&p, &carry);
    cr_assert_eq(parser_next(&p, &in, &body), PARSER_HEAD);
    cr_assert_eq(parser_next(&p, &in, &body), PARSER_END);
    cr_expect(slice_eq(in, SLICE("\x81\x05hello")));
}

/* The same from the carry, where more was copied than the head has. */
Test(parser, gives_back_what_the_carry_took)
{
    char first[] = "GET / HT", second[] = "TP/1.1\r\n" H "\r\n\x81\x05hello";
    struct slice in = {first, sizeof first - 1}, body;
    feed_init(&feed);
    cr_assert_eq(parser_next(&feed.parser, &in, &body), PARSER_MORE);
    cr_assert_eq(in.len, 0);
    in = slice_make(second, sizeof second - 1);
    cr_assert_eq(parser_next(&feed.parser, &in, &body), PARSER_HEAD);
    cr_expect(slice_eq(in, SLICE("\x81\x05hello")));
    cr_expect_eq(feed.carry.len, feed.parser.request.head_bytes);
    feed_finish(&feed);
    feed_free(&feed);
}

Test(parser, thousand_pipelined_requests)
{
    static char bytes[1000 * 96];
    size_t len = 0;
    for (unsigned i = 0; i < 1000; i++)
        len += (size_t)snprintf(bytes + len, sizeof bytes - len, i % 2 ? "GET /%u HTTP/1.1\r\n" H "\r\n"
                                : "POST /%u HTTP/1.1\r\n" H "Content-Length: 4\r\n\r\nbody", i);
    feed_run(&feed, slice_make(bytes, len), len, len);
    char *whole = strdup(feed.full);
    cr_expect_eq(feed.n_requests, 1000);
    cr_expect_eq(feed.n_grows, 0);
    feed_free(&feed);
    feed_run(&feed, slice_make(bytes, len), 7, 4096);
    cr_expect_eq(feed.n_requests, 1000);
    cr_expect_str_eq(feed.full, whole);
    feed_free(&feed);
    free(whole);
}
