/* match.h: which requests a rule or a limit is about: path and method. Any thread. */
#ifndef QUERN_FILTERS_MATCH_H
#define QUERN_FILTERS_MATCH_H

#include "filters/access_options.h"
#include "http/exchange.h"

struct match {
    char *path;       /* pattern.h; NULL: all */
    size_t lead;      /* bytes before its first star */
    uint32_t methods; /* METHOD_BIT()s; 0: all */
};

/* Copies. 0 or -ENOMEM. */
int match_init(struct match *m, const struct match_option *o);
void match_deinit(struct match *m);

bool match_has(const struct match *m, const struct request *r);
static inline bool match_is_any(const struct match *m)
{
    return !m->path && !m->methods;
}
/* Whether it is worth asking: most paths show already by one byte that they are not meant. */
static inline bool match_may_have(const struct match *m, const struct request *r)
{
    return m->lead <= r->path.len && (m->lead == 0 || r->head[r->path.at + m->lead - 1] == m->path[m->lead - 1]);
}

#endif
