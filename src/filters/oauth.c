/* oauth.c: see oauth.h. */
#include "filters/oauth.h"

#include "accounts/accounts.h"
#include "base/clock.h"
#include "filters/access.h"
#include "filters/auth.h"
#include "filters/verifier.h"
#include "http/session.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>

struct ask {
    struct verifier_task task; /* must stay first */
    struct oauth *oauth;
    struct access *access; /* a reference: its keys are used on another thread */
    struct exchange_id exchange;
    uint64_t now_s;
    enum jwt_outcome outcome;
    struct jwt_claims claims;
    uint8_t digest[SHA256_BYTES];
    uint32_t token_len;
    char token[JWT_BYTES_MAX]; /* last: not cleared when it is taken */
};

int oauth_init(struct oauth *o)
{
    o->cache = calloc(OAUTH_CACHE, sizeof *o->cache);
    int rc = o->cache ? slab_init(&o->asks, sizeof(struct ask), OAUTH_ASKS) : -ENOMEM;
    o->asks.clear_bytes = offsetof(struct ask, token);
    return rc;
}

void oauth_deinit(struct oauth *o)
{
    if (!o->cache) return;
    slab_deinit(&o->asks);
    free(o->cache);
    o->cache = NULL;
}

/* Of the token and of the snapshot: with other keys or rules nothing is remembered. */
static void digest_of(const struct auth *a, struct slice token, uint8_t out[SHA256_BYTES])
{
    const struct slice parts[] = {{(const char *)&a->serial, sizeof a->serial}, token};
    sha256(parts, 2, out);
}

static struct oauth_cached *cached(const struct oauth *o, const uint8_t digest[SHA256_BYTES])
{
    uint32_t at;
    memcpy(&at, digest, sizeof at);
    return &o->cache[at & (OAUTH_CACHE - 1)];
}

const struct oauth_caller *oauth_remembered(const struct oauth *o, struct slice token, uint64_t wall_ns)
{
    uint8_t digest[SHA256_BYTES];
    digest_of(o->access(o->arg)->auth, token, digest);
    const struct oauth_cached *c = cached(o, digest);
    return c->until_ns > wall_ns && CRYPTO_memcmp(c->digest, digest, sizeof digest) == 0 ? &c->caller : NULL;
}

/* On a thread of the verifier's. */
static void check(struct verifier_task *t)
{
    struct ask *k = (struct ask *)(void *)t;
    const struct auth *a = k->access->auth;
    k->outcome = jwt_check(&a->oauth->jwt, a->oauth->keys, &a->names, slice_make(k->token, k->token_len), k->now_s, &k->claims);
}

static struct oauth_caller caller_of(const struct jwt_claims *c)
{
    struct oauth_caller caller = {.scopes = c->scopes};
    caller.principal_len = (size_t)snprintf(caller.principal, sizeof caller.principal, "oauth:%.*s", (int)c->subject_len, c->subject);
    caller.key = account_key(slice_make(caller.principal, caller.principal_len));
    return caller;
}

static void remember(struct oauth *o, const struct ask *k, const struct oauth_caller *caller, uint64_t wall_ns)
{
    struct oauth_cached *c = cached(o, k->digest);
    uint64_t end_ns = k->claims.expires_s * NS_PER_S, until_ns = wall_ns + OAUTH_CACHE_S * NS_PER_S;
    memcpy(c->digest, k->digest, sizeof c->digest);
    c->caller = *caller;
    c->until_ns = end_ns < until_ns ? end_ns : until_ns;
}

static void drop(struct oauth *o, struct ask *k)
{
    access_unref(k->access);
    explicit_bzero(k->token, k->token_len);
    slab_put(&o->asks, k);
}

/* Under this snapshot. False: too much waits already. */
static bool push(struct oauth *o, struct ask *k, struct access *access, uint64_t wall_ns)
{
    access_unref(k->access);
    k->access = access_ref(access);
    k->now_s = wall_ns / NS_PER_S;
    digest_of(access->auth, slice_make(k->token, k->token_len), k->digest);
    return verifier_push(o->verifier, &k->task);
}

static enum oauth_verdict verdict_of(enum jwt_outcome outcome)
{
    if (outcome == JWT_GOOD) return OAUTH_GOOD;
    return outcome == JWT_EXPIRED ? OAUTH_EXPIRED : OAUTH_WRONG;
}

/* Home thread. Where another snapshot is in force by now, what was found says nothing: its keys or rules may be gone, others may have
 * come. */
static void on_back(struct mail *m)
{
    struct ask *k = (struct ask *)(void *)m;
    struct oauth *o = k->oauth;
    struct exchange *x = exchange_find(o->http, k->exchange);
    struct access *now = o->access(o->arg);
    enum oauth_verdict verdict = verdict_of(k->outcome);
    struct oauth_caller caller = {.scopes = 0};
    if (k->access != now) {
        bool is_taken = x && now->auth && now->auth->oauth;
        if (is_taken && push(o, k, now, o->http->o.clock->wall_ns)) return;
        verdict = is_taken ? OAUTH_BUSY : OAUTH_WRONG;
    }
    if (verdict == OAUTH_GOOD) {
        caller = caller_of(&k->claims);
        remember(o, k, &caller, o->http->o.clock->wall_ns);
    }
    drop(o, k);
    if (x) o->on_checked(o->arg, x, verdict, verdict == OAUTH_GOOD ? &caller : NULL); /* the last: it may set off the next request */
}

bool oauth_check(struct oauth *o, struct exchange *x, struct slice token)
{
    uint32_t slot;
    struct ask *k = token.len <= JWT_BYTES_MAX ? slab_get(&o->asks, &slot) : NULL;
    if (!k) return false;
    k->task = (struct verifier_task){.mail = {.deliver = on_back}, .home = o->home, .check = check};
    k->oauth = o;
    k->exchange = exchange_id(x);
    k->token_len = (uint32_t)token.len;
    memcpy(k->token, token.p, token.len);
    if (push(o, k, o->access(o->arg), exchange_wall_ns(x))) return true;
    drop(o, k);
    return false;
}
