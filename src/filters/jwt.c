/* jwt.c: see jwt.h. */
#include "filters/jwt.h"

#include "base/base64url.h"
#include "base/json.h"

#define HEADER_MAX 2048u
#define PAYLOAD_MAX 6144u
#define SIGNATURE_MAX 1024u
#define FAR_S 1e11 /* no date is later */

/* A member's plain string; false: it is not there, or is none, or has escapes. */
static bool text_of(struct json_value object, const char *name, struct slice *text)
{
    struct json_value v;
    return json_member(object, slice_str(name), &v) && v.kind == JSON_STRING && json_plain(v, text);
}

static bool has(struct json_value object, const char *name)
{
    struct json_value v;
    return json_member(object, slice_str(name), &v);
}

/* base64url of a JSON object; its bytes go to room. */
static bool read_object(struct slice part, char *room, size_t room_bytes, struct json_value *object)
{
    size_t at;
    long n = base64url_decode(part, room, room_bytes);
    return n > 0 && json_check(slice_make(room, (size_t)n), object, &at) == JSON_OK && object->kind == JSON_OBJECT;
}

/* ---- the header ---- */

static bool type_is_good(const struct jwt_rules *rules, struct json_value header)
{
    struct slice type;
    if (rules->any_type) return true;
    return text_of(header, "typ", &type) && (slice_eq_nocase(type, SLICE("at+jwt")) || slice_eq_nocase(type, SLICE("application/at+jwt")));
}

/* Hints of where the key might be (jku, x5u, jwk, x5c) are not looked at. */
static const struct jwk *find_key(const struct jwks *keys, struct json_value header, enum jws_alg *alg)
{
    struct slice name, kid = {NULL, 0};
    if (has(header, "crit") || !text_of(header, "alg", &name)) return NULL;
    if (has(header, "kid") && !text_of(header, "kid", &kid)) return NULL;
    *alg = jws_alg(name);
    return *alg < JWS_ALGS ? jwks_find(keys, kid, *alg) : NULL;
}

/* Exactly three parts; what is encrypted has five. */
struct parts {
    struct slice head, payload, signature, signed_text;
};

static bool take_apart(struct slice token, struct parts *p)
{
    struct slice rest = token;
    p->head = slice_cut(&rest, '.');
    p->payload = rest.p ? slice_cut(&rest, '.') : rest;
    p->signature = rest;
    p->signed_text = slice_make(token.p, p->head.len + 1 + p->payload.len);
    return token.len <= JWT_BYTES_MAX && rest.p && !memchr(rest.p, '.', rest.len);
}

bool jwt_names_key(const struct jwks *keys, struct slice token)
{
    char room[HEADER_MAX];
    struct json_value header;
    struct parts p;
    enum jws_alg alg;
    return take_apart(token, &p) && read_object(p.head, room, sizeof room, &header) && find_key(keys, header, &alg);
}

/* ---- the claims ---- */

/* NumericDate (RFC 7519 §2). */
static bool read_date(struct json_value claims, const char *name, bool must, double missing, double *out)
{
    struct json_value v;
    *out = missing;
    if (!json_member(claims, slice_str(name), &v)) return !must;
    return v.kind == JSON_NUMBER && json_to_double(v, out) && *out >= 0 && *out <= FAR_S;
}

static bool is_for_us(const struct jwt_rules *rules, struct json_value claims)
{
    struct json_value v, element;
    struct slice none, text, us = slice_str(rules->audience);
    if (!json_member(claims, SLICE("aud"), &v)) return false;
    if (v.kind == JSON_STRING) return json_plain(v, &text) && slice_eq(text, us);
    for (size_t i = 0; v.kind == JSON_ARRAY && json_next(v, &i, &none, &element);)
        if (element.kind == JSON_STRING && json_plain(element, &text) && slice_eq(text, us)) return true;
    return false;
}

static bool is_from_issuer(const struct jwt_rules *rules, struct json_value claims)
{
    struct slice text;
    return text_of(claims, "iss", &text) && slice_eq(text, slice_str(rules->issuer)); /* byte for byte */
}

static bool has_names(const struct jwt_rules *rules, struct json_value claims, struct jwt_claims *out)
{
    struct slice subject, text;
    if (!text_of(claims, "sub", &subject) || subject.len == 0 || subject.len > sizeof out->subject) return false;
    for (size_t i = 0; i < subject.len; i++)
        if (subject.p[i] <= ' ' || subject.p[i] > '~') return false;
    memcpy(out->subject, subject.p, subject.len);
    out->subject_len = subject.len;
    if (rules->any_type) return true;
    return text_of(claims, "client_id", &text) && text.len > 0 && text_of(claims, "jti", &text) && text.len > 0; /* RFC 9068 §2.2 */
}

static enum jwt_outcome check_dates(const struct jwt_rules *rules, struct json_value claims, uint64_t now_s, struct jwt_claims *out)
{
    double exp, nbf, iat, now = (double)now_s;
    if (!read_date(claims, "exp", true, 0, &exp) || !read_date(claims, "nbf", false, 0, &nbf) ||
        !read_date(claims, "iat", !rules->any_type, now, &iat))
        return JWT_WRONG;
    if (nbf > now + JWT_LEEWAY_S || iat > now + JWT_LEEWAY_S || exp - iat > rules->lifetime_max_s) return JWT_WRONG;
    if (exp + JWT_LEEWAY_S <= now) return JWT_EXPIRED;
    out->expires_s = (uint64_t)exp;
    return JWT_GOOD;
}

static enum jwt_outcome check_claims(const struct jwt_rules *rules, const struct scope_names *names, struct json_value claims, uint64_t now_s,
                                     struct jwt_claims *out)
{
    struct slice scope = SLICE("");
    if (has(claims, "cnf")) return JWT_WRONG; /* bound to its sender, which nobody checks here (RFC 7800) */
    if (has(claims, "scope") && !text_of(claims, "scope", &scope)) return JWT_WRONG;
    if (!is_from_issuer(rules, claims) || !is_for_us(rules, claims) || !has_names(rules, claims, out)) return JWT_WRONG;
    out->scopes = scope_read(names, scope);
    return check_dates(rules, claims, now_s, out);
}

enum jwt_outcome jwt_check(const struct jwt_rules *rules, const struct jwks *keys, const struct scope_names *names, struct slice token,
                           uint64_t now_s, struct jwt_claims *out)
{
    char header_room[HEADER_MAX], claims_room[PAYLOAD_MAX], signature[SIGNATURE_MAX];
    struct json_value header, claims;
    struct parts p;
    enum jws_alg alg;
    if (!take_apart(token, &p) || !read_object(p.head, header_room, sizeof header_room, &header) || !type_is_good(rules, header)) return JWT_WRONG;
    const struct jwk *key = find_key(keys, header, &alg);
    long n = key ? base64url_decode(p.signature, signature, sizeof signature) : -1;
    if (n <= 0 || !jwk_verifies(key, alg, p.signed_text, slice_make(signature, (size_t)n))) return JWT_WRONG;
    if (!read_object(p.payload, claims_room, sizeof claims_room, &claims)) return JWT_WRONG;
    return check_claims(rules, names, claims, now_s, out);
}
