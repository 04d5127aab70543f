/* Access tokens: made by another program, and everything that RFC 8725 and 9068 would have refused. */
#include "filters/jwt.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

#include "jwt_cases.h"

#define NOW_S UINT64_C(1800000000)

static const struct jwt_rules rules = {.issuer = "https://login.test", .audience = "https://jobs.test", .lifetime_max_s = 4000000000u};
static const struct scope_names names;
static struct jwks *keys;

static void init(void)
{
    char why[256];
    cr_assert_eq(jwks_read(SLICE(JWT_KEYS), false, &keys, why, sizeof why), 0, "%s", why);
}

static void fini(void)
{
    keys = jwks_unref(keys);
}

static enum jwt_outcome check(struct slice token)
{
    struct jwt_claims claims;
    return jwt_check(&rules, keys, &names, token, NOW_S, &claims);
}

Test(filters_jwt, each_case, .init = init, .fini = fini)
{
    for (size_t i = 0; i < sizeof jwt_cases / sizeof *jwt_cases; i++)
        cr_assert_eq(check(slice_str(jwt_cases[i].token)), jwt_cases[i].outcome, "%s", jwt_cases[i].name);
}

/* A look at the header alone: whatever is good passes it, and what could be seen without a signature does not. */
Test(filters_jwt, which_tokens_name_a_key, .init = init, .fini = fini)
{
    static const char *const bad[] = {"", "..", "a.b.c", "e30.e30.AA", "eyJhbGciOiJFUzI1NiIsImtpZCI6IngifQ.e30.AA" /* kid x */,
                                      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImUifQ.e30", "eyJhbGciOiJFUzI1NiIsImtpZCI6ImUifQ.e30.AA.AA.AA",
                                      "eyJhbGciOiJFUzI1NiIsImtpZCI6InIifQ.e30.AA" /* ES256 by the RSA key */};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) cr_assert_neq(jwt_names(keys, slice_str(bad[i])), JWT_NAMES_KEY, "%s", bad[i]);
    cr_assert_eq(JWT_NAMES_KEY, jwt_names(keys, SLICE("eyJhbGciOiJFUzI1NiIsImtpZCI6ImUifQ.e30.AA"))); /* ES256, kid e */
    for (size_t i = 0; i < sizeof jwt_cases / sizeof *jwt_cases; i++) {
        bool names_key = jwt_names(keys, slice_str(jwt_cases[i].token)) == JWT_NAMES_KEY;
        cr_assert(names_key || jwt_cases[i].outcome == JWT_WRONG, "%s", jwt_cases[i].name);
        if (strstr(jwt_cases[i].name, "alg none") || strstr(jwt_cases[i].name, "HS256")) cr_assert_not(names_key, "%s", jwt_cases[i].name);
    }
}

Test(filters_jwt, what_a_missing_key_looks_like, .init = init, .fini = fini)
{
    cr_assert_eq(jwt_names(keys, SLICE("eyJhbGciOiJFUzI1NiIsImtpZCI6IngifQ.e30.AA")), JWT_NAMES_OTHER);
    cr_assert_eq(jwt_names(NULL, slice_str(jwt_cases[0].token)), JWT_NAMES_OTHER);
    cr_assert_eq(jwt_names(NULL, SLICE("a.b.c")), JWT_NAMES_NOTHING);
    cr_assert_eq(jwt_names(NULL, SLICE("eyJhbGciOiJub25lIn0.e30.AA")), JWT_NAMES_NOTHING, "alg none");
}

Test(filters_jwt, what_a_good_one_says, .init = init, .fini = fini)
{
    struct jwt_claims claims;
    cr_assert_eq(jwt_check(&rules, keys, &names, slice_str(jwt_cases[0].token), NOW_S, &claims), JWT_GOOD);
    cr_assert(slice_eq(slice_make(claims.subject, claims.subject_len), SLICE("anna")));
    cr_assert_eq(claims.scopes, SCOPE_JOBS_READ); /* openid is nobody's here */
    cr_assert_eq(claims.expires_s, UINT64_C(4102444800));
}

Test(filters_jwt, any_changed_character_is_found, .init = init, .fini = fini, .timeout = 60)
{
    struct slice good = slice_str(jwt_cases[0].token);
    char text[2048];
    cr_assert(good.len < sizeof text);
    for (size_t i = 0; i < good.len; i++) {
        memcpy(text, good.p, good.len);
        text[i] = text[i] == 'A' ? 'B' : 'A';
        cr_assert_eq(check(slice_make(text, good.len)), JWT_WRONG, "%zu", i);
    }
}

Test(filters_jwt, every_cut_and_other_shapes, .init = init, .fini = fini)
{
    struct slice good = slice_str(jwt_cases[0].token);
    char text[JWT_BYTES_MAX + 2];
    for (size_t n = 0; n < good.len; n++) cr_assert_eq(check(slice_make(good.p, n)), JWT_WRONG, "%zu", n);
    memcpy(text, good.p, good.len);
    memcpy(text + good.len, ".AA.AA", 6);
    cr_assert_eq(check(slice_make(text, good.len + 3)), JWT_WRONG);
    cr_assert_eq(check(slice_make(text, good.len + 6)), JWT_WRONG); /* the five parts of JWE */
    memset(text, 'A', sizeof text);
    text[10] = text[20] = '.';
    cr_assert_eq(check(slice_make(text, JWT_BYTES_MAX + 1)), JWT_WRONG);
    cr_assert_eq(check(SLICE("..")), JWT_WRONG);
    cr_assert_eq(check(SLICE("")), JWT_WRONG);
}

/* Issuers of before RFC 9068: no typ, no client_id, no jti; everything else as ever. */
Test(filters_jwt, any_type_is_for_old_issuers_only, .init = init, .fini = fini)
{
    struct jwt_rules old = rules;
    struct jwt_claims claims;
    static const char *const more[] = {"typ JWT", "no typ", "no client_id", "no jti", "no iat"};
    old.any_type = true;
    for (size_t i = 0; i < sizeof jwt_cases / sizeof *jwt_cases; i++) {
        enum jwt_outcome want = jwt_cases[i].outcome;
        for (size_t k = 0; k < sizeof more / sizeof *more; k++)
            if (strcmp(more[k], jwt_cases[i].name) == 0) want = JWT_GOOD;
        cr_assert_eq(jwt_check(&old, keys, &names, slice_str(jwt_cases[i].token), NOW_S, &claims), want, "%s", jwt_cases[i].name);
    }
}

Test(filters_jwt, sets_of_keys_that_are_refused)
{
    static const char *const bad[][2] = {
        {"", "no JSON object"},
        {"{\"keys\":{}}", "no JSON object"},
        {"{\"keys\":[]}", "no key"},
        {"{\"keys\":[1]}", "no object"},
        {"{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}", "secret key"},
        {"{\"keys\":[{\"kty\":\"oct\"}]}", "no key"},
        {"{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AAAA\",\"e\":\"AQAB\",\"d\":\"AAAA\"}]}", "secret key"},
        {"{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AAAA\",\"e\":\"Ag\"}]}", "odd exponent"},
        {"{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AAAA\",\"e\":\"AQ\"}]}", "odd exponent"},
        {JWT_WEAK_KEYS, "2048 bits"},
        {"{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}]}", "32 bytes"},
        {"{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"y\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}", "a point"},
        {"{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}]}", "32 bytes"},
        {"{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"use\":\"enc\",\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}", "no key"},
        {"{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"alg\":\"HS256\",\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}", "no key"},
        {"{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"key_ops\":[\"sign\"],\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}", "no key"},
        {"{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"a\",\"x\":\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"},"
         "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"a\",\"x\":\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}", "one kid"},
        {"{\"keys\":[{\"kty\":1}]}", "must be strings"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct jwks *k = NULL;
        char why[256];
        cr_assert_eq(jwks_read(slice_str(bad[i][0]), false, &k, why, sizeof why), -EINVAL, "%s", bad[i][0]);
        cr_assert(strstr(why, bad[i][1]), "%s: %s", bad[i][0], why);
    }
}

/* What others publish may have keys that are no good: they are passed over, and what is left counts. */
Test(filters_jwt, keys_that_others_publish)
{
#define ED(kid, x) "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"" kid "\",\"x\":\"" x "\"}"
#define X "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    static const struct {
        const char *text;
        unsigned n; /* 0: refused */
    } cases[] = {
        {"{\"keys\":[" ED("a", X) ",7," ED("b", "AQ") "," ED("a", X) "," ED("c", X) "]}", 2},
        {"{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}," ED("c", X) "]}", 1},
        {"{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"x\",\"x\":\"" X "\"}]}", 0},
        {"{\"keys\":[7]}", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct jwks *all = NULL;
        char why[256];
        int rc = jwks_read(slice_str(cases[i].text), true, &all, why, sizeof why);
        cr_assert_eq(rc == 0, cases[i].n > 0, "%zu: %s", i, why);
        if (rc == 0) cr_assert_eq(jwks_count(all), cases[i].n, "%zu", i);
        jwks_unref(all);
        if (i != 2 && i != 3) cr_assert_eq(jwks_read(slice_str(cases[i].text), false, &all, why, sizeof why), -EINVAL);
    }
}
