/* hosts.c: see hosts.h. */
#include "filters/hosts.h"

#include "filters/client.h"
#include "filters/gate.h"

#include <errno.h>
#include <stdlib.h>

struct host_list {
    uint32_t n;
    char *names[]; /* "*.q.test" stands for all names below */
};

int host_list_new(const char *const *names, uint32_t n, struct host_list **out)
{
    struct host_list *l = NULL;
    if (n) {
        l = calloc(1, sizeof *l + n * sizeof *l->names);
        if (!l) return -ENOMEM;
        for (; l->n < n; l->n++) {
            l->names[l->n] = strdup(names[l->n]);
            if (!l->names[l->n]) {
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
    for (uint32_t i = 0; l && i < l->n; i++) free(l->names[i]);
    free(l);
    return NULL;
}

/* The parser has seen that the authority is well formed. */
static struct slice without_port(struct slice authority)
{
    const char *colon = authority.len ? memrchr(authority.p, ':', authority.len) : NULL;
    if (colon && !memchr(colon, ']', (size_t)(authority.p + authority.len - colon)))
        authority.len = (size_t)(colon - authority.p);
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
    struct slice host = without_port(authority);
    for (uint32_t i = 0; i < l->n; i++)
        if (names_it(slice_str(l->names[i]), host)) return true;
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
