/* pace.h: how much time a client has for what it sends, and that it has not to answer for ours. The shard's thread. */
#ifndef QUERN_HTTP_PACE_H
#define QUERN_HTTP_PACE_H

#include <stdint.h>

struct session;

/* When the body that is being read will have taken too long, all of it or for what has come of it. */
uint64_t pace_limit_ns(const struct session *s);
/* Nothing of what comes is parsed, for want of memory or as older requests wait for their answers: the client's time stands still. */
void pace_halt(struct session *s);
/* It is parsed again; after pace_halt(). */
void pace_go_on(struct session *s);

#endif
