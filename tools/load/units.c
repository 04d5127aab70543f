/* units.c: see units.h. */
#include "tools/load/units.h"

#include "base/clock.h"

#include <math.h>
#include <stdlib.h>

#define DIGITS_MAX 40
#define NEARLY 1e-6L /* 1.1k is not quite 1100 in binary */

struct unit {
    struct slice name; /* lower case */
    long double factor;
};

static const struct unit thousands[] = {{SLICE_INIT("k"), 1e3L}, {SLICE_INIT("m"), 1e6L}, {SLICE_INIT("g"), 1e9L}};
static const struct unit times[] = {{SLICE_INIT("ns"), 1},   {SLICE_INIT("us"), 1e3L}, {SLICE_INIT("ms"), 1e6L},
                                    {SLICE_INIT("s"), 1e9L}, {SLICE_INIT("m"), 60e9L}, {SLICE_INIT("h"), 3600e9L}};
static const struct unit sizes[] = {
    {SLICE_INIT("b"), 1},        {SLICE_INIT("k"), 0x1p10L},   {SLICE_INIT("kb"), 0x1p10L},  {SLICE_INIT("kib"), 0x1p10L},
    {SLICE_INIT("m"), 0x1p20L},  {SLICE_INIT("mb"), 0x1p20L},  {SLICE_INIT("mib"), 0x1p20L}, {SLICE_INIT("g"), 0x1p30L},
    {SLICE_INIT("gb"), 0x1p30L}, {SLICE_INIT("gib"), 0x1p30L},
};
#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Takes "12" or "1.25" off the front. */
static bool take_number(struct slice *text, long double *number)
{
    char digits[DIGITS_MAX + 1];
    size_t n = 0, points = 0;
    for (; n < text->len && (is_digit(text->p[n]) || text->p[n] == '.'); n++) {
        if (n == DIGITS_MAX) return false;
        if (text->p[n] == '.') points++;
        digits[n] = text->p[n];
    }
    if (n == 0 || points > 1 || !is_digit(digits[0]) || !is_digit(digits[n - 1])) return false;
    digits[n] = '\0';
    *number = strtold(digits, NULL);
    *text = slice_from(*text, n);
    return true;
}

/* A number with a unit, or alone: then in units of bare. */
static bool read_scaled(struct slice text, const struct unit *units, size_t units_n, long double bare, long double *out)
{
    long double number;
    if (!take_number(&text, &number)) return false;
    if (text.len == 0) {
        *out = number * bare;
        return true;
    }
    for (size_t i = 0; i < units_n; i++) {
        if (!slice_eq_nocase(text, units[i].name)) continue;
        *out = number * units[i].factor;
        return true;
    }
    return false;
}

static bool to_whole(long double value, long double max, uint64_t *n)
{
    long double whole = roundl(value);
    if (value > max || fabsl(value - whole) > NEARLY) return false;
    *n = (uint64_t)whole;
    return true;
}

bool unit_count(struct slice text, uint64_t *n)
{
    long double value;
    return read_scaled(text, thousands, COUNT(thousands), 1, &value) && to_whole(value, 0x1p63L, n);
}

bool unit_amount(struct slice text, double *amount)
{
    const struct slice per_second = SLICE("/s");
    long double value;
    if (text.len > per_second.len && slice_eq(slice_from(text, text.len - per_second.len), per_second)) {
        text.len -= per_second.len;
    }
    if (!read_scaled(text, thousands, COUNT(thousands), 1, &value) || value > UNIT_RATE_MAX) return false;
    *amount = (double)value;
    return true;
}

bool unit_rate(struct slice text, double *per_second)
{
    double rate;
    if (!unit_amount(text, &rate) || !(rate > 0)) return false;
    *per_second = rate;
    return true;
}

bool unit_time(struct slice text, uint64_t bare_ns, uint64_t *ns)
{
    long double value;
    if (!read_scaled(text, times, COUNT(times), (long double)bare_ns, &value) || value > UNIT_TIME_NS_MAX) return false;
    *ns = (uint64_t)roundl(value);
    return true;
}

bool unit_bytes(struct slice text, uint64_t *bytes)
{
    long double value;
    return read_scaled(text, sizes, COUNT(sizes), 1, &value) && to_whole(value, 0x1p63L, bytes);
}

bool unit_share(struct slice text, double *share)
{
    long double value;
    bool percent = text.len && text.p[text.len - 1] == '%';
    text.len -= percent;
    if (!read_scaled(text, NULL, 0, 1, &value) || value > 100 || (!percent && value != 0)) return false;
    *share = (double)(value / 100);
    return true;
}

bool unit_range(struct slice text, uint64_t *first, uint64_t *last)
{
    uint64_t from, to;
    struct slice rest = text, piece = slice_cut(&rest, '-');
    if (!slice_to_u64(piece, &from)) return false;
    to = from;
    if (rest.p && (!slice_to_u64(rest, &to) || to < from)) return false;
    *first = from;
    *last = to;
    return true;
}
