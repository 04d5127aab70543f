/* client.h: whom a request comes from, seen through the proxies that are trusted: address, scheme, authority. And whom connections come
 * from: those of trusted proxies live longer while idle, and of
 * others each address may have so many. The shard's thread. */
#ifndef QUERN_FILTERS_CLIENT_H
#define QUERN_FILTERS_CLIENT_H

#include "http/filter.h"

struct peer;

/* http_options.on_open and on_closed; arg: struct gate. */
uint32_t client_on_open(void *arg, const struct ip *peer);
/* conns_options.may_proxy, http_options.trusts: whether it is one of the trusted proxies. */
bool client_is_trusted(void *arg, const struct ip *peer);
void client_on_closed(void *arg, const struct peer *peer);
/* Fills x->client. arg: struct gate. */
enum filter_result client_on_head(void *arg, struct exchange *x);
/* The authority that the client has asked for; empty: none (HTTP/1.0). A slice of the request's head. */
static inline struct slice client_authority(const struct exchange *x)
{
    return request_span(&x->request, x->client.host.len ? x->client.host : x->request.host);
}
/* "https", where a proxy of ours says so; empty: it is not known. */
struct slice client_scheme(const struct exchange *x);

#endif
