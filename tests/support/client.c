#include "client.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define HEAD_MAX 65536

const char *client_end_text(enum client_end e)
{
    switch (e) {
    case CLIENT_REPLY: return "a reply";
    case CLIENT_CLOSED: return "the server closed the connection";
    case CLIENT_RESET: return "the server reset the connection";
    case CLIENT_TIMEOUT: return "nothing came in time";
    case CLIENT_CUT: return "the connection ended within a reply";
    case CLIENT_BAD: return "what came is not an HTTP/1.1 reply";
    }
    return "?";
}

static long now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- the connection ---- */

void client_connect(struct client *c, int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *c = (struct client){.wait_ms = PATIENCE_MS};
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert(c->fd >= 0, "socket: %s", strerror(errno));
    struct timeval wait = {PATIENCE_MS / 1000, PATIENCE_MS % 1000 * 1000};
    int on = 1;
    cr_assert_eq(setsockopt(c->fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait), 0); /* also bounds connect() */
    cr_assert_eq(setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), 0);
    int rc = connect(c->fd, (const struct sockaddr *)&to, sizeof to);
    cr_assert_eq(rc, 0, "connect to port %d: %s", port, strerror(errno));
}

void client_close(struct client *c)
{
    if (c->fd >= 0) (void)close(c->fd);
    free(c->held);
    *c = (struct client){.fd = -1};
}

void client_shutdown(struct client *c)
{
    cr_assert_eq(shutdown(c->fd, SHUT_WR), 0, "shutdown: %s", strerror(errno));
}

void client_reset(struct client *c)
{
    struct linger now = {1, 0};
    cr_assert_eq(setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now), 0);
    client_close(c);
}

/* ---- sending ---- */

bool client_try_send(struct client *c, const void *bytes, size_t len)
{
    const char *p = bytes;
    while (len) {
        ssize_t n = send(c->fd, p, len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && (errno == EPIPE || errno == ECONNRESET)) return false;
        cr_assert(n > 0, "send: %s", strerror(errno));
        p += n;
        len -= (size_t)n;
    }
    return true;
}

void client_send(struct client *c, const void *bytes, size_t len)
{
    cr_assert(client_try_send(c, bytes, len), "the server closed the connection while we sent");
}

void client_send_text(struct client *c, const char *text)
{
    client_send(c, text, strlen(text));
}

void client_sendf(struct client *c, const char *format, ...)
{
    char *text;
    va_list args;
    va_start(args, format);
    int len = vasprintf(&text, format, args);
    va_end(args);
    cr_assert(len >= 0);
    client_send(c, text, (size_t)len);
    free(text);
}

/* ---- receiving ---- */

static void make_room(struct client *c)
{
    if (c->start) {
        memmove(c->held, c->held + c->start, c->len - c->start);
        c->len -= c->start;
        c->start = 0;
    }
    if (c->room - c->len >= 4096) return;
    c->room = c->room ? c->room * 2 : 16384;
    c->held = realloc(c->held, c->room);
    cr_assert(c->held);
}

/* Waits for more bytes until deadline. CLIENT_REPLY: there are some. */
static enum client_end receive(struct client *c, long deadline)
{
    make_room(c);
    for (;;) {
        long left = deadline - now_ms();
        struct pollfd p = {.fd = c->fd, .events = POLLIN};
        int ready = poll(&p, 1, left > 0 ? (int)left : 0);
        if (ready < 0 && errno == EINTR) continue;
        if (ready == 0) return CLIENT_TIMEOUT;
        ssize_t n = recv(c->fd, c->held + c->len, c->room - c->len, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return CLIENT_RESET;
        if (n == 0) return CLIENT_CLOSED;
        c->len += (size_t)n;
        return CLIENT_REPLY;
    }
}

/* Bytes of the unread part up to and with the first mark, read as far as necessary. */
static enum client_end read_until(struct client *c, const char *mark, size_t max, long deadline, size_t *len)
{
    size_t mark_len = strlen(mark);
    for (;;) {
        size_t have = c->len - c->start;
        const char *at = have ? memmem(c->held + c->start, have, mark, mark_len) : NULL;
        if (at) {
            *len = (size_t)(at - (c->held + c->start)) + mark_len;
            return CLIENT_REPLY;
        }
        if (have > max) return CLIENT_BAD;
        enum client_end e = receive(c, deadline);
        if (e != CLIENT_REPLY) return e == CLIENT_CLOSED && have ? CLIENT_CUT : e;
    }
}

/* Moves len unread bytes to the end of *out, a string of *out_len bytes. */
static enum client_end take(struct client *c, char **out, size_t *out_len, size_t len, long deadline)
{
    *out = realloc(*out, *out_len + len + 1);
    cr_assert(*out);
    while (len) {
        size_t have = c->len - c->start, n = have < len ? have : len;
        if (n == 0) {
            enum client_end e = receive(c, deadline);
            if (e == CLIENT_REPLY) continue;
            (*out)[*out_len] = '\0';
            return e == CLIENT_CLOSED ? CLIENT_CUT : e;
        }
        memcpy(*out + *out_len, c->held + c->start, n);
        c->start += n;
        *out_len += n;
        len -= n;
    }
    (*out)[*out_len] = '\0';
    return CLIENT_REPLY;
}

enum client_end client_read_some(struct client *c, char *out, size_t room, size_t *len)
{
    *len = 0;
    if (c->start == c->len) {
        enum client_end e = receive(c, now_ms() + c->wait_ms);
        if (e != CLIENT_REPLY) return e;
    }
    *len = c->len - c->start < room ? c->len - c->start : room;
    memcpy(out, c->held + c->start, *len);
    c->start += *len;
    return CLIENT_REPLY;
}

enum client_end client_read_bytes(struct client *c, char *out, size_t len)
{
    char *bytes = NULL;
    size_t got = 0;
    enum client_end e = take(c, &bytes, &got, len, now_ms() + c->wait_ms);
    memcpy(out, bytes, got);
    free(bytes);
    return e;
}

bool client_is_closed(struct client *c)
{
    if (c->start != c->len) return false;
    enum client_end e = receive(c, now_ms() + c->wait_ms);
    return e == CLIENT_CLOSED || e == CLIENT_RESET;
}

/* ---- field lines ---- */

/* The next line of that name after *at, which starts as head; NULL at the end. */
static const char *next_value(const char **at, const char *name)
{
    size_t len = strlen(name);
    while ((*at = strstr(*at, "\r\n")) != NULL && (*at)[2]) {
        *at += 2;
        if (strncasecmp(*at, name, len) == 0 && (*at)[len] == ':') return *at + len + 1;
    }
    return NULL;
}

const char *reply_header(const struct reply *r, const char *name)
{
    static char values[4][8192];
    static unsigned turn;
    const char *at = r->head, *value = at ? next_value(&at, name) : NULL;
    if (!value) return NULL;
    size_t len = strcspn(value, "\r\n");
    while (len && (*value == ' ' || *value == '\t')) value++, len--;
    while (len && (value[len - 1] == ' ' || value[len - 1] == '\t')) len--;
    char *out = values[turn++ % 4];
    cr_assert(len < sizeof values[0]);
    memcpy(out, value, len);
    out[len] = '\0';
    return out;
}

unsigned reply_header_count(const struct reply *r, const char *name)
{
    unsigned n = 0;
    for (const char *at = r->head; at && next_value(&at, name);) n++;
    return n;
}

void reply_free(struct reply *r)
{
    free(r->head);
    free(r->body);
    *r = (struct reply){0};
}

/* ---- replies ---- */

/* "HTTP/1.1 200 OK": digits where digits belong, one blank each, and any text after the second. */
static bool parse_status_line(struct reply *r)
{
    const char *h = r->head;
    if (strncmp(h, "HTTP/1.", 7) != 0 || (h[7] != '0' && h[7] != '1') || h[8] != ' ') return false;
    if (strspn(h + 9, "0123456789") != 3 || h[12] != ' ') return false;
    r->minor = h[7] - '0';
    r->status = (int)strtol(h + 9, NULL, 10);
    return r->status >= 100 && r->status <= 599;
}

static enum client_end read_head(struct client *c, struct reply *r, long deadline)
{
    size_t len, head_len = 0;
    enum client_end e = read_until(c, "\r\n\r\n", HEAD_MAX, deadline, &len);
    if (e != CLIENT_REPLY) return e;
    free(r->head);
    r->head = NULL;
    e = take(c, &r->head, &head_len, len - 2, deadline); /* without the empty line */
    c->start += 2;
    if (e != CLIENT_REPLY || !parse_status_line(r) || strlen(r->head) != head_len) return CLIENT_BAD;
    const char *connection = reply_header(r, "Connection");
    r->keeps_open = r->minor >= 1;
    if (connection && strcasecmp(connection, "close") == 0) r->keeps_open = false;
    if (connection && strcasecmp(connection, "keep-alive") == 0) r->keeps_open = true;
    return CLIENT_REPLY;
}

static enum client_end read_chunked(struct client *c, struct reply *r, long deadline)
{
    for (;;) {
        size_t line;
        enum client_end e = read_until(c, "\r\n", 1024, deadline, &line);
        if (e != CLIENT_REPLY) return e == CLIENT_CLOSED ? CLIENT_CUT : e;
        char *end;
        unsigned long size = strtoul(c->held + c->start, &end, 16);
        if (end == c->held + c->start || size > (1ul << 30)) return CLIENT_BAD;
        c->start += line;
        if (size == 0) break;
        e = take(c, &r->body, &r->body_len, size, deadline);
        if (e != CLIENT_REPLY) return e;
        char crlf[2];
        e = client_read_bytes(c, crlf, 2);
        if (e != CLIENT_REPLY) return e;
        if (memcmp(crlf, "\r\n", 2) != 0) return CLIENT_BAD;
    }
    for (size_t line = 0; line != 2; c->start += line) { /* trailers, up to the empty line */
        enum client_end e = read_until(c, "\r\n", 8192, deadline, &line);
        if (e != CLIENT_REPLY) return e == CLIENT_CLOSED ? CLIENT_CUT : e;
    }
    return CLIENT_REPLY;
}

static enum client_end read_until_close(struct client *c, struct reply *r, long deadline)
{
    r->until_close = true;
    for (;;) {
        enum client_end e = take(c, &r->body, &r->body_len, c->len - c->start, deadline);
        if (e == CLIENT_REPLY) e = receive(c, deadline);
        if (e == CLIENT_CLOSED) return CLIENT_REPLY;
        if (e != CLIENT_REPLY) return e;
    }
}

/* RFC 9112 §6.3. A reply with both framings, or with two lengths, is malformed. */
static enum client_end read_body(struct client *c, struct reply *r, bool has_body, long deadline)
{
    const char *length = reply_header(r, "Content-Length"), *coding = reply_header(r, "Transfer-Encoding");
    enum client_end e = take(c, &r->body, &r->body_len, 0, deadline); /* an empty string */
    if (e != CLIENT_REPLY) return e;
    r->has_length = length != NULL;
    r->chunked = coding && strcasecmp(coding, "chunked") == 0;
    if ((length && coding) || reply_header_count(r, "Content-Length") > 1) return CLIENT_BAD;
    if (!has_body || r->status == 204 || r->status == 304) return CLIENT_REPLY;
    if (r->chunked) return read_chunked(c, r, deadline);
    if (!length) return read_until_close(c, r, deadline);
    char *end;
    unsigned long n = strtoul(length, &end, 10);
    if (*end || end == length || n > (1ul << 30)) return CLIENT_BAD;
    return take(c, &r->body, &r->body_len, n, deadline);
}

enum client_end client_try_read(struct client *c, struct reply *r, bool has_body)
{
    long deadline = now_ms() + c->wait_ms;
    *r = (struct reply){0};
    for (;;) {
        enum client_end e = read_head(c, r, deadline);
        if (e != CLIENT_REPLY) return r->n_interim && e == CLIENT_CLOSED ? CLIENT_CUT : e;
        if (r->status >= 200 || r->status == 101) break;
        if (r->n_interim == CLIENT_INTERIM_MAX) return CLIENT_BAD;
        r->interim[r->n_interim++] = r->status;
    }
    return r->status == 101 ? CLIENT_REPLY : read_body(c, r, has_body, deadline);
}

static void read_or_fail(struct client *c, struct reply *r, bool has_body)
{
    enum client_end e = client_try_read(c, r, has_body);
    cr_assert_eq(e, CLIENT_REPLY, "in place of a reply: %s\n%s", client_end_text(e), r->head ? r->head : "");
}

void client_read_reply(struct client *c, struct reply *r)
{
    read_or_fail(c, r, true);
}

void client_read_head_reply(struct client *c, struct reply *r)
{
    read_or_fail(c, r, false);
}

/* ---- whole requests ---- */

static struct reply exchange(struct client *c, const char *method, const char *path, const char *more, const char *headers,
                             const char *body)
{
    struct reply r;
    char length[64] = "";
    if (body) (void)snprintf(length, sizeof length, "Content-Length: %zu\r\n", strlen(body));
    char *text;
    int len = asprintf(&text, "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s%s%s\r\n%s", method, path, more, length,
                       headers ? headers : "", body ? body : "");
    cr_assert(len >= 0);
    (void)client_try_send(c, text, (size_t)len); /* a server may answer and close before it has seen all of a body */
    free(text);
    read_or_fail(c, &r, strcmp(method, "HEAD") != 0);
    return r;
}

struct reply client_request(struct client *c, const char *method, const char *path, const char *headers, const char *body)
{
    return exchange(c, method, path, "", headers, body);
}

struct reply http_request(int port, const char *method, const char *path, const char *headers, const char *body)
{
    struct client c;
    client_connect(&c, port);
    struct reply r = exchange(&c, method, path, "Connection: close\r\n", headers, body);
    client_close(&c);
    return r;
}
