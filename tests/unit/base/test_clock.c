#include "base/clock.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

static void set_times(struct clock *c)
{
    c->mono_ns += 5;
    c->wall_ns = 77;
}

Test(base_clock, ticks_as_told)
{
    struct clock fake = {.read = set_times}, real = {0};
    clock_tick(&fake);
    clock_tick(&fake);
    cr_assert_eq(fake.mono_ns, 10);
    cr_assert_eq(fake.wall_ns, 77);
    clock_tick(&real);
    cr_assert_leq(real.mono_ns, clock_now_ns());
    cr_assert_gt(real.wall_ns, UINT64_C(1700000000) * NS_PER_S);
    cr_assert_gt(clock_thread_cpu_ns(), 0);
}

struct moment {
    uint64_t seconds;
    const char *rfc3339, *http_date;
};

/* Seconds from date -u -d @… */
static const struct moment moments[] = {
    {0, "1970-01-01T00:00:00.000Z", "Thu, 01 Jan 1970 00:00:00 GMT"},
    {68169599, "1972-02-28T23:59:59.000Z", "Mon, 28 Feb 1972 23:59:59 GMT"},
    {68169600, "1972-02-29T00:00:00.000Z", "Tue, 29 Feb 1972 00:00:00 GMT"},
    {68256000, "1972-03-01T00:00:00.000Z", "Wed, 01 Mar 1972 00:00:00 GMT"},
    {784111777, "1994-11-06T08:49:37.000Z", "Sun, 06 Nov 1994 08:49:37 GMT"},
    {951782400, "2000-02-29T00:00:00.000Z", "Tue, 29 Feb 2000 00:00:00 GMT"},
    {978307199, "2000-12-31T23:59:59.000Z", "Sun, 31 Dec 2000 23:59:59 GMT"},
    {1234567890, "2009-02-13T23:31:30.000Z", "Fri, 13 Feb 2009 23:31:30 GMT"},
    {2147483648, "2038-01-19T03:14:08.000Z", "Tue, 19 Jan 2038 03:14:08 GMT"},
    {4107542400, "2100-03-01T00:00:00.000Z", "Mon, 01 Mar 2100 00:00:00 GMT"},
    {13574563200, "2400-02-29T00:00:00.000Z", "Tue, 29 Feb 2400 00:00:00 GMT"},
};

Test(base_clock, writes_and_reads_the_calendar)
{
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        char rfc3339[CLOCK_RFC3339_BYTES], http_date[CLOCK_HTTP_DATE_BYTES];
        uint64_t ns = moments[i].seconds * NS_PER_S, back = 0;
        clock_rfc3339(ns, rfc3339);
        clock_http_date(ns, http_date);
        cr_assert_str_eq(rfc3339, moments[i].rfc3339);
        cr_assert_str_eq(http_date, moments[i].http_date);
        cr_assert_eq(clock_parse_rfc3339(rfc3339, strlen(rfc3339), &back), 0);
        cr_assert_eq(back, ns);
    }
}

Test(base_clock, each_day_follows_the_one_before)
{
    char text[CLOCK_RFC3339_BYTES];
    for (uint64_t day = 0; day < 213500; day++) { /* up to the year 2554 */
        uint64_t ns = (day * 86400 + day % 86400) * NS_PER_S + day % 1000 * NS_PER_MS, back = 0;
        clock_rfc3339(ns, text);
        cr_assert_eq(clock_parse_rfc3339(text, CLOCK_RFC3339_BYTES - 1, &back), 0);
        if (back != ns) cr_assert_fail("%s", text);
    }
}

struct vector {
    const char *text;
    uint64_t ns;
};

#define S NS_PER_S
static const struct vector rfc3339_good[] = {
    {"1985-04-12T23:20:50.52Z", 482196050 * S + 520 * NS_PER_MS}, /* RFC 3339 §5.8 */
    {"1996-12-19T16:39:57-08:00", 851042397 * S},
    {"1990-12-31T23:59:60Z", 662688000 * S}, /* leap seconds: the second after */
    {"1990-12-31T15:59:60-08:00", 662688000 * S},
    {"1970-01-01T00:20:00+00:20", 0},
    {"1969-12-31T23:59:00-00:01", 0},
    {"2026-02-12t10:30:00.123456789z", UINT64_C(1770892200123456789)},
    {"2026-02-12T10:30:00.1234567899999Z", UINT64_C(1770892200123456789)},
    {"2026-02-12T10:30:00-00:00", 1770892200 * S},
    {"2024-02-29T00:00:00Z", 1709164800 * S},
    {"2554-07-21T23:34:33.709551615Z", UINT64_MAX},
    {"2554-07-21T23:34:33.709551616Z", UINT64_MAX}, /* saturated from here on */
    {"9999-12-31T23:59:59Z", UINT64_MAX},
};

Test(base_clock, reads_rfc3339)
{
    for (size_t i = 0; i < sizeof rfc3339_good / sizeof *rfc3339_good; i++) {
        const struct vector *v = &rfc3339_good[i];
        uint64_t ns = 1;
        cr_assert_eq(clock_parse_rfc3339(v->text, strlen(v->text), &ns), 0, "%s", v->text);
        cr_assert_eq(ns, v->ns, "%s", v->text);
    }
}

static const char *const rfc3339_bad[] = {
    "", "2026", "2026-02-12", "2026-02-12T10:30:00", "2026-02-12 10:30:00Z", "2026-02-12T10:30Z",
    "2026-02-12T10:30:00.Z", "2026-02-12T10:30:00,5Z", "2026-02-12T10:30:00Z ",
    " 2026-02-12T10:30:00Z",
    "2026-02-12T10:30:00+0100", "2026-02-12T10:30:00+01", "2026-02-12T10:30:00+24:00",
    "2026-02-12T10:30:00+01:60", "2026-02-12T24:00:00Z", "2026-02-12T10:60:00Z",
    "2026-02-12T10:30:61Z", "2026-02-12T10:30:60Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
    "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z", "2026-04-31T00:00:00Z", "2026-02-29T00:00:00Z",
    "2100-02-29T00:00:00Z", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00+00:01",
    "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-00:01", "10000-01-01T00:00:00Z",
    "+2026-02-12T10:30:00Z", "2026-2-12T10:30:00Z", "2026-02-12T10:30:00.5.5Z",
    "2026-W07-4T10:30:00Z"
};

Test(base_clock, refuses_what_is_not_rfc3339)
{
    for (size_t i = 0; i < sizeof rfc3339_bad / sizeof *rfc3339_bad; i++) {
        uint64_t ns = 1;
        const char *text = rfc3339_bad[i];
        cr_assert_eq(clock_parse_rfc3339(text, strlen(text), &ns), -EINVAL, "%s", text);
        cr_assert_eq(ns, 1, "only set on success");
    }
}

Test(base_clock, every_cut_of_a_date_is_refused)
{
    const char *text = "2026-02-12T10:30:00.5+01:00";
    uint64_t ns;
    for (size_t len = 0; len < strlen(text); len++)
        cr_assert_eq(clock_parse_rfc3339(text, len, &ns), -EINVAL, "%zu", len);
}

static const struct vector duration_good[] = {
    {"PT0S", 0},
    {"PT1S", 1 * S},
    {"PT1.5S", 1500 * NS_PER_MS},
    {"PT0,25S", 250 * NS_PER_MS},
    {"PT0.0000000019S", 1},
    {"PT5M", 300 * S},
    {"PT1H30M", 5400 * S},
    {"PT0.5H", 1800 * S},
    {"P1D", 86400 * S},
    {"P1DT2H", 93600 * S},
    {"P2W", 1209600 * S},
    {"P1W2DT3H4M5.006S", UINT64_C(788645006000000)},
    {"P0.5W", 302400 * S},
    {"PT36H", 129600 * S},
    {"PT18446744073S", UINT64_C(18446744073) * S},
    {"PT18446744074S", UINT64_MAX}, /* saturated from here on */
    {"P99999999999999999999999999D", UINT64_MAX},
    {"PT99999999999999999999999999S", UINT64_MAX},
    {"PT18446744073S", UINT64_C(18446744073) * S},
    {"PT5124095H999999999999M", UINT64_MAX},
};

Test(base_clock, reads_durations)
{
    for (size_t i = 0; i < sizeof duration_good / sizeof *duration_good; i++) {
        const struct vector *v = &duration_good[i];
        uint64_t ns = 1;
        cr_assert_eq(clock_parse_duration(v->text, strlen(v->text), &ns), 0, "%s", v->text);
        cr_assert_eq(ns, v->ns, "%s", v->text);
    }
}

static const char *const duration_bad[] = {
    "", "P", "PT", "P1DT", "T1S", "1S", "PT1", "P1S", "P1H", "PT1D", "PT1W", "P1Y", "P1M", "P1Y2D",
    "PT1S1M", "PT1M1M", "P1D1W", "PT-1S", "-PT1S", "+PT1S", "PT1.S", "PT.5S", "PT1S ", " PT1S", "pt1s",
    "PT1.5M1S", "P1.5DT1H", "PT1S2", "PTT1S", "P1DT1HT1M", "PT1.5.5S", "PT 1S"
};

Test(base_clock, refuses_what_is_not_a_duration)
{
    for (size_t i = 0; i < sizeof duration_bad / sizeof *duration_bad; i++) {
        uint64_t ns = 1;
        const char *text = duration_bad[i];
        cr_assert_eq(clock_parse_duration(text, strlen(text), &ns), -EINVAL, "%s", text);
        cr_assert_eq(ns, 1, "only set on success");
    }
}
