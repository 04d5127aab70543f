#include "base/buf.h"

#include <criterion/criterion.h>

Test(base_buf, grows_and_stays_terminated)
{
    struct buf b;
    buf_init(&b, 100000);
    cr_assert_eq(buf_slice(&b).len, 0);
    cr_assert_not_null(buf_slice(&b).p);
    for (int i = 0; i < 10000; i++) buf_addf(&b, "%04d", i);
    buf_add(&b, slice_make(NULL, 0));
    buf_add_str(&b, "end");
    cr_assert_eq(b.len, 40003);
    cr_assert_eq(b.p[b.len], '\0');
    cr_assert_str_eq(b.p + 39996, "9999end");
    cr_assert(!b.overflow);
    buf_clear(&b);
    cr_assert_str_eq(b.p, "");
    buf_deinit(&b);
    cr_assert_null(b.p);
}

Test(base_buf, cap_at_the_limit_and_one_above)
{
    struct buf b;
    buf_init(&b, 5);
    buf_add_str(&b, "12345");
    cr_assert(!b.overflow);
    buf_add_str(&b, "6");
    cr_assert(b.overflow);
    cr_assert_str_eq(b.p, "12345");
    buf_clear(&b);
    buf_addf(&b, "%s", "abcde");
    cr_assert(!b.overflow);
    buf_addf(&b, "%d", 1);
    cr_assert(b.overflow);
    buf_add(&b, SLICE(""));
    cr_assert_str_eq(b.p, "abcde");
    buf_deinit(&b);
}

Test(base_buf, nothing_is_added_after_an_overflow)
{
    struct buf b;
    buf_init(&b, 5);
    buf_add_str(&b, "123456");
    buf_add_str(&b, "1");
    cr_assert(b.overflow);
    cr_assert_eq(b.len, 0);
    buf_deinit(&b);
}
