/* table.h: a CSV text as a table: column names, then rows that all have as many fields. */
#ifndef QUERN_PLUGINS_COMMON_TABLE_H
#define QUERN_PLUGINS_COMMON_TABLE_H

#include "csv.h"

enum table_status { TABLE_ROW, TABLE_END, TABLE_BAD };

struct table {
    struct csv csv; /* the current row: csv.fields, csv.row_line */
    size_t columns;
    bool header;             /* the first row is names */
    struct csv_field *names; /* columns, or NULL without a header */
    uint64_t rows;           /* read so far, the header not counted */
    bool first_waits;        /* the first row has been read, to look at it, and is still to be given */
    const char *code;        /* TABLE_BAD: for quern_fail() */
    char problem[160];       /* TABLE_BAD: with the line number */
};

/* delimiter: "auto", "comma", "tab", "semicolon" or "pipe". header: "yes", "no" or "auto": the first row is names
 * unless one of its cells is a number, a date or a boolean. NULL reads as "auto". Borrows text until table_deinit(),
 * which is due whatever this returns: TABLE_ROW (there are columns) or TABLE_BAD. */
enum table_status table_init(struct table *table, const char *text, size_t len, const char *delimiter, const char *header);
void table_deinit(struct table *table);

/* The next row. */
enum table_status table_row(struct table *table);

/* The name of a column, "column_1" and so on without a header. Valid until the next call with the same buffer or the
 * next csv_value(). at is NULL when there was no memory. */
#define TABLE_NAME_BYTES 32
struct csv_text table_name(struct table *table, size_t column, char buffer[TABLE_NAME_BYTES]);

#endif
