/* Access tokens on their way through the verifier's threads, while what is in force changes. */
#include "base/clock.h"
#include "base/sha256.h"
#include "filters/access.h"
#include "filters/auth.h"
#include "filters/oauth.h"
#include "filters/verifier.h"
#include "http/session.h"

#include <criterion/criterion.h>
#include <semaphore.h>

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
    cr_assert_eq(jwks_read(keys, &s->rules.keys, why, sizeof why), 0, "%s", why);
}

static void init(void)
{
    now = (struct clock){.wall_ns = UINT64_C(1800000000) * NS_PER_S};
    http.o.clock = &now;
    cr_assert_eq(slab_init(&http.exchanges, sizeof(struct exchange), 4), 0);
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
    jwks_free(first.rules.keys);
    if (second.access.auth) jwks_free(second.rules.keys);
}

/* One good token, pushed while the first snapshot is in force. */
static struct exchange *push(void)
{
    uint32_t slot;
    struct exchange *x = slab_get(&http.exchanges, &slot);
    x->http = &http;
    x->kept = true;
    cr_assert(oauth_check(&oauth, x, slice_str(jwt_cases[0].token)));
    return x;
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
    cr_assert_not_null(oauth_remembered(&oauth, slice_str(jwt_cases[0].token), now.wall_ns));
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
    cr_assert_not_null(oauth_remembered(&oauth, slice_str(jwt_cases[0].token), now.wall_ns));
}

Test(filters_oauth, keys_that_have_gone_meanwhile, .init = init, .fini = fini, .timeout = 30)
{
    make(&second, 2, SLICE(OTHER_KEYS));
    push();
    in_force = &second.access;
    deliver();
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
    slab_put(&http.exchanges, push());
    in_force = &second.access;
    deliver();
    cr_assert_eq(answers, 0u);
    cr_assert_eq(oauth.asks.n_used, 0u);
}
