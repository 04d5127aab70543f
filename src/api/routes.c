/* routes.c: see routes.h. */
#include "api/routes.h"

#include "api/api.h"
#include "api/health.h"
#include "api/metrics.h"
#include "api/openapi.h"
#include "api/run.h"
#include "base/check.h"

#include <errno.h>

#define GET METHOD_BIT(METHOD_GET)

static const struct route builtin[ROUTES_BUILTIN] = {
    {.methods = GET | METHOD_BIT(METHOD_OPTIONS), .pattern = "/", .handle = health_root, .vital = true},
    {.methods = GET, .pattern = "/livez", .handle = health_live, .vital = true},
    {.methods = GET, .pattern = "/readyz", .handle = health_ready, .vital = true},
    {.methods = GET, .pattern = "/metrics", .handle = metrics_handle},
    {.methods = GET, .pattern = "/openapi.json", .handle = openapi_handle},
    {.methods = METHOD_BIT(METHOD_POST), .pattern = "/run/<type>", .handle = run_handle, .admit = run_admit, .idempotency = true},
};

int routes_init(struct routes *all, uint64_t job_body_max, const char **why)
{
    *all = (struct routes){0};
    *why = "no memory";
    int rc = router_new(&all->router);
    for (size_t i = 0; rc == 0 && i < ROUTES_BUILTIN && builtin[i].pattern; i++) {
        all->builtin[i] = builtin[i];
        rc = router_add(all->router, &all->builtin[i], why);
    }
    if (rc == 0) rc = ojs_routes_add(all->router, &all->ojs, job_body_max, why);
    return rc;
}

void routes_deinit(struct routes *all)
{
    all->router = router_free(all->router);
}

/* ---- own routes ---- */

static struct own_route *own_of(const struct exchange *x)
{
    return x->match.route->arg;
}

static void answer_fixed(struct exchange *x)
{
    const struct own_route_spec *spec = &own_of(x)->spec;
    exchange_answer(x, &(struct answer){.status = spec->status,
                                        .type = slice_str(spec->type ? spec->type : spec->body ? "text/plain" : NULL),
                                        .body = slice_str(spec->body)});
}

static bool admit_job(struct exchange *x, uint64_t *body_max)
{
    return run_admit_type(x, own_of(x)->job, body_max);
}

static void call_job(struct exchange *x)
{
    const struct own_route *own = own_of(x);
    run_call(x, own->job, own->names);
}

static int read_methods(const char *text, uint32_t *methods)
{
    struct slice rest = slice_str(text);
    *methods = 0;
    while (rest.p) {
        struct slice word = slice_trim(slice_cut(&rest, ','));
        enum method m = METHOD_GET;
        while (m < METHOD_OTHER && !slice_eq(method_text(m), word)) m++;
        if (m == METHOD_OTHER || m == METHOD_CONNECT || m == METHOD_TRACE) return -EINVAL;
        *methods |= METHOD_BIT(m);
    }
    return *methods ? 0 : -EINVAL;
}

/* Each path parameter must be a parameter of the job type. */
static int read_names(struct own_route *own, const char **why)
{
    size_t used = 0, n = 0;
    for (const char *p = strchr(own->spec.path, '<'); p; p = strchr(p + 1, '<')) {
        const char *end = strchr(p, '>');
        const char *colon = end ? memchr(p, ':', (size_t)(end - p)) : NULL;
        const char *name = colon ? colon + 1 : p + 1;
        *why = "too many or too long parameters in the path";
        if (!end || n == ROUTE_PARAMS_MAX || used + (size_t)(end - name) + 1 > sizeof own->names_text) return -EINVAL;
        memcpy(own->names_text + used, name, (size_t)(end - name));
        own->names_text[used + (size_t)(end - name)] = 0;
        *why = "a parameter of the path is none of the job type's";
        if (!type_param(own->job->type, slice_make(name, (size_t)(end - name)))) return -EINVAL;
        own->names[n++] = own->names_text + used;
        used += (size_t)(end - name) + 1;
    }
    return 0;
}

int routes_add_own(struct routes *all, const struct types *types, const struct own_route_spec *spec, const char **why)
{
    *why = "too many routes";
    if (all->n_own == ROUTES_OWN_MAX) return -ENOSPC;
    struct own_route *own = &all->own[all->n_own];
    *own = (struct own_route){.spec = *spec};
    own->route = (struct route){.pattern = spec->path, .handle = answer_fixed, .arg = own};
    *why = "methods are words such as GET or POST, joined by commas";
    if (read_methods(spec->methods, &own->route.methods) < 0) return -EINVAL;
    if (spec->job) {
        *why = "there is no job type of this name";
        own->job = types_find(types, slice_str(spec->job));
        if (!own->job) return -ENOENT;
        int rc = read_names(own, why);
        if (rc < 0) return rc;
        own->route.handle = call_job;
        own->route.admit = admit_job;
        own->route.idempotency = true;
    }
    int rc = router_add(all->router, &own->route, why);
    if (rc == 0) all->n_own++;
    return rc;
}
