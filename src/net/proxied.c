/* proxied.c: connections whose PROXY header is still to come: it is waited for, and what it says is who the peer is. The sink hears of
 * such a connection only when its header is there. */
#include "base/check.h"
#include "base/log.h"
#include "net/conn_parts.h"
#include "net/proxy.h"

void proxied_refuse(struct conns *all, struct conn *c, const char *why)
{
    char text[IP_TEXT_BYTES] = "-";
    const struct peer *p = conn_peer(all, c);
    if (p) (void)ip_text(&p->ip, text);
    metric_add(&all->counts.proxy_refused, 1);
    log_warn("proxy.refused", "peer=%s reason=%s", text, why);
    conn_abort(all, c);
}

bool proxied_begin(struct conns *all, struct conn *c, bool passed)
{
    struct peer *p = conn_peer(all, c);
    c->flags |= F_PROXY;
    if (!p || !all->o.may_proxy || !all->o.may_proxy(all->o.may_proxy_arg, &p->ip)) {
        proxied_refuse(all, c, "untrusted");
        return false;
    }
    if (passed) p->flags |= PEER_PASSED;
    conn_deadline(all, c, all->o.clock->mono_ns + PROXY_NS);
    return true;
}

/* Another peer than that of the socket, which was the balancer. */
static void be(struct peer *p, const struct proxy_header *h)
{
    uint32_t passed = p->flags & PEER_PASSED;
    *p = (struct peer){.ip = h->from, .flags = PEER_ASKED | PEER_PROXIED | (h->secure ? PEER_SECURED : 0) | passed};
}

/* The header is there; its first held bytes came before. */
static void begin(struct conns *all, struct conn *c, const struct proxy_header *h, char *p, size_t n, size_t held)
{
    assert(h->bytes > held && h->bytes - held <= n);
    size_t own = h->bytes - held;
    c->session = chunk_put(all->o.chunks, c->session);
    c->flags &= (uint16_t)~F_PROXY;
    if (ip_is_known(&h->from)) be(conn_peer(all, c), h);
    conn_begin(all, c);
    if (c->state == CONN_OPEN && n > own) conn_take(all, c, p + own, n - own);
}

/* Nearly always all of it comes at once and is read where it stands; else its pieces are put together in a chunk. */
void proxied_bytes(struct conns *all, struct conn *c, char *p, size_t n)
{
    struct proxy_header h;
    struct chunk *part = c->session;
    size_t held = part ? part->end : 0, take = n < CHUNK_ROOM - held ? n : CHUNK_ROOM - held;
    if (part) {
        memcpy(part->bytes + held, p, take);
        part->end += (uint32_t)take;
    }
    enum proxy_outcome found = part ? proxy_parse(part->bytes, part->end, &h) : proxy_parse(p, n, &h);
    switch (found) {
    case PROXY_WHOLE: begin(all, c, &h, p, n, held); return;
    case PROXY_BAD: proxied_refuse(all, c, "malformed"); return;
    case PROXY_MORE: break;
    }
    if (part) return;
    c->session = part = chunk_get(all->o.chunks);
    if (!part) {
        proxied_refuse(all, c, "no_memory");
        return;
    }
    memcpy(part->bytes, p, n); /* less than a header may have */
    part->end = (uint32_t)n;
}
