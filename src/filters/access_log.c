/* access_log.c: see access_log.h. */
#include "filters/access_log.h"

#include "base/clock.h"
#include "base/ip.h"
#include "base/log.h"

#include <inttypes.h>

void access_log(const struct exchange *x, uint16_t status, uint64_t bytes)
{
    if (x->unlogged || !log_enabled(LOG_INFO)) return;
    char target[LOG_QUOTE_BYTES], client[IP_TEXT_BYTES];
    const struct request *r = &x->request;
    uint64_t ms_1000 = (exchange_now_ns(x) - x->started_ns) / NS_PER_US;
    struct slice text = r->head ? request_span(r, r->path) : SLICE("");
    struct ip ip = ip_is_known(&x->client.ip) ? x->client.ip : exchange_peer(x); /* what was not filtered has its connection's */
    (void)ip_text(&ip, client);
    log_info("request", "client=%s method=%s status=%u bytes=%" PRIu64 " ms=%" PRIu64 ".%03" PRIu64 "%s%s path=%s",
             client, r->method == METHOD_OTHER ? "-" : method_text((enum method)r->method).p, status, bytes, ms_1000 / 1000,
             ms_1000 % 1000, x->refused ? " refused=" : "", x->refused ? x->refused : "", log_quote(text, target));
}
