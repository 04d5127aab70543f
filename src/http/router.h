/* router.h: method + path → route, with typed parameters: <name> one segment, <int:n>, <float:x>, <uuid:id>, <path:rest> (all
 * that is left, also slashes, not empty). Literal segments win over typed ones, typed ones in the order int, uuid, float, name,
 * path; a more specific branch that fails gives way to the next. HEAD goes where GET goes. Built at start, constant afterwards:
 * any thread may match. */
#ifndef QUERN_HTTP_ROUTER_H
#define QUERN_HTTP_ROUTER_H

#include "http/request.h"

#define ROUTE_PARAMS_MAX 8
#define ROUTES_MAX 256

struct exchange;
struct error_form;

/* Constant. Owned by whoever adds it; must outlive the router. */
struct route {
    uint32_t methods;    /* METHOD_BIT()s; GET implies HEAD */
    const char *pattern; /* "/run/<type>" */
    void (*handle)(struct exchange *x); /* runs on the shard's thread when the whole request is here */
    void *arg;                          /* for handle */
    uint64_t body_max;                  /* bytes; over → 413. 0: the route takes no body (one that comes is read and dropped up
                                           to 64 KiB, RFC 9110 §9.3.1) */
    /* Called when the head is parsed, before any body byte is taken: may lower or raise *body_max (by job type), or answer
     * with an error at once. NULL: nothing to check. True: go on. */
    bool (*admit)(struct exchange *x, uint64_t *body_max);
    bool idempotency; /* honours Idempotency-Key: what came with one is not done twice */
    bool vital;  /* answered even on a connection beyond the limit: health */
    uint16_t id; /* set by router_add: 0 … n-1, for counters by route */
};

struct route_match {
    const struct route *route;
    uint8_t n_params;
    struct slice param[ROUTE_PARAMS_MAX]; /* in the order of the pattern; slices of the path given */
    uint32_t allow; /* METHOD_BIT()s that this path knows, for 405 and OPTIONS: with HEAD and OPTIONS where they apply.
                       ROUTE_FOUND: those of the route's pattern only */
};

enum route_result { ROUTE_FOUND, ROUTE_WRONG_METHOD, ROUTE_NOT_FOUND };

struct router;
int router_new(struct router **out); /* 0 or -ENOMEM */
struct router *router_free(struct router *r);
/* 0, -EINVAL (bad pattern or methods), -EEXIST (method and pattern are taken), -ENOSPC, -ENOMEM; *why then says what. */
int router_add(struct router *r, struct route *route, const char **why);
enum route_result router_match(const struct router *r, enum method method, struct slice path, bool escaped_slash,
                               struct route_match *out);
uint32_t router_count(const struct router *r);
const struct route *router_route(const struct router *r, uint32_t id);
/* Every method that any route knows, for OPTIONS *. */
uint32_t router_all_methods(const struct router *r);
/* "GET, HEAD, OPTIONS" into out; returns its length. */
size_t router_allow_text(uint32_t methods, char *out, size_t room);

#endif
