/* match.h: which requests a rule or a limit is about: path and method. Any thread. */
#ifndef QUERN_FILTERS_MATCH_H
#define QUERN_FILTERS_MATCH_H

#include "filters/access_options.h"
#include "filters/pattern.h"
#include "http/exchange.h"

struct match {
    char *path;       /* pattern.h; NULL: all */
    size_t lead;      /* bytes before its first star */
    uint32_t methods; /* METHOD_BIT()s; 0: all */
};

/* Copies. 0 or -ENOMEM. */
int match_init(struct match *m, const struct match_option *o);
void match_deinit(struct match *m);

/* Most paths show already by one byte that they are not meant. */
static inline bool match_has(const struct match *m, const struct request *r)
{
    if (m->methods && !(m->methods & METHOD_BIT(r->method))) return false;
    struct slice path = request_path(r);
    if (m->lead && (path.len < m->lead || path.p[m->lead - 1] != m->path[m->lead - 1])) return false;
    return !m->path || pattern_has(m->path, path);
}

#endif
