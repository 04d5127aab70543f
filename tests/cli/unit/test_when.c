#include "base/clock.h"
#include "tools/cli/when.h"

#include <criterion/criterion.h>

#define M (60 * NS_PER_S)
#define H (60 * M)

Test(cli_when, durations)
{
    static const struct {
        const char *text;
        uint64_t ns;
    } good[] = {
        {"0", 0},
        {"10", 10 * NS_PER_S},
        {"1.5", NS_PER_S + 500 * NS_PER_MS},
        {"250ms", 250 * NS_PER_MS},
        {"1.5s", 1500 * NS_PER_MS},
        {"90m", 90 * M},
        {"2h", 2 * H},
        {"7d", 7 * 24 * H},
        {"1h30m", H + 30 * M},
        {"1d2h3m4s5ms", 26 * H + 3 * M + 4 * NS_PER_S + 5 * NS_PER_MS},
        {"1m0.5s", M + 500 * NS_PER_MS},
        {"0.25h", 15 * M},
        {"3650d", WHEN_DURATION_MAX_NS},
    };
    static const char *const bad[] = {"",
                                      "s",
                                      "-1",
                                      "+1",
                                      "1 s",
                                      " 1",
                                      "1s ",
                                      "1x",
                                      "1S",
                                      "1.",
                                      ".5",
                                      "1..5s",
                                      "1.2.3",
                                      "1m1h",
                                      "1h1h",
                                      "1.5h30m",
                                      "1h30",
                                      "30 m",
                                      "1e3",
                                      "inf",
                                      "3651d",
                                      "999999999999d",
                                      "1234567890123",
                                      "18446744073709551616s",
                                      "1ns",
                                      "0x10"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        uint64_t ns = 77;
        cr_assert(when_duration(slice_str(good[i].text), &ns), "%s", good[i].text);
        cr_assert_eq(ns, good[i].ns, "%s: %llu", good[i].text, (unsigned long long)ns);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint64_t ns = 77;
        cr_assert_not(when_duration(slice_str(bad[i]), &ns), "%s", bad[i]);
        cr_assert_eq(ns, 77, "%s: nothing is set", bad[i]);
    }
}

Test(cli_when, only_the_slice_is_read)
{
    uint64_t ns;
    cr_assert(when_duration(slice_make("10m5", 2), &ns));
    cr_assert_eq(ns, 10 * NS_PER_S);
    cr_assert(when_duration(slice_make("10ms", 3), &ns));
    cr_assert_eq(ns, 10 * M);
}

/* What is written is read back by the server's own reader. */
Test(cli_when, iso)
{
    static const uint64_t all[] = {0, NS_PER_MS, 999 * NS_PER_MS, NS_PER_S, 90500 * NS_PER_MS, WHEN_DURATION_MAX_NS};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char text[WHEN_ISO_BYTES];
        uint64_t ns = 77;
        when_iso(all[i], text);
        cr_assert_eq(clock_parse_duration(text, strlen(text), &ns), 0, "%s", text);
        cr_assert_eq(ns, all[i], "%s", text);
    }
}

Test(cli_when, short_forms)
{
    static const struct {
        uint64_t ns;
        const char *text;
    } all[] = {{0, "0 ms"},
               {999 * NS_PER_MS, "999 ms"},
               {4250 * NS_PER_MS, "4.2 s"},
               {119 * NS_PER_S, "119 s"},
               {2 * M, "2 m"},
               {119 * M, "119 m"},
               {2 * H, "2 h"},
               {47 * H, "47 h"},
               {48 * H, "2 d"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char text[WHEN_SHORT_BYTES];
        when_short(all[i].ns, text);
        cr_assert_str_eq(text, all[i].text);
    }
}
