/* fault.h: what the fault build (make fault) does to a ring: tiny queues and buffers, short sends, results that a kernel gives
 * once in a while. A file operation fails only where the environment asks for it, since one failure ends a journal:
 * QUERN_FAULT_FILE=error:N, short:N or from:N, for the Nth operation (file.h: enum file_fault). In other builds all of this
 * compiles to nothing. */
#ifndef QUERN_RING_FAULT_H
#define QUERN_RING_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef QUERN_FAULT
#define FAULT_SQ_ENTRIES 8
#define FAULT_CQ_ENTRIES 16
#define FAULT_BUFFERS 8
#define FAULT_SOCKET_BYTES 4096
/* A deterministic sequence per ring: 1 in n. */
static inline int fault_one_in(uint32_t *state, uint32_t n)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 16) % n == 0;
}
/* Sends fewer bytes than asked for, now and then only one. */
static inline size_t fault_send_bytes(uint32_t *state, size_t len)
{
    if (len > 1 && fault_one_in(state, 3)) return 1 + (*state >> 8) % (len - 1);
    return len;
}
static inline bool fault_file(char kind[8], unsigned long *nth)
{
    const char *plan = getenv("QUERN_FAULT_FILE");
    return plan && sscanf(plan, "%7[a-z]:%lu", kind, nth) == 2;
}
#else
static inline int fault_one_in(uint32_t *state, uint32_t n)
{
    (void)state, (void)n;
    return 0;
}
static inline size_t fault_send_bytes(uint32_t *state, size_t len)
{
    (void)state;
    return len;
}
static inline bool fault_file(char kind[8], unsigned long *nth)
{
    (void)kind, (void)nth;
    return false;
}
#endif

#endif
