/* csv.h: a streaming reader of delimited text, RFC 4180, over bytes in memory.
 *
 * Strict, so that a damaged file is noticed instead of read wrongly: a quote inside an unquoted field, text after a
 * closing quote and a quote left open are errors. Beyond the RFC: any delimiter; rows end in LF, CRLF or CR; empty
 * lines are skipped (so a row of one empty field has to be written ""); a UTF-8 byte order mark at the start is
 * skipped. Memory: the fields of one row plus, where quotes are doubled, one field. */
#ifndef QUERN_PLUGINS_COMMON_CSV_H
#define QUERN_PLUGINS_COMMON_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CSV_COLUMNS_MAX 4096
#define CSV_FIELD_BYTES_MAX ((size_t)1 << 20)

/* A field as it stands in the text, without its outer quotes. */
struct csv_field {
    const char *at;
    size_t len;
    bool doubled; /* holds "" for each quote: read it through csv_value() */
};

struct csv_text {
    const char *at;
    size_t len;
};

enum csv_status {
    CSV_ROW,
    CSV_END,
    CSV_QUOTE_INSIDE,     /* a quote in a field that does not begin with one */
    CSV_QUOTE_TRAILED,    /* text between a closing quote and the delimiter */
    CSV_QUOTE_OPEN,       /* the text ends inside quotes */
    CSV_TOO_MANY_COLUMNS, /* over CSV_COLUMNS_MAX */
    CSV_FIELD_TOO_LONG,   /* over CSV_FIELD_BYTES_MAX */
    CSV_NO_MEMORY,
};

struct csv {
    const char *start, *at, *end;
    char delimiter;
    uint64_t line;            /* 1-based, of the next byte; on an error, of its field's beginning or of the wrong byte */
    uint64_t row_line;          /* where the current row begins */
    struct csv_field *fields;   /* the current row */
    size_t n_fields, fields_cap;
    char *scratch; /* csv_value()'s; grows up to CSV_FIELD_BYTES_MAX */
    size_t scratch_cap;
};

/* Borrows text until csv_deinit(). */
void csv_init(struct csv *csv, const char *text, size_t len, char delimiter);
void csv_deinit(struct csv *csv);

/* Reads the next row into fields and n_fields. After anything but CSV_ROW there is no further row. */
enum csv_status csv_row(struct csv *csv);
/* What is wrong, for people; NULL for CSV_ROW and CSV_END. */
const char *csv_problem(enum csv_status status);

/* The value of a field, of this row or an earlier one; valid until the next call. at is NULL without memory. */
struct csv_text csv_value(struct csv *csv, const struct csv_field *field);

/* Guesses among , tab ; and |: the one that splits the first rows into the most columns, all rows alike. ',' if none
 * does, 0 without memory. */
char csv_sniff(const char *text, size_t len);

#endif
