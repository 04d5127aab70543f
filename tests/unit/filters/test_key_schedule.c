/* When an issuer's keys are fetched, by a clock of the tests' own. */
#include "filters/key_schedule.h"

#include "base/clock.h"

#include <criterion/criterion.h>

#define AT(s) ((s) * NS_PER_S)

Test(filters_key_schedule, at_once_then_early)
{
    struct key_schedule s = {0};
    cr_assert(key_schedule_begins(&s, AT(1), false, 30));
    key_schedule_began(&s, AT(1));
    cr_assert_not(key_schedule_begins(&s, AT(1000), true, 30), "one at a time");
    cr_assert_eq(key_schedule_next_ns(&s, true, 30), UINT64_MAX);
    key_schedule_succeeded(&s, AT(2), UINT32_MAX);
    cr_assert_not(key_schedule_begins(&s, AT(481), false, 30));
    cr_assert(key_schedule_begins(&s, AT(482), false, 30)); /* 600 s / 5 * 4 */
    cr_assert_eq(s.usable_ns, AT(2 + 600 + 3600));
}

Test(filters_key_schedule, what_the_answer_says_within_bounds)
{
    struct key_schedule s = {0};
    key_schedule_succeeded(&s, 0, 1000);
    cr_assert_eq(s.due_ns, AT(800));
    key_schedule_succeeded(&s, 0, 0);
    cr_assert_eq(s.due_ns, AT(240));
    key_schedule_succeeded(&s, 0, 10000000);
    cr_assert_eq(s.due_ns, AT(69120));
}

Test(filters_key_schedule, a_key_that_is_missed)
{
    struct key_schedule s = {0};
    key_schedule_began(&s, AT(100));
    key_schedule_succeeded(&s, AT(101), UINT32_MAX);
    cr_assert_not(key_schedule_begins(&s, AT(129), true, 30));
    cr_assert_eq(key_schedule_next_ns(&s, true, 30), AT(130)); /* it is kept in mind */
    cr_assert(key_schedule_begins(&s, AT(130), true, 30));
    cr_assert_not(key_schedule_begins(&s, AT(130), false, 30));
}

Test(filters_key_schedule, an_issuer_that_is_down)
{
    struct key_schedule s = {0};
    static const uint64_t waits[] = {1, 2, 4, 8, 16, 30, 30};
    uint64_t now = AT(1000);
    key_schedule_succeeded(&s, now, UINT32_MAX);
    uint64_t usable = s.usable_ns;
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        now = key_schedule_next_ns(&s, false, 30);
        key_schedule_began(&s, now);
        key_schedule_failed(&s, now);
        cr_assert_eq(key_schedule_next_ns(&s, false, 30), now + AT(waits[i]), "%zu", i);
        cr_assert_eq(s.usable_ns, usable);
    }
    key_schedule_succeeded(&s, now, UINT32_MAX);
    key_schedule_failed(&s, now);
    cr_assert_eq(s.due_ns, now + AT(1), "from the beginning");
}
