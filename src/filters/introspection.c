/* introspection.c: see introspection.h. */
#include "filters/introspection.h"

#include "base/check.h"
#include "filters/claims.h"
#include "http/percent.h"

#define LIFETIME_UNKNOWN_S 3600u /* it is asked about again long before */

size_t introspection_form(struct slice token, char out[INTROSPECTION_FORM_BYTES])
{
    static const struct slice before = SLICE_INIT("token="), after = SLICE_INIT("&token_type_hint=access_token");
    static_assert(sizeof "token=&token_type_hint=access_token" <= 64, "room beside the token");
    memcpy(out, before.p, before.len);
    size_t n = before.len + percent_write(token, out + before.len);
    memcpy(out + n, after.p, after.len);
    return n + after.len;
}

static enum jwt_outcome check_dates(struct json_value answer, uint64_t now_s, struct jwt_claims *out)
{
    double exp, nbf, now = (double)now_s;
    if (!claims_date(answer, "exp", false, now + LIFETIME_UNKNOWN_S, &exp) || !claims_date(answer, "nbf", false, 0, &nbf)) return JWT_WRONG;
    if (nbf > now + JWT_LEEWAY_S) return JWT_WRONG;
    if (exp + JWT_LEEWAY_S <= now) return JWT_EXPIRED;
    out->expires_s = (uint64_t)exp;
    return JWT_GOOD;
}

static enum jwt_outcome judge(const struct jwt_rules *rules, const struct scope_names *names, struct json_value answer, uint64_t now_s,
                              struct jwt_claims *out)
{
    struct slice text;
    if (claims_have(answer, "cnf")) return JWT_WRONG; /* bound to its sender, which nobody checks here (RFC 8705, 9449) */
    if (claims_have(answer, "iss") && !(json_member_text(answer, "iss", &text) && slice_eq(text, slice_str(rules->issuer)))) return JWT_WRONG;
    bool is_unsaid = rules->any_type && !claims_have(answer, "aud");
    if (!is_unsaid && !claims_are_for(answer, slice_str(rules->audience))) return JWT_WRONG;
    if (claims_have(answer, "token_type") && !(json_member_text(answer, "token_type", &text) && slice_eq_nocase(text, SLICE("bearer"))))
        return JWT_WRONG;
    out->is_client = !claims_have(answer, "sub");
    if (!claims_take_subject(answer, out->is_client ? "client_id" : "sub", out) || !claims_take_scopes(answer, names, out)) return JWT_WRONG;
    return check_dates(answer, now_s, out);
}

bool introspection_read(const struct jwt_rules *rules, const struct scope_names *names, struct slice body, uint64_t now_s,
                        enum jwt_outcome *outcome, struct jwt_claims *out)
{
    struct json_value answer, active;
    size_t at;
    if (json_check(body, &answer, &at) != JSON_OK || answer.kind != JSON_OBJECT || !json_member(answer, SLICE("active"), &active)) return false;
    if (active.kind != JSON_TRUE && active.kind != JSON_FALSE) return false;
    *outcome = active.kind == JSON_TRUE ? judge(rules, names, answer, now_s, out) : JWT_WRONG;
    return true;
}
