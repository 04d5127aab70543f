/* tally.h: how many there are of each key, up to a bound that no thread passes: counts in one table of fixed size that all threads share.
 * One key is one 64-bit cell, a tag of 40 bits and its count; a change is one compare-and-swap. A key lives in one of the 8 cells of a
 * line; where all of them count others it is not counted at all (TALLY_NO_ROOM): a full table lets more through, never less. Two threads
 * that bring a new key at the same time may give it two cells: then for as long as both count, up to twice the bound may come in. */
#ifndef QUERN_BASE_TALLY_H
#define QUERN_BASE_TALLY_H

#include <stdbool.h>
#include <stdint.h>

struct tally; /* any thread, all calls */

enum tally_outcome { TALLY_COUNTED, TALLY_FULL, TALLY_NO_ROOM };

/* n_cells rounds up to a power of two of at least 8; 8 bytes each, touched when used. 0 or -ENOMEM. */
int tally_new(uint32_t n_cells, uint64_t seed, struct tally **out);
struct tally *tally_free(struct tally *t);
/* One more of (high, low), unless there are max (1 to 2^24 - 2) already. What is counted must be dropped once. */
enum tally_outcome tally_add(struct tally *t, uint64_t high, uint64_t low, uint32_t max);
void tally_drop(struct tally *t, uint64_t high, uint64_t low);

#endif
