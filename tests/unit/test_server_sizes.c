/* How connections and pools are shared out. */
#include "server_sizes.h"

#include <criterion/criterion.h>
#include <string.h>

#define MIB (UINT64_C(1) << 20)

static char why[256];

static struct sizes_wish wish_of(uint64_t files, uint32_t connections, uint32_t shards)
{
    return (struct sizes_wish){
        .files = files,
        .connections = connections,
        .n_shards = shards,
        .n_listen = 1,
        .receive_memory_bytes = 64 * MIB,
        .output_memory_bytes = 64 * MIB,
    };
}

Test(server_sizes, without_a_wish_as_many_as_there_may_be_files)
{
    struct sizes s;
    struct sizes_wish w = wish_of(20000, 0, 2);
    cr_assert_eq(sizes_choose(&w, &s, why, sizeof why), 0);
    cr_expect(!s.direct);
    cr_expect_leq(s.connections, 20000);
    cr_expect_geq(s.connections, 19000);
    cr_expect_eq(s.conns_max, s.connections / 2);
    w.direct = true;
    cr_assert_eq(sizes_choose(&w, &s, why, sizeof why), 0);
    cr_expect(s.direct);
}

Test(server_sizes, one_shard_holds_exactly_what_is_asked_for)
{
    struct sizes s;
    struct sizes_wish w = wish_of(20000, 100, 1);
    cr_assert_eq(sizes_choose(&w, &s, why, sizeof why), 0);
    cr_expect(s.conns_max == 100 && s.connections == 100 && !s.direct);
    cr_expect_eq(s.sessions, 100, "no more sessions than connections");
}

/* The kernel spreads by a hash: each shard has room to spare, and a million fits where a process may open 20,000 files. */
Test(server_sizes, a_million_over_sixty_shards)
{
    struct sizes s;
    struct sizes_wish w = wish_of(20000, 1000000, 60);
    cr_assert_eq(sizes_choose(&w, &s, why, sizeof why), 0, "%s", why);
    cr_expect(s.direct);
    cr_expect_eq(s.connections, 1000000);
    cr_expect_gt(s.conns_max, 1000000 / 60 + 4 * 129, "four deviations and more");
    cr_expect_lt(s.conns_max, 20000);
    cr_expect_leq((uint64_t)s.receive_buffers * s.receive_buffer_bytes * 60, 64 * MIB);
    cr_expect_leq((uint64_t)s.chunks * 60 * 4096, 64 * MIB);
}

Test(server_sizes, too_many_for_the_files_says_what_to_do)
{
    struct sizes s;
    struct sizes_wish w = wish_of(20000, 1000000, 4);
    cr_assert_eq(sizes_choose(&w, &s, why, sizeof why), 2);
    cr_expect(strstr(why, "--connections 1000000") && strstr(why, "--shards ") && strstr(why, "ulimit -n"), "%s", why);
    /* The remedy holds, and one shard fewer does not. */
    uint32_t shards = 0;
    cr_assert_eq(sscanf(strstr(why, "--shards "), "--shards %u", &shards), 1);
    w.n_shards = shards;
    cr_expect_eq(sizes_choose(&w, &s, why, sizeof why), 0);
    w.n_shards = shards - 1;
    cr_expect_eq(sizes_choose(&w, &s, why, sizeof why), 2);
}

Test(server_sizes, too_few_files_for_anything)
{
    struct sizes s;
    struct sizes_wish w = wish_of(64, 0, 2);
    cr_assert_neq(sizes_choose(&w, &s, why, sizeof why), 0);
    cr_expect(strstr(why, "ulimit -n"), "%s", why);
}

Test(server_sizes, many_shards_have_smaller_buffers_rather_than_a_few)
{
    struct sizes few, many;
    struct sizes_wish w = wish_of(20000, 0, 1);
    cr_assert_eq(sizes_choose(&w, &few, why, sizeof why), 0);
    w.n_shards = 100;
    cr_assert_eq(sizes_choose(&w, &many, why, sizeof why), 0);
    cr_expect_gt(few.receive_buffer_bytes, many.receive_buffer_bytes);
    cr_expect_geq(many.receive_buffers, 128);
}
