#include "base/spill.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

static struct spill spill;
static int dir_fd;

static void up(void)
{
    dir_fd = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    spill_init(&spill, dir_fd);
}

static void down(void)
{
    spill_deinit(&spill);
    cr_assert_eq(atomic_load(&spill.budget.used), 0);
    cr_assert_eq(atomic_load(&spill.budget.blocks), 0);
    cr_assert_eq(atomic_load(&spill.extents), 0);
    (void)close(dir_fd);
}

TestSuite(base_spill, .init = up, .fini = down);

#define MANY 3000

static struct block *copy_of(uint32_t i, size_t len)
{
    static char bytes[SPILL_EXTENT_BYTES];
    for (size_t k = 0; k < len; k++) bytes[k] = (char)(i * 31 + k);
    return spill_copy(&spill, slice_make(bytes, len));
}

static bool is_copy_of(const struct block *b, uint32_t i, size_t len)
{
    bool same = b->len == len;
    for (size_t k = 0; same && k < len; k++) same = b->bytes[k] == (char)(i * 31 + k);
    return same;
}

Test(base_spill, blocks_keep_their_bytes_over_many_extents)
{
    static struct block *blocks[MANY];
    for (uint32_t i = 0; i < MANY; i++) cr_assert_not_null(blocks[i] = copy_of(i, i * 7 % 9000));
    cr_assert_geq(atomic_load(&spill.extents), 3);
    for (uint32_t i = 0; i < MANY; i++) cr_assert(is_copy_of(blocks[i], i, i * 7 % 9000), "block %u", i);
    for (uint32_t i = 0; i < MANY; i++) block_unref(blocks[i]);
    cr_assert_eq(atomic_load(&spill.extents), 1, "the one that is filled stays");
}

Test(base_spill, an_extent_goes_with_its_last_block)
{
    struct block *first = copy_of(1, 100), *large = copy_of(2, SPILL_EXTENT_BYTES - 4096), *next = copy_of(3, 5000);
    cr_assert_eq(atomic_load(&spill.extents), 2);
    block_unref(large);
    cr_assert_eq(atomic_load(&spill.extents), 2);
    block_unref(first);
    cr_assert_eq(atomic_load(&spill.extents), 1);
    cr_assert(is_copy_of(next, 3, 5000));
    block_unref(next);
}

Test(base_spill, the_largest_and_one_byte_more)
{
    size_t most = SPILL_EXTENT_BYTES;
    struct block *largest, *none;
    while (!(largest = copy_of(0, most))) most--; /* what an extent says of itself takes some */
    cr_assert_gt(most, SPILL_EXTENT_BYTES - 256);
    cr_assert(is_copy_of(largest, 0, most));
    cr_assert_null(copy_of(0, most + 1));
    none = copy_of(0, 0);
    cr_assert_eq(none->len, 0);
    block_unref(none);
    block_unref(largest);
}

Test(base_spill, no_room_for_an_extent_is_no_block_and_no_signal)
{
    struct rlimit limit = {4096, 4096};
    cr_assert_neq(signal(SIGXFSZ, SIG_IGN), SIG_ERR);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0); /* stands in for a full disk */
    cr_assert_null(copy_of(1, 10));
}

static void *drop_all(void *arg)
{
    for (struct block **b = arg; *b; b += 2) block_unref(*b);
    return NULL;
}

Test(base_spill, any_thread_may_drop, .timeout = 20)
{
    static struct block *blocks[MANY + 2];
    pthread_t other;
    for (int round = 0; round < 10; round++) {
        for (uint32_t i = 0; i < MANY; i++) cr_assert_not_null(blocks[i] = copy_of(i, 3000));
        cr_assert_eq(pthread_create(&other, NULL, drop_all, blocks), 0);
        (void)drop_all(blocks + 1);
        cr_assert_eq(pthread_join(other, NULL), 0);
    }
}
