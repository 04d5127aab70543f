/* spill.h: blocks that the kernel can page out. They stand one behind the other in extents; each extent is an unlinked file that is
 * mapped, and goes, with its room on the disk, when the last block in it does. One thread makes them (the engine's); any may hold and
 * drop references. To read what has been paged out waits for the disk: for what is not needed soon. */
#ifndef QUERN_BASE_SPILL_H
#define QUERN_BASE_SPILL_H

#include "block.h"

#define SPILL_EXTENT_BYTES (UINT32_C(4) << 20)

struct spill_extent;

/* Must outlive its blocks. */
struct spill {
    struct block_budget budget;   /* counts the blocks' bytes; without a bound: the disk is one */
    _Atomic uint64_t extents;     /* mapped now */
    struct spill_extent *filling; /* the maker's; NULL: none */
    uint32_t filled;              /* bytes of it */
    int dir_fd;                   /* for O_TMPFILE; borrowed */
};

void spill_init(struct spill *s, int dir_fd);
/* The maker's last word. */
void spill_deinit(struct spill *s);
/* A block with these bytes and one reference. NULL: the disk is full, the folder takes no such files, or more than an extent holds. */
struct block *spill_copy(struct spill *s, struct slice bytes);

#endif
