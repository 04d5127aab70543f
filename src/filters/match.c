/* match.c: see match.h. */
#include "filters/match.h"

#include "filters/pattern.h"

#include <errno.h>
#include <stdlib.h>

static uint32_t method_bit(const char *name)
{
    for (int m = METHOD_GET; m < METHOD_OTHER; m++)
        if (slice_eq(method_text((enum method)m), slice_str(name))) return METHOD_BIT(m);
    return METHOD_BIT(METHOD_OTHER);
}

int match_init(struct match *m, const struct match_option *o)
{
    *m = (struct match){0};
    for (uint32_t i = 0; i < o->n_methods; i++) m->methods |= method_bit(o->methods[i]);
    if (m->methods & METHOD_BIT(METHOD_GET)) m->methods |= METHOD_BIT(METHOD_HEAD); /* the same without the body */
    if (!o->path) return 0;
    m->path = strdup(o->path);
    m->lead = strcspn(o->path, "*");
    return m->path ? 0 : -ENOMEM;
}

void match_deinit(struct match *m)
{
    free(m->path);
    m->path = NULL;
}

bool match_has(const struct match *m, const struct request *r)
{
    if (m->methods && !(m->methods & METHOD_BIT(r->method))) return false;
    return !m->path || (match_may_have(m, r) && pattern_has(m->path, request_path(r)));
}
