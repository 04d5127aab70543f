#include "base/block.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static struct block_budget budget;

static void budget_open(uint64_t bytes_max)
{
    block_budget_init(&budget, bytes_max, -1);
}

static void assert_all_returned(void)
{
    cr_assert_eq(atomic_load(&budget.used), 0);
    cr_assert_eq(atomic_load(&budget.blocks), 0);
}

Test(base_block, budget_at_the_limit_and_one_above)
{
    budget_open(1000);
    struct block *a = block_new(&budget, 600);
    cr_assert_null(block_new(&budget, 401));
    struct block *b = block_new(&budget, 400);
    cr_assert_not_null(b);
    cr_assert_null(block_new(&budget, 1));
    struct block *empty = block_new(&budget, 0);
    cr_assert_not_null(empty, "no bytes fit always");
    cr_assert_null(block_new(&budget, SIZE_MAX));
    cr_assert_eq(atomic_load(&budget.used), 1000);
    cr_assert_eq(atomic_load(&budget.blocks), 3);
    cr_assert_null(block_unref(a));
    cr_assert_not_null(a = block_new(&budget, 600));
    block_unref(a);
    block_unref(b);
    block_unref(empty);
    cr_assert_null(block_unref(NULL));
    assert_all_returned();
}

Test(base_block, holds_what_was_appended)
{
    budget_open(100);
    struct block *b = block_new(&budget, 8);
    block_append(b, SLICE("abc"));
    block_append(b, SLICE(""));
    block_append(b, SLICE("defgh"));
    cr_assert(slice_eq(block_slice(b), SLICE("abcdefgh")));
    cr_assert_eq(block_slice(NULL).len, 0);
    block_unref(b);
    assert_all_returned();
}

Test(base_block, a_copy_holds_what_it_was_made_of_and_nothing_else)
{
    budget_open(100);
    struct block *b = block_copy(&budget, SLICE("abcdefgh"));
    cr_assert(slice_eq(block_slice(b), SLICE("abcdefgh")));
    cr_assert_eq(b->capacity, 8);
    cr_assert_eq(atomic_load(&budget.used), 8);
    cr_assert_null(block_copy(&budget, slice_make("", 93)), "over the budget");
    struct block *part = block_part(b, 2, 3), *empty = block_copy(&budget, SLICE(""));
    cr_assert_null(block_unref(b));
    cr_assert(slice_eq(block_slice(part), SLICE("cde")), "which lives as long as its parts");
    cr_assert_eq(block_slice(empty).len, 0);
    block_unref(part);
    block_unref(empty);
    assert_all_returned();
}

Test(base_block, grows_from_each_kind_into_the_next)
{
    const size_t rooms[] = {100, 5000, 10000, BLOCK_SPOOL_BYTES, BLOCK_SPOOL_BYTES + 1,
                            3 * BLOCK_SPOOL_BYTES};
    budget_open(16 * BLOCK_SPOOL_BYTES);
    struct block *b = block_new(&budget, 10);
    block_append(b, SLICE("0123456789"));
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        cr_assert_eq(block_grow(b, rooms[i]), 0);
        cr_assert_geq(b->capacity, rooms[i]);
        b->bytes[rooms[i] - 1] = 'x';
        cr_assert(slice_eq(block_slice(b), SLICE("0123456789")));
        cr_assert_eq(atomic_load(&budget.used), rooms[i] + 10, "the first room stays charged");
    }
    cr_assert_eq(block_grow(b, 5), 0, "smaller is fine and does nothing");
    cr_assert_eq(b->capacity, 3 * BLOCK_SPOOL_BYTES);
    block_unref(b);
    assert_all_returned();
}

Test(base_block, growing_over_the_budget_changes_nothing)
{
    budget_open(100);
    struct block *b = block_new(&budget, 40);
    block_append(b, SLICE("abc"));
    cr_assert_eq(block_grow(b, 61), -ENOMEM);
    cr_assert_eq(atomic_load(&budget.used), 40);
    cr_assert(slice_eq(block_slice(b), SLICE("abc")));
    cr_assert_eq(block_grow(b, 60), 0);
    block_unref(b);
    assert_all_returned();
}

static int spool_dir(void)
{
    char path[] = "/tmp/quern-test-XXXXXX";
    cr_assert_not_null(mkdtemp(path));
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert_geq(fd, 0);
    cr_assert_eq(rmdir(path), 0);
    return fd;
}

static int tmp_dir(void)
{
    int fd = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert_geq(fd, 0);
    return fd;
}

Test(base_block, large_blocks_live_in_an_unlinked_file)
{
    const size_t bytes = BLOCK_SPOOL_BYTES + 5;
    block_budget_init(&budget, 4 * BLOCK_SPOOL_BYTES, tmp_dir());
    struct block *b = block_new(&budget, bytes);
    cr_assert_not_null(b);
    for (size_t i = 0; i < bytes; i += 4096) b->bytes[i] = 'x';
    cr_assert_eq(block_grow(b, 2 * bytes), 0);
    b->bytes[2 * bytes - 1] = 'y';
    block_unref(b);
    assert_all_returned();
    (void)close(budget.spool_dir_fd);
}

Test(base_block, a_spool_that_cannot_hold_it_is_an_error)
{
    block_budget_init(&budget, 1u << 30, spool_dir()); /* a directory that is gone */
    cr_assert_null(block_new(&budget, BLOCK_SPOOL_BYTES + 1));
    struct block *b = block_new(&budget, 10);
    cr_assert_not_null(b, "small ones do not need it");
    cr_assert_eq(block_grow(b, BLOCK_SPOOL_BYTES + 1), -ENOMEM);
    block_unref(b);
    assert_all_returned();
    (void)close(budget.spool_dir_fd);
}

Test(base_block, no_room_for_the_file_is_an_error_and_not_a_signal)
{
    struct rlimit limit = {BLOCK_SPOOL_BYTES * 2, BLOCK_SPOOL_BYTES * 2};
    cr_assert_neq(signal(SIGXFSZ, SIG_IGN), SIG_ERR);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0); /* stands in for a full disk */
    block_budget_init(&budget, 1u << 30, tmp_dir());
    cr_assert_null(block_new(&budget, BLOCK_SPOOL_BYTES * 2 + 1));
    struct block *b = block_new(&budget, BLOCK_SPOOL_BYTES * 2);
    cr_assert_not_null(b);
    b->bytes[b->capacity - 1] = 1;
    block_unref(b);
    assert_all_returned();
    (void)close(budget.spool_dir_fd);
}

static _Atomic int n_freed;

static void count_free(void *ptr)
{
    (void)ptr;
    atomic_fetch_add(&n_freed, 1);
}

Test(base_block, adopted_memory_goes_back_through_its_function)
{
    static char memory[50];
    budget_open(50);
    struct block *b = block_adopt(&budget, memory, sizeof memory, count_free);
    cr_assert_eq(b->len, 50);
    cr_assert_eq(block_slice(b).p, memory);
    cr_assert_null(block_adopt(&budget, memory, 1, count_free));
    cr_assert_eq(atomic_load(&n_freed), 0, "refused: still the caller's");
    block_unref(block_ref(b));
    cr_assert_eq(atomic_load(&n_freed), 0);
    block_unref(b);
    cr_assert_eq(atomic_load(&n_freed), 1);
    b = block_adopt(&budget, NULL, 0, NULL);
    block_unref(b);
    assert_all_returned();
}

static void *ref_and_unref(void *arg)
{
    struct block *b = arg;
    for (int i = 0; i < 20000; i++) {
        struct block *mine = block_ref(b);
        cr_assert_eq(mine->bytes[0], 'q');
        block_unref(mine);
        block_unref(block_new(&budget, 32)); /* NULL now and then: fine */
    }
    return block_unref(b);
}

Test(base_block, references_from_many_threads, .timeout = 20)
{
    pthread_t threads[3];
    char memory[] = "quern";
    atomic_store(&n_freed, 0);
    budget_open(sizeof memory + 64);
    struct block *b = block_adopt(&budget, memory, sizeof memory, count_free);
    for (int i = 0; i < 3; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, ref_and_unref, block_ref(b)), 0);
    block_unref(b);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
    cr_assert_eq(atomic_load(&n_freed), 1);
    assert_all_returned();
}

Test(base_block, copies_count_from_4_kib)
{
    static char page[4096];
    budget_open(100000);
    uint64_t before = copies_total();
    struct block *small = block_new(&budget, sizeof page - 1);
    block_append(small, slice_make(page, sizeof page - 1));
    cr_assert_eq(copies_total(), before, "a small block may be copied");
    block_unref(small);
    struct block *b = block_new(&budget, 3 * sizeof page);
    block_append(b, slice_make(page, 1));
    block_append(b, slice_make(page, sizeof page));
    cr_assert_eq(copies_total(), before + 1 + sizeof page, "in pieces of any size");
    cr_assert_eq(block_grow(b, 4 * sizeof page), 0);
    cr_assert_eq(copies_total(), before + 2 * (1 + sizeof page));
    block_unref(b);
}

Test(base_block, a_part_keeps_the_whole)
{
    budget_open(100);
    struct block *whole = block_new(&budget, 10);
    block_append(whole, SLICE("0123456789"));
    struct block *part = block_part(whole, 3, 4), *inner = block_part(part, 1, 2), *none = block_part(whole, 10, 0);
    cr_assert(part->bytes == whole->bytes + 3, "nothing is copied");
    cr_assert_eq(atomic_load(&budget.used), 10, "nor charged");
    cr_assert_eq(atomic_load(&budget.blocks), 4);
    block_unref(whole);
    cr_assert_eq(block_slice(none).len, 0);
    block_unref(none);
    cr_assert(slice_eq(block_slice(part), SLICE("3456")));
    block_unref(part);
    cr_assert(slice_eq(block_slice(inner), SLICE("45")));
    block_unref(inner);
    assert_all_returned();
}
