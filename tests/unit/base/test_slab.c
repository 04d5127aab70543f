#include "base/slab.h"

#include <criterion/criterion.h>
#include <string.h>

struct thing {
    uint64_t a, b, c;
};

Test(base_slab, full_at_the_limit_and_not_before)
{
    struct slab s;
    uint32_t slot;
    cr_assert_eq(slab_init(&s, sizeof(struct thing), 3), 0);
    for (uint32_t i = 0; i < 3; i++) {
        cr_assert_not_null(slab_get(&s, &slot));
        cr_assert_eq(slot, i);
    }
    cr_assert_null(slab_get(&s, &slot));
    cr_assert_eq(s.n_used, 3);
    slab_deinit(&s);
}

Test(base_slab, items_are_zeroed_and_the_warmest_comes_first)
{
    struct slab s;
    uint32_t first, second;
    cr_assert_eq(slab_init(&s, sizeof(struct thing), 4), 0);
    struct thing *a = slab_get(&s, &first), *b = slab_get(&s, &second);
    memset(a, 0xff, sizeof *a);
    cr_assert_null(slab_put(&s, b));
    cr_assert_null(slab_put(&s, a));
    struct thing *again = slab_get(&s, &second);
    cr_assert_eq(again, a);
    cr_assert_eq(second, first);
    cr_assert_eq(again->a | again->b | again->c, 0);
    cr_assert_null(slab_put(&s, NULL));
    slab_deinit(&s);
}

Test(base_slab, an_old_id_finds_nothing)
{
    struct slab s;
    uint32_t slot;
    cr_assert_eq(slab_init(&s, sizeof(struct thing), 2), 0);
    cr_assert_null(slab_at(&s, 0, 0), "never taken");
    struct thing *a = slab_get(&s, &slot);
    uint32_t generation = slab_generation(&s, slot);
    cr_assert(generation & 1);
    cr_assert_eq(slab_at(&s, slot, generation), a);
    cr_assert_eq(slab_slot(&s, a), slot);
    slab_put(&s, a);
    cr_assert_null(slab_at(&s, slot, generation));
    cr_assert_null(slab_at(&s, slot, generation + 1), "the generation of a free slot is no id");
    cr_assert_eq(slab_get(&s, &slot), a);
    cr_assert_null(slab_at(&s, slot, generation));
    cr_assert_eq(slab_at(&s, slot, generation + 2), a);
    cr_assert_null(slab_at(&s, 1, 1));
    cr_assert_null(slab_at(&s, SLAB_NONE, 1));
    slab_deinit(&s);
}

Test(base_slab, generations_wrap_at_24_bits)
{
    struct slab s;
    uint32_t slot;
    cr_assert_eq(slab_init(&s, sizeof(struct thing), 1), 0);
    s.generation[0] = SLAB_GENERATION_MASK - 1;
    void *item = slab_get(&s, &slot);
    cr_assert_eq(slab_generation(&s, slot), SLAB_GENERATION_MASK);
    slab_put(&s, item);
    cr_assert_eq(slab_generation(&s, slot), 0);
    cr_assert_not_null(slab_get(&s, &slot));
    cr_assert_eq(slab_generation(&s, slot), 1);
    slab_deinit(&s);
}

Test(base_slab, a_large_pool_costs_nothing_until_used)
{
    struct slab s;
    uint32_t slot;
    cr_assert_eq(slab_init(&s, 4096, 1u << 24), 0, "64 GiB of room");
    memset(slab_get(&s, &slot), 1, 4096);
    cr_assert_eq(slab_bytes_per_item(&s), 4104);
    slab_deinit(&s);
}

Test(base_slab, odd_sizes_and_no_items)
{
    struct slab s;
    uint32_t slot;
    cr_assert_eq(slab_init(&s, 3, 5), 0);
    for (int i = 0; i < 5; i++) memset(slab_get(&s, &slot), 0xff, 3);
    for (uint32_t i = 0; i < 5; i++) cr_assert_eq(slab_generation(&s, i), 1);
    slab_deinit(&s);
    cr_assert_eq(slab_init(&s, 8, 0), 0);
    cr_assert_null(slab_get(&s, &slot));
    slab_deinit(&s);
}
