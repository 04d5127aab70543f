/* Access tokens on their way through the verifier's threads, while what is in force changes. */
#include "base/clock.h"
#include "base/sha256.h"
#include "filters/access.h"
#include "filters/auth.h"
#include "filters/key_feed.h"
#include "filters/oauth.h"
#include "filters/oauth_rules.h"
#include "filters/verifier.h"
#include "http/session.h"

#include <criterion/criterion.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>

#include "jwt_cases.h"

#define OTHER_KEYS "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}"

struct snapshot {
    struct access access;
    struct auth auth;
    struct oauth_rules rules;
};

static struct snapshot first, second;
static struct access *in_force;
static struct oauth oauth;
static struct http http;
static struct clock now;
static struct mailbox box;
static struct mail_drain drain;
static struct verifier *verifier, *not_started;
static sem_t woken;
static unsigned answers;
static enum oauth_verdict verdict;
static bool is_anna;

static struct access *current(void *arg)
{
    (void)arg;
    return in_force;
}

static void on_checked(void *arg, struct exchange *x, enum oauth_verdict v, const struct oauth_caller *caller)
{
    (void)arg, (void)x;
    answers++;
    verdict = v;
    is_anna = caller && slice_eq(slice_make(caller->principal, caller->principal_len), SLICE("oauth:anna"));
}

static void wake(void *arg)
{
    (void)arg;
    (void)sem_post(&woken);
}

static void make(struct snapshot *s, uint64_t serial, struct slice keys)
{
    char why[256];
    *s = (struct snapshot){.auth.serial = serial};
    s->access.refs = 1; /* ours: nobody frees it */
    s->access.auth = &s->auth;
    s->auth.oauth = &s->rules;
    s->rules.jwt =
        (struct jwt_rules){.issuer = "https://login.test", .audience = "https://jobs.test", .lifetime_max_s = 4000000000u};
    cr_assert_eq(jwks_read(keys, false, &s->rules.keys, why, sizeof why), 0, "%s", why);
}

static void init(void)
{
    now = (struct clock){.wall_ns = UINT64_C(1800000000) * NS_PER_S};
    http.o.clock = &now;
    cr_assert_eq(slab_init(&http.exchanges, sizeof(struct exchange), OAUTH_JOINED + 4), 0);
    cr_assert(sem_init(&woken, 0, 0) == 0 && verifier_new(NULL, &verifier) == 0 && verifier_start(verifier) == 0 &&
              verifier_new(NULL, &not_started) == 0);
    mailbox_init(&box, wake, NULL);
    oauth = (struct oauth){.verifier = verifier, .home = &box, .http = &http, .on_checked = on_checked, .access = current};
    cr_assert_eq(oauth_init(&oauth), 0);
    make(&first, 1, SLICE(JWT_KEYS));
    in_force = &first.access;
}

static void fini(void)
{
    verifier_free(verifier);
    verifier_free(not_started);
    oauth_deinit(&oauth);
    slab_deinit(&http.exchanges);
    cr_assert(first.access.refs == 1 && (second.access.refs == 1 || !second.access.auth));
    jwks_unref(first.rules.keys);
    if (second.access.auth) jwks_unref(second.rules.keys);
}

static struct exchange *exchange_new(void)
{
    uint32_t slot;
    struct exchange *x = slab_get(&http.exchanges, &slot);
    x->http = &http;
    x->kept = true;
    return x;
}

/* One good token, pushed while the first snapshot is in force. */
static struct exchange *push(void)
{
    struct exchange *x = exchange_new();
    cr_assert_eq(oauth_check(&oauth, x, slice_str(jwt_cases[0].token)), OAUTH_PENDING);
    return x;
}

/* Another one each time, of a form that is no worse. */
static enum oauth_verdict push_other(unsigned i)
{
    char text[JWT_BYTES_MAX];
    int n = snprintf(text, sizeof text, "%s%u", jwt_cases[0].token, i);
    return oauth_check(&oauth, exchange_new(), slice_make(text, (size_t)n));
}

/* As its session does when its connection is gone. */
static void leave(struct exchange *x)
{
    if (x->on_gone) x->on_gone(x);
    slab_put(&http.exchanges, x);
}

static enum oauth_verdict judge(const char *token)
{
    const struct oauth_caller *caller;
    enum oauth_verdict v = oauth_judge(&oauth, slice_str(token), &caller);
    cr_assert_eq(v == OAUTH_GOOD, caller != NULL);
    return v;
}

/* Waits for one answer of the verifier's and delivers it. */
static void deliver(void)
{
    while (!mail_deliver(&box, &drain, 1))
        if (mailbox_sleep(&box, &drain)) cr_assert_eq(sem_wait(&woken), 0);
}

Test(filters_oauth, one_snapshot, .init = init, .fini = fini, .timeout = 30)
{
    push();
    deliver();
    cr_assert(answers == 1 && verdict == OAUTH_GOOD && is_anna);
    cr_assert_eq(judge(jwt_cases[0].token), OAUTH_GOOD);
}

Test(filters_oauth, asked_anew_under_the_snapshot_that_has_come_meanwhile, .init = init, .fini = fini, .timeout = 30)
{
    make(&second, 2, SLICE(JWT_KEYS));
    push();
    in_force = &second.access;
    deliver();
    cr_assert_eq(answers, 0u);
    deliver();
    cr_assert(answers == 1 && verdict == OAUTH_GOOD && is_anna);
    cr_assert_eq(judge(jwt_cases[0].token), OAUTH_GOOD);
}

Test(filters_oauth, keys_that_have_gone_meanwhile, .init = init, .fini = fini, .timeout = 30)
{
    make(&second, 2, SLICE(OTHER_KEYS));
    push();
    in_force = &second.access;
    deliver();
    cr_assert(answers == 1 && verdict == OAUTH_WRONG && !is_anna);
}

Test(filters_oauth, no_tokens_are_taken_any_more, .init = init, .fini = fini, .timeout = 30)
{
    make(&second, 2, SLICE(OTHER_KEYS));
    second.auth.oauth = NULL;
    push();
    in_force = &second.access;
    deliver();
    cr_assert(answers == 1 && verdict == OAUTH_WRONG && !is_anna);
}

Test(filters_oauth, no_room_to_ask_anew, .init = init, .fini = fini, .timeout = 30)
{
    make(&second, 2, SLICE(JWT_KEYS));
    push();
    in_force = &second.access;
    oauth.verifier = not_started;
    deliver();
    cr_assert(answers == 1 && verdict == OAUTH_BUSY && !is_anna);
}

Test(filters_oauth, who_has_left_is_not_asked_for_anew, .init = init, .fini = fini, .timeout = 30)
{
    make(&second, 2, SLICE(JWT_KEYS));
    leave(push());
    in_force = &second.access;
    deliver();
    cr_assert_eq(answers, 0u);
    cr_assert_eq(oauth.asks.n_used, 0u);
}

/* ---- many with the same token ---- */

Test(filters_oauth, one_question_for_all_with_the_same_token, .init = init, .fini = fini, .timeout = 30)
{
    for (unsigned i = 0; i < 4; i++) push();
    cr_assert_eq(oauth.asks.n_used, 1u);
    cr_assert_eq(push_other(1), OAUTH_PENDING);
    cr_assert_eq(oauth.asks.n_used, 2u);
    deliver();
    if (answers < 4) deliver();
    cr_assert_geq(answers, 4u);
    while (answers < 5) deliver();
    cr_assert(oauth.asks.n_used == 0 && oauth.joined.n_used == 0);
    cr_assert_eq(judge(jwt_cases[0].token), OAUTH_GOOD);
}

Test(filters_oauth, who_leaves_is_taken_out, .init = init, .fini = fini, .timeout = 30)
{
    struct exchange *x[4];
    for (unsigned i = 0; i < 4; i++) x[i] = push();
    leave(x[2]); /* one that has joined */
    leave(x[0]); /* the first: the question is the others' as much */
    cr_assert(oauth.asks.n_used == 1 && oauth.joined.n_used == 2);
    push();
    deliver();
    cr_assert(answers == 3 && verdict == OAUTH_GOOD && is_anna);
    cr_assert(!x[1]->on_gone && !x[1]->owner && !x[3]->on_gone, "what comes next is not this one's");
    cr_assert(oauth.asks.n_used == 0 && oauth.joined.n_used == 0);
}

Test(filters_oauth, only_so_many_join, .init = init, .fini = fini, .timeout = 30)
{
    struct exchange *last = NULL;
    push();
    for (unsigned i = 0; i < OAUTH_JOINED; i++) last = push();
    struct exchange *x = exchange_new();
    cr_assert_eq(oauth_check(&oauth, x, slice_str(jwt_cases[0].token)), OAUTH_BUSY);
    cr_assert(!x->on_gone && !x->owner);
    cr_assert_eq(push_other(1), OAUTH_PENDING, "another token is another question");
    leave(last);
    cr_assert_eq(oauth_check(&oauth, x, slice_str(jwt_cases[0].token)), OAUTH_PENDING);
    while (answers < OAUTH_JOINED + 2) deliver();
    cr_assert(oauth.asks.n_used == 0 && oauth.joined.n_used == 0);
}

/* Under another snapshot they go on together; or nobody goes on. */
Test(filters_oauth, all_hear_of_what_becomes_of_their_question, .init = init, .fini = fini, .timeout = 30)
{
    make(&second, 2, SLICE(JWT_KEYS));
    for (unsigned i = 0; i < 3; i++) push();
    in_force = &second.access;
    push();
    cr_assert_eq(oauth.asks.n_used, 1u);
    deliver();
    cr_assert_eq(answers, 0u);
    oauth.verifier = not_started;
    in_force = &first.access;
    deliver();
    cr_assert(answers == 4 && verdict == OAUTH_BUSY && !is_anna);
    cr_assert(oauth.asks.n_used == 0 && oauth.joined.n_used == 0);
}

/* ---- keys that are fetched ---- */

static struct key_feed *feed;

static bool never(void *arg, struct fetched_keys *f)
{
    (void)arg, (void)f;
    return false;
}

/* The first snapshot's keys stand at a URL. Nobody fetches them: tests say what came. */
static void init_by_url(void)
{
    init();
    now.mono_ns = 1000 * NS_PER_S;
    first.rules.keys = jwks_unref(first.rules.keys);
    first.rules.jwks.url = "https://login.test/keys";
    first.rules.refetch_s = 30;
    cr_assert_eq(key_feed_new(never, NULL, &feed), 0);
    oauth.feed = feed;
}

static void fini_by_url(void)
{
    fini();
    key_feed_free(feed);
}

/* keys.p NULL: there are none. */
static void come(struct slice keys, uint64_t serial, uint64_t asked_s, uint64_t usable_s)
{
    char why[256];
    struct fetched_keys *f = calloc(1, sizeof *f);
    f->refs = 1;
    f->auth = serial;
    f->asked_ns = asked_s * NS_PER_S;
    f->usable_ns = usable_s * NS_PER_S;
    if (keys.p) cr_assert_eq(jwks_read(keys, false, &f->keys, why, sizeof why), 0, "%s", why);
    oauth_take_keys(&oauth, f);
}

Test(filters_oauth, waits_for_the_first_keys, .init = init_by_url, .fini = fini_by_url, .timeout = 30)
{
    cr_assert_eq(judge(jwt_cases[0].token), OAUTH_PENDING);
    cr_assert_eq(judge("a.b.c"), OAUTH_WRONG, "no form of a token waits for keys");
    push();
    cr_assert_eq(oauth.n_keyless, 1u);
    come(SLICE(JWT_KEYS), 7, 1000, 2000); /* of another snapshot: they say nothing */
    cr_assert_eq(oauth.n_keyless, 1u);
    come(SLICE(JWT_KEYS), 1, 1000, 2000);
    cr_assert_eq(oauth.n_keyless, 0u);
    deliver();
    cr_assert(answers == 1 && verdict == OAUTH_GOOD && is_anna);
    cr_assert_eq(judge(jwt_cases[0].token), OAUTH_GOOD);
}

Test(filters_oauth, a_key_that_is_not_there_is_waited_for_now_and_then, .init = init_by_url, .fini = fini_by_url, .timeout = 30)
{
    come(SLICE(OTHER_KEYS), 1, 1000, 2000);
    cr_assert_eq(judge(jwt_cases[0].token), OAUTH_WRONG);
    now.mono_ns += 30 * NS_PER_S;
    cr_assert_eq(judge(jwt_cases[0].token), OAUTH_PENDING);
    push();
    come(SLICE(OTHER_KEYS), 1, 1030, 2000);
    cr_assert(answers == 1 && verdict == OAUTH_WRONG);
    now.mono_ns += 30 * NS_PER_S;
    push();
    come(SLICE(JWT_KEYS), 1, 1060, 2000);
    deliver();
    cr_assert(answers == 2 && verdict == OAUTH_GOOD && is_anna);
}

Test(filters_oauth, an_issuer_that_does_not_answer, .init = init_by_url, .fini = fini_by_url, .timeout = 30)
{
    push();
    come((struct slice){NULL, 0}, 1, 1000, 0);
    cr_assert(answers == 1 && verdict == OAUTH_UNKNOWN);
    cr_assert_eq(judge(jwt_cases[0].token), OAUTH_UNKNOWN);
    come(SLICE(JWT_KEYS), 1, 1000, 1010);
    cr_assert_eq(judge(jwt_cases[0].token), OAUTH_PENDING);
    now.mono_ns += 10 * NS_PER_S; /* too old */
    cr_assert_eq(judge(jwt_cases[0].token), OAUTH_UNKNOWN);
}

Test(filters_oauth, keys_that_change_while_a_signature_is_checked, .init = init_by_url, .fini = fini_by_url, .timeout = 30)
{
    come(SLICE(JWT_KEYS), 1, 1000, 2000);
    push();
    come(SLICE(OTHER_KEYS), 1, 1000, 2000);
    deliver();
    cr_assert(answers == 1 && verdict == OAUTH_WRONG && !is_anna);
    cr_assert_eq(judge(jwt_cases[0].token), OAUTH_WRONG);
}

Test(filters_oauth, only_so_many_wait_for_keys, .init = init_by_url, .fini = fini_by_url, .timeout = 30)
{
    push();
    for (unsigned i = 1; i < OAUTH_KEYLESS; i++) cr_assert_eq(push_other(i), OAUTH_PENDING);
    cr_assert_eq(push_other(OAUTH_KEYLESS), OAUTH_BUSY);
    cr_assert_eq(oauth.asks.n_used, OAUTH_KEYLESS);
    oauth_on_access(&oauth); /* as after a change of something else: they go on waiting */
    cr_assert(answers == 0 && oauth.n_keyless == OAUTH_KEYLESS);
}

/* Where no fetch ends, as for want of memory or of a thread. */
Test(filters_oauth, nobody_waits_for_ever, .init = init_by_url, .fini = fini_by_url, .timeout = 30)
{
    push();
    now.mono_ns += OAUTH_WAIT_S * NS_PER_S - 1;
    oauth_tick(&oauth);
    cr_assert(answers == 0 && oauth.n_keyless == 1);
    now.mono_ns += 1;
    oauth_tick(&oauth);
    cr_assert(answers == 1 && verdict == OAUTH_UNKNOWN && oauth.n_keyless == 0 && oauth.asks.n_used == 0);
}

/* Keys come for more than the verifier takes at once: the others stay until it has places again. */
Test(filters_oauth, who_has_waited_is_not_sent_away_for_a_crowd, .init = init_by_url, .fini = fini_by_url, .timeout = 30)
{
    push();
    oauth.verifier = not_started;
    come(SLICE(JWT_KEYS), 1, 1000, 2000);
    cr_assert(answers == 0 && oauth.n_keyless == 1);
    oauth.verifier = verifier;
    oauth_tick(&oauth);
    deliver();
    cr_assert(answers == 1 && verdict == OAUTH_GOOD && is_anna);
}

/* A clock that is set back prolongs nothing; a token ends by the clock on the wall. */
Test(filters_oauth, how_long_a_good_one_is_remembered, .init = init, .fini = fini, .timeout = 30)
{
    push();
    deliver();
    now.wall_ns -= 3600 * NS_PER_S;
    now.mono_ns += OAUTH_CACHE_S * NS_PER_S - 1;
    cr_assert_eq(judge(jwt_cases[0].token), OAUTH_GOOD);
    now.mono_ns += 1;
    cr_assert_eq(judge(jwt_cases[0].token), OAUTH_PENDING);
    push();
    deliver();
    now.wall_ns = UINT64_C(4102444800) * NS_PER_S;
    cr_assert_eq(judge(jwt_cases[0].token), OAUTH_PENDING);
}

/* A place is free as soon as nobody waits in it. */
Test(filters_oauth, who_leaves_waits_for_no_keys, .init = init_by_url, .fini = fini_by_url, .timeout = 30)
{
    struct exchange *a = push(), *b = push();
    cr_assert(oauth.n_keyless == 1 && oauth.asks.n_used == 1);
    leave(a);
    cr_assert_eq(oauth.n_keyless, 1u);
    leave(b);
    cr_assert(oauth.n_keyless == 0 && oauth.asks.n_used == 0 && oauth.joined.n_used == 0);
    a = push();
    push();
    come(SLICE(JWT_KEYS), 1, 1000, 2000);
    leave(a);
    deliver();
    cr_assert(answers == 1 && verdict == OAUTH_GOOD && is_anna);
}

/* The next request of a connection is parsed as soon as the one before it is answered. */
static void on_unknown(void *arg, struct exchange *x, enum oauth_verdict v, const struct oauth_caller *caller)
{
    on_checked(arg, x, v, caller);
    if (answers <= 2) push();
}

Test(filters_oauth, what_an_answer_sets_off_is_another_question, .init = init_by_url, .fini = fini_by_url, .timeout = 30)
{
    oauth.on_checked = on_unknown;
    push(), push();
    now.mono_ns += OAUTH_WAIT_S * NS_PER_S;
    oauth_tick(&oauth);
    cr_assert(answers == 2 && verdict == OAUTH_UNKNOWN);
    cr_assert(oauth.n_keyless == 1 && oauth.asks.n_used == 1 && oauth.joined.n_used == 1, "they wait together again");
}
