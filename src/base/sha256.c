/* sha256.c: see sha256.h. By the functions of OpenSSL that work on a state of the caller's: those that it would rather have called (EVP)
 * allocate memory for each message, and copying the state of a secret that is ready does too. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/sha256.h"

#include "base/check.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#define BLOCK SHA256_CBLOCK

static void take(SHA256_CTX *s, const struct slice *parts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (parts[i].len) (void)SHA256_Update(s, parts[i].p, parts[i].len);
}

void sha256(const struct slice *parts, size_t n, uint8_t out[SHA256_BYTES])
{
    SHA256_CTX s;
    (void)SHA256_Init(&s);
    take(&s, parts, n);
    (void)SHA256_Final(out, &s);
    OPENSSL_cleanse(&s, sizeof s); /* it says as much as the digest, which may be secret */
}

/* ---- HMAC ---- */

static_assert(sizeof(SHA256_CTX) <= sizeof((struct hmac_key){0}.inner), "a state each");

static void begin(uint64_t state[16], const uint8_t secret[BLOCK], uint8_t pad)
{
    SHA256_CTX s;
    uint8_t block[BLOCK];
    for (size_t i = 0; i < BLOCK; i++) block[i] = secret[i] ^ pad;
    (void)SHA256_Init(&s);
    (void)SHA256_Update(&s, block, BLOCK);
    memcpy(state, &s, sizeof s);
    OPENSSL_cleanse(block, sizeof block);
    OPENSSL_cleanse(&s, sizeof s);
}

void hmac_key_set(struct hmac_key *k, struct slice secret)
{
    uint8_t block[BLOCK] = {0};
    if (secret.len > BLOCK) sha256(&secret, 1, block);
    else if (secret.len) memcpy(block, secret.p, secret.len);
    *k = (struct hmac_key){0};
    begin(k->inner, block, 0x36);
    begin(k->outer, block, 0x5c);
    OPENSSL_cleanse(block, sizeof block);
}

void hmac_sha256(const struct hmac_key *k, const struct slice *parts, size_t n, uint8_t out[SHA256_BYTES])
{
    SHA256_CTX s;
    memcpy(&s, k->inner, sizeof s);
    take(&s, parts, n);
    (void)SHA256_Final(out, &s);
    memcpy(&s, k->outer, sizeof s);
    (void)SHA256_Update(&s, out, SHA256_BYTES);
    (void)SHA256_Final(out, &s);
}
