/* cron.c: reads cron expressions. When they are due: cron_when.c. */
#include "jobs/cron.h"
#include "base/clock.h"

#include <errno.h>

enum { SECOND, MINUTE, HOUR, DAY, MONTH, WEEKDAY, N_FIELDS };

struct field {
    unsigned min, max;
    const char *range; /* said when a value is outside */
    const char *step;  /* said when a step leaves the field at once */
    const char *names; /* three letters each, from min on */
};

static const struct field fields[N_FIELDS] = {
    [SECOND] = {0, 59, "a second is a number from 0 to 59", "a step of seconds is a number from 1 to 60", NULL},
    [MINUTE] = {0, 59, "a minute is a number from 0 to 59", "a step of minutes is a number from 1 to 60", NULL},
    [HOUR] = {0, 23, "an hour is a number from 0 to 23", "a step of hours is a number from 1 to 24", NULL},
    [DAY] = {1, 31, "a day of the month is a number from 1 to 31", "a step of days is a number from 1 to 31", NULL},
    [MONTH] = {1, 12, "a month is a number from 1 to 12 or a name from JAN to DEC", "a step of months is a number from 1 to 12",
               "janfebmaraprmayjunjulaugsepoctnovdec"},
    [WEEKDAY] = {0, 7, "a day of the week is a number from 0 to 7 or a name from SUN to SAT",
                 "a step of days of the week is a number from 1 to 7", "sunmontuewedthufrisat"},
};

struct reader {
    const char *begin, *p, *end; /* end: of the field that is read */
    struct cron *cron;
    struct cron_error *error;
};

static bool fail_at(struct reader *r, const char *p, const char *text)
{
    *r->error = (struct cron_error){(uint32_t)(p - r->begin), text};
    return false;
}

static bool take_char(struct reader *r, char c)
{
    if (r->p == r->end || *r->p != c) return false;
    r->p++;
    return true;
}

static bool take_letter(struct reader *r, char lower) /* in any case */
{
    if (r->p == r->end || slice_lower(*r->p) != lower) return false;
    r->p++;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return slice_lower(c) >= 'a' && slice_lower(c) <= 'z';
}

static bool at_digit(const struct reader *r)
{
    return r->p < r->end && is_digit(*r->p);
}

/* Digits, up to max; more digits than any value has are too many whatever they say. */
static bool take_number(struct reader *r, unsigned min, unsigned max, const char *range, unsigned *out)
{
    const char *from = r->p;
    unsigned n = 0;
    while (at_digit(r) && r->p - from < 4) n = n * 10 + (unsigned)(*r->p++ - '0');
    if (r->p == from || at_digit(r) || n < min || n > max) return fail_at(r, from, range);
    *out = n;
    return true;
}

static bool take_name(struct reader *r, const struct field *f, unsigned *out)
{
    const char *from = r->p;
    if (r->end - from < 3) return fail_at(r, from, f->range);
    for (unsigned i = 0; f->names[(size_t)i * 3]; i++) {
        if (!slice_eq_nocase(slice_make(from, 3), slice_make(f->names + (size_t)i * 3, 3))) continue;
        r->p += 3;
        *out = f->min + i;
        return true;
    }
    return fail_at(r, from, f->range);
}

static bool take_value(struct reader *r, const struct field *f, unsigned *out)
{
    if (f->names && r->p < r->end && is_letter(*r->p)) return take_name(r, f, out);
    return take_number(r, f->min, f->max, f->range, out);
}

static void add(struct cron *c, unsigned field, unsigned value)
{
    switch (field) {
    case SECOND: c->seconds |= UINT64_C(1) << value; break;
    case MINUTE: c->minutes |= UINT64_C(1) << value; break;
    case HOUR: c->hours |= 1u << value; break;
    case DAY: c->days |= 1u << value; break;
    case MONTH: c->months |= (uint16_t)(1u << value); break;
    case WEEKDAY: c->weekdays |= (uint8_t)(1u << value % 7); break;
    default: break;
    }
}

/* "L", "LW" */
static void take_last_day(struct reader *r)
{
    if (take_letter(r, 'w')) r->cron->day_last_near = true;
    else r->cron->day_last = true;
}

/* What may stand behind a single day: "15W", "5L", "5#3". False and no error: nothing of that. */
static bool take_suffix(struct reader *r, unsigned field, unsigned value, bool *taken)
{
    struct cron *c = r->cron;
    unsigned nth;
    *taken = true;
    if (field == DAY && take_letter(r, 'w')) c->days_near |= 1u << value;
    else if (field == WEEKDAY && take_letter(r, 'l')) c->weekdays_last |= (uint8_t)(1u << value % 7);
    else if (field == WEEKDAY && take_char(r, '#')) {
        if (!take_number(r, 1, 5, "behind # stands which one of the month is meant, a number from 1 to 5", &nth)) return false;
        c->weekdays_nth[nth - 1] |= (uint8_t)(1u << value % 7);
    } else *taken = false;
    return true;
}

static bool take_step(struct reader *r, const struct field *f, unsigned *step)
{
    unsigned max = f->max == 7 ? 7 : f->max - f->min + 1; /* 0 and 7 are the same day */
    return take_number(r, 1, max, f->step, step);
}

/* "1", "1-5", "1-5/2", "1/2" (up to the last), "*", "*" with a step, "L", "15W", "FRI#2". */
static bool take_item(struct reader *r, unsigned field)
{
    const struct field *f = &fields[field];
    const char *from = r->p;
    unsigned low = f->min, high = field == WEEKDAY ? 6 : f->max, step = 1;
    bool taken;
    if (!take_char(r, '*')) {
        if (field == DAY && take_letter(r, 'l')) {
            take_last_day(r);
            return true;
        }
        if (field == WEEKDAY && r->p < r->end && slice_lower(*r->p) == 'l')
            return fail_at(r, from, "L stands behind a day of the week, as in 5L for the last Friday");
        if (!take_value(r, f, &low)) return false;
        if (field == DAY && low > 28) r->cron->skips_months = true;
        if (!take_suffix(r, field, low, &taken)) return false;
        if (taken) return true;
        bool to_end = r->p < r->end && *r->p == '/';
        if (!to_end) high = low;
        if (take_char(r, '-')) {
            if (!take_value(r, f, &high)) return false;
            if (field == WEEKDAY && high == 0 && low > 0) high = 7; /* FRI-SUN */
            if (low > high) return fail_at(r, from, "a range begins with its smaller value");
        }
        if (low > high) high = low; /* 7 with a step */
    }
    if (take_char(r, '/') && !take_step(r, f, &step)) return false;
    for (unsigned value = low; value <= high; value += step) add(r->cron, field, value);
    return true;
}

static bool take_field(struct reader *r, unsigned field)
{
    const char *from = r->p;
    bool any = *from == '*' || *from == '?';
    if (field == DAY) r->cron->any_day = any;
    if (field == WEEKDAY) r->cron->any_weekday = any;
    if (*from == '?') {
        if (field != DAY && field != WEEKDAY) return fail_at(r, from, "? stands for a day of the month or of the week only");
        if (r->end - from > 1) return fail_at(r, from + 1, "? stands alone in its field");
        for (unsigned value = fields[field].min; value <= fields[field].max; value++) add(r->cron, field, value);
        return true;
    }
    do
        if (!take_item(r, field)) return false;
    while (take_char(r, ','));
    if (r->p < r->end) return fail_at(r, r->p, "this does not belong to the value before it");
    return true;
}

/* ---- "@..." ---- */

static const struct {
    struct slice name, fields;
} aliases[] = {
    {SLICE_INIT("@yearly"), SLICE_INIT("0 0 1 1 *")},  {SLICE_INIT("@annually"), SLICE_INIT("0 0 1 1 *")},
    {SLICE_INIT("@monthly"), SLICE_INIT("0 0 1 * *")}, {SLICE_INIT("@weekly"), SLICE_INIT("0 0 * * 0")},
    {SLICE_INIT("@daily"), SLICE_INIT("0 0 * * *")},   {SLICE_INIT("@midnight"), SLICE_INIT("0 0 * * *")},
    {SLICE_INIT("@hourly"), SLICE_INIT("0 * * * *")},
};

static bool find_alias(struct slice name, struct slice *out)
{
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
        if (!slice_eq(name, aliases[i].name)) continue;
        *out = aliases[i].fields;
        return true;
    }
    return false;
}

/* The unit's length in ns; 0: none. */
static uint64_t take_unit(struct reader *r)
{
    if (take_char(r, 'h')) return 3600 * NS_PER_S;
    if (take_char(r, 's')) return NS_PER_S;
    if (!take_char(r, 'm')) return 0;
    return take_char(r, 's') ? NS_PER_MS : 60 * NS_PER_S;
}

#define EVERY_MAX_NS ((uint64_t)CRON_HORIZON_S * NS_PER_S)

/* "1.5h": up to 9 digits on either side, so that nothing overflows: 10^9 h are 3.6 * 10^21 ns, hence the wide product. */
static bool take_part(struct reader *r, uint64_t *sum_ns)
{
    const char *from = r->p;
    uint64_t mantissa = 0, divisor = 1;
    while (at_digit(r) && r->p - from < 9) mantissa = mantissa * 10 + (uint64_t)(*r->p++ - '0');
    if (r->p == from) return fail_at(r, from, "a duration is written as in 1h30m, 45s or 500ms");
    if (take_char(r, '.')) {
        const char *fraction = r->p;
        for (; at_digit(r) && r->p - fraction < 9; divisor *= 10) mantissa = mantissa * 10 + (uint64_t)(*r->p++ - '0');
        if (r->p == fraction) return fail_at(r, fraction, "digits follow the point");
    }
    if (at_digit(r)) return fail_at(r, from, "this number has too many digits");
    uint64_t unit_ns = take_unit(r);
    if (!unit_ns) return fail_at(r, r->p, "a number is followed by its unit: h, m, s or ms");
    unsigned __int128 part_ns = (unsigned __int128)mantissa * unit_ns / divisor;
    if (part_ns > EVERY_MAX_NS - *sum_ns) return fail_at(r, from, "the duration is longer than five years");
    *sum_ns += (uint64_t)part_ns;
    return true;
}

static bool take_every(struct reader *r)
{
    const char *from = r->p;
    uint64_t sum_ns = 0;
    do
        if (!take_part(r, &sum_ns)) return false;
    while (r->p < r->end);
    if (sum_ns < NS_PER_MS) return fail_at(r, from, "the shortest duration is 1ms");
    r->cron->every_ns = sum_ns;
    return true;
}

/* ---- the whole ---- */

#define WORDS_MAX (N_FIELDS + 1)

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Words of the text, split at blanks; at most WORDS_MAX, which is one too many. */
static unsigned split(struct slice text, struct slice words[WORDS_MAX])
{
    unsigned n = 0;
    for (size_t at = 0; n < WORDS_MAX;) {
        while (at < text.len && is_blank(text.p[at])) at++;
        if (at == text.len) break;
        size_t from = at;
        while (at < text.len && !is_blank(text.p[at])) at++;
        words[n++] = slice_make(text.p + from, at - from);
    }
    return n;
}

static bool read_fields(struct reader *r, const struct slice *words, unsigned n)
{
    unsigned skipped = N_FIELDS - n; /* no seconds */
    if (skipped) r->cron->seconds = 1;
    for (unsigned i = 0; i < n; i++) {
        r->p = words[i].p;
        r->end = words[i].p + words[i].len;
        if (!take_field(r, i + skipped)) return false;
    }
    return true;
}

static bool read_special(struct reader *r, const struct slice *words, unsigned n)
{
    struct slice alias, alias_words[WORDS_MAX];
    if (slice_eq(words[0], SLICE("@every"))) {
        if (n == 1) return fail_at(r, words[0].p + words[0].len, "@every is followed by a duration, as in @every 1h30m");
        if (n > 2) return fail_at(r, words[2].p, "nothing follows the duration; it has no blanks within");
        r->p = words[1].p;
        r->end = words[1].p + words[1].len;
        return take_every(r);
    }
    if (!find_alias(words[0], &alias))
        return fail_at(r, words[0].p,
                       "the names are @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly and @every");
    if (n > 1) return fail_at(r, words[1].p, "nothing follows such a name");
    return read_fields(r, alias_words, split(alias, alias_words));
}

static bool read_text(struct reader *r, struct slice text)
{
    struct slice words[WORDS_MAX];
    if (text.len > CRON_TEXT_MAX) return fail_at(r, text.p + CRON_TEXT_MAX, "an expression has at most 256 bytes");
    unsigned n = split(text, words);
    if (n == 0) return fail_at(r, text.p, "the expression is empty");
    if (words[0].p[0] == '@') return read_special(r, words, n);
    if (n < N_FIELDS - 1)
        return fail_at(r, words[n - 1].p + words[n - 1].len,
                       "there are fewer than 5 fields: minute, hour, day, month, day of the week");
    if (n > N_FIELDS)
        return fail_at(r, words[N_FIELDS].p, "there are more than 6 fields: second, minute, hour, day, month, day of the week");
    return read_fields(r, words, n);
}

int cron_parse(struct slice text, struct cron *out, struct cron_error *error)
{
    struct cron c = {0};
    struct reader r = {.begin = text.p, .cron = &c, .error = error};
    if (!read_text(&r, text)) return -EINVAL;
    *out = c;
    return 0;
}
