/* nonces.h: names that may be used once: of signed requests. Each is known until its end, never for less: when all places are taken, no
 * other is accepted. Owned by the engine's thread; nothing here allocates after nonces_init. */
#ifndef QUERN_JOBS_NONCES_H
#define QUERN_JOBS_NONCES_H

#include "base/list.h"
#include "base/slab.h"
#include "base/table.h"

#include <assert.h>

#define NONCES_MAX 2000000u /* at a time: 6,000 signed requests a second, each known for 331 s. 80 bytes each, when there are so many */
#define NONCE_BYTES 32      /* of a name: a digest, so that all are of one length */
#define NONCES_DROP_MAX 64u /* in one go */

#define RECORD_NONCE 9 /* of the types of job_record.h. docs/journal-format.md §13 */
struct record_nonce {
    uint64_t ends_ns; /* wall, since 1970 */
    uint8_t name[NONCE_BYTES];
};
static_assert(sizeof(struct record_nonce) == 40, "on-disk format");

struct nonce {
    struct table_node node;
    struct list link; /* in the order in which they came, or were last written to the journal */
    uint64_t ends_ns;
    uint8_t name[NONCE_BYTES];
    uint32_t log_segment; /* where its record is; with is_logged */
    bool is_logged;
};

struct nonces {
    struct slab slab;
    struct table table;
    struct list order;
    void (*on_drop)(void *arg, struct nonce *n); /* it is about to be forgotten */
    void *arg;
};

/* 0 or -ENOMEM. */
int nonces_init(struct nonces *s, uint32_t n_max, uint64_t seed);
void nonces_deinit(struct nonces *s);
struct nonce *nonces_find(const struct nonces *s, const uint8_t name[NONCE_BYTES]); /* NULL: not known */
/* Forgets some of what has ended; whether there is room for one more then. */
bool nonces_have_room(struct nonces *s, uint64_t wall_ns);
/* There must be room, and the name be new. */
struct nonce *nonces_add(struct nonces *s, const uint8_t name[NONCE_BYTES], uint64_t ends_ns);
/* The one that is looked at first for its end; NULL: there is none. */
struct nonce *nonces_first(const struct nonces *s);
void nonces_to_back(struct nonces *s, struct nonce *n);

#endif
