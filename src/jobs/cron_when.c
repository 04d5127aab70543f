/* cron_when.c: when a schedule is due. The clocks of a zone are cut into stretches in which local time runs on without a jump and
 * shows what it has not shown before: skipped times lie in none, doubled ones in the first only. Within a stretch the calendar
 * is all that matters, and there whole months are looked at as sets of days, whole days as counts. */
#include "jobs/cron.h"
#include "base/check.h"
#include "base/civil.h"
#include "base/clock.h"
#include "base/zone.h"

/* ---- a day: seconds since midnight ---- */

static uint64_t bits_from(uint64_t set, unsigned n) /* n < 64 */
{
    return set & (UINT64_MAX << n);
}

static uint64_t bits_below(uint64_t set, unsigned n) /* n < 64 */
{
    return set & ((UINT64_C(1) << n) - 1);
}

static unsigned lowest(uint64_t set)
{
    return (unsigned)__builtin_ctzll(set);
}

static unsigned highest(uint64_t set)
{
    return 63u - (unsigned)__builtin_clzll(set);
}

static unsigned size_of(uint64_t set)
{
    return (unsigned)__builtin_popcountll(set);
}

#define NO_TIME (-1)

static int64_t time_of(unsigned h, unsigned m, unsigned s)
{
    return INT64_C(3600) * h + INT64_C(60) * m + s;
}

/* The first time of a day that is not before at. */
static int64_t time_from(const struct cron *c, int64_t at)
{
    unsigned h = (unsigned)(at / 3600), m = (unsigned)(at / 60 % 60), s = (unsigned)(at % 60);
    uint64_t rest;
    if (c->hours >> h & 1) {
        if ((c->minutes >> m & 1) && (rest = bits_from(c->seconds, s))) return time_of(h, m, lowest(rest));
        if ((rest = bits_from(c->minutes, m + 1))) return time_of(h, lowest(rest), lowest(c->seconds));
    }
    if (!(rest = bits_from(c->hours, h + 1))) return NO_TIME;
    return time_of(lowest(rest), lowest(c->minutes), lowest(c->seconds));
}

/* The last one that is not after at. */
static int64_t time_to(const struct cron *c, int64_t at)
{
    unsigned h = (unsigned)(at / 3600), m = (unsigned)(at / 60 % 60), s = (unsigned)(at % 60);
    uint64_t rest;
    if (c->hours >> h & 1) {
        if ((c->minutes >> m & 1) && (rest = bits_below(c->seconds, s + 1))) return time_of(h, m, highest(rest));
        if ((rest = bits_below(c->minutes, m))) return time_of(h, highest(rest), highest(c->seconds));
    }
    if (!(rest = bits_below(c->hours, h))) return NO_TIME;
    return time_of(highest(rest), highest(c->minutes), highest(c->seconds));
}

/* How many come before at. */
static unsigned times_before(const struct cron *c, int64_t at)
{
    unsigned h = (unsigned)(at / 3600), m = (unsigned)(at / 60 % 60), s = (unsigned)(at % 60), per_minute = size_of(c->seconds);
    unsigned n = size_of(bits_below(c->hours, h)) * size_of(c->minutes) * per_minute;
    if (!(c->hours >> h & 1)) return n;
    n += size_of(bits_below(c->minutes, m)) * per_minute;
    return c->minutes >> m & 1 ? n + size_of(bits_below(c->seconds, s)) : n;
}

static unsigned times_a_day(const struct cron *c)
{
    return size_of(c->hours) * size_of(c->minutes) * size_of(c->seconds);
}

/* ---- a month: a set of days, bits 1 to 31 ---- */

struct month {
    int64_t year, first; /* first: its first day, since 1970 */
    unsigned month, n_days, weekday; /* weekday of its first day */
};

static struct month month_at(int64_t year, unsigned month)
{
    struct month m = {.year = year, .month = month, .first = civil_days(year, month, 1)};
    m.n_days = civil_month_days(year, month);
    m.weekday = civil_weekday(m.first);
    return m;
}

static struct month month_of_day(int64_t day)
{
    struct civil date = civil_of_days(day);
    return month_at(date.year, date.month);
}

static struct month month_after(struct month m)
{
    return m.month == 12 ? month_at(m.year + 1, 1) : month_at(m.year, m.month + 1);
}

static struct month month_before(struct month m)
{
    return m.month == 1 ? month_at(m.year - 1, 12) : month_at(m.year, m.month - 1);
}

/* The days with these weekdays. */
static uint64_t days_with(const struct month *m, unsigned weekdays)
{
    unsigned week = (weekdays >> m->weekday | weekdays << (7 - m->weekday)) & 0x7f; /* bit 0: the month's first day */
    return week * UINT64_C(0x20408102); /* bits 1, 8, 15, 22, 29: each of its weeks; may run past the month's end */
}

/* Of Monday to Friday the day nearest to this one, without leaving the month. */
static unsigned nearest(const struct month *m, unsigned day)
{
    unsigned weekday = (m->weekday + day - 1) % 7;
    if (weekday == 6) return day == 1 ? 3 : day - 1;
    if (weekday == 0) return day == m->n_days ? day - 2 : day + 1;
    return day;
}

static uint64_t days_by_number(const struct cron *c, const struct month *m)
{
    uint64_t days = c->days;
    if (c->day_last) days |= UINT64_C(1) << m->n_days;
    if (c->day_last_near) days |= UINT64_C(1) << nearest(m, m->n_days);
    for (uint64_t left = bits_below(c->days_near, m->n_days + 1); left; left &= left - 1)
        days |= UINT64_C(1) << nearest(m, lowest(left));
    return days;
}

static uint64_t days_by_weekday(const struct cron *c, const struct month *m)
{
    uint64_t days = days_with(m, c->weekdays);
    assert(m->n_days >= 28);
    if (c->weekdays_last) days |= bits_from(days_with(m, c->weekdays_last), m->n_days - 6);
    for (unsigned i = 0; i < 5; i++)
        if (c->weekdays_nth[i]) days |= days_with(m, c->weekdays_nth[i]) & UINT64_C(0x7f) << (1 + 7 * i);
    return days;
}

static uint64_t days_of(const struct cron *c, const struct month *m)
{
    if (!(c->months >> m->month & 1)) return 0;
    uint64_t by_number = days_by_number(c, m), by_weekday = days_by_weekday(c, m);
    uint64_t days = c->any_day || c->any_weekday ? by_number & by_weekday : by_number | by_weekday;
    return bits_below(days, m->n_days + 1);
}

/* ---- local time without jumps ---- */

#define NO_LOCAL INT64_MIN

/* The first due local second in [from, to). */
static int64_t first_in(const struct cron *c, int64_t from, int64_t to)
{
    int64_t day = civil_floor_div(from, CIVIL_DAY_S), at = time_from(c, from - day * CIVIL_DAY_S);
    int64_t rest_from = at == NO_TIME ? day + 1 : day;
    for (struct month m = month_of_day(rest_from); m.first * CIVIL_DAY_S < to; m = month_after(m)) {
        uint64_t days = days_of(c, &m);
        if (m.first < rest_from) days = bits_from(days, (unsigned)(rest_from - m.first) + 1);
        if (!days) continue;
        int64_t found = m.first + lowest(days) - 1;
        int64_t local = found * CIVIL_DAY_S + (found == day ? at : time_from(c, 0));
        return local < to ? local : NO_LOCAL;
    }
    return NO_LOCAL;
}

/* The last one; from < to. */
static int64_t last_in(const struct cron *c, int64_t from, int64_t to)
{
    int64_t day = civil_floor_div(to - 1, CIVIL_DAY_S), at = time_to(c, to - 1 - day * CIVIL_DAY_S);
    int64_t rest_to = at == NO_TIME ? day - 1 : day;
    for (struct month m = month_of_day(rest_to); (m.first + m.n_days) * CIVIL_DAY_S > from; m = month_before(m)) {
        uint64_t days = days_of(c, &m);
        if (m.first + m.n_days - 1 > rest_to) days = bits_below(days, (unsigned)(rest_to - m.first) + 2);
        if (!days) continue;
        int64_t found = m.first + highest(days) - 1;
        int64_t local = found * CIVIL_DAY_S + (found == day ? at : time_to(c, CIVIL_DAY_S - 1));
        return local >= from ? local : NO_LOCAL;
    }
    return NO_LOCAL;
}

static bool is_due_on(const struct cron *c, int64_t day)
{
    struct month m = month_of_day(day);
    return days_of(c, &m) >> (day - m.first + 1) & 1;
}

/* How many there are in [from, to); from < to. */
static uint64_t count_in(const struct cron *c, int64_t from, int64_t to)
{
    int64_t day_from = civil_floor_div(from, CIVIL_DAY_S), day_to = civil_floor_div(to, CIVIL_DAY_S);
    uint64_t n = 0;
    for (struct month m = month_of_day(day_from); m.first < day_to; m = month_after(m)) {
        uint64_t days = days_of(c, &m);
        if (m.first < day_from) days = bits_from(days, (unsigned)(day_from - m.first) + 1);
        if (m.first + m.n_days > day_to) days = bits_below(days, (unsigned)(day_to - m.first) + 1);
        n += size_of(days);
    }
    n *= times_a_day(c);
    if (is_due_on(c, day_from)) n -= times_before(c, from - day_from * CIVIL_DAY_S);
    if (is_due_on(c, day_to)) n += times_before(c, to - day_to * CIVIL_DAY_S);
    return n;
}

/* ---- the clocks of a zone ---- */

struct stretch {
    int64_t from, to; /* local seconds; from >= to: nothing new */
    struct zone_span span;
    int64_t shown; /* the clocks have been there: local seconds below are over */
};

/* The local time that the clocks had reached before the span, if the span could show it again. */
static int64_t shown_before(const struct zone *z, const struct zone_span *span)
{
    int64_t shown = INT64_MIN;
    for (struct zone_span s = *span; s.begin > INT64_MIN && s.begin > span->begin - INT64_C(2) * ZONE_OFFSET_MAX_S;) {
        s = zone_span(z, s.begin - 1);
        if (s.end + s.offset_s > shown) shown = s.end + s.offset_s;
    }
    return shown;
}

static void stretch_set(struct stretch *s, int64_t begin, int64_t end)
{
    if (begin < s->span.begin) begin = s->span.begin;
    if (end > s->span.end) end = s->span.end;
    s->from = begin + s->span.offset_s;
    s->to = end + s->span.offset_s;
    if (s->from < s->shown) s->from = s->shown;
}

/* The part of the stretch at begin that lies in [begin, end). */
static struct stretch stretch_at(const struct zone *z, int64_t begin, int64_t end)
{
    struct stretch s = {.span = zone_span(z, begin)};
    s.shown = shown_before(z, &s.span);
    stretch_set(&s, begin, end);
    return s;
}

/* False: the one before was the last in [begin, end). */
static bool stretch_next(struct stretch *s, const struct zone *z, int64_t begin, int64_t end)
{
    if (s->span.end >= end) return false;
    int64_t reached = s->span.end + s->span.offset_s;
    if (reached > s->shown) s->shown = reached;
    s->span = zone_span(z, s->span.end);
    stretch_set(s, begin, end);
    return true;
}

/* ---- "@every" ---- */

static uint64_t every_next(uint64_t every_ns, uint64_t anchor_ns, uint64_t after_ns)
{
    uint64_t next;
    if (after_ns < anchor_ns) after_ns = anchor_ns;
    uint64_t n = (after_ns - anchor_ns) / every_ns + 1;
    if (__builtin_mul_overflow(n, every_ns, &next) || __builtin_add_overflow(next, anchor_ns, &next)) return CRON_NEVER;
    return next;
}

static struct cron_missed every_missed(uint64_t every_ns, uint64_t anchor_ns, uint64_t after_ns, uint64_t until_ns)
{
    if (after_ns < anchor_ns) after_ns = anchor_ns;
    if (until_ns <= after_ns) return (struct cron_missed){0, CRON_NEVER};
    uint64_t last = (until_ns - anchor_ns) / every_ns, n = last - (after_ns - anchor_ns) / every_ns;
    return (struct cron_missed){n, n ? anchor_ns + last * every_ns : CRON_NEVER};
}

/* ---- the door ---- */

static uint64_t instant_ns(const struct stretch *s, int64_t local)
{
    int64_t t = local - s->span.offset_s;
    return t < 0 || (uint64_t)t > UINT64_MAX / NS_PER_S ? CRON_NEVER : (uint64_t)t * NS_PER_S;
}

static bool is_empty(const struct cron *c)
{
    return !c->hours || !c->minutes || !c->seconds;
}

uint64_t cron_next(const struct cron *c, const struct zone *z, uint64_t anchor_ns, uint64_t after_ns)
{
    int64_t begin = (int64_t)(after_ns / NS_PER_S) + 1, end = begin + CRON_HORIZON_S;
    if (c->every_ns) return every_next(c->every_ns, anchor_ns, after_ns);
    if (is_empty(c)) return CRON_NEVER;
    struct stretch s = stretch_at(z, begin, end);
    do {
        int64_t local = s.from < s.to ? first_in(c, s.from, s.to) : NO_LOCAL;
        if (local != NO_LOCAL) return instant_ns(&s, local);
    } while (stretch_next(&s, z, begin, end));
    return CRON_NEVER;
}

static struct cron_missed calendar_missed(const struct cron *c, const struct zone *z, int64_t begin, int64_t end)
{
    struct cron_missed missed = {0, CRON_NEVER};
    struct stretch s = stretch_at(z, begin, end), newest = s;
    do {
        uint64_t n = s.from < s.to ? count_in(c, s.from, s.to) : 0;
        if (n) newest = s;
        missed.n += n;
    } while (stretch_next(&s, z, begin, end));
    if (missed.n) missed.newest_ns = instant_ns(&newest, last_in(c, newest.from, newest.to));
    return missed;
}

struct cron_missed cron_missed(const struct cron *c, const struct zone *z, uint64_t anchor_ns, uint64_t after_ns,
                               uint64_t until_ns)
{
    uint64_t horizon_ns = (uint64_t)CRON_HORIZON_S * NS_PER_S;
    if (until_ns > horizon_ns && after_ns < until_ns - horizon_ns) after_ns = until_ns - horizon_ns;
    if (c->every_ns) return every_missed(c->every_ns, anchor_ns, after_ns, until_ns);
    if (is_empty(c) || until_ns <= after_ns) return (struct cron_missed){0, CRON_NEVER};
    int64_t begin = (int64_t)(after_ns / NS_PER_S) + 1, end = (int64_t)(until_ns / NS_PER_S) + 1;
    return begin < end ? calendar_missed(c, z, begin, end) : (struct cron_missed){0, CRON_NEVER};
}

uint64_t cron_gap(const struct cron *c, const struct zone *z, uint64_t after_ns, uint64_t until_ns)
{
    int64_t begin = (int64_t)(after_ns / NS_PER_S) + 1, end = (int64_t)(until_ns / NS_PER_S) + 1;
    if (c->every_ns || is_empty(c)) return CRON_NEVER;
    for (struct zone_span s = zone_span(z, begin - 1); s.end < end;) {
        struct zone_span next = zone_span(z, s.end);
        int64_t from = s.end + s.offset_s, to = s.end + next.offset_s;
        if (s.end >= begin && from < to && first_in(c, from, to) != NO_LOCAL) return (uint64_t)s.end * NS_PER_S;
        s = next;
    }
    return CRON_NEVER;
}
