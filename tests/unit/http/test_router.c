#include "http/router.h"
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>

#define GET METHOD_BIT(METHOD_GET)
#define POST METHOD_BIT(METHOD_POST)
#define PUT METHOD_BIT(METHOD_PUT)
#define HEAD METHOD_BIT(METHOD_HEAD)
#define OPTIONS METHOD_BIT(METHOD_OPTIONS)

static struct router *router;
static struct route routes[ROUTES_MAX + 1];
static uint32_t n_routes;

static void up(void)
{
    cr_assert_eq(router_new(&router), 0);
    n_routes = 0;
}

static void down(void)
{
    router = router_free(router);
    cr_expect_null(router);
}

TestSuite(router, .init = up, .fini = down);

static int add(uint32_t methods, const char *pattern)
{
    const char *why = NULL;
    routes[n_routes] = (struct route){.methods = methods, .pattern = pattern};
    int rc = router_add(router, &routes[n_routes], &why);
    cr_expect_eq(rc < 0, why != NULL, "%s: %d %s", pattern, rc, why ? why : "");
    if (rc == 0) n_routes++;
    return rc;
}

/* "pattern a b", with the parameters behind it; "404", "405 GET, POST". */
static const char *go(enum method method, const char *path)
{
    static char text[512];
    struct route_match m;
    size_t n = 0;
    enum route_result rc = router_match(router, method, slice_str(path), false, &m);
    if (rc == ROUTE_NOT_FOUND) return "404";
    if (rc == ROUTE_WRONG_METHOD) {
        memcpy(text, "405 ", 4);
        n = 4 + router_allow_text(m.allow, text + 4, sizeof text - 5);
        text[n] = '\0';
        return text;
    }
    n += (size_t)snprintf(text, sizeof text, "%s", m.route->pattern);
    for (unsigned i = 0; i < m.n_params; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, " %.*s", SLICE_ARG(m.param[i]));
    return text;
}

#define EXPECT(method, path, expected) cr_expect_str_eq(go(METHOD_##method, path), expected)

Test(router, literals)
{
    add(GET, "/");
    add(GET | POST, "/jobs");
    add(POST, "/jobs/batch");
    add(GET, "/jobs/");
    EXPECT(GET, "/", "/");
    EXPECT(HEAD, "/", "/");
    EXPECT(GET, "/jobs", "/jobs");
    EXPECT(POST, "/jobs", "/jobs");
    EXPECT(POST, "/jobs/batch", "/jobs/batch");
    EXPECT(GET, "/jobs/", "/jobs/");
    EXPECT(GET, "/job", "404");
    EXPECT(GET, "/jobs/x", "404");
    EXPECT(GET, "/jobs/batch/", "404");
    EXPECT(GET, "//jobs", "404");
    EXPECT(GET, "//", "404");
    EXPECT(GET, "", "404");
    EXPECT(GET, "jobs", "404");
    EXPECT(OPTIONS, "*", "404");
    EXPECT(GET, "/Jobs", "404");
}

Test(router, methods)
{
    add(GET, "/a");
    add(POST, "/a");
    add(PUT, "/b/<x>");
    EXPECT(PUT, "/a", "405 GET, HEAD, POST, OPTIONS");
    EXPECT(OPTIONS, "/a", "405 GET, HEAD, POST, OPTIONS");
    EXPECT(TRACE, "/a", "405 GET, HEAD, POST, OPTIONS");
    EXPECT(HEAD, "/b/1", "405 PUT, OPTIONS");
    EXPECT(OTHER, "/b/1", "405 PUT, OPTIONS");
    EXPECT(PUT, "/b", "404");
    cr_expect_eq(router_all_methods(router), GET | HEAD | POST | PUT | OPTIONS);
    cr_expect_eq(router_count(router), 3);
    cr_expect_eq(router_route(router, 2)->id, 2);
    cr_expect_null(router_route(router, 3));
}

Test(router, explicit_head_and_options_win)
{
    struct route_match m;
    add(GET, "/a");
    add(HEAD, "/a");
    add(OPTIONS, "/a");
    cr_expect_eq(router_match(router, METHOD_HEAD, SLICE("/a"), false, &m), ROUTE_FOUND);
    cr_expect_eq(m.route->id, 1);
    cr_expect_eq(router_match(router, METHOD_OPTIONS, SLICE("/a"), false, &m), ROUTE_FOUND);
    cr_expect_eq(m.route->id, 2);
    cr_expect_eq(m.allow, GET | HEAD | OPTIONS);
}

Test(router, order_of_types)
{
    add(GET, "/x/<path:rest>");
    add(GET, "/x/<any>");
    add(GET, "/x/<float:f>");
    add(GET, "/x/<uuid:u>");
    add(GET, "/x/<int:i>");
    add(GET, "/x/7");
    EXPECT(GET, "/x/7", "/x/7");
    EXPECT(GET, "/x/8", "/x/<int:i> 8");
    EXPECT(GET, "/x/0190d5e0-7a5e-7CC1-9d3f-0123456789aB", "/x/<uuid:u> 0190d5e0-7a5e-7CC1-9d3f-0123456789aB");
    EXPECT(GET, "/x/1.5", "/x/<float:f> 1.5");
    EXPECT(GET, "/x/01", "/x/<float:f> 01");
    EXPECT(GET, "/x/seven", "/x/<any> seven");
    EXPECT(GET, "/x/a/b/", "/x/<path:rest> a/b/");
    EXPECT(GET, "/x/a//b", "/x/<path:rest> a//b");
    EXPECT(GET, "/x/", "404");
    EXPECT(GET, "/x", "404");
}

Test(router, falls_back_to_less_specific)
{
    add(GET, "/a/b/c");
    add(GET, "/a/<x>/d");
    add(GET, "/<y>/b/e");
    add(GET, "/<path:p>");
    add(POST, "/a/<int:n>");
    add(GET, "/a/<z>");
    EXPECT(GET, "/a/b/c", "/a/b/c");
    EXPECT(GET, "/a/b/d", "/a/<x>/d b");
    EXPECT(GET, "/a/b/e", "/<y>/b/e a");
    EXPECT(GET, "/a/b/f", "/<path:p> a/b/f");
    EXPECT(POST, "/a/5", "/a/<int:n> 5");
    EXPECT(GET, "/a/5", "/a/<z> 5"); /* the method is part of the match */
    EXPECT(PUT, "/a/5", "405 GET, HEAD, POST, OPTIONS");
    EXPECT(GET, "/", "404");
}

Test(router, names_of_one_place_may_differ)
{
    add(GET, "/j/<id>/result");
    add(GET, "/j/<job>/input");
    add(POST, "/j/<x>/result");
    EXPECT(GET, "/j/1/result", "/j/<id>/result 1");
    EXPECT(GET, "/j/1/input", "/j/<job>/input 1");
    EXPECT(POST, "/j/1/result", "/j/<x>/result 1");
}

Test(router, int_grammar)
{
    static const char *good[] = {"0", "1", "-1", "10", "9223372036854775807", "-9223372036854775808"};
    static const char *bad[] = {"+1", "-0", "01", "-01", "00", " 1", "1 ", "1e3", "0x1", "-", "--1", "1.0",
                                "9223372036854775808", "-9223372036854775809", "18446744073709551617",
                                "99999999999999999999999", "\xd9\xa1"};
    char path[64];
    add(GET, "/n/<int:n>");
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        snprintf(path, sizeof path, "/n/%s", good[i]);
        cr_expect_str_neq(go(METHOD_GET, path), "404", "%s", path);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        snprintf(path, sizeof path, "/n/%s", bad[i]);
        EXPECT(GET, path, "404");
    }
}

Test(router, float_and_uuid_grammar)
{
    static const char *good[] = {"/f/0", "/f/-1", "/f/1.5", "/f/-0.25", "/u/00000000-0000-0000-0000-000000000000"};
    static const char *bad[] = {"/f/.5", "/f/1.", "/f/+1", "/f/1e3", "/f/nan", "/f/inf", "/f/-", "/f/1.2.3", "/f/-.5", "/f/1,5",
                                "/u/00000000-0000-0000-0000-00000000000", "/u/00000000-0000-0000-0000-0000000000000",
                                "/u/000000000000-0000-0000-000000000000-", "/u/g0000000-0000-0000-0000-000000000000",
                                "/u/{0000000-0000-0000-0000-00000000000}", "/u/00000000000000000000000000000000"};
    add(GET, "/f/<float:x>");
    add(GET, "/u/<uuid:x>");
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        cr_expect_str_neq(go(METHOD_GET, good[i]), "404", "%s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) EXPECT(GET, bad[i], "404");
}

Test(router, escaped_slash_matches_no_parameter)
{
    struct route_match m;
    add(GET, "/a/<x>");
    add(GET, "/a/b%2Fc");
    cr_expect_eq(router_match(router, METHOD_GET, SLICE("/a/b%2Fd"), true, &m), ROUTE_NOT_FOUND);
    cr_expect_eq(m.allow, 0);
    cr_expect_eq(router_match(router, METHOD_POST, SLICE("/a/b%2Fd"), true, &m), ROUTE_NOT_FOUND);
    cr_expect_eq(router_match(router, METHOD_GET, SLICE("/a/b%2Fd"), false, &m), ROUTE_FOUND);
}

Test(router, bad_patterns)
{
    static const char *bad[] = {
        "", "a", "a/b", "<x>", "//", "/a//b", "/a/<", "/a/<>", "/a/<x", "/a/x>", "/a/<x>y", "/a/y<x>", "/<x y>",
        "/<1x>", "/<int:>", "/<:x>", "/<str:x>", "/<INT:x>", "/<int:x:y>", "/<x>/<x>", "/<x>/<int:x>", "/<path:p>/a",
        "/<path:p>/", "/<a>/<b>/<c>/<d>/<e>/<f>/<g>/<h>/<i>", "/a b", "/a?b", "/a#b", "/.", "/..", "/a/../b", "/a\\b",
        "/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) cr_expect_eq(add(GET, bad[i]), -EINVAL, "%s", bad[i]);
    cr_expect_eq(add(0, "/a"), -EINVAL);
    cr_expect_eq(add(METHOD_BIT(METHOD_OTHER), "/a"), -EINVAL);
    cr_expect_eq(router_count(router), 0);
    EXPECT(GET, "/a", "404");
    cr_expect_eq(add(GET, "/<a>/<b>/<c>/<d>/<e>/<f>/<g>/<path:h>"), 0);
    EXPECT(GET, "/1/2/3/4/5/6/7/8/9", "/<a>/<b>/<c>/<d>/<e>/<f>/<g>/<path:h> 1 2 3 4 5 6 7 8/9");
}

Test(router, taken)
{
    cr_expect_eq(add(GET | POST, "/a/<x>"), 0);
    cr_expect_eq(add(GET, "/a/<other>"), -EEXIST);
    cr_expect_eq(add(POST | PUT, "/a/<x>"), -EEXIST);
    cr_expect_eq(add(PUT, "/a/<x>"), 0);
    cr_expect_eq(add(GET, "/a/<int:x>"), 0);
    cr_expect_eq(router_count(router), 3);
}

Test(router, full)
{
    static char patterns[ROUTES_MAX + 1][16];
    char path[16];
    for (uint32_t i = 0; i <= ROUTES_MAX; i++) {
        snprintf(patterns[i], sizeof patterns[i], "/r/%u", i);
        cr_expect_eq(add(GET, patterns[i]), i < ROUTES_MAX ? 0 : -ENOSPC);
    }
    for (uint32_t i = 0; i < ROUTES_MAX; i++) {
        snprintf(path, sizeof path, "/r/%u", i);
        EXPECT(GET, path, path);
    }
    EXPECT(GET, "/r/256", "404");
}

Test(router, allow_text)
{
    char text[32];
    uint32_t all = GET | HEAD | OPTIONS;
    cr_expect_eq(router_allow_text(0, text, sizeof text), 0);
    size_t n = router_allow_text(all, text, sizeof text);
    cr_expect(slice_eq(slice_make(text, n), SLICE("GET, HEAD, OPTIONS")));
    n = router_allow_text(all, text, 17); /* whole names only */
    cr_expect(slice_eq(slice_make(text, n), SLICE("GET, HEAD")));
}
