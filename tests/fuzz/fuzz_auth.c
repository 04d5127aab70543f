/* Any bytes as credentials and as an accounts file: the first byte says which. Nothing crashes; what is taken has one text only, so that
 * no two filters can read it differently. */
#include "accounts/accounts.h"
#include "accounts/password.h"
#include "accounts/token_text.h"
#include "base/base64url.h"
#include "base/check.h"
#include "filters/basic.h"
#include "filters/introspection.h"
#include "filters/jwt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_token(struct slice text)
{
    uint8_t digest[SHA256_BYTES];
    struct slice id;
    if (!token_text_read(text, &id, digest)) return;
    assert(text.len == TOKEN_TEXT_CHARS && id.p == text.p + 4 && token_id_ok(id));
}

/* Back to base64: the same text. */
static void check_basic(struct slice token)
{
    struct basic_pair p;
    char again[BASIC_BYTES_MAX * 2];
    if (!basic_read(token, &p)) return;
    assert(p.user.len > 0 && !memchr(p.user.p, ':', p.user.len) && p.user.p == p.text && p.password.p == p.user.p + p.user.len + 1);
    size_t n = base64url_encode(slice_make(p.text, p.user.len + 1 + p.password.len), again);
    for (size_t i = 0; i < n; i++) {
        if (again[i] == '-') again[i] = '+';
        if (again[i] == '_') again[i] = '/';
    }
    while (n % 4) again[n++] = '=';
    assert(slice_eq(slice_make(again, n), token));
}

static void check_accounts(struct slice text)
{
    static const struct scope_names names;
    struct accounts *a;
    char why[256], unknown[SCOPE_NAME_MAX + 1];
    if (accounts_read(text, &names, &a, why, sizeof why, unknown) < 0) {
        assert(memchr(why, 0, sizeof why));
        return;
    }
    for (uint32_t i = 0; i < accounts_users(a); i++) {
        const struct account_user *u = accounts_user_at(a, i);
        assert(account_name_ok(u->name) && accounts_user(a, u->name) == u && password_form(u->password) != PASSWORD_BAD);
    }
    for (uint32_t i = 0; i < accounts_tokens(a); i++) {
        const struct account_token *t = accounts_token_at(a, i);
        assert(token_id_ok(t->id) && account_name_ok(t->owner) && accounts_token(a, t->id) == t && t->account.key);
    }
    accounts_free(a);
}

/* The keys on one line, then a token. */
static void check_jwt(struct slice text)
{
    static const struct jwt_rules rules = {.issuer = "https://login.test", .audience = "https://jobs.test", .lifetime_max_s = 4000000000u};
    static const struct scope_names names;
    struct jwks *keys;
    struct jwt_claims claims;
    char why[256];
    struct slice set = slice_cut(&text, '\n');
    if (jwks_read(set, set.len & 1, &keys, why, sizeof why) < 0) return;
    if (text.p && jwt_check(&rules, keys, &names, text, UINT64_C(1800000000), &claims) == JWT_GOOD) assert(claims.subject_len > 0);
    jwks_unref(keys);
}

static void check_introspection(struct slice text)
{
    static const struct jwt_rules rules = {.issuer = "https://login.test", .audience = "https://jobs.test", .lifetime_max_s = 4000000000u};
    static const struct scope_names names;
    struct jwt_claims claims;
    enum jwt_outcome outcome;
    if (introspection_read(&rules, &names, text, UINT64_C(1800000000), &outcome, &claims) && outcome == JWT_GOOD) assert(claims.subject_len > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) return 0;
    struct slice text = slice_make(data + 1, size - 1);
    switch (data[0] % 5) {
    case 0: check_token(text); break;
    case 1: check_basic(text); break;
    case 2: check_jwt(text); break;
    case 3: check_accounts(text); break;
    default: check_introspection(text); break;
    }
    return 0;
}
