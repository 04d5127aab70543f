/* backoff.h: who has been wrong too often must wait. A table of fixed size, by keys of the caller's (a user at an address, an address);
 * when it is full the one that was wrong longest ago is forgotten. The shard's thread; each shard counts for itself. */
#ifndef QUERN_FILTERS_BACKOFF_H
#define QUERN_FILTERS_BACKOFF_H

#include "base/ip.h"
#include "base/siphash.h"

#define BACKOFF_ENTRIES 4096u /* a power of two */
#define BACKOFF_FREE 5u       /* mistakes before anybody waits: then 1, 2, 4 … s */
#define BACKOFF_MAX_S 60u
#define BACKOFF_FORGET_S 600u /* without another mistake */

struct backoff_entry {
    uint64_t key; /* 0: none */
    uint64_t last_ns, until_ns;
    uint32_t mistakes;
};

struct backoff {
    struct backoff_entry *of;  /* BACKOFF_ENTRIES */
    uint32_t n;                /* that are in use */
    struct siphash_key secret; /* nobody can choose names or addresses that share a place */
};

int backoff_init(struct backoff *b); /* 0 or -ENOMEM */
void backoff_deinit(struct backoff *b);
/* The key of a name at a client's address, of all of an address where name is empty; never 0. Of IPv6 its network counts: else it would
 * guess anew from each of its addresses. */
uint64_t backoff_key(const struct backoff *b, const struct ip *from, struct slice name);
/* Nobody has been wrong: most of the time there is nothing to look for. */
static inline bool backoff_is_clear(const struct backoff *b)
{
    return b->n == 0;
}
/* Seconds, rounded up, that key must wait; 0: it may try. */
uint32_t backoff_wait_s(const struct backoff *b, uint64_t key, uint64_t now_ns);
/* It was wrong. free_mistakes: how often it may be before it waits. */
void backoff_wrong(struct backoff *b, uint64_t key, uint32_t free_mistakes, uint64_t now_ns);
/* It was right: all is forgotten. */
void backoff_right(struct backoff *b, uint64_t key);

#endif
