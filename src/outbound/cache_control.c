/* cache_control.c: see cache_control.h. */
#include "outbound/cache_control.h"

static uint32_t age_of(struct slice directive)
{
    struct slice value = directive, name = slice_trim(slice_cut(&value, '='));
    uint64_t n;
    if (slice_eq_nocase(name, SLICE("no-store")) || slice_eq_nocase(name, SLICE("no-cache"))) return 0;
    if (!slice_eq_nocase(name, SLICE("max-age")) || !value.p) return UINT32_MAX;
    value = slice_trim(value);
    if (value.len >= 2 && value.p[0] == '"' && value.p[value.len - 1] == '"') value = slice_make(value.p + 1, value.len - 2);
    if (!slice_to_u64(value, &n)) return 0; /* RFC 9111 §4.2.1: what cannot be read is stale */
    return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX - 1;
}

uint32_t cache_control_age(struct slice value, uint32_t seconds)
{
    while (value.p) {
        uint32_t age = age_of(slice_trim(slice_cut(&value, ',')));
        if (age < seconds) seconds = age;
    }
    return seconds;
}
