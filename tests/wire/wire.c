#include "wire.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* ---- the build, the time ---- */

bool wire_is_slow(void)
{
    const char *build = getenv("QUERN_BUILD");
    return build && (strstr(build, "asan") || strstr(build, "tsan") || strstr(build, "fault"));
}

unsigned wire_scaled(unsigned n)
{
    const char *divisor = getenv("QUERN_WIRE_DIVISOR");
    unsigned by = divisor ? (unsigned)strtoul(divisor, NULL, 10) : wire_is_slow() ? 10 : 1;
    return by > 1 ? n / by + 1 : n;
}

long wire_now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void wire_pause_us(long us)
{
    struct timespec t = {us / 1000000, us % 1000000 * 1000};
    (void)nanosleep(&t, NULL);
}

void wire_up(struct server *s, const char *config, const char *const *extra_args)
{
    const char *args[32] = {"--listen", "127.0.0.1:0", "--ephemeral", "--config", "quern.json"};
    char path[128];
    server_folder_new(s);
    (void)snprintf(path, sizeof path, "%s/quern.json", s->folder);
    FILE *f = fopen(path, "we");
    cr_assert(f && fputs(config, f) >= 0 && fclose(f) == 0, "%s", path);
    for (size_t n = 5; extra_args && *extra_args; n++) args[n] = *extra_args++;
    server_start(s, args);
    server_wait_ready(s);
}

static void name_of_release(const struct server *s, char path[128])
{
    (void)snprintf(path, 128, "%s/released", s->folder);
}

void wire_release(const struct server *s)
{
    char path[128];
    name_of_release(s, path);
    FILE *f = fopen(path, "we");
    cr_assert(f && fclose(f) == 0, "%s: %s", path, strerror(errno));
}

void wire_hold_again(const struct server *s)
{
    char path[128];
    name_of_release(s, path);
    cr_assert_eq(unlink(path), 0, "%s: %s", path, strerror(errno));
}

/* ---- what the server says of itself ---- */

char *wire_metrics(int port)
{
    struct reply r = http_request(port, "GET", "/metrics", NULL, NULL);
    cr_assert_eq(r.status, 200, "%s%s", r.head, r.body);
    free(r.head);
    return r.body;
}

long wire_number(const char *metrics, const char *name)
{
    size_t len = strlen(name);
    for (const char *line = metrics; line && *line; line = strchr(line, '\n')) {
        if (*line == '\n') line++;
        if (strncmp(line, name, len) == 0 && line[len] == ' ') return (long)strtod(line + len, NULL);
    }
    cr_assert_fail("there is no metric %s", name);
    return -1;
}

long wire_metric(int port, const char *name)
{
    char *text = wire_metrics(port);
    long n = wire_number(text, name);
    free(text);
    return n;
}

long wire_resident_kib(const struct server *s)
{
    char path[64], line[256];
    long kib = -1;
    (void)snprintf(path, sizeof path, "/proc/%d/status", (int)s->pid);
    FILE *f = fopen(path, "re");
    cr_assert(f, "%s", path);
    while (kib < 0 && fgets(line, sizeof line, f))
        if (strncmp(line, "VmRSS:", 6) == 0) kib = strtol(line + 6, NULL, 10);
    (void)fclose(f);
    cr_assert(kib > 0);
    return kib;
}

static long count_files(const struct server *s)
{
    char path[64];
    long n = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/fd", (int)s->pid);
    DIR *d = opendir(path);
    cr_assert(d, "%s: %s", path, strerror(errno));
    while (readdir(d)) n++;
    (void)closedir(d);
    return n;
}

/* All zero while the server is too busy to say. */
static struct wire_rest read_rest(const struct server *s)
{
    struct reply r = http_request(s->port, "GET", "/metrics", NULL, NULL);
    if (r.status == 503) {
        reply_free(&r);
        return (struct wire_rest){0};
    }
    cr_assert_eq(r.status, 200, "%s%s", r.head, r.body);
    const char *m = r.body;
    struct wire_rest rest = {
        .connections = wire_number(m, "quern_connections"),
        .sessions = wire_number(m, "quern_sessions"),
        .exchanges = wire_number(m, "quern_exchanges"),
        .calls = wire_number(m, "quern_calls"),
        .tasks_out = wire_number(m, "quern_tasks_out"),
        .tasks_waiting = wire_number(m, "quern_tasks_waiting"),
        .buffers_held = wire_number(m, "quern_receive_buffers_held"),
        .chunks = wire_number(m, "quern_chunks"),
        .blocks = wire_number(m, "quern_body_blocks"),
        .files = count_files(s),
    };
    reply_free(&r);
    return rest;
}

struct wire_rest wire_rest_of(const struct server *s)
{
    struct wire_rest rest = read_rest(s);
    for (long end = wire_now_ms() + PATIENCE_MS; wire_now_ms() < end; wire_pause_us(2000)) {
        struct wire_rest again = read_rest(s); /* the scrape before may still be closing */
        if (again.connections == 1 && again.sessions == 1 && again.exchanges == 1 && again.calls == 0 && again.tasks_out == 0 &&
            memcmp(&rest, &again, sizeof rest) == 0)
            return rest;
        rest = again;
    }
    cr_assert_fail("the server does not come to rest: %ld connections", rest.connections);
    return rest;
}

void wire_rest_again(const struct server *s, const struct wire_rest *before)
{
    struct wire_rest now = {0};
    for (long end = wire_now_ms() + PATIENCE_MS; wire_now_ms() < end; wire_pause_us(5000)) {
        now = read_rest(s);
        if (memcmp(&now, before, sizeof now) == 0) return;
    }
    const long *a = &before->connections, *b = &now.connections;
    static const char *const names[] = {"connections",   "sessions",     "exchanges", "calls",  "tasks out",
                                        "tasks waiting", "buffers held", "chunks",    "blocks", "files"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        cr_expect_eq(a[i], b[i], "%s: %ld at the start, %ld now", names[i], a[i], b[i]);
    cr_assert_fail("the server does not come to rest again");
}

void wire_await_log(const struct server *s, const char *words, unsigned n)
{
    unsigned now = 0;
    for (long end = wire_now_ms() + PATIENCE_MS; wire_now_ms() < end; wire_pause_us(2000)) {
        char *text = server_log(s);
        now = 0;
        for (const char *at = text; (at = strstr(at, words)); at += strlen(words)) now++;
        free(text);
        if (now >= n) break;
    }
    cr_assert_eq(now, n, "%u times, not %u: %s", now, n, words);
}

/* ---- connections ---- */

/* Takes what is there to the client's unread part. False: the peer has ended the connection. */
static bool read_now(struct client *c)
{
    if (c->room - c->len < 65536) {
        c->room = (c->room + 65536) * 2;
        c->held = realloc(c->held, c->room);
        cr_assert(c->held);
    }
    ssize_t n = recv(c->fd, c->held + c->len, c->room - c->len, MSG_DONTWAIT);
    if (n > 0) c->len += (size_t)n;
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

bool wire_pump(struct client *c, const void *bytes, size_t len)
{
    const char *p = bytes;
    long end = wire_now_ms() + c->wait_ms;
    while (len) {
        struct pollfd want = {.fd = c->fd, .events = POLLIN | POLLOUT};
        cr_assert(wire_now_ms() < end && poll(&want, 1, 1000) >= 0, "%zu bytes cannot be sent", len);
        if (want.revents & POLLIN && !read_now(c)) return false;
        if (!(want.revents & POLLOUT)) continue;
        ssize_t n = send(c->fd, p, len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno != EAGAIN && errno != EINTR) return false;
        if (n <= 0) continue;
        p += n;
        len -= (size_t)n;
        end = wire_now_ms() + c->wait_ms;
    }
    return true;
}

bool wire_ends(struct client *c)
{
    char byte;
    size_t n;
    return client_read_some(c, &byte, 1, &n) == CLIENT_CLOSED;
}

bool wire_is_quiet(struct client *c)
{
    struct pollfd p = {.fd = c->fd, .events = POLLIN};
    return c->start == c->len && poll(&p, 1, 0) == 0;
}

/* ---- replies ---- */

int wire_late_s = 60;

/* "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 §5.6.7), and of now. */
static bool is_now(const char *date)
{
    struct tm tm = {0};
    char again[40];
    const char *end = strptime(date, "%a, %d %b %Y %H:%M:%S GMT", &tm);
    if (!end || *end) return false;
    time_t then = timegm(&tm), now = time(NULL);
    (void)strftime(again, sizeof again, "%a, %d %b %Y %H:%M:%S GMT", &tm);
    return strcmp(again, date) == 0 && then <= now + 1 && then >= now - wire_late_s;
}

static bool has_field_twice(const struct reply *r)
{
    for (const char *line = strstr(r->head, "\r\n"); line && line[2]; line = strstr(line + 2, "\r\n")) {
        char name[128];
        size_t len = strcspn(line + 2, ":\r");
        if (len == 0 || len >= sizeof name || line[2 + len] != ':') return true; /* no field at all */
        memcpy(name, line + 2, len);
        name[len] = '\0';
        if (reply_header_count(r, name) > 1 && strcmp(name, "WWW-Authenticate") != 0) return true; /* a line for each scheme */
    }
    return false;
}

const char *wire_fault(const struct reply *r, bool is_last)
{
    const char *date = reply_header(r, "Date"), *connection = reply_header(r, "Connection");
    bool no_content = r->status == 204 || r->status == 304;
    bool says_close = connection && strcasecmp(connection, "close") == 0;
    if (r->minor != 1) return "the version is not HTTP/1.1";
    if (reply_header_count(r, "Date") != 1) return "there is not one Date";
    if (!is_now(date)) return "Date is not the time";
    if (reply_header_count(r, "X-Request-Id") != 1) return "there is not one X-Request-Id";
    if (has_field_twice(r)) return "a field stands there twice, or a line is no field";
    if (r->chunked || r->until_close) return "the body is framed otherwise than by Content-Length";
    if (no_content == r->has_length) return no_content ? "no content, and a length" : "there is no Content-Length";
    if (is_last && !says_close) return "the connection ends and Connection does not say so";
    if (!is_last && says_close) return "Connection says close and the connection stays";
    if (r->status == 405 && !reply_header(r, "Allow")) return "405 without Allow";
    if (r->status >= 400 && r->status != 503 && !reply_header(r, "Content-Type")) return "an error without a document";
    return NULL;
}

static void expect(struct client *c, int status, const char *body, bool is_last)
{
    struct reply r;
    client_read_reply(c, &r);
    const char *fault = wire_fault(&r, is_last);
    cr_assert_eq(r.status, status, "%d, not %d\n%s%s", r.status, status, r.head, r.body);
    cr_assert_null(fault, "%s\n%s", fault, r.head);
    if (body) cr_assert_str_eq(r.body, body);
    reply_free(&r);
}

void wire_expect(struct client *c, int status, const char *body)
{
    expect(c, status, body, false);
}

void wire_expect_last(struct client *c, int status)
{
    expect(c, status, NULL, true);
    cr_assert(wire_ends(c), "the connection does not end after %d", status);
}

/* ---- bytes ---- */

struct wire_random wire_random_from(uint64_t usual)
{
    const char *seed = getenv("QUERN_WIRE_SEED");
    uint64_t n = seed ? strtoull(seed, NULL, 10) * UINT64_C(0x9e3779b97f4a7c15) : 0;
    return (struct wire_random){n ? n : usual};
}

uint32_t wire_random(struct wire_random *r, uint32_t below)
{
    r->state ^= r->state << 13;
    r->state ^= r->state >> 7;
    r->state ^= r->state << 17;
    return (uint32_t)((r->state >> 32) * below >> 32);
}

static char *make_room(struct wire_text *t, size_t len)
{
    if (t->room - t->len < len + 1) {
        t->room = (t->room + len + 64) * 2;
        t->p = realloc(t->p, t->room);
        cr_assert(t->p);
    }
    char *at = t->p + t->len;
    t->len += len;
    t->p[t->len] = '\0';
    return at;
}

void wire_add(struct wire_text *t, const void *bytes, size_t len)
{
    memcpy(make_room(t, len), bytes, len);
}

void wire_fill(struct wire_text *t, char byte, size_t n)
{
    memset(make_room(t, n), byte, n);
}

void wire_addf(struct wire_text *t, const char *format, ...)
{
    char *text;
    va_list args;
    va_start(args, format);
    int len = vasprintf(&text, format, args);
    va_end(args);
    cr_assert(len >= 0);
    wire_add(t, text, (size_t)len);
    free(text);
}

void wire_text_free(struct wire_text *t)
{
    free(t->p);
    *t = (struct wire_text){0};
}
