/* ratelimit.c: see ratelimit.h. */
#include "filters/ratelimit.h"

#include "base/clock.h"
#include "filters/gate.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define US_PER_S UINT64_C(1000000)

int rate_limit_init(struct rate_limit *l, const struct rate_limit_option *o)
{
    uint64_t burst = o->burst ? o->burst : o->requests;
    *l = (struct rate_limit){.by = o->by, .rate = gcra_rate(o->requests, o->per_s * US_PER_S, burst)};
    l->id = UINT64_C(0xcbf29ce484222325);
    for (const char *p = o->name; *p; p++) l->id = (l->id ^ (uint8_t)*p) * UINT64_C(0x100000001b3);
    int rc = match_init(&l->match, &o->match);
    if (rc < 0) return rc;
    l->name = strdup(o->name);
    if (asprintf(&l->policy, "RateLimit-Policy: \"%s\";q=%u;w=%u\r\n", o->name, o->requests, o->per_s) < 0) l->policy = NULL;
    return l->name && l->policy ? 0 : -ENOMEM;
}

void rate_limit_deinit(struct rate_limit *l)
{
    match_deinit(&l->match);
    free(l->name);
    free(l->policy);
}

/* Without an address all who have none count as one. */
static uint64_t address_key(const struct gcra *g, uint64_t id, const struct ip *ip)
{
    struct ip client = ip_client(ip);
    return gcra_key(g, id, client.b, sizeof client.b);
}

static uint64_t key_of(const struct access *a, const struct rate_limit *l, const struct exchange *x)
{
    switch (l->by) {
    case RATE_BY_ADDRESS: return address_key(a->gcra, l->id, &x->client.ip);
    case RATE_BY_PRINCIPAL: return gcra_key(a->gcra, l->id, &x->principal.key, sizeof x->principal.key);
    case RATE_BY_ALL: break;
    }
    return gcra_key(a->gcra, l->id, NULL, 0);
}

static uint64_t seconds(uint64_t us)
{
    return (us + US_PER_S - 1) / US_PER_S;
}

static char *put(char *p, const char *text)
{
    size_t n = strlen(text);
    memcpy(p, text, n);
    return p + n;
}

static char *put_number(char *p, uint64_t n)
{
    char digits[20];
    size_t at = sizeof digits;
    do digits[--at] = (char)('0' + n % 10);
    while (n /= 10);
    memcpy(p, digits + at, sizeof digits - at);
    return p + sizeof digits - at;
}

static void tell(struct exchange *x, const struct rate_limit *l, const struct gcra_result *r)
{
    char text[RATE_LIMIT_NAME_MAX + 96];
    char *p = put(text, "RateLimit: \"");
    p = put(p, l->name);
    p = put(p, "\";r=");
    p = put_number(p, r->left);
    p = put(p, ";t=");
    p = put_number(p, seconds(r->allowed ? r->full_us : r->retry_us));
    p = put(p, "\r\n");
    exchange_add_fields(x, slice_make(text, (size_t)(p - text)));
    exchange_add_fields(x, slice_str(l->policy));
}

static enum filter_result refuse(struct gate *g, struct exchange *x, const struct rate_limit *l, const struct gcra_result *r)
{
    char detail[RATE_LIMIT_NAME_MAX + 64];
    uint64_t wait_s = seconds(r->retry_us);
    (void)snprintf(detail, sizeof detail, "The limit '%s' is used up.", l->name);
    return gate_refuse_with(g, x, REJECTED_RATE, 429, "quota-exceeded", detail,
                            wait_s > UINT32_MAX ? UINT32_MAX : (uint32_t)wait_s, (struct slice){0});
}

static enum filter_result ask(struct gate *g, struct exchange *x, bool of_principal)
{
    const struct access *a = g->access;
    for (uint32_t i = 0; i < a->n_limits; i++) {
        const struct rate_limit *l = &a->limits[i];
        if ((l->by == RATE_BY_PRINCIPAL) != of_principal || !match_has(&l->match, &x->request)) continue;
        struct gcra_result r = gcra_take(a->gcra, key_of(a, l, x), l->rate, exchange_now_ns(x) / 1000);
        tell(x, l, &r);
        if (!r.allowed) return refuse(g, x, l, &r);
    }
    return FILTER_PASS;
}

enum filter_result ratelimit_peer_on_head(void *arg, struct exchange *x)
{
    return ask(arg, x, false);
}

enum filter_result ratelimit_principal_on_head(void *arg, struct exchange *x)
{
    if (!x->principal.key) return FILTER_PASS;
    return ask(arg, x, true);
}
