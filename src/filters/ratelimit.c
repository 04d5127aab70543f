/* ratelimit.c: see ratelimit.h. */
#include "filters/ratelimit.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/digits.h"
#include "filters/gate.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define US_PER_S UINT64_C(1000000)

/* Text that is copied in pieces of a size that the compiler knows: so many bytes may be read behind it. */

static int make_text(char **text, uint32_t *bytes, const char *format, ...) __attribute__((format(printf, 3, 4)));
static int make_text(char **text, uint32_t *bytes, const char *format, ...)
{
    char all[RATE_LIMIT_NAME_MAX + 128];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(all, sizeof all - EXCHANGE_FIELDS_PAD, format, args);
    va_end(args);
    assert(n > 0 && (size_t)n < sizeof all - EXCHANGE_FIELDS_PAD); /* config_rules.c bounds names */
    *text = calloc(1, (size_t)n + EXCHANGE_FIELDS_PAD);
    if (!*text) return -ENOMEM;
    memcpy(*text, all, (size_t)n);
    *bytes = (uint32_t)n;
    return 0;
}

static size_t key_bytes(enum rate_limit_by by)
{
    switch (by) {
    case RATE_BY_ADDRESS: return sizeof(struct ip);
    case RATE_BY_PRINCIPAL: return sizeof(uint64_t);
    case RATE_BY_ALL: break;
    }
    return 0;
}

int rate_limit_init(struct rate_limit *l, const struct rate_limit_option *o, const struct gcra *g)
{
    uint64_t burst = o->burst ? o->burst : o->requests, id = UINT64_C(0xcbf29ce484222325);
    for (const char *p = o->name; *p; p++) id = (id ^ (uint8_t)*p) * UINT64_C(0x100000001b3);
    *l = (struct rate_limit){.by = o->by, .rate = gcra_rate(o->requests, o->per_s * US_PER_S, burst)};
    if (g) l->key = gcra_key_begin(g, id, key_bytes(o->by));
    int rc = match_init(&l->match, &o->match);
    if (rc < 0) return rc;
    l->name = strdup(o->name);
    if (!l->name) return -ENOMEM;
    rc = make_text(&l->before, &l->before_bytes, "RateLimit: \"%s\";r=", o->name);
    if (rc == 0) rc = make_text(&l->behind, &l->behind_bytes, "\r\nRateLimit-Policy: \"%s\";q=%u;w=%u\r\n", o->name, o->requests, o->per_s);
    uint64_t seconds_max = burst * o->per_s / o->requests + 2; /* until all are there again, rounded up */
    l->lines_bytes = l->before_bytes + digits_of(burst) + (uint32_t)strlen(";t=") + digits_of(seconds_max) + l->behind_bytes;
    return rc;
}

void rate_limit_deinit(struct rate_limit *l)
{
    match_deinit(&l->match);
    free(l->name);
    free(l->before);
    free(l->behind);
}

static uint64_t key_of(const struct access *a, const struct rate_limit *l, const struct exchange *x)
{
    if (l->by == RATE_BY_ADDRESS) { /* without an address all who have none count as one */
        struct ip client = ip_client(&x->client.ip);
        return gcra_key_end(a->gcra, l->key, client.b, sizeof client.b);
    }
    if (l->by == RATE_BY_PRINCIPAL) return gcra_key_end(a->gcra, l->key, &x->principal.key, sizeof x->principal.key);
    return l->key;
}

static uint64_t seconds(uint64_t us)
{
    return (us + US_PER_S - 1) / US_PER_S;
}

/* A number of bytes too many are written, and then written over. */
static char *put(char *p, const char *text, uint32_t bytes)
{
    for (uint32_t at = 0; at < bytes; at += EXCHANGE_FIELDS_PAD) memcpy(p + at, text + at, EXCHANGE_FIELDS_PAD);
    return p + bytes;
}

static void tell(struct exchange *x, const struct rate_limit *l, const struct gcra_result *r)
{
    char *p = exchange_fields_begin(x, l->lines_bytes);
    if (!p) return;
    p = put(p, l->before, l->before_bytes);
    p = digits_put(p, r->left);
    memcpy(p, ";t=", 3);
    p = digits_put(p + 3, seconds(r->allowed ? r->full_us : r->retry_us));
    exchange_fields_end(x, put(p, l->behind, l->behind_bytes));
}

static enum filter_result refuse(struct gate *g, struct exchange *x, const struct rate_limit *l, const struct gcra_result *r)
{
    char detail[RATE_LIMIT_NAME_MAX + 64];
    uint64_t wait_s = seconds(r->retry_us);
    (void)snprintf(detail, sizeof detail, "The limit '%s' is used up.", l->name);
    return gate_refuse_with(g, x, REJECTED_RATE, 429, "quota-exceeded", detail,
                            wait_s > UINT32_MAX ? UINT32_MAX : (uint32_t)wait_s, (struct slice){0});
}

static bool is_about(const struct rate_limit *l, const struct exchange *x)
{
    return match_is_any(&l->match) || match_has(&l->match, &x->request);
}

static enum filter_result ask(struct gate *g, struct exchange *x, bool of_principal)
{
    const struct access *a = g->access;
    for (uint32_t i = 0; i < a->n_limits; i++) {
        const struct rate_limit *l = &a->limits[i];
        if ((l->by == RATE_BY_PRINCIPAL) != of_principal || !is_about(l, x)) continue;
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
