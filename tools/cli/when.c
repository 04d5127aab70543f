#include "tools/cli/when.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>

#define DIGITS_MAX 12
#define MINUTE_NS (60 * NS_PER_S)
#define HOUR_NS (60 * MINUTE_NS)
#define DAY_NS (24 * HOUR_NS)

static const struct unit {
    struct slice name;
    uint64_t ns;
} units[] = {{SLICE_INIT("ms"), NS_PER_MS},
             {SLICE_INIT("s"), NS_PER_S},
             {SLICE_INIT("m"), MINUTE_NS},
             {SLICE_INIT("h"), HOUR_NS},
             {SLICE_INIT("d"), DAY_NS}};
#define UNITS_N (sizeof units / sizeof *units)

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Takes "12" or "1.25" off the front: digits as one number, and how many of them stand behind the point. */
static bool take_number(struct slice *text, uint64_t *digits, unsigned *decimals)
{
    size_t i = 0, n = 0;
    bool point = false;
    *digits = 0, *decimals = 0;
    for (; i < text->len && (is_digit(text->p[i]) || (text->p[i] == '.' && !point && n > 0)); i++) {
        if (text->p[i] == '.') {
            point = true;
            continue;
        }
        if (++n > DIGITS_MAX) return false;
        *digits = *digits * 10 + (uint64_t)(text->p[i] - '0');
        *decimals += point;
    }
    if (n == 0 || text->p[i - 1] == '.') return false;
    *text = slice_from(*text, i);
    return true;
}

/* The unit at the front; without one, at the very end of a bare number, seconds. */
static const struct unit *take_unit(struct slice *text, bool is_bare)
{
    size_t len = 0;
    while (len < text->len && text->p[len] >= 'a' && text->p[len] <= 'z') len++;
    if (len == 0 && text->len == 0 && is_bare) return &units[1];
    for (size_t i = 0; i < UNITS_N; i++) {
        if (!slice_eq(slice_make(text->p, len), units[i].name)) continue;
        *text = slice_from(*text, len);
        return &units[i];
    }
    return NULL;
}

bool when_duration(struct slice text, uint64_t *ns)
{
    uint64_t sum = 0, smallest = UINT64_MAX;
    for (bool first = true; first || text.len; first = false) {
        uint64_t digits, scale = 1;
        unsigned decimals;
        if (!take_number(&text, &digits, &decimals)) return false;
        const struct unit *u = take_unit(&text, first);
        if (!u || u->ns >= smallest || (decimals && text.len)) return false;
        for (unsigned i = 0; i < decimals; i++) scale *= 10;
        if (digits / scale > WHEN_DURATION_MAX_NS / u->ns) return false;
        sum += digits / scale * u->ns + (uint64_t)((double)(digits % scale) / (double)scale * (double)u->ns);
        if (sum > WHEN_DURATION_MAX_NS) return false;
        smallest = u->ns;
    }
    *ns = sum;
    return true;
}

void when_iso(uint64_t ns, char out[WHEN_ISO_BYTES])
{
    uint64_t ms = ns / NS_PER_MS;
    if (ms % 1000) (void)snprintf(out, WHEN_ISO_BYTES, "PT%" PRIu64 ".%03uS", ms / 1000, (unsigned)(ms % 1000));
    else (void)snprintf(out, WHEN_ISO_BYTES, "PT%" PRIu64 "S", ms / 1000);
}

void when_short(uint64_t ns, char out[WHEN_SHORT_BYTES])
{
    if (ns < NS_PER_S) (void)snprintf(out, WHEN_SHORT_BYTES, "%" PRIu64 " ms", ns / NS_PER_MS);
    else if (ns < 10 * NS_PER_S)
        (void)snprintf(out, WHEN_SHORT_BYTES, "%" PRIu64 ".%u s", ns / NS_PER_S, (unsigned)(ns % NS_PER_S / (100 * NS_PER_MS)));
    else if (ns < 2 * MINUTE_NS) (void)snprintf(out, WHEN_SHORT_BYTES, "%" PRIu64 " s", ns / NS_PER_S);
    else if (ns < 2 * HOUR_NS) (void)snprintf(out, WHEN_SHORT_BYTES, "%" PRIu64 " m", ns / MINUTE_NS);
    else if (ns < 2 * DAY_NS) (void)snprintf(out, WHEN_SHORT_BYTES, "%" PRIu64 " h", ns / HOUR_NS);
    else (void)snprintf(out, WHEN_SHORT_BYTES, "%" PRIu64 " d", ns / DAY_NS);
}
