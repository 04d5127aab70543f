/* summary.c: the job type table.summary: one pass over the rows, one struct column each. */
#include "column.h"
#include "report.h"

#include <quern/quern.h>

#include <stdlib.h>

#define ROWS_PER_POLL 256
/* An unseen value may have occurred rows / counters times. Wide tables get fewer, to stay below 200 MiB in all. */
#define COUNTERS 1024
#define COUNTERS_WIDE 256
#define WIDE_FROM 65

struct summary {
    struct quern_job *job;
    struct table table;
    struct column *columns;
    uint32_t top, counters;
};

static int fail_memory(const struct summary *self)
{
    return quern_fail(self->job, "out_of_memory", "no room for %zu columns", self->table.columns);
}

static int fail_table(const struct summary *self)
{
    return quern_fail(self->job, self->table.code, "%s", self->table.problem);
}

static int make_columns(struct summary *self)
{
    if (self->top > 0) self->counters = self->table.columns < WIDE_FROM ? COUNTERS : COUNTERS_WIDE;
    self->columns = calloc(self->table.columns, sizeof *self->columns);
    if (!self->columns) return fail_memory(self);
    for (size_t i = 0; i < self->table.columns; i++)
        if (column_init(&self->columns[i], self->counters) < 0) return fail_memory(self);
    return QUERN_OK;
}

static void report_progress(const struct summary *self)
{
    const struct csv *csv = &self->table.csv;
    quern_progress(self->job, (double)(csv->at - csv->start) / (double)(csv->end - csv->start));
}

static int add_row(struct summary *self)
{
    struct csv *csv = &self->table.csv;
    for (size_t i = 0; i < csv->n_fields; i++) {
        struct csv_text value = csv_value(csv, &csv->fields[i]);
        if (!value.at || column_add(&self->columns[i], value.at, value.len) < 0) return fail_memory(self);
    }
    return QUERN_OK;
}

static int read_rows(struct summary *self)
{
    enum table_status status;
    while ((status = table_row(&self->table)) == TABLE_ROW) {
        if (self->table.rows % ROWS_PER_POLL == 0) {
            if (quern_cancelled(self->job)) return quern_fail(self->job, "cancelled", "cancelled");
            report_progress(self);
        }
        int rc = add_row(self);
        if (rc != QUERN_OK) return rc;
    }
    return status == TABLE_END ? QUERN_OK : fail_table(self);
}

static int report(struct summary *self)
{
    struct json_text json = {0};
    if (!report_write(&json, &self->table, self->columns, self->top, self->counters)) {
        free(json.bytes);
        return fail_memory(self);
    }
    quern_result_type(self->job, "application/json");
    quern_result_take(self->job, json.bytes, json.len, free);
    return QUERN_OK;
}

static int make(struct summary *self)
{
    size_t len;
    const char *text = quern_input(self->job, &len);
    if (table_init(&self->table, text, len, quern_param_text(self->job, "delimiter"), quern_param_text(self->job, "header")) ==
        TABLE_BAD)
        return fail_table(self);
    int rc = make_columns(self);
    if (rc == QUERN_OK) rc = read_rows(self);
    return rc == QUERN_OK ? report(self) : rc;
}

static int run(struct quern_job *job)
{
    struct summary self = {.job = job, .top = (uint32_t)quern_param_int(job, "top")};
    int rc = make(&self);
    for (size_t i = 0; self.columns && i < self.table.columns; i++) column_deinit(&self.columns[i]);
    free(self.columns);
    table_deinit(&self.table);
    return rc;
}

static const struct quern_param params[] = {
    {.name = "delimiter",
     .kind = QUERN_CHOICE,
     .about = "What separates the fields.",
     .fallback = "auto",
     .choices = "auto|comma|tab|semicolon|pipe"},
    {.name = "header",
     .kind = QUERN_CHOICE,
     .about = "Whether the first row is names; auto: yes unless a cell of it is a number, date or boolean.",
     .fallback = "auto",
     .choices = "auto|yes|no"},
    {.name = "top",
     .kind = QUERN_INT,
     .about = "Most frequent values to list per column; with 0 they are not counted.",
     .fallback = "10",
     .min = 0,
     .max = TOP_MAX},
};

static const struct quern_type types[] = {{
    .name = "table.summary",
    .about = "Describes the columns of a CSV or TSV table: types, extremes, moments, quantiles, frequent values.",
    .run = run,
    .params = params,
    .n_params = sizeof params / sizeof params[0],
    .accepts = "text/csv|text/tab-separated-values",
    .produces = "application/json",
}};

const struct quern_plugin quern_plugin = {
    .abi = QUERN_ABI,
    .name = "table.summary",
    .version = "1.0",
    .types = types,
    .n_types = sizeof types / sizeof types[0],
};
