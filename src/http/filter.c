/* filter.c: see filter.h. */
#include "http/filter.h"

#include "base/check.h"
#include "http/session.h"

static bool is_vital(const struct exchange *x)
{
    return x->match.route && x->match.route->vital;
}

enum filter_result filters_on_head(struct exchange *x)
{
    const struct http_options *o = &x->http->o;
    enum filter_result result = FILTER_PASS;
    if (is_vital(x)) {
        x->heads_passed = (uint8_t)o->n_filters;
        return FILTER_PASS;
    }
    for (x->heads_passed = 0; x->heads_passed < o->n_filters; x->heads_passed++) {
        const struct filter *f = &o->filters[x->heads_passed];
        if (f->on_head) result = f->on_head(f->arg, x);
        if (result == FILTER_PASS) continue;
        assert(result == FILTER_REPLIED || f->on_whole);
        break;
    }
    return result;
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

static enum filter_result ask_from(struct exchange *x, uint8_t at)
{
    const struct http_options *o = &x->http->o;
    for (; at < o->n_filters; at++) {
        x->filter_at = at; /* before it is asked: a filter that keeps x copies this */
        enum filter_result result = ask(&o->filters[at], x);
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
    if (ask_from(x, (uint8_t)(x->filter_at + 1)) == FILTER_PASS) exchange_route(x);
}
