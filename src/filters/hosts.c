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

/* Without a call, for what is short: by words, of which the last overlaps the one before it. */
static bool is_same(struct slice a, struct slice b)
{
    uint64_t x, y;
    if (a.len != b.len || a.len < sizeof x) return false;
    for (size_t at = 0;; at = a.len - at < 2 * sizeof x ? a.len - sizeof x : at + sizeof x) {
        memcpy(&x, a.p + at, sizeof x);
        memcpy(&y, b.p + at, sizeof y);
        if (x != y) return false;
        if (at + sizeof x == a.len) return true;
    }
}

/* Most write it as it is, and most lists are short. */
static bool has_exactly(const struct host_list *l, struct slice authority)
{
    for (uint32_t i = 0; i < l->n; i++)
        if (is_same(l->names[i], authority)) return true;
    return false;
}

bool host_list_has(const struct host_list *l, struct slice authority)
{
    struct slice host = without_port(authority);
    for (uint32_t i = 0; i < l->n; i++)
        if (names_it(l->names[i], host)) return true;
    return false;
}

static enum filter_result look_closer(struct gate *g, struct exchange *x, struct slice authority)
{
    if (host_list_has(g->access->hosts, authority)) return FILTER_PASS;
    return gate_refuse(g, x, REJECTED_HOST, 421, "misdirected", "This server does not answer for that host.");
}

enum filter_result hosts_on_head(void *arg, struct exchange *x)
{
    struct gate *g = arg;
    const struct host_list *l = g->access->hosts;
    struct slice authority = client_authority(x);
    if (!l || authority.len == 0 || has_exactly(l, authority)) return FILTER_PASS;
    return look_closer(g, x, authority);
}
