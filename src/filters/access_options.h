/* access_options.h: what a snapshot of the access rules is made of, as plain values. Borrowed while access_new() runs. */
#ifndef QUERN_FILTERS_ACCESS_OPTIONS_H
#define QUERN_FILTERS_ACCESS_OPTIONS_H

#include "base/slice.h"

#define ACCESS_HOSTS_MAX 64

struct auth_options;

struct access_options {
    const char *const *hosts; /* "q.test", "*.q.test", "[2001:db8::1]": names served here, without ports; none: all */
    uint32_t n_hosts;
    const struct auth_options *auth; /* NULL: nobody is asked who it is */
};

#endif
