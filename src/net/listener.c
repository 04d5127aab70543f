/* listener.c: see listener.h. */
#include "net/listener.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#define RETRY_NS (100 * NS_PER_MS) /* after EMFILE, ENFILE, ENOMEM: somebody else may have the descriptors */
#define BURST 4096u /* the backlog: what a multishot accept may take before a cancel reaches it */
#define SINGLE_ACCEPTS 16u

/* Where accepts into the direct table put whom they come from: nobody can ask a direct descriptor. */
struct origin {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } as;
    uint32_t len;
};
static_assert(LISTENER_DIRECT_ACCEPTS == 32, "a bit each in origins_used");

struct listeners {
    struct listeners_options o;
    struct origin origins[LISTENERS_MAX][LISTENER_DIRECT_ACCEPTS];
    uint32_t origins_used[LISTENERS_MAX];
    int fds[LISTENERS_MAX];
    uint8_t ways[LISTENERS_MAX];
    uint32_t armed[LISTENERS_MAX], n_armed;
    bool one_by_one; /* fewer free slots than a burst: each accept takes one connection */
    bool paused;   /* no slots or descriptors: nothing is armed again until resume() */
    bool stopping; /* for good */
    struct timer retry;
    uint64_t last_log_ns;
    struct listener_counts counts;
};

static uint32_t free_slots(const struct listeners *l)
{
    return conns_max(l->o.conns) - conns_used(l->o.conns);
}

/* Accepted and then dropped for lack of a slot is worse than waiting in the backlog. So accepts that take one connection each are
 * no more than there are slots; only that every listener has one comes before. */
static bool may_arm(const struct listeners *l, uint32_t i)
{
    if (l->paused || l->stopping) return false;
    if (!l->o.direct && !l->one_by_one) return l->armed[i] == 0;
    if (l->armed[i] >= (l->o.direct ? LISTENER_DIRECT_ACCEPTS : SINGLE_ACCEPTS)) return false;
    return l->armed[i] == 0 || l->n_armed < free_slots(l);
}

static void arm_direct(struct listeners *l, uint32_t i)
{
    uint32_t at = (uint32_t)__builtin_ctz(~l->origins_used[i]); /* there is one: may_arm() */
    struct origin *from = &l->origins[i][at];
    l->origins_used[i] |= 1u << at;
    memset(from, 0, sizeof *from);
    from->len = sizeof from->as;
    ring_accept_direct(l->o.ring, l->fds[i], &from->as.any, &from->len, i, at);
}

static void arm(struct listeners *l, uint32_t i)
{
    while (may_arm(l, i)) {
        l->armed[i]++;
        l->n_armed++;
        if (l->o.direct) arm_direct(l, i);
        else if (l->one_by_one) ring_accept_one(l->o.ring, l->fds[i], i, 0);
        else ring_accept(l->o.ring, l->fds[i], i, 0);
    }
}

static void arm_all(struct listeners *l)
{
    for (uint32_t i = 0; i < l->o.n; i++) arm(l, i);
}

static void cancel(struct listeners *l)
{
    for (uint32_t i = 0; i < l->o.n; i++)
        if (l->armed[i]) ring_cancel_fd(l->o.ring, l->fds[i], UINT32_MAX, 0);
}

static void resume(struct listeners *l)
{
    l->paused = false;
    timer_disarm(l->o.timers, &l->retry);
    arm_all(l);
}

/* With hysteresis: what is armed for one connection each runs out by itself, a multishot accept must be cancelled. */
static void choose_mode(struct listeners *l)
{
    uint32_t n = free_slots(l);
    if (!l->one_by_one && n <= BURST) {
        l->one_by_one = true;
        if (!l->o.direct) cancel(l);
    } else if (l->one_by_one && n > 2 * BURST) {
        l->one_by_one = false;
    }
}

static void pause_for(struct listeners *l, const char *reason)
{
    if (l->paused) return;
    l->paused = true;
    metric_add(&l->counts.paused, 1);
    if (l->o.clock->mono_ns - l->last_log_ns >= NS_PER_S || l->last_log_ns == 0) {
        l->last_log_ns = l->o.clock->mono_ns;
        log_warn("listener.paused", "connections=%u reason=%s", conns_used(l->o.conns), reason);
    }
    cancel(l);
    timer_arm(l->o.timers, &l->retry, l->o.clock->mono_ns + RETRY_NS);
}

/* Hysteresis: some slots must be free, not just one. */
static bool roomy(const struct listeners *l)
{
    uint32_t max = conns_max(l->o.conns);
    uint32_t margin = max / 64 + 1;
    return conns_used(l->o.conns) + margin <= max;
}

static void on_conn_freed(void *arg)
{
    struct listeners *l = arg;
    choose_mode(l);
    if (!l->paused) arm_all(l);
    else if (!l->stopping && roomy(l)) resume(l);
}

static void on_retry(void *arg)
{
    struct listeners *l = arg;
    if (l->stopping || !l->paused) return;
    if (roomy(l)) resume(l);
    else timer_arm(l->o.timers, &l->retry, l->o.clock->mono_ns + RETRY_NS);
}

static void take(struct listeners *l, int res, const struct sockaddr *from, uint8_t ways)
{
    ring_fd fd = l->o.direct ? (res | RING_DIRECT) : res;
    if (conns_open(l->o.conns, fd, from, ways)) metric_add(&l->counts.accepted, 1);
    choose_mode(l);
    if (conns_used(l->o.conns) == conns_max(l->o.conns)) pause_for(l, "full");
}

static void on_accept(void *owner, uint32_t slot, uint32_t generation, struct ring_result r)
{
    struct listeners *l = owner;
    if (l->o.direct) l->origins_used[slot] &= ~(1u << generation); /* each is for one connection */
    if (!r.more) {
        l->armed[slot]--;
        l->n_armed--;
    }
    if (r.res >= 0) { /* also from an accept that was being cancelled: the descriptor is ours all the same */
        take(l, r.res, l->o.direct ? &l->origins[slot][generation].as.any : NULL, l->ways[slot]);
    } else if (r.res == -EMFILE || r.res == -ENFILE || r.res == -ENOMEM || r.res == -ENOBUFS) {
        metric_add(&l->counts.failed, 1);
        pause_for(l, "descriptors");
    } else if (r.res != -ECANCELED) {
        metric_add(&l->counts.failed, 1); /* ECONNABORTED, EPERM, EPROTO: that connection only */
    }
    if (!r.more) arm(l, slot);
}

int listeners_new(const struct listeners_options *options, struct listeners **out)
{
    assert(options->n <= LISTENERS_MAX);
    struct listeners *l = calloc(1, sizeof *l);
    if (!l) return -ENOMEM;
    l->o = *options;
    if (options->n) memcpy(l->fds, options->fds, options->n * sizeof *l->fds);
    if (options->n && options->ways) memcpy(l->ways, options->ways, options->n * sizeof *l->ways);
    timer_init(&l->retry, on_retry, l);
    ring_handle(options->ring, RING_ACCEPT, on_accept, l);
    conns_on_free(options->conns, on_conn_freed, l);
    *out = l;
    return 0;
}

void listeners_start(struct listeners *l)
{
    choose_mode(l);
    arm_all(l);
}

void listeners_stop(struct listeners *l)
{
    if (l->stopping) return;
    l->stopping = true;
    timer_disarm(l->o.timers, &l->retry);
    cancel(l);
}

bool listeners_stopped(const struct listeners *l)
{
    for (uint32_t i = 0; i < l->o.n; i++)
        if (l->armed[i]) return false;
    return l->stopping;
}

struct listeners *listeners_free(struct listeners *l)
{
    if (!l) return NULL;
    timer_disarm(l->o.timers, &l->retry);
    free(l);
    return NULL;
}

struct listener_counts *listeners_counts(struct listeners *l)
{
    return &l->counts;
}
