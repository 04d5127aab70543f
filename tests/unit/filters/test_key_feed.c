/* The keys of an issuer, fetched by the outbound thread from somebody on 127.0.0.1, and what shards are told of them. */
#include "filters/key_feed.h"

#include "base/clock.h"
#include "filters/access.h"
#include "filters/auth.h"
#include "filters/key_schedule.h"
#include "filters/oauth_rules.h"

#include <criterion/criterion.h>

#include "../outbound/peer.h"
#include "jwt_cases.h"

#define SAYS(status, fields, body) "HTTP/1.1 " status "\r\n" fields "Connection: close\r\n\r\n" body
#define OTHER_KEYS "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}"
#define GOOD SAYS("200 OK", "", JWT_KEYS)
#define OTHER SAYS("200 OK", "", OTHER_KEYS)
#define BROKEN SAYS("500 No", "", "")

struct snapshot {
    struct access access;
    struct auth auth;
    struct oauth_rules rules;
};

static struct snapshot first, second;
static struct peer peer;
static struct key_feed *feed;
static struct outbound *outbound;

/* What was published: the latest, and how often. Written on the outbound thread. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct fetched_keys *latest;
static unsigned n_published, n_refused;
static bool refuses;

static bool publish(void *arg, struct fetched_keys *f)
{
    (void)arg;
    pthread_mutex_lock(&lock);
    bool taken = !refuses;
    n_refused += refuses;
    n_published += taken;
    if (taken) {
        fetched_keys_unref(latest);
        latest = fetched_keys_ref(f);
    }
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return taken;
}

static void refuse(bool on)
{
    pthread_mutex_lock(&lock);
    refuses = on;
    pthread_mutex_unlock(&lock);
}

static bool is_after_a_fetch(const struct fetched_keys *f) { return f->asked_ns != 0; }
static bool has_keys(const struct fetched_keys *f) { return f->keys != NULL; }
static bool is_of_second(const struct fetched_keys *f) { return f->auth == 2; }
static bool is_of_second_after_a_fetch(const struct fetched_keys *f) { return f->auth == 2 && f->asked_ns != 0; }

/* Waits until what was published is like that; the caller's reference. */
static struct fetched_keys *await(bool (*is_it)(const struct fetched_keys *f))
{
    pthread_mutex_lock(&lock);
    while (!latest || !is_it(latest)) pthread_cond_wait(&changed, &lock); /* the test has its own time-out */
    struct fetched_keys *f = fetched_keys_ref(latest);
    pthread_mutex_unlock(&lock);
    return f;
}

static uint64_t await_keys(void)
{
    struct fetched_keys *f = await(has_keys);
    uint64_t serial = jwks_serial(f->keys);
    fetched_keys_unref(f);
    return serial;
}

static void make(struct snapshot *s, uint64_t serial, const char *url)
{
    static struct network here;
    cr_assert(network_parse(SLICE("127.0.0.0/8"), &here));
    *s = (struct snapshot){.auth.serial = serial};
    s->access.refs = 1; /* ours: nobody frees it */
    s->access.auth = &s->auth;
    s->auth.oauth = &s->rules;
    s->rules.jwt.issuer = "https://login.test";
    s->rules.refetch_s = 3600;
    s->rules.authorities = slice_str(peer.pem);
    s->rules.jwks = (struct outbound_peer){.url = url, .authorities = s->rules.authorities, .allowed = &here, .n_allowed = 1};
}

static void init(void)
{
    peer_start(&peer);
    peer_says(&peer, SLICE(GOOD), true);
    make(&first, 1, peer.url);
    cr_assert(key_feed_new(publish, NULL, &feed) == 0 && outbound_new(NULL, key_feed_tenant(feed), &outbound) == 0);
    cr_assert_eq(outbound_start(outbound), 0);
}

static void fini(void)
{
    outbound_free(outbound);
    key_feed_free(feed);
    latest = fetched_keys_unref(latest);
    peer_stop(&peer);
    cr_assert(first.access.refs == 1 && (second.access.refs == 1 || !second.access.auth), "no reference is left");
}

Test(filters_key_feed, the_first_fetch, .init = init, .fini = fini, .timeout = 60)
{
    uint64_t before_ns = clock_now_ns();
    key_feed_use(feed, outbound, &first.access);
    struct fetched_keys *f = await(has_keys);
    cr_assert(f->auth == 1 && f->asked_ns >= before_ns);
    cr_assert(f->usable_ns >= before_ns + (KEYS_FRESH_S + KEYS_STALE_S) * NS_PER_S);
    cr_assert(f->usable_ns <= clock_now_ns() + (KEYS_FRESH_S + KEYS_STALE_S) * NS_PER_S);
    cr_assert_gt(jwks_count(f->keys), 1u);
    cr_assert_eq(peer_count(&peer, &peer.asked), 1u);
    fetched_keys_unref(f);
}

/* Nobody's keys are fetched without a URL. */
Test(filters_key_feed, a_snapshot_without_a_url, .init = init, .fini = fini, .timeout = 60)
{
    make(&second, 2, NULL);
    key_feed_use(feed, outbound, &second.access);
    key_feed_use(feed, outbound, &first.access); /* the thread may see only this one */
    (void)await_keys();
    key_feed_use(feed, outbound, &second.access);
    key_feed_want(feed);
    key_feed_use(feed, outbound, &first.access); /* all anew */
    (void)await_keys();
    cr_assert_leq(peer_count(&peer, &peer.asked), 2u);
}

Test(filters_key_feed, an_issuer_that_fails_at_first, .init = init, .fini = fini, .timeout = 60)
{
    peer_says(&peer, SLICE(BROKEN), true);
    key_feed_use(feed, outbound, &first.access);
    struct fetched_keys *f = await(is_after_a_fetch);
    cr_assert(!f->keys && f->usable_ns == 0, "shards hear of it: who waits is told");
    fetched_keys_unref(f);
    peer_says(&peer, SLICE(GOOD), true);
    (void)await_keys(); /* after 1 s, or 2 */
    cr_assert_geq(peer_count(&peer, &peer.asked), 2u);
}

/* What is there stays good while the issuer sends nothing that is better. */
Test(filters_key_feed, keys_outlive_answers_that_are_none, .init = init, .fini = fini, .timeout = 60)
{
    static const struct slice none[] = {SLICE_INIT(BROKEN), SLICE_INIT(SAYS("200 OK", "", "<html>")), SLICE_INIT(SAYS("200 OK", "", "{\"keys\":[]}"))};
    key_feed_use(feed, outbound, &first.access);
    uint64_t serial = await_keys();
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        peer_says(&peer, none[i], true);
        unsigned asked = peer_count(&peer, &peer.asked);
        key_feed_use(feed, outbound, &first.access); /* as on SIGHUP */
        peer_await(&peer, asked + 1);
        cr_assert_eq(await_keys(), serial, "%zu", i);
    }
}

/* The same text is the same set, so that what was remembered by it stays; another one is another. */
Test(filters_key_feed, a_token_with_a_new_key, .init = init, .fini = fini, .timeout = 60)
{
    first.rules.refetch_s = 0;
    key_feed_use(feed, outbound, &first.access);
    uint64_t serial = await_keys();
    key_feed_want(feed);
    peer_await(&peer, 2);
    cr_assert_eq(await_keys(), serial);
    peer_says(&peer, SLICE(OTHER), true);
    key_feed_want(feed);
    uint64_t now = serial;
    while (now == serial) { /* the fetch before may have been under way, and answered with the old ones */
        pthread_mutex_lock(&lock);
        unsigned n = n_published;
        while (latest->keys && jwks_serial(latest->keys) == serial && n == n_published) pthread_cond_wait(&changed, &lock);
        pthread_mutex_unlock(&lock);
        now = await_keys();
        if (now == serial) key_feed_want(feed);
    }
    cr_assert_neq(now, serial);
}

Test(filters_key_feed, shards_that_could_not_be_told, .init = init, .fini = fini, .timeout = 60)
{
    refuse(true);
    key_feed_use(feed, outbound, &first.access);
    peer_await(&peer, 1);
    pthread_mutex_lock(&lock);
    while (n_refused == 0) pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    refuse(false);
    (void)await_keys(); /* a second later */
    cr_assert_eq(peer_count(&peer, &peer.asked), 1u);
}

/* Another place: nothing of the old one counts any more, not even what is on its way. */
Test(filters_key_feed, another_url_while_one_is_asked, .init = init, .fini = fini, .timeout = 60)
{
    char url[64];
    (void)snprintf(url, sizeof url, "https://127.0.0.1:%d/other", peer.port);
    make(&second, 2, url);
    peer_hold(&peer, true);
    key_feed_use(feed, outbound, &first.access);
    peer_await(&peer, 1);
    key_feed_use(feed, outbound, &second.access);
    struct fetched_keys *f = await(is_of_second);
    cr_assert(!f->keys && f->asked_ns == 0 && f->usable_ns == 0, "none yet, and one is under way");
    fetched_keys_unref(f);
    peer_hold(&peer, false);
    f = await(is_of_second_after_a_fetch);
    cr_assert(f->keys != NULL);
    fetched_keys_unref(f);
    cr_assert_eq(peer_count(&peer, &peer.asked), 2u);
    cr_assert(strncmp(peer_request(&peer), "GET /other ", 11) == 0, "%s", peer_request(&peer));
}

/* The same place by another snapshot: the keys stay, and are fetched anew. */
Test(filters_key_feed, another_snapshot, .init = init, .fini = fini, .timeout = 60)
{
    key_feed_use(feed, outbound, &first.access);
    uint64_t serial = await_keys();
    make(&second, 2, peer.url);
    peer_hold(&peer, true);
    key_feed_use(feed, outbound, &second.access);
    struct fetched_keys *f = await(is_of_second);
    cr_assert(f->keys && jwks_serial(f->keys) == serial && f->asked_ns == 0 && f->usable_ns > clock_now_ns());
    fetched_keys_unref(f);
    peer_await(&peer, 2);
    peer_hold(&peer, false);
    f = await(is_of_second_after_a_fetch);
    cr_assert(f->keys && jwks_serial(f->keys) == serial);
    fetched_keys_unref(f);
}

Test(filters_key_feed, an_end_while_it_is_asked, .init = init, .fini = fini, .timeout = 60)
{
    peer_hold(&peer, true);
    key_feed_use(feed, outbound, &first.access);
    peer_await(&peer, 1);
    key_feed_use(feed, outbound, &first.access);
}

/* Without memory for a request, by a clock of the test's own: shards hear that none has come, and it is tried again. */
Test(filters_key_feed, no_request_can_be_made, .timeout = 60)
{
    struct outbound *idle; /* has not been started: it takes nothing */
    make(&first, 1, "https://127.0.0.1:1/");
    cr_assert(key_feed_new(publish, NULL, &feed) == 0 && outbound_new(NULL, key_feed_tenant(feed), &idle) == 0);
    struct outbound_tenant turns = key_feed_tenant(feed);
    cr_assert_eq(turns.on_turn(turns.arg, 7 * NS_PER_S), UINT64_MAX, "nothing is to be fetched yet");
    key_feed_use(feed, idle, &first.access);
    for (uint64_t at = 7, wait = 1; wait <= 4; at += wait, wait *= 2) {
        cr_assert_eq(turns.on_turn(turns.arg, at * NS_PER_S), (at + wait) * NS_PER_S);
        cr_assert(latest && !latest->keys && latest->asked_ns == at * NS_PER_S && latest->usable_ns == 0);
    }
    outbound_free(idle);
    key_feed_free(feed);
    latest = fetched_keys_unref(latest);
    cr_assert_eq(first.access.refs, 1u);
}
