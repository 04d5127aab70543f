/* jwk.c: see jwk.h. */
#include "filters/jwk.h"

#include "base/base64url.h"
#include "base/json.h"
#include "base/p256.h"
#include "base/random.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define RSA_BITS_LEAST 2048
#define RSA_BYTES_MAX 1024u /* 8192 bits */
#define BIT(alg) (1u << (alg))

struct jwk {
    EVP_PKEY *key;
    uint32_t algs; /* BIT()s */
    struct slice kid; /* .p NULL: none */
    char kid_text[JWK_KID_MAX];
};

struct jwks {
    _Atomic uint32_t refs;
    uint64_t serial;
    uint32_t n;
    struct jwk of[JWKS_KEYS_MAX];
};

static const struct slice alg_names[JWS_ALGS] = {SLICE_INIT("RS256"), SLICE_INIT("PS256"), SLICE_INIT("ES256"), SLICE_INIT("EdDSA")};

enum jws_alg jws_alg(struct slice name)
{
    enum jws_alg alg = JWS_RS256;
    while (alg < JWS_ALGS && !slice_eq(alg_names[alg], name)) alg++;
    return alg;
}

/* ---- one key ---- */

/* A member that is a plain string; false: it is there and is none. text.p NULL: it is not there. */
static bool text_if_any(struct json_value object, const char *name, struct slice *text)
{
    struct json_value v;
    *text = (struct slice){NULL, 0};
    return !json_member(object, slice_str(name), &v) || json_plain(v, text);
}

static long bytes_of(struct json_value object, const char *name, uint8_t *out, size_t room)
{
    struct slice text;
    if (!text_if_any(object, name, &text) || !text.p) return -EINVAL;
    return base64url_decode(text, out, room);
}

static EVP_PKEY *make(const char *kind, OSSL_PARAM_BLD *build)
{
    EVP_PKEY *key = NULL;
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, kind, NULL);
    if (params && c && EVP_PKEY_fromdata_init(c) == 1 && EVP_PKEY_fromdata(c, &key, EVP_PKEY_PUBLIC_KEY, params) != 1) key = NULL;
    EVP_PKEY_CTX_free(c);
    OSSL_PARAM_free(params);
    return key;
}

static EVP_PKEY *make_rsa(struct json_value object, const char **why)
{
    uint8_t n[RSA_BYTES_MAX], e[8];
    long n_len = bytes_of(object, "n", n, sizeof n), e_len = bytes_of(object, "e", e, sizeof e);
    *why = "n and e must be base64url, of at most 8192 and 64 bits";
    if (n_len <= 0 || e_len <= 0) return NULL;
    *why = "an RSA key has an odd exponent above 1 and at least 2048 bits";
    if (!(e[e_len - 1] & 1) || (e_len == 1 && e[0] < 3)) return NULL;
    BIGNUM *bn = BN_bin2bn(n, (int)n_len, NULL), *be = BN_bin2bn(e, (int)e_len, NULL);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY *key = NULL;
    if (bn && be && build && BN_num_bits(bn) >= RSA_BITS_LEAST && BN_is_odd(bn) && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, bn) &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, be))
        key = make("RSA", build);
    OSSL_PARAM_BLD_free(build);
    BN_free(bn);
    BN_free(be);
    return key;
}

static EVP_PKEY *make_ec(struct json_value object, const char **why)
{
    uint8_t point[65] = {4}; /* uncompressed (SEC 1 §2.3.3) */
    *why = "x and y must be 32 bytes in base64url, a point of P-256";
    if (bytes_of(object, "x", point + 1, 32) != 32 || bytes_of(object, "y", point + 33, 32) != 32) return NULL;
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY *key = NULL;
    if (build && OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) &&
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point))
        key = make("EC", build);
    OSSL_PARAM_BLD_free(build);
    return key;
}

static EVP_PKEY *make_ed25519(struct json_value object, const char **why)
{
    uint8_t x[32];
    *why = "x must be 32 bytes in base64url";
    return bytes_of(object, "x", x, sizeof x) == sizeof x ? EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, x, sizeof x) : NULL;
}

/* Whether it is for signatures, as far as it says (RFC 7517 §4.2, §4.3). */
static bool is_for_signatures(struct json_value object)
{
    struct json_value ops, op;
    struct slice use, none, text;
    if (!text_if_any(object, "use", &use) || (use.p && !slice_eq(use, SLICE("sig")))) return false;
    if (!json_member(object, SLICE("key_ops"), &ops)) return true;
    for (size_t i = 0; ops.kind == JSON_ARRAY && json_next(ops, &i, &none, &op);)
        if (op.kind == JSON_STRING && json_plain(op, &text) && slice_eq(text, SLICE("verify"))) return true;
    return false;
}

/* 1: taken into k. 0: of a kind that is none of ours. -EINVAL: *why. */
static int read_key(struct json_value object, struct jwk *k, const char **why)
{
    struct slice kty, crv, alg, kid;
    struct json_value secret;
    *why = "kty, crv, alg and kid must be strings";
    if (!text_if_any(object, "kty", &kty) || !text_if_any(object, "crv", &crv) || !text_if_any(object, "alg", &alg) || !text_if_any(object, "kid", &kid))
        return -EINVAL;
    *why = "this is a secret key: only public ones belong here";
    if (json_member(object, SLICE("d"), &secret) || json_member(object, SLICE("k"), &secret)) return -EINVAL;
    *why = "kid is too long";
    if (kid.len > JWK_KID_MAX) return -EINVAL;
    if (!kty.p || !is_for_signatures(object)) return 0;
    *k = (struct jwk){0};
    if (slice_eq(kty, SLICE("RSA"))) k->algs = BIT(JWS_RS256) | BIT(JWS_PS256);
    else if (slice_eq(kty, SLICE("EC")) && slice_eq(crv, SLICE("P-256"))) k->algs = BIT(JWS_ES256);
    else if (slice_eq(kty, SLICE("OKP")) && slice_eq(crv, SLICE("Ed25519"))) k->algs = BIT(JWS_EDDSA);
    if (alg.p) k->algs &= jws_alg(alg) < JWS_ALGS ? BIT(jws_alg(alg)) : 0;
    if (!k->algs) return 0;
    if (k->algs & BIT(JWS_ES256)) k->key = make_ec(object, why);
    else k->key = k->algs & BIT(JWS_EDDSA) ? make_ed25519(object, why) : make_rsa(object, why);
    ERR_clear_error();
    if (!k->key) return -EINVAL;
    if (kid.p) memcpy(k->kid_text, kid.p, kid.len);
    k->kid.len = kid.p ? kid.len : 0;
    k->kid.p = kid.p ? k->kid_text : NULL;
    return 1;
}

/* ---- all of them ---- */

static bool has_kid(const struct jwks *all, const struct jwk *k)
{
    for (uint32_t i = 0; k->kid.p && i < all->n; i++)
        if (all->of[i].kid.p && slice_eq(all->of[i].kid, k->kid)) return true;
    return false;
}

/* As read_key(). */
static int take_key(struct jwks *all, struct json_value object, const char **why)
{
    struct jwk *k = &all->of[all->n];
    *why = "it is no object";
    int rc = object.kind == JSON_OBJECT ? read_key(object, k, why) : -EINVAL;
    if (rc <= 0) return rc;
    if (has_kid(all, k)) {
        EVP_PKEY_free(k->key);
        *why = "two keys have one kid";
        return -EINVAL;
    }
    all->n++;
    return 1;
}

static int read_keys(struct jwks *all, struct json_value keys, bool lenient, const char **why)
{
    static const char none_fits[] = "there is no key for signatures of RS256, PS256, ES256 or EdDSA";
    const char *skipped = none_fits;
    struct slice none;
    struct json_value object;
    for (size_t i = 0; json_next(keys, &i, &none, &object);) {
        *why = "more than 100 keys";
        if (all->n == JWKS_KEYS_MAX) return -EINVAL;
        if (take_key(all, object, why) >= 0) continue;
        if (!lenient) return -EINVAL;
        skipped = *why;
    }
    *why = skipped;
    return all->n ? 0 : -EINVAL;
}

int jwks_read(struct slice text, bool lenient, struct jwks **out, char *why, size_t why_room)
{
    struct json_value top, keys;
    const char *sentence = "it is no JSON object with an array \"keys\"";
    size_t at;
    int rc = -EINVAL;
    struct jwks *all = calloc(1, sizeof *all);
    (void)snprintf(why, why_room, "out of memory");
    if (!all) return -ENOMEM;
    atomic_store_explicit(&all->refs, 1, memory_order_relaxed);
    random_secret(&all->serial, sizeof all->serial);
    if (text.len <= JWKS_BYTES_MAX && json_check(text, &top, &at) == JSON_OK && top.kind == JSON_OBJECT &&
        json_member(top, SLICE("keys"), &keys) && keys.kind == JSON_ARRAY)
        rc = read_keys(all, keys, lenient, &sentence);
    if (rc == 0) {
        for (uint32_t i = 0; i < all->n; i++)
            if (all->of[i].kid.p) all->of[i].kid.p = all->of[i].kid_text;
        *out = all;
        return 0;
    }
    (void)snprintf(why, why_room, "key %u: %s", all->n + 1, sentence);
    jwks_unref(all);
    return rc;
}

struct jwks *jwks_ref(struct jwks *all)
{
    if (all) atomic_fetch_add_explicit(&all->refs, 1, memory_order_relaxed);
    return all;
}

struct jwks *jwks_unref(struct jwks *all)
{
    if (!all || atomic_fetch_sub_explicit(&all->refs, 1, memory_order_acq_rel) > 1) return NULL;
    for (uint32_t i = 0; i < all->n; i++) EVP_PKEY_free(all->of[i].key);
    free(all);
    return NULL;
}

uint64_t jwks_serial(const struct jwks *all)
{
    return all->serial;
}

uint32_t jwks_count(const struct jwks *all)
{
    return all->n;
}

const struct jwk *jwks_find(const struct jwks *all, struct slice kid, enum jws_alg alg)
{
    const struct jwk *found = NULL;
    for (uint32_t i = 0; i < all->n; i++) {
        const struct jwk *k = &all->of[i];
        if (!(k->algs & BIT(alg)) || (kid.p && !(k->kid.p && slice_eq(k->kid, kid)))) continue;
        if (found) return NULL; /* without a kid: which of them? */
        found = k;
    }
    return found;
}

/* ---- signatures ---- */

static bool set_padding(EVP_PKEY_CTX *c, enum jws_alg alg)
{
    if (alg == JWS_RS256) return EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PADDING) == 1;
    if (alg != JWS_PS256) return true;
    return EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PSS_PADDING) == 1 && EVP_PKEY_CTX_set_rsa_pss_saltlen(c, RSA_PSS_SALTLEN_DIGEST) == 1;
}

bool jwk_verifies(const struct jwk *key, enum jws_alg alg, struct slice text, struct slice signature)
{
    uint8_t der[P256_DER_MAX];
    EVP_PKEY_CTX *padding = NULL;
    if (!(key->algs & BIT(alg)) || signature.len == 0 || (alg == JWS_ES256 && signature.len != P256_RAW_BYTES)) return false;
    if (alg == JWS_ES256) signature = slice_make(der, p256_to_der((const uint8_t *)signature.p, der));
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    bool ok = c && EVP_DigestVerifyInit(c, &padding, alg == JWS_EDDSA ? NULL : EVP_sha256(), NULL, key->key) == 1 && set_padding(padding, alg) &&
              EVP_DigestVerify(c, (const uint8_t *)signature.p, signature.len, (const uint8_t *)text.p, text.len) == 1;
    EVP_MD_CTX_free(c);
    ERR_clear_error(); /* of this thread */
    return ok;
}
