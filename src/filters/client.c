/* client.c: see client.h. */
#include "filters/client.h"

#include "filters/gate.h"
#include "http/session.h"

uint32_t client_on_open(void *arg, const struct ip *peer)
{
    const struct access *a = ((struct gate *)arg)->access;
    return a && networks_have(a->trusted, a->n_trusted, peer) ? PEER_TRUSTED : 0;
}

void client_on_closed(void *arg, const struct peer *peer)
{
    (void)arg, (void)peer;
}

/* Trust is asked for each request: the networks may be others than when the connection came. */
enum filter_result client_on_head(void *arg, struct exchange *x)
{
    const struct access *a = ((struct gate *)arg)->access;
    if (!a->needs_peers) return FILTER_PASS;
    x->client.ip = exchange_peer(x);
    x->client.host = x->request.host;
    if (!a->n_trusted || !networks_have(a->trusted, a->n_trusted, &x->client.ip)) return FILTER_PASS;
    x->client.proxied = true;
    forwarded_read(&x->request, a->forwarded, a->trusted, a->n_trusted, &x->client);
    return FILTER_PASS;
}
