#include "base/slot_index.h"
#include "base/random.h"

#include <criterion/criterion.h>

#define N 5000

static struct slot_index x;
static uint64_t hashes[N];

static bool finds(uint64_t hash, uint32_t slot)
{
    for (struct slot_search at = slot_index_search(&x, hash); slot_index_next(&x, &at);)
        if (at.slot == slot) return true;
    return false;
}

Test(base_slot_index, finds_what_is_there_and_nothing_else)
{
    struct random random;
    random_seed(&random, 7);
    cr_assert_eq(slot_index_init(&x, N), 0);
    for (uint32_t i = 0; i < N; i++) {
        hashes[i] = random_u64(&random);
        slot_index_add(&x, hashes[i], i);
    }
    cr_assert_eq(x.n, N);
    for (uint32_t i = 0; i < N; i++) cr_assert(finds(hashes[i], i), "%u", i);
    for (uint32_t i = 0; i < N; i += 2) slot_index_remove(&x, hashes[i], i);
    for (uint32_t i = 0; i < N; i++) cr_assert_eq(finds(hashes[i], i), i % 2, "%u", i);
    cr_assert_eq(x.n, N / 2);
    slot_index_deinit(&x);
}

Test(base_slot_index, equal_hashes_are_all_found)
{
    cr_assert_eq(slot_index_init(&x, 4), 0);
    for (uint32_t i = 0; i < 4; i++) slot_index_add(&x, 99, i);
    uint32_t seen = 0;
    for (struct slot_search at = slot_index_search(&x, 99); slot_index_next(&x, &at);) seen |= 1u << at.slot;
    cr_assert_eq(seen, 15);
    slot_index_remove(&x, 99, 1);
    cr_assert(finds(99, 0) && !finds(99, 1) && finds(99, 2) && finds(99, 3));
    struct slot_search other = slot_index_search(&x, 98); /* the same place, another hash */
    cr_assert_not(slot_index_next(&x, &other));
    slot_index_deinit(&x);
}

/* Runs of entries that go around the array's end, with holes made anywhere in them. */
Test(base_slot_index, closes_up_also_around_the_end)
{
    struct random random;
    bool is_in[12] = {false};
    random_seed(&random, 11);
    cr_assert_eq(slot_index_init(&x, 12), 0);
    cr_assert_eq(x.n_entries, 16);
    for (uint32_t i = 0; i < 12; i++) hashes[i] = (uint64_t)(13 + i % 4) % 16 << 28 | i; /* homes 13, 14, 15, 0 */
    for (int n = 0; n < 20000; n++) {
        uint32_t i = (uint32_t)(random_u64(&random) % 12);
        if (is_in[i]) slot_index_remove(&x, hashes[i], i);
        else slot_index_add(&x, hashes[i], i);
        is_in[i] = !is_in[i];
        for (uint32_t k = 0; k < 12; k++) cr_assert_eq(finds(hashes[k], k), is_in[k], "%u after %d", k, n);
    }
    slot_index_deinit(&x);
}

Test(base_slot_index, its_last_entry_fits_and_a_search_ends)
{
    cr_assert_eq(slot_index_init(&x, 12), 0);
    for (uint32_t i = 0; i < 12; i++) slot_index_add(&x, UINT32_MAX, UINT32_MAX - 1 - i);
    cr_assert(finds(UINT32_MAX, UINT32_MAX - 1));
    cr_assert_not(finds(0, 0));
    slot_index_deinit(&x);
}
