/* How long an answer may be kept. */
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
        {"max-age=99999999999", UINT32_MAX - 1},           {",,max-age=7,,", 7},          {"max-age=99999999999999999999999", 0},
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
