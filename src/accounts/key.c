/* key.c: see key.h. What OpenSSL has to look up by name is looked up once, when a key or a scratch is made; a verification copies a
 * context that is ready. */
#include "accounts/key.h"

#include "base/check.h"
#include "base/p256.h"
#include "base/sha256.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#define PSS_SALT 64 /* bytes: RFC 9421 §3.3.1 */

struct key {
    enum key_algorithm algorithm;
    struct hmac_key *hmac; /* has the secret */
    EVP_PKEY *pkey;       /* else */
    EVP_MD_CTX *verifier; /* begun, never fed: copied */
    bool can_sign;
};

struct key_scratch {
    EVP_MD_CTX *md;
    EVP_MD *sha512;
};

static const char *const names[KEY_ALGORITHMS] = {
    [KEY_HMAC_SHA256] = "hmac-sha256",
    [KEY_ED25519] = "ed25519",
    [KEY_ECDSA_P256_SHA256] = "ecdsa-p256-sha256",
    [KEY_RSA_PSS_SHA512] = "rsa-pss-sha512",
};

const char *key_algorithm_name(enum key_algorithm a)
{
    return names[a];
}

bool key_algorithm_find(struct slice name, enum key_algorithm *out)
{
    for (int i = 0; i < KEY_ALGORITHMS; i++) {
        if (!slice_eq(name, slice_str(names[i]))) continue;
        *out = (enum key_algorithm)i;
        return true;
    }
    return false;
}

enum key_algorithm key_algorithm(const struct key *k)
{
    return k->algorithm;
}

bool key_can_sign(const struct key *k)
{
    return k->can_sign;
}

/* ---- making ---- */

static int refuse(const char **why, const char *text)
{
    ERR_clear_error();
    *why = text;
    return -EINVAL;
}

static int begin_hmac(struct key *k, struct slice secret, const char **why)
{
    if (secret.len < KEY_SECRET_MIN) return refuse(why, "a shared secret has at least 32 bytes");
    if (secret.len > KEY_SECRET_MAX) return refuse(why, "a shared secret has at most 512 bytes");
    k->hmac = malloc(sizeof *k->hmac);
    if (!k->hmac) return -ENOMEM;
    hmac_key_set(k->hmac, secret);
    k->can_sign = true;
    return 0;
}

static bool has_private(struct slice pem)
{
    return memmem(pem.p, pem.len, "PRIVATE KEY-----", 16) != NULL;
}

static EVP_PKEY *read_pem(struct slice pem, bool is_private)
{
    EVP_PKEY *pkey = NULL;
    BIO *bio = pem.len <= KEY_TEXT_MAX ? BIO_new_mem_buf(pem.p, (int)pem.len) : NULL;
    char none[] = ""; /* no password is asked for on a terminal */
    if (bio) pkey = is_private ? PEM_read_bio_PrivateKey(bio, NULL, NULL, none) : PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
    BIO_free(bio);
    return pkey;
}

static bool is_p256(const EVP_PKEY *pkey)
{
    char group[64];
    size_t len;
    return EVP_PKEY_get_utf8_string_param(pkey, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, &len) == 1 &&
           slice_eq(slice_make(group, len), SLICE("prime256v1"));
}

/* The key decides what it is for, not what somebody says of it. */
static const char *mismatch(enum key_algorithm a, const EVP_PKEY *pkey)
{
    int bits = EVP_PKEY_get_bits(pkey);
    switch (a) {
    case KEY_ED25519: return EVP_PKEY_is_a(pkey, "ED25519") ? NULL : "it is no Ed25519 key";
    case KEY_ECDSA_P256_SHA256: return EVP_PKEY_is_a(pkey, "EC") && is_p256(pkey) ? NULL : "it is no key on the curve P-256";
    case KEY_RSA_PSS_SHA512:
        if (!EVP_PKEY_is_a(pkey, "RSA") && !EVP_PKEY_is_a(pkey, "RSA-PSS")) return "it is no RSA key";
        return bits >= KEY_RSA_BITS_MIN && bits <= KEY_RSA_BITS_MAX ? NULL : "an RSA key has 2048 to 8192 bits";
    case KEY_HMAC_SHA256:
    case KEY_ALGORITHMS: break;
    }
    return "it is no such key";
}

static const char *digest_of(enum key_algorithm a)
{
    return a == KEY_ED25519 ? NULL : a == KEY_RSA_PSS_SHA512 ? "SHA512" : "SHA256";
}

static bool set_padding(enum key_algorithm a, EVP_PKEY_CTX *ctx)
{
    if (a != KEY_RSA_PSS_SHA512) return true;
    return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 && EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, PSS_SALT) == 1;
}

static int begin_pkey(struct key *k, struct slice pem, const char **why)
{
    EVP_PKEY_CTX *ctx;
    k->can_sign = has_private(pem);
    k->pkey = read_pem(pem, k->can_sign);
    if (!k->pkey) return refuse(why, "it is no key in PEM form");
    const char *wrong = mismatch(k->algorithm, k->pkey);
    if (wrong) return refuse(why, wrong);
    k->verifier = EVP_MD_CTX_new();
    if (!k->verifier) return -ENOMEM;
    if (EVP_DigestVerifyInit_ex(k->verifier, &ctx, digest_of(k->algorithm), NULL, NULL, k->pkey, NULL) != 1 ||
        !set_padding(k->algorithm, ctx))
        return refuse(why, "it cannot verify signatures of that algorithm");
    return 0;
}

int key_new(enum key_algorithm a, struct slice material, struct key **out, const char **why)
{
    struct key *k = calloc(1, sizeof *k);
    *why = "out of memory";
    if (!k) return -ENOMEM;
    k->algorithm = a;
    int rc = a == KEY_HMAC_SHA256 ? begin_hmac(k, material, why) : begin_pkey(k, material, why);
    if (rc < 0) {
        key_free(k);
        return rc;
    }
    *out = k;
    return 0;
}

struct key *key_free(struct key *k)
{
    if (!k) return NULL;
    if (k->hmac) OPENSSL_cleanse(k->hmac, sizeof *k->hmac);
    free(k->hmac);
    EVP_MD_CTX_free(k->verifier);
    EVP_PKEY_free(k->pkey);
    free(k);
    return NULL;
}

int key_scratch_new(struct key_scratch **out)
{
    struct key_scratch *s = calloc(1, sizeof *s);
    if (!s) return -ENOMEM;
    s->md = EVP_MD_CTX_new();
    s->sha512 = EVP_MD_fetch(NULL, "SHA512", NULL);
    if (!s->md || !s->sha512) {
        key_scratch_free(s);
        return -ENOMEM;
    }
    *out = s;
    return 0;
}

struct key_scratch *key_scratch_free(struct key_scratch *s)
{
    if (!s) return NULL;
    EVP_MD_CTX_free(s->md);
    EVP_MD_free(s->sha512);
    free(s);
    return NULL;
}

/* ---- verifying and signing ---- */

static bool verify_pkey(const struct key *k, struct key_scratch *s, struct slice message, struct slice signature)
{
    uint8_t der[P256_DER_MAX];
    if (k->algorithm == KEY_ECDSA_P256_SHA256) {
        if (signature.len != P256_RAW_BYTES) return false;
        signature = slice_make(der, p256_to_der((const uint8_t *)signature.p, der));
    }
    bool is_right = EVP_MD_CTX_copy_ex(s->md, k->verifier) == 1 &&
                    EVP_DigestVerify(s->md, (const unsigned char *)signature.p, signature.len, (const unsigned char *)message.p,
                                     message.len) == 1;
    (void)EVP_MD_CTX_reset(s->md);
    if (!is_right) ERR_clear_error();
    return is_right;
}

bool key_verify(const struct key *k, struct key_scratch *s, struct slice message, struct slice signature)
{
    uint8_t mac[SHA256_BYTES];
    if (k->algorithm != KEY_HMAC_SHA256) return verify_pkey(k, s, message, signature);
    if (signature.len != sizeof mac) return false;
    hmac_sha256(k->hmac, &message, 1, mac);
    return sha256_eq(mac, (const uint8_t *)signature.p);
}

static long sign_pkey(const struct key *k, struct key_scratch *s, struct slice message, uint8_t *out)
{
    EVP_PKEY_CTX *ctx;
    size_t len = KEY_SIGNATURE_MAX;
    bool is_done = EVP_DigestSignInit_ex(s->md, &ctx, digest_of(k->algorithm), NULL, NULL, k->pkey, NULL) == 1 &&
                   set_padding(k->algorithm, ctx) &&
                   EVP_DigestSign(s->md, out, &len, (const unsigned char *)message.p, message.len) == 1;
    (void)EVP_MD_CTX_reset(s->md);
    if (!is_done) {
        ERR_clear_error();
        return -EINVAL;
    }
    uint8_t der[P256_DER_MAX];
    if (k->algorithm != KEY_ECDSA_P256_SHA256) return (long)len;
    assert(len <= sizeof der);
    memcpy(der, out, len);
    p256_from_der(der, out);
    return P256_RAW_BYTES;
}

long key_sign(const struct key *k, struct key_scratch *s, struct slice message, uint8_t *out)
{
    if (!k->can_sign) return -EINVAL;
    if (k->algorithm != KEY_HMAC_SHA256) return sign_pkey(k, s, message, out);
    hmac_sha256(k->hmac, &message, 1, out);
    return SHA256_BYTES;
}

bool key_sha512(struct key_scratch *s, struct slice bytes, uint8_t out[KEY_SHA512_BYTES])
{
    unsigned len = 0;
    bool is_done = EVP_DigestInit_ex2(s->md, s->sha512, NULL) == 1 && EVP_DigestUpdate(s->md, bytes.p, bytes.len) == 1 &&
                   EVP_DigestFinal_ex(s->md, out, &len) == 1 && len == KEY_SHA512_BYTES;
    (void)EVP_MD_CTX_reset(s->md);
    return is_done;
}

/* ---- new keys ---- */

#define NEW_SECRET_BYTES 64

static int give(BIO *bio, char *out, size_t *len)
{
    char *text;
    long n = BIO_get_mem_data(bio, &text);
    if (n <= 0 || (size_t)n > *len) return -ENOSPC;
    memcpy(out, text, (size_t)n);
    *len = (size_t)n;
    return 0;
}

static int write_pair(EVP_PKEY *pkey, char *secret, size_t *secret_len, char *public_half, size_t *public_len)
{
    BIO *one = BIO_new(BIO_s_secmem()), *two = BIO_new(BIO_s_mem());
    int rc = -ENOMEM;
    if (one && two && PEM_write_bio_PKCS8PrivateKey(one, pkey, NULL, NULL, 0, NULL, NULL) == 1 && PEM_write_bio_PUBKEY(two, pkey) == 1) {
        rc = give(one, secret, secret_len);
        if (rc == 0) rc = give(two, public_half, public_len);
    }
    BIO_free(one);
    BIO_free(two);
    return rc;
}

int key_make(enum key_algorithm a, char *secret, size_t *secret_len, char *public_half, size_t *public_len)
{
    if (a == KEY_HMAC_SHA256) {
        if (*secret_len < NEW_SECRET_BYTES) return -ENOSPC;
        if (RAND_priv_bytes((unsigned char *)secret, NEW_SECRET_BYTES) != 1) return -ENOMEM;
        *secret_len = NEW_SECRET_BYTES;
        *public_len = 0;
        return 0;
    }
    EVP_PKEY *pkey = a == KEY_ED25519             ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
                     : a == KEY_ECDSA_P256_SHA256 ? EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256")
                                                  : EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)3072);
    int rc = pkey ? write_pair(pkey, secret, secret_len, public_half, public_len) : -ENOMEM;
    EVP_PKEY_free(pkey);
    return rc;
}
