/* basic.h: HTTP Basic (RFC 7617): a name and a password with each request. A password that was right is remembered for a minute, as an
 * HMAC under a key of this process; any other is checked by the verifier's threads while the request waits. The shard's thread. */
#ifndef QUERN_FILTERS_BASIC_H
#define QUERN_FILTERS_BASIC_H

#include "base/ip.h"
#include "base/sha256.h"
#include "base/slab.h"
#include "filters/backoff.h"
#include "http/exchange.h"

struct auth;
struct account_user;
struct mailbox;
struct verifier;

#define BASIC_BYTES_MAX 512u /* of name, colon and password */
#define BASIC_ASKS (2u * 66u) /* of one shard that may wait: as many as the verifier takes, and answers on their way */
#define BASIC_CACHE 1024u    /* a power of two */
#define BASIC_CACHE_S 60u
#define BASIC_MISTAKES_OF_ADDRESS 20u /* before an address waits, whatever names it tries */

/* What stands behind "Basic ", read. Borrows text. */
struct basic_pair {
    char text[BASIC_BYTES_MAX];
    struct slice user, password;
};
/* False: not base64, too long, no colon, no name, not UTF-8, control characters. The caller wipes pair->text. */
bool basic_read(struct slice token, struct basic_pair *pair);

struct basic_cached {
    uint8_t mac[SHA256_BYTES];
    uint64_t until_ns; /* 0: empty */
};

/* One per shard. */
struct basic {
    struct verifier *verifier;
    struct mailbox *home;
    struct http *http;
    struct slab asks;
    struct basic_cached *cache;
    struct backoff backoff;
    struct hmac_key key; /* of what is remembered */
    /* On this thread, once the password was checked: answers x or lets it proceed. account NULL: wrong. */
    void (*on_checked)(void *arg, struct exchange *x, const struct account_user *user);
    const struct auth *(*auth)(void *arg); /* what is in force now; NULL: nobody is asked */
    void *arg;
};

int basic_init(struct basic *b); /* after the fields above are set; 0 or -ENOMEM */
void basic_deinit(struct basic *b);
/* A user whose password was right within the last minute, in these accounts; NULL: not known. */
const struct account_user *basic_remembered(const struct basic *b, const struct auth *a, const struct basic_pair *pair, uint64_t now_ns);
/* Seconds that this name at this address, or the address, must wait; 0: it may try. */
uint32_t basic_wait_s(const struct basic *b, struct slice user, const struct ip *from, uint64_t now_ns);
/* Has it checked. x is kept. False: too much waits already. */
bool basic_check(struct basic *b, const struct auth *a, struct exchange *x, const struct basic_pair *pair, const struct ip *from);

#endif
