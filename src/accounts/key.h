/* key.h: keys for HTTP message signatures: four algorithms of RFC 9421 §3.3, each bound to its key, so that nobody who sends a message
 * can choose another. Secrets are wiped when a key goes. Constant once made: any thread may verify and sign with one, each with a
 * scratch of its own. */
#ifndef QUERN_ACCOUNTS_KEY_H
#define QUERN_ACCOUNTS_KEY_H

#include "base/slice.h"

enum key_algorithm { KEY_HMAC_SHA256, KEY_ED25519, KEY_ECDSA_P256_SHA256, KEY_RSA_PSS_SHA512, KEY_ALGORITHMS };
const char *key_algorithm_name(enum key_algorithm a); /* as in "alg": "hmac-sha256" */
bool key_algorithm_find(struct slice name, enum key_algorithm *out);

#define KEY_SECRET_MIN 32     /* bytes of a shared secret */
#define KEY_SECRET_MAX 512
#define KEY_RSA_BITS_MIN 2048
#define KEY_RSA_BITS_MAX 8192
#define KEY_SIGNATURE_MAX (KEY_RSA_BITS_MAX / 8)
#define KEY_TEXT_MAX 8192     /* of a key as PEM */

struct key;
struct key_scratch;

/* material: for hmac-sha256 the secret's bytes; else a key as PEM, a public one for verifying, a private one for both. 0, -EINVAL
 * (no such key, or too weak: *why says which) or -ENOMEM. */
int key_new(enum key_algorithm a, struct slice material, struct key **out, const char **why);
struct key *key_free(struct key *k); /* NULL is fine */
enum key_algorithm key_algorithm(const struct key *k);
bool key_can_sign(const struct key *k);

/* What a thread needs besides the key. */
int key_scratch_new(struct key_scratch **out); /* 0 or -ENOMEM */
struct key_scratch *key_scratch_free(struct key_scratch *s);
/* Whether signature is the key's over message. */
bool key_verify(const struct key *k, struct key_scratch *s, struct slice message, struct slice signature);
/* Writes a signature, which out has room for: KEY_SIGNATURE_MAX. Its length, or -EINVAL: the key cannot sign. */
long key_sign(const struct key *k, struct key_scratch *s, struct slice message, uint8_t *out);

/* A new key: for hmac-sha256 64 random bytes, else a private key as PEM (PKCS #8) and its public half. The lengths are set; 0,
 * -ENOSPC or -ENOMEM. */
int key_make(enum key_algorithm a, char *secret, size_t *secret_len, char *public_half, size_t *public_len);
/* SHA-512 of bytes. */
#define KEY_SHA512_BYTES 64
bool key_sha512(struct key_scratch *s, struct slice bytes, uint8_t out[KEY_SHA512_BYTES]);

#endif
