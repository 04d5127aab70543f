/* Decimal text, against snprintf. */
#include "base/digits.h"

#include "base/random.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>

static void check(uint64_t n)
{
    char expected[DIGITS_U64_MAX + 1], got[DIGITS_U64_MAX + 2];
    memset(got, '#', sizeof got);
    int len = snprintf(expected, sizeof expected, "%" PRIu64, n);
    char *end = digits_put(got, n);
    cr_assert_eq(end - got, len, "%s", expected);
    cr_assert_eq(memcmp(got, expected, (size_t)len), 0, "%s", expected);
    cr_assert_eq(*end, '#', "%s: nothing behind it", expected);
    cr_assert_eq(digits_of(n), (unsigned)len, "%s", expected);
}

Test(base_digits, all_small_numbers)
{
    for (uint64_t n = 0; n < 200000; n++) check(n);
}

Test(base_digits, around_every_power)
{
    for (uint64_t ten = 1;; ten *= 10) {
        for (uint64_t n = 0; n < 3; n++) {
            check(ten - n);
            check(ten + n);
        }
        if (ten > UINT64_MAX / 10) break;
    }
    for (unsigned bit = 0; bit < 64; bit++) {
        check(UINT64_C(1) << bit);
        check((UINT64_C(1) << bit) - 1);
    }
    check(UINT64_MAX);
}

Test(base_digits, numbers_of_every_length)
{
    struct random r;
    random_seed(&r, 1);
    for (int i = 0; i < 200000; i++) check(random_u64(&r) >> (i % 64));
}

Test(base_digits, of_fixed_width)
{
    char expected[8], got[4];
    for (unsigned n = 0; n < 1000; n++) {
        (void)snprintf(expected, sizeof expected, "%03u", n);
        got[3] = '#';
        cr_assert_eq(digits_put_3(got, n), got + 3);
        cr_assert(memcmp(got, expected, 3) == 0 && got[3] == '#', "%s", expected);
        if (n >= 100) continue;
        cr_assert_eq(digits_put_2(got, n), got + 2);
        cr_assert_eq(memcmp(got, expected + 1, 2), 0, "%s", expected);
    }
}
