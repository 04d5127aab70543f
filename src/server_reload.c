/* server_reload.c: see server_reload.h. */
#include "server_reload.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "config.h"
#include "filters/access.h"
#include "filters/auth.h"
#include "filters/gate.h"
#include "filters/key_feed.h"
#include "filters/oauth_rules.h"
#include "filters/verifier.h"
#include "outbound/outbound.h"
#include "net/address.h"
#include "net/tls_server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define PER_ADDRESS 256u /* connections, when nothing is said; not from here itself */
#define NAMES_MAX 8u /* of settings, in one line */

/* Peers need not be known where all of them are of this machine. */
static bool listens_abroad(const struct config *c)
{
    struct address a;
    for (uint32_t i = 0; i < c->n_listen; i++) {
        if (address_parse(c->listen[i], &a) < 0) return true;
        struct ip ip = ip_of(&a.as.any);
        if (!ip_is_loopback(&ip)) return true;
    }
    return false;
}

int reload_make_access(const struct config *c, const struct router *router, const struct reload_tables *tables, struct access **out,
                       char *why, unsigned why_room)
{
    struct policy_rule rules[CONFIG_ACCESS_MAX];
    for (uint32_t i = 0; i < c->n_access; i++) {
        const struct config_access *a = &c->access[i];
        rules[i] = (struct policy_rule){.path = a->path, .methods = a->methods, .with = a->with, .scopes = a->scopes, .line = a->line};
    }
    static_assert(CONFIG_OAUTH_NETWORKS_MAX <= OAUTH_NETWORKS_MAX, "room for all that are configured");
    struct oauth_options oauth = {
        .issuer = c->oauth.issuer,
        .audience = c->oauth.audience,
        .jwks_file = c->oauth.jwks_file,
        .jwks_url = c->oauth.jwks_url,
        .introspection_url = c->oauth.introspection_url,
        .client_id = c->oauth.client_id,
        .client_secret_file = c->oauth.client_secret_file,
        .authorities = c->oauth.authorities,
        .allow = (const char *const *)c->oauth.allow,
        .n_allow = c->oauth.n_allow,
        .refetch_s = c->oauth.refetch_s,
        .any_type = c->oauth.any_type,
        .lifetime_max_s = c->oauth.lifetime_max_s,
    };
    struct auth_options auth = {.accounts = c->accounts, .rules = rules, .n_rules = c->n_access, .oauth = c->oauth.issuer ? &oauth : NULL,
                                .certificates = c->tls.client_ca, .clear_credentials = c->clear_credentials, .router = router};
    bool by_default = c->connections_per_address == CONFIG_PER_ADDRESS_UNSET;
    uint32_t per_address = by_default ? PER_ADDRESS : c->connections_per_address;
    struct access_options o = {
        .hosts = (const char *const *)c->hosts,
        .n_hosts = c->n_hosts,
        .auth = auth_is_wanted(&auth) ? &auth : NULL,
        .trusted = (const char *const *)c->trusted_proxies,
        .n_trusted = c->n_trusted_proxies,
        .forwarded = c->forwarded,
        .needs_peers = c->access_log || (per_address && (!by_default || listens_abroad(c))),
        .per_address = per_address,
        .spares_loopback = by_default,
        .tally = tables->tally,
        .rules = c->rules,
        .n_rules = c->n_rules,
        .limits = c->rate_limits,
        .n_limits = c->n_rate_limits,
        .gcra = tables->gcra,
        .cors = &c->cors,
    };
    return access_new(&o, out, why, why_room);
}

int reload_make_tls(const struct config *c, const struct reload_tables *tables, struct tls_server **out, char *why, unsigned why_room)
{
    struct tls_certificate certificates[CONFIG_CERTIFICATES_MAX];
    static_assert(CONFIG_CERTIFICATES_MAX <= TLS_CERTIFICATES_MAX, "room for all that are configured");
    static_assert(TLS_NAME_COMMON == 0 && TLS_NAME_DNS == 1 && TLS_NAME_URI == 2, "as config_tls.c reads them");
    *out = NULL;
    if (!c->tls.n_certificates) return 0;
    for (uint32_t i = 0; i < c->tls.n_certificates; i++)
        certificates[i] = (struct tls_certificate){c->tls.certificates[i].chain, c->tls.certificates[i].key};
    struct tls_options o = {
        .certificates = certificates,
        .n = c->tls.n_certificates,
        .client_ca = c->tls.client_ca,
        .client_name = (enum tls_name)c->tls.client_name,
        .client_optional = c->tls.client_optional,
        .newest_only = c->tls.newest_only,
        .tickets = tables->tickets,
    };
    return tls_server_new(&o, out, why, why_room);
}

struct shard_settings reload_settings(const struct config *c, struct access *access, struct tls_server *tls)
{
    return (struct shard_settings){
        .access = access,
        .tls = tls,
        .first_byte_ns = c->first_byte_timeout_s * NS_PER_S,
        .age_ns = c->connection_age_s * NS_PER_S,
        .body_rate = c->body_rate,
        .idle_ns = c->idle_timeout_s * NS_PER_S,
        .trusted_idle_ns = c->trusted_idle_timeout_s * NS_PER_S,
        .head_ns = c->header_timeout_s * NS_PER_S,
        .body_idle_ns = c->body_timeout_s * NS_PER_S,
        .wait_max_s = c->wait_max_s,
        .access_log = c->access_log,
    };
}

const struct config *reload_config(const struct reloader *r)
{
    return r->latest ? r->latest : r->start;
}

static void drop(struct config *c)
{
    if (c) config_free(c);
    free(c);
}

void reload_deinit(struct reloader *r)
{
    drop(r->latest);
    r->latest = NULL;
}

bool reload_asks_issuer(const struct config *c)
{
    return c->oauth.jwks_url || c->oauth.introspection_url;
}

static void warn_restart(const struct reloader *r, const struct config *c)
{
    const char *names[NAMES_MAX];
    char text[NAMES_MAX * 32] = "";
    size_t len = 0;
    unsigned n = config_restart_needed(r->start, c, names, NAMES_MAX);
    for (unsigned i = 0; i < n && i < NAMES_MAX && len < sizeof text; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", i ? "," : "", names[i]);
    if (n) log_warn("server.restart_needed", "keys=%s n=%u effect=\"they stay as they were at start\"", text, n);
}

/* All shards or, for want of memory, those that could be told: they differ until the next time, and the log says so. */
static bool tell_shards(const struct reloader *r, const struct shard_settings *settings)
{
    bool all = true;
    for (uint32_t i = 0; i < r->n_shards; i++) all &= shard_reload(r->shards[i], settings) == 0;
    return all;
}

static void refuse(const char *why)
{
    char quoted[LOG_QUOTE_BYTES];
    log_error("server.reload", "taken=0 reason=%s", log_quote(slice_str(why), quoted));
}

void reload_now(struct reloader *r)
{
    char why[512];
    struct access *access;
    struct tls_server *tls;
    struct config *c = calloc(1, sizeof *c);
    if (!c) {
        refuse("out of memory");
        return;
    }
    if (config_read(r->argc, r->argv, c, why, sizeof why) < 0) {
        free(c);
        refuse(why);
        return;
    }
    if (reload_make_access(c, r->router, &r->tables, &access, why, sizeof why) < 0) {
        drop(c);
        refuse(why);
        return;
    }
    if (reload_make_tls(c, &r->tables, &tls, why, sizeof why) < 0) {
        access_unref(access);
        drop(c);
        refuse(why);
        return;
    }
    if (c->accounts && verifier_start(r->helpers->password_verifier) < 0) log_warn("verifier.start", "effect=\"passwords get 503\"");
    if (c->oauth.issuer && verifier_start(r->helpers->token_verifier) < 0) log_warn("verifier.start", "effect=\"access tokens get 503\"");
    if (reload_asks_issuer(c) && outbound_start(r->helpers->outbound) < 0) log_warn("outbound.start", "effect=\"access tokens get 503\"");
    warn_restart(r, c);
    struct shard_settings settings = reload_settings(c, access, tls);
    key_feed_use(r->helpers->feed, r->helpers->outbound, access);
    bool all = tell_shards(r, &settings);
    access_unref(access);
    (void)tls_server_unref(tls);
    drop(r->latest);
    r->latest = c;
    if (all) log_info("server.reload", "taken=1 shards=%u", r->n_shards);
    else log_error("server.reload", "taken=0 reason=\"out of memory: some shards have it, try again\"");
}
