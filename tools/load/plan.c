/* plan.c: see plan.h.
 *
 * Two steps: which amount of rate-over-time an arrival stands at (k, or a sum of exponential gaps), and when
 * the plan has come to that amount. Amounts are in 1e-9 arrivals, that is rate × ns: products of whole
 * numbers stay whole, and a long double's 64 bits hold a week at a million per second to far below a ns. */
#include "tools/load/plan.h"

#include "base/check.h"
#include "base/random.h"
#include "tools/load/trace.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define ARRIVAL 1e9L      /* the amount of one arrival */
#define ROUNDING_NS 1e-3L /* more than what the last bits may be off */

/* A stretch in which the rate goes straight from one value to another. */
struct stretch {
    long double start_ns, length_ns, from, to;
    long double before, amount; /* rate × ns: of the plan until here, and of this stretch */
};

struct plan {
    enum arrival arrival;
    uint32_t burst;          /* arrivals at once; 1 but for bursts */
    uint32_t threads;
    uint64_t length_ns;
    uint64_t next_ns;
    uint64_t number;         /* of the next arrival, counted over all threads */
    struct random random;    /* poisson: the same in every thread */
    long double gaps;        /* poisson: sum of the gaps up to the next arrival */
    struct trace trace;
    struct stretch stretches[STAGES_MAX];
    int stretches_n;
    int at_stretch;          /* the next arrival is not before this one; arrivals only go on */
    struct stretch rest;     /* from the end of the last stretch on: its rate holds */
};

/* ---- from amounts to times ---- */

/* How long into the stretch its rate has summed up to amount: the root of (to − from) ÷ (2 × length) × x² +
 * from × x = amount, in the form that cancels nothing out. */
static long double stretch_invert(const struct stretch *s, long double amount)
{
    if (amount <= 0) return 0;
    long double slope = (s->to - s->from) / s->length_ns;
    long double square = s->from * s->from + 2 * slope * amount;
    return 2 * amount / (s->from + sqrtl(square > 0 ? square : 0));
}

/* When the plan goes beyond the amount; infinite if never. A stretch without rate is passed over: what stands
 * just at its beginning is due at its end. */
static long double time_of(struct plan *p, long double amount)
{
    for (; p->at_stretch < p->stretches_n; p->at_stretch++) {
        const struct stretch *s = &p->stretches[p->at_stretch];
        if (amount < s->before + s->amount) return s->start_ns + stretch_invert(s, amount - s->before);
    }
    if (p->rest.from <= 0) return INFINITY;
    return p->rest.start_ns + (amount - p->rest.before) / p->rest.from;
}

static long double amount_in(const struct stretch *s, long double ns)
{
    if (ns <= 0) return 0;
    if (ns >= s->length_ns) return s->amount;
    return ns * (s->from + (s->to - s->from) * ns / s->length_ns / 2);
}

static long double amount_until(const struct plan *p, long double at_ns)
{
    long double sum = 0;
    for (int i = 0; i < p->stretches_n; i++) sum += amount_in(&p->stretches[i], at_ns - p->stretches[i].start_ns);
    return at_ns > p->rest.start_ns ? sum + (at_ns - p->rest.start_ns) * p->rest.from : sum;
}

/* ---- arrivals ---- */

/* Exponential, of mean 1. A uniform number is in (0, 1]: its logarithm is finite. */
static long double draw_gap(struct random *r)
{
    return -(long double)log((double)((random_u64(r) >> 11) + 1) * 0x1p-53);
}

static long double next_amount(const struct plan *p)
{
    if (p->arrival == ARRIVAL_POISSON) return p->gaps * ARRIVAL;
    return (long double)(p->number - p->number % p->burst) * ARRIVAL;
}

static uint64_t next_in_trace(const struct plan *p)
{
    return p->number < p->trace.n ? p->trace.at_ns[p->number] : UINT64_MAX;
}

static uint64_t next_by_rate(struct plan *p)
{
    long double ns = time_of(p, next_amount(p)) + ROUNDING_NS;
    return ns < (long double)p->length_ns ? (uint64_t)ns : UINT64_MAX;
}

static void find_next(struct plan *p)
{
    uint64_t ns = p->arrival == ARRIVAL_TRACE ? next_in_trace(p) : next_by_rate(p);
    p->next_ns = ns < p->length_ns ? ns : UINT64_MAX;
}

/* Draws the gaps of n arrivals: other threads' too. */
static void pass(struct plan *p, uint32_t n)
{
    if (p->arrival != ARRIVAL_POISSON) return;
    for (uint32_t i = 0; i < n; i++) p->gaps += draw_gap(&p->random);
}

uint64_t plan_next_ns(const struct plan *p)
{
    return p->next_ns;
}

void plan_advance(struct plan *p)
{
    if (p->next_ns == UINT64_MAX) return;
    p->number += p->threads;
    pass(p, p->threads);
    find_next(p);
}

/* ---- how many ---- */

static double count_before(const struct plan *p, uint64_t at_ns)
{
    if (at_ns > p->length_ns) at_ns = p->length_ns;
    if (p->arrival == ARRIVAL_TRACE) return (double)trace_count_before(&p->trace, at_ns);
    if (p->arrival == ARRIVAL_POISSON) return (double)(amount_until(p, (long double)at_ns) / ARRIVAL);
    /* Those that next_by_rate() puts before at_ns; the first one stands at 0. */
    long double amount = amount_until(p, (long double)at_ns - ROUNDING_NS);
    return (double)(ceill(amount / ARRIVAL / p->burst) * p->burst);
}

double plan_offered(const struct plan *p, uint64_t from_ns, uint64_t to_ns)
{
    return to_ns > from_ns ? count_before(p, to_ns) - count_before(p, from_ns) : 0;
}

/* ---- making ---- */

static void add_stretch(struct plan *p, const struct stage *stage, double share)
{
    long double from = (long double)stage->from * share, to = (long double)stage->to * share;
    struct stretch *s = &p->stretches[p->stretches_n++];
    *s = (struct stretch){
        .start_ns = p->rest.start_ns,
        .length_ns = (long double)stage->length_ns,
        .from = from,
        .to = to,
        .before = p->rest.before,
        .amount = (from + to) / 2 * (long double)stage->length_ns,
    };
    p->rest.start_ns += s->length_ns;
    p->rest.before += s->amount;
    p->rest.from = s->to;
}

static bool has_stages(const struct options *o)
{
    return o->stages_n > 0 && !o->stages[0].connections;
}

static int set_rate(struct plan *p, const struct options *o, const struct plan_part *part, const char **why)
{
    if (has_stages(o)) {
        for (int i = 0; i < o->stages_n; i++) add_stretch(p, &o->stages[i], part->share);
        return 0;
    }
    p->rest.from = part->rate;
    if (part->rate > 0 && isfinite(part->rate)) return 0;
    *why = "a plan of arrivals needs a rate";
    return -EINVAL;
}

int plan_make(const struct options *o, const struct plan_part *part, uint64_t length_ns, struct plan **out, const char **why)
{
    assert(part->thread < part->threads);
    struct plan *p = calloc(1, sizeof *p);
    if (!p) return -ENOMEM;
    p->arrival = o->arrival;
    p->burst = o->arrival == ARRIVAL_BURST && o->burst ? o->burst : 1;
    p->threads = part->threads;
    p->length_ns = length_ns;
    p->number = part->thread;
    random_seed(&p->random, part->seed);
    int rc = o->arrival == ARRIVAL_TRACE ? trace_read(o->trace_path, &p->trace, why) : set_rate(p, o, part, why);
    if (rc < 0) {
        plan_free(p);
        return rc;
    }
    pass(p, part->thread + 1);
    find_next(p);
    *out = p;
    return 0;
}

struct plan *plan_free(struct plan *p)
{
    if (p) trace_deinit(&p->trace);
    free(p);
    return NULL;
}
