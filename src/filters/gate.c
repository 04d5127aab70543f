/* gate.c: see gate.h. */
#include "filters/gate.h"

#include "base/check.h"
#include "filters/auth.h"
#include "filters/client.h"
#include "filters/content_digest.h"
#include "filters/cors.h"
#include "filters/hosts.h"
#include "filters/ratelimit.h"
#include "filters/rules.h"
#include "filters/signature.h"
#include "filters/who.h"

static const char *const names[REJECTIONS] = {
    [REJECTED_HOST] = "host",
    [REJECTED_NOBODY] = "unauthenticated",
    [REJECTED_CREDENTIALS] = "credentials",
    [REJECTED_SCOPE] = "scope",
    [REJECTED_NO_MEMORY] = "no_memory",
    [REJECTED_WAIT] = "backoff",
    [REJECTED_BUSY] = "verifier_full",
    [REJECTED_CROSS_SITE] = "cross_site",
    [REJECTED_ISSUER] = "issuer_unreachable",
    [REJECTED_CLEAR] = "clear_credentials",
    [REJECTED_RULE] = "rule",
    [REJECTED_IGNORED] = "ignored",
    [REJECTED_RATE] = "rate_limit",
    [REJECTED_CONNECTIONS] = "connections_per_address",
    [REJECTED_DIGEST] = "digest",
    [REJECTED_SIGNATURE] = "signature",
    [REJECTED_NONCES] = "nonces",
};

const char *rejection_name(enum rejection why)
{
    return names[why];
}

/* ---- the filters, and which of them a snapshot needs ---- */

static bool wants_peers(const struct access *a) { return a->needs_peers; }
static bool wants_hosts(const struct access *a) { return a->hosts != NULL; }
static bool wants_cors(const struct access *a) { return a->cors != NULL; }
static bool wants_rules(const struct access *a) { return a->n_rules > 0; }
static bool wants_limits(const struct access *a) { return a->n_limits > a->n_limits_of_principals; }
static bool wants_limits_of_principals(const struct access *a) { return a->n_limits_of_principals > 0; }
static bool wants_auth(const struct access *a) { return a->auth != NULL; }
static bool wants_keys(const struct access *a) { return a->auth && a->auth->keys; }
static bool wants_any(const struct access *a) { return a != NULL; }

/* What is cheapest and concerns all comes first; who asks is found out before what that one may do. */
static const struct {
    const char *name;
    enum filter_result (*on_head)(void *gate, struct exchange *x), (*on_whole)(void *gate, struct exchange *x);
    bool (*is_wanted)(const struct access *a);
} filters[] = {
    {"client", client_on_head, NULL, wants_peers},
    {"hosts", hosts_on_head, NULL, wants_hosts},
    {"cors", cors_on_head, NULL, wants_cors},
    {"rules", rules_on_head, NULL, wants_rules},
    {"rate_limits of peers", ratelimit_peer_on_head, NULL, wants_limits},
    {"preflights", cors_preflight_on_head, NULL, wants_cors},
    {"who", who_on_head, who_on_whole, wants_auth},
    /* The body is held against its digest before a nonce is used up. */
    {"digest", content_digest_on_head, content_digest_on_whole, wants_any},
    {"signature", signature_on_head, signature_on_whole, wants_keys},
    {"may", may_on_head, NULL, wants_auth},
    {"rate_limits of principals", ratelimit_principal_on_head, NULL, wants_limits_of_principals},
};
#define N_FILTERS (sizeof filters / sizeof filters[0])
static_assert(N_FILTERS <= FILTERS_MAX, "a bit for each");

uint32_t gate_filters(struct gate *g, struct filter out[FILTERS_MAX])
{
    for (size_t i = 0; i < N_FILTERS; i++)
        out[i] = (struct filter){filters[i].name, filters[i].on_head, filters[i].on_whole, g};
    return N_FILTERS;
}

static void take(struct gate *g, struct access *access)
{
    g->access = access;
    g->on = 0;
    for (size_t i = 0; access && i < N_FILTERS; i++)
        if (filters[i].is_wanted(access)) g->on |= UINT32_C(1) << i;
}

/* ---- a shard's gate ---- */

void gate_init(struct gate *g, struct access *access)
{
    *g = (struct gate){0};
    take(g, access);
}

int gate_connect(struct gate *g, const struct gate_helpers *helpers, struct mailbox *home, struct http *http)
{
    static const struct gate_helpers nobody;
    if (!helpers) helpers = &nobody;
    g->basic.verifier = helpers->password_verifier;
    g->basic.home = home;
    g->basic.http = http;
    g->basic.on_checked = who_on_checked;
    g->basic.auth = who_auth;
    g->basic.arg = g;
    g->oauth.verifier = helpers->token_verifier;
    g->oauth.outbound = helpers->outbound;
    g->oauth.feed = helpers->feed;
    g->oauth.home = home;
    g->oauth.http = http;
    g->oauth.on_checked = who_on_token_checked;
    g->oauth.access = who_access;
    g->oauth.arg = g;
    int rc = tokens_init(&g->tokens);
    if (rc == 0) rc = basic_init(&g->basic);
    return rc < 0 ? rc : oauth_init(&g->oauth);
}

void gate_deinit(struct gate *g)
{
    tokens_deinit(&g->tokens);
    basic_deinit(&g->basic);
    oauth_deinit(&g->oauth);
    g->access = access_unref(g->access);
}

void gate_swap(struct gate *g, struct access *access)
{
    access_unref(g->access);
    take(g, access);
    oauth_on_access(&g->oauth);
}

void gate_tick(struct gate *g)
{
    if (g->access) oauth_tick(&g->oauth);
}

void gate_take_keys(struct gate *g, struct fetched_keys *keys)
{
    oauth_take_keys(&g->oauth, keys);
}

enum filter_result gate_refuse_with(struct gate *g, struct exchange *x, enum rejection why, uint16_t status, const char *slug,
                                    const char *detail, uint32_t retry_after_s, struct slice fields)
{
    metric_add(&g->rejected[why], 1);
    x->refused = names[why];
    exchange_fail_with(x, status, slug, detail, retry_after_s, fields);
    return FILTER_REPLIED;
}

enum filter_result gate_refuse(struct gate *g, struct exchange *x, enum rejection why, uint16_t status, const char *slug,
                               const char *detail)
{
    return gate_refuse_with(g, x, why, status, slug, detail, 0, (struct slice){0});
}
