/* Which authorities are among the hosts that are served. */
#include "filters/access.h"
#include "filters/hosts.h"

#include <criterion/criterion.h>

static const char *const names[] = {"q.test", "*.api.test", "192.0.2.1", "[2001:db8::1]"};

static bool has(struct host_list *l, const char *authority)
{
    return host_list_has(l, slice_str(authority));
}

Test(filters_hosts, names_in_any_case_with_or_without_port)
{
    struct host_list *l;
    cr_assert_eq(host_list_new(names, 4, &l), 0);
    cr_assert(has(l, "q.test") && has(l, "Q.TEST:8080") && has(l, "q.test.") && has(l, "q.test.:80") && has(l, "q.test:"));
    cr_assert(has(l, "192.0.2.1:1") && has(l, "[2001:db8::1]") && has(l, "[2001:DB8::1]:443"));
    cr_assert_not(has(l, "q.test.evil") || has(l, "evilq.test") || has(l, "x.q.test") || has(l, "192.0.2.10") ||
                  has(l, "[2001:db8::2]:443"));
    host_list_free(l);
}

Test(filters_hosts, a_star_stands_for_names_below)
{
    struct host_list *l;
    cr_assert_eq(host_list_new(names, 4, &l), 0);
    cr_assert(has(l, "a.api.test") && has(l, "a.b.API.test:1"));
    cr_assert_not(has(l, "api.test") || has(l, ".api.test") || has(l, "aapi.test"));
    host_list_free(l);
}

Test(filters_hosts, none_is_no_list)
{
    struct host_list *l = (void *)&l;
    cr_assert_eq(host_list_new(NULL, 0, &l), 0);
    cr_assert_null(l);
}

/* ---- the snapshot ---- */

Test(filters_access, lives_as_long_as_its_last_reference)
{
    char why[128];
    struct access *a;
    struct access_options o = {.hosts = names, .n_hosts = 4};
    cr_assert_eq(access_new(&o, &a, why, sizeof why), 0);
    cr_assert_eq(access_ref(a), a);
    cr_assert_null(access_unref(a));
    cr_assert(has(a->hosts, "q.test"));
    cr_assert_null(access_unref(a)); /* the leak checker of a sanitizer build sees that it is gone */
    cr_assert_null(access_unref(NULL));
}
