/* csv.c: see csv.h. */
#include "csv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SNIFF_BYTES 65536
#define SNIFF_ROWS 20
#define FIELDS_FIRST 16

void csv_init(struct csv *csv, const char *text, size_t len, char delimiter)
{
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        len -= 3;
    }
    *csv = (struct csv){.start = text, .at = text, .end = text + len, .delimiter = delimiter, .line = 1};
}

void csv_deinit(struct csv *csv)
{
    free(csv->fields);
    free(csv->scratch);
    *csv = (struct csv){0};
}

const char *csv_problem(enum csv_status status)
{
    switch (status) {
    case CSV_ROW:
    case CSV_END: return NULL;
    case CSV_QUOTE_INSIDE: return "a quote inside a field that does not begin with one";
    case CSV_QUOTE_TRAILED: return "text after a closing quote";
    case CSV_QUOTE_OPEN: return "a quote that is never closed";
    case CSV_TOO_MANY_COLUMNS: return "more than 4096 columns";
    case CSV_FIELD_TOO_LONG: return "a field of more than 1 MiB";
    case CSV_NO_MEMORY: return "no memory for the row";
    }
    return NULL;
}

static bool is_row_end(char c)
{
    return c == '\n' || c == '\r';
}

/* Steps over the line end at csv->at. */
static void skip_row_end(struct csv *csv)
{
    bool crlf = *csv->at == '\r' && csv->end - csv->at > 1 && csv->at[1] == '\n';
    csv->at += crlf ? 2 : 1;
    csv->line++;
}

static enum csv_status read_plain(struct csv *csv, struct csv_field *field)
{
    const char *at = csv->at;
    while (at < csv->end && *at != csv->delimiter && !is_row_end(*at)) {
        if (*at == '"') return CSV_QUOTE_INSIDE;
        at++;
    }
    *field = (struct csv_field){csv->at, (size_t)(at - csv->at), false};
    csv->at = at;
    return CSV_ROW;
}

/* csv->at is behind the opening quote. */
static enum csv_status read_quoted(struct csv *csv, struct csv_field *field)
{
    const char *at = csv->at;
    uint64_t lines = 0;
    bool doubled = false;
    for (;; at++) {
        if (at == csv->end) return CSV_QUOTE_OPEN;
        if (*at == '\n' || (*at == '\r' && !(csv->end - at > 1 && at[1] == '\n'))) lines++;
        if (*at != '"') continue;
        if (csv->end - at < 2 || at[1] != '"') break;
        doubled = true;
        at++;
    }
    *field = (struct csv_field){csv->at, (size_t)(at - csv->at), doubled};
    csv->at = at + 1;
    csv->line += lines;
    bool ends = csv->at == csv->end || *csv->at == csv->delimiter || is_row_end(*csv->at);
    return ends ? CSV_ROW : CSV_QUOTE_TRAILED;
}

static enum csv_status read_field(struct csv *csv, struct csv_field *field)
{
    enum csv_status status;
    if (csv->at < csv->end && *csv->at == '"') {
        csv->at++;
        status = read_quoted(csv, field);
    } else {
        status = read_plain(csv, field);
    }
    if (status == CSV_ROW && field->len > CSV_FIELD_BYTES_MAX) return CSV_FIELD_TOO_LONG;
    return status;
}

/* Room for one more field of the current row. */
static enum csv_status reserve_field(struct csv *csv)
{
    if (csv->n_fields == CSV_COLUMNS_MAX) return CSV_TOO_MANY_COLUMNS;
    if (csv->n_fields < csv->fields_cap) return CSV_ROW;
    size_t cap = csv->fields_cap ? csv->fields_cap * 2 : FIELDS_FIRST;
    struct csv_field *moved = realloc(csv->fields, cap * sizeof *moved);
    if (!moved) return CSV_NO_MEMORY;
    csv->fields = moved;
    csv->fields_cap = cap;
    return CSV_ROW;
}

static enum csv_status read_fields(struct csv *csv)
{
    for (;;) {
        enum csv_status status = reserve_field(csv);
        if (status == CSV_ROW) status = read_field(csv, &csv->fields[csv->n_fields]);
        if (status != CSV_ROW) return status;
        csv->n_fields++;
        if (csv->at == csv->end) return CSV_ROW;
        if (*csv->at != csv->delimiter) {
            skip_row_end(csv);
            return CSV_ROW;
        }
        csv->at++;
    }
}

enum csv_status csv_row(struct csv *csv)
{
    csv->n_fields = 0;
    while (csv->at < csv->end && is_row_end(*csv->at)) skip_row_end(csv);
    csv->row_line = csv->line;
    if (csv->at == csv->end) return CSV_END;
    enum csv_status status = read_fields(csv);
    if (status != CSV_ROW) csv->at = csv->end;
    return status;
}

static bool scratch_reserve(struct csv *csv, size_t len)
{
    if (len <= csv->scratch_cap) return true;
    assert(len <= CSV_FIELD_BYTES_MAX);
    char *moved = realloc(csv->scratch, len);
    if (!moved) return false;
    csv->scratch = moved;
    csv->scratch_cap = len;
    return true;
}

struct csv_text csv_value(struct csv *csv, const struct csv_field *field)
{
    if (!field->doubled) return (struct csv_text){field->at, field->len};
    if (!scratch_reserve(csv, field->len)) return (struct csv_text){NULL, 0};
    size_t len = 0;
    for (size_t i = 0; i < field->len; i++) {
        csv->scratch[len++] = field->at[i];
        if (field->at[i] == '"') i++; /* its double */
    }
    return (struct csv_text){csv->scratch, len};
}

/* Columns that the delimiter makes of the first rows, 0 if rows differ or the text cannot be read so. False without
 * memory. */
static bool columns_with(const char *text, size_t len, bool cut, char delimiter, size_t *columns)
{
    struct csv csv;
    enum csv_status status = CSV_ROW;
    csv_init(&csv, text, len, delimiter);
    *columns = 0;
    for (int rows = 0; rows < SNIFF_ROWS; rows++) {
        status = csv_row(&csv);
        bool at_cut = cut && csv.at == csv.end; /* the row may go on behind the part looked at */
        if (status == CSV_END || (at_cut && rows > 0)) break;
        bool differs = *columns > 0 && csv.n_fields != *columns;
        *columns = status != CSV_ROW || differs ? 0 : csv.n_fields;
        if (*columns == 0) break;
    }
    csv_deinit(&csv);
    return status != CSV_NO_MEMORY;
}

char csv_sniff(const char *text, size_t len)
{
    static const char candidates[] = {',', '\t', ';', '|'};
    bool cut = len > SNIFF_BYTES;
    char best = ',';
    size_t best_columns = 1;
    for (size_t i = 0; i < sizeof candidates; i++) {
        size_t columns;
        if (!columns_with(text, cut ? SNIFF_BYTES : len, cut, candidates[i], &columns)) return 0;
        if (columns <= best_columns) continue;
        best = candidates[i];
        best_columns = columns;
    }
    return best;
}
