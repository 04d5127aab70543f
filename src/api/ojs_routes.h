/* ojs_routes.h: the routes of the Open Job Spec. Built at start. */
#ifndef QUERN_API_OJS_ROUTES_H
#define QUERN_API_OJS_ROUTES_H

#include "http/router.h"

#define OJS_ROUTES 96 /* at most */
/* One per server, beside its router, which it must outlive. */
struct ojs_routes {
    struct route route[OJS_ROUTES];
};

/* Fills *all and adds its routes to r. body_max: of a job's envelope, a result, an error report.
 * 0, or what router_add() says, with *why. */
int ojs_routes_add(struct router *r, struct ojs_routes *all, uint64_t body_max, const char **why);

#endif
