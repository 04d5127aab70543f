/* column.h: what is kept of one column while its values pass by: 31 KiB of counts and sketches, and 120 bytes for each
 * counter of frequent values, whatever the number of rows. */
#ifndef QUERN_PLUGINS_TABLE_SUMMARY_COLUMN_H
#define QUERN_PLUGINS_TABLE_SUMMARY_COLUMN_H

#include "../common/cell.h"
#include "distinct.h"
#include "quantiles.h"
#include "top_values.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CELL_KINDS (CELL_TEXT + 1)

/* The first bytes of a value. */
struct excerpt {
    uint8_t len;
    bool cut;
    char text[TOP_VALUE_BYTES];
};

/* All zero: no value yet. */
struct column {
    uint64_t kinds[CELL_KINDS]; /* values by kind; [CELL_MISSING]: empty cells */
    double mean, squares;       /* Welford: mean of the numbers, sum of squared differences from it */
    double min, max;            /* of the numbers */
    int64_t min_integer, max_integer;
    struct excerpt first, last;  /* of all values in the order of their bytes */
    struct distinct distinct;
    struct quantiles *quantiles; /* made for the first number */
    struct top_values *top;      /* NULL: not wanted */
};

/* counters: of frequent values; 0: none are kept. 0, or -1 without memory. */
int column_init(struct column *column, uint32_t counters);
void column_deinit(struct column *column);

/* 0, or -1 without memory. */
int column_add(struct column *column, const char *text, size_t len);

/* Cells that are not missing, and those of them that are numbers. */
uint64_t column_count(const struct column *column);
uint64_t column_numbers(const struct column *column);
/* The narrowest kind that all values have; CELL_TEXT when there are none. */
enum cell_kind column_kind(const struct column *column);
/* Of a sample, so over n - 1; NaN for fewer than two numbers. */
double column_deviation(const struct column *column);

#endif
