/* access_options.h: what a snapshot of the access rules is made of, as plain values. Borrowed while access_new() runs. */
#ifndef QUERN_FILTERS_ACCESS_OPTIONS_H
#define QUERN_FILTERS_ACCESS_OPTIONS_H

#include "base/ip.h"

struct auth_options;

struct access_options {
    const char *const *hosts; /* "q.test", "*.q.test", "[2001:db8::1]": names served here, without ports; none: all */
    uint32_t n_hosts;
    const struct auth_options *auth; /* NULL: nobody is asked who it is */
    const char *const *trusted; /* networks of proxies in front that are believed */
    uint32_t n_trusted;
    uint32_t forwarded;         /* enum forwarded_kind: what they say of clients */
    bool needs_peers;           /* somebody besides filters needs to know addresses: the access log */
};

#endif
