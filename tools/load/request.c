/* request.c: requests are sent, answers find their request, and both are counted. Which request is next: issue.c. */
#include "tools/load/driver.h"

#include "base/check.h"
#include "tools/load/run.h"
#include "tools/load/scenario.h"

#include <stdlib.h>
#include <string.h>

/* ---- counting ---- */

void count_error(struct driver *d, struct driver_group *g, enum error_kind error, const char *example, bool measured)
{
    metric_add(&d->tick->errors, 1);
    if (!measured) return;
    metric_add(&d->errors_n, 1);
    struct error_count *e = &g->result.errors[error];
    if (e->n++ == 0) (void)snprintf(e->first_example, sizeof e->first_example, "%s", example ? example : "");
}

/* The last n requests under way on the connection have ended. */
static void count_done(struct driver *d, struct conn *c, uint32_t n)
{
    if (c->flags & CONN_PROBING) metric_add(&d->probed_n, 1);
    if (c->flags & CONN_MEASURED) metric_add(&d->done_n, n);
    c->flags &= (uint8_t)~(CONN_PROBING | CONN_MEASURED | CONN_WRONG | CONN_STARTED);
}

/* What is under way is over, unsuccessfully: with pipelining all that has no answer yet. Errors of requests outside the measured time are in the ticks only, except
 * for those that a whole run is about: the connects. */
void request_failed(struct driver *d, struct conn *c, enum error_kind error, const char *example)
{
    struct driver_group *g = conn_group(d, c);
    bool measured = (c->flags & CONN_MEASURED) != 0;
    uint32_t n = c->left ? c->left : 1;
    for (uint32_t i = 0; i < n; i++) count_error(d, g, error, example, measured || error <= ERROR_CONNECT_OTHER);
    if (measured) g->result.failed += n;
    if (c->flags & CONN_PROBING) d->probe.failed++;
    count_done(d, c, n);
    c->left = 0;
}

static uint32_t clamp32(uint64_t n)
{
    return n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

static void record(struct driver *d, struct driver_group *g, const struct conn *c)
{
    uint64_t now = d->clock.mono_ns, sent_ns = c->sent_ns;
    if (c->side != CONN_NONE) {
        const struct side *s = d->sides[c->side];
        if (s->begun_ns) sent_ns = s->begun_ns;
        if (s->answered_ns) now = s->answered_ns;
    }
    uint64_t response = now > c->intended_ns ? now - c->intended_ns : 0;
    if (run_measures(d->run, now)) g->result.in_time++;
    metric_add(&d->tick->completed, 1);
    uint32_t b = tick_bucket(response);
    atomic_store_explicit(&d->tick->bucket[b], atomic_load_explicit(&d->tick->bucket[b], memory_order_relaxed) + 1,
                          memory_order_relaxed);
    if (response > metric_get(&d->tick->max_ns)) metric_set(&d->tick->max_ns, response);
    if (!(c->flags & CONN_MEASURED)) return;
    struct hist *h = g->result.hist;
    hist_add(&h[HIST_RESPONSE], response);
    hist_add(&h[HIST_SERVICE], now > sent_ns ? now - sent_ns : 0);
    hist_add(&h[HIST_TTFB], c->first_ns);
    g->result.completed++;
}

/* ---- sending ---- */

static void send_made(struct driver *d, struct driver_group *g, struct conn *c)
{
    struct slice bytes = g->scenario->make(d, g, c);
    c->first_ns = 0;
    c->flags &= (uint8_t)~CONN_STARTED;
    c->step = BUSY_UNDER_WAY;
    if (c->side != CONN_NONE) d->sides[c->side]->sent_len = (uint32_t)bytes.len;
    g->result.bytes_out += bytes.len;
    conn_send(d, c, bytes);
}

/* Takes the next numbers, one for each request of a batch. */
static void account_issue(struct driver *d, struct driver_group *g, struct conn *c, uint64_t intended_ns)
{
    bool measured = run_measures(d->run, intended_ns) && !(c->flags & CONN_PROBING);
    uint64_t n = d->o->pipeline;
    if (measured && n > g->quota - g->issued_all) n = g->quota - g->issued_all;
    c->intended_ns = intended_ns;
    c->left = (uint16_t)n;
    d->seq += n;
    c->seq = (uint32_t)d->seq;
    metric_add(&d->tick->issued, n);
    if (!measured) return;
    c->flags |= CONN_MEASURED;
    g->issued_all += n;
    g->result.issued += n;
    metric_add(&d->asked_n, n);
}

uint64_t request_number(const struct driver *d, const struct conn *c, uint32_t i)
{
    uint64_t end = d->seq - (uint32_t)((uint32_t)d->seq - c->seq); /* never 2^32 behind the newest */
    return (end - c->left + i) * d->o->threads + d->number;
}

static void count_lateness(struct driver *d, struct driver_group *g, const struct conn *c, uint64_t sent_ns)
{
    uint64_t late = sent_ns > c->intended_ns ? sent_ns - c->intended_ns : 0;
    if (c->flags & CONN_MEASURED) hist_add(&g->result.hist[HIST_LATENESS], late);
    if (late > metric_get(&d->tick->late_max_ns)) metric_set(&d->tick->late_max_ns, late);
}

void request_start(struct driver *d, struct conn *c, uint64_t intended_ns)
{
    struct driver_group *g = conn_group(d, c);
    if (c->state == CONN_CLOSED) { /* a fresh scenario's: it comes back here once it is open */
        account_issue(d, g, c, intended_ns);
        clock_tick(&d->clock);
        if (g->plan && !(c->flags & CONN_PROBING)) count_lateness(d, g, c, d->clock.mono_ns);
        conn_open(d, c); /* its request counts as sent from here on: connecting is the server's part */
        return;
    }
    conn_move(d, c, CONN_BUSY);
    if (!g->scenario->fresh) {
        account_issue(d, g, c, intended_ns);
        clock_tick(&d->clock);
        c->sent_ns = d->clock.mono_ns;
        if (g->plan) count_lateness(d, g, c, c->sent_ns);
    }
    send_made(d, g, c);
    if (c->side != CONN_NONE) d->sides[c->side]->begun_ns = c->sent_ns;
}

void request_again(struct driver *d, struct conn *c)
{
    clock_tick(&d->clock);
    c->sent_ns = d->clock.mono_ns;
    send_made(d, conn_group(d, c), c);
}

void request_withdraw(struct driver *d, struct conn *c)
{
    struct driver_group *g = conn_group(d, c);
    if (c->flags & CONN_MEASURED) {
        g->issued_all--;
        g->result.issued--;
        metric_sub(&d->asked_n, 1);
    }
    c->flags &= (uint8_t)~(CONN_MEASURED | CONN_WRONG | CONN_STARTED);
    c->left = 0;
    conn_side_put(d, c);
}

/* ---- answers ---- */

static void wrong(struct driver *d, struct conn *c, enum error_kind error, const char *example)
{
    if (error == ERROR_KINDS || c->flags & CONN_WRONG) return;
    c->flags |= CONN_WRONG;
    count_error(d, conn_group(d, c), error, example, (c->flags & CONN_MEASURED) != 0);
}

static bool looks_into(const struct driver *d, const struct conn *c)
{
    if (d->o->verify == VERIFY_STATUS || d->groups[c->group].scenario->judges) return false;
    return d->o->verify == VERIFY_FULL || !d->o->verify_every || c->seq % d->o->verify_every == 0;
}

static void take_head(struct driver *d, struct conn *c, struct slice head)
{
    struct driver_group *g = conn_group(d, c);
    char example[160] = "";
    unsigned digit = c->reply.status / 100u;
    if (c->flags & CONN_MEASURED) g->result.status[digit <= 5 ? digit : 0]++;
    if (!g->scenario->judges) wrong(d, c, checks_head(d->checks, &c->reply, head, example), example);
    if (d->o->echo_id && looks_into(d, c)) {
        wrong(d, c, checks_id(head, d->o->echo_id, request_number(d, c, 0), example), example);
    }
    if (d->check_bytes && looks_into(d, c)) checks_body_begin(d->checks, conn_side(d, c)->check);
    if (g->scenario->reads_body) conn_side(d, c)->body_len = 0;
}

static void keep_body(struct side *s, struct slice part)
{
    if (s->body_len + part.len > s->body_room) {
        uint32_t room = (uint32_t)(s->body_len + part.len) * 2;
        char *more = realloc(s->body, room);
        if (!more) return;
        s->body = more;
        s->body_room = room;
    }
    memcpy(s->body + s->body_len, part.p, part.len);
    s->body_len += (uint32_t)part.len;
}

static void take_part(struct driver *d, struct conn *c, struct slice part)
{
    if (conn_group(d, c)->scenario->reads_body) keep_body(conn_side(d, c), part);
    if (d->check_bytes && looks_into(d, c)) checks_body_part(d->checks, conn_side(d, c)->check, part);
}

/* A connection that has served, as far as the options go. */
static bool used_up(const struct driver *d, const struct conn *c)
{
    return c->reply.close || (d->o->reqs_per_conn && c->served >= d->o->reqs_per_conn);
}

static void operation_done(struct driver *d, struct driver_group *g, struct conn *c)
{
    bool measured = (c->flags & CONN_MEASURED) != 0, probing = (c->flags & CONN_PROBING) != 0;
    if (!(c->flags & CONN_WRONG)) record(d, g, c);
    else if (measured) g->result.failed++;
    if (c->left > 1) { /* of a pipelined batch: the next one began with it */
        if (measured) metric_add(&d->done_n, 1);
        c->left--;
        if (!probing) c->flags &= (uint8_t)~CONN_WRONG; /* a probe is one, however many requests it has */
        return;
    }
    if (probing && c->flags & CONN_WRONG) d->probe.failed++;
    else if (probing) d->probe.answered++;
    count_done(d, c, 1);
    c->left = 0;
    conn_side_put(d, c);
    if (g->scenario->fresh || used_up(d, c)) {
        conn_end(d, c, ERROR_KINDS, NULL);
        return;
    }
    conn_move(d, c, CONN_IDLE);
    conn_ready(d, c);
}

/* The answer is there, but the kernel still has bytes of the request, which stay where they are until it is done with them. */
static void answered_early(struct driver *d, struct conn *c)
{
    c->step = BUSY_ANSWERED;
    conn_side(d, c)->answered_ns = d->clock.mono_ns;
    if (c->reply.close) conn_end(d, c, ERROR_EARLY_ANSWER, "answered before it was sent, and the connection ends");
}

static void answer_done(struct driver *d, struct conn *c)
{
    if (c->flags & CONN_SENDING && c->left <= 1) {
        answered_early(d, c);
        return;
    }
    struct driver_group *g = conn_group(d, c);
    char example[160] = "";
    if (c->served < UINT16_MAX) c->served++;
    if (d->check_bytes && looks_into(d, c)) {
        wrong(d, c, checks_body_end(d->checks, conn_side(d, c)->check, example), example);
    }
    enum next next = NEXT_DONE;
    if (g->scenario->answered) {
        struct side *s = conn_side(d, c);
        next = g->scenario->answered(d, g, c, slice_make(s->body_len ? s->body : "", s->body_len));
    }
    switch (next) {
    case NEXT_DONE: operation_done(d, g, c); break;
    case NEXT_SEND: request_again(d, c); break;
    case NEXT_PAUSED:
    case NEXT_FAILED: break;
    }
}

/* The carry of an answer whose head is cut here: its own from now on. */
static char *own_carry(struct driver *d, struct conn *c)
{
    struct side *s = conn_side(d, c);
    if (!s->carry) s->carry = malloc(REPLY_HEAD_MAX);
    if (!s->carry) abort();
    memcpy(s->carry, d->carry, c->reply.carry_len);
    return s->carry;
}

/* Reads on until the bytes are used up or the connection is no longer the one it was. */
static void read_answers(struct driver *d, struct conn *c, struct slice in)
{
    uint32_t generation = c->generation;
    for (;;) {
        char *carry = c->side != CONN_NONE && c->reply.carry_len ? d->sides[c->side]->carry : d->carry;
        bool lent = carry == d->carry;
        struct slice head, part;
        switch (reply_read(&c->reply, &in, carry, &head, &part)) {
        case REPLY_MORE:
            if (lent && c->reply.carry_len) (void)own_carry(d, c);
            return;
        case REPLY_HEAD_DONE: take_head(d, c, head); break;
        case REPLY_PART: take_part(d, c, part); break;
        case REPLY_BAD_HEAD: conn_end(d, c, ERROR_BAD_HEAD, "not an HTTP answer"); return;
        case REPLY_BAD_BODY: conn_end(d, c, ERROR_BAD_LENGTH, "a bad chunk"); return;
        case REPLY_DONE:
            answer_done(d, c);
            if (c->generation != generation || c->state == CONN_ENDING || c->state == CONN_CLOSED || !in.len) return;
            if (c->state != CONN_BUSY || !(c->flags & CONN_STARTED) || c->step == BUSY_ANSWERED) goto surplus;
            break;
        }
    }
surplus:
    conn_end(d, c, ERROR_BAD_LENGTH, "bytes after the answer that no request asked for");
}

void request_bytes(struct driver *d, struct conn *c, struct slice in)
{
    if (c->state != CONN_BUSY || c->step == BUSY_ANSWERED) {
        if (in.len) conn_end(d, c, ERROR_BAD_LENGTH, "bytes that no request asked for");
        return;
    }
    if (!in.len) { /* the end of the connection ended the answer */
        c->reply.close = 1;
        answer_done(d, c);
        return;
    }
    if (!(c->flags & CONN_STARTED)) {
        c->flags |= CONN_STARTED;
        c->first_ns = clamp32(d->clock.mono_ns - c->sent_ns);
        if (!c->first_ns) c->first_ns = 1;
    }
    read_answers(d, c, in);
}

void request_sent(struct driver *d, struct conn *c, uint32_t sent)
{
    const struct driver_group *g = conn_group(d, c);
    const struct side *s = d->sides[c->side];
    size_t whole = s->sent_len ? s->sent_len : g->pipelined.len / d->o->pipeline; /* of several the last: at least that */
    if (sent < whole) {
        conn_end(d, c, ERROR_EARLY_ANSWER, "answered before it was sent, and the rest is refused");
        return;
    }
    c->step = BUSY_UNDER_WAY;
    answer_done(d, c);
}
