/* How long an answer may be kept, and for how long it has been. */
#include "outbound/cache_control.h"

#include <criterion/criterion.h>

Test(outbound_cache_control, each_value)
{
    static const struct {
        const char *value;
        uint32_t age;
    } cases[] = {
        {"max-age=60", 60},   {"public, max-age=60", 60},  {"MAX-AGE = 60 , public", 60}, {"max-age=\"60\"", 60},          {"max-age=60, no-store", 0},
        {"no-cache", 0},      {"No-Store", 0},             {"", UINT32_MAX},              {"public", UINT32_MAX},          {"max-age", UINT32_MAX},
        {"max-age=", 0},      {"max-age=-1", 0},           {"max-age=x", 0},              {"max-age=60, max-age=30", 30},  {"s-maxage=5", UINT32_MAX},
        {"max-age=99999999999", UINT32_MAX - 1},           {",,max-age=7,,", 7},          {"max-age=99999999999999999999999", UINT32_MAX - 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_assert_eq(cache_control_age(slice_str(cases[i].value), UINT32_MAX), cases[i].age, "%s", cases[i].value);
}

Test(outbound_cache_control, lines_add_up_to_the_least)
{
    cr_assert_eq(cache_control_age(SLICE("max-age=60"), 30), 30u);
    cr_assert_eq(cache_control_age(SLICE("max-age=20"), 30), 20u);
    cr_assert_eq(cache_control_age(SLICE("public"), 30), 30u);
}

#define FRIDAY "Fri, 27 Nov 2026 12:00:00 GMT"
#define FRIDAY_S UINT64_C(1795780800)

/* What is left of an answer with these fields that came after 2 s, `late_s` after FRIDAY by our clock. */
static uint32_t left(const char *const fields[][2], uint64_t late_s)
{
    struct cache_fields f;
    cache_fields_clear(&f);
    for (size_t i = 0; fields[i][0]; i++) cache_fields_take(&f, slice_str(fields[i][0]), slice_str(fields[i][1]));
    return cache_fields_left(&f, FRIDAY_S + late_s, 2);
}

#define LEFT(late_s, ...) left((const char *const[][2]){__VA_ARGS__, {NULL, NULL}}, late_s)
#define HOUR {"Cache-Control", "max-age=3600"}

/* RFC 9111 §4.2.3. The 2 s may have gone before the answer was made, or after: they count where a cache says how old it is. */
Test(outbound_cache_control, the_age_of_an_answer_is_taken_off)
{
    cr_assert_eq(LEFT(0, HOUR), 3598u);
    cr_assert_eq(LEFT(0, HOUR, {"Age", "600"}), 2998u);
    cr_assert_eq(LEFT(0, {"AGE", " 600 "}, HOUR), 2998u, "the order means nothing");
    cr_assert_eq(LEFT(0, HOUR, {"Age", "0"}), 3598u);
    cr_assert_eq(LEFT(0, HOUR, {"Age", "3598"}), 0u);
    cr_assert_eq(LEFT(0, HOUR, {"Age", "3600"}), 0u);
    cr_assert_eq(LEFT(0, HOUR, {"Age", "7200"}), 0u);
    cr_assert_eq(LEFT(0, {"Age", "600"}), UINT32_MAX, "nothing is said of how long");
    cr_assert_eq(LEFT(0, {"Cache-Control", "no-store"}, {"Age", "1"}), 0u);
    cr_assert_eq(LEFT(0, {"Cache-Control", "max-age=99999999999"}), UINT32_MAX - 3);
}

/* §5.1, §1.2.2: what is no number is ignored, of several the first counts, one that is too large is large. */
Test(outbound_cache_control, ages_that_are_odd)
{
    static const char *const none[] = {"", "-1", "+1", "1.5", "x", "0x10", "6 0", "\"60\"", "60;x", "١"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) cr_assert_eq(LEFT(0, HOUR, {"Age", none[i]}), 3598u, "%s", none[i]);
    cr_assert_eq(LEFT(0, HOUR, {"Age", "600, 1"}), 2998u);
    cr_assert_eq(LEFT(0, HOUR, {"Age", "600"}, {"Age", "1"}), 2998u);
    cr_assert_eq(LEFT(0, HOUR, {"Age", "x"}, {"Age", "1000"}), 3598u, "the first is invalid: there is none");
    static const char *const large[] = {"4294967295", "4294967296", "18446744073709551616", "99999999999999999999999999999999"};
    for (size_t i = 0; i < sizeof large / sizeof *large; i++) cr_assert_eq(LEFT(0, HOUR, {"Age", large[i]}), 0u, "%s", large[i]);
    cr_assert_eq(LEFT(0, {"Cache-Control", "max-age=99999999999999999999999"}, {"Age", "99999999999999999999999"}), 0u);
}

/* The greater of both is its age; a date that is yet to come says nothing. */
Test(outbound_cache_control, dates_count_too)
{
    cr_assert_eq(LEFT(600, HOUR, {"Date", FRIDAY}), 3000u);
    cr_assert_eq(LEFT(600, HOUR, {"Date", FRIDAY}, {"Age", "100"}), 3000u);
    cr_assert_eq(LEFT(600, HOUR, {"Date", FRIDAY}, {"Age", "1000"}), 2598u);
    cr_assert_eq(LEFT(1, HOUR, {"Date", FRIDAY}), 3598u);
    cr_assert_eq(LEFT(3600, HOUR, {"Date", FRIDAY}), 0u);
    cr_assert_eq(LEFT(UINT32_MAX, HOUR, {"Date", FRIDAY}), 0u);
    cr_assert_eq(LEFT(0, HOUR, {"Date", "Fri, 27 Nov 2026 13:00:00 GMT"}), 3598u);
    cr_assert_eq(LEFT(600, HOUR, {"Date", "  " FRIDAY " "}), 3000u);
    cr_assert_eq(LEFT(0, HOUR, {"Date", "Thu, 26 Feb 2026 23:59:59 GMT"}), 0u);
}

Test(outbound_cache_control, dates_that_are_none)
{
    static const char *const none[] = {"", "0", "yesterday", "Thu, 27 Nov 2026 12:00:00 GMT", "Friday, 27-Nov-26 12:00:00 GMT", "Fri Nov 27 12:00:00 2026", "Fri, 27 Nov 2026", "Fri, 27 Nov 2026 12:00:00 CET", "Fri, 32 Nov 2026 12:00:00 GMT",
                                       "Fri, 31 Nov 2026 12:00:00 GMT", "Fri, 27 Foo 2026 12:00:00 GMT", "Fri, 27 Nov 2026 25:00:00 GMT",
                                       "Fri, 27 Nov 1969 12:00:00 GMT", "Fri, 27 Nov 2026 12:00:00 GMT, x", "1795780800",
                                       "Fri, 27 Nov 20260000000000000000000000000000000000000000000 12:00:00 GMT"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) cr_assert_eq(LEFT(600, HOUR, {"Date", none[i]}), 3598u, "%s", none[i]);
    cr_assert_eq(LEFT(600, HOUR, {"Date", FRIDAY}, {"Date", "Fri, 27 Nov 2026 11:00:00 GMT"}), 3598u, "of two none is believed");
}
