#include "base/chunk.h"

#include <criterion/criterion.h>
#include <string.h>

Test(base_chunk, gives_each_chunk_once)
{
    struct chunk_pool pool;
    struct chunk *c[3];
    cr_assert_eq(chunk_pool_init(&pool, 3), 0);
    for (int i = 0; i < 3; i++) {
        c[i] = chunk_get(&pool);
        cr_assert_not_null(c[i]);
        memset(c[i]->bytes, i, CHUNK_ROOM);
    }
    cr_assert_null(chunk_get(&pool));
    cr_assert_eq(chunk_pool_left(&pool), 0);
    for (int i = 0; i < 3; i++) cr_assert_eq(c[i]->bytes[CHUNK_ROOM - 1], i);
    chunk_pool_deinit(&pool);
}

Test(base_chunk, comes_back_empty)
{
    struct chunk_pool pool;
    cr_assert_eq(chunk_pool_init(&pool, 2), 0);
    struct chunk *a = chunk_get(&pool), *b = chunk_get(&pool);
    a->start = 5, a->end = 9, a->next = b;
    cr_assert_null(chunk_put_all(&pool, a));
    cr_assert_eq(chunk_pool_left(&pool), 2);
    struct chunk *again = chunk_get(&pool);
    cr_assert_eq(again->start, 0);
    cr_assert_eq(again->end, 0);
    cr_assert_null(again->next);
    cr_assert_eq(pool.n_peak, 2);
    cr_assert_eq(pool.n_touched, 2);
    cr_assert_null(chunk_put(&pool, again));
    cr_assert_null(chunk_put(&pool, NULL));
    cr_assert_null(chunk_put_all(&pool, NULL));
    chunk_pool_deinit(&pool);
}
