/* gcra.h: rate limits (generic cell rate algorithm): so many per time, with a burst, for any number of keys in one table of fixed size
 * that all threads share. One key is one 64-bit cell: a tag of the key and the time at which all that it has taken will be given back. A
 * check is one compare-and-swap; nothing is ever swept, as a cell whose time has passed is as good as empty.
 *
 * Collisions: a key lives in one of the 8 cells of a line. Two keys of a line with the same 16-bit tag share a cell, and so their limit
 * (with k keys of the same line in use, one key has a partner with probability k/65536). Where all 8 cells are in use by others, the one
 * that would be free soonest is taken over, and its key begins with a whole burst: a full table lets more through, never less. Hashes are
 * seeded, so nobody can choose his partners. */
#ifndef QUERN_BASE_GCRA_H
#define QUERN_BASE_GCRA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gcra; /* any thread, all calls */

struct gcra_rate {
    uint64_t step_us; /* time that one takes: at least 1 */
    uint64_t burst_us; /* step_us × as many as may come at once */
};

struct gcra_result {
    bool allowed;
    uint32_t left; /* as many may come now, after this one */
    uint64_t retry_us; /* refused: until one may come */
    uint64_t full_us; /* until all are given back */
};

/* n_cells rounds up to a power of two of at least 8; 8 bytes each, touched when used. 0 or -ENOMEM. */
int gcra_new(uint32_t n_cells, uint64_t seed, struct gcra **out);
struct gcra *gcra_free(struct gcra *g);
/* requests in per_us, burst at once; all at least 1, and burst × per_us below 2^46 (two years). */
struct gcra_rate gcra_rate(uint64_t requests, uint64_t per_us, uint64_t burst);
/* The key of some bytes (an address, a name) under a limit. */
uint64_t gcra_key(const struct gcra *g, uint64_t limit, const void *p, size_t len);
/* The same in two steps, of which the first can be taken once for a limit. */
uint64_t gcra_key_begin(const struct gcra *g, uint64_t limit, size_t len);
uint64_t gcra_key_end(const struct gcra *g, uint64_t begun, const void *p, size_t len);
/* One of key's comes at now_us (monotonic, below 2^47). */
struct gcra_result gcra_take(struct gcra *g, uint64_t key, struct gcra_rate rate, uint64_t now_us);

#endif
