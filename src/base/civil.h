/* civil.h: the Gregorian calendar as arithmetic, without zones: days since 1970-01-01 to and from year, month, day. Exact for
 * every year of some million before and after; any thread. */
#ifndef QUERN_BASE_CIVIL_H
#define QUERN_BASE_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

#define CIVIL_DAY_S INT64_C(86400)
#define CIVIL_CYCLE_DAYS INT64_C(146097) /* 400 years, and a whole number of weeks */

struct civil {
    int64_t year;
    unsigned month, day; /* from 1 */
};

static inline int64_t civil_floor_div(int64_t a, int64_t b) /* b > 0 */
{
    return a / b - (a % b < 0);
}

static inline bool civil_is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static inline unsigned civil_month_days(int64_t year, unsigned month)
{
    if (month == 2) return civil_is_leap(year) ? 29 : 28;
    return 30 + ((month + month / 8) & 1);
}

/* Years are counted from March, so that the leap day is a year's last. */
static inline int64_t civil_days(int64_t year, unsigned month, unsigned day)
{
    int64_t y = year - (month <= 2), cycle = civil_floor_div(y, 400), of_cycle = y - cycle * 400;
    int64_t of_year = (153 * (int64_t)(month > 2 ? month - 3 : month + 9) + 2) / 5 + (int64_t)day - 1;
    return cycle * CIVIL_CYCLE_DAYS + of_cycle * 365 + of_cycle / 4 - of_cycle / 100 + of_year - 719468;
}

static inline struct civil civil_of_days(int64_t days)
{
    int64_t z = days + 719468, cycle = civil_floor_div(z, CIVIL_CYCLE_DAYS), of_cycle = z - cycle * CIVIL_CYCLE_DAYS;
    int64_t year = (of_cycle - of_cycle / 1460 + of_cycle / 36524 - of_cycle / 146096) / 365;
    int64_t of_year = of_cycle - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;
    struct civil c = {.year = year + cycle * 400, .day = (unsigned)(of_year - (153 * month + 2) / 5 + 1)};
    c.month = (unsigned)(month < 10 ? month + 3 : month - 9);
    if (c.month <= 2) c.year++;
    return c;
}

static inline unsigned civil_weekday(int64_t days) /* 0: Sunday */
{
    int64_t of_week = (days + 4) % 7; /* 1970-01-01 was a Thursday */
    return (unsigned)(of_week < 0 ? of_week + 7 : of_week);
}

#endif
