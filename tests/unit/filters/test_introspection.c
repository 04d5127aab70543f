/* Asking an issuer what a token is: the form, and answers of every kind. */
#include "filters/introspection.h"

#include <criterion/criterion.h>
#include <string.h>

#define NOW_S UINT64_C(1800000000)
#define AUD "\"aud\": \"https://jobs.test\""

static const struct jwt_rules rules = {.issuer = "https://login.test", .audience = "https://jobs.test", .lifetime_max_s = 60};
static const struct scope_names names;

Test(filters_introspection, the_form)
{
    static char out[INTROSPECTION_FORM_BYTES], longest[JWT_BYTES_MAX];
    size_t n = introspection_form(SLICE("aB9-._~+/=="), out);
    cr_assert(slice_eq(slice_make(out, n), SLICE("token=aB9-._~%2B%2F%3D%3D&token_type_hint=access_token")), "%.*s", (int)n, out);
    memset(longest, '+', sizeof longest);
    cr_assert_leq(introspection_form(slice_make(longest, sizeof longest), out), sizeof out);
}

Test(filters_introspection, answers)
{
    static const struct {
        const char *body;
        int outcome; /* -1: no answer */
    } cases[] = {
        {"{\"active\": true, " AUD ", \"sub\": \"anna\"}", JWT_GOOD},
        {"{\"active\": true, " AUD ", \"client_id\": \"app\"}", JWT_GOOD},
        {"{\"active\": true, \"sub\": \"anna\", \"iss\": \"https://login.test\", \"aud\": [\"x\", \"https://jobs.test\"], \"token_type\": \"Bearer\","
         " \"exp\": 1800000100, \"nbf\": 1799999999, \"scope\": \"jobs:read x\", \"username\": \"a\", \"ext\": {\"a\": [1]}}", JWT_GOOD},
        {"{\"active\": true, " AUD ", \"sub\": \"anna\", \"exp\": 1799999900}", JWT_EXPIRED},
        {"{\"active\": true, " AUD ", \"sub\": \"anna\", \"exp\": 1799999950}", JWT_GOOD}, /* clocks may differ */
        {"{\"active\": true, \"sub\": \"anna\"}", JWT_WRONG}, /* for whom? */
        {"{\"active\": false}", JWT_WRONG},
        {"{\"active\": false, \"sub\": \"anna\"}", JWT_WRONG},
        {"{\"active\": true}", JWT_WRONG},
        {"{\"active\": true, " AUD ", \"sub\": \"\"}", JWT_WRONG},
        {"{\"active\": true, " AUD ", \"sub\": \"\", \"client_id\": \"app\"}", JWT_WRONG},
        {"{\"active\": true, " AUD ", \"sub\": \"an na\"}", JWT_WRONG},
        {"{\"active\": true, " AUD ", \"sub\": 7}", JWT_WRONG},
        {"{\"active\": true, " AUD ", \"sub\": \"anna\", \"iss\": \"https://login.test/\"}", JWT_WRONG},
        {"{\"active\": true, \"sub\": \"anna\", \"aud\": \"https://other.test\"}", JWT_WRONG},
        {"{\"active\": true, \"sub\": \"anna\", \"aud\": []}", JWT_WRONG},
        {"{\"active\": true, " AUD ", \"sub\": \"anna\", \"token_type\": \"DPoP\"}", JWT_WRONG},
        {"{\"active\": true, " AUD ", \"sub\": \"anna\", \"cnf\": {\"jkt\": \"x\"}}", JWT_WRONG},
        {"{\"active\": true, " AUD ", \"sub\": \"anna\", \"nbf\": 1800000100}", JWT_WRONG},
        {"{\"active\": true, " AUD ", \"sub\": \"anna\", \"exp\": \"tomorrow\"}", JWT_WRONG},
        {"{\"active\": true, " AUD ", \"sub\": \"anna\", \"scope\": [\"jobs:read\"]}", JWT_WRONG},
        {"{\"active\": \"true\", \"sub\": \"anna\"}", -1},
        {"{\"active\": 1, \"sub\": \"anna\"}", -1},
        {"{\"active\": true, \"active\": false, \"sub\": \"anna\"}", -1}, /* in two ways */
        {"{\"sub\": \"anna\"}", -1},
        {"[true]", -1},
        {"true", -1},
        {"", -1},
        {"<html>", -1},
        {"{\"active\": true", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum jwt_outcome outcome = JWT_WRONG;
        struct jwt_claims claims;
        bool known = introspection_read(&rules, &names, slice_str(cases[i].body), NOW_S, &outcome, &claims);
        cr_assert_eq(known ? (int)outcome : -1, cases[i].outcome, "%s", cases[i].body);
    }
}

Test(filters_introspection, an_issuer_that_does_not_say_for_whom)
{
    struct jwt_rules any = rules;
    enum jwt_outcome outcome;
    struct jwt_claims claims;
    any.any_type = true;
    cr_assert(introspection_read(&any, &names, SLICE("{\"active\": true, \"sub\": \"anna\"}"), NOW_S, &outcome, &claims) && outcome == JWT_GOOD);
    cr_assert(introspection_read(&any, &names, SLICE("{\"active\": true, \"sub\": \"anna\", \"aud\": \"x\"}"), NOW_S, &outcome, &claims));
    cr_assert_eq(outcome, JWT_WRONG);
}

Test(filters_introspection, what_a_good_one_says)
{
    enum jwt_outcome outcome;
    struct jwt_claims claims;
    cr_assert(introspection_read(&rules, &names, SLICE("{\"active\":true, " AUD ",\"sub\":\"anna\",\"client_id\":\"app\",\"scope\":\"jobs:read openid\",\"exp\":1800000100}"),
                                 NOW_S, &outcome, &claims));
    cr_assert(outcome == JWT_GOOD && slice_eq(slice_make(claims.subject, claims.subject_len), SLICE("anna")));
    cr_assert(claims.scopes == SCOPE_JOBS_READ && claims.expires_s == 1800000100 && !claims.is_client);
    cr_assert(introspection_read(&rules, &names, SLICE("{\"active\":true, " AUD ",\"client_id\":\"app\"}"), NOW_S, &outcome, &claims));
    cr_assert(slice_eq(slice_make(claims.subject, claims.subject_len), SLICE("app")) && claims.scopes == 0 && claims.expires_s > NOW_S && claims.is_client);
}
