/* token.c: see token.h. */
#include "filters/token.h"

#include "accounts/token_text.h"

#include <openssl/crypto.h>

enum token_outcome token_check(const struct accounts *a, struct slice text, const struct ip *from, uint64_t wall_ns,
                               const struct account **account)
{
    uint8_t digest[SHA256_BYTES];
    struct slice id;
    if (!token_text_read(text, &id, digest)) return TOKEN_WRONG;
    const struct account_token *t = accounts_token(a, id);
    if (!t || CRYPTO_memcmp(t->digest, digest, sizeof digest) != 0 || !account_is_from(&t->account, from)) return TOKEN_WRONG;
    if (wall_ns >= t->expires_ns) return TOKEN_EXPIRED;
    *account = &t->account;
    return TOKEN_GOOD;
}
