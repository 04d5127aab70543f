/* gate.c: see gate.h. */
#include "filters/gate.h"

#include "filters/hosts.h"

static const char *const names[REJECTIONS] = {
    [REJECTED_HOST] = "host",
};

const char *rejection_name(enum rejection why)
{
    return names[why];
}

void gate_init(struct gate *g, struct access *access)
{
    *g = (struct gate){.access = access};
}

void gate_deinit(struct gate *g)
{
    g->access = access_unref(g->access);
}

void gate_swap(struct gate *g, struct access *access)
{
    access_unref(g->access);
    g->access = access;
}

/* What is cheapest and concerns all comes first; who asks is found out before what that one may do. */
uint32_t gate_filters(struct gate *g, struct filter out[FILTERS_MAX])
{
    uint32_t n = 0;
    out[n++] = (struct filter){.name = "hosts", .on_head = hosts_on_head, .arg = g};
    return n;
}

enum filter_result gate_refuse(struct gate *g, struct exchange *x, enum rejection why, uint16_t status, const char *slug,
                               const char *detail)
{
    metric_add(&g->rejected[why], 1);
    x->refused = names[why];
    exchange_fail(x, status, slug, detail);
    return FILTER_REPLIED;
}
