#include "clock.h"
#include "check.h"
#include "civil.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#define DAY_S 86400

static uint64_t kernel_ns(clockid_t id)
{
    struct timespec t;
    int rc = clock_gettime(id, &t);
    assert(rc == 0);
    return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

void clock_tick(struct clock *c)
{
    if (c->read) {
        c->read(c);
        return;
    }
    c->mono_ns = kernel_ns(CLOCK_MONOTONIC);
    c->wall_ns = kernel_ns(CLOCK_REALTIME);
}

uint64_t clock_now_ns(void)
{
    return kernel_ns(CLOCK_MONOTONIC);
}

uint64_t clock_thread_cpu_ns(void)
{
    return kernel_ns(CLOCK_THREAD_CPUTIME_ID);
}

static char *put_digits(char *p, uint64_t n, int digits)
{
    for (int i = digits - 1; i >= 0; i--, n /= 10) p[i] = (char)('0' + n % 10);
    return p + digits;
}

static char *put_text(char *p, const char *text, size_t len)
{
    memcpy(p, text, len);
    return p + len;
}

static char *put_time(char *p, uint64_t second_of_day)
{
    p = put_digits(p, second_of_day / 3600, 2);
    *p++ = ':';
    p = put_digits(p, second_of_day / 60 % 60, 2);
    *p++ = ':';
    return put_digits(p, second_of_day % 60, 2);
}

void clock_rfc3339(uint64_t wall_ns, char out[CLOCK_RFC3339_BYTES])
{
    uint64_t s = wall_ns / NS_PER_S;
    struct civil d = civil_of_days((int64_t)(s / DAY_S));
    char *p = put_digits(out, (uint64_t)d.year, 4); /* 64 bits of ns end in 2554 */
    *p++ = '-';
    p = put_digits(p, d.month, 2);
    *p++ = '-';
    p = put_digits(p, d.day, 2);
    *p++ = 'T';
    p = put_time(p, s % DAY_S);
    *p++ = '.';
    p = put_digits(p, wall_ns / NS_PER_MS % 1000, 3);
    *p++ = 'Z';
    *p = '\0';
}

void clock_http_date(uint64_t wall_ns, char out[CLOCK_HTTP_DATE_BYTES])
{
    static const char weekdays[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    uint64_t s = wall_ns / NS_PER_S;
    struct civil d = civil_of_days((int64_t)(s / DAY_S));
    char *p = put_text(out, weekdays + (size_t)civil_weekday((int64_t)(s / DAY_S)) * 3, 3);
    p = put_text(p, ", ", 2);
    p = put_digits(p, d.day, 2);
    *p++ = ' ';
    p = put_text(p, months + (size_t)(d.month - 1) * 3, 3);
    *p++ = ' ';
    p = put_digits(p, (uint64_t)d.year, 4);
    *p++ = ' ';
    p = put_time(p, s % DAY_S);
    put_text(p, " GMT", 5);
}

struct reader {
    const char *p, *end;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A letter in either case: RFC 3339 §5.6 allows "t" and "z". */
static bool take_char(struct reader *r, char upper)
{
    if (r->p == r->end || (*r->p & ~0x20) != (upper & ~0x20)) return false;
    r->p++;
    return true;
}

/* Exactly this byte. */
static bool take_mark(struct reader *r, char mark)
{
    if (r->p == r->end || *r->p != mark) return false;
    r->p++;
    return true;
}

static bool take_number(struct reader *r, int digits, unsigned max, unsigned *out)
{
    unsigned n = 0;
    for (int i = 0; i < digits; i++, r->p++) {
        if (r->p == r->end || !is_digit(*r->p)) return false;
        n = n * 10 + (unsigned)(*r->p - '0');
    }
    *out = n;
    return n <= max;
}

/* Digits behind a point, of which nine count. */
static bool take_fraction(struct reader *r, uint64_t *billionths)
{
    uint64_t n = 0, weight = NS_PER_S;
    const char *first = r->p;
    for (; r->p < r->end && is_digit(*r->p); r->p++) {
        weight /= 10;
        n += weight * (uint64_t)(*r->p - '0');
    }
    *billionths = n;
    return r->p > first;
}

static bool take_date(struct reader *r, int64_t *day)
{
    unsigned year, month, of_month;
    if (!take_number(r, 4, 9999, &year) || !take_mark(r, '-')) return false;
    if (!take_number(r, 2, 12, &month) || !take_mark(r, '-') || month == 0) return false;
    if (!take_number(r, 2, civil_month_days(year, month), &of_month) || of_month == 0) return false;
    *day = civil_days(year, month, of_month);
    return true;
}

/* Seconds since midnight. A leap second needs the offset to be judged, so 60 is let through. */
static bool take_time(struct reader *r, int64_t *seconds, bool *leap)
{
    unsigned h, m, s;
    if (!take_number(r, 2, 23, &h) || !take_mark(r, ':')) return false;
    if (!take_number(r, 2, 59, &m) || !take_mark(r, ':')) return false;
    if (!take_number(r, 2, 60, &s)) return false;
    *leap = s == 60;
    *seconds = (int64_t)h * 3600 + (int64_t)m * 60 + (int64_t)s;
    return true;
}

static bool take_offset(struct reader *r, int64_t *seconds)
{
    unsigned h, m;
    *seconds = 0;
    if (take_char(r, 'Z')) return true;
    bool west = take_mark(r, '-');
    if (!west && !take_mark(r, '+')) return false;
    if (!take_number(r, 2, 23, &h) || !take_mark(r, ':') || !take_number(r, 2, 59, &m))
        return false;
    *seconds = (west ? -1 : 1) * (int64_t)(h * 3600 + m * 60);
    return true;
}

static uint64_t to_ns(uint64_t seconds, uint64_t ns)
{
    uint64_t sum;
    if (__builtin_mul_overflow(seconds, NS_PER_S, &sum)) return UINT64_MAX;
    return __builtin_add_overflow(sum, ns, &sum) ? UINT64_MAX : sum;
}

int clock_parse_rfc3339(const char *p, size_t len, uint64_t *wall_ns)
{
    const int64_t year_10000 = INT64_C(253402300800);
    struct reader r = {p, p + len};
    int64_t day, second, offset;
    uint64_t fraction = 0;
    bool leap;
    if (!take_date(&r, &day) || !take_char(&r, 'T') || !take_time(&r, &second, &leap))
        return -EINVAL;
    if (take_mark(&r, '.') && !take_fraction(&r, &fraction)) return -EINVAL;
    if (!take_offset(&r, &offset) || r.p != r.end) return -EINVAL;
    int64_t at = day * DAY_S + second - offset;
    /* RFC 3339 §5.7: only at 23:59:60 UTC; it reads as the second after it. */
    if (leap && at % DAY_S != 0) return -EINVAL;
    if (at < 0 || at >= year_10000) return -EINVAL;
    *wall_ns = to_ns((uint64_t)at, fraction);
    return 0;
}

struct unit {
    char letter;
    uint32_t seconds;
};

struct component {
    struct unit unit;
    uint64_t whole, billionths;
    bool has_fraction;
};

static bool take_component(struct reader *r, const struct unit **units,
                           const struct unit *units_end, struct component *out)
{
    *out = (struct component){0};
    const char *first = r->p;
    for (; r->p < r->end && is_digit(*r->p); r->p++) {
        uint64_t digit = (uint64_t)(*r->p - '0');
        if (__builtin_mul_overflow(out->whole, UINT64_C(10), &out->whole) ||
            __builtin_add_overflow(out->whole, digit, &out->whole))
            out->whole = UINT64_MAX / 10; /* stays far above what can be held: saturates later */
    }
    if (r->p == first) return false;
    out->has_fraction = take_mark(r, '.') || take_mark(r, ',');
    if (out->has_fraction && !take_fraction(r, &out->billionths)) return false;
    while (*units < units_end && !take_mark(r, (*units)->letter)) (*units)++;
    if (*units == units_end) return false; /* an unknown letter, or one that had its turn */
    out->unit = *(*units)++;
    return true;
}

static uint64_t add_component(uint64_t ns, const struct component *c)
{
    uint64_t seconds;
    if (__builtin_mul_overflow(c->whole, (uint64_t)c->unit.seconds, &seconds)) return UINT64_MAX;
    uint64_t more = to_ns(seconds, c->billionths * c->unit.seconds);
    return __builtin_add_overflow(ns, more, &more) ? UINT64_MAX : more;
}

/* ISO 8601-1 §5.5.2: falling order, each component at most once, a fraction only in the last. */
int clock_parse_duration(const char *p, size_t len, uint64_t *ns)
{
    static const struct unit all[] = {
        {'W', 7 * DAY_S}, {'D', DAY_S}, {'H', 3600}, {'M', 60}, {'S', 1}};
    const struct unit *units = all, *units_end = all + 2; /* 'M' is minutes only behind the T */
    struct reader r = {p, p + len};
    struct component c = {0};
    uint64_t sum = 0;
    if (!take_mark(&r, 'P')) return -EINVAL;
    do {
        if (units_end == all + 2 && take_mark(&r, 'T')) {
            units = all + 2;
            units_end = all + 5;
        }
        if (c.has_fraction || !take_component(&r, &units, units_end, &c)) return -EINVAL;
        sum = add_component(sum, &c);
    } while (r.p < r.end);
    *ns = sum;
    return 0;
}
