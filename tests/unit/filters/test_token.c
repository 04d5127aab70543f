/* Tokens: what is remembered of one that was good, and for how long. */
#include "filters/token.h"

#include "base/clock.h"
#include "filters/auth.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define TEXT "qrn_abcdefghijk2_AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIpqvJcA"
#define MEMBERS "\"id\": \"abcdefghijk2\", \"owner\": \"root\", \"digest\": \"dYd7tB05O1-4RVzmDs2N2gAdBjFklrFN-n-JVlbuyko\", \"scopes\": [\"admin\"]"
#define EXPIRES_S UINT64_C(1900000000)

static struct tokens memory;
static struct ip inside, outside;

static struct auth read_tokens(const char *text, uint64_t serial)
{
    static const struct scope_names names;
    struct auth a = {.serial = serial};
    char why[256], unknown[SCOPE_NAME_MAX + 1];
    cr_assert_eq(accounts_read(slice_str(text), &names, &a.accounts, why, sizeof why, unknown), 0, "%s", why);
    return a;
}

static enum token_outcome check(const struct auth *a, const char *text, const struct ip *from, uint64_t wall_s)
{
    const struct account *account = NULL;
    enum token_outcome outcome = token_check(&memory, a, slice_str(text), from, wall_s * NS_PER_S, &account);
    if (outcome == TOKEN_GOOD) cr_assert_eq(account, &accounts_token_at(a->accounts, 0)->account);
    else cr_assert_null(account);
    return outcome;
}

static bool is_remembered(const char *text)
{
    struct siphash128 mac = siphash24_128(memory.key, slice_str(text));
    return siphash128_eq(memory.known[mac.h[0] & (TOKENS_REMEMBERED - 1)].mac, mac);
}

static void begin(void)
{
    cr_assert_eq(tokens_init(&memory), 0);
    cr_assert(ip_parse(SLICE("10.1.2.3"), &inside) && ip_parse(SLICE("192.0.2.1"), &outside));
}

static void end(void)
{
    tokens_deinit(&memory);
}

TestSuite(filters_token, .init = begin, .fini = end);

Test(filters_token, what_is_remembered_is_asked_for_time_and_place_each_time)
{
    struct auth a = read_tokens("{\"tokens\": [{" MEMBERS ", \"networks\": [\"10.0.0.0/8\"], \"created\": \"2029-06-01T00:00:00Z\", "
                                "\"expires\": \"2030-03-17T17:46:40Z\"}]}", 1);
    cr_assert_not(is_remembered(TEXT));
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(check(&a, TEXT, &inside, EXPIRES_S - 1), TOKEN_GOOD);
        cr_assert(is_remembered(TEXT));
        cr_assert_eq(check(&a, TEXT, &outside, EXPIRES_S - 1), TOKEN_WRONG);
        cr_assert_eq(check(&a, TEXT, &inside, EXPIRES_S), TOKEN_EXPIRED);
    }
    accounts_free(a.accounts);
}

Test(filters_token, another_snapshot_has_to_see_it_for_itself)
{
    struct auth first = read_tokens("{\"tokens\": [{" MEMBERS "}]}", 1), second = read_tokens("{\"tokens\": []}", 2);
    struct auth third = read_tokens("{\"tokens\": [{" MEMBERS "}]}", 3);
    cr_assert_eq(check(&first, TEXT, &inside, 1), TOKEN_GOOD);
    cr_assert_eq(check(&second, TEXT, &inside, 1), TOKEN_WRONG);
    cr_assert_eq(check(&third, TEXT, &inside, 1), TOKEN_GOOD);
    cr_assert_eq(check(&third, TEXT, &inside, 1), TOKEN_GOOD);
    accounts_free(first.accounts);
    accounts_free(second.accounts);
    accounts_free(third.accounts);
}

Test(filters_token, what_was_wrong_is_not_remembered_and_one_character_matters)
{
    struct auth a = read_tokens("{\"tokens\": [{" MEMBERS "}]}", 1);
    char text[] = TEXT;
    cr_assert_eq(check(&a, TEXT, &inside, 1), TOKEN_GOOD);
    for (size_t i = 0; i < sizeof text - 1; i++) {
        text[i] ^= 1;
        cr_assert_eq(check(&a, text, &inside, 1), TOKEN_WRONG, "%zu", i);
        cr_assert_not(is_remembered(text));
        text[i] ^= 1;
    }
    cr_assert_eq(check(&a, TEXT "A", &inside, 1), TOKEN_WRONG);
    cr_assert_eq(check(&a, "", &inside, 1), TOKEN_WRONG);
    cr_assert_eq(check(&a, TEXT, &inside, 1), TOKEN_GOOD);
    accounts_free(a.accounts);
}

Test(filters_token, one_that_falls_on_the_same_place_takes_it_and_neither_is_taken_for_the_other)
{
    struct auth a = read_tokens("{\"tokens\": [{" MEMBERS "}]}", 1);
    cr_assert_eq(check(&a, TEXT, &inside, 1), TOKEN_GOOD);
    struct siphash128 mac = siphash24_128(memory.key, SLICE(TEXT));
    struct token_known *k = &memory.known[mac.h[0] & (TOKENS_REMEMBERED - 1)];
    k->mac.h[1] ^= 1; /* as one that differs in the half that does not name the place */
    k->token = NULL;
    cr_assert_eq(check(&a, TEXT, &inside, 1), TOKEN_GOOD);
    cr_assert(siphash128_eq(k->mac, mac));
    accounts_free(a.accounts);
}
