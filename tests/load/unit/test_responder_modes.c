#include "base/clock.h"
#include "tools/load/responder_modes.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static struct modes m;
static const char *why;
static uint16_t status;

static void up(void)
{
    modes_init(&m, 1);
    why = NULL;
    status = 0;
}

TestSuite(load_responder_modes, .init = up);

static void add(const char *text)
{
    cr_assert_eq(modes_add(&m, text, &why), 0, "%s: %s", text, why ? why : "");
}

Test(load_responder_modes, plain_is_at_once_and_without_faults)
{
    add("plain");
    for (uint64_t n = 1; n <= 1000; n++) {
        cr_assert_eq(modes_delay_ns(&m, n), 0);
        cr_assert_eq(modes_fault(&m, n, &status), FAULTS);
    }
}

Test(load_responder_modes, constant)
{
    add("const:1.5ms");
    for (uint64_t n = 1; n <= 100; n++) cr_assert_eq(modes_delay_ns(&m, n), 1500 * NS_PER_US);
}

Test(load_responder_modes, bimodal_is_counted_out)
{
    add("bimodal:1%:100ms");
    for (uint64_t n = 1; n <= 1000; n++) cr_assert_eq(modes_delay_ns(&m, n), n % 100 ? 0 : 100 * NS_PER_MS);
}

Test(load_responder_modes, exponential_of_the_seed)
{
    enum { N = 200000 };
    double mean = 0, over_3 = 0;
    struct modes same, other;
    modes_init(&same, 1);
    modes_init(&other, 2);
    add("exp:2ms");
    cr_assert_eq(modes_add(&same, "exp:2ms", &why), 0);
    cr_assert_eq(modes_add(&other, "exp:2ms", &why), 0);
    int as_other = 0;
    for (uint64_t n = 1; n <= N; n++) {
        uint64_t ns = modes_delay_ns(&m, n);
        cr_assert_eq(modes_delay_ns(&same, n), ns);
        as_other += modes_delay_ns(&other, n) == ns;
        mean += (double)ns / 2e6 / N;
        over_3 += ns > 6 * NS_PER_MS;
    }
    cr_expect_float_eq(mean, 1, 0.01);
    cr_expect_float_eq(over_3 / N, exp(-3), 0.002);
    cr_expect_lt(as_other, 10);
}

Test(load_responder_modes, every_fault_has_its_turn)
{
    const enum fault kinds[] = {FAULT_HANG,       FAULT_SWAP,    FAULT_TRUNCATE, FAULT_EXTRA, FAULT_BAD_CHUNK,
                                FAULT_BAD_LENGTH, FAULT_NO_DATE, FAULT_RESET,    FAULT_HALF};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "%s:10%%", fault_name(kinds[i]));
        up();
        add(text);
        for (uint64_t n = 1; n <= 100; n++) cr_assert_eq(modes_fault(&m, n, &status), n % 10 ? FAULTS : kinds[i], "%s", text);
    }
}

Test(load_responder_modes, one_percent_unless_said)
{
    add("hang");
    int n_hang = 0;
    for (uint64_t n = 1; n <= 1000; n++) n_hang += modes_fault(&m, n, &status) == FAULT_HANG;
    cr_assert_eq(n_hang, 10);
}

Test(load_responder_modes, a_status_of_its_own)
{
    add("status:503:50%");
    cr_assert_eq(modes_fault(&m, 1, &status), FAULTS);
    cr_assert_eq(modes_fault(&m, 2, &status), FAULT_STATUS);
    cr_assert_eq(status, 503);
    up();
    add("status:404");
    cr_assert_eq(modes_fault(&m, 100, &status), FAULT_STATUS);
    cr_assert_eq(status, 404);
}

Test(load_responder_modes, never_answers)
{
    add("never");
    for (uint64_t n = 1; n <= 10; n++) cr_assert_eq(modes_fault(&m, n, &status), FAULT_HANG);
}

Test(load_responder_modes, several_faults_do_not_meet)
{
    int seen[FAULTS + 1] = {0};
    add("swap");
    add("truncate");
    add("extra");
    add("bad-chunk");
    for (uint64_t n = 1; n <= 10000; n++) seen[modes_fault(&m, n, &status)]++;
    cr_expect_eq(seen[FAULT_SWAP], 100);
    cr_expect_eq(seen[FAULT_TRUNCATE], 100);
    cr_expect_eq(seen[FAULT_EXTRA], 100);
    cr_expect_eq(seen[FAULT_BAD_CHUNK], 100);
}

Test(load_responder_modes, a_delay_and_a_fault)
{
    add("const:1ms");
    add("no-date:50%");
    cr_assert_eq(modes_delay_ns(&m, 2), NS_PER_MS);
    cr_assert_eq(modes_fault(&m, 2, &status), FAULT_NO_DATE);
}

Test(load_responder_modes, mistakes_are_told)
{
    const char *const bad[] = {"",         "const",    "const:",    "const:5",    "const:1y",     "const:-1ms",
                               "exp:2h",   "hang:0",   "hang:0%",   "hang:101%",  "hang:",        "bimodal:1%",
                               "bimodal",  "status",   "status:99", "status:600", "status:503:x", "bimodal::1ms",
                               "plain:1%", "never:1%", "Hang",      "hang:1%:1ms"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        up();
        cr_expect_eq(modes_add(&m, bad[i], &why), -EINVAL, "%s", bad[i]);
        cr_expect_not_null(why, "%s", bad[i]);
    }
}

Test(load_responder_modes, given_twice)
{
    add("const:1ms");
    cr_assert_eq(modes_add(&m, "exp:1ms", &why), -EINVAL);
    add("hang:1%");
    cr_assert_eq(modes_add(&m, "never", &why), -EINVAL);
}
