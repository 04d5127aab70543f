/* issue.c: which request is sent when, and on which connection: by plan or in a closed loop; those that wait, and what is left of them
 * when the measured time is over. */
#include "tools/load/driver.h"

#include "tools/load/run.h"
#include "tools/load/scenario.h"

#include <stdlib.h>

#define ISSUE_MAX 256 /* due requests per turn, so that answers do not wait long */
#define QUEUE_MAX (1u << 22) /* requests that may wait for a connection; beyond it they are dropped and counted */

/* ---- which connection, which request ---- */

static bool loads(const struct driver *d)
{
    enum phase_kind phase = run_phase(d->run);
    return phase == PHASE_WARMUP || phase == PHASE_MEASURE;
}

static bool within_quota(const struct driver_group *g)
{
    return g->issued_all < g->quota;
}

bool request_may_start(const struct driver *d, const struct driver_group *g)
{
    return loads(d) && within_quota(g);
}

/* Closed loop: the next request at once, or after a think time. */
static void go_on(struct driver *d, struct driver_group *g, struct conn *c)
{
    if (g->scenario->holds || !request_may_start(d, g)) return;
    uint64_t think = dist_draw(&d->random, &d->o->think);
    c->left = 0;
    if (think && !g->scenario->fresh) conn_pause(d, c, d->clock.mono_ns + think);
    else request_start(d, c, d->clock.mono_ns);
}

static uint64_t take_due(struct due_queue *q)
{
    uint64_t at = q->at_ns[q->first];
    q->first = (q->first + 1) % q->room;
    q->n--;
    return at;
}

void conn_ready(struct driver *d, struct conn *c)
{
    struct driver_group *g = conn_group(d, c);
    if (!g->plan) {
        if (!g->scenario->fresh || c->sent_ns <= d->clock.mono_ns) go_on(d, g, c);
        return;
    }
    if (!g->due.n || !within_quota(g) || run_phase(d->run) > PHASE_MEASURE)
        return; /* after that nothing is issued: what waits is unanswered */
    metric_sub(&d->queued_n, 1);
    request_start(d, c, take_due(&g->due));
}

static struct conn *draw_idle(struct driver *d, struct driver_group *g)
{
    for (int i = 0; i < 16; i++) {
        struct conn *c = &d->conns[g->first + random_below(&d->random, g->n)];
        if (c->state == CONN_IDLE) return c;
    }
    return conn_list_first(d, &g->idle);
}

static struct conn *pick(struct driver *d, struct driver_group *g)
{
    if (!g->idle.n) return NULL;
    if (g->scenario->at_random) return draw_idle(d, g);
    return &d->conns[d->o->pick == PICK_MRU ? g->idle.last : g->idle.first];
}

static bool queue_grow(struct due_queue *q)
{
    uint32_t room = q->room ? q->room * 2 : 1024;
    uint64_t *more = room > QUEUE_MAX ? NULL : malloc((size_t)room * sizeof *more);
    if (!more) return false;
    for (uint32_t i = 0; i < q->n; i++) more[i] = q->at_ns[(q->first + i) % q->room];
    free(q->at_ns);
    *q = (struct due_queue){more, 0, q->n, room};
    return true;
}

/* No connection is free. */
static void wait_or_drop(struct driver *d, struct driver_group *g, uint64_t intended_ns)
{
    struct due_queue *q = &g->due;
    if (d->o->on_full == ON_FULL_DROP || (q->n == q->room && !queue_grow(q))) {
        if (run_measures(d->run, intended_ns)) g->result.dropped++;
        return;
    }
    q->at_ns[(q->first + q->n++) % q->room] = intended_ns;
    metric_add(&d->queued_n, 1);
    if (q->n > g->result.queued_max) g->result.queued_max = q->n;
}

/* What a planned request has waited for this thread alone. */
static void count_lag(struct driver *d, struct driver_group *g, uint64_t intended_ns, uint64_t n)
{
    uint64_t now = d->clock.mono_ns;
    if (run_measures(d->run, intended_ns)) hist_add_n(&g->result.hist[HIST_LAG], now > intended_ns ? now - intended_ns : 0, n);
}

/* Those that wait will use up the quota as well. */
static bool may_plan(const struct driver_group *g)
{
    return g->issued_all + g->due.n < g->quota;
}

static bool issue_planned(struct driver *d, struct driver_group *g)
{
    for (int n = 0; n < ISSUE_MAX; n++) {
        uint64_t next = plan_next_ns(g->plan);
        if (next == UINT64_MAX || d->load_start_ns + next > d->clock.mono_ns || !may_plan(g)) return false;
        plan_advance(g->plan);
        metric_add(&d->tick->due, 1);
        count_lag(d, g, d->load_start_ns + next, 1);
        struct conn *c = pick(d, g);
        if (c) request_start(d, c, d->load_start_ns + next);
        else wait_or_drop(d, g, d->load_start_ns + next);
    }
    return true;
}

/* Connections that were opened before the load began, or whose think time has not been drawn. */
static void start_idle(struct driver *d, struct driver_group *g)
{
    if (g->scenario->holds || g->scenario->drips) return;
    for (uint32_t n = g->idle.n; n && within_quota(g); n--) {
        struct conn *c = conn_list_first(d, &g->idle);
        if (c->state == CONN_CLOSED && c->sent_ns > d->clock.mono_ns) return;
        go_on(d, g, c);
    }
}

void requests_issue_due(struct driver *d)
{
    if (!d->load_start_ns || d->clock.mono_ns < d->load_start_ns || !loads(d)) return;
    for (int i = 0; i < d->groups_n; i++) {
        struct driver_group *g = &d->groups[i];
        if (g->plan) (void)issue_planned(d, g);
        else if (g->idle.n) start_idle(d, g);
    }
}

void requests_planned(struct driver *d)
{
    bool planned = false;
    for (int i = 0; i < d->groups_n; i++) {
        const struct driver_group *g = &d->groups[i];
        planned |= g->plan && plan_next_ns(g->plan) != UINT64_MAX && may_plan(g);
    }
    metric_set(&d->planned, planned);
}

uint64_t requests_next_ns(const struct driver *d)
{
    uint64_t next = UINT64_MAX;
    if (!d->load_start_ns || run_phase(d->run) > PHASE_MEASURE) return next;
    for (int i = 0; i < d->groups_n; i++) {
        bool planned = d->groups[i].plan && may_plan(&d->groups[i]);
        uint64_t at = planned ? plan_next_ns(d->groups[i].plan) : UINT64_MAX;
        if (at != UINT64_MAX && d->load_start_ns + at < next) next = d->load_start_ns + at;
    }
    return next;
}

/* ---- the end ---- */

static void censor(struct driver *d, struct driver_group *g, uint64_t intended_ns, uint64_t n)
{
    uint64_t now = d->clock.mono_ns;
    hist_add_n(&g->result.hist[HIST_CENSORED], now > intended_ns ? now - intended_ns : 0, n);
    g->result.censored += n;
}

/* Those that did not fit into a turn before the end. Their number may go beyond all bounds when the loader is too slow by far. */
static void settle_plan(struct driver *d, struct driver_group *g)
{
    uint64_t end = run_measure_end(d->run), next = 0;
    for (uint32_t n = 0; n < QUEUE_MAX; n++) {
        next = plan_next_ns(g->plan);
        if (next == UINT64_MAX || d->load_start_ns + next >= end) return;
        plan_advance(g->plan);
        metric_add(&d->tick->due, 1);
        count_lag(d, g, d->load_start_ns + next, 1);
        wait_or_drop(d, g, d->load_start_ns + next);
    }
    double more = plan_offered(g->plan, next, end - d->load_start_ns) / d->o->threads;
    if (more < 1) return;
    g->result.dropped += (uint64_t)more;
    count_lag(d, g, d->load_start_ns + next, (uint64_t)more);
}

void requests_settle(struct driver *d)
{
    if (!d->load_start_ns || d->o->requests) return; /* -n: the plan goes on for ever, what counts is in the quota */
    for (int i = 0; i < d->groups_n; i++)
        if (d->groups[i].plan) settle_plan(d, &d->groups[i]);
}

/* What has no answer yet is put on record with its age. */
void requests_censor(struct driver *d)
{
    for (uint32_t i = 0; i < d->conns_n; i++) {
        struct conn *c = &d->conns[i];
        if (conn_group(d, c)->scenario->drips && (c->state == CONN_BUSY || c->state == CONN_PAUSED)) {
            conn_group(d, c)->result.issued++; /* a slow client that the server still puts up with */
            censor(d, conn_group(d, c), c->intended_ns, 1);
        }
        if (!(c->flags & CONN_MEASURED)) continue;
        censor(d, conn_group(d, c), c->intended_ns, c->left ? c->left : 1);
        c->flags &= (uint8_t)~CONN_MEASURED;
    }
    for (int i = 0; i < d->groups_n; i++) {
        struct driver_group *g = &d->groups[i];
        while (g->due.n) {
            uint64_t at = take_due(&g->due);
            if (!run_measures(d->run, at) || !within_quota(g)) continue;
            g->issued_all++;
            censor(d, g, at, 1);
        }
    }
    metric_set(&d->queued_n, 0);
}
