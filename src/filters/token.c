/* token.c: see token.h. */
#include "filters/token.h"

#include "accounts/token_text.h"
#include "base/map.h"
#include "base/random.h"
#include "filters/auth.h"

#include <errno.h>

#define KNOWN_BYTES (TOKENS_REMEMBERED * sizeof(struct token_known))

int tokens_init(struct tokens *t)
{
    random_secret(&t->key, sizeof t->key);
    t->known = map_new(KNOWN_BYTES);
    return t->known ? 0 : -ENOMEM;
}

void tokens_deinit(struct tokens *t)
{
    explicit_bzero(&t->key, sizeof t->key);
    map_free(t->known, KNOWN_BYTES);
    t->known = NULL;
}

/* NULL: nobody's. */
static const struct account_token *find(const struct accounts *a, struct slice text)
{
    uint8_t digest[SHA256_BYTES];
    struct slice id;
    if (!token_text_read(text, &id, digest)) return NULL;
    const struct account_token *token = accounts_token(a, id);
    return token && sha256_eq(token->digest, digest) ? token : NULL;
}

static const struct account_token *recall(struct tokens *t, const struct auth *a, struct slice text)
{
    if (text.len != TOKEN_TEXT_CHARS) return NULL;
    struct siphash128 mac = siphash24_128(t->key, text);
    struct token_known *k = &t->known[mac.h[0] & (TOKENS_REMEMBERED - 1)];
    if (k->serial == a->serial && siphash128_eq(k->mac, mac)) return k->token;
    const struct account_token *token = find(a->accounts, text);
    if (token) *k = (struct token_known){mac, a->serial, token};
    return token;
}

enum token_outcome token_check(struct tokens *t, const struct auth *a, struct slice text, const struct ip *from, uint64_t wall_ns,
                               const struct account **account)
{
    const struct account_token *token = recall(t, a, text);
    if (!token || !account_is_from(&token->account, from)) return TOKEN_WRONG;
    if (wall_ns >= token->expires_ns) return TOKEN_EXPIRED;
    *account = &token->account;
    return TOKEN_GOOD;
}
