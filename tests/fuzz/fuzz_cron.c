/* Any bytes, as an expression and as a zone: the first byte says how many of the others are the expression, the rest is a TZif
 * file (none: UTC). Nothing crashes, the next time comes after, and what has been missed agrees with it. */
#include "base/check.h"
#include "base/clock.h"
#include "base/zone.h"
#include "jobs/cron.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_zone(const struct zone *z, int64_t t)
{
    int64_t found[2];
    struct zone_span s = zone_span(z, t);
    assert(s.begin <= t && t < s.end);
    unsigned n = zone_instants(z, t + s.offset_s, found);
    assert(n >= 1 && found[0] <= t && (n < 2 || found[0] < found[1]));
    for (unsigned i = 0; i < n; i++) assert(found[i] + zone_span(z, found[i]).offset_s == t + s.offset_s);
}

static void check_schedule(const struct cron *c, const struct zone *z, uint64_t after_ns)
{
    uint64_t next = cron_next(c, z, after_ns, after_ns);
    assert(next > after_ns);
    if (next == CRON_NEVER) return;
    struct cron_missed before = cron_missed(c, z, after_ns, after_ns, next - 1),
                       with = cron_missed(c, z, after_ns, after_ns, next);
    assert(before.n == 0 && before.newest_ns == CRON_NEVER);
    assert(with.n == 1 && with.newest_ns == next);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int64_t times[] = {0, 1000, 86400, 1000000000, 1774746000, 1792886400, 4127500800};
    struct zone *made = NULL;
    struct cron c;
    struct cron_error e = {UINT32_MAX, NULL};
    if (size < 1) return 0;
    size_t len = data[0] < size - 1 ? data[0] : size - 1;
    if (len < size - 1) (void)zone_parse(data + 1 + len, size - 1 - len, &made);
    const struct zone *z = made ? made : zone_utc();
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) check_zone(z, times[i]);
    if (cron_parse(slice_make(data + 1, len), &c, &e) < 0) assert(e.text && e.at <= len);
    else
        for (size_t i = 0; i < sizeof times / sizeof *times; i++) check_schedule(&c, z, (uint64_t)times[i] * NS_PER_S + 5);
    zone_free(made);
    return 0;
}
