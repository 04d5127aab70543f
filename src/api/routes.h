/* routes.h: every route on one page. Built at start, constant afterwards; one per server. */
#ifndef QUERN_API_ROUTES_H
#define QUERN_API_ROUTES_H

#include "api/ojs_routes.h"
#include "http/router.h"
#include "workers/types.h"

#define ROUTES_BUILTIN 8
#define ROUTES_OWN_MAX 128

/* A route of the configuration: bound to a job type or to a fixed answer. */
struct own_route_spec {
    const char *methods; /* "GET,POST" */
    const char *path;
    const char *job;     /* NULL: a fixed answer */
    uint16_t status;
    const char *type, *body;
};
struct own_route {
    struct route route;
    const struct job_type *job;
    const char *names[ROUTE_PARAMS_MAX]; /* of the path's parameters; they become the job's */
    char names_text[256];
    struct own_route_spec spec; /* texts borrowed: they outlive the server */
};

struct routes {
    struct router *router;
    struct route builtin[ROUTES_BUILTIN];
    struct ojs_routes ojs;
    struct own_route own[ROUTES_OWN_MAX];
    uint32_t n_own;
};

/* 0 or -errno with *why. job_body_max: of an envelope or a result. */
int routes_init(struct routes *all, uint64_t job_body_max, const char **why);
/* 0, -EINVAL, -EEXIST (the path is taken), -ENOENT (no such job type), with *why. */
int routes_add_own(struct routes *all, const struct types *types, const struct own_route_spec *spec, const char **why);
void routes_deinit(struct routes *all);

#endif
