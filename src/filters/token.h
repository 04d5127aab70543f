/* token.h: is this an API token of ours? By a look-up and one SHA-256, at once, on the thread that asks. One that was good is remembered, as
 * a MAC under a key of the shard's: the next time that is all that is worked out. The shard's thread. */
#ifndef QUERN_FILTERS_TOKEN_H
#define QUERN_FILTERS_TOKEN_H

#include "accounts/accounts.h"
#include "base/siphash.h"

struct auth;

#define TOKENS_REMEMBERED 4096u /* of each shard; a power of two */

/* A token that was good: what it was for holds as long as that snapshot is in force. */
struct token_known {
    struct siphash128 mac;
    uint64_t serial; /* the auth's, which is random; 0 where it is empty */
    const struct account_token *token;
};

/* One per shard. */
struct tokens {
    struct token_known *known; /* TOKENS_REMEMBERED; untouched until used */
    struct siphash_key key;
};
int tokens_init(struct tokens *t); /* 0 or -ENOMEM */
void tokens_deinit(struct tokens *t);

enum token_outcome {
    TOKEN_GOOD,
    TOKEN_WRONG,   /* no token, of nobody, with another secret, or used from elsewhere: a peer is not told which */
    TOKEN_EXPIRED
};
/* text: all of what stands behind "Bearer ". from: the client's address. *account is a's; set only if it is good. */
enum token_outcome token_check(struct tokens *t, const struct auth *a, struct slice text, const struct ip *from, uint64_t wall_ns,
                               const struct account **account);

#endif
