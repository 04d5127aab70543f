/* sha256.c: see sha256.h. By the functions of OpenSSL that work on a state of the caller's: those that it would rather have called (EVP)
 * allocate memory for each message, and copying the state of a secret that is ready does too. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/sha256.h"

#include "base/check.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#define BLOCK SHA256_CBLOCK

static_assert(sizeof(SHA256_CTX) <= sizeof(struct sha256), "a state each");

static SHA256_CTX *ctx(struct sha256 *s)
{
    return (SHA256_CTX *)(void *)s->state;
}

void sha256_begin(struct sha256 *s)
{
    (void)SHA256_Init(ctx(s));
}

void sha256_add(struct sha256 *s, const void *bytes, size_t n)
{
    if (n) (void)SHA256_Update(ctx(s), bytes, n);
}

void sha256_end(struct sha256 *s, uint8_t out[SHA256_BYTES])
{
    (void)SHA256_Final(out, ctx(s));
    OPENSSL_cleanse(s, sizeof *s); /* the digest may be secret */
}

static void add_all(struct sha256 *s, const struct slice *parts, size_t n)
{
    for (size_t i = 0; i < n; i++) sha256_add(s, parts[i].p, parts[i].len);
}

void sha256(const struct slice *parts, size_t n, uint8_t out[SHA256_BYTES])
{
    struct sha256 s;
    sha256_begin(&s);
    add_all(&s, parts, n);
    sha256_end(&s, out);
}

/* ---- HMAC ---- */

static void begin(struct sha256 *s, const uint8_t secret[BLOCK], uint8_t pad)
{
    uint8_t block[BLOCK];
    for (size_t i = 0; i < BLOCK; i++) block[i] = secret[i] ^ pad;
    sha256_begin(s);
    sha256_add(s, block, BLOCK);
    OPENSSL_cleanse(block, sizeof block);
}

void hmac_key_set(struct hmac_key *k, struct slice secret)
{
    uint8_t block[BLOCK] = {0};
    if (secret.len > BLOCK) sha256(&secret, 1, block);
    else if (secret.len) memcpy(block, secret.p, secret.len);
    begin(&k->inner, block, 0x36);
    begin(&k->outer, block, 0x5c);
    OPENSSL_cleanse(block, sizeof block);
}

/* What is left in the state in the end is the MAC. */
void hmac_sha256(const struct hmac_key *k, const struct slice *parts, size_t n, uint8_t out[SHA256_BYTES])
{
    struct sha256 s = k->inner;
    add_all(&s, parts, n);
    (void)SHA256_Final(out, ctx(&s));
    s = k->outer;
    sha256_add(&s, out, SHA256_BYTES);
    (void)SHA256_Final(out, ctx(&s));
}
