/* hosts.c: see hosts.h. */
#include "filters/hosts.h"

#include "filters/client.h"
#include "filters/gate.h"

#include <errno.h>
#include <stdlib.h>

struct host_list {
    uint32_t n;
    struct slice names[]; /* memory of their own; "*.q.test" stands for all names below */
};

int host_list_new(const char *const *names, uint32_t n, struct host_list **out)
{
    struct host_list *l = NULL;
    if (n) {
        l = calloc(1, sizeof *l + n * sizeof *l->names);
        if (!l) return -ENOMEM;
        for (; l->n < n; l->n++) {
            l->names[l->n] = slice_str(strdup(names[l->n]));
            if (!l->names[l->n].p) {
                host_list_free(l);
                return -ENOMEM;
            }
        }
    }
    *out = l;
    return 0;
}

struct host_list *host_list_free(struct host_list *l)
{
    for (uint32_t i = 0; l && i < l->n; i++) free((char *)l->names[i].p); /* strdup's */
    free(l);
    return NULL;
}

/* The parser has seen that the authority is well formed: what follows its last colon outside of brackets are digits, if anything. */
static struct slice without_port(struct slice authority)
{
    size_t end = authority.len;
    while (end && authority.p[end - 1] >= '0' && authority.p[end - 1] <= '9') end--;
    if (end && authority.p[end - 1] == ':') authority.len = end - 1;
    if (authority.len > 1 && authority.p[authority.len - 1] == '.') authority.len--;
    return authority;
}

static bool names_it(struct slice name, struct slice host)
{
    if (name.p[0] != '*') return slice_eq_nocase(name, host);
    struct slice end = slice_from(name, 1); /* with its dot */
    return host.len > end.len && slice_eq_nocase(slice_from(host, host.len - end.len), end);
}

bool host_list_has(const struct host_list *l, struct slice authority)
{
    for (uint32_t i = 0; i < l->n; i++)
        if (slice_eq(l->names[i], authority)) return true; /* most write it as it is */
    struct slice host = without_port(authority);
    for (uint32_t i = 0; i < l->n; i++)
        if (names_it(l->names[i], host)) return true;
    return false;
}

enum filter_result hosts_on_head(void *arg, struct exchange *x)
{
    struct gate *g = arg;
    const struct host_list *l = g->access->hosts;
    struct slice authority = client_authority(x);
    if (!l || authority.len == 0 || host_list_has(l, authority)) return FILTER_PASS;
    return gate_refuse(g, x, REJECTED_HOST, 421, "misdirected", "This server does not answer for that host.");
}
