/* oauth.c: see oauth.h. */
#include "filters/oauth.h"

#include "accounts/accounts.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "filters/access.h"
#include "filters/auth.h"
#include "filters/introspection.h"
#include "filters/key_feed.h"
#include "filters/oauth_rules.h"
#include "filters/verifier.h"
#include "http/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* A request that waits for what becomes of an ask; x's owner for as long. */
struct waiter {
    struct list link; /* of the ask's waiters */
    struct ask *ask;
    struct exchange *x; /* kept */
};

/* A token that is being checked: on a thread of the verifier's, or on the outbound thread, or it waits for keys here. */
struct ask {
    struct verifier_task task; /* must stay first */
    struct outbound_request request;
    struct table_node node; /* of tokens */
    struct list link;       /* of keyless, or of nothing */
    struct list waiters;    /* may be empty: all have left, and elsewhere it is still being checked */
    struct waiter first;    /* of whoever has asked; the others are of joined */
    struct oauth *oauth;
    struct access *access; /* a reference: its rules are used on another thread */
    struct jwks *keys;     /* a reference; NULL: none, or the issuer is asked */
    bool is_asked;         /* the issuer is */
    uint64_t until_ns;     /* monotonic: waits for keys no longer; 0: it has not waited yet */
    uint64_t now_s;
    enum oauth_verdict found;
    struct jwt_claims claims;
    uint8_t digest[SHA256_BYTES];
    uint32_t token_len;
    char token[JWT_BYTES_MAX]; /* last: not cleared when it is taken */
};

static void drop(struct oauth *o, struct ask *k);

int oauth_init(struct oauth *o)
{
    uint64_t seed;
    random_secret(&seed, sizeof seed);
    list_init(&o->keyless);
    o->cache = calloc(OAUTH_CACHE, sizeof *o->cache);
    int rc = o->cache ? slab_init(&o->asks, sizeof(struct ask), OAUTH_ASKS) : -ENOMEM;
    o->asks.clear_bytes = offsetof(struct ask, token);
    if (rc == 0) rc = slab_init(&o->joined, sizeof(struct waiter), OAUTH_JOINED);
    return rc < 0 ? rc : table_init(&o->tokens, OAUTH_ASKS, seed);
}

void oauth_deinit(struct oauth *o)
{
    if (!o->cache) return;
    for (struct list *l; (l = list_pop_front(&o->keyless));) drop(o, container_of(l, struct ask, link)); /* the exchanges are gone */
    o->fetched = fetched_keys_unref(o->fetched);
    table_deinit(&o->tokens);
    slab_deinit(&o->joined);
    slab_deinit(&o->asks);
    free(o->cache);
    o->cache = NULL;
}

/* ---- keys ---- */

static const struct auth *auth_now(const struct oauth *o)
{
    return o->access(o->arg)->auth;
}

/* Those that are in force; NULL: there are none, or none yet. */
static struct jwks *keys_now(const struct oauth *o, const struct auth *a)
{
    if (a->oauth->keys) return a->oauth->keys;
    const struct fetched_keys *f = o->fetched;
    return f && f->auth == a->serial && f->keys && o->http->o.clock->mono_ns < f->usable_ns ? f->keys : NULL;
}

/* Whether a key that is not there may come: by a fetch that is under way, or by one that may begin. */
static bool keys_may_come(const struct oauth *o, const struct auth *a)
{
    const struct fetched_keys *f = o->fetched;
    if (!a->oauth->jwks.url || !o->feed) return false;
    if (!f || f->auth != a->serial) return true;
    return f->asked_ns == 0 || o->http->o.clock->mono_ns >= f->asked_ns + a->oauth->refetch_s * NS_PER_S;
}

/* Of what names no key that is there. */
static enum oauth_verdict without_key(const struct oauth *o, const struct auth *a, const struct jwks *keys)
{
    if (keys_may_come(o, a)) return OAUTH_PENDING;
    return keys || !a->oauth->jwks.url ? OAUTH_WRONG : OAUTH_UNKNOWN;
}

static bool by_introspection(const struct oauth *o, const struct auth *a, struct slice token)
{
    if (!a->oauth->introspection.url || !o->outbound) return false;
    bool by_keys = a->oauth->keys || a->oauth->jwks.url;
    return !by_keys || jwt_names(NULL, token) == JWT_NAMES_NOTHING;
}

/* ---- what is remembered ---- */

/* Of the token, the snapshot, and the keys: with others nothing is remembered. */
static void digest_of(const struct auth *a, const struct jwks *keys, struct slice token, uint8_t out[SHA256_BYTES])
{
    uint64_t serials[2] = {a->serial, keys ? jwks_serial(keys) : 0};
    const struct slice parts[] = {{(const char *)serials, sizeof serials}, token};
    sha256(parts, 2, out);
}

static struct oauth_cached *cached(const struct oauth *o, const uint8_t digest[SHA256_BYTES])
{
    uint32_t at;
    memcpy(&at, digest, sizeof at);
    return &o->cache[at & (OAUTH_CACHE - 1)];
}

/* By the wall clock a token ends, by the other one what is known of it. */
static bool is_fresh(const struct oauth *o, const struct oauth_cached *c)
{
    return c->until_ns > o->http->o.clock->mono_ns && c->end_ns > o->http->o.clock->wall_ns;
}

enum oauth_verdict oauth_judge(struct oauth *o, struct slice token, const struct oauth_caller **caller)
{
    uint8_t digest[SHA256_BYTES];
    const struct auth *a = auth_now(o);
    struct jwks *keys = keys_now(o, a);
    digest_of(a, keys, token, digest);
    const struct oauth_cached *c = cached(o, digest);
    *caller = NULL;
    if (is_fresh(o, c) && sha256_eq(c->digest, digest)) {
        *caller = c->caller.principal_len ? &c->caller : NULL;
        return *caller ? OAUTH_GOOD : OAUTH_WRONG;
    }
    if (by_introspection(o, a, token)) return OAUTH_PENDING;
    switch (jwt_names(keys, token)) {
    case JWT_NAMES_NOTHING: break;
    case JWT_NAMES_KEY: return OAUTH_PENDING;
    case JWT_NAMES_OTHER: return without_key(o, a, keys); /* it takes no place in the verifier's queue */
    }
    return OAUTH_WRONG;
}

static struct oauth_caller caller_of(const struct jwt_claims *c)
{
    struct oauth_caller caller = {.scopes = c->scopes};
    caller.principal_len = (size_t)snprintf(caller.principal, sizeof caller.principal, "%s:%.*s", c->is_client ? "oauth-client" : "oauth",
                                            (int)c->subject_len, c->subject);
    caller.key = account_key(slice_make(caller.principal, caller.principal_len));
    return caller;
}

static void remember(struct oauth *o, const struct ask *k, const struct oauth_caller *caller, uint32_t seconds, uint64_t end_ns)
{
    struct oauth_cached *c = cached(o, k->digest);
    memcpy(c->digest, k->digest, sizeof c->digest);
    c->caller = *caller;
    c->until_ns = o->http->o.clock->mono_ns + seconds * NS_PER_S;
    c->end_ns = end_ns;
}

static void remember_good(struct oauth *o, const struct ask *k, const struct oauth_caller *caller)
{
    uint64_t end_s = k->claims.expires_s;
    remember(o, k, caller, OAUTH_CACHE_S, end_s < UINT64_MAX / NS_PER_S ? end_s * NS_PER_S : UINT64_MAX);
}

/* The issuer need not be asked again at once; a signature that is wrong is seen at once the next time. No flood of strange tokens drives out
 * those that are good. */
static void remember_bad(struct oauth *o, const struct ask *k)
{
    static const struct oauth_caller nobody;
    const struct oauth_cached *c = cached(o, k->digest);
    bool is_taken = c->caller.principal_len && is_fresh(o, c);
    if (k->is_asked && !is_taken) remember(o, k, &nobody, OAUTH_CACHE_BAD_S, UINT64_MAX);
}

/* ---- on other threads ---- */

static enum oauth_verdict verdict_of(enum jwt_outcome outcome)
{
    if (outcome == JWT_GOOD) return OAUTH_GOOD;
    return outcome == JWT_EXPIRED ? OAUTH_EXPIRED : OAUTH_WRONG;
}

/* One of the verifier's. */
static void check(struct verifier_task *t)
{
    struct ask *k = (struct ask *)(void *)t;
    const struct auth *a = k->access->auth;
    k->found = verdict_of(jwt_check(&a->oauth->jwt, k->keys, &a->names, slice_make(k->token, k->token_len), k->now_s, &k->claims));
}

/* The outbound one. */
static size_t write_form(struct outbound_request *r, char *out)
{
    const struct ask *k = container_of(r, struct ask, request);
    static_assert(INTROSPECTION_FORM_BYTES <= OUTBOUND_FORM_MAX, "room for the longest token");
    return introspection_form(slice_make(k->token, k->token_len), out);
}

static void on_answer(struct outbound_request *r, const struct outbound_answer *answer)
{
    struct ask *k = container_of(r, struct ask, request);
    const struct auth *a = k->access->auth;
    enum jwt_outcome outcome;
    char quoted[2][LOG_QUOTE_BYTES];
    bool known = answer->status == 200 && introspection_read(&a->oauth->jwt, &a->names, answer->body, k->now_s, &outcome, &k->claims);
    k->found = known ? verdict_of(outcome) : OAUTH_UNKNOWN;
    if (!known) {
        const char *why = answer->why ? answer->why : answer->status == 200 ? "this is no answer of RFC 7662" : "its status is not 200";
        log_warn("oauth.introspection", "status=%u url=%s reason=%s", answer->status, log_quote(slice_str(r->peer->url), quoted[0]),
                 log_quote(slice_str(why), quoted[1]));
    }
    mail_send(k->task.home, &k->task.mail); /* the last: it is the shard's again */
}

/* ---- who waits ---- */

static struct ask *ask_of(const struct oauth *o, uint64_t hash, struct slice token)
{
    for (struct table_node *n = table_first(&o->tokens, hash); n; n = table_next(n)) {
        struct ask *k = container_of(n, struct ask, node);
        if (slice_eq(slice_make(k->token, k->token_len), token)) return k;
    }
    return NULL;
}

/* Returns its exchange, which belongs to nobody here any more. */
static struct exchange *release(struct waiter *w)
{
    struct exchange *x = w->x;
    list_remove(&w->link);
    x->owner = NULL;
    x->on_gone = NULL;
    if (w != &w->ask->first) slab_put(&w->ask->oauth->joined, w);
    return x;
}

/* Its client has. What is on another thread comes back from there, and may be good to know for the next one. */
static void on_left(struct exchange *x)
{
    struct waiter *w = x->owner;
    struct ask *k = w->ask;
    struct oauth *o = k->oauth;
    (void)release(w);
    if (!list_empty(&k->waiters) || list_empty(&k->link)) return;
    list_remove(&k->link);
    o->n_keyless--;
    table_remove(&o->tokens, &k->node);
    drop(o, k);
}

static void wait_for(struct ask *k, struct waiter *w, struct exchange *x)
{
    w->ask = k;
    w->x = x;
    x->owner = w;
    x->on_gone = on_left;
    list_push_back(&k->waiters, &w->link);
}

static enum oauth_verdict join(struct oauth *o, struct ask *k, struct exchange *x)
{
    uint32_t slot;
    struct waiter *w = slab_get(&o->joined, &slot);
    if (!w) return OAUTH_BUSY;
    wait_for(k, w, x);
    return OAUTH_PENDING;
}

/* ---- its way ---- */

static void drop(struct oauth *o, struct ask *k)
{
    k->access = access_unref(k->access);
    k->keys = jwks_unref(k->keys);
    explicit_bzero(k->token, k->token_len);
    slab_put(&o->asks, k);
}

/* Until keys come, or until it has waited long enough. */
static enum oauth_verdict wait_here(struct oauth *o, struct ask *k)
{
    uint64_t now_ns = o->http->o.clock->mono_ns;
    if (o->n_keyless == OAUTH_KEYLESS) return OAUTH_BUSY;
    if (k->until_ns && now_ns >= k->until_ns) return OAUTH_UNKNOWN;
    if (!k->until_ns) {
        k->until_ns = now_ns + OAUTH_WAIT_S * NS_PER_S;
        key_feed_want(o->feed);
    }
    list_push_back(&o->keyless, &k->link);
    o->n_keyless++;
    return OAUTH_PENDING;
}

static enum oauth_verdict ask_issuer(struct oauth *o, struct ask *k)
{
    const struct outbound_peer *issuer = &k->access->auth->oauth->introspection; /* the same for all shards: they share the snapshot */
    k->request = (struct outbound_request){.peer = issuer, .write_form = write_form, .on_answer = on_answer, .is_question = true};
    if (o->n_asked == OAUTH_ASKED) return OAUTH_BUSY;
    o->n_asked++; /* before it may come back */
    k->is_asked = true;
    if (outbound_push(o->outbound, &k->request)) return OAUTH_PENDING;
    o->n_asked--;
    k->is_asked = false;
    return OAUTH_BUSY;
}

/* When keys come at last there may be more who have waited than the verifier takes: they stay for a moment. */
static enum oauth_verdict verify(struct oauth *o, struct ask *k)
{
    if (verifier_push(o->verifier, &k->task)) return OAUTH_PENDING;
    return k->until_ns ? wait_here(o, k) : OAUTH_BUSY;
}

/* On by what is in force now. Anything but OAUTH_PENDING: it is nowhere but here. */
static enum oauth_verdict send_on(struct oauth *o, struct ask *k)
{
    struct access *access = o->access(o->arg);
    const struct auth *a = access->auth;
    struct slice token = slice_make(k->token, k->token_len);
    bool asked = by_introspection(o, a, token);
    struct jwks *keys = keys_now(o, a);
    access_unref(k->access);
    jwks_unref(k->keys);
    k->access = access_ref(access);
    k->keys = asked ? NULL : jwks_ref(keys);
    k->now_s = o->http->o.clock->wall_ns / NS_PER_S;
    digest_of(a, keys, token, k->digest);
    if (asked) return ask_issuer(o, k);
    switch (jwt_names(keys, token)) {
    case JWT_NAMES_NOTHING: break;
    case JWT_NAMES_KEY: return verify(o, k);
    case JWT_NAMES_OTHER: {
        enum oauth_verdict verdict = without_key(o, a, keys);
        return verdict == OAUTH_PENDING ? wait_here(o, k) : verdict;
    }
    }
    return OAUTH_WRONG;
}

/* All who wait are told. What one of them answers may set off the next request, with the same token again: that is not this question any
 * more; or it may end a connection that others of them have come by. */
static void finish(struct oauth *o, struct ask *k, enum oauth_verdict verdict)
{
    struct oauth_caller caller = {.scopes = 0};
    if (verdict == OAUTH_GOOD) caller = caller_of(&k->claims);
    table_remove(&o->tokens, &k->node);
    while (!list_empty(&k->waiters)) {
        struct exchange *x = release(container_of(k->waiters.next, struct waiter, link));
        o->on_checked(o->arg, x, verdict, verdict == OAUTH_GOOD ? &caller : NULL);
    }
    drop(o, k);
}

static void go_on(struct oauth *o, struct ask *k)
{
    const struct auth *a = auth_now(o);
    bool is_taken = !list_empty(&k->waiters) && a && a->oauth;
    enum oauth_verdict verdict = is_taken ? send_on(o, k) : OAUTH_WRONG;
    if (verdict != OAUTH_PENDING) finish(o, k, verdict);
}

/* Home again. Where another snapshot or other keys are in force by now, what was found says nothing: its keys or rules may be gone, others
 * may have come. */
static void on_back(struct mail *m)
{
    struct ask *k = (struct ask *)(void *)m;
    struct oauth *o = k->oauth;
    const struct auth *a = auth_now(o);
    bool is_current = k->access == o->access(o->arg) && (!k->keys || k->keys == keys_now(o, a));
    if (k->is_asked) o->n_asked--;
    if (!is_current) {
        k->is_asked = false;
        go_on(o, k);
        return;
    }
    if (k->found == OAUTH_GOOD) {
        struct oauth_caller caller = caller_of(&k->claims);
        remember_good(o, k, &caller);
    } else if (k->found != OAUTH_UNKNOWN) {
        remember_bad(o, k);
    }
    finish(o, k, k->found);
}

enum oauth_verdict oauth_check(struct oauth *o, struct exchange *x, struct slice token)
{
    uint32_t slot;
    if (token.len > JWT_BYTES_MAX) return OAUTH_BUSY;
    uint64_t hash = table_hash(&o->tokens, token);
    struct ask *k = ask_of(o, hash, token);
    if (k) return join(o, k, x);
    if (!(k = slab_get(&o->asks, &slot))) return OAUTH_BUSY;
    k->task = (struct verifier_task){.mail = {.deliver = on_back}, .home = o->home, .check = check};
    list_init(&k->link);
    list_init(&k->waiters);
    k->oauth = o;
    k->token_len = (uint32_t)token.len;
    memcpy(k->token, token.p, token.len);
    enum oauth_verdict verdict = send_on(o, k);
    if (verdict != OAUTH_PENDING) {
        drop(o, k);
        return verdict;
    }
    table_add(&o->tokens, &k->node, hash);
    wait_for(k, &k->first, x);
    return OAUTH_PENDING;
}

/* Those that waited until now; what comes to wait meanwhile is left for the next time. */
static void go_on_all(struct oauth *o)
{
    for (uint32_t n = o->n_keyless; n > 0; n--) {
        struct list *l = list_pop_front(&o->keyless);
        if (!l) return; /* an answer has set off more of this */
        o->n_keyless--;
        go_on(o, container_of(l, struct ask, link));
    }
}

void oauth_take_keys(struct oauth *o, struct fetched_keys *keys)
{
    fetched_keys_unref(o->fetched);
    o->fetched = keys;
    go_on_all(o);
}

void oauth_on_access(struct oauth *o)
{
    go_on_all(o);
}

/* Those who may go on do, too: the verifier may have places again. */
void oauth_tick(struct oauth *o)
{
    uint64_t now_ns = o->http->o.clock->mono_ns;
    while (!list_empty(&o->keyless)) {
        struct ask *k = container_of(o->keyless.next, struct ask, link);
        if (now_ns < k->until_ns) break;
        list_remove(&k->link);
        o->n_keyless--;
        finish(o, k, OAUTH_UNKNOWN);
    }
    go_on_all(o);
}
