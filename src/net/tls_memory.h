/* tls_memory.h: OpenSSL's memory for records. Most connections are idle, so OpenSSL gives the buffer of a record back as soon as that has been
 * read or written (SSL_MODE_RELEASE_BUFFERS), and asks for the next one with the next record. A thread that speaks TLS keeps a few of them,
 * whichever connection they were of: it works on one record at a time. */
#ifndef QUERN_NET_TLS_MEMORY_H
#define QUERN_NET_TLS_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#define TLS_MEMORY_KEPT 4u /* of 17 KiB, by each thread */

/* Of the process: before anything of OpenSSL is called. False: too late; then all is as without this. */
bool tls_memory_init(void);
/* This thread keeps buffers from now on; and no more: those that it has are freed. */
void tls_memory_begin(void);
void tls_memory_end(void);
unsigned tls_memory_kept(void); /* by this thread, now */

/* What OpenSSL calls in place of malloc, realloc and free; it says where from. */
void *tls_memory_get(size_t bytes, const char *file, int line);
void *tls_memory_change(void *p, size_t bytes, const char *file, int line);
void tls_memory_put(void *p, const char *file, int line);

#endif
