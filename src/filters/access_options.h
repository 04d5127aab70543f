/* access_options.h: what a snapshot of the access rules is made of, as plain values: as the configuration has them. Borrowed while
 * access_new() runs. */
#ifndef QUERN_FILTERS_ACCESS_OPTIONS_H
#define QUERN_FILTERS_ACCESS_OPTIONS_H

#include "base/ip.h"

struct auth_options;
struct tally;
struct gcra;

#define MATCH_METHODS_MAX 8
#define RATE_LIMITS_MAX 16
#define RATE_LIMIT_NAME_MAX 63
#define RULES_MAX 128
#define RULE_NETWORKS_MAX 64
#define CORS_LIST_MAX 32

/* Which requests: path (pattern.h; NULL: all) and methods (none: all). */
struct match_option {
    char *path;
    char *methods[MATCH_METHODS_MAX];
    uint32_t n_methods;
};

enum rate_limit_by { RATE_BY_ADDRESS, RATE_BY_PRINCIPAL, RATE_BY_ALL };
struct rate_limit_option {
    char *name;               /* printable, without quotes and backslashes */
    uint32_t requests, per_s; /* both at least 1 */
    uint32_t burst;           /* as many at once; 0: as requests */
    enum rate_limit_by by;
    struct match_option match;
};

enum rule_action { RULE_ALLOW, RULE_DENY, RULE_IGNORE };
struct rule_option {
    enum rule_action action;
    struct match_option match;
    char *networks[RULE_NETWORKS_MAX];
    uint32_t n_networks;
    char *header, *is, *starts; /* NULL: none */
    uint32_t status;            /* of RULE_IGNORE */
};

struct cors_option {
    char *origins[CORS_LIST_MAX]; /* "https://q.test"; or "*", then without credentials */
    uint32_t n_origins;
    char *methods[MATCH_METHODS_MAX];
    uint32_t n_methods;
    char *headers[CORS_LIST_MAX], *expose[CORS_LIST_MAX];
    uint32_t n_headers, n_expose;
    uint32_t max_age_s;
    bool credentials;
};

struct access_options {
    const char *const *hosts; /* "q.test", "*.q.test", "[2001:db8::1]": names served here, without ports; none: all */
    uint32_t n_hosts;
    const struct auth_options *auth; /* NULL: nobody is asked who it is */
    const char *const *trusted; /* networks of proxies in front that are believed */
    uint32_t n_trusted;
    uint32_t forwarded;         /* enum forwarded_kind: what they say of clients */
    bool needs_peers;           /* somebody besides filters needs to know addresses: the access log */
    uint32_t per_address;       /* connections of one address, but for trusted ones; 0: any number */
    bool spares_loopback;       /* not counted from there */
    struct tally *tally;        /* where they are counted: one for all snapshots, and outlives them */
    const struct rule_option *rules;
    uint32_t n_rules;
    const struct rate_limit_option *limits;
    uint32_t n_limits;
    struct gcra *gcra;          /* what the limits count in: one for all snapshots, and outlives them */
    const struct cors_option *cors;
};

#endif
