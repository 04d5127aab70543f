/* hosts.h: which authorities are served here (RFC 9110 §7.4, §15.5.20): others get 421. Health is answered under any, as load balancers
 * ask by address; so are requests of HTTP/1.0 without Host. */
#ifndef QUERN_FILTERS_HOSTS_H
#define QUERN_FILTERS_HOSTS_H

#include "http/filter.h"

struct host_list;

/* names as in access_options, copied. *out NULL when there are none. 0 or -ENOMEM. */
int host_list_new(const char *const *names, uint32_t n, struct host_list **out);
struct host_list *host_list_free(struct host_list *l);
/* authority: host with or without port; letters in any case, one dot at the end does not count. */
bool host_list_has(const struct host_list *l, struct slice authority);

/* arg: struct gate. */
enum filter_result hosts_on_head(void *arg, struct exchange *x);

#endif
