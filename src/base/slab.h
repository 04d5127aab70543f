/* slab.h: a fixed pool of one struct. Slots are numbered; an id is (slot, generation), and the generation grows each time a
 * slot is given back, so an id of an earlier life finds nothing. The memory is mapped at init and untouched until used.
 * One thread owns a slab. */
#ifndef QUERN_BASE_SLAB_H
#define QUERN_BASE_SLAB_H

#include <stddef.h>
#include <stdint.h>

#define SLAB_GENERATION_MASK 0xffffffu /* generations wrap at 24 bits: they travel in io_uring user_data */
#define SLAB_NONE UINT32_MAX

struct slab {
    char *items;           /* item_bytes each, by slot */
    uint32_t *generation;  /* by slot; odd while taken, even while free, within SLAB_GENERATION_MASK */
    uint32_t *free_next;   /* by slot, while free */
    size_t item_bytes;
    size_t clear_bytes;    /* so many bytes from the start of an item are zeroed at each get; slab_init: all */
    uint32_t n_max, n_used, free_head, n_touched; /* slots at or above n_touched have never been taken */
};

/* Room for n_max items of item_bytes each. 0 or -ENOMEM. */
int slab_init(struct slab *s, size_t item_bytes, uint32_t n_max);
void slab_deinit(struct slab *s);
/* An item, zeroed as far as clear_bytes says, and its slot; NULL when the slab is full. Takes the most recently freed slot first (warm cache). */
void *slab_get(struct slab *s, uint32_t *slot);
/* Back into the pool. item may be NULL. Returns NULL. */
void *slab_put(struct slab *s, void *item);
uint32_t slab_slot(const struct slab *s, const void *item);
uint32_t slab_generation(const struct slab *s, uint32_t slot);
/* The item in that slot if it still lives the life that generation names; else NULL. */
void *slab_at(const struct slab *s, uint32_t slot, uint32_t generation);
/* The item in a slot that is taken (asserted in slow builds). */
void *slab_item(const struct slab *s, uint32_t slot);
/* Bytes of bookkeeping and item per slot: what one more item costs once touched. */
size_t slab_bytes_per_item(const struct slab *s);

#endif
