/* guard.h: bytes that end at a page nobody may touch, so that one read or write past them is a crash. */
#ifndef QUERN_TESTS_UNIT_API_GUARD_H
#define QUERN_TESTS_UNIT_API_GUARD_H

#include "base/slice.h"

#include <criterion/criterion.h>
#include <sys/mman.h>
#include <unistd.h>

struct guard {
    char *map;
    size_t map_bytes;
    char *end; /* first byte of the page behind */
};

static inline struct guard guard_new(size_t bytes_max)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), room = (bytes_max + page - 1) / page * page;
    struct guard g = {.map_bytes = room + page};
    g.map = mmap(NULL, g.map_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    cr_assert(g.map != MAP_FAILED);
    g.end = g.map + room;
    cr_assert_eq(mprotect(g.end, page, PROT_NONE), 0);
    return g;
}

static inline struct slice guard_put(struct guard *g, struct slice bytes)
{
    cr_assert(bytes.len <= (size_t)(g->end - g->map));
    if (bytes.len) memcpy(g->end - bytes.len, bytes.p, bytes.len);
    return slice_make(g->end - bytes.len, bytes.len);
}

static inline void guard_free(struct guard *g)
{
    (void)munmap(g->map, g->map_bytes);
}

#endif
