/* human.c: see human.h. */
#include "tools/load/human.h"

#include "base/clock.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Decimals that make three digits of it. */
static int decimals_of(double x)
{
    return x < 9.995 ? 2 : x < 99.95 ? 1 : 0;
}

/* In the largest of the units, each step times the one before, that it has one of. */
static struct human scaled(double x, double step, const char *const *units, int units_n)
{
    struct human h;
    int unit = 0;
    while (unit + 1 < units_n && x >= step - 0.5) {
        x /= step;
        unit++;
    }
    (void)snprintf(h.text, sizeof h.text, "%.*f%s", unit ? decimals_of(x) : 0, x, units[unit]);
    return h;
}

static struct human long_time(double seconds)
{
    struct human h;
    uint64_t s = (uint64_t)seconds;
    if (s < 3600) (void)snprintf(h.text, sizeof h.text, "%" PRIu64 "m%02" PRIu64 "s", s / 60, s % 60);
    else (void)snprintf(h.text, sizeof h.text, "%" PRIu64 "h%02" PRIu64 "m", s / 3600, s / 60 % 60);
    return h;
}

struct human human_time(double ns)
{
    static const char *const units[] = {"ns", "us", "ms", "s"};
    return ns >= 1e12 ? long_time(ns / 1e9) : scaled(ns, 1000, units, 4);
}

struct human human_bytes(double bytes)
{
    static const char *const units[] = {"B", "KB", "MB", "GB", "TB"};
    return scaled(bytes, 1024, units, 5);
}

struct human human_short(double n)
{
    static const char *const units[] = {"", "k", "M", "G", "T"};
    if (n > 0 && n < 99.5 && n != floor(n)) return human_rate(n);
    return scaled(n, 1000, units, 5);
}

struct human human_count(uint64_t n)
{
    struct human h;
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" PRIu64, n), at = 0;
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0) h.text[at++] = ',';
        h.text[at++] = digits[i];
    }
    h.text[at] = '\0';
    return h;
}

struct human human_rate(double per_s)
{
    struct human h;
    if (per_s >= 999.5) return human_count((uint64_t)(per_s + 0.5));
    (void)snprintf(h.text, sizeof h.text, "%.*f", per_s == floor(per_s) ? 0 : decimals_of(per_s), per_s);
    return h;
}

struct human human_percent(double share)
{
    struct human h;
    double percent = share * 100;
    (void)snprintf(h.text, sizeof h.text, "%.*f%%", percent == floor(percent) ? 0 : percent < 9.995 ? 2 : 1, percent);
    return h;
}

struct human human_clock(uint64_t ns)
{
    struct human h;
    uint64_t s = ns / NS_PER_S;
    if (s < 3600) (void)snprintf(h.text, sizeof h.text, "%02" PRIu64 ":%02" PRIu64, s / 60, s % 60);
    else (void)snprintf(h.text, sizeof h.text, "%" PRIu64 ":%02" PRIu64 ":%02" PRIu64, s / 3600, s / 60 % 60, s % 60);
    return h;
}

/* C0, DEL and C1. */
static bool is_control(const char *p, int len)
{
    unsigned char first = (unsigned char)*p;
    if (len == 1) return first < 0x20 || first == 0x7f;
    return len == 2 && first == 0xc2 && (unsigned char)p[1] < 0xa0;
}

char *human_words(char *out, size_t room, const char *words)
{
    const char *end = words + strlen(words);
    size_t at = 0;
    while (words < end) {
        int len = utf8_length(words, end);
        bool bad = len <= 0 || is_control(words, len);
        size_t n = bad ? 1 : (size_t)len;
        if (at + n >= room) break;
        if (bad) out[at] = '?';
        else memcpy(out + at, words, n);
        at += n;
        words += len > 0 ? len : 1;
    }
    out[at] = '\0';
    return out;
}
