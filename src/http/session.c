/* session.c: see session.h. */
#include "http/session.h"

#include "base/check.h"
#include "base/clock.h"
#include "http/filter.h"
#include "http/intake.h"
#include "http/pace.h"
#include "http/response.h"
#include "http/session_bytes.h"

#include <errno.h>
#include <sys/mman.h>

#define DRAIN_IDLE_NS (2 * NS_PER_S)

/* ---- sessions come and go ---- */

static struct session *session_get(struct http *h, struct conn *c)
{
    struct session *s = h->session_free;
    if (s) {
        h->session_free = s->next_free;
    } else {
        if (h->n_sessions_touched == h->o.sessions_max) return NULL;
        s = &h->sessions[h->n_sessions_touched++];
        s->http = h;
        s->carry.grow = session_grow_carry;
        s->current.http = h;
        s->current.session = s;
        list_init(&s->in_flight);
        parser_init(&s->parser, &s->carry);
    }
    h->n_sessions++;
    s->conn = c;
    c->session = s;
    return s;
}

/* Everything of a request is gone or was never there; the parser stands between two requests unless fresh. */
static void session_put(struct session *s, bool fresh)
{
    struct http *h = s->http;
    assert(s->n_in_flight == 0 && !s->running && !s->held_first);
    if (s->carry_chunk || s->carry_large) session_drop_carry(s);
    if (s->reading) exchange_release(&s->current);
    s->reading = s->closing = s->drop_body = s->continue_due = s->unsafe_in_flight = s->early = false;
    s->deadline_ns = s->halted_ns = 0;
    if (fresh) parser_init(&s->parser, &s->carry);
    s->conn = NULL;
    s->next_free = h->session_free;
    h->session_free = s;
    h->n_sessions--;
}

/* ---- deadlines ---- */

/* A proxy keeps connections for its next requests, and may open them beforehand: it must be the one that closes them (RFC 9112 §9.5). */
static uint64_t idle_ns(const struct http *h, const struct conn *c)
{
    if (conn_is_trusted(h->conns, c)) return h->o.trusted_idle_ns;
    return c->requests ? h->o.idle_ns : h->o.first_byte_ns;
}

/* We are about to end. A proxy may be about to send, and who has just come has a request on its way: they are told with an answer if they
 * speak soon. 0: others go at once. */
static uint64_t farewell_ns(const struct http *h, const struct conn *c)
{
    return conn_is_trusted(h->conns, c) ? DRAIN_IDLE_NS : c->requests == 0 ? h->o.half_close_ns : 0;
}

/* No request is under way, and there is no session. What is being sent has its own deadline, and tells its end. */
static void rest(struct http *h, struct conn *c)
{
    uint64_t ns = h->draining ? farewell_ns(h, c) : idle_ns(h, c);
    if (ns == 0) conn_finish(h->conns, c);
    else if (!conn_sending(c)) conn_deadline(h->conns, c, h->o.clock->mono_ns + ns);
}

static void set_deadline(struct session *s, uint64_t ns)
{
    s->deadline_ns = ns;
    conn_deadline(s->http->conns, s->conn, ns);
}

/* ---- the loop ---- */

/* Every kept exchange may need a chunk for its answer. Where nothing else is in flight this connection waits for no answer that
 * would wake it, so it goes on and a lack of memory is told. */
static bool lacks_memory(const struct session *s)
{
    const struct http *h = s->http;
    if (s->n_in_flight && h->exchanges.n_used >= h->exchanges.n_max) return true;
    return (s->n_in_flight || s->conn->out.bytes) && chunk_pool_left(h->o.chunks) < h->exchanges.n_used + HTTP_CHUNKS_SPARE;
}

/* True while no further request may be parsed. */
static bool stopped(const struct session *s)
{
    if (!s->conn || s->closing) return true;
    if (lacks_memory(s)) return true;
    if (s->reading) return false; /* the body of a request that was let in */
    if (s->n_in_flight >= SESSION_PIPELINE_MAX || s->unsafe_in_flight) return true;
    return s->conn->out.bytes >= CONN_OUT_HIGH;
}

static void on_request_end(struct session *s)
{
    bool early = s->early;
    s->reading = false;
    s->continue_due = false; /* the content is here; the next request may not have asked */
    if (s->carry_chunk || s->carry_large) {
        if (!early) intake_whole(s);
        if (s->conn) session_drop_carry(s);
    } else if (!early) {
        intake_whole(s);
    }
}

static void parse(struct session *s, struct slice *in)
{
    struct slice body;
    while (!stopped(s)) {
        switch (parser_next(&s->parser, in, &body)) {
        case PARSER_MORE:
            return;
        case PARSER_HEAD:
            intake_head(s);
            break;
        case PARSER_BODY:
            if (!s->early) intake_body(s, body);
            break;
        case PARSER_END:
            on_request_end(s);
            break;
        case PARSER_ERROR:
            intake_error(s);
            s->closing = true;
            break;
        }
    }
}

/* A body is to come, and the head stands in a receive buffer that goes back: it is copied. */
static bool own_head(struct session *s)
{
    struct exchange *x = &s->current;
    const struct request *r = &x->request;
    if (!s->reading || x->answered || x->kept || r->head == s->carry.p || r->fields != s->parser.fields) return true;
    return exchange_own_head(x, &x->request);
}

/* 100 (Continue). Its time begins now. */
static void ask_for_body(struct session *s)
{
    struct http *h = s->http;
    s->body_began_ns = h->o.clock->mono_ns;
    s->deadline_ns = s->body_began_ns + h->o.body_idle_ns;
    if (response_continue(h, &s->conn->out)) conn_dirty(h->conns, s->conn);
}

static void run(struct session *s, struct slice *in)
{
    assert(!s->running);
    s->running = true;
    if (s->halted_ns) pace_go_on(s);
    parse(s, in);
    if (s->conn && !own_head(s)) {
        intake_refuse(s, 503, "overloaded", "No memory for the request's head.");
    }
    if (s->conn && s->continue_due && s->n_in_flight == 0 && s->reading) {
        s->continue_due = false;
        bool came = s->current.body && s->current.body->len > 0; /* RFC 9110 §10.1.1: then it may be left out */
        if (!came) ask_for_body(s);
    }
    s->running = false;
}

/* Bytes that were held, as far as they may be parsed now. */
static void run_held(struct session *s)
{
    while (s->conn && s->held_first && !stopped(s)) {
        struct chunk *c = s->held_first;
        struct slice in = {c->bytes + c->start, c->end - c->start};
        s->held_first = c->next; /* the parser may write to the bytes and keep pointers until run() is over */
        if (!s->held_first) s->held_last = NULL;
        c->next = NULL;
        run(s, &in);
        if (!s->conn || in.len == 0) {
            s->held_bytes -= s->conn ? c->end - c->start : 0;
            chunk_put(s->http->o.chunks, c);
            continue;
        }
        s->held_bytes -= c->end - c->start - (uint32_t)in.len;
        c->start = c->end - (uint32_t)in.len;
        c->next = s->held_first;
        s->held_first = c;
        if (!s->held_last) s->held_last = c;
    }
}

/* What remains to do when neither parsing nor answering is going on: end the connection, give the session back, or wait. */
static void settle(struct session *s)
{
    struct http *h = s->http;
    struct conn *c = s->conn;
    bool ended = conn_ended(c) && !s->held_first; /* the rest of a request under way will never come (RFC 9112 §8) */
    if (s->n_in_flight == 0 && (s->closing || ended)) {
        session_drop_held(s);
        c->session = NULL;
        session_put(s, true);
        conn_finish(h->conns, c);
        return;
    }
    bool halted = s->held_first || stopped(s);
    if (halted) pace_halt(s);
    else if (s->halted_ns) pace_go_on(s);
    if (s->held_first) {
        /* Back-pressure, but not at the first byte: a connection that receives is one whose end is seen. */
        if (s->held_bytes >= SESSION_HELD_MAX) conn_pause(h->conns, c);
        else conn_resume(h->conns, c);
        return;
    }
    if (halted) return; /* receiving stays armed: a client that waits for its answer sends nothing */
    conn_resume(h->conns, c);
    if (s->continue_due) { /* it waits for us */
        s->deadline_ns = 0;
        conn_deadline(h->conns, c, h->o.clock->mono_ns + h->o.idle_ns);
    } else if (s->reading) {
        uint64_t limit = pace_limit_ns(s);
        if (!s->deadline_ns) s->deadline_ns = h->o.clock->mono_ns + h->o.body_idle_ns;
        set_deadline(s, s->deadline_ns < limit ? s->deadline_ns : limit);
    } else if (parser_started(&s->parser)) {
        if (!s->deadline_ns) s->deadline_ns = h->o.clock->mono_ns + h->o.head_ns; /* absolute: from the first byte */
        set_deadline(s, s->deadline_ns);
    } else if (s->n_in_flight == 0 && parser_idle(&s->parser)) {
        c->session = NULL;
        session_put(s, false);
        if (!conn_sending(c) || h->draining) rest(h, c);
    }
}

static void after_run(struct session *s)
{
    if (!s->conn) { /* the connection went while the loop ran */
        session_put(s, true);
        return;
    }
    if (!s->reading && !parser_started(&s->parser)) s->deadline_ns = 0;
    settle(s);
}

void session_after_answer(struct session *s)
{
    if (s->running || !s->conn) return;
    if (s->continue_due && s->n_in_flight == 0 && s->reading) {
        s->continue_due = false;
        ask_for_body(s);
    }
    run_held(s);
    after_run(s);
}

/* ---- connection events ---- */

static void on_open(void *arg, struct conn *c)
{
    struct http *h = arg;
    struct peer *p = h->o.on_open ? conn_peer(h->conns, c) : NULL;
    if (p) p->flags |= h->o.on_open(h->o.gate, &p->ip);
    if (p && p->flags & PEER_REFUSED) {
        conn_abort(h->conns, c);
        return;
    }
    /* Accepted while the others were told to go: it may have a request on its way, but is not waited for long. */
    conn_deadline(h->conns, c, h->o.clock->mono_ns + (h->draining ? h->o.half_close_ns : idle_ns(h, c)));
}

/* No session left: said without one. */
static void refuse(struct http *h, struct conn *c)
{
    static const struct request nobody = {.minor = 1, .method = METHOD_OTHER};
    struct answer a = {.status = 503, .fields = SLICE("Retry-After: 1\r\n")};
    metric_add(&h->counts.no_memory, 1);
    if (!response_write(h, &c->out, &nobody, &a, true)) {
        conn_abort(h->conns, c);
        return;
    }
    conn_dirty(h->conns, c);
    conn_finish(h->conns, c);
}

static void on_bytes(void *arg, struct conn *c, char *p, size_t n)
{
    struct http *h = arg;
    struct session *s = c->session;
    struct slice in = {p, n};
    if (!s) s = session_get(h, c);
    if (!s) {
        refuse(h, c);
        return;
    }
    if (!s->held_first && !stopped(s)) run(s, &in);
    if (s->conn && in.len && !s->closing && !session_hold(s, in)) {
        metric_add(&h->counts.no_memory, 1);
        conn_abort(h->conns, c); /* on_gone has given the session back */
        return;
    }
    after_run(s);
}

/* A client that only ends its sending side may still read; for a while it is believed, and anew with each answer that it takes.
 * What is being sent has a deadline of its own. */
static void believe_for_a_while(struct http *h, struct conn *c)
{
    if (c->session && conn_ended(c) && !conn_sending(c))
        conn_deadline(h->conns, c, h->o.clock->mono_ns + h->o.half_close_ns);
}

static void on_end(void *arg, struct conn *c)
{
    struct http *h = arg;
    struct session *s = c->session;
    if (!s) {
        conn_finish(h->conns, c);
        return;
    }
    settle(s);
    believe_for_a_while(h, c);
}

static void on_sent(void *arg, struct conn *c)
{
    struct http *h = arg;
    struct session *s = c->session;
    if (!s) {
        if (h->draining) rest(h, c);
        else conn_deadline(h->conns, c, h->o.clock->mono_ns + idle_ns(h, c));
        return;
    }
    session_after_answer(s);
    believe_for_a_while(h, c);
}

static void time_out(struct session *s)
{
    struct http *h = s->http;
    bool in_body = s->reading;
    metric_add(in_body ? &h->counts.timeouts_body : &h->counts.timeouts_head, 1);
    s->running = true; /* the answer below must not parse on */
    if (!in_body) {
        s->parser.status = 408;
        s->parser.slug = "request-timeout";
        s->parser.detail = "The request's head did not arrive in time.";
        intake_error(s);
    } else if (!s->early) {
        intake_refuse(s, 408, "request-timeout", "The request's content did not arrive in time.");
    }
    s->closing = true;
    s->running = false;
    after_run(s);
}

static void on_deadline(void *arg, struct conn *c)
{
    struct http *h = arg;
    struct session *s = c->session;
    uint64_t now = h->o.clock->mono_ns;
    if (!s) conn_finish(h->conns, c); /* idle: closed without a word (RFC 9112 §9.5) */
    else if (conn_ended(c)) conn_abort(h->conns, c); /* half_close_grace is over: nobody is there */
    else if (s->halted_ns || !s->deadline_ns) conn_deadline(h->conns, c, now + h->o.idle_ns); /* waiting for us */
    else if (s->deadline_ns <= now + CONN_TICK_NS) time_out(s);
    else conn_deadline(h->conns, c, s->deadline_ns);
}

static void on_gone(void *arg, struct conn *c)
{
    struct http *h = arg;
    struct session *s = c->session;
    struct peer *p = h->o.on_closed ? conn_peer(h->conns, c) : NULL;
    if (p) h->o.on_closed(h->o.gate, p);
    if (!s) return;
    metric_add(&h->counts.gone, 1);
    c->session = NULL;
    s->conn = NULL;
    while (!list_empty(&s->in_flight)) {
        struct exchange *x = container_of(s->in_flight.next, struct exchange, link);
        if (x->on_gone && !x->answered) x->on_gone(x);
        exchange_release(x);
    }
    session_drop_held(s);
    if (!s->running) session_put(s, true); /* else the loop does it when it comes out */
}

/* ---- set up ---- */

struct conn_sink http_sink(struct http *h)
{
    return (struct conn_sink){h, on_open, on_bytes, on_end, on_sent, on_deadline, on_gone};
}

void http_attach(struct http *h, struct conns *conns)
{
    h->conns = conns;
}

static void drain_one(void *arg, struct conn *c)
{
    struct http *h = arg;
    if (!c->session && c->state == CONN_OPEN) rest(h, c);
}

void http_drain(struct http *h)
{
    h->draining = true;
    conns_each(h->conns, drain_one, h);
}

size_t http_bytes_per_session(void)
{
    return sizeof(struct session);
}

int http_init(struct http *h, const struct http_options *options)
{
    *h = (struct http){.o = *options};
    filters_sort(h);
    request_ids_init(&h->ids, options->id_seed);
    size_t bytes = (size_t)options->sessions_max * sizeof *h->sessions;
    h->sessions = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (h->sessions == MAP_FAILED) return -ENOMEM;
    int rc = slab_init(&h->exchanges, sizeof(struct exchange), options->exchanges_max);
    if (rc < 0) goto unmap;
    rc = slab_init(&h->large_heads, LARGE_HEAD_BYTES, options->large_heads_max);
    if (rc < 0) goto free_exchanges;
    h->large_heads.clear_bytes = 0; /* written before it is read */
    h->exchanges.clear_bytes = offsetof(struct exchange, few); /* likewise */
    return 0;
free_exchanges:
    slab_deinit(&h->exchanges);
unmap:
    munmap(h->sessions, bytes);
    return rc;
}

void http_deinit(struct http *h)
{
    slab_deinit(&h->large_heads);
    slab_deinit(&h->exchanges);
    munmap(h->sessions, (size_t)h->o.sessions_max * sizeof *h->sessions);
}
