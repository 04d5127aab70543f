#include "tools/load/shares.h"

#include <criterion/criterion.h>
#include <string.h>

static struct options o;

static void mix(int n, const struct group_options *groups)
{
    memset(&o, 0, sizeof o);
    o.groups_n = n;
    memcpy(o.groups, groups, (size_t)n * sizeof *groups);
}

Test(load_shares, all_of_it_is_given_out)
{
    mix(3,
        (const struct group_options[]){{SCENARIO_GET, 1, 0, "a"}, {SCENARIO_CHURN, 1, 0, "b"}, {SCENARIO_SUBMIT, 1, 0, "c"}});
    for (uint32_t n = 3; n < 200; n++) {
        uint64_t connections = 0, requests = 0;
        o.connections = n;
        o.requests = n;
        for (int i = 0; i < 3; i++) {
            connections += share_connections(&o, i);
            requests += share_requests(&o, i);
        }
        cr_assert(connections == n && requests == n, "%u", n);
    }
    cr_assert_float_eq(share_rate(&o, 0) + share_rate(&o, 1) + share_rate(&o, 2), 1, 1e-12);
}

/* They hold connections; a part of the rate that was theirs would never be sent. */
Test(load_shares, slow_clients_send_no_requests)
{
    mix(2, (const struct group_options[]){{SCENARIO_SLOW_READ, 3, 0, "slow"}, {SCENARIO_GET, 1, 0, "get"}});
    o.connections = 100;
    o.requests = 50;
    cr_assert_eq(share_connections(&o, 0), 75);
    cr_assert_eq(share_requests(&o, 0), 0);
    cr_assert_eq(share_requests(&o, 1), 50);
    cr_assert_float_eq(share_rate(&o, 0), 0, 0);
    cr_assert_float_eq(share_rate(&o, 1), 1, 0);
}

Test(load_shares, a_rate_of_its_own_takes_nothing_from_the_others)
{
    mix(2, (const struct group_options[]){{SCENARIO_GET, 1, 500, "a"}, {SCENARIO_CHURN, 1, 0, "b"}});
    cr_assert_float_eq(share_rate(&o, 1), 1, 0);
}
