/* oauth.h: access tokens of an issuer (OAuth 2.0): signed ones (jwt.h), by keys that stand in a file or at a URL (key_feed.h), and others,
 * which the issuer is asked about (introspection.h). A signature is tens of microseconds, ten times a whole request: the verifier's threads
 * check it while the request waits, threads of their own, so that a flood of passwords stands in nobody's way; whoever waits for the issuer
 * is on the outbound thread. Requests with a token that is being checked join that question, whatever it waits for; those of other shards
 * meet on the outbound thread, where it is under way. What was found is
 * remembered, by the token's SHA-256: good ones for a minute and not past their end, ones that the issuer calls bad for 10 s. The shard's
 * thread. */
#ifndef QUERN_FILTERS_OAUTH_H
#define QUERN_FILTERS_OAUTH_H

#include "base/list.h"
#include "base/sha256.h"
#include "base/slab.h"
#include "base/table.h"
#include "filters/jwt.h"
#include "http/exchange.h"

struct access;
struct fetched_keys;
struct key_feed;
struct mailbox;
struct outbound;
struct verifier;

#define OAUTH_KEYLESS 64u  /* tokens of one shard that may wait for keys that are being fetched */
#define OAUTH_ASKED 64u    /* that the issuer may be asked about at once */
#define OAUTH_ASKS (132u + OAUTH_KEYLESS + OAUTH_ASKED) /* with as many as the verifier takes, and answers on their way */
#define OAUTH_JOINED 256u  /* requests of one shard that may wait for what another one has asked; a flood of one token keeps no other out */
#define OAUTH_WAIT_S 10u   /* for keys: a fetch that is under way, and the one after it */
#define OAUTH_CACHE 1024u  /* a power of two */
#define OAUTH_CACHE_S 60u
#define OAUTH_CACHE_BAD_S 10u

enum oauth_verdict {
    OAUTH_GOOD,
    OAUTH_WRONG,
    OAUTH_EXPIRED,
    OAUTH_BUSY,    /* too much is being checked */
    OAUTH_UNKNOWN, /* the issuer does not say */
    OAUTH_PENDING, /* it has to be checked; or it is on its way */
};

/* Whom a good token is of. */
struct oauth_caller {
    char principal[JWT_SUBJECT_MAX + 16]; /* "oauth:" and the subject, or "oauth-client:" and the client */
    size_t principal_len;                /* 0: nobody's: the token is bad */
    uint64_t key; /* accounts.h: account_key() */
    uint32_t scopes;
};

struct oauth_cached {
    uint8_t digest[SHA256_BYTES];
    uint64_t until_ns; /* monotonic; 0: empty */
    uint64_t end_ns;   /* wall: the token's own */
    struct oauth_caller caller;
};

/* One per shard. */
struct oauth {
    struct verifier *verifier;
    struct outbound *outbound; /* NULL: nobody is asked */
    struct key_feed *feed;     /* likewise */
    struct mailbox *home;
    struct http *http;
    struct slab asks, joined;
    struct table tokens; /* asks by their tokens, until they are answered */
    struct list keyless; /* asks that wait for keys, in the order in which they came */
    uint32_t n_keyless, n_asked;
    struct oauth_cached *cache;
    struct fetched_keys *fetched; /* a reference: the latest; NULL: none yet */
    /* On this thread, once a token was checked by what is in force now: answers x or lets it proceed. caller: of a good one; else NULL. */
    void (*on_checked)(void *arg, struct exchange *x, enum oauth_verdict verdict, const struct oauth_caller *caller);
    struct access *(*access)(void *arg); /* what is in force now */
    void *arg;
};

int oauth_init(struct oauth *o); /* after the fields above are set; 0 or -ENOMEM */
void oauth_deinit(struct oauth *o);
/* What is known of it at once: OAUTH_GOOD with *caller, good until the next call; OAUTH_WRONG, OAUTH_UNKNOWN; or OAUTH_PENDING: it has to be
 * checked. */
enum oauth_verdict oauth_judge(struct oauth *o, struct slice token, const struct oauth_caller **caller);
/* Has it checked: OAUTH_PENDING, and x is kept; or nothing waits and this is what can be said. */
enum oauth_verdict oauth_check(struct oauth *o, struct exchange *x, struct slice token);
/* A fetch of keys has ended. Takes over the reference. */
void oauth_take_keys(struct oauth *o, struct fetched_keys *keys);
/* Another snapshot is in force. */
void oauth_on_access(struct oauth *o);
/* Now and then: whoever has waited for keys too long waits no more. */
void oauth_tick(struct oauth *o);

#endif
