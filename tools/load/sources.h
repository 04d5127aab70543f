/* sources.h: which local address and port, and which destination port, a new connection gets. Every (source, destination port)
 * has all local ports; what is free stands in a queue, so that running out is an error with a name, not a slow search in the
 * kernel. One thread owns a struct sources; threads share the space by taking every T-th port. */
#ifndef QUERN_LOAD_SOURCES_H
#define QUERN_LOAD_SOURCES_H

#include "tools/load/options.h"

struct sources;
struct endpoint {
    struct sockaddr_in local;  /* sin_port 0 and address INADDR_ANY: the kernel chooses both; no bind */
    struct sockaddr_in remote;
};

int sources_make(const struct options *o, uint32_t thread, uint32_t threads, struct sources **out); /* 0 or -ENOMEM */
struct sources *sources_free(struct sources *s);
/* How many connections can be open at once: all threads. UINT64_MAX where the kernel chooses. */
uint64_t sources_capacity(const struct options *o);
/* 0 or -EADDRNOTAVAIL: all are in use. */
int sources_take(struct sources *s, struct endpoint *e);
/* The connection is over, its port free again (used again last). */
void sources_give(struct sources *s, const struct sockaddr_in *local, uint16_t remote_port);

#endif
