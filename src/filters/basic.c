/* basic.c: see basic.h. */
#include "filters/basic.h"

#include "accounts/accounts.h"
#include "accounts/password.h"
#include "base/base64url.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "filters/auth.h"
#include "filters/verifier.h"
#include "http/percent.h"
#include "http/session.h"

#include <errno.h>
#include <stdlib.h>

struct ask {
    struct verifier_task task; /* must stay first */
    struct basic *basic;
    struct exchange_id exchange;
    struct basic_pair pair;
    struct ip from;
    uint8_t mac[SHA256_BYTES];
    char stored[PASSWORD_HASH_MAX]; /* what the password must fit; a stand-in where nobody has that name */
    bool exists, right;
};

/* ---- reading ---- */

/* Base64 of RFC 4648 §4, in the other alphabet and without padding. False: it is none. */
static bool turn(struct slice token, char *out, size_t room, struct slice *turned)
{
    size_t len = token.len;
    if (len % 4 || len > room) return false;
    while (len && token.len - len < 2 && token.p[len - 1] == '=') len--;
    for (size_t i = 0; i < len; i++) {
        char c = token.p[i];
        if (c == '-' || c == '_') return false;
        out[i] = c == '+' ? '-' : c;
        if (c == '/') out[i] = '_';
    }
    *turned = slice_make(out, len);
    return true;
}

bool basic_read(struct slice token, struct basic_pair *pair)
{
    char turned[(BASIC_BYTES_MAX + 2) / 3 * 4];
    struct slice text;
    bool is_base64 = turn(token, turned, sizeof turned, &text);
    long n = is_base64 ? base64url_decode(text, pair->text, sizeof pair->text) : -1;
    explicit_bzero(turned, sizeof turned);
    if (n < 0 || !utf8_ok(slice_make(pair->text, (size_t)n))) return false;
    for (long i = 0; i < n; i++)
        if ((unsigned char)pair->text[i] < ' ' || pair->text[i] == 0x7f) return false; /* RFC 7617 §2 */
    struct slice rest = slice_make(pair->text, (size_t)n);
    pair->user = slice_cut(&rest, ':'); /* the first: a password may have more */
    pair->password = rest;
    return rest.p && pair->user.len > 0;
}

/* ---- what was right ---- */

/* HMAC-SHA-256 of which accounts, name and password. */
static void mac_of(const struct basic *b, const struct auth *a, const struct basic_pair *pair, uint8_t out[SHA256_BYTES])
{
    const struct slice parts[] = {{(const char *)&a->serial, sizeof a->serial}, pair->user, SLICE("\0"), pair->password};
    hmac_sha256(&b->key, parts, 4, out);
}

static struct basic_cached *cached(const struct basic *b, const uint8_t mac[SHA256_BYTES])
{
    uint32_t at;
    memcpy(&at, mac, sizeof at);
    return &b->cache[at & (BASIC_CACHE - 1)];
}

const struct account_user *basic_remembered(const struct basic *b, const struct auth *a, const struct basic_pair *pair, uint64_t now_ns)
{
    uint8_t mac[SHA256_BYTES];
    mac_of(b, a, pair, mac);
    const struct basic_cached *c = cached(b, mac);
    bool is_it = c->until_ns > now_ns && sha256_eq(c->mac, mac);
    return is_it ? accounts_user(a->accounts, pair->user) : NULL;
}

/* ---- back-off ---- */

static uint64_t key_of(const struct basic *b, struct slice user, const struct ip *from)
{
    return backoff_key(&b->backoff, from, user);
}

uint32_t basic_wait_s(const struct basic *b, struct slice user, const struct ip *from, uint64_t now_ns)
{
    uint32_t of_user = backoff_wait_s(&b->backoff, key_of(b, user, from), now_ns);
    uint32_t of_address = ip_is_known(from) ? backoff_wait_s(&b->backoff, key_of(b, SLICE(""), from), now_ns) : 0;
    return of_user > of_address ? of_user : of_address;
}

static void was_wrong(struct basic *b, const struct ask *k, uint64_t now_ns)
{
    backoff_wrong(&b->backoff, key_of(b, k->pair.user, &k->from), BACKOFF_FREE, now_ns);
    if (ip_is_known(&k->from)) backoff_wrong(&b->backoff, key_of(b, SLICE(""), &k->from), BASIC_MISTAKES_OF_ADDRESS, now_ns);
}

/* ---- checking ---- */

int basic_init(struct basic *b)
{
    uint8_t secret[SHA256_BYTES];
    random_secret(secret, sizeof secret);
    hmac_key_set(&b->key, slice_make(secret, sizeof secret));
    explicit_bzero(secret, sizeof secret);
    b->cache = calloc(BASIC_CACHE, sizeof *b->cache);
    int rc = b->cache ? slab_init(&b->asks, sizeof(struct ask), BASIC_ASKS) : -ENOMEM;
    return rc < 0 ? rc : backoff_init(&b->backoff);
}

void basic_deinit(struct basic *b)
{
    if (!b->cache) return;
    explicit_bzero(&b->key, sizeof b->key);
    slab_deinit(&b->asks);
    backoff_deinit(&b->backoff);
    free(b->cache);
    b->cache = NULL;
}

/* On a thread of the verifier's. */
static void check(struct verifier_task *t)
{
    struct ask *k = (struct ask *)(void *)t;
    bool fits = password_matches(k->stored, k->pair.password);
    k->right = k->exists && fits; /* who does not exist takes as long */
}

/* The accounts may have been read again meanwhile: what was checked must still be what is stored. */
static const struct account_user *still_there(const struct ask *k, const struct auth *a)
{
    const struct account_user *u = a && k->right ? accounts_user(a->accounts, k->pair.user) : NULL;
    return u && strcmp(u->password, k->stored) == 0 ? u : NULL;
}

static void remember(struct basic *b, const struct auth *a, const struct ask *k, uint64_t now_ns)
{
    struct basic_cached *c = cached(b, k->mac);
    uint8_t mac[SHA256_BYTES];
    mac_of(b, a, &k->pair, mac);
    if (memcmp(mac, k->mac, sizeof mac) != 0) return; /* made with other accounts */
    memcpy(c->mac, mac, sizeof mac);
    c->until_ns = now_ns + BASIC_CACHE_S * NS_PER_S;
}

/* Home thread. */
static void on_back(struct mail *m)
{
    struct ask *k = (struct ask *)(void *)m;
    struct basic *b = k->basic;
    struct exchange *x = exchange_find(b->http, k->exchange);
    const struct auth *a = b->auth(b->arg);
    const struct account_user *u = still_there(k, a);
    uint64_t now_ns = b->http->o.clock->mono_ns;
    if (u) {
        backoff_right(&b->backoff, key_of(b, k->pair.user, &k->from));
        remember(b, a, k, now_ns);
        if (u->weak) log_info("accounts.weak", "user=%.*s effect=\"its password should be set anew\"", SLICE_ARG(u->name));
    } else if (!k->right) { /* else it was: only its user is another, or gone */
        was_wrong(b, k, now_ns);
    }
    explicit_bzero(k->pair.text, sizeof k->pair.text);
    slab_put(&b->asks, k);
    if (x) b->on_checked(b->arg, x, u); /* the last: it may set off the next request */
}

bool basic_check(struct basic *b, const struct auth *a, struct exchange *x, const struct basic_pair *pair, const struct ip *from)
{
    uint32_t slot;
    struct ask *k = slab_get(&b->asks, &slot);
    if (!k) return false;
    const struct account_user *u = accounts_user(a->accounts, pair->user);
    const char *stored = auth_stand_in(a, pair->user); /* found for all */
    if (u) stored = u->password;
    k->task = (struct verifier_task){.mail = {.deliver = on_back}, .home = b->home, .check = check};
    k->basic = b;
    k->exchange = exchange_id(x);
    k->from = *from;
    k->exists = u != NULL;
    k->pair = *pair; /* its slices: into the copy */
    k->pair.user.p = k->pair.text;
    k->pair.password.p = k->pair.text + (pair->password.p - pair->text);
    mac_of(b, a, pair, k->mac);
    memcpy(k->stored, stored, strlen(stored) + 1);
    if (verifier_push(b->verifier, &k->task)) return true;
    explicit_bzero(k->pair.text, sizeof k->pair.text);
    slab_put(&b->asks, k);
    return false;
}
