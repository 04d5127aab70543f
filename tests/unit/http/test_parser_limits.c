/* Every limit of request.h: at the limit a request passes, one above it is refused with its status, however it is cut. */
#include "feed.h"
#include <criterion/criterion.h>

#define H "Host: q.test\r\n"
#define GET "GET / HTTP/1.1\r\n"
#define CHUNKED "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n"

static struct feed feed;

/* A request being written. */
struct text {
    char *p;
    size_t len, room;
};

static void add(struct text *t, const char *bytes)
{
    size_t n = strlen(bytes);
    while (t->room - t->len < n + 1) {
        t->room = t->room * 2 + 1024;
        t->p = realloc(t->p, t->room);
        cr_assert(t->p);
    }
    memcpy(t->p + t->len, bytes, n + 1);
    t->len += n;
}

static void fill(struct text *t, char c, size_t n)
{
    char *run = malloc(n + 1);
    cr_assert(run);
    memset(run, c, n);
    run[n] = '\0';
    add(t, run);
    free(run);
}

/* A field line of that many bytes, with its CRLF. */
static void add_line(struct text *t, size_t bytes)
{
    add(t, "X: ");
    fill(t, 'v', bytes - 5);
    add(t, "\r\n");
}

/* Runs it whole, in single bytes and cut at many offsets, and frees it. */
static void expect(struct text *t, const char *brief, const char *what)
{
    size_t stride = t->len > 1000 ? t->len / 61 : 1;
    const char *wrong = feed_compare(slice_make(t->p, t->len), NULL, stride);
    cr_expect(!wrong, "%s: %s", what, wrong ? wrong : "");
    feed_run(&feed, slice_make(t->p, t->len), t->len, 1);
    size_t n = strlen(feed.brief), m = strlen(brief);
    cr_expect(n >= m && strcmp(feed.brief + n - m, brief) == 0, "%s: ends in %.40s, not %s", what,
              feed.brief + (n > 40 ? n - 40 : 0), brief);
    feed_free(&feed);
    free(t->p);
    *t = (struct text){0};
}

Test(parser_limits, method)
{
    struct text t = {0};
    fill(&t, 'A', REQUEST_METHOD_MAX);
    add(&t, " / HTTP/1.1\r\n");
    expect(&t, "!501", "method at limit");
    fill(&t, 'A', REQUEST_METHOD_MAX + 1);
    add(&t, " / HTTP/1.1\r\n");
    expect(&t, "!400", "method above");
}

static void add_request_line(struct text *t, size_t bytes)
{
    add(t, "GET /");
    fill(t, 'a', bytes - 16);
    add(t, " HTTP/1.1\r\n");
}

Test(parser_limits, request_line)
{
    struct text t = {0};
    add_request_line(&t, REQUEST_LINE_MAX);
    add(&t, H "\r\n");
    expect(&t, " k;", "line at limit");
    add_request_line(&t, REQUEST_LINE_MAX + 1);
    add(&t, H "\r\n");
    expect(&t, "!414", "line above");
    add(&t, "GET /");
    fill(&t, 'a', 3 * REQUEST_LINE_MAX);
    expect(&t, "!414", "line without end");
    add(&t, "GET /");
    fill(&t, 'a', REQUEST_LINE_MAX - 6);
    add(&t, "#");
    expect(&t, "!400", "wrong in the last byte of the limit");
    add(&t, "GET /");
    fill(&t, 'a', REQUEST_LINE_MAX - 5);
    add(&t, "#");
    expect(&t, "!414", "wrong behind the limit");
}

Test(parser_limits, one_field)
{
    struct text t = {0};
    add(&t, GET H);
    add_line(&t, REQUEST_FIELD_MAX);
    add(&t, "A: b\r\n\r\n");
    expect(&t, " k;", "field at limit");
    add(&t, GET H);
    add_line(&t, REQUEST_FIELD_MAX);
    add(&t, "\r\n");
    expect(&t, " k;", "last field at limit");
    add(&t, GET H);
    add_line(&t, REQUEST_FIELD_MAX + 1);
    add(&t, "A: b\r\n\r\n");
    expect(&t, "!431", "field above");
    add(&t, GET H "X: ");
    fill(&t, 'v', 4 * REQUEST_FIELD_MAX);
    expect(&t, "!431", "field without end");
    add(&t, GET H);
    fill(&t, 'n', 2 * REQUEST_FIELD_MAX);
    expect(&t, "!431", "name without end");
    add(&t, GET H "X:");
    fill(&t, ' ', 2 * REQUEST_FIELD_MAX);
    expect(&t, "!431", "blanks without end");
    add(&t, GET H "X: ");
    fill(&t, 'v', REQUEST_FIELD_MAX - 4);
    add(&t, "\x01");
    expect(&t, "!400", "wrong in the last byte of the limit");
    add(&t, GET H "X: ");
    fill(&t, 'v', REQUEST_FIELD_MAX - 3);
    add(&t, "\x01");
    expect(&t, "!431", "wrong behind the limit");
    add(&t, GET H "Authorization: a\r\nAuthorization: ");
    fill(&t, 'v', REQUEST_FIELD_MAX);
    add(&t, "\r\n\r\n");
    expect(&t, "!431", "too long before it is twice");
}

static void add_fields(struct text *t, size_t bytes)
{
    size_t used = sizeof H - 1, n;
    add(t, GET H);
    for (; used < bytes; used += n) {
        n = bytes - used > 2 * 8000 ? 8000 : bytes - used > 8000 ? (bytes - used) / 2 : bytes - used;
        add_line(t, n);
    }
    add(t, "\r\n");
}

Test(parser_limits, all_fields)
{
    struct text t = {0};
    add_fields(&t, REQUEST_FIELDS_BYTES_MAX);
    expect(&t, " k;", "fields at limit");
    add_fields(&t, REQUEST_FIELDS_BYTES_MAX + 1);
    expect(&t, "!431", "fields above");
    add_fields(&t, REQUEST_FIELDS_BYTES_MAX + 3);
    expect(&t, "!431", "fields above");
    add_fields(&t, 3 * REQUEST_FIELDS_BYTES_MAX);
    expect(&t, "!431", "fields far above");
    add_request_line(&t, REQUEST_LINE_MAX);
    size_t line = t.len;
    add_fields(&t, REQUEST_FIELDS_BYTES_MAX);
    memmove(t.p + line, t.p + line + sizeof GET - 1, t.len + 1 - line - (sizeof GET - 1));
    t.len -= sizeof GET - 1;
    cr_expect(t.len < REQUEST_HEAD_MAX);
    expect(&t, " k;", "the largest head there can be");
}

static void add_many(struct text *t, unsigned n)
{
    add(t, GET H);
    for (unsigned i = 1; i < n; i++) add(t, i % 2 ? "a:\r\n" : "bb: c\r\n");
    add(t, "\r\n");
}

Test(parser_limits, number_of_fields)
{
    struct text t = {0};
    add_many(&t, REQUEST_FIELDS_MAX);
    expect(&t, " k;", "fields at limit");
    add_many(&t, REQUEST_FIELDS_MAX + 1);
    expect(&t, "!431", "one field more");
    add_many(&t, 5000);
    expect(&t, "!431", "many fields");
}

Test(parser_limits, trailers)
{
    struct text t = {0};
    add(&t, CHUNKED "0\r\n");
    for (unsigned i = 0; i < REQUEST_TRAILERS_MAX; i++) add(&t, "X: y\r\n");
    add(&t, "\r\n");
    expect(&t, " kc;", "trailers at limit");
    add(&t, CHUNKED "0\r\n");
    for (unsigned i = 0; i <= REQUEST_TRAILERS_MAX; i++) add(&t, "X:\r\n");
    add(&t, "\r\n");
    expect(&t, "!431", "one trailer more");
    add(&t, CHUNKED "0\r\n");
    add_line(&t, REQUEST_TRAILER_BYTES_MAX);
    add(&t, "\r\n" GET H "\r\n");
    expect(&t, " kc;GET / k;", "trailer bytes at limit");
    add(&t, CHUNKED "0\r\n");
    add_line(&t, REQUEST_TRAILER_BYTES_MAX + 1);
    add(&t, "\r\n");
    expect(&t, "!431", "trailer bytes above");
    add(&t, CHUNKED "0\r\nX: ");
    fill(&t, 'v', 3 * REQUEST_TRAILER_BYTES_MAX);
    expect(&t, "!431", "trailer without end");
}

static void add_extension(struct text *t, size_t bytes)
{
    add(t, ";");
    fill(t, 'e', bytes - 1);
    add(t, "\r\n");
}

Test(parser_limits, chunk_extensions)
{
    struct text t = {0};
    add(&t, CHUNKED "1");
    add_extension(&t, REQUEST_CHUNK_EXT_MAX);
    add(&t, "x\r\n0\r\n\r\n");
    expect(&t, " kc=x;", "extension at limit");
    add(&t, CHUNKED "1");
    add_extension(&t, REQUEST_CHUNK_EXT_MAX + 1);
    add(&t, "x\r\n0\r\n\r\n");
    expect(&t, "!400", "extension above");
    add(&t, CHUNKED "1");
    add_extension(&t, REQUEST_CHUNK_EXT_MAX - 10);
    add(&t, "x\r\n1;123456789\r\ny\r\n0\r\n\r\n");
    expect(&t, " kc=xy;", "two extensions at limit");
    add(&t, CHUNKED "1");
    add_extension(&t, REQUEST_CHUNK_EXT_MAX - 10);
    add(&t, "x\r\n1;123456789\r\ny\r\n00\r\n\r\n");
    expect(&t, "!400", "a zero above");
    add(&t, CHUNKED "1");
    add_extension(&t, 16 * REQUEST_CHUNK_EXT_MAX);
    expect(&t, "!400", "extension far above");
    add(&t, CHUNKED);
    fill(&t, '0', REQUEST_CHUNK_EXT_MAX);
    add(&t, "1\r\nx\r\n0\r\n\r\n");
    expect(&t, " kc=x;", "leading zeros at limit");
    add(&t, CHUNKED);
    fill(&t, '0', REQUEST_CHUNK_EXT_MAX + 1);
    add(&t, "1\r\nx\r\n0\r\n\r\n");
    expect(&t, "!400", "leading zeros above");
}

/* Whole only: what is cut where makes no difference, see test_parser.c, and these are long. */
static void expect_chunks(const char *chunk, unsigned n, const char *ends_in)
{
    struct text t = {0};
    add(&t, CHUNKED);
    size_t start = t.len, bytes = strlen(chunk);
    fill(&t, ' ', n * bytes);
    for (unsigned i = 0; i < n; i++) memcpy(t.p + start + i * bytes, chunk, bytes);
    add(&t, "0\r\n\r\n");
    feed_run(&feed, slice_make(t.p, t.len), t.len, 1);
    size_t len = strlen(feed.brief);
    cr_expect_str_eq(feed.brief + len - strlen(ends_in), ends_in, "%u chunks", n);
    feed_free(&feed);
    feed_run(&feed, slice_make(t.p, t.len), 3, 65536);
    len = strlen(feed.brief);
    cr_expect_str_eq(feed.brief + len - strlen(ends_in), ends_in, "%u chunks, cut", n);
    feed_free(&feed);
    free(t.p);
}

Test(parser_limits, chunk_overhead)
{
    expect_chunks("a\r\n0123456789\r\n", 100 * 1000, ";");
    expect_chunks("2\r\nxy\r\n", 1000 * 1000, ";");
    expect_chunks("1\r\nx\r\n", 100 * 1000, ";");
    expect_chunks("1\r\nx\r\n", 1000 * 1000, "!400");
    /* n chunks of a byte cost 3 + 5 (n - 1) bytes when the last of them is announced, for n - 1 bytes of data. */
    expect_chunks("1\r\nx\r\n", 100 * 1024 - 3, ";");
    expect_chunks("1\r\nx\r\n", 100 * 1024 - 2, "!400");
}

Test(parser_limits, carry_grows_on_demand)
{
    struct text t = {0};
    add(&t, GET H);
    add_line(&t, PARSER_CARRY_FIRST - t.len - 2);
    add(&t, "\r\n");
    cr_assert_eq(t.len, PARSER_CARRY_FIRST);
    feed_run(&feed, slice_make(t.p, t.len), 1, 1);
    cr_expect_str_eq(feed.brief, "GET / k;");
    cr_expect_eq(feed.n_grows, 1);
    cr_expect_eq(feed.grow_max, PARSER_CARRY_FIRST);
    feed_free(&feed);
    t.len = 0;
    add(&t, GET H);
    add_line(&t, PARSER_CARRY_FIRST - t.len - 1);
    add(&t, "\r\n");
    feed_run(&feed, slice_make(t.p, t.len), 1, 1);
    cr_expect_str_eq(feed.brief, "GET / k;");
    cr_expect_eq(feed.n_grows, 2);
    cr_expect_eq(feed.grow_max, PARSER_CARRY_MAX);
    feed_free(&feed);
    feed_run(&feed, slice_make(t.p, t.len), t.len, 1);
    cr_expect_eq(feed.n_grows, 0);
    feed_free(&feed);
    free(t.p);
}

/* What follows the head in one input is not a reason to grow. */
Test(parser_limits, carry_takes_heads_only)
{
    struct text t = {0};
    add(&t, "POST / HTTP/1.1\r\n" H "Content-Length: 50000\r\n\r\n");
    fill(&t, 'b', 50000);
    feed_run(&feed, slice_make(t.p, t.len), 10, t.len);
    cr_expect_eq(feed.grow_max, PARSER_CARRY_FIRST);
    cr_expect_eq(feed.n_requests, 1);
    feed_free(&feed);
    free(t.p);
}

Test(parser_limits, no_memory_for_the_carry)
{
    feed_init(&feed);
    feed.grow_fails = true;
    feed_piece(&feed, "GET / HTTP/1.1\r\n" H "\r\n", sizeof "GET / HTTP/1.1\r\n" H "\r\n" - 1);
    feed_piece(&feed, "GET /", 5);
    feed_finish(&feed);
    cr_expect_str_eq(feed.brief, "GET / k;!503");
    cr_expect_str_eq(feed.parser.slug, "overloaded");
    feed_free(&feed);
}

Test(parser_limits, slugs)
{
    struct text t = {0};
    add_request_line(&t, REQUEST_LINE_MAX + 1);
    feed_run(&feed, slice_make(t.p, t.len), t.len, 1);
    cr_expect_str_eq(feed.parser.slug, "uri-too-long");
    feed_free(&feed);
    t.len = 0;
    add_many(&t, REQUEST_FIELDS_MAX + 1);
    feed_run(&feed, slice_make(t.p, t.len), t.len, 1);
    cr_expect_str_eq(feed.parser.slug, "header-too-large");
    feed_free(&feed);
    free(t.p);
}
