/* Which requests a rule is about: paths, methods, networks, headers; and that no pattern takes long. */
#include "filters/pattern.h"
#include "filters/rules.h"

#include "http/router.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static bool has(const char *pattern, const char *path)
{
    return pattern_has(pattern, slice_str(path));
}

Test(filters_pattern, stars)
{
    cr_assert(has(NULL, "/x") && has("", "/x") && has("*", "/x") && has("/a", "/a") && has("/a*", "/a") &&
              has("/a*", "/a/b/c"));
    cr_assert_not(has("/a", "/a/") || has("/a", "/A") || has("/a*", "/") || has("/a/*", "/a") || has("/a", ""));
    cr_assert(has("/a/*/c", "/a/b/c") && has("/a/*/c", "/a//c") && has("/a/*/c", "/a/b/x/c") && has("*.php", "/x.php") &&
              has("/*.php*", "/x.php/y"));
    cr_assert_not(has("/a/*/c", "/a/c") || has("/a/*/c", "/a/b/cd") || has("*.php", "/x.php5") || has("/aba*aba", "/aba") ||
                  has("/ab*ba", "/aba"));
    cr_assert(has("/aba*aba", "/abaaba") && has("/a**b", "/ab") && has("/*a*a*a", "/aaa") && !has("/*a*a*a", "/aa"));
}

/* What a matcher that tries again and again would take hours for. */
Test(filters_pattern, takes_time_in_proportion_to_the_path)
{
    enum { SMALL = 20000, LARGE = 10 * SMALL };
    char *path = malloc(LARGE);
    double took[2];
    memset(path, 'a', LARGE);
    for (int i = 0; i < 2; i++) {
        struct timespec t[2];
        (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t[0]);
        for (int k = 0; k < 20; k++) cr_assert_not(pattern_has("*a*aa*aaa*a*aaaa*a*ab", slice_make(path, i ? LARGE : SMALL)));
        (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t[1]);
        took[i] = (double)(t[1].tv_sec - t[0].tv_sec) + (double)(t[1].tv_nsec - t[0].tv_nsec) / 1e9;
    }
    free(path);
    cr_assert(took[1] < 40 * took[0] + 0.1, "%f s for ten times as much as takes %f s", took[1], took[0]);
}

/* ---- rules ---- */

static struct request r;
static struct field fields[4];
static char head[512];

static struct span put(const char *text)
{
    struct span s = {(uint16_t)r.head_bytes, (uint16_t)strlen(text)};
    memcpy(head + r.head_bytes, text, s.len);
    r.head_bytes += s.len;
    return s;
}

static void request(enum method method, const char *path)
{
    memset(&r, 0, sizeof r);
    r.head = head;
    r.fields = fields;
    r.method = (uint8_t)method;
    r.path = put(path);
}

static void field(const char *name, const char *value)
{
    fields[r.n_fields].name = put(name);
    fields[r.n_fields++].value = put(value);
}

static bool about(struct rule_option o, const char *client)
{
    struct rule l;
    struct ip ip = {{0}};
    if (client) cr_assert(ip_parse(slice_str(client), &ip));
    cr_assert_eq(rule_init(&l, &o), 0);
    bool yes = rule_has(&l, &r, &ip);
    rule_deinit(&l);
    return yes;
}

Test(filters_rules, each_condition_counts)
{
    struct rule_option all = {0}, networks = {.networks = {"10.0.0.0/8", "::1"}, .n_networks = 2};
    struct rule_option post = {.match = {.path = "/a*", .methods = {"POST", "PUT"}, .n_methods = 2}};
    struct rule_option get = {.match = {.methods = {"GET"}, .n_methods = 1}}, head_only = {.match = {.methods = {"HEAD"}, .n_methods = 1}};
    request(METHOD_HEAD, "/a/b");
    cr_assert(about(get, NULL) && about(head_only, NULL), "HEAD is a GET without its body");
    request(METHOD_GET, "/a/b");
    cr_assert(about(get, NULL) && !about(head_only, NULL));
    request(METHOD_POST, "/a/b");
    cr_assert(about(all, NULL) && about(post, NULL) && about(networks, "10.2.3.4") && about(networks, "::1"));
    cr_assert_not(about(networks, "11.0.0.1") || about(networks, NULL));
    request(METHOD_GET, "/a/b");
    cr_assert_not(about(post, NULL));
    request(METHOD_PUT, "/b");
    cr_assert_not(about(post, NULL));
}

Test(filters_rules, headers)
{
    struct rule_option present = {.header = "X-Tool"}, is = {.header = "x-tool", .is = "curl"},
                       starts = {.header = "X-TOOL", .starts = "cu"};
    request(METHOD_GET, "/");
    field("Accept", "curl");
    cr_assert_not(about(present, NULL) || about(is, NULL) || about(starts, NULL));
    field("x-Tool", "wget");
    cr_assert(about(present, NULL) && !about(is, NULL) && !about(starts, NULL));
    field("X-tool", "curl"); /* a second line does not hide behind the first */
    cr_assert(about(present, NULL) && about(is, NULL) && about(starts, NULL));
    request(METHOD_GET, "/");
    field("X-Tool", "curly");
    cr_assert(!about(is, NULL) && about(starts, NULL));
    field("X-Tool", "Curl");
    cr_assert_not(about(is, NULL));
}

Test(filters_rules, a_network_that_is_none)
{
    struct rule l;
    struct rule_option o = {.networks = {"10.0.0.0/8", "x"}, .n_networks = 2};
    cr_assert(rule_init(&l, &o) < 0);
    rule_deinit(&l);
}
