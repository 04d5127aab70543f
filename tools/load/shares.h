/* shares.h: how a mix is divided among its groups: connections by weight; the rate and the number of requests by the weights of
 * those that send requests. Pure functions, any thread. */
#ifndef QUERN_LOAD_SHARES_H
#define QUERN_LOAD_SHARES_H

#include "tools/load/options.h"

/* The slow scenarios: clients that hold a connection without ever completing a request. */
bool scenario_drips(enum scenario_kind kind);
/* Enqueue, lease, acknowledge. */
bool scenario_has_jobs(enum scenario_kind kind);
/* Of o->connections; all groups' together are all of them. */
uint32_t share_connections(const struct options *o, int group);
/* Of o->requests (-n); 0 for slow groups. */
uint64_t share_requests(const struct options *o, int group);
/* Of a rate that is given for all groups: 0 to 1. Groups with a rate of their own, and slow ones, have no part in it. */
double share_rate(const struct options *o, int group);

#endif
