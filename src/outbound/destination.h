/* destination.h: where this program may ask others for something: nobody gets it to knock at doors of its own network. What is asked is
 * set by an operator, so a URL is trusted to name a host; the address that its name leads to is not. Pure functions; any thread. */
#ifndef QUERN_OUTBOUND_DESTINATION_H
#define QUERN_OUTBOUND_DESTINATION_H

#include "base/ip.h"

#define DESTINATION_URL_MAX 2048u

/* Whether url is one that is asked: https, a host, perhaps a port; no user, no fragment, nothing that programs read in two ways. why, when
 * it is not: a sentence's end. */
bool destination_url_ok(struct slice url, const char **why);
/* Whether the address belongs to the public internet: no loopback, private, link-local, shared, multicast or reserved range, and no IPv6
 * address that has one of IPv4 within. */
bool destination_is_public(const struct ip *ip);
/* Public, or in one of the n networks that an operator has allowed. */
bool destination_allowed(const struct ip *ip, const struct network *allowed, uint32_t n);

#endif
