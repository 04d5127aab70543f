/* oauth.h: access tokens of an issuer (OAuth 2.0): signed ones (jwt.h), by keys that stand in a file. A signature is tens of microseconds, ten
 * times a whole request: the verifier's threads check it while the request waits, threads of their own, so that a flood of passwords
 * stands in nobody's way. What was good is remembered, by the token's SHA-256, for a minute and not past its end. The shard's thread. */
#ifndef QUERN_FILTERS_OAUTH_H
#define QUERN_FILTERS_OAUTH_H

#include "base/sha256.h"
#include "base/slab.h"
#include "filters/jwt.h"
#include "http/exchange.h"

struct access;
struct mailbox;
struct verifier;

#define OAUTH_ASKS 132u   /* of one shard that may wait: as many as the verifier takes, and answers on their way */
#define OAUTH_CACHE 1024u /* a power of two */
#define OAUTH_CACHE_S 60u

/* Constant; of struct auth. */
struct oauth_rules {
    struct jwt_rules jwt;
    struct jwks *keys;
};

enum oauth_verdict { OAUTH_GOOD, OAUTH_WRONG, OAUTH_EXPIRED, OAUTH_BUSY /* it could not be checked now */ };

/* Whom a good token is of. */
struct oauth_caller {
    char principal[JWT_SUBJECT_MAX + 8]; /* "oauth:" and the subject */
    size_t principal_len;
    uint64_t key; /* accounts.h: account_key() */
    uint32_t scopes;
};

struct oauth_cached {
    uint8_t digest[SHA256_BYTES];
    uint64_t until_ns; /* wall; 0: empty */
    struct oauth_caller caller;
};

/* One per shard. */
struct oauth {
    struct verifier *verifier;
    struct mailbox *home;
    struct http *http;
    struct slab asks;
    struct oauth_cached *cache;
    /* On this thread, once a token was checked by what is in force now: answers x or lets it proceed. caller: of a good one; else NULL. */
    void (*on_checked)(void *arg, struct exchange *x, enum oauth_verdict verdict, const struct oauth_caller *caller);
    struct access *(*access)(void *arg); /* what is in force now */
    void *arg;
};

int oauth_init(struct oauth *o); /* after the fields above are set; 0 or -ENOMEM */
void oauth_deinit(struct oauth *o);
/* NULL: not known. Good until the next call. */
const struct oauth_caller *oauth_remembered(const struct oauth *o, struct slice token, uint64_t wall_ns);
/* Has it checked. x is kept. False: too much waits already. */
bool oauth_check(struct oauth *o, struct exchange *x, struct slice token);

#endif
