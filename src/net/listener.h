/* listener.h: accepts connections for one shard. Stops when no slot or descriptor is left and goes on, with hysteresis, when some
 * have come back; never spins on EMFILE. The shard's thread. */
#ifndef QUERN_NET_LISTENER_H
#define QUERN_NET_LISTENER_H

#include "net/conn.h"

#define LISTENERS_MAX 16u
#define LISTENER_DIRECT_ACCEPTS 32u /* one-shot accepts kept armed when descriptors are direct */

struct listeners;

struct listeners_options {
    const int *fds; /* listening sockets; borrowed */
    uint32_t n;
    const uint8_t *ways; /* of each: enum conn_way; NULL: nothing comes before HTTP */
    bool direct; /* accept into the ring's own descriptor table */
    struct ring *ring;
    struct timers *timers;
    struct conns *conns;
    const struct clock *clock;
};
struct listener_counts {
    metric accepted, paused, failed;
};

int listeners_new(const struct listeners_options *options, struct listeners **out); /* 0 or -ENOMEM */
void listeners_start(struct listeners *l);
/* For good: cancels what is armed. Connections that were accepted meanwhile are still served. */
void listeners_stop(struct listeners *l);
/* True once nothing is armed any more. */
bool listeners_stopped(const struct listeners *l);
struct listeners *listeners_free(struct listeners *l);
struct listener_counts *listeners_counts(struct listeners *l);

#endif
