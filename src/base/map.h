/* map.h: zeroed memory straight from the kernel, backed only where it is touched: pools are mapped
 * for their upper bound and cost what they use. Also marks free pool items for AddressSanitizer,
 * which does not know our pools. Any thread. */
#ifndef QUERN_BASE_MAP_H
#define QUERN_BASE_MAP_H

#include <stddef.h>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__)
#define MAP_MARKS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MAP_MARKS 1
#endif
#endif

#ifdef MAP_MARKS
#include <sanitizer/asan_interface.h>
#define map_mark_free(p, bytes) ASAN_POISON_MEMORY_REGION(p, bytes)
#define map_mark_used(p, bytes) ASAN_UNPOISON_MEMORY_REGION(p, bytes)
#else
#define map_mark_free(p, bytes) ((void)(p), (void)(bytes))
#define map_mark_used(p, bytes) ((void)(p), (void)(bytes))
#endif

/* NULL when there is no memory. bytes may be 0. */
static inline void *map_new(size_t bytes)
{
    void *p = mmap(NULL, bytes ? bytes : 1, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

/* bytes as given to map_new; no part of them marked free. NULL is fine. Returns NULL. */
static inline void *map_free(void *p, size_t bytes)
{
    if (!p) return NULL;
    (void)munmap(p, bytes ? bytes : 1); /* fails only for ranges that are not ours */
    return NULL;
}

#endif
