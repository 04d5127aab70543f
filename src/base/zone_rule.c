#include "base/zone_rule.h"
#include "base/civil.h"

#include <errno.h>

/* All take what they can from the front of *in; false: it is not what was expected. */

static bool take_char(struct slice *in, char c)
{
    if (in->len == 0 || in->p[0] != c) return false;
    *in = slice_from(*in, 1);
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool take_number(struct slice *in, int32_t min, int32_t max, int32_t *out)
{
    int32_t n = 0;
    size_t len = 0;
    for (; len < in->len && len < 4 && is_digit(in->p[len]); len++) n = n * 10 + (in->p[len] - '0');
    if (len == 0 || n < min || n > max) return false;
    *in = slice_from(*in, len);
    *out = n;
    return true;
}

static bool is_letter(char c)
{
    return slice_lower(c) >= 'a' && slice_lower(c) <= 'z';
}

/* "CET", or "<+01>"; what it is called does not matter here. */
static bool take_name(struct slice *in)
{
    bool quoted = take_char(in, '<');
    size_t len = 0;
    while (len < in->len &&
           (is_letter(in->p[len]) || (quoted && (is_digit(in->p[len]) || in->p[len] == '+' || in->p[len] == '-'))))
        len++;
    *in = slice_from(*in, len);
    return len >= 3 && (!quoted || take_char(in, '>'));
}

/* [+-]h[h[h]][:mm[:ss]] */
static bool take_time(struct slice *in, int32_t *out)
{
    int32_t h, m = 0, s = 0;
    bool minus = take_char(in, '-');
    if (!minus) (void)take_char(in, '+');
    if (!take_number(in, 0, 167, &h)) return false;
    if (take_char(in, ':')) {
        if (!take_number(in, 0, 59, &m)) return false;
        if (take_char(in, ':') && !take_number(in, 0, 59, &s)) return false;
    }
    *out = (h * 3600 + m * 60 + s) * (minus ? -1 : 1);
    return true;
}

/* What POSIX writes is UTC minus local. */
static bool take_offset(struct slice *in, int32_t *out)
{
    int32_t west;
    if (!take_time(in, &west) || west <= -ZONE_OFFSET_MAX_S || west >= ZONE_OFFSET_MAX_S) return false;
    *out = -west;
    return true;
}

static bool take_day(struct slice *in, struct zone_day *out)
{
    int32_t month = 0, week = 0, day;
    out->time_s = 2 * 3600;
    if (take_char(in, 'M')) {
        out->kind = ZONE_DAY_WEEKDAY;
        if (!take_number(in, 1, 12, &month) || !take_char(in, '.') || !take_number(in, 1, 5, &week) || !take_char(in, '.') ||
            !take_number(in, 0, 6, &day))
            return false;
    } else {
        out->kind = take_char(in, 'J') ? ZONE_DAY_JULIAN : ZONE_DAY_OF_YEAR;
        if (!take_number(in, out->kind == ZONE_DAY_JULIAN ? 1 : 0, 365, &day)) return false;
    }
    out->month = (uint8_t)month;
    out->week = (uint8_t)week;
    out->day = (uint16_t)day;
    return !take_char(in, '/') || take_time(in, &out->time_s);
}

int zone_rule_parse(struct slice text, struct zone_rule *out)
{
    struct zone_rule r = {.is_set = true};
    if (text.len == 0) {
        *out = (struct zone_rule){0};
        return 0;
    }
    if (!take_name(&text) || !take_offset(&text, &r.std_s)) return -EBADMSG;
    if (text.len) { /* a summer time without its dates would be the reader's guess: refused */
        r.has_dst = true;
        r.dst_s = r.std_s + 3600;
        if (!take_name(&text)) return -EBADMSG;
        if (text.len && text.p[0] != ',' && !take_offset(&text, &r.dst_s)) return -EBADMSG;
        if (!take_char(&text, ',') || !take_day(&text, &r.dst_begin)) return -EBADMSG;
        if (!take_char(&text, ',') || !take_day(&text, &r.dst_end)) return -EBADMSG;
    }
    if (text.len) return -EBADMSG;
    *out = r;
    return 0;
}

/* Local seconds at which the clock changes in that year. */
static int64_t change_in(const struct zone_day *d, int64_t year)
{
    int64_t day = civil_days(year, 1, 1), past;
    switch (d->kind) {
    case ZONE_DAY_JULIAN: day += d->day - 1 + (d->day > 59 && civil_is_leap(year)); break;
    case ZONE_DAY_OF_YEAR: day += d->day; break;
    case ZONE_DAY_WEEKDAY:
        day = civil_days(year, d->month, 1);
        past = (d->day + 7u - civil_weekday(day)) % 7 + (d->week - 1u) * 7;
        day += past < civil_month_days(year, d->month) ? past : past - 7;
        break;
    }
    return day * CIVIL_DAY_S + d->time_s;
}

static void narrow(struct zone_span *s, int64_t t, int64_t change, int32_t offset_s, bool is_dst)
{
    if (change > t && change < s->end) s->end = change;
    if (change > t || change < s->begin) return;
    s->begin = change;
    s->offset_s = offset_s;
    s->is_dst = is_dst;
}

#define CYCLE_S (CIVIL_CYCLE_DAYS * CIVIL_DAY_S)
#define FAR (INT64_C(1) << 61) /* beyond it nothing changes any more; keeps the sums below within 64 bits */

struct zone_span zone_rule_span(const struct zone_rule *r, int64_t t)
{
    struct zone_span s = {.begin = INT64_MIN, .end = INT64_MAX, .offset_s = r->std_s};
    if (!r->has_dst) return s;
    int64_t near = t > FAR ? FAR : t < -FAR ? -FAR : t;
    int64_t cycles_s = civil_floor_div(near, CYCLE_S) * CYCLE_S, of_cycle = near - cycles_s;
    int64_t year = civil_of_days(of_cycle / CIVIL_DAY_S).year;
    /* A change may be written as up to 167 hours off its day, so it may lie in the year before or after; "0/0" and "J365/25"
     * leave no time between: of two at once the begin of summer time counts (RFC 9636 §3.3.1), so it comes second. */
    for (int64_t y = year - 2; y <= year + 2; y++) {
        narrow(&s, of_cycle, change_in(&r->dst_end, y) - r->dst_s, r->std_s, false);
        narrow(&s, of_cycle, change_in(&r->dst_begin, y) - r->std_s, r->dst_s, true);
    }
    s.begin = t < -FAR ? INT64_MIN : s.begin + cycles_s;
    s.end = t > FAR ? INT64_MAX : s.end + cycles_s;
    return s;
}
