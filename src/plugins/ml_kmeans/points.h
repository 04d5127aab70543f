/* points.h: the numeric columns of a table as points. */
#ifndef QUERN_PLUGINS_ML_KMEANS_POINTS_H
#define QUERN_PLUGINS_ML_KMEANS_POINTS_H

#include "../common/table.h"

#include <stdbool.h>
#include <stddef.h>

#define POINTS_CELLS_MAX ((size_t)1 << 24) /* 128 MiB of doubles */

struct quern_job;

struct points {
    size_t n, dims;
    double *values;  /* n x dims, row after row */
    size_t *columns; /* dims: which columns of the table */
    size_t cap;      /* points that values has room for */
};

/* names: comma-separated, in that order; NULL or "": every column that is a number in the first row. Reads all rows of
 * an opened table; every cell used has to be a number. QUERN_OK, or what quern_fail() returned. points_deinit() is due
 * either way. */
int points_read(struct points *points, struct table *table, const char *names, struct quern_job *job);
void points_deinit(struct points *points);

/* Brings each dimension to mean 0 and standard deviation 1; a constant one to 0. means and scales have room for dims: a
 * value was value * scale + mean. */
void points_standardize(struct points *points, double *means, double *scales);

#endif
