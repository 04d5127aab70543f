/* claims.c: see claims.h. */
#include "filters/claims.h"

#define FAR_S 1e12 /* no date is later; the year 9999 is not */

bool claims_have(struct json_value claims, const char *name)
{
    struct json_value v;
    return json_member(claims, slice_str(name), &v);
}

bool claims_date(struct json_value claims, const char *name, bool must, double missing, double *out)
{
    struct json_value v;
    *out = missing;
    if (!json_member(claims, slice_str(name), &v)) return !must;
    return v.kind == JSON_NUMBER && json_to_double(v, out) && *out >= 0 && *out <= FAR_S;
}

bool claims_are_for(struct json_value claims, struct slice audience)
{
    struct json_value v, element;
    struct slice none, text;
    if (!json_member(claims, SLICE("aud"), &v)) return false;
    if (v.kind == JSON_STRING) return json_plain(v, &text) && slice_eq(text, audience);
    for (size_t i = 0; v.kind == JSON_ARRAY && json_next(v, &i, &none, &element);)
        if (element.kind == JSON_STRING && json_plain(element, &text) && slice_eq(text, audience)) return true;
    return false;
}

bool claims_take_subject(struct json_value claims, const char *name, struct jwt_claims *out)
{
    struct slice subject;
    if (!json_member_text(claims, name, &subject) || subject.len == 0 || subject.len > sizeof out->subject) return false;
    for (size_t i = 0; i < subject.len; i++)
        if (subject.p[i] <= ' ' || subject.p[i] > '~') return false;
    memcpy(out->subject, subject.p, subject.len);
    out->subject_len = subject.len;
    return true;
}

bool claims_take_scopes(struct json_value claims, const struct scope_names *names, struct jwt_claims *out)
{
    struct slice scope = SLICE("");
    if (claims_have(claims, "scope") && !json_member_text(claims, "scope", &scope)) return false;
    out->scopes = scope_read(names, scope);
    return true;
}
