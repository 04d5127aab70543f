/* Any bytes as a path, against the server's own routes: what is found is of the path, and the same for every method of its route. */
#include "api/routes.h"
#include "base/check.h"
#include "http/percent.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct routes *own_routes(void)
{
    static struct routes all;
    static bool is_made;
    const char *why;
    if (!is_made && routes_init(&all, 1u << 20, &why) < 0) abort();
    is_made = true;
    return &all;
}

static bool is_within(struct slice part, struct slice whole)
{
    return part.len == 0 || (part.p >= whole.p && part.p + part.len <= whole.p + whole.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct routes *all = own_routes();
    if (size < 2) return 0;
    enum method method = (enum method)(data[0] % (METHOD_OTHER + 1));
    bool escaped = data[1] & 1;
    char *copy = malloc(size - 1); /* of exactly this size: a read behind it is seen */
    if (!copy) return 0;
    copy[0] = '/';
    if (size > 2) memcpy(copy + 1, data + 2, size - 2);
    struct slice path = slice_make(copy, size - 1);
    struct route_match m, again;
    enum route_result found = router_match(all->router, method, path, escaped, &m);
    if (found == ROUTE_FOUND) {
        assert(m.route && m.route->id < router_count(all->router) && router_route(all->router, m.route->id) == m.route);
        assert(m.n_params <= ROUTE_PARAMS_MAX);
        for (uint8_t i = 0; i < m.n_params; i++) assert(m.param[i].len > 0 && is_within(m.param[i], path));
        for (int other = 0; other < METHOD_OTHER; other++) {
            if (!(m.route->methods & METHOD_BIT(other))) continue;
            assert(router_match(all->router, (enum method)other, path, escaped, &again) == ROUTE_FOUND && again.route == m.route);
        }
    } else if (found == ROUTE_WRONG_METHOD) {
        assert(m.allow && (method == METHOD_OPTIONS || !(m.allow & METHOD_BIT(method)))); /* OPTIONS is answered without a route */
    }
    free(copy);
    return 0;
}
