/* quantiles.c: see quantiles.h. */
#include "quantiles.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CAPACITY_MIN 8

void quantiles_init(struct quantiles *q)
{
    q->n = 0;
    q->coin = 0x9e3779b97f4a7c15u;
    q->levels = 1;
    q->start[0] = q->start[1] = QUANTILES_SLOTS;
}

static uint32_t level_size(const struct quantiles *q, unsigned level)
{
    return q->start[level + 1] - q->start[level];
}

/* The top level holds k values, each one below two thirds of the next, but no less than a few. */
static uint32_t level_capacity(const struct quantiles *q, unsigned level)
{
    double capacity = ceil(QUANTILES_K * pow(2.0 / 3.0, q->levels - 1 - level));
    return capacity > CAPACITY_MIN ? (uint32_t)capacity : CAPACITY_MIN;
}

static unsigned toss(struct quantiles *q)
{
    q->coin ^= q->coin << 13; /* xorshift64, Marsaglia 2003 */
    q->coin ^= q->coin >> 7;
    q->coin ^= q->coin << 17;
    return (unsigned)(q->coin >> 33) & 1;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void add_level(struct quantiles *q)
{
    assert(q->levels < QUANTILES_LEVELS_MAX);
    q->levels++;
    q->start[q->levels] = QUANTILES_SLOTS;
}

/* Merges the sorted runs [low, mid) and [mid, end) into [to, end), where to - low slots at the front of the first run
 * are free: the first run is its survivors in [to, mid). Works from the back through a copy of the first run. */
static void merge(double *slots, uint32_t to, uint32_t mid, uint32_t end)
{
    double first[QUANTILES_SLOTS / 2];
    uint32_t n = mid - to;
    assert(n <= sizeof first / sizeof first[0]);
    memcpy(first, slots + to, n * sizeof *first);
    uint32_t i = 0, j = mid;
    for (uint32_t k = to; i < n; k++) {
        if (j == end || first[i] <= slots[j]) slots[k] = first[i++];
        else slots[k] = slots[j++];
    }
}

/* Lets every second value of a level, odd or even ones by the toss of a coin, stand for two, one level up. An odd one
 * out stays. The levels below move up into the gap. */
static void compact(struct quantiles *q, unsigned level)
{
    if (level + 1 == q->levels) add_level(q);
    uint32_t from = q->start[level], mid = q->start[level + 1], end = q->start[level + 2];
    if (level == 0) qsort(q->slots + from, mid - from, sizeof *q->slots, by_value);
    uint32_t odd = (mid - from) % 2;
    uint32_t pairs = (mid - from) / 2, pick = toss(q);
    for (uint32_t i = pairs; i-- > 0;) q->slots[mid - pairs + i] = q->slots[from + odd + 2 * i + pick];
    merge(q->slots, mid - pairs, mid, end);
    uint32_t below = from + odd - q->start[0]; /* what stays in this level and all under it */
    memmove(q->slots + q->start[0] + pairs, q->slots + q->start[0], below * sizeof *q->slots);
    for (unsigned i = 0; i <= level; i++) q->start[i] += pairs;
    q->start[level + 1] = mid - pairs;
}

/* QUANTILES_SLOTS is at least the sum of the capacities, so a full sketch has a full level. */
static void make_room(struct quantiles *q)
{
    unsigned level = 0;
    while (level_size(q, level) < level_capacity(q, level)) {
        level++;
        assert(level < q->levels);
    }
    compact(q, level);
}

void quantiles_add(struct quantiles *q, double value)
{
    if (q->start[0] == 0) make_room(q);
    assert(q->start[0] > 0);
    q->slots[--q->start[0]] = value;
    q->n++;
}

/* The level that holds the smallest value not yet passed. */
static unsigned smallest_head(const struct quantiles *q, const uint32_t *head)
{
    unsigned best = q->levels;
    for (unsigned i = 0; i < q->levels; i++) {
        if (head[i] == q->start[i + 1]) continue;
        if (best == q->levels || q->slots[head[i]] < q->slots[head[best]]) best = i;
    }
    return best;
}

void quantiles_take(struct quantiles *q, const double *fractions, double *values, size_t count)
{
    assert(q->n > 0);
    uint32_t head[QUANTILES_LEVELS_MAX];
    uint64_t rank = 0;
    double last = 0;
    qsort(q->slots + q->start[0], level_size(q, 0), sizeof *q->slots, by_value);
    memcpy(head, q->start, sizeof head);
    for (size_t i = 0; i < count; i++) {
        double wanted = fmax(1, ceil(fractions[i] * (double)q->n));
        while ((double)rank < wanted) {
            unsigned level = smallest_head(q, head);
            if (level == q->levels) break; /* rounding at fraction 1 */
            last = q->slots[head[level]++];
            rank += (uint64_t)1 << level;
        }
        values[i] = last;
    }
}
