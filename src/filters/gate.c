/* gate.c: see gate.h. */
#include "filters/gate.h"

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

void gate_init(struct gate *g, struct access *access)
{
    *g = (struct gate){.access = access};
}

int gate_connect(struct gate *g, struct verifier *verifier, struct verifier *signatures, struct mailbox *home, struct http *http)
{
    g->basic.verifier = verifier;
    g->basic.home = home;
    g->basic.http = http;
    g->basic.on_checked = who_on_checked;
    g->basic.auth = who_auth;
    g->basic.arg = g;
    g->oauth.verifier = signatures;
    g->oauth.home = home;
    g->oauth.http = http;
    g->oauth.on_checked = who_on_token_checked;
    g->oauth.access = who_access;
    g->oauth.arg = g;
    int rc = basic_init(&g->basic);
    return rc < 0 ? rc : oauth_init(&g->oauth);
}

void gate_deinit(struct gate *g)
{
    basic_deinit(&g->basic);
    oauth_deinit(&g->oauth);
    g->access = access_unref(g->access);
}

void gate_swap(struct gate *g, struct access *access)
{
    access_unref(g->access);
    g->access = access;
}

/* What is cheapest and concerns all comes first; who asks is found out before what that one may do. */
uint32_t gate_filters(struct gate *g, struct filter out[FILTERS_MAX])
{
    uint32_t n = 0;
    out[n++] = (struct filter){.name = "client", .on_head = client_on_head, .arg = g};
    out[n++] = (struct filter){.name = "hosts", .on_head = hosts_on_head, .arg = g};
    out[n++] = (struct filter){.name = "cors", .on_head = cors_on_head, .arg = g};
    out[n++] = (struct filter){.name = "rules", .on_head = rules_on_head, .arg = g};
    out[n++] = (struct filter){.name = "rate_limits of peers", .on_head = ratelimit_peer_on_head, .arg = g};
    out[n++] = (struct filter){.name = "preflights", .on_head = cors_preflight_on_head, .arg = g};
    out[n++] = (struct filter){.name = "who", .on_head = who_on_head, .on_whole = who_on_whole, .arg = g};
    /* The body is held against its digest before a nonce is used up. */
    out[n++] = (struct filter){.name = "digest", .on_head = content_digest_on_head, .on_whole = content_digest_on_whole, .arg = g};
    out[n++] = (struct filter){.name = "signature", .on_head = signature_on_head, .on_whole = signature_on_whole, .arg = g};
    out[n++] = (struct filter){.name = "may", .on_head = may_on_head, .arg = g};
    out[n++] = (struct filter){.name = "rate_limits of principals", .on_head = ratelimit_principal_on_head, .arg = g};
    return n;
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
