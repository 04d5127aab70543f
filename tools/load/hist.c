/* hist.c: see hist.h. */
#include "tools/load/hist.h"

#include "base/check.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

/* log2 of half the sub-buckets, by digits: the smallest power of 2 that tells 2 × 10^digits values apart. */
static const uint8_t sub_bits_of[] = {[1] = 4, [2] = 7, [3] = 10, [4] = 14, [5] = 17};

int hist_init(struct hist *h, uint64_t max_trackable_ns, int digits)
{
    assert(digits >= 1 && digits <= 5);
    assert(max_trackable_ns >= 2 && max_trackable_ns <= INT64_MAX);
    *h = (struct hist){
        .sub_bits = sub_bits_of[digits],
        .digits = digits,
        .max_trackable_ns = max_trackable_ns,
        .min_ns = UINT64_MAX,
    };
    /* Readers lay the array out by the bound alone: all places of the bound's doubling, reached or not. */
    uint32_t half = UINT32_C(1) << h->sub_bits;
    h->counts_n = (hist_index(h, max_trackable_ns) / half + 1) * half;
    if (h->counts_n < 2 * half) h->counts_n = 2 * half;
    void *p = mmap(NULL, h->counts_n * sizeof *h->counts, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return -ENOMEM;
    h->counts = p;
    return 0;
}

void hist_deinit(struct hist *h)
{
    if (h->counts) (void)munmap(h->counts, h->counts_n * sizeof *h->counts);
    *h = (struct hist){0};
}

/* The places that may be other than zero: from first to before end. */
static uint32_t first_place(const struct hist *h)
{
    uint64_t ns = h->min_ns < h->max_trackable_ns ? h->min_ns : h->max_trackable_ns;
    return hist_index(h, ns);
}

static uint32_t end_place(const struct hist *h)
{
    uint64_t ns = h->max_ns < h->max_trackable_ns ? h->max_ns : h->max_trackable_ns;
    return h->count ? hist_index(h, ns) + 1 : 0;
}

void hist_clear(struct hist *h)
{
    if (h->count) memset(h->counts + first_place(h), 0, (end_place(h) - first_place(h)) * sizeof *h->counts);
    h->count = h->clipped = h->max_ns = 0;
    h->min_ns = UINT64_MAX;
}

void hist_merge(struct hist *into, const struct hist *from)
{
    if (!from->count) return;
    assert(into->digits == from->digits);
    assert(into->max_trackable_ns == from->max_trackable_ns);
    for (uint32_t i = first_place(from), end = end_place(from); i < end; i++)
        if (from->counts[i]) into->counts[i] += from->counts[i]; /* a write of 0 would touch a page for nothing */
    into->count += from->count;
    into->clipped += from->clipped;
    if (from->min_ns < into->min_ns) into->min_ns = from->min_ns;
    if (from->max_ns > into->max_ns) into->max_ns = from->max_ns;
}

/* ---- a place and its values ---- */

static uint32_t place_shift(const struct hist *h, uint32_t place)
{
    uint32_t doubling = place >> h->sub_bits;
    return doubling ? doubling - 1 : 0;
}

static uint64_t place_lowest(const struct hist *h, uint32_t place)
{
    uint32_t shift = place_shift(h, place);
    return (uint64_t)(place - (shift << h->sub_bits)) << shift;
}

static uint64_t place_width(const struct hist *h, uint32_t place)
{
    return UINT64_C(1) << place_shift(h, place);
}

static uint64_t place_highest(const struct hist *h, uint32_t place)
{
    return place_lowest(h, place) + place_width(h, place) - 1;
}

uint64_t hist_lowest_equivalent(const struct hist *h, uint64_t ns)
{
    return place_lowest(h, hist_index(h, ns));
}

uint64_t hist_highest_equivalent(const struct hist *h, uint64_t ns)
{
    return place_highest(h, hist_index(h, ns));
}

/* ---- questions ---- */

/* Next place from *at on that is not empty; false: none. */
static bool next_place(const struct hist *h, uint32_t *at)
{
    uint32_t end = end_place(h);
    if (h->count && *at < first_place(h)) *at = first_place(h);
    while (*at < end && !h->counts[*at]) ++*at;
    return *at < end;
}

int hist_next(const struct hist *h, uint32_t *cursor, uint64_t *ns, uint64_t *n)
{
    if (!next_place(h, cursor)) return 0;
    *ns = place_highest(h, *cursor);
    *n = h->counts[*cursor];
    ++*cursor;
    return 1;
}

/* Which value, counted from 1 in ascending order, stands at percent. A percent that a double cannot hold
 * exactly shall not push the rank up by one: 99.9 % of 1000 is the 999th. */
static uint64_t rank_of(const struct hist *h, double percent)
{
    long double rank = ceill((long double)nextafter(percent, 0) / 100 * (long double)h->count);
    return rank < 1 ? 1 : (uint64_t)rank;
}

uint64_t hist_percentile(const struct hist *h, double percent)
{
    uint64_t seen = 0, ns, n;
    if (!h->count) return 0;
    if (percent <= 0) return h->min_ns;
    if (percent >= 100) return h->max_ns;
    uint64_t rank = rank_of(h, percent);
    for (uint32_t cursor = 0; hist_next(h, &cursor, &ns, &n);) {
        seen += n;
        if (seen >= rank) return ns < h->max_ns ? ns : h->max_ns;
    }
    return h->max_ns;
}

static double place_middle(const struct hist *h, uint32_t place)
{
    return (double)(place_lowest(h, place) + (place_width(h, place) >> 1));
}

double hist_mean(const struct hist *h)
{
    double sum = 0;
    if (!h->count) return 0;
    for (uint32_t i = 0; next_place(h, &i); i++) sum += (double)h->counts[i] * place_middle(h, i);
    return sum / (double)h->count;
}

double hist_stddev(const struct hist *h)
{
    double mean = hist_mean(h), squares = 0;
    if (!h->count) return 0;
    for (uint32_t i = 0; next_place(h, &i); i++) {
        double off = place_middle(h, i) - mean;
        squares += (double)h->counts[i] * off * off;
    }
    return sqrt(squares / (double)h->count);
}

uint64_t hist_count_to(const struct hist *h, uint64_t ns)
{
    uint64_t sum = 0;
    if (ns >= h->max_trackable_ns) return h->count;
    uint32_t last = hist_index(h, ns);
    for (uint32_t i = 0; next_place(h, &i) && i <= last; i++) sum += h->counts[i];
    return sum;
}
