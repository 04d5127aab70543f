/* config_check.c: what a configuration must be as a whole. */
#include "config_file.h"

#include <inttypes.h>

#define MIB (UINT64_C(1) << 20)
#define FILES_MIN 4u /* of the journal: one in use, room for compaction, room for what is new */

static int check_disk(const struct config *c, struct config_why *why)
{
    uint64_t least = FILES_MIN * (uint64_t)c->segment_mib * MIB;
    if (!c->disk_max_bytes || c->disk_max_bytes >= least) return 0;
    return config_refuse(why, "disk_max must be at least four times segment_mib: %" PRIu64 " MiB", least / MIB);
}

static int check_listeners(const struct config *c, struct config_why *why)
{
    uint8_t any = 0;
    for (uint32_t i = 0; i < c->n_listen; i++) {
        any |= c->listen_ways[i];
        if (c->listen_ways[i] & CONFIG_PASSED && !(c->listen_ways[i] & CONFIG_SECURED))
            return config_refuse(why, "'passthrough' of key 'proxy' needs 'tls' beside it: it is the clients' TLS that is passed on");
    }
    if (any & CONFIG_PROXIED && !c->n_trusted_proxies)
        return config_refuse(why, "key 'proxy' of 'listen' needs 'trusted_proxies': nobody else is believed");
    if (any & CONFIG_SECURED && !c->tls.n_certificates) return config_refuse(why, "key 'tls' of 'listen' needs 'tls' with its certificates");
    return 0;
}

/* Owners are those that say who they are. */
static int check_owners(const struct config *c, struct config_why *why)
{
    if (c->jobs_visible_to != CONFIG_TO_OWNER || c->accounts || c->oauth.issuer) return 0;
    return config_refuse(why, "key 'jobs_visible_to': with 'owner' somebody must be asked who it is: that needs 'accounts' or 'oauth'");
}

int config_check(const struct config *c, struct config_why *why)
{
    int rc = check_disk(c, why);
    if (rc == 0) rc = check_listeners(c, why);
    return rc < 0 ? rc : check_owners(c, why);
}
