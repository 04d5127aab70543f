/* http.c: see http.h. */
#include "http.h"

#include "net.h"
#include "server.h"
#include "world.h"

#include "base/check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HEAD_MAX 4096
#define WRITE_NS (60 * NS_PER_S) /* the server takes bytes, or ends the connection */

static void pause_a_little(const struct http_conn *c)
{
    if (sim_one_in(c->slow ? 2 : 6)) sim_sleep(sim_below(c->slow ? 40 * NS_PER_MS : NS_PER_MS));
}

bool http_connect(struct http_conn *c)
{
    static const size_t rooms[] = {600, 4096, 65536};
    int listener = server_listener();
    assert(!c->s);
    c->in_len = c->owed = 0;
    c->slow = sim_one_in(5);
    c->s = listener < 0 ? NULL : net_connect(listener, rooms[sim_below(3)]);
    return c->s != NULL;
}

void http_close(struct http_conn *c, bool hard)
{
    if (!c->s) return;
    if (!c->owed && (c->in_len || c->s->in_len)) sim_fail("bytes that nobody asked for: '%.60s'", c->in_len ? c->in : c->s->in);
    sock_close(c->s, hard);
    free(c->in);
    *c = (struct http_conn){0};
}

static bool is_writable(void *arg)
{
    return sock_writable(arg);
}

static bool is_readable(void *arg)
{
    return sock_readable(arg);
}

/* ---- writing ---- */

bool http_write(struct http_conn *c, const char *p, size_t len)
{
    size_t piece_max = sim_one_in(4) ? 7 : sim_one_in(3) ? 200 : 65536;
    uint64_t until_ns = sim.now_ns + WRITE_NS;
    while (len) {
        size_t piece = sim_between(1, len < piece_max ? len : piece_max);
        long n = sock_write(c->s, p, piece);
        if (n == -EAGAIN) {
            if (sim.now_ns >= until_ns) sim_fail("the server does not take bytes, and does not end the connection");
            (void)sim_wait(is_writable, c->s, until_ns);
            continue;
        }
        if (n < 0) return false;
        p += n;
        len -= (size_t)n;
        pause_a_little(c);
    }
    return true;
}

/* ---- reading ---- */

/* False: the connection is lost. */
static bool read_more(struct http_conn *c, uint64_t until_ns)
{
    char bytes[8192];
    size_t most = sim_one_in(3) ? 50 : sizeof bytes;
    for (;;) {
        long n = sock_read(c->s, bytes, sim_between(1, most));
        if (n == -EAGAIN) {
            if (!sim_wait(is_readable, c->s, until_ns) && sim.now_ns >= until_ns)
                sim_fail("no answer: %u are owed, %zu bytes of one are there", c->owed, c->in_len);
            continue;
        }
        if (n <= 0) return false;
        if (c->in_len + (size_t)n > c->in_max) {
            c->in_max = (c->in_max + (size_t)n) * 2;
            c->in = realloc(c->in, c->in_max);
            assert(c->in);
        }
        memcpy(c->in + c->in_len, bytes, (size_t)n);
        c->in_len += (size_t)n;
        pause_a_little(c);
        return true;
    }
}

static void use(struct http_conn *c, size_t n)
{
    c->in_len -= n;
    memmove(c->in, c->in + n, c->in_len);
}

static void copy_field(char *to, size_t room, const char *value, size_t len)
{
    if (len >= room) sim_fail("a field line of %zu bytes", len);
    memcpy(to, value, len);
    to[len] = '\0';
}

/* One field line, without its CRLF. */
static void take_field(struct http_answer *a, long *length, const char *line, size_t len)
{
    const char *colon = memchr(line, ':', len);
    if (!colon || colon == line || colon[-1] == ' ') sim_fail("not a field line: '%.*s'", (int)len, line);
    const char *value = colon + 1, *end = line + len;
    while (value < end && *value == ' ') value++;
    size_t name_len = (size_t)(colon - line), value_len = (size_t)(end - value);
    for (const char *p = value; p < end; p++)
        if ((unsigned char)*p < ' ' && *p != '\t') sim_fail("a control in a field: '%.*s'", (int)len, line);
#define IS(name) (name_len == sizeof name - 1 && strncasecmp(line, name, name_len) == 0)
    if (IS("Content-Length")) {
        if (*length >= 0) sim_fail("two lengths");
        *length = strtol(value, NULL, 10);
    } else if (IS("X-Request-Id")) {
        copy_field(a->request_id, sizeof a->request_id, value, value_len);
    } else if (IS("Quern-Durability")) {
        copy_field(a->durability, sizeof a->durability, value, value_len);
    } else if (IS("Connection")) {
        a->closes = value_len == 5 && strncasecmp(value, "close", 5) == 0;
    } else if (IS("Transfer-Encoding")) {
        sim_fail("chunks are not expected here");
    }
#undef IS
}

static void read_head(struct http_answer *a, const char *p, size_t len, long *length)
{
    const char *end = p + len, *line_end = memchr(p, '\r', len);
    if (len < 13 || strncmp(p, "HTTP/1.1 ", 9) != 0 || p[12] != ' ') sim_fail("not a status line: '%.60s'", p);
    a->status = (int)strtol(p + 9, NULL, 10);
    *length = -1;
    for (p = line_end + 2; p < end - 2; p = line_end + 2) {
        line_end = memchr(p, '\r', (size_t)(end - p));
        if (!line_end || line_end[1] != '\n') sim_fail("a line without its end");
        take_field(a, length, p, (size_t)(line_end - p));
    }
}

static const char *find_head_end(const struct http_conn *c)
{
    return c->in_len < 4 ? NULL : memmem(c->in, c->in_len, "\r\n\r\n", 4);
}

static struct http_answer lost(struct http_conn *c)
{
    c->in_len = 0; /* an answer that was cut off */
    if (c->s) c->s->in_len = 0;
    return (struct http_answer){0};
}

struct http_answer http_read(struct http_conn *c, uint64_t patience_ns)
{
    struct http_answer a = {0};
    uint64_t until_ns = sim.now_ns + patience_ns;
    const char *head_end;
    long length;
    assert(c->owed);
    do {
        while ((head_end = find_head_end(c)) == NULL) {
            if (c->in_len > HEAD_MAX) sim_fail("a head without end");
            if (!read_more(c, until_ns)) return lost(c);
        }
        size_t head_len = (size_t)(head_end - c->in) + 4;
        read_head(&a, c->in, head_len, &length);
        use(c, head_len);
    } while (a.status == 100);
    if (length < 0) sim_fail("status %d without a length", a.status);
    while (c->in_len < (size_t)length)
        if (!read_more(c, until_ns)) return lost(c);
    a.body_len = (size_t)length;
    a.body = calloc(1, a.body_len + 1);
    assert(a.body);
    memcpy(a.body, c->in, a.body_len);
    use(c, a.body_len);
    c->owed--;
    return a;
}

void http_forget(struct http_answer *a)
{
    free(a->body);
    a->body = NULL;
}
