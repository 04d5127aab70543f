/* access.c: see access.h. */
#include "filters/access.h"

#include "filters/auth.h"
#include "filters/cors.h"
#include "filters/hosts.h"
#include "filters/ratelimit.h"
#include "filters/rules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static void free_all(struct access *a)
{
    host_list_free(a->hosts);
    auth_free(a->auth);
    free(a->trusted);
    for (uint32_t i = 0; i < a->n_rules; i++) rule_deinit(&a->rules[i]);
    free(a->rules);
    for (uint32_t i = 0; i < a->n_limits; i++) rate_limit_deinit(&a->limits[i]);
    free(a->limits);
    cors_free(a->cors);
    free(a);
}

static int add_trusted(struct access *a, const struct access_options *o, char *why, size_t why_room)
{
    a->trusted = calloc(o->n_trusted + 1, sizeof *a->trusted);
    if (!a->trusted) return -ENOMEM;
    for (; a->n_trusted < o->n_trusted; a->n_trusted++) {
        if (network_parse(slice_str(o->trusted[a->n_trusted]), &a->trusted[a->n_trusted])) continue;
        (void)snprintf(why, why_room, "trusted_proxies: %s is no network", o->trusted[a->n_trusted]);
        return -EINVAL;
    }
    a->per_address = o->per_address;
    a->spares_loopback = o->spares_loopback;
    a->tally = o->tally;
    a->forwarded = (enum forwarded_kind)o->forwarded;
    a->needs_peers = o->needs_peers || o->n_trusted || o->auth; /* accounts may be bound to networks */
    return 0;
}

/* Counted before they are whole: free_all finds what there is of them. */
static int add_rules(struct access *a, const struct access_options *o)
{
    a->rules = calloc(o->n_rules + 1, sizeof *a->rules);
    if (!a->rules) return -ENOMEM;
    for (int rc; a->n_rules < o->n_rules;) {
        const struct rule_option *rule = &o->rules[a->n_rules];
        rc = rule_init(&a->rules[a->n_rules++], rule);
        if (rc < 0) return rc;
        a->needs_peers |= rule->n_networks > 0;
    }
    return 0;
}

static int add_limits(struct access *a, const struct access_options *o)
{
    a->gcra = o->gcra;
    a->limits = calloc(o->n_limits + 1, sizeof *a->limits);
    if (!a->limits) return -ENOMEM;
    for (int rc; a->n_limits < o->n_limits;) {
        const struct rate_limit_option *limit = &o->limits[a->n_limits];
        rc = rate_limit_init(&a->limits[a->n_limits++], limit, a->gcra);
        if (rc < 0) return rc;
        a->needs_peers |= limit->by == RATE_BY_ADDRESS;
        a->n_limits_of_principals += limit->by == RATE_BY_PRINCIPAL;
    }
    return 0;
}

int access_new(const struct access_options *o, struct access **out, char *why, size_t why_room)
{
    struct access *a = calloc(1, sizeof *a);
    (void)snprintf(why, why_room, "out of memory");
    if (!a) return -ENOMEM;
    atomic_init(&a->refs, 1);
    int rc = host_list_new(o->hosts, o->n_hosts, &a->hosts);
    if (rc == 0 && o->auth) rc = auth_new(o->auth, &a->auth, why, why_room);
    if (rc == 0) rc = add_trusted(a, o, why, why_room);
    if (rc == 0) rc = add_rules(a, o);
    if (rc == 0) rc = add_limits(a, o);
    if (rc == 0 && o->cors) rc = cors_new(o->cors, &a->cors);
    a->needs_peers |= a->auth != NULL; /* networks of accounts, who was wrong too often, credentials in clear */
    if (rc < 0) {
        free_all(a);
        return rc;
    }
    *out = a;
    return 0;
}

struct access *access_ref(struct access *a)
{
    if (a) (void)atomic_fetch_add_explicit(&a->refs, 1, memory_order_relaxed);
    return a;
}

struct access *access_unref(struct access *a)
{
    /* Release: what this thread has read of it is over. Acquire: the one who frees it comes after all others. */
    if (a && atomic_fetch_sub_explicit(&a->refs, 1, memory_order_acq_rel) == 1) free_all(a);
    return NULL;
}
