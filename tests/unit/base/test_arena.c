#include "base/arena.h"

#include <criterion/criterion.h>

static struct chunk_pool pool;
static struct arena arena;

static void up(void)
{
    cr_assert_eq(chunk_pool_init(&pool, 4), 0);
    arena_init(&arena, &pool, 2);
}

static void down(void)
{
    arena_reset(&arena);
    cr_assert_eq(pool.n_used, 0);
    chunk_pool_deinit(&pool);
}

TestSuite(base_arena, .init = up, .fini = down);

Test(base_arena, pieces_are_aligned_and_apart)
{
    char *a = arena_get(&arena, 3), *b = arena_get(&arena, 8), *c = arena_get(&arena, 1);
    cr_assert_eq((uintptr_t)a % 8 + (uintptr_t)b % 8 + (uintptr_t)c % 8, 0);
    cr_assert_eq(b - a, 8);
    cr_assert_eq(c - b, 8);
}

Test(base_arena, ends_at_its_own_limit)
{
    cr_assert_not_null(arena_get(&arena, CHUNK_ROOM));
    cr_assert_not_null(arena_get(&arena, CHUNK_ROOM));
    cr_assert_null(arena_get(&arena, 1));
    cr_assert_eq(pool.n_used, 2);
    arena_reset(&arena);
    cr_assert_not_null(arena_get(&arena, 1), "usable again");
}

Test(base_arena, ends_when_the_pool_does)
{
    struct chunk *taken[4];
    for (int i = 0; i < 4; i++) taken[i] = chunk_get(&pool);
    cr_assert_null(arena_get(&arena, 1));
    for (int i = 0; i < 4; i++) chunk_put(&pool, taken[i]);
    cr_assert_not_null(arena_get(&arena, 1));
}

Test(base_arena, refuses_what_no_chunk_holds)
{
    static char large[CHUNK_ROOM + 1];
    cr_assert_null(arena_get(&arena, CHUNK_ROOM + 1));
    cr_assert_null(arena_get(&arena, SIZE_MAX));
    cr_assert_null(arena_copy(&arena, slice_make(large, sizeof large)).p);
    cr_assert_eq(pool.n_used, 0);
}

Test(base_arena, copies)
{
    char text[] = "hello";
    struct slice copy = arena_copy(&arena, slice_str(text));
    text[0] = 'j';
    cr_assert(slice_eq(copy, SLICE("hello")));
    copy = arena_copy(&arena, slice_make(NULL, 0));
    cr_assert_not_null(copy.p);
    cr_assert_eq(copy.len, 0);
}
