/* conn_parts.h: what conn.c and conn_open.c share. The load thread. */
#ifndef QUERN_LOAD_CONN_PARTS_H
#define QUERN_LOAD_CONN_PARTS_H

#include "tools/load/driver.h"

#define RETRY_NS (100 * NS_PER_MS)        /* after a failure, before the same slot tries again */

ring_fd conn_descriptor(struct driver *d, const struct conn *c);
/* Its local address and port are free again. */
void conn_end_give(struct driver *d, const struct conn *c);
/* Counted; a fresh scenario's request has failed with it. The connection's state is the caller's to change. */
void conn_open_failed(struct driver *d, struct conn *c, int error);

#endif
