/* forwarded.h: what proxies in front say of a request: X-Forwarded-For, -Proto and -Host, or Forwarded (RFC 7239). Whoever sends a request
 * may write anything there; each proxy adds what it knows at the right. So it is read from the right, as long as what stands there was
 * written by a proxy of ours: the client is the first address that is none. Any thread. */
#ifndef QUERN_FILTERS_FORWARDED_H
#define QUERN_FILTERS_FORWARDED_H

#include "base/ip.h"
#include "http/exchange.h"

enum forwarded_kind { FORWARDED_NONE, FORWARDED_X, FORWARDED_RFC7239 };
#define FORWARDED_HOPS_MAX 64u /* elements that are looked at, from the right */

/* A request from a proxy of ours: client->ip is its address and host that of the request; both stay where nothing better is said. The
 * first thing from the right that cannot be read ends the walk: the client is the last good hop. */
void forwarded_read(const struct request *r, enum forwarded_kind kind, const struct network *trusted, uint32_t n_trusted,
                    struct client *client);
/* "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:80": what stands for a hop. */
bool forwarded_address(struct slice text, struct ip *out);

#endif
