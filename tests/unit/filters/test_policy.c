/* What routes ask: defaults, rules, challenges. */
#include "filters/policy.h"

#include <criterion/criterion.h>
#include <errno.h>

static struct router *router;
static struct route routes[] = {
    {.methods = METHOD_BIT(METHOD_GET), .pattern = "/metrics"},
    {.methods = METHOD_BIT(METHOD_GET), .pattern = "/ojs/v1/jobs/<uuid:id>"},
    {.methods = METHOD_BIT(METHOD_DELETE), .pattern = "/ojs/v1/jobs/<uuid:id>"},
    {.methods = METHOD_BIT(METHOD_POST) | METHOD_BIT(METHOD_PUT), .pattern = "/ojs/v1/queues/<name>/pause"},
    {.methods = METHOD_BIT(METHOD_GET), .pattern = "/own"},
};

static void handle(struct exchange *x)
{
    (void)x;
}

static void init(void)
{
    const char *why;
    cr_assert_eq(router_new(&router), 0);
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        routes[i].handle = handle;
        cr_assert_eq(router_add(router, &routes[i], &why), 0, "%s", why);
    }
}

static void fini(void)
{
    router = router_free(router);
}

static const struct policy *of(const struct policies *p, int route, enum method method)
{
    struct exchange x = {.match = {.route = route < 0 ? NULL : &routes[route]}, .request = {.method = (uint8_t)method}};
    return policy_of(p, &x);
}

Test(filters_policy, defaults_without_rules, .init = init, .fini = fini)
{
    struct policies *p;
    struct scope_names names = {0};
    unsigned line;
    char why[256];
    cr_assert_eq(policies_new(NULL, 0, AUTH_TOKEN, router, &names, &p, &line, why, sizeof why), 0, "%s", why);
    cr_assert_eq(of(p, 0, METHOD_GET)->scopes, SCOPE_METRICS_READ);
    cr_assert_eq(of(p, 0, METHOD_HEAD)->scopes, SCOPE_METRICS_READ);
    cr_assert_eq(of(p, 1, METHOD_GET)->scopes, SCOPE_JOBS_READ);
    cr_assert_eq(of(p, 2, METHOD_DELETE)->scopes, SCOPE_JOBS_CANCEL);
    cr_assert_eq(of(p, 3, METHOD_PUT)->scopes, SCOPE_QUEUES_ADMIN);
    cr_assert_eq(of(p, 4, METHOD_GET)->scopes, SCOPE_JOBS_WRITE);
    cr_assert_eq(of(p, 4, METHOD_GET)->with, AUTH_TOKEN);
    cr_assert_null(of(p, -1, METHOD_GET));
    cr_assert_null(of(p, 0, METHOD_OTHER));
    policies_free(p);
}

Test(filters_policy, the_first_rule_that_fits_is_it, .init = init, .fini = fini)
{
    struct policies *p;
    struct scope_names names = {0};
    unsigned line;
    char why[256];
    const struct policy_rule rules[] = {
        {.path = "/metrics", .with = "nobody"},
        {.path = "/ojs/v1/queues*", .methods = "PUT", .with = "basic", .scopes = "a:b,jobs:read"},
        {.path = "/ojs*", .with = "token,basic"},
        {.path = "/ojs/v1/jobs/<uuid:id>", .with = "nobody"},
    };
    cr_assert_eq(policies_new(rules, 4, AUTH_TOKEN | AUTH_BASIC, router, &names, &p, &line, why, sizeof why), 0, "%s", why);
    cr_assert_null(of(p, 0, METHOD_GET));
    cr_assert_eq(of(p, 3, METHOD_PUT)->with, AUTH_BASIC);
    cr_assert_eq(of(p, 3, METHOD_PUT)->scopes, SCOPE_JOBS_READ | 1u << SCOPES_BUILTIN);
    cr_assert_eq(of(p, 3, METHOD_POST)->with, AUTH_BASIC | AUTH_TOKEN);
    cr_assert_eq(of(p, 3, METHOD_POST)->scopes, SCOPE_QUEUES_ADMIN);
    cr_assert_eq(of(p, 1, METHOD_GET)->scopes, SCOPE_JOBS_READ); /* the fourth rule comes too late */
    policies_free(p);
}

Test(filters_policy, rules_that_mean_nothing_are_refused, .init = init, .fini = fini)
{
    static const struct {
        struct policy_rule rule;
        const char *words;
    } cases[] = {
        {{.path = "/metric"}, "no route"},
        {{.path = "/metrics/"}, "no route"},
        {{.path = "/metrics", .methods = "POST"}, "no route"},
        {{.path = "/metrics", .methods = "HEAD"}, "name GET"},
        {{.path = "/metrics", .methods = "get"}, "no method"},
        {{.path = "/metrics", .with = "oauth"}, "not set up"},
        {{.path = "/metrics", .with = "nobody,basic"}, "nobody"},
        {{.path = "/metrics", .with = ""}, "not one of"},
        {{.path = "/metrics", .with = "nobody", .scopes = "jobs:read"}, "has no scopes"},
        {{.path = "/metrics", .scopes = "admin"}, "cannot need 'admin'"},
        {{.path = "/metrics", .scopes = "a b"}, "is no word"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct policies *p;
        struct scope_names names = {0};
        struct policy_rule rule = cases[i].rule;
        unsigned line;
        char why[256];
        rule.line = 7;
        cr_assert_eq(policies_new(&rule, 1, AUTH_TOKEN | AUTH_BASIC, router, &names, &p, &line, why, sizeof why), -EINVAL, "%zu", i);
        cr_assert(strstr(why, cases[i].words), "%zu: %s", i, why);
        cr_assert_eq(line, 7u);
    }
}

Test(filters_policy, challenges)
{
    char out[POLICY_CHALLENGE_BYTES];
    struct scope_names names = {0};
    struct policy p = {.with = AUTH_BASIC | AUTH_OAUTH};
    size_t n = policy_challenge(&p, &names, NULL, 0, out);
    cr_assert(slice_eq(slice_make(out, n), SLICE("WWW-Authenticate: Bearer realm=\"quern\"\r\n"
                                                 "WWW-Authenticate: Basic realm=\"quern\", charset=\"UTF-8\"\r\n")));
    p.with = AUTH_TOKEN;
    n = policy_challenge(&p, &names, "insufficient_scope", SCOPE_JOBS_READ | SCOPE_JOBS_WRITE, out);
    cr_assert(slice_eq(slice_make(out, n),
                       SLICE("WWW-Authenticate: Bearer realm=\"quern\", error=\"insufficient_scope\", scope=\"jobs:read jobs:write\"\r\n")));
}
