/* token.h: is this an API token of ours? By a look-up and one SHA-256, at once, on the thread that asks. */
#ifndef QUERN_FILTERS_TOKEN_H
#define QUERN_FILTERS_TOKEN_H

#include "accounts/accounts.h"

enum token_outcome {
    TOKEN_GOOD,
    TOKEN_WRONG,   /* no token, of nobody, with another secret, or used from elsewhere: a peer is not told which */
    TOKEN_EXPIRED
};
/* text: all of what stands behind "Bearer ". from: the client's address. *account is the accounts'; set only if it is good. */
enum token_outcome token_check(const struct accounts *a, struct slice text, const struct ip *from, uint64_t wall_ns,
                               const struct account **account);

#endif
