/* who.c: see who.h. */
#include "filters/who.h"

#include "accounts/accounts.h"
#include "accounts/token_text.h"
#include "filters/auth.h"
#include "filters/gate.h"
#include "filters/token.h"

/* 401 with a challenge. error: of RFC 6750 §3.1; NULL: there were no credentials. */
static enum filter_result challenge(struct gate *g, struct exchange *x, const struct policy *p, enum rejection why, const char *error,
                                    const char *detail)
{
    char fields[POLICY_CHALLENGE_BYTES];
    size_t n = policy_challenge(p, &g->access->auth->names, error, 0, fields);
    return gate_refuse_with(g, x, why, 401, "unauthorized", detail, 0, slice_make(fields, n));
}

static enum filter_result refuse_wrong(struct gate *g, struct exchange *x, const struct policy *p)
{
    return challenge(g, x, p, REJECTED_CREDENTIALS, "invalid_token", "These credentials are not good.");
}

static enum filter_result refuse_malformed(struct gate *g, struct exchange *x, const struct policy *p)
{
    char fields[POLICY_CHALLENGE_BYTES];
    size_t n = policy_challenge(p, &g->access->auth->names, "invalid_request", 0, fields);
    return gate_refuse_with(g, x, REJECTED_CREDENTIALS, 400, "authorization-malformed", "Authorization is not a scheme with one token.", 0,
                            slice_make(fields, n));
}

static enum filter_result pass_as(struct gate *g, struct exchange *x, const struct account *account, uint8_t with)
{
    struct slice name = arena_copy(&x->arena, account->principal); /* the snapshot may go before x does */
    if (!name.p) return gate_refuse(g, x, REJECTED_NO_MEMORY, 503, "overloaded", "No memory for the request.");
    x->principal = (struct principal){.name = name, .key = account->key, .scopes = account->scopes, .with = with};
    return FILTER_PASS;
}

static enum filter_result try_token(struct gate *g, struct exchange *x, const struct policy *p, struct slice text)
{
    static const struct ip nowhere;
    const struct account *account;
    if (!(p->with & AUTH_TOKEN)) return refuse_wrong(g, x, p);
    switch (token_check(g->access->auth->accounts, text, &nowhere, exchange_wall_ns(x), &account)) {
    case TOKEN_GOOD: return pass_as(g, x, account, AUTH_TOKEN);
    case TOKEN_WRONG: break;
    case TOKEN_EXPIRED: return challenge(g, x, p, REJECTED_CREDENTIALS, "invalid_token", "The token has expired.");
    }
    return refuse_wrong(g, x, p);
}

/* token68 (RFC 9110 §11.2): what Basic and Bearer carry. */
static bool is_token68(struct slice s)
{
    size_t i = 0;
    for (; i < s.len; i++) {
        char c = slice_lower(s.p[i]);
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && !memchr("-._~+/", c, 6)) break;
    }
    if (i == 0) return false;
    while (i < s.len && s.p[i] == '=') i++;
    return i == s.len;
}

enum filter_result who_on_head(void *gate, struct exchange *x)
{
    struct gate *g = gate;
    const struct auth *a = g->access->auth;
    const struct policy *p = a ? policy_of(a->policies, x) : NULL;
    struct slice rest;
    if (!p || !request_field(&x->request, SLICE("authorization"), &rest)) return FILTER_PASS; /* may_on_head sees that nobody asks */
    struct slice scheme = slice_cut(&rest, ' ');
    if (!rest.p || !is_token68(rest)) return refuse_malformed(g, x, p);
    if (slice_eq_nocase(scheme, SLICE("bearer")) && token_text_looks(rest)) return try_token(g, x, p, rest);
    return refuse_wrong(g, x, p);
}

enum filter_result may_on_head(void *gate, struct exchange *x)
{
    struct gate *g = gate;
    const struct auth *a = g->access->auth;
    const struct policy *p = a ? policy_of(a->policies, x) : NULL;
    char fields[POLICY_CHALLENGE_BYTES];
    if (!p) return FILTER_PASS;
    if (!x->principal.key || !(p->with & x->principal.with))
        return challenge(g, x, p, REJECTED_NOBODY, NULL, "This route wants to know who asks.");
    if ((p->scopes & ~x->principal.scopes) == 0) return FILTER_PASS;
    size_t n = policy_challenge(p, &a->names, "insufficient_scope", p->scopes, fields); /* RFC 6750 §3.1 */
    return gate_refuse_with(g, x, REJECTED_SCOPE, 403, "insufficient-scope", "These credentials do not allow this.", 0,
                            slice_make(fields, n));
}
