/* who.c: see who.h. */
#include "filters/who.h"

#include "accounts/accounts.h"
#include "accounts/token_text.h"
#include "base/swar.h"
#include "filters/auth.h"
#include "filters/cors.h"
#include "filters/certificate.h"
#include "filters/gate.h"
#include "filters/token.h"

/* NULL: this route asks nobody. */
static const struct policy *policy_for(const struct gate *g, const struct exchange *x)
{
    const struct auth *a = g->access->auth;
    return a ? policy_of(a->policies, x) : NULL;
}

static const struct ip *from(const struct exchange *x)
{
    return &x->client.ip;
}

/* Nobody in between can read what the client has sent: it stays on this machine, or it came by TLS, to us or, as they say, to a proxy or
 * balancer of ours. */
static bool is_private(const struct exchange *x)
{
    if (x->client.secure) return true;
    return !x->client.proxied && ip_is_loopback(&x->client.ip) && !exchange_is_proxied(x); /* by PROXY it is the balancer's loopback */
}

/* 401 with a challenge, if there is one. error: of RFC 6750 §3.1; NULL: there were no credentials. */
static enum filter_result challenge(struct gate *g, struct exchange *x, const struct policy *p, enum rejection why, const char *error,
                                    const char *detail)
{
    char fields[POLICY_CHALLENGE_BYTES];
    if (p->with == AUTH_CERTIFICATE) /* there is no field that a client could send instead */
        return gate_refuse(g, x, why, 403, "certificate-needed", "This route is for clients whose certificate has an account.");
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
    const struct account *account;
    if (!(p->with & AUTH_TOKEN)) return refuse_wrong(g, x, p);
    switch (token_check(&g->tokens, g->access->auth, text, from(x), exchange_wall_ns(x), &account)) {
    case TOKEN_GOOD: return pass_as(g, x, account, AUTH_TOKEN);
    case TOKEN_WRONG: break;
    case TOKEN_EXPIRED: return challenge(g, x, p, REJECTED_CREDENTIALS, "invalid_token", "The token has expired.");
    }
    return refuse_wrong(g, x, p);
}

/* 0x80 in each byte that is a letter, a digit or one of - . _ ~ + / */
static uint64_t token68_bytes(uint64_t w)
{
    uint64_t ascii = w & ~SWAR_HIGH, letters = swar_within(ascii | SWAR_ONES * 0x20, 'a', 'z');
    uint64_t others = swar_within(ascii, '-', '9') | swar_within(ascii, '+', '+') | swar_within(ascii, '_', '_') | swar_within(ascii, '~', '~');
    return (letters | others) & ~w;
}

/* How many characters of token68 s begins with. Without a table and in the same time for all that have as many: they are secret. */
static size_t token68_span(struct slice s)
{
    size_t i = 0;
    for (; i + 8 <= s.len; i += 8) {
        uint64_t other = ~token68_bytes(swar_load(s.p + i)) & SWAR_HIGH;
        if (other) return i + (size_t)__builtin_ctzll(other) / 8;
    }
    while (i < s.len && token68_bytes((uint8_t)s.p[i]) & 0x80) i++;
    return i;
}

/* token68 (RFC 9110 §11.2): what Basic and Bearer carry. */
static bool is_token68(struct slice s)
{
    size_t i = token68_span(s);
    if (i == 0) return false;
    while (i < s.len && s.p[i] == '=') i++;
    return i == s.len;
}

/* ---- Basic ---- */

static enum filter_result refuse_busy(struct gate *g, struct exchange *x)
{
    return gate_refuse_with(g, x, REJECTED_BUSY, 503, "overloaded", "Too many credentials are being checked; try again shortly.", 1,
                            (struct slice){0});
}

/* Right within the last minute: at once. LATER: its password must be checked. */
static enum filter_result judge_basic(struct gate *g, struct exchange *x, const struct basic_pair *pair)
{
    const struct account_user *u = basic_remembered(&g->basic, g->access->auth, pair, exchange_now_ns(x));
    if (u && account_is_from(&u->account, from(x))) return pass_as(g, x, &u->account, AUTH_BASIC);
    uint32_t wait_s = basic_wait_s(&g->basic, pair->user, from(x), exchange_now_ns(x));
    if (!wait_s) return FILTER_LATER;
    return gate_refuse_with(g, x, REJECTED_WAIT, 429, "too-many-attempts", "The password was wrong too often; try again later.", wait_s,
                            (struct slice){0});
}

static enum filter_result try_basic(struct gate *g, struct exchange *x, const struct policy *p, struct slice token)
{
    struct basic_pair pair;
    enum filter_result result = basic_read(token, &pair) ? judge_basic(g, x, &pair) : refuse_malformed(g, x, p);
    explicit_bzero(pair.text, sizeof pair.text);
    return result;
}

/* Judged once more: there may have been mistakes since the head came, in other requests that were as patient. */
static enum filter_result check_basic(struct gate *g, struct exchange *x, const struct policy *p, struct slice token)
{
    struct basic_pair pair;
    struct ip address = *from(x);
    enum filter_result result = basic_read(token, &pair) ? judge_basic(g, x, &pair) : refuse_malformed(g, x, p);
    if (result != FILTER_LATER) {
        explicit_bzero(pair.text, sizeof pair.text);
        return result;
    }
    struct exchange *kept = exchange_keep(x);
    bool waits = kept && basic_check(&g->basic, g->access->auth, kept, &pair, &address);
    explicit_bzero(pair.text, sizeof pair.text);
    return waits ? FILTER_LATER : refuse_busy(g, kept ? kept : x);
}

const struct auth *who_auth(void *gate)
{
    struct gate *g = gate;
    return g->access->auth;
}

/* Accounts or rules may be others than when the request came: what is asked now counts. */
void who_on_checked(void *gate, struct exchange *x, const struct account_user *user)
{
    struct gate *g = gate;
    const struct policy *p = policy_for(g, x);
    enum filter_result result = FILTER_PASS;
    if (p && user && account_is_from(&user->account, from(x))) result = pass_as(g, x, &user->account, AUTH_BASIC);
    else if (p) result = refuse_wrong(g, x, p);
    if (result == FILTER_PASS) exchange_proceed(x);
}

enum credentials { CREDENTIALS_NONE, CREDENTIALS_MALFORMED, CREDENTIALS_BASIC, CREDENTIALS_BEARER, CREDENTIALS_OTHER };

static enum credentials read_credentials(const struct exchange *x, struct slice *token)
{
    if (!request_field(&x->request, SLICE("authorization"), token)) return CREDENTIALS_NONE;
    struct slice scheme = slice_cut(token, ' ');
    if (!token->p || !is_token68(*token)) return CREDENTIALS_MALFORMED;
    if (slice_eq_nocase(scheme, SLICE("bearer"))) return CREDENTIALS_BEARER;
    return slice_eq_nocase(scheme, SLICE("basic")) ? CREDENTIALS_BASIC : CREDENTIALS_OTHER;
}

/* ---- access tokens ---- */

static enum filter_result pass_as_caller(struct gate *g, struct exchange *x, const struct oauth_caller *caller)
{
    struct account account = {.principal = {caller->principal, caller->principal_len}, .key = caller->key, .scopes = caller->scopes};
    return pass_as(g, x, &account, AUTH_OAUTH);
}

static enum filter_result refuse_token(struct gate *g, struct exchange *x, const struct policy *p, enum oauth_verdict verdict)
{
    if (verdict == OAUTH_BUSY) return refuse_busy(g, x);
    if (verdict == OAUTH_EXPIRED) return challenge(g, x, p, REJECTED_CREDENTIALS, "invalid_token", "The token has expired.");
    if (verdict != OAUTH_UNKNOWN) return refuse_wrong(g, x, p);
    return gate_refuse_with(g, x, REJECTED_ISSUER, 503, "issuer-unreachable", "The issuer of this token cannot be asked now; try again shortly.", 2,
                            (struct slice){0});
}

/* Known from before: at once. Else the request waits until its token is checked, on_whole. */
static enum filter_result try_oauth(struct gate *g, struct exchange *x, const struct policy *p, struct slice token)
{
    const struct oauth_caller *caller;
    if (!(p->with & AUTH_OAUTH) || token.len > JWT_BYTES_MAX) return refuse_wrong(g, x, p);
    enum oauth_verdict verdict = oauth_judge(&g->oauth, token, &caller);
    if (verdict == OAUTH_GOOD) return pass_as_caller(g, x, caller);
    return verdict == OAUTH_PENDING ? FILTER_LATER : refuse_token(g, x, p, verdict);
}

static enum filter_result check_oauth(struct gate *g, struct exchange *x, const struct policy *p, struct slice token)
{
    struct exchange *kept = exchange_keep(x);
    if (!kept) return refuse_busy(g, x);
    if (kept != x) (void)read_credentials(kept, &token); /* its head may stand elsewhere now */
    enum oauth_verdict verdict = oauth_check(&g->oauth, kept, token);
    return verdict == OAUTH_PENDING ? FILTER_LATER : refuse_token(g, kept, p, verdict);
}

struct access *who_access(void *gate)
{
    struct gate *g = gate;
    return g->access;
}

void who_on_token_checked(void *gate, struct exchange *x, enum oauth_verdict verdict, const struct oauth_caller *caller)
{
    struct gate *g = gate;
    const struct policy *p = policy_for(g, x);
    enum filter_result result = FILTER_PASS;
    if (p && verdict == OAUTH_GOOD) result = pass_as_caller(g, x, caller);
    else if (p) result = refuse_token(g, x, p, verdict); /* else nobody is asked any more */
    if (result == FILTER_PASS) exchange_proceed(x);
}

/* ---- certificates ---- */

/* Of the connection, asked for anew by each request: accounts may be others by now. One without an account is nobody's; a proxy's is not its
 * clients'. */
static enum filter_result try_certificate(struct gate *g, struct exchange *x)
{
    if (x->client.proxied) return FILTER_PASS;
    const struct account *account = certificate_account(g->access->auth->accounts, x, from(x));
    return account ? pass_as(g, x, account, AUTH_CERTIFICATE) : FILTER_PASS;
}

/* ---- the filters ---- */

enum filter_result who_on_head(void *gate, struct exchange *x)
{
    struct gate *g = gate;
    const struct policy *p = policy_for(g, x);
    struct slice token;
    if (!p) return FILTER_PASS;
    enum credentials found = read_credentials(x, &token);
    if (found != CREDENTIALS_NONE && !g->access->auth->clear_credentials && !is_private(x))
        return gate_refuse(g, x, REJECTED_CLEAR, 403, "credentials-in-clear",
                           "Credentials are taken only by TLS or from this machine; these were readable on their way: change them.");
    switch (found) {
    case CREDENTIALS_NONE: return p->with & AUTH_CERTIFICATE ? try_certificate(g, x) : FILTER_PASS; /* may_on_head sees that nobody asks */
    case CREDENTIALS_MALFORMED: return refuse_malformed(g, x, p);
    case CREDENTIALS_BASIC: return p->with & AUTH_BASIC ? try_basic(g, x, p, token) : refuse_wrong(g, x, p);
    case CREDENTIALS_BEARER: return token_text_looks(token) ? try_token(g, x, p, token) : try_oauth(g, x, p, token);
    case CREDENTIALS_OTHER: break;
    }
    return refuse_wrong(g, x, p);
}

enum filter_result who_on_whole(void *gate, struct exchange *x)
{
    struct gate *g = gate;
    const struct policy *p = policy_for(g, x);
    struct slice token;
    if (!p || x->principal.key) return FILTER_PASS;
    enum credentials found = read_credentials(x, &token);
    if (found == CREDENTIALS_BASIC && p->with & AUTH_BASIC) return check_basic(g, x, p, token);
    return found == CREDENTIALS_BEARER && p->with & AUTH_OAUTH && !token_text_looks(token) ? check_oauth(g, x, p, token) : FILTER_PASS;
}

/* A browser sends passwords that it knows and certificates with whatever any page asks for; it says so, too (Fetch Metadata). */
static bool is_of_other_site(const struct gate *g, const struct exchange *x)
{
    struct slice site;
    if (method_is_safe((enum method)x->request.method)) return false;
    if (!(x->principal.with & (AUTH_BASIC | AUTH_CERTIFICATE)) || !request_field(&x->request, SLICE("sec-fetch-site"), &site)) return false;
    return (slice_eq(site, SLICE("cross-site")) || slice_eq(site, SLICE("same-site"))) && !cors_allows(g->access->cors, &x->request);
}

enum filter_result may_on_head(void *gate, struct exchange *x)
{
    struct gate *g = gate;
    const struct policy *p = policy_for(g, x);
    char fields[POLICY_CHALLENGE_BYTES];
    if (!p) return FILTER_PASS;
    if (!x->principal.key || !(p->with & x->principal.with))
        return challenge(g, x, p, REJECTED_NOBODY, NULL, "This route wants to know who asks.");
    if (is_of_other_site(g, x))
        return gate_refuse(g, x, REJECTED_CROSS_SITE, 403, "cross-site", "A page of another site asks this, by what its visitor's browser knows.");
    if ((p->scopes & ~x->principal.scopes) == 0) return FILTER_PASS;
    size_t n = policy_challenge(p, &g->access->auth->names, "insufficient_scope", p->scopes, fields); /* RFC 6750 §3.1 */
    return gate_refuse_with(g, x, REJECTED_SCOPE, 403, "insufficient-scope", "These credentials do not allow this.", 0,
                            slice_make(fields, n));
}
