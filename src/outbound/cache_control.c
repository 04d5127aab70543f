/* cache_control.c: see cache_control.h. */
#include "outbound/cache_control.h"

#include "base/civil.h"
#include "base/clock.h"

/* delta-seconds (RFC 9111 §1.2.2): what is too large for us is as large as we have. */
static bool read_seconds(struct slice value, uint32_t *seconds)
{
    uint64_t n;
    for (size_t i = 0; i < value.len; i++)
        if (value.p[i] < '0' || value.p[i] > '9') return false;
    if (value.len == 0) return false;
    if (!slice_to_u64(value, &n) || n >= UINT32_MAX) n = UINT32_MAX - 1;
    *seconds = (uint32_t)n;
    return true;
}

static uint32_t age_of(struct slice directive)
{
    struct slice value = directive, name = slice_trim(slice_cut(&value, '='));
    uint32_t n;
    if (slice_eq_nocase(name, SLICE("no-store")) || slice_eq_nocase(name, SLICE("no-cache"))) return 0;
    if (!slice_eq_nocase(name, SLICE("max-age")) || !value.p) return UINT32_MAX;
    value = slice_trim(value);
    if (value.len >= 2 && value.p[0] == '"' && value.p[value.len - 1] == '"') value = slice_make(value.p + 1, value.len - 2);
    return read_seconds(value, &n) ? n : 0; /* §4.2.1: what cannot be read is stale */
}

uint32_t cache_control_age(struct slice value, uint32_t seconds)
{
    while (value.p) {
        uint32_t age = age_of(slice_trim(slice_cut(&value, ',')));
        if (age < seconds) seconds = age;
    }
    return seconds;
}

/* ---- how old it is ---- */

static bool read_month(struct slice name, unsigned *month)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (*month = 1; *month <= 12; ++*month)
        if (slice_eq(name, slice_make(months + (size_t)(*month - 1) * 3, 3))) return true;
    return false;
}

/* IMF-fixdate (RFC 9110 §5.6.7), of this epoch: what it is read as must be written just so. The old forms are nobody's any more. */
static bool read_date(struct slice value, uint64_t *date_s)
{
    char text[CLOCK_HTTP_DATE_BYTES];
    uint64_t day, year, hour, minute, second;
    unsigned month;
    if (value.len != sizeof text - 1 || !read_month(slice_make(value.p + 8, 3), &month)) return false;
    if (!slice_to_u64(slice_make(value.p + 5, 2), &day) || !slice_to_u64(slice_make(value.p + 12, 4), &year) ||
        !slice_to_u64(slice_make(value.p + 17, 2), &hour) || !slice_to_u64(slice_make(value.p + 20, 2), &minute) ||
        !slice_to_u64(slice_make(value.p + 23, 2), &second) || year < 1970 || year > 2500)
        return false;
    uint64_t days = (uint64_t)civil_days((int64_t)year, month, (unsigned)day);
    *date_s = days * 86400 + hour * 3600 + minute * 60 + second;
    clock_http_date(*date_s * NS_PER_S, text);
    return slice_eq(value, slice_str(text));
}

/* §5.1: the first member of the first line, or nothing. */
static void take_age(struct cache_fields *f, struct slice value)
{
    if (!f->has_age) (void)read_seconds(slice_trim(slice_cut(&value, ',')), &f->age_s);
    f->has_age = true;
}

/* Two of them are none. */
static void take_date(struct cache_fields *f, struct slice value)
{
    uint64_t s;
    f->date_s = !f->has_date && read_date(slice_trim(value), &s) ? s : 0;
    f->has_date = true;
}

void cache_fields_clear(struct cache_fields *f)
{
    *f = (struct cache_fields){.lifetime_s = UINT32_MAX};
}

void cache_fields_take(struct cache_fields *f, struct slice name, struct slice value)
{
    if (slice_eq_nocase(name, SLICE("cache-control"))) f->lifetime_s = cache_control_age(value, f->lifetime_s);
    else if (slice_eq_nocase(name, SLICE("age"))) take_age(f, value);
    else if (slice_eq_nocase(name, SLICE("date"))) take_date(f, value);
}

/* §4.2.3: corrected_initial_age. */
uint32_t cache_fields_left(const struct cache_fields *f, uint64_t now_s, uint32_t delay_s)
{
    uint64_t age_s = (uint64_t)f->age_s + delay_s;
    uint64_t apparent_s = f->date_s && now_s > f->date_s ? now_s - f->date_s : 0;
    if (apparent_s > age_s) age_s = apparent_s;
    if (f->lifetime_s == UINT32_MAX) return UINT32_MAX;
    return age_s < f->lifetime_s ? f->lifetime_s - (uint32_t)age_s : 0;
}
