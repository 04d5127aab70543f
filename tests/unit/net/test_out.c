#include "net/out.h"

#include <criterion/criterion.h>
#include <sys/uio.h>

static struct chunk_pool pool;
static struct block_budget budget;

static void up(void)
{
    cr_assert_eq(chunk_pool_init(&pool, 8), 0);
    block_budget_init(&budget, 1 << 20, -1);
}

static void down(void)
{
    cr_expect_eq(pool.n_used, 0, "every chunk went back");
    cr_expect_eq(atomic_load(&budget.used), 0, "every block went back");
    chunk_pool_deinit(&pool);
}

static void add(struct out *o, const char *text)
{
    size_t n = strlen(text);
    char *p = out_reserve(o, &pool, n);
    cr_assert_not_null(p);
    memcpy(p, text, n);
    out_commit(o, n);
}

static struct block *block_of(char c, size_t n)
{
    struct block *b = block_new(&budget, n);
    cr_assert_not_null(b);
    memset(b->bytes, c, n);
    b->len = n;
    return b;
}

/* All that is queued, as one string. */
static size_t flatten(const struct out *o, char *to)
{
    struct iovec iov[16];
    size_t len = 0;
    int n = out_pieces(o, iov, 16);
    for (int i = 0; i < n; i++) {
        memcpy(to + len, iov[i].iov_base, iov[i].iov_len);
        len += iov[i].iov_len;
    }
    return len;
}

Test(net_out, bytes_and_blocks_keep_their_order, .init = up, .fini = down)
{
    struct out o = {0};
    char text[64];
    add(&o, "head1 ");
    cr_assert(out_block(&o, &pool, block_of('a', 10), 2, 6));
    add(&o, " head2 ");
    cr_assert(out_block(&o, &pool, block_of('b', 3), 0, 3));
    size_t n = flatten(&o, text);
    cr_expect_eq(n, o.bytes);
    cr_expect_arr_eq(text, "head1 aaaa head2 bbb", n);
    out_drop(&o, &pool);
}

Test(net_out, consumed_byte_by_byte_or_in_any_pieces, .init = up, .fini = down)
{
    for (size_t step = 1; step <= 20; step++) {
        struct out o = {0};
        char text[64];
        const char *rest = "head1 aaaa head2 bbb";
        add(&o, "head1 ");
        cr_assert(out_block(&o, &pool, block_of('a', 4), 0, 4));
        add(&o, " head2 ");
        cr_assert(out_block(&o, &pool, block_of('b', 3), 0, 3));
        while (o.bytes) {
            size_t n = flatten(&o, text);
            cr_assert_eq(n, strlen(rest));
            cr_assert_arr_eq(text, rest, n);
            size_t sent = step < n ? step : n;
            out_consume(&o, &pool, sent);
            rest += sent;
        }
        cr_assert_null(o.first);
    }
}

Test(net_out, appending_while_a_part_is_being_sent, .init = up, .fini = down)
{
    struct out o = {0};
    char text[64];
    add(&o, "abc");
    out_consume(&o, &pool, 2);
    add(&o, "def");
    cr_expect_eq(flatten(&o, text), 4);
    cr_expect_arr_eq(text, "cdef", 4);
    out_drop(&o, &pool);
}

Test(net_out, an_empty_pool_is_told, .init = up, .fini = down)
{
    struct out o[9] = {0};
    struct block *b = block_of('x', 1);
    for (int i = 0; i < 8; i++) cr_assert_not_null(out_reserve(&o[i], &pool, 1));
    cr_expect_null(out_reserve(&o[8], &pool, 1));
    cr_expect_not(out_block(&o[8], &pool, b, 0, 1), "the reference stays with the caller");
    block_unref(b);
    for (int i = 0; i < 8; i++) out_drop(&o[i], &pool);
}

Test(net_out, joining_moves_everything, .init = up, .fini = down)
{
    struct out a = {0}, b = {0};
    char text[16];
    add(&a, "one ");
    add(&b, "two");
    out_join(&a, &b);
    cr_expect_null(b.first);
    cr_expect_eq(b.bytes, 0);
    cr_expect_eq(flatten(&a, text), 7);
    cr_expect_arr_eq(text, "one two", 7);
    out_join(&a, &b); /* nothing to move */
    out_drop(&a, &pool);
}
