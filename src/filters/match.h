/* match.h: which requests a rule or a limit is about: path and method. Any thread. */
#ifndef QUERN_FILTERS_MATCH_H
#define QUERN_FILTERS_MATCH_H

#include "filters/access_options.h"
#include "http/exchange.h"

struct match {
    char *path;       /* pattern.h; NULL: all */
    uint32_t methods; /* METHOD_BIT()s; 0: all */
};

/* Copies. 0 or -ENOMEM. */
int match_init(struct match *m, const struct match_option *o);
void match_deinit(struct match *m);
bool match_has(const struct match *m, const struct request *r);

#endif
