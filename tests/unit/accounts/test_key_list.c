/* The list of keys: what stands in it is found, and what is wrong with one is said. */
#include "accounts/key_list.h"

#include "../filters/vectors.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>

static int read_list(const char *text, struct key_list **out, char why[256])
{
    static const struct scope_names names;
    struct json_value v;
    size_t at;
    cr_assert_eq(json_check(slice_str(text), &v, &at), JSON_OK, "%s", text);
    return key_list_new(v, &names, out, why, 256);
}

#define MAC(more) "{\"id\": \"a\", \"owner\": \"o\", \"algorithm\": \"hmac-sha256\", \"secret\": \"" SHARED_SECRET "\"" more "}"
#define PUBLIC(algorithm, key) "{\"id\": \"b\", \"owner\": \"o\", \"algorithm\": \"" algorithm "\", \"public\": \"" key "\"}"
#define ED_JSON "-----BEGIN PUBLIC KEY-----\\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\\n-----END PUBLIC KEY-----\\n"

Test(accounts_key_list, what_stands_in_it)
{
    struct key_list *l;
    char why[256] = "";
    int rc = read_list("[" MAC(", \"scopes\": [\"jobs:read\", \"no such word\"], \"state\": \"verify-only\", \"not_before\": \"2026-01-01T00:00:00Z\"")
                       ", " PUBLIC("ed25519", ED_JSON) "]", &l, why);
    cr_assert_eq(rc, 0, "%s", why);
    cr_assert_eq(key_list_count(l), 2);
    const struct listed_key *a = key_list_find(l, SLICE("a")), *b = key_list_find(l, SLICE("b"));
    cr_assert(a && b && !key_list_find(l, SLICE("c")) && !key_list_find(l, SLICE("")) && !key_list_find(l, SLICE("aa")));
    cr_expect(slice_eq(a->principal, SLICE("key:o")) && a->principal_key && a->principal_key == b->principal_key);
    cr_expect(a->scopes == SCOPE_JOBS_READ && b->scopes == 0 && !a->revoked);
    cr_expect(a->not_before_ns == UINT64_C(1767225600) * 1000000000 && a->not_after_ns == UINT64_MAX && b->not_before_ns == 0);
    cr_expect(key_algorithm(a->key) == KEY_HMAC_SHA256 && key_algorithm(b->key) == KEY_ED25519 && !key_can_sign(b->key));
    key_list_free(l);
    cr_assert_eq(read_list("[]", &l, why), 0);
    cr_assert(key_list_count(l) == 0 && !key_list_find(l, SLICE("a")));
    key_list_free(l);
}

Test(accounts_key_list, what_is_wrong_is_said)
{
    static const struct {
        const char *text, *sentence;
    } rows[] = {
        {"{}", "must be an array"},
        {"[1]", "is no object"},
        {"[{\"id\": \"a\"}]", "needs 'id', 'owner' and 'algorithm'"},
        {"[" MAC(", \"what\": 1") "]", "nothing is known of 'what'"},
        {"[" MAC(", \"scopes\": \"jobs:read\"") "]", "'scopes' is not what it should be"},
        {"[" MAC(", \"state\": \"asleep\"") "]", "'state' must be"},
        {"[" MAC(", \"not_after\": \"soon\"") "]", "'not_before' and 'not_after'"},
        {"[" MAC(", \"not_before\": \"2027-01-01T00:00:00Z\", \"not_after\": \"2026-01-01T00:00:00Z\"") "]", "in order"},
        {"[" MAC(", \"public\": \"x\"") "]", "needs 'secret', and nothing else"},
        {"[" MAC("") ", " MAC("") "]", "stands twice"},
        {"[{\"id\": \"a b\", \"owner\": \"o\", \"algorithm\": \"ed25519\"}]", "'id' must be"},
        {"[{\"id\": \"a\", \"owner\": \"\", \"algorithm\": \"ed25519\"}]", "'owner' must be"},
        {"[{\"id\": \"a\", \"owner\": \"o\", \"algorithm\": \"rsa-v1_5-sha256\"}]", "'algorithm' must be"},
        {"[{\"id\": \"a\", \"owner\": \"o\", \"algorithm\": \"hmac-sha256\", \"secret\": \"AAAA\"}]", "at least 32 bytes"},
        {"[{\"id\": \"a\", \"owner\": \"o\", \"algorithm\": \"hmac-sha256\", \"secret\": \"A\"}]", "not base64"},
        {"[" PUBLIC("ed25519", "x") "]", "PEM"},
        {"[" PUBLIC("rsa-pss-sha512", ED_JSON) "]", "no RSA key"},
        {"[" PUBLIC("ecdsa-p256-sha256", ED_JSON) "]", "P-256"},
        {"[" PUBLIC("hmac-sha256", ED_JSON) "]", "needs 'secret'"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct key_list *l = NULL;
        char why[256] = "";
        cr_expect_eq(read_list(rows[i].text, &l, why), -EINVAL, "%s", rows[i].text);
        cr_expect(strstr(why, rows[i].sentence), "%s: %s", rows[i].text, why);
    }
}

/* One key, one algorithm: a key made for one never verifies for another. */
Test(accounts_key_list, keys_that_are_made_sign_and_verify)
{
    struct key_scratch *scratch;
    cr_assert_eq(key_scratch_new(&scratch), 0);
    for (int a = 0; a < KEY_ALGORITHMS; a++) {
        static char secret[KEY_TEXT_MAX], public_half[KEY_TEXT_MAX];
        size_t secret_len = sizeof secret, public_len = sizeof public_half;
        uint8_t signature[KEY_SIGNATURE_MAX];
        struct key *own, *known;
        const char *why;
        cr_assert_eq(key_make((enum key_algorithm)a, secret, &secret_len, public_half, &public_len), 0);
        cr_assert_eq(key_new((enum key_algorithm)a, slice_make(secret, secret_len), &own, &why), 0, "%s", why);
        struct slice half = a == KEY_HMAC_SHA256 ? slice_make(secret, secret_len) : slice_make(public_half, public_len);
        cr_assert_eq(key_new((enum key_algorithm)a, half, &known, &why), 0, "%s", why);
        for (int round = 0; round < 20; round++) { /* numbers of ECDSA that begin with zeros, too */
            long n = key_sign(own, scratch, SLICE("message"), signature);
            cr_assert_gt(n, 0);
            cr_assert(key_verify(known, scratch, SLICE("message"), slice_make(signature, (size_t)n)), "%s", key_algorithm_name((enum key_algorithm)a));
            cr_assert(!key_verify(known, scratch, SLICE("another"), slice_make(signature, (size_t)n)));
        }
        key_free(own);
        key_free(known);
    }
    key_scratch_free(scratch);
}
