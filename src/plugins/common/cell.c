/* cell.c: see cell.h. */
#include "cell.h"

#include <ctype.h>
#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NUMBER_BYTES_MAX 400 /* the shortest decimal of any double is far below; longer digit strings are identifiers */

struct text {
    const char *at;
    size_t len;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits(struct text t, size_t from)
{
    size_t n = 0;
    while (from + n < t.len && is_digit(t.at[from + n])) n++;
    return n;
}

/* The parts of a decimal: sign, digits, and where they stand. */
struct decimal {
    bool negative, integral, fits; /* fits: mantissa and exponent are exact */
    uint64_t mantissa;
    int exponent;
};

static void add_digits(struct decimal *d, const char *at, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t digit = (uint64_t)(at[i] - '0');
        if (d->mantissa > (UINT64_MAX - digit) / 10) {
            d->fits = false;
            return;
        }
        d->mantissa = d->mantissa * 10 + digit;
    }
}

/* [+-] digits [. digits] [e [+-] digits], with a digit on one side of the point at least. */
static bool decimal_split(struct text t, struct decimal *d)
{
    size_t at = 0;
    *d = (struct decimal){.integral = true, .fits = true};
    if (at < t.len && (t.at[at] == '-' || t.at[at] == '+')) d->negative = t.at[at++] == '-';
    size_t whole = digits(t, at), fraction = 0;
    add_digits(d, t.at + at, whole);
    at += whole;
    if (at < t.len && t.at[at] == '.') {
        fraction = digits(t, ++at);
        add_digits(d, t.at + at, fraction);
        at += fraction;
        d->integral = false;
    }
    if (whole + fraction == 0) return false;
    d->exponent = -(int)fraction;
    if (at == t.len) return true;
    if (t.at[at] != 'e' && t.at[at] != 'E') return false;
    d->integral = false;
    at++;
    bool minus = at < t.len && t.at[at] == '-';
    if (at < t.len && (t.at[at] == '-' || t.at[at] == '+')) at++;
    size_t power = digits(t, at);
    if (power == 0 || at + power != t.len) return false;
    int value = 0;
    for (size_t i = 0; i < power && value < 10000; i++) value = value * 10 + (t.at[at + i] - '0');
    d->exponent += minus ? -value : value;
    return true;
}

/* Exact where both factors are exact doubles and one rounding is left: digits below 2^53, powers up to 10^22. */
static bool quick_value(const struct decimal *d, double *out)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (!d->fits || d->mantissa > (uint64_t)1 << 53 || abs(d->exponent) > 22) return false;
    double value = (double)d->mantissa;
    value = d->exponent < 0 ? value / powers[-d->exponent] : value * powers[d->exponent];
    *out = d->negative ? -value : value;
    return true;
}

/* A program that embeds us may have set a locale with another decimal point. glibc gives its C locale without
 * allocating. */
static bool slow_value(struct text t, double *out)
{
    char copy[NUMBER_BYTES_MAX + 1];
    memcpy(copy, t.at, t.len);
    copy[t.len] = '\0';
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!plain) return false;
    *out = strtod_l(copy, NULL, plain);
    freelocale(plain);
    return isfinite(*out);
}

static bool read_number(struct text t, struct cell *cell)
{
    struct decimal d;
    if (t.len > NUMBER_BYTES_MAX || !decimal_split(t, &d)) return false;
    if (!quick_value(&d, &cell->number) && !slow_value(t, &cell->number)) return false;
    uint64_t most = d.negative ? (uint64_t)INT64_MAX + 1 : INT64_MAX;
    bool integer = d.integral && d.fits && d.mantissa <= most;
    cell->kind = integer ? CELL_INTEGER : CELL_NUMBER;
    if (integer) cell->integer = (int64_t)(d.negative ? 0 - d.mantissa : d.mantissa);
    return true;
}

static bool is_boolean(struct text t)
{
    static const char *const words[] = {"true", "false", "yes", "no"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (t.len == strlen(words[i]) && strncasecmp(t.at, words[i], t.len) == 0) return true;
    return false;
}

/* Steps over text of a form where 0 stands for a digit, a letter stands for itself. */
static bool take(struct text *t, const char *form)
{
    size_t len = strlen(form);
    if (t->len < len) return false;
    for (size_t i = 0; i < len; i++)
        if (form[i] == '0' ? !is_digit(t->at[i]) : t->at[i] != form[i]) return false;
    t->at += len;
    t->len -= len;
    return true;
}

static int two_digits(const char *at)
{
    return (at[0] - '0') * 10 + at[1] - '0';
}

static bool is_day(const char *at)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = two_digits(at) * 100 + two_digits(at + 2), month = two_digits(at + 5), day = two_digits(at + 8);
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (month < 1 || month > 12) return false;
    return day >= 1 && day <= days[month - 1] + (month == 2 && leap);
}

static bool is_time(const char *at)
{
    return two_digits(at) <= 23 && two_digits(at + 3) <= 59;
}

static bool take_zone(struct text *t)
{
    if (t->len == 0 || take(t, "Z")) return true;
    const char *at = t->at;
    return (take(t, "+00:00") || take(t, "-00:00")) && is_time(at + 1);
}

static bool is_date(struct text t)
{
    const char *day = t.at;
    if (!take(&t, "0000-00-00") || !is_day(day)) return false;
    if (t.len == 0) return true;
    if (!take(&t, "T") && !take(&t, " ")) return false;
    const char *time = t.at;
    if (!take(&t, "00:00") || !is_time(time)) return false;
    if (take(&t, ":00")) {
        if (two_digits(time + 6) > 60) return false; /* 60: a leap second */
        if (take(&t, ".0"))
            while (take(&t, "0")) continue;
    }
    return take_zone(&t) && t.len == 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct cell cell_read(const char *text, size_t len)
{
    struct text t = {text, len};
    while (t.len > 0 && is_blank(t.at[0])) t.at++, t.len--;
    while (t.len > 0 && is_blank(t.at[t.len - 1])) t.len--;
    struct cell cell = {.kind = CELL_MISSING};
    if (t.len == 0 || read_number(t, &cell)) return cell;
    cell.kind = is_boolean(t) ? CELL_BOOLEAN : is_date(t) ? CELL_DATE : CELL_TEXT;
    return cell;
}
