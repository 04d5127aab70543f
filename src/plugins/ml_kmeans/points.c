/* points.c: see points.h. */
#include "points.h"

#include "../common/cell.h"

#include <assert.h>
#include <quern/quern.h>

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_PER_POLL 1024
#define SHOWN_BYTES 40 /* of a wrong cell, in a message */

void points_deinit(struct points *points)
{
    free(points->values);
    free(points->columns);
    *points = (struct points){0};
}

static int fail_memory(struct quern_job *job)
{
    return quern_fail(job, "out_of_memory", "no room for the points");
}

/* The column of that name: the first one, should there be more. */
static bool find_column(struct table *table, const char *name, size_t len, size_t *column)
{
    char buffer[TABLE_NAME_BYTES];
    for (size_t i = 0; i < table->columns; i++) {
        struct csv_text has = table_name(table, i, buffer);
        if (!has.at || has.len != len || memcmp(has.at, name, len) != 0) continue;
        *column = i;
        return true;
    }
    return false;
}

static int choose_named(struct points *points, struct table *table, const char *names, struct quern_job *job)
{
    for (const char *at = names;; at++) {
        size_t len = strcspn(at, ","), column;
        if (!find_column(table, at, len, &column))
            return quern_fail(job, "unknown_column", "there is no column \"%.*s\"", (int)len, at);
        if (points->dims == table->columns) return quern_fail(job, "bad_columns", "more columns are named than there are");
        points->columns[points->dims++] = column;
        at += len;
        if (*at == '\0') return QUERN_OK;
    }
}

static bool cell_number(struct csv *csv, size_t column, double *number)
{
    struct csv_text text = csv_value(csv, &csv->fields[column]);
    if (!text.at) return false;
    struct cell cell = cell_read(text.at, text.len);
    *number = cell.number;
    return cell.kind == CELL_INTEGER || cell.kind == CELL_NUMBER;
}

/* By the current row, the first. A stray word further down is then an error instead of a column silently left out. */
static int choose_numeric(struct points *points, struct table *table, struct quern_job *job)
{
    double number;
    for (size_t i = 0; i < table->columns; i++)
        if (cell_number(&table->csv, i, &number)) points->columns[points->dims++] = i;
    if (points->dims > 0) return QUERN_OK;
    return quern_fail(job, "no_numeric_columns", "line %" PRIu64 " has no number in any column", table->csv.row_line);
}

static int reserve_point(struct points *points, struct quern_job *job)
{
    if (points->n < points->cap) return QUERN_OK;
    if ((points->n + 1) * points->dims > POINTS_CELLS_MAX)
        return quern_fail(job, "table_too_large", "more than %zu cells", POINTS_CELLS_MAX);
    size_t cap = points->cap ? points->cap * 2 : 256;
    assert(points->dims > 0);
    double *moved = realloc(points->values, cap * points->dims * sizeof *moved);
    if (!moved) return fail_memory(job);
    points->values = moved;
    points->cap = cap;
    return QUERN_OK;
}

static int fail_cell(struct table *table, size_t column, struct quern_job *job)
{
    char buffer[TABLE_NAME_BYTES], shown[SHOWN_BYTES + 1];
    struct csv_text value = csv_value(&table->csv, &table->csv.fields[column]);
    size_t len = value.len < SHOWN_BYTES ? value.len : SHOWN_BYTES;
    if (!value.at) return fail_memory(job);
    for (size_t i = 0; i < len; i++) /* the value may be any bytes; the message is text for a client */
        shown[i] = value.at[i] >= ' ' && value.at[i] <= '~' ? value.at[i] : '?';
    shown[len] = '\0';
    struct csv_text name = table_name(table, column, buffer);
    return quern_fail(job, "not_a_number", "line %" PRIu64 ", column %zu (%.*s): \"%s\" is not a number", table->csv.row_line,
                      column + 1, (int)(name.len < 64 ? name.len : 64), name.at ? name.at : "", shown);
}

static int add_point(struct points *points, struct table *table, struct quern_job *job)
{
    int rc = reserve_point(points, job);
    if (rc != QUERN_OK) return rc;
    assert(points->values && points->dims > 0); /* a row without numbers has been refused */
    double *to = points->values + points->n * points->dims;
    for (size_t i = 0; i < points->dims; i++)
        if (!cell_number(&table->csv, points->columns[i], &to[i])) return fail_cell(table, points->columns[i], job);
    points->n++;
    return QUERN_OK;
}

int points_read(struct points *points, struct table *table, const char *names, struct quern_job *job)
{
    *points = (struct points){.columns = malloc(table->columns * sizeof *points->columns)};
    if (!points->columns) return fail_memory(job);
    bool named = names && *names;
    int rc = named ? choose_named(points, table, names, job) : QUERN_OK;
    enum table_status status = TABLE_END;
    while (rc == QUERN_OK && (status = table_row(table)) == TABLE_ROW) {
        if (table->rows % ROWS_PER_POLL == 0 && quern_cancelled(job)) return quern_fail(job, "cancelled", "cancelled");
        if (table->rows == 1 && !named) rc = choose_numeric(points, table, job);
        if (rc == QUERN_OK) rc = add_point(points, table, job);
    }
    if (rc == QUERN_OK && status == TABLE_BAD) return quern_fail(job, table->code, "%s", table->problem);
    return rc;
}

static void standardize_one(struct points *points, size_t dim, double *mean_out, double *scale_out)
{
    double mean = 0, squares = 0;
    for (size_t i = 0; i < points->n; i++) { /* Welford, as in table.summary */
        double value = points->values[i * points->dims + dim], before = value - mean;
        mean += before / (double)(i + 1);
        squares += before * (value - mean);
    }
    double scale = sqrt(squares / (double)points->n);
    if (!(scale > 0)) scale = 1;
    for (size_t i = 0; i < points->n; i++) {
        double *value = &points->values[i * points->dims + dim];
        *value = (*value - mean) / scale;
    }
    *mean_out = mean;
    *scale_out = scale;
}

void points_standardize(struct points *points, double *means, double *scales)
{
    for (size_t dim = 0; dim < points->dims; dim++) standardize_one(points, dim, &means[dim], &scales[dim]);
}
