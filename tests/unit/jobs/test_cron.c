/* Cron expressions: times worked out by hand around the changes of clocks, a search minute by minute over random expressions, what
 * is refused and where. */
#include "base/civil.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/zone.h"
#include "jobs/cron.h"

#include <criterion/criterion.h>
#include <errno.h>

static struct zone *open_zone(const char *name)
{
    struct zone *z = NULL;
    cr_assert_eq(zone_open(ZONE_FOLDER, slice_str(name), &z), 0, "%s", name);
    return z;
}

static struct cron parse(const char *text)
{
    struct cron c;
    struct cron_error e = {0, "?"};
    cr_assert_eq(cron_parse(slice_str(text), &c, &e), 0, "%s: %s at %u", text, e.text, e.at);
    return c;
}

static uint64_t instant(const char *text)
{
    uint64_t ns;
    cr_assert_eq(clock_parse_rfc3339(text, strlen(text), &ns), 0, "%s", text);
    return ns;
}

static const char *show(uint64_t ns, char out[CLOCK_RFC3339_BYTES])
{
    if (ns == CRON_NEVER) return "never";
    clock_rfc3339(ns, out);
    return out;
}

struct example {
    const char *expression, *zone, *after;
    const char *next[3]; /* one after the other; NULL: not looked at; "": never */
};

static void check_example(const struct example *e)
{
    struct zone *z = open_zone(e->zone);
    struct cron c = parse(e->expression);
    uint64_t at = instant(e->after);
    for (int i = 0; i < 3 && e->next[i]; i++) {
        char room[CLOCK_RFC3339_BYTES];
        uint64_t want = *e->next[i] ? instant(e->next[i]) : CRON_NEVER;
        at = cron_next(&c, z, 0, at);
        cr_expect_eq(at, want, "%s in %s after %s: %s, not %s", e->expression, e->zone, e->after, show(at, room), e->next[i]);
        if (at == CRON_NEVER) break;
    }
    zone_free(z);
}

#define CHECK_ALL(examples) \
    for (size_t i = 0; i < sizeof(examples) / sizeof *(examples); i++) check_example(&(examples)[i])

/* clang-format off */
static const struct example plain[] = {
    {"* * * * *", "UTC", "2026-02-12T10:30:00Z", {"2026-02-12T10:31:00Z", "2026-02-12T10:32:00Z"}},
    {"* * * * *", "UTC", "2026-02-12T10:29:59.999Z", {"2026-02-12T10:30:00Z"}},
    {"* * * * *", "UTC", "2026-12-31T23:59:00.001Z", {"2027-01-01T00:00:00Z"}},
    {"0 9 * * *", "UTC", "2026-02-12T09:00:00Z", {"2026-02-13T09:00:00Z"}},
    {"*/15 * * * *", "UTC", "2026-02-12T10:46:00Z", {"2026-02-12T11:00:00Z", "2026-02-12T11:15:00Z"}},
    {"5/20 * * * *", "UTC", "2026-02-12T10:00:00Z", {"2026-02-12T10:05:00Z", "2026-02-12T10:25:00Z", "2026-02-12T10:45:00Z"}},
    {"10-30/10,45 8-9 * * *", "UTC", "2026-02-12T09:30:00Z", {"2026-02-12T09:45:00Z", "2026-02-13T08:10:00Z"}},
    {"*/60 */24 * * *", "UTC", "2026-02-12T09:30:00Z", {"2026-02-13T00:00:00Z"}},
    {"0 9 * * MON-FRI", "UTC", "2026-02-13T09:00:00Z", {"2026-02-16T09:00:00Z"}}, /* Friday to Monday */
    {"0 9 * * mon,Wed", "UTC", "2026-02-16T09:00:00Z", {"2026-02-18T09:00:00Z", "2026-02-23T09:00:00Z"}},
    {"0 0 * * 7", "UTC", "2026-02-12T00:00:00Z", {"2026-02-15T00:00:00Z"}},
    {"0 0 * * 0", "UTC", "2026-02-12T00:00:00Z", {"2026-02-15T00:00:00Z"}},
    {"0 0 * * FRI-SUN", "UTC", "2026-02-12T00:00:00Z", {"2026-02-13T00:00:00Z", "2026-02-14T00:00:00Z", "2026-02-15T00:00:00Z"}},
    {"0 0 1 JAN,jul *", "UTC", "2026-02-12T00:00:00Z", {"2026-07-01T00:00:00Z", "2027-01-01T00:00:00Z"}},
    {"0 0 13 * 5", "UTC", "2026-03-01T00:00:00Z", {"2026-03-06T00:00:00Z", "2026-03-13T00:00:00Z"}}, /* either day */
    {"0 0 13 * ?", "UTC", "2026-03-01T00:00:00Z", {"2026-03-13T00:00:00Z", "2026-04-13T00:00:00Z"}},
    {"0 0 ? * 5", "UTC", "2026-03-01T00:00:00Z", {"2026-03-06T00:00:00Z", "2026-03-13T00:00:00Z"}},
    {"0 0 */10 * 1", "UTC", "2026-03-01T00:00:00Z", {"2026-05-11T00:00:00Z"}}, /* begins with *: both; Monday and 1, 11, 21, 31 */
    {"0 0 31 * *", "UTC", "2026-01-31T00:00:00Z", {"2026-03-31T00:00:00Z", "2026-05-31T00:00:00Z"}},
    {"0 0 29 2 *", "UTC", "2026-01-31T00:00:00Z", {"2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"}},
    {"0 0 29 2 *", "UTC", "2097-01-31T00:00:00Z", {""}}, /* 2100 has none: not within five years */
    {"0 0 30 2 *", "UTC", "2026-01-31T00:00:00Z", {""}},
    {"0 0 31 2,4,6,9,11 *", "UTC", "2026-01-31T00:00:00Z", {""}},
    {"0 0 L * *", "UTC", "2028-02-01T00:00:00Z", {"2028-02-29T00:00:00Z", "2028-03-31T00:00:00Z", "2028-04-30T00:00:00Z"}},
    {"0 0 LW * *", "UTC", "2026-01-30T00:00:00Z", {"2026-02-27T00:00:00Z", "2026-03-31T00:00:00Z"}}, /* 28 Feb: a Saturday */
    {"0 0 15W * *", "UTC", "2026-02-01T00:00:00Z", {"2026-02-16T00:00:00Z", "2026-03-16T00:00:00Z", "2026-04-15T00:00:00Z"}},
    {"0 0 1W * *", "UTC", "2026-07-31T00:00:00Z", {"2026-08-03T00:00:00Z"}}, /* Saturday, but not back into July */
    {"0 0 31W * *", "UTC", "2026-05-01T00:00:00Z", {"2026-05-29T00:00:00Z", "2026-07-31T00:00:00Z"}}, /* Sunday, not on into June */
    {"0 0 1,15W,L * *", "UTC", "2026-02-01T00:00:00Z", {"2026-02-16T00:00:00Z", "2026-02-28T00:00:00Z", "2026-03-01T00:00:00Z"}},
    {"0 0 * * 5#3", "UTC", "2026-02-01T00:00:00Z", {"2026-02-20T00:00:00Z", "2026-03-20T00:00:00Z"}},
    {"0 0 * * SUN#5", "UTC", "2026-02-01T00:00:00Z", {"2026-03-29T00:00:00Z", "2026-05-31T00:00:00Z"}},
    {"0 0 * * 5L", "UTC", "2026-02-01T00:00:00Z", {"2026-02-27T00:00:00Z", "2026-03-27T00:00:00Z"}},
    {"0 0 * * 0L,MONL", "UTC", "2026-02-01T00:00:00Z", {"2026-02-22T00:00:00Z", "2026-02-23T00:00:00Z", "2026-03-29T00:00:00Z"}},
    {"30 * * * * *", "UTC", "2026-02-12T10:30:00Z", {"2026-02-12T10:30:30Z", "2026-02-12T10:31:30Z"}},
    {"*/20 59 23 31 12 *", "UTC", "2026-12-31T23:59:20Z", {"2026-12-31T23:59:40Z", "2027-12-31T23:59:00Z"}},
    {" \t0  9 \t* * *  ", "UTC", "2026-02-12T09:00:00Z", {"2026-02-13T09:00:00Z"}},
    {"@yearly", "UTC", "2026-02-12T09:00:00Z", {"2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z"}},
    {"@annually", "UTC", "2026-02-12T09:00:00Z", {"2027-01-01T00:00:00Z"}},
    {"@monthly", "UTC", "2026-02-12T09:00:00Z", {"2026-03-01T00:00:00Z"}},
    {"@weekly", "UTC", "2026-02-12T09:00:00Z", {"2026-02-15T00:00:00Z"}},
    {"@daily", "UTC", "2026-02-12T09:00:00Z", {"2026-02-13T00:00:00Z"}},
    {"@midnight", "UTC", "2026-02-12T09:00:00Z", {"2026-02-13T00:00:00Z"}},
    {"@hourly", "UTC", "2026-02-12T09:00:00Z", {"2026-02-12T10:00:00Z"}},
    {"0 0 1 1 *", "UTC", "1970-01-01T00:00:00Z", {"1971-01-01T00:00:00Z"}}
};

static const struct example clocks[] = {
    /* New York, 8 March 2026: 2:00 EST is 3:00 EDT. 1 November: 2:00 EDT is 1:00 EST. */
    {"30 2 * * *", "America/New_York", "2026-03-07T00:00:00-05:00",
        {"2026-03-07T02:30:00-05:00", "2026-03-09T02:30:00-04:00", "2026-03-10T02:30:00-04:00"}},
    {"30 1 * * *", "America/New_York", "2026-10-31T12:00:00-04:00", {"2026-11-01T01:30:00-04:00", "2026-11-02T01:30:00-05:00"}},
    {"0 * * * *", "America/New_York", "2026-03-08T00:00:00-05:00", {"2026-03-08T01:00:00-05:00", "2026-03-08T03:00:00-04:00"}},
    {"0 * * * *", "America/New_York", "2026-11-01T00:00:00-04:00", {"2026-11-01T01:00:00-04:00", "2026-11-01T02:00:00-05:00"}},
    {"0 9 * * *", "America/New_York", "2026-03-07T09:00:00-05:00", {"2026-03-08T09:00:00-04:00"}},
    {"30 1 * * *", "America/New_York", "2026-11-01T01:15:00-05:00", {"2026-11-02T01:30:00-05:00"}}, /* asked in the second hour */
    /* Berlin, 29 March 2026: 2:00 is 3:00. 25 October: 3:00 is 2:00. */
    {"15 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00+01:00", {"2026-03-30T02:15:00+02:00"}},
    {"0 3 * * *", "Europe/Berlin", "2026-03-28T12:00:00+01:00", {"2026-03-29T03:00:00+02:00"}},
    {"59 1 * * *", "Europe/Berlin", "2026-03-28T12:00:00+01:00", {"2026-03-29T01:59:00+01:00"}},
    {"*/30 2 * * *", "Europe/Berlin", "2026-10-25T01:00:00+02:00",
        {"2026-10-25T02:00:00+02:00", "2026-10-25T02:30:00+02:00", "2026-10-26T02:00:00+01:00"}},
    {"0 3 * * *", "Europe/Berlin", "2026-10-25T02:59:00+02:00", {"2026-10-25T03:00:00+01:00"}},
    {"* * * * * *", "Europe/Berlin", "2026-10-25T02:59:59+02:00", {"2026-10-25T03:00:00+01:00"}},
    {"30 2 31 10 *", "Europe/Berlin", "2099-12-31T00:00:00Z", {"2100-10-31T02:30:00+02:00"}}, /* the footer's rule */
    {"30 2 28 3 *", "Europe/Berlin", "2099-12-31T00:00:00Z", {"2101-03-28T02:30:00+02:00"}}, /* skipped in 2100; 27 March in 2101 */
    /* Lord Howe, 4 October 2026: 2:00 is 2:30. 5 April: 2:00 is 1:30. */
    {"15,45 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00:00+10:30", {"2026-10-04T02:45:00+11:00", "2026-10-05T02:15:00+11:00"}},
    {"15,45 1 * * *", "Australia/Lord_Howe", "2026-04-05T00:00:00+11:00",
        {"2026-04-05T01:15:00+11:00", "2026-04-05T01:45:00+11:00", "2026-04-06T01:15:00+10:30"}},
    {"0 0 * * *", "Asia/Kathmandu", "2026-01-01T00:00:00Z", {"2026-01-01T18:15:00Z", "2026-01-02T18:15:00Z"}},
    /* Samoa had no 30 December 2011. */
    {"0 12 * * *", "Pacific/Apia", "2011-12-29T00:00:00-10:00", {"2011-12-29T12:00:00-10:00", "2011-12-31T12:00:00+14:00"}},
    {"0 0 30 12 *", "Pacific/Apia", "2011-01-01T00:00:00Z", {"2012-12-30T00:00:00+14:00"}},
    {"0 0 * * FRI", "Pacific/Apia", "2011-12-24T00:00:00-10:00", {"2012-01-06T00:00:00+14:00"}},
    /* Morocco leaves +01 for Ramadan: 15 February 2026, 3:00 is 2:00; 22 March, 2:00 is 3:00. */
    {"30 2 * * *", "Africa/Casablanca", "2026-02-14T12:00:00Z", {"2026-02-15T02:30:00+01:00", "2026-02-16T02:30:00Z"}},
    {"30 2 * * *", "Africa/Casablanca", "2026-03-21T12:00:00Z", {"2026-03-23T02:30:00+01:00"}}
};
/* clang-format on */

Test(jobs_cron, next_by_hand)
{
    CHECK_ALL(plain);
}

Test(jobs_cron, next_where_clocks_change)
{
    CHECK_ALL(clocks);
}

Test(jobs_cron, every)
{
    struct cron c = parse("@every 1h30m");
    uint64_t anchor = instant("2026-02-12T10:07:00.250Z"), first = instant("2026-02-12T11:37:00.250Z");
    cr_expect_eq(cron_next(&c, zone_utc(), anchor, anchor), first);
    cr_expect_eq(cron_next(&c, zone_utc(), anchor, anchor - 1), first); /* not at the anchor itself */
    cr_expect_eq(cron_next(&c, zone_utc(), anchor, 0), first);
    cr_expect_eq(cron_next(&c, zone_utc(), anchor, first - 1), first);
    cr_expect_eq(cron_next(&c, zone_utc(), anchor, first), first + 5400 * NS_PER_S);
    cr_expect_eq(cron_next(&c, zone_utc(), anchor, UINT64_MAX), CRON_NEVER);
    struct cron_missed m = cron_missed(&c, zone_utc(), anchor, anchor, first + 3 * 5400 * NS_PER_S);
    cr_expect(m.n == 4 && m.newest_ns == first + 3 * 5400 * NS_PER_S);
    m = cron_missed(&c, zone_utc(), anchor, first, first + 1);
    cr_expect(m.n == 0 && m.newest_ns == CRON_NEVER);
    static const struct {
        const char *text;
        uint64_t ms;
    } durations[] = {{"@every 500ms", 500},        {"@every 45s", 45000},
                     {"@every 2h45m30s", 9930000}, {"@every 1.5h", 5400000},
                     {"@every 0.25s", 250},        {"@every 1m1m", 120000},
                     {"@every  1ms ", 1},          {"@every 43920h", UINT64_C(158112000000)}};
    for (size_t i = 0; i < sizeof durations / sizeof *durations; i++)
        cr_expect_eq(parse(durations[i].text).every_ns, durations[i].ms * NS_PER_MS, "%s", durations[i].text);
}

Test(jobs_cron, days_that_not_all_months_have)
{
    cr_expect(parse("0 0 31 * *").skips_months);
    cr_expect(parse("0 0 1,30 * *").skips_months);
    cr_expect_not(parse("0 0 28,L * *").skips_months);
    cr_expect_not(parse("0 0 * * *").skips_months);
}

/* ---- what is refused ---- */

Test(jobs_cron, refused_with_a_place_and_a_sentence)
{
    static const struct {
        const char *text;
        uint32_t at;
        const char *says; /* part of the sentence */
    } bad[] = {{"", 0, "empty"},
               {"   ", 0, "empty"},
               {"* * * *", 7, "fewer than 5"},
               {"* * * * * * *", 12, "more than 6"},
               {"60 * * * *", 0, "0 to 59"},
               {"* 24 * * *", 2, "0 to 23"},
               {"* * 0 * *", 4, "1 to 31"},
               {"* * 32 * *", 4, "1 to 31"},
               {"* * * 13 *", 6, "JAN to DEC"},
               {"* * * 0 *", 6, "JAN to DEC"},
               {"* * * * 8", 8, "SUN to SAT"},
               {"* * * FOO *", 6, "JAN to DEC"},
               {"* * * * XX", 8, "SUN to SAT"},
               {"60 * * * * *", 0, "a second"},
               {"*/0 * * * *", 2, "step"},
               {"*/61 * * * *", 2, "1 to 60"},
               {"* */25 * * *", 4, "1 to 24"},
               {"*/ * * * *", 2, "step"},
               {"1- * * * *", 2, "0 to 59"},
               {"-5 * * * *", 0, "0 to 59"},
               {"5-1 * * * *", 0, "smaller"},
               {"1-2-3 * * * *", 3, "belong"},
               {"1,,2 * * * *", 2, "0 to 59"},
               {"1, * * * *", 2, "0 to 59"},
               {",1 * * * *", 0, "0 to 59"},
               {"*5 * * * *", 1, "belong"},
               {"1x * * * *", 1, "belong"},
               {"00000 * * * *", 0, "0 to 59"},
               {"99999999999999999999 * * * *", 0, "0 to 59"},
               {"? * * * *", 0, "?"},
               {"* * ?,1 * *", 5, "alone"},
               {"* * * * ?/2", 9, "alone"},
               {"L * * * *", 0, "0 to 59"},
               {"* * * * L", 8, "5L"},
               {"* * 3L * *", 5, "belong"},
               {"* * * * 5W", 9, "belong"},
               {"* * 1-5W * *", 7, "belong"},
               {"* * * * 5#0", 10, "1 to 5"},
               {"* * * * 5#6", 10, "1 to 5"},
               {"* * * * #3", 8, "SUN to SAT"},
               {"* * * * 1-5#3", 11, "belong"},
               {"* * 15W/2 * *", 7, "belong"},
               {"* * * JANUARY *", 9, "belong"},
               {"* * * * MON-XYZ", 12, "SUN"},
               {"@reboot", 0, "@yearly"},
               {"@DAILY", 0, "@yearly"},
               {"@", 0, "@yearly"},
               {"@daily 5", 7, "nothing"},
               {"@every", 6, "duration"},
               {"@every 5", 8, "unit"},
               {"@every h", 7, "written"},
               {"@every 5d", 8, "unit"},
               {"@every -5m", 7, "written"},
               {"@every 0s", 7, "1ms"},
               {"@every 0.0001ms", 7, "1ms"},
               {"@every 5m x", 10, "nothing"},
               {"@every 1.h", 9, "digits"},
               {"@every 9999999999h", 7, "digits"},
               {"@every 999999999h", 7, "five years"},
               {"@every 43920h1ms", 13, "five years"},
               {"0 9 * * *\n", 9, "belong"},
               {"0 9\n* * *", 9, "fewer"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct cron c = {.every_ns = 99};
        struct cron_error e = {99, ""};
        int rc = cron_parse(slice_str(bad[i].text), &c, &e);
        cr_expect_eq(rc, -EINVAL, "%s", bad[i].text);
        cr_expect_eq(e.at, bad[i].at, "%s: at %u, not %u", bad[i].text, e.at, bad[i].at);
        cr_expect(strstr(e.text, bad[i].says) != NULL, "%s: %s", bad[i].text, e.text);
        cr_expect_eq(c.every_ns, 99); /* untouched */
    }
    char text[CRON_TEXT_MAX + 2];
    struct cron c;
    struct cron_error e;
    memset(text, ' ', sizeof text);
    memcpy(text, "* * * * *", 9);
    cr_expect_eq(cron_parse(slice_make(text, CRON_TEXT_MAX), &c, &e), 0);
    cr_expect_eq(cron_parse(slice_make(text, CRON_TEXT_MAX + 1), &c, &e), -EINVAL);
    cr_expect_eq(e.at, CRON_TEXT_MAX);
}

/* Good texts with some bytes changed, on the heap and of just their size. */
Test(jobs_cron, garbage_does_no_harm)
{
    static const char letters[] = "0123456789*,-/?LW# @#MONJANevry.hms";
    static const char *const from[] = {"*/5 1-3,7 15W JAN-MAR 5#3", "30 0 9 L * MON,FRIL", "@every 1h30m15.5s",
                                       "0 0 1,LW */2 ?", "@daily"};
    struct zone *z = open_zone("Europe/Berlin");
    uint64_t now = instant("2026-03-28T00:00:00Z");
    struct random random;
    unsigned n_good = 0, n_bad = 0;
    random_seed(&random, 5);
    for (int i = 0; i < 40000; i++) {
        const char *text = from[random_below(&random, sizeof from / sizeof *from)];
        size_t len = strlen(text) - random_below(&random, 4);
        char *copy = malloc(len);
        struct cron c;
        struct cron_error e = {0, NULL};
        cr_assert_not_null(copy);
        memcpy(copy, text, len);
        for (uint64_t n = random_below(&random, 4); n > 0; n--)
            copy[random_below(&random, len)] = letters[random_below(&random, sizeof letters - 1)];
        if (cron_parse(slice_make(copy, len), &c, &e) == 0) {
            cr_assert_gt(cron_next(&c, z, now, now), now);
            n_good++;
        } else {
            cr_assert(e.text && e.at <= len);
            n_bad++;
        }
        free(copy);
    }
    cr_expect(n_good > 1000 && n_bad > 1000, "%u %u", n_good, n_bad);
    zone_free(z);
}

/* ---- against a search minute by minute ---- */

struct slow {
    bool minute[60], hour[24], day[32], near[32], month[13], weekday[7], nth[7][6], last_weekday[7], last, any_day, any_weekday;
    char text[CRON_TEXT_MAX];
};

static void say(struct slow *s, const char *format, unsigned a, unsigned b, unsigned c)
{
    size_t n = strlen(s->text);
    (void)snprintf(s->text + n, sizeof s->text - n, format, a, b, c);
}

static bool chance(struct random *r, unsigned percent)
{
    return random_below(r, 100) < percent;
}

/* A star, or one to three of: a value, a range, a range with a step. True: it was a star. */
static bool make_field(struct slow *s, struct random *r, bool *set, unsigned min, unsigned max, unsigned star_percent)
{
    if (chance(r, star_percent)) {
        unsigned step = chance(r, 50) ? 1 : 1 + (unsigned)random_below(r, max - min);
        say(s, step == 1 ? "*" : "*/%u", step, 0, 0);
        for (unsigned v = min; v <= max; v += step) set[v] = true;
        return true;
    }
    for (unsigned n = 1 + (unsigned)random_below(r, 3), i = 0; i < n; i++) {
        unsigned low = min + (unsigned)random_below(r, max - min + 1), high = low, step = 1;
        if (chance(r, 40)) high = low + (unsigned)random_below(r, max - low + 1);
        if (high > low && chance(r, 50)) step = 1 + (unsigned)random_below(r, max - min);
        if (i) say(s, ",", 0, 0, 0);
        say(s, high == low ? "%u" : step == 1 ? "%u-%u" : "%u-%u/%u", low, high, step);
        for (unsigned v = low; v <= high; v += step) set[v] = true;
    }
    return false;
}

static void make_day(struct slow *s, struct random *r)
{
    s->any_day = make_field(s, r, s->day, 1, 31, 50);
    if (s->any_day || chance(r, 60)) return;
    unsigned day = 1 + (unsigned)random_below(r, 31);
    if (chance(r, 50)) say(s, ",L", 0, 0, 0), s->last = true;
    else say(s, ",%uW", day, 0, 0), s->near[day] = true;
}

static void make_weekday(struct slow *s, struct random *r)
{
    s->any_weekday = make_field(s, r, s->weekday, 0, 6, 50);
    if (s->any_weekday || chance(r, 60)) return;
    unsigned weekday = (unsigned)random_below(r, 7), nth = 1 + (unsigned)random_below(r, 5);
    if (chance(r, 50)) say(s, ",%uL", weekday, 0, 0), s->last_weekday[weekday] = true;
    else say(s, ",%u#%u", weekday, nth, 0), s->nth[weekday][nth] = true;
}

static struct slow make_slow(struct random *r)
{
    struct slow s = {.text = ""};
    make_field(&s, r, s.minute, 0, 59, 20);
    say(&s, " ", 0, 0, 0);
    make_field(&s, r, s.hour, 0, 23, 30);
    say(&s, " ", 0, 0, 0);
    make_day(&s, r);
    say(&s, " ", 0, 0, 0);
    make_field(&s, r, s.month, 1, 12, 80);
    say(&s, " ", 0, 0, 0);
    make_weekday(&s, r);
    return s;
}

static bool is_near(const struct slow *s, const struct civil *date, unsigned weekday)
{
    unsigned n_days = civil_month_days(date->year, date->month);
    if (weekday == 0 || weekday == 6) return false;
    for (unsigned d = 1; d <= n_days; d++) {
        unsigned of_d = civil_weekday(civil_days(date->year, date->month, d));
        int to = (int)d + (of_d == 6 ? -1 : of_d == 0 ? 1 : 0);
        if (to < 1) to = 3;
        if (to > (int)n_days) to = (int)n_days - 2;
        if (s->near[d] && (unsigned)to == date->day) return true;
    }
    return false;
}

static bool is_due(const struct slow *s, int64_t local)
{
    int64_t day = civil_floor_div(local, 86400), second = local - day * 86400;
    struct civil date = civil_of_days(day);
    unsigned weekday = civil_weekday(day), n_days = civil_month_days(date.year, date.month);
    if (!s->minute[second / 60 % 60] || !s->hour[second / 3600] || !s->month[date.month]) return false;
    bool by_number = s->day[date.day] || (s->last && date.day == n_days) || is_near(s, &date, weekday);
    bool by_weekday =
        s->weekday[weekday] || s->nth[weekday][(date.day - 1) / 7 + 1] || (s->last_weekday[weekday] && date.day + 7 > n_days);
    return s->any_day || s->any_weekday ? by_number && by_weekday : by_number || by_weekday;
}

/* INT64_MAX: not within that many minutes. */
static int64_t next_slowly(const struct slow *s, const struct zone *z, int64_t after, int minutes)
{
    int64_t t = (after / 60 + 1) * 60;
    for (int i = 0; i < minutes; i++, t += 60) {
        int64_t local = t + zone_span(z, t).offset_s, first[2];
        if (is_due(s, local) && zone_instants(z, local, first) && first[0] == t) return t;
    }
    return INT64_MAX;
}

#define SEARCH_MINUTES (35 * 1440)

static void compare_next(struct random *r, const struct zone *z, const char *zone)
{
    struct slow s = make_slow(r);
    struct cron c = parse(s.text);
    int64_t t = INT64_C(946684800) + (int64_t)random_below(r, UINT64_C(120) * 365 * 86400); /* 2000 to 2119 */
    struct zone_span span = zone_span(z, t);
    if (chance(r, 60) && span.end < INT64_MAX) t = span.end - 86400 + (int64_t)random_below(r, 90000);
    int64_t slow = next_slowly(&s, z, t, SEARCH_MINUTES);
    uint64_t fast = cron_next(&c, z, 0, (uint64_t)t * NS_PER_S + random_below(r, NS_PER_S));
    if (slow == INT64_MAX)
        cr_assert(fast > ((uint64_t)t + SEARCH_MINUTES * 60) * NS_PER_S, "%s in %s after %ld", s.text, zone, (long)t);
    else
        cr_assert_eq(fast, (uint64_t)slow * NS_PER_S, "%s in %s after %ld: %lu, not %ld", s.text, zone, (long)t,
                     (unsigned long)(fast / NS_PER_S), (long)slow);
}

static const char *const some[] = {"UTC",          "Europe/Berlin",     "America/New_York", "Australia/Lord_Howe",
                                   "Pacific/Apia", "Africa/Casablanca", "Europe/Dublin",    "Asia/Gaza"};
#define N_SOME (sizeof some / sizeof *some)

Test(jobs_cron, next_agrees_with_a_search, .timeout = 60)
{
    struct random random;
    random_seed(&random, 2026);
    for (size_t i = 0; i < N_SOME; i++) {
        struct zone *z = open_zone(some[i]);
        for (int k = 0; k < 60; k++) compare_next(&random, z, some[i]);
        zone_free(z);
    }
}

/* The count and the newest, against one step after another. */
Test(jobs_cron, missed_agrees_with_steps, .timeout = 60)
{
    struct random random;
    unsigned n_some = 0;
    random_seed(&random, 99);
    for (size_t i = 0; i < N_SOME; i++) {
        struct zone *z = open_zone(some[i]);
        for (int k = 0; k < 200; k++) {
            struct slow s = make_slow(&random);
            struct cron c = parse(s.text);
            uint64_t from = (UINT64_C(946684800) + random_below(&random, UINT64_C(120) * 365 * 86400)) * NS_PER_S;
            struct zone_span span = zone_span(z, (int64_t)(from / NS_PER_S));
            if (k % 3 && span.end < INT64_MAX) from = ((uint64_t)span.end - random_below(&random, 90000)) * NS_PER_S;
            uint64_t to = from + random_below(&random, (k % 4 ? 3 : 400) * UINT64_C(86400) * NS_PER_S), n = 0,
                     newest = CRON_NEVER;
            for (uint64_t at = from; (at = cron_next(&c, z, 0, at)) <= to && at != CRON_NEVER && n < 3000; n++) newest = at;
            if (n == 3000) continue; /* took long enough */
            struct cron_missed m = cron_missed(&c, z, 0, from, to);
            cr_assert_eq(m.n, n, "%s in %s from %lu to %lu", s.text, some[i], (unsigned long)from, (unsigned long)to);
            cr_assert_eq(m.newest_ns, newest, "%s in %s from %lu to %lu", s.text, some[i], (unsigned long)from,
                         (unsigned long)to);
            n_some += n > 0;
        }
        zone_free(z);
    }
    cr_expect_gt(n_some, 400);
}

Test(jobs_cron, missed_by_hand)
{
    struct zone *z = open_zone("America/New_York");
    struct cron c = parse("* * * * * *"), never = parse("0 0 30 2 *");
    uint64_t from = instant("2026-10-31T00:00:00-04:00"), to = instant("2026-11-02T00:00:00-05:00");
    struct cron_missed m = cron_missed(&c, z, 0, from, to); /* 49 hours, one of which only repeats */
    cr_expect_eq(m.n, 48 * 3600);
    cr_expect_eq(m.newest_ns, to);
    m = cron_missed(&c, z, 0, instant("2026-11-01T01:10:00-05:00"), instant("2026-11-01T01:20:00-05:00"));
    cr_expect(m.n == 0 && m.newest_ns == CRON_NEVER);
    m = cron_missed(&c, zone_utc(), 0, 0, UINT64_C(1) << 62); /* as far as it looks back */
    cr_expect_eq(m.n, (uint64_t)CRON_HORIZON_S);
    m = cron_missed(&never, z, 0, from - NS_PER_S * 1000000, to);
    cr_expect(m.n == 0 && m.newest_ns == CRON_NEVER);
    m = cron_missed(&c, z, 0, to, from);
    cr_expect(m.n == 0 && m.newest_ns == CRON_NEVER);
    zone_free(z);
}

/* The ends of what the clock can say. */
Test(jobs_cron, first_and_last_instants)
{
    struct zone *z = open_zone("Europe/Berlin");
    struct cron c = parse("* * * * * *"), yearly = parse("@yearly");
    cr_expect_eq(cron_next(&c, z, 0, 0), NS_PER_S);
    cr_expect_eq(cron_next(&c, z, 0, UINT64_MAX - 1), CRON_NEVER);
    cr_expect_eq(cron_next(&yearly, z, 0, UINT64_MAX), CRON_NEVER);
    cr_expect_eq(cron_missed(&c, z, 0, UINT64_MAX - 5 * NS_PER_S, UINT64_MAX).n, 5);
    zone_free(z);
}
