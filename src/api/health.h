/* health.h: live, ready, draining: what load balancers ask. Answered even on a crowded shard. */
#ifndef QUERN_API_HEALTH_H
#define QUERN_API_HEALTH_H

struct exchange;

void health_live(struct exchange *x);  /* GET /livez: the loop turns */
void health_ready(struct exchange *x); /* GET /readyz: work is taken */
void health_root(struct exchange *x);  /* GET, HEAD and OPTIONS /: as /readyz, with a few words for people */

#endif
