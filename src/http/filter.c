/* filter.c: see filter.h. */
#include "http/filter.h"

#include "base/check.h"
#include "http/session.h"

static bool is_vital(const struct exchange *x)
{
    return x->match.route && x->match.route->vital;
}

/* A bit for each filter from `from` on that has something to look at. */
static uint32_t in_force(const struct http *h, uint32_t from)
{
    uint32_t all = (UINT32_C(1) << h->o.n_filters) - 1;
    return (h->o.filters_on ? *h->o.filters_on & all : all) & ~((UINT32_C(1) << from) - 1);
}

void filters_sort(struct http *h)
{
    h->filters_head = h->filters_whole = 0;
    for (uint32_t i = 0; i < h->o.n_filters; i++) {
        if (h->o.filters[i].on_head) h->filters_head |= UINT32_C(1) << i;
        if (h->o.filters[i].on_whole) h->filters_whole |= UINT32_C(1) << i;
    }
}

bool filters_idle(const struct http *h)
{
    return in_force(h, 0) == 0;
}

enum filter_result filters_on_head(struct exchange *x)
{
    const struct http_options *o = &x->http->o;
    x->heads_passed = (uint8_t)o->n_filters;
    if (is_vital(x)) return FILTER_PASS;
    for (uint32_t left = in_force(x->http, 0) & x->http->filters_head; left; left &= left - 1) {
        const struct filter *f = &o->filters[__builtin_ctz(left)];
        enum filter_result result = f->on_head(f->arg, x);
        if (result == FILTER_PASS) continue;
        assert(result == FILTER_REPLIED || f->on_whole);
        x->heads_passed = (uint8_t)__builtin_ctz(left);
        return result;
    }
    return FILTER_PASS;
}

/* Whoever has something to say of the whole, or has not been asked of the head: all behind the one that said LATER. */
static uint32_t left_to_ask(const struct exchange *x, uint32_t from)
{
    return in_force(x->http, from) & (x->http->filters_whole | ~((UINT32_C(2) << x->heads_passed) - 1));
}

/* The whole request is here: whoever said LATER of the head is asked of the whole, whoever stands behind it of both. */
static enum filter_result ask(const struct filter *f, struct exchange *x)
{
    enum filter_result result = FILTER_PASS;
    uint8_t at = x->filter_at;
    if (at > x->heads_passed && f->on_head) result = f->on_head(f->arg, x);
    if (result != FILTER_REPLIED && f->on_whole) result = f->on_whole(f->arg, x);
    return result;
}

static enum filter_result ask_from(struct exchange *x, uint32_t from)
{
    for (uint32_t left = left_to_ask(x, from); left; left &= left - 1) {
        x->filter_at = (uint8_t)__builtin_ctz(left); /* before it is asked: a filter that keeps x copies this */
        enum filter_result result = ask(&x->http->o.filters[x->filter_at], x);
        if (result != FILTER_PASS) return result;
    }
    return FILTER_PASS;
}

enum filter_result filters_on_whole(struct exchange *x)
{
    return is_vital(x) ? FILTER_PASS : ask_from(x, 0);
}

void exchange_proceed(struct exchange *x)
{
    assert(x->kept && !x->answered);
    if (ask_from(x, x->filter_at + 1u) == FILTER_PASS) exchange_route(x);
}
