#include "base/clock.h"
#include "tools/load/units.h"

#include <criterion/criterion.h>

Test(load_units, counts)
{
    static const struct {
        const char *text;
        uint64_t n;
    } good[] = {{"0", 0},
                {"1", 1},
                {"250", 250},
                {"10k", 10000},
                {"10K", 10000},
                {"1M", 1000000},
                {"1m", 1000000},
                {"2G", 2000000000},
                {"1.5k", 1500},
                {"1.1k", 1100},
                {"0.001M", 1000},
                {"2.000001M", 2000001},
                {"9007199254740993", UINT64_C(9007199254740993)}};
    static const char *const bad[] = {"",
                                      "k",
                                      "-1",
                                      "+1",
                                      "1.5",
                                      "1.0005k",
                                      "1e3",
                                      "0x10",
                                      "1 k",
                                      " 1",
                                      "1 ",
                                      "1kk",
                                      ".5k",
                                      "1.",
                                      "1.k",
                                      "1..5k",
                                      "1.2.3k",
                                      "inf",
                                      "nan",
                                      "10s",
                                      "99999999999G",
                                      "1000000000000000000000000000000000000000000"};
    uint64_t n;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        n = 77;
        cr_assert(unit_count(slice_str(good[i].text), &n), "%s", good[i].text);
        cr_assert_eq(n, good[i].n, "%s", good[i].text);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        n = 77;
        cr_assert_not(unit_count(slice_str(bad[i]), &n), "%s", bad[i]);
        cr_assert_eq(n, 77, "%s: nothing is set", bad[i]);
    }
}

Test(load_units, only_the_slice_is_read)
{
    uint64_t n;
    cr_assert(unit_count(slice_make("123k", 2), &n));
    cr_assert_eq(n, 12);
    cr_assert(unit_count(slice_make("1kM", 2), &n));
    cr_assert_eq(n, 1000);
}

Test(load_units, times)
{
    static const struct {
        const char *text;
        uint64_t ns;
    } good[] = {{"0", 0},
                {"10", 10 * NS_PER_S},
                {"0.5", NS_PER_S / 2},
                {"7ns", 7},
                {"50us", 50 * NS_PER_US},
                {"1.5ms", 1500 * NS_PER_US},
                {"2s", 2 * NS_PER_S},
                {"2S", 2 * NS_PER_S},
                {"3m", 180 * NS_PER_S},
                {"1h", 3600 * NS_PER_S},
                {"0.1s", NS_PER_S / 10},
                {"0.4ns", 0}};
    static const char *const bad[] = {"", "s", "10sec", "-1s", "1d", "1s2", "10 s", "1us1", "1e9s", "9000000h"};
    uint64_t ns;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        cr_assert(unit_time(slice_str(good[i].text), NS_PER_S, &ns), "%s", good[i].text);
        cr_assert_eq(ns, good[i].ns, "%s", good[i].text);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_not(unit_time(slice_str(bad[i]), NS_PER_S, &ns), "%s", bad[i]);
    cr_assert(unit_time(SLICE("50"), NS_PER_US, &ns));
    cr_assert_eq(ns, 50 * NS_PER_US, "a number alone");
}

Test(load_units, rates)
{
    double rate = 0;
    cr_assert(unit_rate(SLICE("500"), &rate));
    cr_assert_float_eq(rate, 500, 0);
    cr_assert(unit_rate(SLICE("5k/s"), &rate));
    cr_assert_float_eq(rate, 5000, 0);
    cr_assert(unit_rate(SLICE("0.25/s"), &rate));
    cr_assert_float_eq(rate, 0.25, 0);
    cr_assert(unit_rate(SLICE("1G"), &rate));
    cr_assert_float_eq(rate, UNIT_RATE_MAX, 0);
    static const char *const bad[] = {"", "0", "0/s", "/s", "5/m", "5k/s/s", "5/", "2G", "-3", "k/s"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) cr_assert_not(unit_rate(slice_str(bad[i]), &rate), "%s", bad[i]);
    cr_assert(unit_amount(SLICE("0"), &rate));
    cr_assert_float_eq(rate, 0, 0);
    cr_assert_not(unit_amount(SLICE(""), &rate));
}

Test(load_units, bytes)
{
    static const struct {
        const char *text;
        uint64_t n;
    } good[] = {{"0", 0},         {"512", 512},    {"512B", 512},     {"64k", 65536},    {"64KB", 65536},
                {"64KiB", 65536}, {"1M", 1048576}, {"1.5M", 1572864}, {"1G", 1073741824}};
    static const char *const bad[] = {"", "k", "1T", "1.3", "1kBB", "-1k", "0.1k"};
    uint64_t n;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        cr_assert(unit_bytes(slice_str(good[i].text), &n), "%s", good[i].text);
        cr_assert_eq(n, good[i].n, "%s", good[i].text);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) cr_assert_not(unit_bytes(slice_str(bad[i]), &n), "%s", bad[i]);
}

Test(load_units, shares)
{
    double share = 0;
    cr_assert(unit_share(SLICE("1%"), &share));
    cr_assert_float_eq(share, 0.01, 1e-12);
    cr_assert(unit_share(SLICE("0.5%"), &share));
    cr_assert_float_eq(share, 0.005, 1e-12);
    cr_assert(unit_share(SLICE("100%"), &share));
    cr_assert_float_eq(share, 1, 0);
    cr_assert(unit_share(SLICE("0"), &share));
    cr_assert_float_eq(share, 0, 0);
    static const char *const bad[] = {"", "%", "1", "0.5", "101%", "-1%", "1%%", "1k%", "%1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) cr_assert_not(unit_share(slice_str(bad[i]), &share), "%s", bad[i]);
}

Test(load_units, ranges)
{
    uint64_t first, last;
    cr_assert(unit_range(SLICE("3"), &first, &last));
    cr_assert(first == 3 && last == 3);
    cr_assert(unit_range(SLICE("3-7"), &first, &last));
    cr_assert(first == 3 && last == 7);
    static const char *const bad[] = {"", "-", "3-", "-3", "7-3", "3-4-5", "a", "3-b", "3 -4"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_not(unit_range(slice_str(bad[i]), &first, &last), "%s", bad[i]);
}
