/* top_values.h: the most frequent values of any number, in fixed memory.
 *
 * Space-Saving (Metwally, Agrawal, El Abbadi: "Efficient Computation of Frequent and Top-k Elements in Data Streams",
 * 2005): a value without a counter takes over the smallest one and inherits its count as its possible error. So a
 * reported count is never too low, and too high by at most its error, which is at most n / counters; every value that
 * occurs more often than that is present. As long as no counter has been taken over, all counts are exact. */
#ifndef QUERN_PLUGINS_TABLE_SUMMARY_TOP_VALUES_H
#define QUERN_PLUGINS_TABLE_SUMMARY_TOP_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longer values are told apart by their hash and shown cut. */
#define TOP_VALUE_BYTES 64

struct top_value {
    uint64_t hash; /* stands for the value: two of a million values are the same with a chance of 1 in 30 million */
    uint64_t count, error;
    uint32_t place; /* in the heap */
    uint8_t len;    /* bytes of text */
    bool cut;       /* the value goes on behind text */
    char text[TOP_VALUE_BYTES];
};

struct top_values; /* about 120 bytes per counter */

/* NULL without memory. */
struct top_values *top_values_new(uint32_t counters);
/* Accepts NULL. Returns NULL. */
struct top_values *top_values_free(struct top_values *top);
void top_values_add(struct top_values *top, uint64_t hash, const char *text, size_t len);
/* Counters in use; with exact, that is the number of distinct values. */
uint32_t top_values_used(const struct top_values *top);
bool top_values_exact(const struct top_values *top);
/* All entries, the most frequent first, equal counts by text; *n is set. Ends the counting. */
const struct top_value *top_values_sort(struct top_values *top, uint32_t *n);

#endif
