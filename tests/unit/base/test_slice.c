#include "base/slice.h"

#include <criterion/criterion.h>

static struct slice str(const char *text)
{
    return slice_str(text);
}

Test(base_slice, compares_bytes)
{
    cr_assert(slice_eq(str("abc"), SLICE("abc")));
    cr_assert(!slice_eq(str("abc"), SLICE("abd")));
    cr_assert(!slice_eq(str("abc"), SLICE("ab")));
    cr_assert(slice_eq(slice_make(NULL, 0), SLICE("")));
    cr_assert(slice_eq_nocase(str("Content-LENGTH"), SLICE("content-length")));
    cr_assert(!slice_eq_nocase(str("a@"), SLICE("a`")), "only letters have a case");
    cr_assert(slice_starts(str("/run/x"), SLICE("/run/")));
    cr_assert(!slice_starts(str("/ru"), SLICE("/run/")));
}

Test(base_slice, cuts_at_start_and_end)
{
    cr_assert(slice_eq(slice_from(str("abc"), 1), SLICE("bc")));
    cr_assert_eq(slice_from(str("abc"), 3).len, 0);
    cr_assert_eq(slice_from(str("abc"), 9).len, 0);
    cr_assert(slice_eq(slice_trim(str(" \t a b\t ")), SLICE("a b")));
    cr_assert_eq(slice_trim(str(" \t ")).len, 0);
    cr_assert_eq(slice_trim(str("")).len, 0);
}

Test(base_slice, cut_sees_empty_pieces)
{
    struct slice rest = str("a,,b,");
    const char *expected[] = {"a", "", "b", ""};
    size_t n = 0;
    while (rest.p) {
        struct slice piece = slice_cut(&rest, ',');
        cr_assert_lt(n, 4);
        cr_assert(slice_eq(piece, str(expected[n])), "piece %zu", n);
        n++;
    }
    cr_assert_eq(n, 4);
}

Test(base_slice, reads_numbers_strictly)
{
    uint64_t n = 7;
    cr_assert(slice_to_u64(SLICE("18446744073709551615"), &n));
    cr_assert_eq(n, UINT64_MAX);
    cr_assert(slice_to_u64(SLICE("007"), &n));
    cr_assert_eq(n, 7);
    const char *bad[] = {"", "18446744073709551616", "99999999999999999999", "-1", "+1", " 1", "1 ",
                         "0x1", "1a", "000000000000000000001"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert(!slice_to_u64(str(bad[i]), &n), "%s", bad[i]);
    cr_assert_eq(n, 7, "only set on success");
}
