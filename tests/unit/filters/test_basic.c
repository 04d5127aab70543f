/* Basic: pairs read strictly, mistakes that add up, and the threads that check. */
#include "filters/backoff.h"
#include "filters/basic.h"
#include "filters/verifier.h"
#include "base/clock.h"

#include <criterion/criterion.h>
#include <semaphore.h>
#include <stdlib.h>

/* ---- pairs ---- */

Test(filters_basic, pairs)
{
    static const struct {
        const char *token, *user, *password;
    } cases[] = {
        {"QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame"}, /* RFC 7617 §2 */
        {"dGVzdDoxMjPCow==", "test", "123\xc2\xa3"},                /* §2.1 */
        {"YTpiOmM=", "a", "b:c"},
        {"YTo=", "a", ""},
        {"YTovPz4/", "a", "/?>?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct basic_pair p;
        cr_assert(basic_read(slice_str(cases[i].token), &p), "%s", cases[i].token);
        cr_assert(slice_eq(p.user, slice_str(cases[i].user)) && slice_eq(p.password, slice_str(cases[i].password)), "%s", cases[i].token);
    }
}

Test(filters_basic, what_is_no_pair)
{
    static const char *const bad[] = {"", "=", "====", "YTo", "YTo==", "YTp=", "Y=Tp", "YWI=", "OmI=", "Og==", "YTpiAA==", "YTp/f38=", "YTp/", "YTr/", "YTotXw=-", "YTo _"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct basic_pair p;
        cr_assert_not(basic_read(slice_str(bad[i]), &p), "%s", bad[i]);
    }
}

Test(filters_basic, as_long_as_it_may_be)
{
    char token[800];
    struct basic_pair p;
    memcpy(token, "YTph", 4);
    for (size_t i = 4; i < sizeof token; i++) token[i] = "YWFh"[i % 4];
    cr_assert(basic_read(slice_make(token, 680), &p)); /* 510 bytes */
    cr_assert_eq(p.password.len, 508u);
    cr_assert_not(basic_read(slice_make(token, 684), &p)); /* 513 */
}

/* ---- back-off ---- */

Test(filters_backoff, waits_grow_to_a_bound_and_are_forgotten)
{
    static const uint32_t waits[] = {0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60};
    struct backoff b;
    uint64_t now = NS_PER_S;
    cr_assert_eq(backoff_init(&b), 0);
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        backoff_wrong(&b, 7, BACKOFF_FREE, now);
        cr_assert_eq(backoff_wait_s(&b, 7, now), waits[i], "%zu", i);
        now += waits[i] * NS_PER_S;
        cr_assert_eq(backoff_wait_s(&b, 7, now), 0u);
    }
    cr_assert_eq(backoff_wait_s(&b, 8, now - 1), 0u);
    now += (BACKOFF_FORGET_S + 1) * NS_PER_S;
    backoff_wrong(&b, 7, BACKOFF_FREE, now);
    cr_assert_eq(backoff_wait_s(&b, 7, now), 0u); /* its first again */
    for (int i = 0; i < 6; i++) backoff_wrong(&b, 7, BACKOFF_FREE, now);
    cr_assert(backoff_wait_s(&b, 7, now) > 0 && !backoff_is_clear(&b));
    backoff_right(&b, 8); /* who has not been wrong */
    cr_assert(!backoff_is_clear(&b));
    backoff_right(&b, 7);
    cr_assert(backoff_is_clear(&b));
    cr_assert_eq(backoff_wait_s(&b, 7, now), 0u);
    backoff_deinit(&b);
}

Test(filters_backoff, a_full_table_forgets_who_was_wrong_longest_ago)
{
    struct backoff b;
    cr_assert_eq(backoff_init(&b), 0);
    for (uint64_t i = 1; i <= 5; i++)
        for (int k = 0; k < 5; k++) backoff_wrong(&b, i * BACKOFF_ENTRIES, BACKOFF_FREE, i * NS_PER_MS); /* all in one place */
    cr_assert_eq(backoff_wait_s(&b, BACKOFF_ENTRIES, 6 * NS_PER_MS), 0u);
    for (uint64_t i = 2; i <= 5; i++) cr_assert_eq(backoff_wait_s(&b, i * BACKOFF_ENTRIES, 6 * NS_PER_MS), 1u);
    for (uint64_t i = 2; i <= 5; i++) {
        cr_assert_not(backoff_is_clear(&b));
        backoff_right(&b, i * BACKOFF_ENTRIES);
    }
    cr_assert(backoff_is_clear(&b));
    backoff_deinit(&b);
}

Test(filters_backoff, keys_are_of_a_name_at_a_network)
{
    struct backoff b, other;
    struct ip v4, near, v6, same_64, other_64;
    cr_assert(backoff_init(&b) == 0 && backoff_init(&other) == 0);
    cr_assert(ip_parse(SLICE("192.0.2.1"), &v4) && ip_parse(SLICE("192.0.2.2"), &near));
    cr_assert(ip_parse(SLICE("2001:db8::1"), &v6) && ip_parse(SLICE("2001:db8::2"), &same_64) && ip_parse(SLICE("2001:db8:0:1::1"), &other_64));
    cr_expect_neq(backoff_key(&b, &v4, SLICE("")), backoff_key(&b, &near, SLICE("")));
    cr_expect_neq(backoff_key(&b, &v4, SLICE("")), backoff_key(&b, &v4, SLICE("a")));
    cr_expect_neq(backoff_key(&b, &v4, SLICE("b")), backoff_key(&b, &v4, SLICE("a")));
    cr_expect_eq(backoff_key(&b, &v6, SLICE("a")), backoff_key(&b, &same_64, SLICE("a")));
    cr_expect_neq(backoff_key(&b, &v6, SLICE("a")), backoff_key(&b, &other_64, SLICE("a")));
    cr_expect_neq(backoff_key(&b, &v4, SLICE("a")), backoff_key(&other, &v4, SLICE("a")), "each table has a secret of its own");
    backoff_deinit(&b);
    backoff_deinit(&other);
}

/* ---- threads ---- */

struct work {
    struct verifier_task task; /* must stay first */
    sem_t *gate;
    bool done;
    unsigned *home;
};

static void wait_and_do(struct verifier_task *t)
{
    struct work *w = (struct work *)(void *)t;
    while (sem_wait(w->gate) < 0) continue;
    w->done = true;
}

static void count_home(struct mail *m)
{
    ++*((struct work *)(void *)m)->home;
}

static void no_wake(void *arg)
{
    (void)arg;
}

Test(filters_verifier, takes_so_many_and_all_come_home, .timeout = 30)
{
    enum { MOST = VERIFIER_THREADS * (VERIFIER_QUEUE + 1) };
    static struct work works[MOST + 1];
    struct verifier *v;
    struct mailbox box;
    struct mail_drain drain = {0};
    sem_t gate;
    unsigned home = 0, taken = 0;
    mailbox_init(&box, no_wake, NULL);
    cr_assert_eq(sem_init(&gate, 0, 0), 0);
    cr_assert_eq(verifier_new(NULL, &v), 0);
    for (size_t i = 0; i <= MOST; i++)
        works[i] = (struct work){.task = {.mail = {.deliver = count_home}, .home = &box, .check = wait_and_do}, .gate = &gate, .home = &home};
    cr_assert_not(verifier_push(v, &works[0].task)); /* no threads yet */
    cr_assert(verifier_start(v) == 0 && verifier_start(v) == 0);
    while (taken <= MOST && verifier_push(v, &works[taken].task)) taken++;
    cr_assert(taken >= VERIFIER_THREADS * VERIFIER_QUEUE && taken <= MOST, "%u", taken); /* those in hand have left the queue, or not yet */
    for (unsigned i = 0; i < taken; i++) (void)sem_post(&gate);
    v = verifier_free(v);
    while (mail_deliver(&box, &drain, 16)) continue;
    cr_assert_eq(home, taken);
    for (unsigned i = 0; i < taken; i++) cr_assert(works[i].done);
}
