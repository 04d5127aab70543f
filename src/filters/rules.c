/* rules.c: see rules.h. */
#include "filters/rules.h"

#include "filters/gate.h"

#include <errno.h>
#include <stdlib.h>

static int copy(const char *text, char **out)
{
    *out = text ? strdup(text) : NULL;
    return text && !*out ? -ENOMEM : 0;
}

int rule_init(struct rule *l, const struct rule_option *o)
{
    *l = (struct rule){.action = o->action, .status = (uint16_t)(o->status ? o->status : 204)};
    int rc = match_init(&l->match, &o->match);
    if (rc == 0) rc = copy(o->header, &l->header);
    if (rc == 0) rc = copy(o->is, &l->is);
    if (rc == 0) rc = copy(o->starts, &l->starts);
    if (rc < 0) return rc;
    l->networks = calloc(o->n_networks + 1, sizeof *l->networks);
    if (!l->networks) return -ENOMEM;
    for (; l->n_networks < o->n_networks; l->n_networks++)
        if (!network_parse(slice_str(o->networks[l->n_networks]), &l->networks[l->n_networks])) return -EINVAL;
    return 0;
}

void rule_deinit(struct rule *l)
{
    match_deinit(&l->match);
    free(l->networks);
    free(l->header);
    free(l->is);
    free(l->starts);
}

static bool has_header(const struct rule *l, const struct request *r)
{
    struct slice name = slice_str(l->header), is = slice_str(l->is), starts = slice_str(l->starts);
    for (unsigned i = 0; i < r->n_fields; i++) {
        if (!slice_eq_nocase(request_span(r, r->fields[i].name), name)) continue;
        struct slice value = request_span(r, r->fields[i].value);
        if ((!l->is || slice_eq(value, is)) && (!l->starts || slice_starts(value, starts))) return true;
    }
    return false;
}

bool rule_has(const struct rule *l, const struct request *r, const struct ip *client)
{
    if (!match_has(&l->match, r)) return false;
    if (l->n_networks && !networks_have(l->networks, l->n_networks, client)) return false;
    return !l->header || has_header(l, r);
}

static enum filter_result ignore(struct gate *g, struct exchange *x, const struct rule *l)
{
    x->unlogged = true;
    metric_add(&g->rejected[REJECTED_IGNORED], 1);
    exchange_answer(x, &(struct answer){.status = l->status});
    return FILTER_REPLIED;
}

static enum filter_result act(struct gate *g, struct exchange *x, const struct rule *l)
{
    switch (l->action) {
    case RULE_ALLOW: break;
    case RULE_DENY:
        return gate_refuse(g, x, REJECTED_RULE, 403, "filtered", "A rule of this server does not let this request in.");
    case RULE_IGNORE: return ignore(g, x, l);
    }
    return FILTER_PASS;
}

/* From rule `first` on, which is worth asking. */
static enum filter_result ask_from(struct gate *g, struct exchange *x, uint32_t first)
{
    for (uint32_t i = first; i < g->access->n_rules; i++)
        if (rule_has(&g->access->rules[i], &x->request, &x->client.ip)) return act(g, x, &g->access->rules[i]);
    return FILTER_PASS;
}

enum filter_result rules_on_head(void *arg, struct exchange *x)
{
    struct gate *g = arg;
    const struct access *a = g->access;
    for (uint32_t i = 0; i < a->n_rules; i++)
        if (match_may_have(&a->rules[i].match, &x->request)) return ask_from(g, x, i);
    return FILTER_PASS;
}
