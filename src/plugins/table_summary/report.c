/* report.c: see report.h. */
#include "report.h"

#include <math.h>
#include <string.h>

static const struct {
    const char *name;
    double fraction;
} quantile_names[] = {{"0.01", 0.01}, {"0.05", 0.05}, {"0.25", 0.25}, {"0.5", 0.5},
                      {"0.75", 0.75}, {"0.95", 0.95}, {"0.99", 0.99}};
#define QUANTILES (sizeof quantile_names / sizeof quantile_names[0])

static const char *const kind_names[CELL_KINDS] = {"missing", "integer", "number", "boolean", "date", "text"};

static void key_string(struct json_text *json, const char *key, const char *text)
{
    json_key(json, key);
    json_string(json, text, strlen(text));
}

static void key_integer(struct json_text *json, const char *key, uint64_t value)
{
    json_key(json, key);
    json_integer(json, (int64_t)value);
}

static void key_number(struct json_text *json, const char *key, double value)
{
    json_key(json, key);
    json_number(json, value);
}

/* A cut between the bytes of one character would show as U+FFFD: leaves its first bytes out too. */
static size_t whole_characters(const char *text, size_t len)
{
    size_t end = len;
    while (end > 0 && len - end < 3 && ((unsigned char)text[end - 1] & 0xc0) == 0x80) end--;
    if (end == 0 || (unsigned char)text[end - 1] < 0xc0) return len;
    unsigned char first = (unsigned char)text[end - 1];
    size_t needs = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    return len - (end - 1) < needs ? end - 1 : len;
}

static void write_excerpt(struct json_text *json, const char *text, size_t len, bool cut)
{
    json_string(json, text, cut ? whole_characters(text, len) : len);
}

static void write_extremes(struct json_text *json, const struct column *c, enum cell_kind kind)
{
    if (kind == CELL_INTEGER) {
        json_key(json, "min");
        json_integer(json, c->min_integer);
        json_key(json, "max");
        json_integer(json, c->max_integer);
    } else if (kind == CELL_NUMBER) {
        key_number(json, "min", c->min);
        key_number(json, "max", c->max);
    } else if (column_count(c) > 0) {
        json_key(json, "min");
        write_excerpt(json, c->first.text, c->first.len, c->first.cut);
        json_key(json, "max");
        write_excerpt(json, c->last.text, c->last.len, c->last.cut);
    }
}

static void write_moments(struct json_text *json, const struct column *c)
{
    double fractions[QUANTILES], values[QUANTILES];
    for (size_t i = 0; i < QUANTILES; i++) fractions[i] = quantile_names[i].fraction;
    key_number(json, "mean", c->mean);
    key_number(json, "standard_deviation", column_deviation(c));
    key_number(json, "quantile_rank_error", c->quantiles->n <= QUANTILES_EXACT ? 0 : QUANTILES_RANK_ERROR);
    quantiles_take(c->quantiles, fractions, values, QUANTILES);
    json_key(json, "quantiles");
    json_open(json, '{');
    for (size_t i = 0; i < QUANTILES; i++) key_number(json, quantile_names[i].name, values[i]);
    json_close(json, '}');
}

static void write_distinct(struct json_text *json, const struct column *c)
{
    bool exact = c->top && top_values_exact(c->top);
    uint64_t distinct = exact ? top_values_used(c->top) : (uint64_t)llround(distinct_estimate(&c->distinct));
    key_integer(json, "distinct", distinct);
    key_number(json, "distinct_standard_error", exact ? 0 : DISTINCT_STANDARD_ERROR);
}

static void write_top_value(struct json_text *json, const struct top_value *value)
{
    json_open(json, '{');
    json_key(json, "value");
    write_excerpt(json, value->text, value->len, value->cut);
    if (value->cut) {
        json_key(json, "cut");
        json_bool(json, true);
    }
    key_integer(json, "count", value->count);
    key_integer(json, "error", value->error);
    json_close(json, '}');
}

/* Where most of a count may be error, the value is there by chance: of a column whose values all differ nothing is
 * listed. How often any value that is not listed may have occurred is stated too. */
static void write_top(struct json_text *json, struct column *c, uint32_t top)
{
    uint32_t used, listed = 0;
    uint64_t overcount = 0, unlisted = 0;
    const struct top_value *values = top_values_sort(c->top, &used);
    if (!top_values_exact(c->top)) unlisted = values[used - 1].count;
    json_key(json, "top");
    json_open(json, '[');
    for (uint32_t i = 0; i < used; i++) {
        const struct top_value *value = &values[i];
        if (listed < top && value->error <= value->count / 2) {
            write_top_value(json, value);
            listed++;
            if (value->error > overcount) overcount = value->error;
        } else if (value->count > unlisted) {
            unlisted = value->count;
        }
    }
    json_close(json, ']');
    key_integer(json, "top_overcount_max", overcount);
    key_integer(json, "top_unlisted_max", unlisted);
}

static void write_kinds(struct json_text *json, const struct column *c)
{
    json_key(json, "kinds");
    json_open(json, '{');
    for (int kind = CELL_MISSING + 1; kind < CELL_KINDS; kind++)
        if (c->kinds[kind] > 0) key_integer(json, kind_names[kind], c->kinds[kind]);
    json_close(json, '}');
}

static void write_column(struct json_text *json, struct csv_text name, struct column *c, uint32_t top)
{
    enum cell_kind kind = column_kind(c);
    json_open(json, '{');
    json_key(json, "name");
    json_string(json, name.at, name.len);
    key_string(json, "type", kind_names[kind]);
    key_integer(json, "count", column_count(c));
    key_integer(json, "missing", c->kinds[CELL_MISSING]);
    write_kinds(json, c);
    write_extremes(json, c, kind);
    if (kind == CELL_INTEGER || kind == CELL_NUMBER) write_moments(json, c);
    write_distinct(json, c);
    if (c->top) write_top(json, c, top);
    json_close(json, '}');
}

/* The bounds that hold for any input, so that a reader need not look them up. */
static void write_sketches(struct json_text *json, uint32_t counters)
{
    json_key(json, "sketches");
    json_open(json, '{');
    key_number(json, "quantile_rank_error", QUANTILES_RANK_ERROR);
    key_integer(json, "quantiles_exact_up_to", QUANTILES_EXACT);
    key_number(json, "distinct_standard_error", DISTINCT_STANDARD_ERROR);
    key_integer(json, "top_counters", counters);
    json_close(json, '}');
}

static const char *delimiter_name(char delimiter)
{
    switch (delimiter) {
    case '\t': return "tab";
    case ';': return "semicolon";
    case '|': return "pipe";
    default: return "comma";
    }
}

bool report_write(struct json_text *json, struct table *table, struct column *columns, uint32_t top, uint32_t counters)
{
    char buffer[TABLE_NAME_BYTES];
    json_open(json, '{');
    key_integer(json, "rows", table->rows);
    key_integer(json, "columns", table->columns);
    key_string(json, "delimiter", delimiter_name(table->csv.delimiter));
    json_key(json, "header");
    json_bool(json, table->header);
    write_sketches(json, counters);
    json_key(json, "summary");
    json_open(json, '[');
    for (size_t i = 0; i < table->columns; i++) {
        struct csv_text name = table_name(table, i, buffer);
        if (!name.at) return false;
        write_column(json, name, &columns[i], top);
    }
    json_close(json, ']');
    json_close(json, '}');
    return !json->no_memory;
}
