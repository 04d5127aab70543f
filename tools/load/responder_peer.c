/* responder_peer.c: a connection of the responder: requests in, answers out. */
#include "tools/load/responder_parts.h"

#include "base/slice.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define HOLD_NS (100 * NS_PER_MS) /* how long an answer waits for another to swap ids with */
#define COUNTS_MAX ((size_t)4 << 20)

/* ---- opening, closing ---- */

void peer_accept(struct responder *s, int fd)
{
    const int on = 1;
    struct peer *p = calloc(1, sizeof *p);
    struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = p};
    if (!p || epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &e) < 0) {
        s->counts.refused++;
        (void)close(fd);
        free(p);
        return;
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (s->stamp) (void)setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    p->fd = fd;
    heap_node_init(&p->due);
    list_push_back(&s->peers, &p->link);
    s->counts.accepted++;
    s->counts.open++;
}

static void end(struct responder *s, struct peer *p)
{
    if (p->fd < 0) return;
    if (p->due.index != HEAP_OUT) {
        heap_remove(&s->due, &p->due);
        s->counts.pending--;
        s->counts.given_up++;
    }
    if (s->held == p) s->held = NULL;
    (void)close(p->fd);
    p->fd = -1;
    if (!p->control) s->counts.open--;
    list_remove(&p->link);
    list_push_back(&s->dead, &p->link);
}

static void reset(struct responder *s, struct peer *p)
{
    const struct linger now = {1, 0};
    s->counts.faults[FAULT_RESET]++;
    (void)setsockopt(p->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    end(s, p);
}

void peers_free_dead(struct responder *s)
{
    struct list *node = s->dead.next;
    while (node != &s->dead) {
        struct peer *p = container_of(node, struct peer, link);
        node = node->next;
        free(p->in);
        free(p->out);
        free(p);
    }
    list_init(&s->dead);
}

void peers_end_all(struct responder *s)
{
    while (!list_empty(&s->peers)) end(s, container_of(s->peers.next, struct peer, link));
    peers_free_dead(s);
}

/* ---- out ---- */

/* Keeps what the kernel does not take now. */
static bool keep_rest(struct peer *p, const char *bytes, size_t len)
{
    char *more = realloc(p->out, p->out_len + len);
    if (!more) return false;
    memcpy(more + p->out_len, bytes, len);
    p->out = more;
    p->out_len += len;
    return true;
}

static void send_bytes(struct responder *s, struct peer *p, const char *bytes, size_t len)
{
    if (p->fd < 0) return;
    ssize_t n = p->out ? 0 : send(p->fd, bytes, len, MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN) {
        end(s, p);
        return;
    }
    size_t sent = n < 0 ? 0 : (size_t)n;
    if (sent < len && !keep_rest(p, bytes + sent, len - sent)) end(s, p);
}

static void flush_out(struct responder *s, struct peer *p)
{
    if (!s->out_len) return;
    send_bytes(s, p, s->out, s->out_len);
    s->out_len = 0;
    uint64_t now = clock_now_ns();
    for (size_t i = 0; i < s->batch_n; i++)
        hist_add(&s->counts.actual, now > s->batch_arrived_ns[i] ? now - s->batch_arrived_ns[i] : 0);
    s->batch_n = 0;
}

/* ---- answering ---- */

static void work(uint64_t ns)
{
    uint64_t end = clock_now_ns() + ns;
    while (clock_now_ns() < end) {}
}

/* What is to be done now with a request whose time has come. */
static void answer(struct responder *s, struct peer *p)
{
    if (p->fault == FAULT_RESET) {
        flush_out(s, p);
        if (p->fd >= 0) reset(s, p);
        return;
    }
    if (s->batch_n == RESPONDER_BATCH || s->out_len + answer_bytes_max(s) > sizeof s->out) flush_out(s, p);
    if (p->fd < 0) return;
    if (s->work_ns) work(s->work_ns);
    s->batch_arrived_ns[s->batch_n++] = p->arrived_ns;
    s->counts.answered++;
    if (answer_add(s, p) == ANSWER_KEEP) return;
    flush_out(s, p);
    if (p->fd >= 0) end(s, p);
}

static void wait_until(struct responder *s, struct peer *p, uint64_t mono_ns)
{
    heap_add(&s->due, &p->due, mono_ns);
    s->counts.pending++;
}

static void hold(struct responder *s, struct peer *p)
{
    s->held = p;
    wait_until(s, p, s->clock.mono_ns + HOLD_NS);
}

/* The held answer is sent in the next turn, with p's id; p has that of the held one. */
static void swap(struct responder *s, struct peer *p)
{
    struct peer *q = s->held;
    char id[PEER_ID_MAX];
    uint8_t id_len = q->id_len;
    memcpy(id, q->id, sizeof id);
    memcpy(q->id, p->id, sizeof id);
    q->id_len = p->id_len;
    memcpy(p->id, id, sizeof id);
    p->id_len = id_len;
    q->fault = p->fault = FAULT_SWAP;
    s->held = NULL;
    heap_set(&s->due, &q->due, s->clock.mono_ns);
}

/* A request is all there. */
static void begin(struct responder *s, struct peer *p)
{
    uint64_t n = ++s->counts.requests;
    p->fault = modes_fault(&s->modes, n, &p->status);
    if (p->fault == FAULT_HANG) {
        p->hanging = true;
        s->counts.faults[FAULT_HANG]++;
        return;
    }
    uint64_t delay = modes_delay_ns(&s->modes, n);
    hist_add(&s->counts.chosen, delay);
    if (s->held && s->held != p && p->id_len && (p->fault == FAULTS || p->fault == FAULT_SWAP)) {
        swap(s, p);
    } else if (p->fault == FAULT_SWAP) {
        p->fault = FAULTS; /* unless another one comes by */
        if (p->id_len && !s->held) {
            hold(s, p);
            return;
        }
    }
    if (delay && p->arrived_ns + delay > s->clock.mono_ns) wait_until(s, p, p->arrived_ns + delay);
    else answer(s, p);
}

/* ---- in ---- */

static struct slice take_line(struct slice *rest)
{
    struct slice line = slice_cut(rest, '\n');
    if (line.len && line.p[line.len - 1] == '\r') line.len--;
    return line;
}

static void read_field(struct peer *p, struct slice line, uint64_t *body_len, bool *bad)
{
    struct slice name = slice_cut(&line, ':'), value = slice_trim(line);
    if (slice_eq_nocase(name, SLICE("content-length"))) {
        *bad = !slice_to_u64(value, body_len);
    } else if (slice_eq_nocase(name, SLICE("transfer-encoding"))) {
        *bad = true; /* nothing that is ever sent to us */
    } else if (slice_eq_nocase(name, SLICE("connection"))) {
        p->close_after = slice_eq_nocase(value, SLICE("close"));
    } else if (slice_eq_nocase(name, SLICE("x-request-id")) && value.len <= PEER_ID_MAX) {
        memcpy(p->id, value.p, value.len);
        p->id_len = (uint8_t)value.len;
    }
}

enum request { REQUEST_WHOLE, REQUEST_PARTIAL, REQUEST_BAD, REQUEST_COUNTS };

/* Reads one request off the front of *in. */
static enum request read_request(struct peer *p, struct slice *in)
{
    const char *head_end = in->len ? memmem(in->p, in->len, "\r\n\r\n", 4) : NULL;
    if (!head_end) return in->len < PEER_IN_MAX ? REQUEST_PARTIAL : REQUEST_BAD;
    struct slice rest = {in->p, (size_t)(head_end - in->p)};
    struct slice line = take_line(&rest), method = slice_cut(&line, ' '), target = slice_cut(&line, ' ');
    uint64_t body_len = 0;
    bool bad = !slice_starts(line, SLICE("HTTP/1."));
    p->head = slice_eq(method, SLICE("HEAD"));
    p->close_after = slice_eq(line, SLICE("HTTP/1.0"));
    p->id_len = 0;
    while (rest.p && !bad) read_field(p, take_line(&rest), &body_len, &bad);
    size_t head_len = (size_t)(head_end - in->p) + 4;
    if (bad || body_len > PEER_IN_MAX) return REQUEST_BAD;
    if (in->len - head_len < body_len) return REQUEST_PARTIAL;
    *in = slice_from(*in, head_len + (size_t)body_len);
    return slice_eq(target, SLICE("/counts")) ? REQUEST_COUNTS : REQUEST_WHOLE;
}

static void tell_counts(struct responder *s, struct peer *p)
{
    struct buf b;
    if (!p->control) {
        p->control = true;
        s->counts.open--;
        s->counts.accepted--;
    }
    flush_out(s, p);
    buf_init(&b, COUNTS_MAX);
    answer_counts(s, &b);
    send_bytes(s, p, b.p ? b.p : "", b.len);
    buf_deinit(&b);
    if (p->close_after && !p->out) end(s, p);
}

static bool takes_requests(const struct peer *p)
{
    return p->fd >= 0 && !p->hanging && !p->out && p->due.index == HEAP_OUT;
}

/* Takes as many requests as can be answered now. */
static void take_requests(struct responder *s, struct peer *p, struct slice *in)
{
    while (in->len && takes_requests(p)) {
        switch (read_request(p, in)) {
        case REQUEST_WHOLE: begin(s, p); break;
        case REQUEST_COUNTS: tell_counts(s, p); break;
        case REQUEST_PARTIAL: flush_out(s, p); return;
        case REQUEST_BAD:
            s->counts.bad_requests++;
            flush_out(s, p);
            end(s, p);
            return;
        }
    }
    flush_out(s, p);
}

static bool keep_in(struct peer *p, struct slice in)
{
    char *more = realloc(p->in, p->in_len + in.len);
    if (!more) return false;
    memcpy(more + p->in_len, in.p, in.len);
    p->in = more;
    p->in_len += in.len;
    return p->in_len <= 2 * PEER_IN_MAX;
}

/* Requests among the bytes that wait. */
static void take_kept(struct responder *s, struct peer *p)
{
    struct slice in = {p->in, p->in_len};
    take_requests(s, p, &in);
    if (in.len) memmove(p->in, in.p, in.len);
    p->in_len = in.len;
    if (in.len) return;
    free(p->in);
    p->in = NULL;
}

static void take_bytes(struct responder *s, struct peer *p, struct slice in)
{
    if (!p->in) take_requests(s, p, &in);
    if (p->fd < 0 || !in.len) return;
    if (!keep_in(p, in)) end(s, p);
    else if (takes_requests(p)) take_kept(s, p);
}

/* When the kernel got what has just been read, on the monotonic clock. */
static uint64_t stamp_of(const struct responder *s, struct msghdr *m)
{
    uint64_t now = s->clock.mono_ns;
    struct timespec at;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_TIMESTAMPNS) continue;
        memcpy(&at, CMSG_DATA(c), sizeof at);
        uint64_t wall = (uint64_t)at.tv_sec * NS_PER_S + (uint64_t)at.tv_nsec;
        uint64_t ago = s->clock.wall_ns > wall ? s->clock.wall_ns - wall : 0;
        return ago < now ? now - ago : now;
    }
    return now;
}

static ssize_t receive(struct responder *s, struct peer *p)
{
    if (!s->stamp) {
        ssize_t n = recv(p->fd, s->in, sizeof s->in, 0);
        p->arrived_ns = s->clock.mono_ns;
        return n;
    }
    char control[CMSG_SPACE(sizeof(struct timespec))] __attribute__((aligned(sizeof(size_t))));
    struct iovec iov = {s->in, sizeof s->in};
    struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t n = recvmsg(p->fd, &m, 0);
    if (n > 0) clock_tick(&s->clock);
    if (n > 0) p->arrived_ns = stamp_of(s, &m);
    return n;
}

void peer_readable(struct responder *s, struct peer *p, bool at_end)
{
    while (p->fd >= 0) {
        if (!takes_requests(p) && !at_end) return; /* read on when it does */
        ssize_t n = receive(s, p);
        if (n < 0 && errno == EAGAIN) return;
        if (n <= 0 || (at_end && !takes_requests(p))) {
            end(s, p);
            return;
        }
        take_bytes(s, p, slice_make(s->in, (size_t)n));
        if ((size_t)n < sizeof s->in && !at_end) return; /* that was all: what comes next is told */
    }
}

void peer_writable(struct responder *s, struct peer *p)
{
    if (p->fd < 0 || !p->out) return;
    ssize_t n = send(p->fd, p->out + p->out_at, p->out_len - p->out_at, MSG_NOSIGNAL);
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) {
        end(s, p);
        return;
    }
    p->out_at += (size_t)n;
    if (p->out_at < p->out_len) return;
    free(p->out);
    p->out = NULL;
    p->out_len = p->out_at = 0;
    if (p->control && p->close_after) {
        end(s, p);
        return;
    }
    if (p->in) take_kept(s, p);
    peer_readable(s, p, false);
}

void peer_due(struct responder *s, struct peer *p)
{
    heap_remove(&s->due, &p->due);
    s->counts.pending--;
    if (s->held == p) s->held = NULL; /* nobody came by */
    answer(s, p);
    flush_out(s, p);
    if (p->fd >= 0 && p->in) take_kept(s, p);
    if (p->fd >= 0) peer_readable(s, p, false);
}
