/* jwt.c: see jwt.h. */
#include "filters/jwt.h"

#include "base/base64url.h"
#include "base/json.h"
#include "filters/claims.h"

#define HEADER_MAX 2048u
#define PAYLOAD_MAX 6144u
#define SIGNATURE_MAX 1024u

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
    return json_member_text(header, "typ", &type) && (slice_eq_nocase(type, SLICE("at+jwt")) || slice_eq_nocase(type, SLICE("application/at+jwt")));
}

/* The key and the algorithm that it asks for. Hints of where the key might be (jku, x5u, jwk, x5c) are not looked at. */
static bool read_names(struct json_value header, struct slice *kid, enum jws_alg *alg)
{
    struct slice name;
    *kid = (struct slice){NULL, 0};
    if (claims_have(header, "crit") || !json_member_text(header, "alg", &name)) return false;
    if (claims_have(header, "kid") && !json_member_text(header, "kid", kid)) return false;
    *alg = jws_alg(name);
    return *alg < JWS_ALGS;
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

enum jwt_names jwt_names(const struct jwks *keys, struct slice token)
{
    char room[HEADER_MAX];
    struct json_value header;
    struct slice kid;
    struct parts p;
    enum jws_alg alg;
    if (!take_apart(token, &p) || !read_object(p.head, room, sizeof room, &header) || !read_names(header, &kid, &alg)) return JWT_NAMES_NOTHING;
    return keys && jwks_find(keys, kid, alg) ? JWT_NAMES_KEY : JWT_NAMES_OTHER;
}

/* ---- the claims ---- */

static bool is_from_issuer(const struct jwt_rules *rules, struct json_value claims)
{
    struct slice text;
    return json_member_text(claims, "iss", &text) && slice_eq(text, slice_str(rules->issuer)); /* byte for byte */
}

static bool has_names(const struct jwt_rules *rules, struct json_value claims, struct jwt_claims *out)
{
    struct slice text;
    out->is_client = false;
    if (!claims_take_subject(claims, "sub", out)) return false;
    if (rules->any_type) return true;
    return json_member_text(claims, "client_id", &text) && text.len > 0 && json_member_text(claims, "jti", &text) && text.len > 0; /* RFC 9068 §2.2 */
}

static enum jwt_outcome check_dates(const struct jwt_rules *rules, struct json_value claims, uint64_t now_s, struct jwt_claims *out)
{
    double exp, nbf, iat, now = (double)now_s;
    if (!claims_date(claims, "exp", true, 0, &exp) || !claims_date(claims, "nbf", false, 0, &nbf) ||
        !claims_date(claims, "iat", !rules->any_type, now, &iat))
        return JWT_WRONG;
    if (nbf > now + JWT_LEEWAY_S || iat > now + JWT_LEEWAY_S || exp - iat > rules->lifetime_max_s) return JWT_WRONG;
    if (exp + JWT_LEEWAY_S <= now) return JWT_EXPIRED;
    out->expires_s = (uint64_t)exp;
    return JWT_GOOD;
}

static enum jwt_outcome check_claims(const struct jwt_rules *rules, const struct scope_names *names, struct json_value claims, uint64_t now_s,
                                     struct jwt_claims *out)
{
    if (claims_have(claims, "cnf")) return JWT_WRONG; /* bound to its sender, which nobody checks here (RFC 7800) */
    if (!is_from_issuer(rules, claims) || !claims_are_for(claims, slice_str(rules->audience))) return JWT_WRONG;
    if (!has_names(rules, claims, out) || !claims_take_scopes(claims, names, out)) return JWT_WRONG;
    return check_dates(rules, claims, now_s, out);
}

enum jwt_outcome jwt_check(const struct jwt_rules *rules, const struct jwks *keys, const struct scope_names *names, struct slice token,
                           uint64_t now_s, struct jwt_claims *out)
{
    char header_room[HEADER_MAX], claims_room[PAYLOAD_MAX], signature[SIGNATURE_MAX];
    struct json_value header, claims;
    struct slice kid;
    struct parts p;
    enum jws_alg alg;
    if (!take_apart(token, &p) || !read_object(p.head, header_room, sizeof header_room, &header) || !type_is_good(rules, header)) return JWT_WRONG;
    const struct jwk *key = read_names(header, &kid, &alg) ? jwks_find(keys, kid, alg) : NULL;
    long n = key ? base64url_decode(p.signature, signature, sizeof signature) : -1;
    if (n <= 0 || !jwk_verifies(key, alg, p.signed_text, slice_make(signature, (size_t)n))) return JWT_WRONG;
    if (!read_object(p.payload, claims_room, sizeof claims_room, &claims)) return JWT_WRONG;
    return check_claims(rules, names, claims, now_s, out);
}
