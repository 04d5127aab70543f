/* tls_memory.c: see tls_memory.h. */
#include "net/tls_memory.h"

#include <malloc.h>
#include <openssl/crypto.h>
#include <stdlib.h>

/* A record with its head, padding and alignment takes between these; all that are, get the larger. */
#define LEAST_BYTES 16384u
#define MOST_BYTES 17408u

static _Thread_local struct {
    void *blocks[TLS_MEMORY_KEPT];
    unsigned n;
    bool is_on;
} kept;

static size_t room_for(size_t bytes)
{
    return bytes >= LEAST_BYTES && bytes < MOST_BYTES ? MOST_BYTES : bytes;
}

void *tls_memory_get(size_t bytes, const char *file, int line)
{
    (void)file, (void)line;
    size_t room = room_for(bytes);
    return room == MOST_BYTES && kept.n ? kept.blocks[--kept.n] : malloc(room);
}

void *tls_memory_change(void *p, size_t bytes, const char *file, int line)
{
    (void)file, (void)line;
    return realloc(p, room_for(bytes));
}

/* What has the room of one, whatever it was of. */
void tls_memory_put(void *p, const char *file, int line)
{
    (void)file, (void)line;
    size_t room = kept.is_on && p ? malloc_usable_size(p) : 0;
    if (room >= MOST_BYTES && room < MOST_BYTES + 64 && kept.n < TLS_MEMORY_KEPT) kept.blocks[kept.n++] = p;
    else free(p);
}

bool tls_memory_init(void)
{
    return CRYPTO_set_mem_functions(tls_memory_get, tls_memory_change, tls_memory_put) == 1;
}

void tls_memory_begin(void)
{
    kept.is_on = true;
}

void tls_memory_end(void)
{
    kept.is_on = false;
    while (kept.n) free(kept.blocks[--kept.n]);
}

unsigned tls_memory_kept(void)
{
    return kept.n;
}
