/* access.h: everything that filters decide by, as one snapshot: made at start, and again when the configuration is read again. It is
 * never written to once it is made, so all shards share one; each holds a reference.
 *
 * A request may outlive the snapshot that it has met: between two calls of a filter the shard may get another one. What a filter keeps of
 * it beyond its call is copied, or holds a reference of its own. */
#ifndef QUERN_FILTERS_ACCESS_H
#define QUERN_FILTERS_ACCESS_H

#include "filters/access_options.h"

#include "filters/forwarded.h"

#include <stdatomic.h>

struct auth;
struct cors;
struct gcra;
struct host_list;
struct rate_limit;
struct rule;
struct tally;

struct access {
    _Atomic uint32_t refs;
    struct host_list *hosts; /* NULL: any */
    struct auth *auth; /* NULL: nobody is asked who it is */
    struct network *trusted;
    uint32_t n_trusted;
    enum forwarded_kind forwarded;
    bool needs_peers; /* somebody asks for addresses */
    uint32_t per_address; /* connections; 0: any number */
    bool spares_loopback;
    struct tally *tally; /* the server's */
    struct rule *rules;
    uint32_t n_rules;
    struct rate_limit *limits;
    uint32_t n_limits, n_limits_of_principals; /* the second: among them */
    struct gcra *gcra; /* the server's */
    struct cors *cors; /* NULL: off */
};

/* 0 with one reference, -EINVAL with a sentence for an operator in why, or -ENOMEM. The server's thread. */
int access_new(const struct access_options *o, struct access **out, char *why, size_t why_room);
/* Any thread. */
struct access *access_ref(struct access *a);
/* The last one frees it. NULL is fine. Returns NULL. */
struct access *access_unref(struct access *a);

#endif
