/* client.c: see client.h. */
#include "filters/client.h"

#include "base/log.h"
#include "base/tally.h"
#include "filters/gate.h"
#include "http/session.h"

static uint64_t high_of(const struct ip *ip)
{
    uint64_t high;
    memcpy(&high, ip->b, sizeof high);
    return high;
}

static uint64_t low_of(const struct ip *ip)
{
    uint64_t low;
    struct ip client = ip_client(ip);
    memcpy(&low, client.b + sizeof low, sizeof low);
    return low;
}

uint32_t client_on_open(void *arg, const struct ip *peer)
{
    struct gate *g = arg;
    const struct access *a = g->access;
    if (!a) return 0;
    if (networks_have(a->trusted, a->n_trusted, peer)) return PEER_TRUSTED;
    if (!a->per_address || (a->spares_loopback && ip_is_loopback(peer))) return 0;
    switch (tally_add(a->tally, high_of(peer), low_of(peer), a->per_address)) {
    case TALLY_COUNTED: return PEER_COUNTED;
    case TALLY_NO_ROOM: return 0;
    case TALLY_FULL: break;
    }
    metric_add(&g->rejected[REJECTED_CONNECTIONS], 1);
    char text[IP_TEXT_BYTES];
    (void)ip_text(peer, text);
    log_warn("connection.refused", "reason=connections_per_address client=%s max=%u", text, a->per_address);
    return PEER_REFUSED;
}

bool client_is_trusted(void *arg, const struct ip *peer)
{
    const struct access *a = ((struct gate *)arg)->access;
    return a && networks_have(a->trusted, a->n_trusted, peer);
}

void client_on_closed(void *arg, const struct peer *peer)
{
    struct gate *g = arg;
    if (peer->flags & PEER_COUNTED) tally_drop(g->access->tally, high_of(&peer->ip), low_of(&peer->ip));
}

/* Trust is asked for each request: the networks may be others than when the connection came. */
enum filter_result client_on_head(void *arg, struct exchange *x)
{
    const struct access *a = ((struct gate *)arg)->access;
    x->client.secure = exchange_is_secured(x);
    if (!a->needs_peers) return FILTER_PASS;
    x->client.ip = exchange_peer(x);
    x->client.host = x->request.host;
    if (!a->n_trusted || !networks_have(a->trusted, a->n_trusted, &x->client.ip)) return FILTER_PASS;
    x->client.proxied = true;
    x->client.secure = false; /* how the client came to the proxy, only the proxy knows */
    forwarded_read(&x->request, a->forwarded, a->trusted, a->n_trusted, &x->client);
    return FILTER_PASS;
}

struct slice client_scheme(const struct exchange *x)
{
    return x->client.secure ? SLICE("https") : SLICE("");
}
