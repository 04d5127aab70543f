/* tls_tickets.c: see tls_tickets.h. */
#include "net/tls_tickets.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <string.h>

struct keys {
    uint8_t name[32]; /* the first TICKETS_NAME_BYTES are used */
    uint8_t aes[32], mac[32];
};

/* HMAC-SHA-256 of what it is for and when. */
static bool derive_one(const struct tls_tickets *t, char purpose, uint64_t epoch, uint8_t out[32])
{
    uint8_t text[1 + sizeof epoch] = {(uint8_t)purpose};
    size_t len = 0;
    memcpy(text + 1, &epoch, sizeof epoch);
    return EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, t->secret, sizeof t->secret, text, sizeof text, out, 32, &len) && len == 32;
}

static bool derive(const struct tls_tickets *t, uint64_t epoch, struct keys *k)
{
    return derive_one(t, 'n', epoch, k->name) && derive_one(t, 'e', epoch, k->aes) && derive_one(t, 'm', epoch, k->mac);
}

static bool load(struct keys *k, const uint8_t *iv, EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac, bool seal)
{
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, k->mac, sizeof k->mac),
                           OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
    return EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), NULL, k->aes, iv, seal) && EVP_MAC_CTX_set_params(mac, params);
}

/* FRESH: done; FAILED: not. */
static enum tls_ticket seal_with(struct keys *k, uint8_t *name, uint8_t *iv, EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac)
{
    if (RAND_bytes(iv, TICKETS_IV_BYTES) != 1) return TLS_TICKET_FAILED;
    memcpy(name, k->name, TICKETS_NAME_BYTES);
    return load(k, iv, cipher, mac, true) ? TLS_TICKET_FRESH : TLS_TICKET_FAILED;
}

enum tls_ticket tls_tickets_key(const struct tls_tickets *t, uint64_t now_s, uint8_t name[TICKETS_NAME_BYTES],
                                uint8_t iv[TICKETS_IV_BYTES], EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac, bool seal)
{
    struct keys k;
    enum tls_ticket found = TLS_TICKET_UNKNOWN;
    uint64_t epoch = now_s / TICKETS_EPOCH_S;
    for (uint64_t back = 0; back < 2 && found == TLS_TICKET_UNKNOWN; back++) {
        if (!derive(t, epoch - back, &k)) found = TLS_TICKET_FAILED;
        else if (seal) found = seal_with(&k, name, iv, cipher, mac);
        else if (CRYPTO_memcmp(k.name, name, TICKETS_NAME_BYTES) == 0)
            found = !load(&k, iv, cipher, mac, false) ? TLS_TICKET_FAILED : back ? TLS_TICKET_AGED : TLS_TICKET_FRESH;
    }
    OPENSSL_cleanse(&k, sizeof k);
    return found;
}

void tls_tickets_forget(struct tls_tickets *t)
{
    OPENSSL_cleanse(t, sizeof *t);
}
