#include "base/random.h"

#include <criterion/criterion.h>

Test(base_random, a_seed_gives_one_sequence)
{
    struct random a, b, c;
    random_seed(&a, 1);
    random_seed(&b, 1);
    random_seed(&c, 2);
    for (int i = 0; i < 100; i++) {
        uint64_t x = random_u64(&a);
        cr_assert_eq(x, random_u64(&b));
        cr_assert_neq(x, random_u64(&c));
    }
}

Test(base_random, is_xoshiro256_starstar)
{
    struct random r = {{1, 2, 3, 4}};
    const uint64_t expected[] = {11520, 0, 1509978240, 1215971899390074240u}; /* the reference code */
    for (int i = 0; i < 4; i++) cr_assert_eq(random_u64(&r), expected[i]);
}

Test(base_random, below_stays_below_and_reaches_all)
{
    struct random r;
    uint32_t count[6] = {0};
    random_seed(&r, 3);
    for (int i = 0; i < 60000; i++) {
        uint64_t x = random_below(&r, 6);
        cr_assert_lt(x, 6);
        count[x]++;
    }
    for (int i = 0; i < 6; i++) cr_assert(count[i] > 9500 && count[i] < 10500, "%u", count[i]);
    for (int i = 0; i < 100; i++) cr_assert_eq(random_below(&r, 1), 0);
    for (int i = 0; i < 1000; i++) cr_assert_leq(random_below(&r, UINT64_MAX), UINT64_MAX - 1);
}

Test(base_random, the_kernel_seeds_differently)
{
    struct random a, b;
    random_seed_from_kernel(&a);
    random_seed_from_kernel(&b);
    cr_assert_neq(random_u64(&a), random_u64(&b));
}
