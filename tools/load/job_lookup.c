/* job_lookup.c: see job_lookup.h. */
#include "tools/load/job_lookup.h"

#include "base/clock.h"
#include "tools/load/reply.h"
#include "tools/load/run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <sys/un.h>
#include <unistd.h>

#define WAIT_S 10
#define AGAIN_NS (50 * NS_PER_MS) /* between two tries to connect */
#define BODY_MAX 65536u

void job_api_base(const struct options *o, char *out, size_t room)
{
    size_t len = strlen(o->path);
    while (len && o->path[len - 1] == '/') len--;
    (void)snprintf(out, room, "%.*s", len ? (int)len : 7, len ? o->path : "/ojs/v1");
}

void job_lookup_open(struct job_lookup *l, const struct options *o)
{
    *l = (struct job_lookup){.o = o, .fd = -1};
}

void job_lookup_close(struct job_lookup *l)
{
    if (l->fd >= 0) (void)close(l->fd);
    l->fd = -1;
}

static bool dial(struct job_lookup *l)
{
    struct timeval wait = {.tv_sec = WAIT_S};
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    struct sockaddr_in remote = l->o->target;
    bool is_unix = l->o->unix_path != NULL;
    if (is_unix) (void)snprintf(local.sun_path, sizeof local.sun_path, "%s", l->o->unix_path);
    else remote.sin_port = htons(l->o->dst_ports[0]);
    l->fd = socket(is_unix ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (l->fd < 0) return false;
    (void)setsockopt(l->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    (void)setsockopt(l->fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    const struct sockaddr *to =
        is_unix ? (const struct sockaddr *)(const void *)&local : (const struct sockaddr *)(const void *)&remote;
    if (connect(l->fd, to, is_unix ? sizeof local : sizeof remote) == 0) return true;
    job_lookup_close(l);
    return false;
}

/* A server that was killed may be on its way back. */
static bool dial_patiently(struct job_lookup *l)
{
    const struct timespec again = {.tv_nsec = AGAIN_NS};
    uint64_t end = clock_now_ns() + WAIT_S * NS_PER_S;
    while (!dial(l)) {
        if (clock_now_ns() > end || run_was_interrupted()) return false;
        (void)nanosleep(&again, NULL);
    }
    return true;
}

static bool send_all(int fd, const char *p, size_t n)
{
    while (n) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR && !run_was_interrupted()) continue;
        if (sent <= 0) return false;
        p += sent;
        n -= (size_t)sent;
    }
    return true;
}

/* One answer: its status (0: none came), its body as text. */
static unsigned read_answer(int fd, char *body, size_t room, bool *close_after)
{
    struct reply_state r = {0};
    char carry[REPLY_HEAD_MAX], bytes[16384];
    size_t len = 0;
    for (;;) {
        ssize_t n = recv(fd, bytes, sizeof bytes, 0);
        if (n < 0 && errno == EINTR && !run_was_interrupted()) continue;
        if (n <= 0) return 0;
        struct slice in = {bytes, (size_t)n}, head, part;
        for (enum reply_event e = REPLY_HEAD_DONE; e != REPLY_MORE;) {
            e = reply_read(&r, &in, carry, &head, &part);
            if (e == REPLY_BAD_HEAD || e == REPLY_BAD_BODY) return 0;
            if (e == REPLY_PART && part.len < room - len) {
                memcpy(body + len, part.p, part.len);
                len += part.len;
            }
            if (e != REPLY_DONE) continue;
            body[len] = 0;
            *close_after = r.close;
            return r.status;
        }
    }
}

static enum job_fate fate_in(const char *body)
{
    static const struct {
        const char *text;
        enum job_fate fate;
    } states[] = {
        {"\"state\":\"completed\"", JOB_FINISHED}, {"\"state\":\"discarded\"", JOB_FAILED},
        {"\"state\":\"cancelled\"", JOB_FAILED},   {"\"state\":\"scheduled\"", JOB_QUEUED},
        {"\"state\":\"available\"", JOB_QUEUED},   {"\"state\":\"pending\"", JOB_QUEUED},
        {"\"state\":\"active\"", JOB_QUEUED},      {"\"state\":\"retryable\"", JOB_QUEUED},
    };
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (strstr(body, states[i].text)) return states[i].fate;
    return JOB_UNKNOWN;
}

static size_t make_request(const struct options *o, const char *id, char *out, size_t room)
{
    char base[sizeof o->path + 8];
    job_api_base(o, base, sizeof base);
    int n = snprintf(out, room, "GET %s/jobs/%s HTTP/1.1\r\nHost: %s\r\n", base, id, o->host);
    size_t len = (size_t)n;
    for (int i = 0; i < o->headers_n && len + strlen(o->headers[i]) + 4 < room; i++) /* who may ask stands in them */
        len += (size_t)snprintf(out + len, room - len, "%s\r\n", o->headers[i]);
    return len + (size_t)snprintf(out + len, room - len, "\r\n");
}

enum job_fate job_lookup_state(struct job_lookup *l, const char *id)
{
    static char request[sizeof l->o->path + (size_t)HEADERS_MAX * 512]; /* large; one thread */
    char body[BODY_MAX];
    bool close_after = false;
    if (l->given_up || (l->fd < 0 && !dial_patiently(l))) {
        l->given_up = true;
        return JOB_UNKNOWN;
    }
    size_t n = make_request(l->o, id, request, sizeof request);
    errno = 0;
    unsigned status = send_all(l->fd, request, n) ? read_answer(l->fd, body, sizeof body, &close_after) : 0;
    if (!status && errno == EAGAIN) l->given_up = true; /* it is there and does not answer: once is enough */
    if (!status || close_after) job_lookup_close(l);
    if (status == 404) return JOB_MISSING;
    return status == 200 ? fate_in(body) : JOB_UNKNOWN;
}
