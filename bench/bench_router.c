/* bench_router.c: path → route, in quern's own table and one route of a configuration. */
#include "api/routes.h"
#include "micro.h"

#include <string.h>

static struct routes all;

struct lookup {
    enum method method;
    struct slice path;
    enum route_result expected;
};

static void match(void *arg, uint64_t n)
{
    const struct lookup *l = arg;
    struct route_match m;
    for (uint64_t i = 0; i < n; i++) {
        micro_keep(&l->path);
        micro_check(router_match(all.router, l->method, l->path, false, &m) == l->expected, "a match");
        micro_keep(m.route);
    }
}

static void bench(const char *name, enum method method, const char *path, enum route_result expected)
{
    struct lookup l = {method, slice_str(path), expected};
    micro_run(name, match, &l, 0);
}

int main(int argc, char **argv)
{
    static const struct own_route_spec shop = {
        .methods = "GET", .path = "/shop/<int:shelf>/<item>", .status = 200, .body = "found\n"};
    const char *why;
    micro_begin(argc, argv, "router");
    micro_check(routes_init(&all, 1 << 20, &why) == 0, "making the routes");
    micro_check(routes_add_own(&all, NULL, &shop, &why) == 0, "adding a route");
    bench("fixed path", METHOD_GET, "/livez", ROUTE_FOUND);
    bench("fixed path, 4 segments", METHOD_POST, "/ojs/v1/workers/fetch", ROUTE_FOUND);
    bench("int and name parameters", METHOD_GET, "/shop/4711/hammer", ROUTE_FOUND);
    bench("uuid parameter", METHOD_GET, "/ojs/v1/jobs/0198c0de-7a1b-7c2d-8e3f-4a5b6c7d8e9f", ROUTE_FOUND);
    bench("404", METHOD_GET, "/shop/of/horrors/nowhere", ROUTE_NOT_FOUND);
    bench("405", METHOD_DELETE, "/livez", ROUTE_WRONG_METHOD);
    routes_deinit(&all);
    return micro_end();
}
