/* Every limit of a request at the limit and one above: what is over it gets its own status, and the connection or the server goes on.
 * What there is room for only so often: test_http_limits_room.c. */
#include "call.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define GET "GET /livez HTTP/1.1\r\n" HOST "\r\n"
#define EXPECT "Expect: 100-continue\r\n"

/* ---- sizes of a head ---- */

/* Sends it whole and cut at several places; a refusal must be the last thing on the connection. */
static void try_head(int port, const struct wire_text *t, int status)
{
    const size_t cuts[] = {0, 1, 4079, 4080, 4081, 8191, 8192, 8193, t->len / 2, t->len - 3, t->len - 1};
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        struct client c;
        if (cuts[i] >= t->len) continue;
        client_connect(&c, port);
        (void)wire_pump(&c, t->p, cuts[i]);
        wire_pause_us(300);
        (void)wire_pump(&c, t->p + cuts[i], t->len - cuts[i]);
        if (status < 300) {
            wire_expect(&c, status, NULL);
            client_send_text(&c, GET);
            wire_expect(&c, 200, "ok\n");
        } else {
            wire_expect_last(&c, status);
        }
        client_close(&c);
    }
}

static void try_line(int port, size_t bytes, int status)
{
    struct wire_text t = {0};
    wire_addf(&t, "GET /livez?");
    wire_fill(&t, 'q', bytes - strlen("GET /livez? HTTP/1.1\r\n"));
    wire_addf(&t, " HTTP/1.1\r\n" HOST "\r\n");
    try_head(port, &t, status);
    wire_text_free(&t);
}

/* bytes: of the line, with its CRLF. */
static void add_field(struct wire_text *t, const char *name, size_t bytes)
{
    wire_addf(t, "%s: ", name);
    wire_fill(t, 'v', bytes - strlen(name) - 4);
    wire_addf(t, "\r\n");
}

static void try_field(int port, size_t bytes, int status)
{
    struct wire_text t = {0};
    wire_addf(&t, "GET /livez HTTP/1.1\r\n" HOST);
    add_field(&t, "X", bytes);
    wire_addf(&t, "\r\n");
    try_head(port, &t, status);
    wire_text_free(&t);
}

static void try_count(int port, int n, int status)
{
    struct wire_text t = {0};
    wire_addf(&t, "GET /livez HTTP/1.1\r\n" HOST);
    for (int i = 1; i < n; i++) wire_addf(&t, "X-%d: v\r\n", i);
    wire_addf(&t, "\r\n");
    try_head(port, &t, status);
    wire_text_free(&t);
}

/* bytes: of all field lines together. */
static void try_fields(int port, size_t bytes, int status)
{
    struct wire_text t = {0};
    wire_addf(&t, "GET /livez HTTP/1.1\r\n");
    size_t line = t.len;
    wire_addf(&t, HOST);
    while (bytes - (t.len - line) > 8000) add_field(&t, "X", 4000);
    add_field(&t, "X", bytes - (t.len - line));
    wire_addf(&t, "\r\n");
    try_head(port, &t, status);
    wire_text_free(&t);
}

Test(wire_http_limits, head, .timeout = 60)
{
    struct server srv;
    server_up(&srv, NULL);
    struct wire_rest before = wire_rest_of(&srv);
    try_line(srv.port, 8000, 200);
    try_line(srv.port, 8192, 200);
    try_line(srv.port, 8193, 414);
    try_line(srv.port, 60000, 414);
    try_field(srv.port, 8192, 200);
    try_field(srv.port, 8193, 431);
    try_field(srv.port, 60000, 431);
    try_count(srv.port, 100, 200);
    try_count(srv.port, 101, 431);
    try_count(srv.port, 2000, 431);
    try_fields(srv.port, 32768, 200);
    try_fields(srv.port, 32769, 431);
    try_fields(srv.port, 200000, 431);
    wire_rest_again(&srv, &before);
    cr_assert_eq(server_down(&srv), 0);
}

/* The largest head there may be, of a request that is parked. */
Test(wire_http_limits, largest_head_is_parked, .timeout = 60)
{
    struct server srv;
    struct wire_text t = {0};
    server_up(&srv, NULL);
    struct wire_rest before = wire_rest_of(&srv);
    wire_addf(&t, "POST /run/echo?");
    wire_fill(&t, '&', 8192 - strlen("POST /run/echo? HTTP/1.1\r\n"));
    wire_addf(&t, " HTTP/1.1\r\n" HOST "Content-Type: text/x-%0100d\r\nContent-Length: 5\r\n", 7);
    while (t.len < 8192 + 32000) add_field(&t, "X", 500);
    wire_addf(&t, "\r\nhello");
    for (size_t cut = 1; cut < t.len; cut += wire_is_slow() ? 4001 : 401) {
        struct client c;
        client_connect(&c, srv.port);
        client_send(&c, t.p, cut);
        wire_pause_us(200);
        client_send(&c, t.p + cut, t.len - cut);
        wire_expect(&c, 200, "hello");
        client_close(&c);
    }
    wire_text_free(&t);
    wire_rest_again(&srv, &before);
    cr_assert_eq(server_down(&srv), 0);
}

/* More half-sent large heads than there is room for: those beyond are told so, the others go on. */
Test(wire_http_limits, many_large_heads, .timeout = 60)
{
    enum { N = 300, ROOM = 256 };
    static struct client c[N];
    struct server srv;
    struct wire_text t = {0};
    int refused = 0;
    wire_up(&srv, "{\"header_timeout\": 600}", (const char *const[]){"--shards", "1", NULL});
    struct wire_rest before = wire_rest_of(&srv);
    wire_addf(&t, "GET /livez HTTP/1.1\r\n" HOST);
    add_field(&t, "X", 6000);
    for (int i = 0; i < N; i++) {
        client_connect(&c[i], srv.port);
        client_send(&c[i], t.p, t.len);
    }
    while (wire_metric(srv.port, "quern_http_errors_total") < N - ROOM) wire_pause_us(5000);
    for (int i = 0; i < N; i++) {
        (void)client_try_send(&c[i], "\r\n", 2);
        struct reply r;
        client_read_reply(&c[i], &r);
        cr_assert(r.status == 200 || (r.status == 503 && !r.keeps_open), "%s", r.head);
        refused += r.status == 503;
        reply_free(&r);
        client_close(&c[i]);
    }
    cr_assert_eq(refused, N - ROOM, "%d were refused", refused);
    wire_text_free(&t);
    wire_rest_again(&srv, &before);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- bodies ---- */

#define JOB "POST /ojs/v1/jobs HTTP/1.1\r\n" HOST "Content-Type: application/openjobspec+json\r\n"

/* A job of exactly that many bytes. */
static void add_job(struct wire_text *t, size_t bytes)
{
    static const char start[] = "{\"type\":\"t.none\",\"args\":[\"", end[] = "\"]}";
    wire_addf(t, start);
    wire_fill(t, 'a', bytes - sizeof start - sizeof end + 2);
    wire_addf(t, end);
}

static void try_job(int port, size_t bytes, bool chunked, int status)
{
    struct client c;
    struct wire_text t = {0};
    client_connect(&c, port);
    wire_addf(&t, JOB);
    if (chunked) wire_addf(&t, "Transfer-Encoding: chunked\r\n\r\n%zx\r\n", bytes);
    else wire_addf(&t, "Content-Length: %zu\r\n\r\n", bytes);
    add_job(&t, bytes);
    if (chunked) wire_addf(&t, "\r\n0\r\n\r\n");
    (void)wire_pump(&c, t.p, t.len);
    if (status < 300) wire_expect(&c, status, NULL);
    else wire_expect_last(&c, status);
    client_close(&c);
    wire_text_free(&t);
}

static void refuse(int port, const char *request, int status)
{
    struct client c;
    struct reply r;
    client_connect(&c, port);
    client_send_text(&c, request);
    client_read_reply(&c, &r);
    cr_assert_eq(r.status, status, "%s%s", r.head, r.body);
    cr_assert_eq(r.n_interim, 0, "100 before a refusal");
    cr_assert_null(wire_fault(&r, true));
    cr_assert(wire_ends(&c));
    reply_free(&r);
    client_close(&c);
}

Test(wire_http_limits, body, .timeout = 60)
{
    struct server srv;
    server_up(&srv, NULL);
    struct wire_rest before = wire_rest_of(&srv);
    try_job(srv.port, (1 << 20) + 1, false, 413);
    try_job(srv.port, (1 << 20) + 1, true, 413);
    refuse(srv.port, JOB "Content-Length: 2147483648\r\n\r\n", 413); /* at once: not a byte of it comes */
    refuse(srv.port, JOB "Content-Length: 9223372036854775807\r\n\r\n", 413);
    refuse(srv.port, JOB EXPECT "Content-Length: 1048577\r\n\r\n", 413);
    refuse(srv.port, "POST /run/echo HTTP/1.1\r\n" HOST "Content-Length: 2147483648\r\n\r\n", 413);
    refuse(srv.port, "POST /run/echo HTTP/1.1\r\n" HOST EXPECT "Content-Length: 67108865\r\n\r\n", 413);
    refuse(srv.port, "POST /run/nothing HTTP/1.1\r\n" HOST EXPECT "Content-Length: 5\r\n\r\n", 404);
    refuse(srv.port, "POST /nothing HTTP/1.1\r\n" HOST "Content-Length: 2147483648\r\n\r\n", 404);
    wire_rest_again(&srv, &before);
    try_job(srv.port, 1 << 20, false, 201); /* these stay */
    try_job(srv.port, 1 << 20, true, 201);
    cr_assert_eq(server_down(&srv), 0);
}

/* A body that nobody wants is read up to 64 KiB, to keep the connection. */
Test(wire_http_limits, unwanted_body, .timeout = 60)
{
    struct server srv;
    struct client c;
    struct wire_text t = {0};
    server_up(&srv, NULL);
    client_connect(&c, srv.port);
    wire_addf(&t, "GET /livez HTTP/1.1\r\n" HOST "Content-Length: 65536\r\n\r\n");
    wire_fill(&t, 'x', 65536);
    wire_addf(&t, GET "POST /nothing HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n10000\r\n");
    wire_fill(&t, 'x', 65536);
    wire_addf(&t, "\r\n0\r\n\r\n" GET "POST /nothing HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n10001\r\n");
    wire_fill(&t, 'x', 65537);
    wire_addf(&t, "\r\n0\r\n\r\n" GET);
    cr_assert(wire_pump(&c, t.p, t.len));
    wire_expect(&c, 200, "ok\n");
    wire_expect(&c, 200, "ok\n");
    wire_expect(&c, 404, NULL);
    wire_expect(&c, 200, "ok\n");
    wire_expect_last(&c, 413);
    client_close(&c);
    wire_text_free(&t);
    client_connect(&c, srv.port);
    client_send_text(&c, "GET /livez HTTP/1.1\r\n" HOST "Content-Length: 65537\r\n\r\n");
    wire_expect_last(&c, 200); /* without waiting for it */
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

static void try_nested(struct client *c, size_t depth, int status)
{
    struct wire_text t = {0}, body = {0};
    wire_addf(&body, "{\"type\":\"t.none\",\"args\":");
    wire_fill(&body, '[', depth - 1); /* the object is one more */
    wire_fill(&body, ']', depth - 1);
    wire_addf(&body, "}");
    wire_addf(&t, JOB "Content-Length: %zu\r\n\r\n%s", body.len, body.p);
    cr_assert(wire_pump(c, t.p, t.len));
    wire_expect(c, status, NULL);
    wire_text_free(&t);
    wire_text_free(&body);
}

Test(wire_http_limits, nested_json, .timeout = 60)
{
    struct server srv;
    struct client c;
    server_up(&srv, NULL);
    client_connect(&c, srv.port);
    try_nested(&c, 64, 201);
    try_nested(&c, 65, 400);
    try_nested(&c, 10000, 400);
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- deadlines ---- */

/* One connection that is too slow in its own way. */
struct dawdler {
    const char *name, *first; /* what it sends at once; NULL: nothing */
    const char *drip;         /* then a byte of this every 300 ms; NULL: nothing more */
    int status;               /* 0: the connection ends without a word */
    bool after_200;           /* behind an answer to what it sent before */
    long from_ms;             /* before that nothing may come */
    struct client c;
    size_t dripped;
    long began_ms, came_ms;
    bool is_late; /* its drip once stood still for so long that it is no drip: the machine is too busy to judge it */
};

/* clang-format off */
#define SLOW(name_, first_, drip_, status_, after_, from_) \
    {.name = name_, .first = first_, .drip = drip_, .status = status_, .after_200 = after_, .from_ms = from_}
#define CALL(fields) "POST /run/echo HTTP/1.1\r\n" HOST fields "\r\n"
#define LONG "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
static struct dawdler dawdlers[] = {
    SLOW("half a request line", "GET /li", NULL, 408, false, 900),
    SLOW("half a field", "GET /livez HTTP/1.1\r\nHost: q.te", NULL, 408, false, 900),
    SLOW("a drip of a head", "G", "ET /livez HTTP/1.1\r\nX: " LONG LONG LONG, 408, false, 900),
    SLOW("a drip of empty lines", "\r\n", "\r\n", 408, false, 900),
    SLOW("half a head behind a request", GET "GET /li", NULL, 408, true, 900),
    SLOW("half a body", CALL("Content-Length: 10\r\n") "hel", NULL, 408, false, 900),
    SLOW("no body", CALL("Content-Length: 10\r\n"), NULL, 408, false, 900),
    SLOW("no last chunk", CALL("Transfer-Encoding: chunked\r\n") "5\r\nhello\r\n", NULL, 408, false, 900),
    SLOW("half of a body nobody wants", "GET /livez HTTP/1.1\r\n" HOST "Content-Length: 10\r\n\r\nhel", NULL, 408, false, 900),
    SLOW("a slow body in time", CALL("Content-Length: 8\r\n") "1", "2345678", 200, false, 1800),
    SLOW("nothing", NULL, NULL, 0, false, 900),
    SLOW("nothing behind a request", GET, NULL, 0, true, 1800),
};
/* clang-format on */
#define DAWDLERS (sizeof dawdlers / sizeof *dawdlers)

static void drip(struct dawdler *d, long now_ms)
{
    static const long every_ms = 300;
    if (!d->drip || d->came_ms || d->dripped >= strlen(d->drip)) return;
    long due_ms = d->began_ms + every_ms * (long)(d->dripped + 1);
    if (now_ms < due_ms) return;
    (void)client_try_send(&d->c, d->drip + d->dripped++, 1);
    d->is_late |= wire_now_ms() - due_ms > 400;
}

static void begin_to_dawdle(struct dawdler *d, int port)
{
    d->began_ms = wire_now_ms();
    client_connect(&d->c, port);
    if (d->first) client_send_text(&d->c, d->first);
    if (d->after_200) wire_expect(&d->c, 200, "ok\n");
}

/* Until each of them has heard something, or for so long that it was forgotten. */
static void dawdle(struct dawdler *all)
{
    size_t n = 0;
    for (long end = wire_now_ms() + PATIENCE_MS; n < DAWDLERS && wire_now_ms() < end;) {
        struct pollfd p[DAWDLERS];
        for (size_t i = 0; i < DAWDLERS; i++) {
            drip(&all[i], wire_now_ms());
            p[i] = (struct pollfd){.fd = all[i].came_ms ? -1 : all[i].c.fd, .events = POLLIN};
        }
        cr_assert(poll(p, DAWDLERS, 20) >= 0);
        for (size_t i = 0; i < DAWDLERS; i++) {
            if (!p[i].revents) continue;
            all[i].came_ms = wire_now_ms();
            n++;
        }
    }
}

/* What it was told; 0: nothing. */
static int expect_in_time(struct dawdler *d)
{
    int status = d->status;
    long took = d->came_ms - d->began_ms;
    cr_assert(d->came_ms && took >= d->from_ms, "%s: something came after %ld ms", d->name, took);
    if (status == 200 && d->is_late) {
        struct reply r;
        client_read_reply(&d->c, &r);
        cr_assert(r.status == 200 || r.status == 408, "%s: %s", d->name, r.head);
        status = r.status;
        reply_free(&r);
    } else if (status == 0) {
        cr_assert(wire_ends(&d->c), "%s", d->name);
    } else if (status == 200) {
        wire_expect(&d->c, 200, NULL);
    } else {
        wire_expect_last(&d->c, status);
    }
    client_close(&d->c);
    return status;
}

Test(wire_http_limits, deadlines, .timeout = 60)
{
    struct server srv;
    int n_told = 0;
    wire_up(&srv, "{\"first_byte_timeout\": 1, \"header_timeout\": 1, \"body_timeout\": 1, \"idle_timeout\": 2}", NULL);
    struct wire_rest before = wire_rest_of(&srv);
    for (size_t i = 0; i < DAWDLERS; i++) begin_to_dawdle(&dawdlers[i], srv.port);
    dawdle(dawdlers);
    for (size_t i = 0; i < DAWDLERS; i++) n_told += expect_in_time(&dawdlers[i]) == 408;
    char *m = wire_metrics(srv.port);
    cr_assert_eq(wire_number(m, "quern_http_head_timeouts_total"), 5);
    cr_assert_eq(wire_number(m, "quern_http_body_timeouts_total"), n_told - 5);
    free(m);
    wire_rest_again(&srv, &before);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- memory ---- */

Test(wire_http_limits, body_memory, .timeout = 60)
{
    struct server srv;
    struct client a, b;
    struct wire_text t = {0};
    wire_up(&srv, "{\"body_memory\": 1048576}", NULL);
    struct wire_rest before = wire_rest_of(&srv);
    wire_fill(&t, 'x', 700000);
    refuse(srv.port, CALL("Content-Length: 1048577\r\n"), 503); /* more than there is */
    client_connect(&a, srv.port);
    client_send_text(&a, CALL("Content-Length: 700000\r\n"));
    client_send(&a, t.p, 350000);
    while (wire_metric(srv.port, "quern_body_bytes") < 700000) wire_pause_us(2000);
    refuse(srv.port, CALL("Content-Length: 700000\r\n"), 503); /* more than is left */
    client_connect(&b, srv.port);
    client_send_text(&b, CALL("Content-Length: 100000\r\n"));
    client_send(&b, t.p, 100000);
    struct reply r;
    client_read_reply(&b, &r);
    cr_assert(r.status == 200 && r.body_len == 100000);
    reply_free(&r);
    client_send(&a, t.p + 350000, 350000);
    client_read_reply(&a, &r);
    cr_assert(r.status == 200 && r.body_len == 700000 && memcmp(r.body, t.p, 700000) == 0);
    reply_free(&r);
    client_close(&a);
    client_close(&b);
    /* A chunked body grows until there is no more. */
    client_connect(&a, srv.port);
    client_send_text(&a, "POST /run/echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 2; i++) {
        (void)client_try_send(&a, "aae60\r\n", 7);
        (void)client_try_send(&a, t.p, 700000);
        (void)client_try_send(&a, "\r\n", 2);
    }
    wire_expect_last(&a, 503);
    client_close(&a);
    wire_text_free(&t);
    wire_rest_again(&srv, &before);
    cr_assert_eq(server_down(&srv), 0);
}
