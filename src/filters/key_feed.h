/* key_feed.h: the keys of an issuer that stand at a URL: fetched when they are due (key_schedule.h), and given to all shards each time that
 * a fetch has ended. It lives on the outbound thread; shards get what it has by mail. */
#ifndef QUERN_FILTERS_KEY_FEED_H
#define QUERN_FILTERS_KEY_FEED_H

#include "outbound/outbound.h"

#include <stdatomic.h>

struct access;
struct jwks;
struct key_feed;

/* What a shard is given: constant, any thread. */
struct fetched_keys {
    _Atomic uint32_t refs;
    uint64_t auth;      /* auth.h: serial of the snapshot that they are for */
    struct jwks *keys;  /* a reference; NULL: none could be fetched */
    uint64_t asked_ns;  /* CLOCK_MONOTONIC: when the latest fetch began; 0: none has ended */
    uint64_t usable_ns; /* until when they may be used */
};
struct fetched_keys *fetched_keys_ref(struct fetched_keys *f);
/* NULL is fine. Returns NULL. */
struct fetched_keys *fetched_keys_unref(struct fetched_keys *f);

/* publish_to: on the outbound thread; gives f to all shards, which take references of their own. False: for want of memory not all of them
 * have it, and it is tried again. 0 or -ENOMEM. */
int key_feed_new(bool (*publish_to)(void *arg, struct fetched_keys *f), void *arg, struct key_feed **out);
/* What outbound_new() is given. */
struct outbound_tenant key_feed_tenant(struct key_feed *f);
/* The server's thread: from now on by this snapshot, of which it keeps a reference; keys from the same URL stay, and are fetched anew. */
void key_feed_use(struct key_feed *f, struct outbound *o, struct access *access);
/* Any thread: a token names a key that is not there. */
void key_feed_want(struct key_feed *f);
/* After outbound_free(). NULL is fine. Returns NULL. */
struct key_feed *key_feed_free(struct key_feed *f);

#endif
