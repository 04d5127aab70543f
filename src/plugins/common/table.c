/* table.c: see table.h. */
#include "table.h"

#include "cell.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char delimiter_of(const char *word, const char *text, size_t len)
{
    if (word && strcmp(word, "comma") == 0) return ',';
    if (word && strcmp(word, "tab") == 0) return '\t';
    if (word && strcmp(word, "semicolon") == 0) return ';';
    if (word && strcmp(word, "pipe") == 0) return '|';
    return csv_sniff(text, len);
}

static enum table_status fail_csv(struct table *table, enum csv_status status)
{
    table->code = status == CSV_NO_MEMORY ? "out_of_memory" : "bad_csv";
    (void)snprintf(table->problem, sizeof table->problem, "line %" PRIu64 ", column %zu: %s", table->csv.line,
                   table->csv.n_fields + 1, csv_problem(status));
    return TABLE_BAD;
}

/* False without memory. */
static bool guess_header(struct table *table)
{
    struct csv *csv = &table->csv;
    table->header = true;
    for (size_t i = 0; i < csv->n_fields; i++) {
        struct csv_text text = csv_value(csv, &csv->fields[i]);
        if (!text.at) return false;
        enum cell_kind kind = cell_read(text.at, text.len).kind;
        if (kind != CELL_TEXT && kind != CELL_MISSING) table->header = false;
    }
    return true;
}

static enum table_status keep_names(struct table *table)
{
    size_t bytes = table->columns * sizeof *table->names;
    table->names = malloc(bytes);
    if (!table->names) return fail_csv(table, CSV_NO_MEMORY);
    memcpy(table->names, table->csv.fields, bytes);
    return TABLE_ROW;
}

enum table_status table_init(struct table *table, const char *text, size_t len, const char *delimiter, const char *header)
{
    *table = (struct table){0};
    csv_init(&table->csv, text, len, delimiter_of(delimiter, text, len));
    if (table->csv.delimiter == 0) return fail_csv(table, CSV_NO_MEMORY);
    enum csv_status status = csv_row(&table->csv);
    if (status == CSV_END) {
        table->code = "bad_csv";
        (void)snprintf(table->problem, sizeof table->problem, "the table is empty");
        return TABLE_BAD;
    }
    if (status != CSV_ROW) return fail_csv(table, status);
    table->columns = table->csv.n_fields;
    bool known = header && strcmp(header, "auto") != 0;
    if (known) table->header = strcmp(header, "yes") == 0;
    else if (!guess_header(table)) return fail_csv(table, CSV_NO_MEMORY);
    table->first_waits = !table->header;
    return table->header ? keep_names(table) : TABLE_ROW;
}

void table_deinit(struct table *table)
{
    csv_deinit(&table->csv);
    free(table->names);
    *table = (struct table){0};
}

enum table_status table_row(struct table *table)
{
    struct csv *csv = &table->csv;
    if (!table->first_waits) {
        enum csv_status status = csv_row(csv);
        if (status == CSV_END) return TABLE_END;
        if (status != CSV_ROW) return fail_csv(table, status);
    }
    table->first_waits = false;
    if (csv->n_fields != table->columns) {
        table->code = "bad_csv";
        (void)snprintf(table->problem, sizeof table->problem, "line %" PRIu64 ": %zu fields instead of %zu as in the first row",
                       csv->row_line, csv->n_fields, table->columns);
        return TABLE_BAD;
    }
    table->rows++;
    return TABLE_ROW;
}

struct csv_text table_name(struct table *table, size_t column, char buffer[TABLE_NAME_BYTES])
{
    if (table->names) return csv_value(&table->csv, &table->names[column]);
    int len = snprintf(buffer, TABLE_NAME_BYTES, "column_%zu", column + 1);
    return (struct csv_text){buffer, (size_t)len};
}
