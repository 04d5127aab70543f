/* column.c: see column.h. */
#include "column.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int column_init(struct column *column, uint32_t counters)
{
    if (counters == 0) return 0;
    column->top = top_values_new(counters);
    return column->top ? 0 : -1;
}

void column_deinit(struct column *column)
{
    column->top = top_values_free(column->top);
    free(column->quantiles);
    column->quantiles = NULL;
}

static uint64_t mix(uint64_t x)
{
    x ^= x >> 32; /* two rounds of multiply and shift reach every bit from every bit */
    x *= 0xd6e8feb86659fd93u;
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93u;
    return x ^ x >> 32;
}

/* Eight bytes at a time; the length keeps values with zero bytes at the end apart. */
static uint64_t hash_of(const char *text, size_t len)
{
    uint64_t hash = mix(len + 0x9e3779b97f4a7c15u), word;
    for (; len >= sizeof word; text += sizeof word, len -= sizeof word) {
        memcpy(&word, text, sizeof word);
        hash = mix(hash ^ word) + 0x9e3779b97f4a7c15u;
    }
    word = 0;
    memcpy(&word, text, len);
    return mix(hash ^ word);
}

uint64_t column_count(const struct column *column)
{
    uint64_t count = 0;
    for (int kind = CELL_MISSING + 1; kind < CELL_KINDS; kind++) count += column->kinds[kind];
    return count;
}

uint64_t column_numbers(const struct column *column)
{
    return column->kinds[CELL_INTEGER] + column->kinds[CELL_NUMBER];
}

enum cell_kind column_kind(const struct column *column)
{
    uint64_t count = column_count(column);
    if (count == 0) return CELL_TEXT;
    if (column->kinds[CELL_INTEGER] == count) return CELL_INTEGER;
    if (column_numbers(column) == count) return CELL_NUMBER;
    if (column->kinds[CELL_BOOLEAN] == count) return CELL_BOOLEAN;
    return column->kinds[CELL_DATE] == count ? CELL_DATE : CELL_TEXT;
}

double column_deviation(const struct column *column)
{
    uint64_t n = column_numbers(column);
    return n < 2 ? NAN : sqrt(column->squares / (double)(n - 1));
}

static void add_integer(struct column *column, int64_t value)
{
    bool first = column->kinds[CELL_INTEGER] == 1;
    if (first || value < column->min_integer) column->min_integer = value;
    if (first || value > column->max_integer) column->max_integer = value;
}

static int add_number(struct column *column, double value)
{
    uint64_t n = column_numbers(column); /* this one counted */
    double before = value - column->mean;
    column->mean += before / (double)n; /* Welford 1962: no difference of large sums */
    column->squares += before * (value - column->mean);
    if (n == 1 || value < column->min) column->min = value;
    if (n == 1 || value > column->max) column->max = value;
    if (!column->quantiles) {
        column->quantiles = malloc(sizeof *column->quantiles);
        if (!column->quantiles) return -1;
        quantiles_init(column->quantiles);
    }
    quantiles_add(column->quantiles, value);
    return 0;
}

static int order(const char *text, size_t len, const struct excerpt *other)
{
    size_t shared = len < other->len ? len : other->len;
    int bytes = memcmp(text, other->text, shared);
    if (bytes != 0 || len == other->len) return bytes;
    if (len > other->len && other->cut) return 0; /* alike as far as is known */
    return len < other->len ? -1 : 1;
}

static void excerpt_set(struct excerpt *excerpt, const char *text, size_t len)
{
    excerpt->cut = len > sizeof excerpt->text;
    excerpt->len = (uint8_t)(excerpt->cut ? sizeof excerpt->text : len);
    memcpy(excerpt->text, text, excerpt->len);
}

static void add_extremes(struct column *column, const char *text, size_t len)
{
    bool first = column_count(column) == 1;
    if (first || order(text, len, &column->first) < 0) excerpt_set(&column->first, text, len);
    if (first || order(text, len, &column->last) > 0) excerpt_set(&column->last, text, len);
}

int column_add(struct column *column, const char *text, size_t len)
{
    struct cell cell = cell_read(text, len);
    column->kinds[cell.kind]++;
    if (cell.kind == CELL_MISSING) return 0;
    uint64_t hash = hash_of(text, len);
    distinct_add(&column->distinct, hash);
    if (column->top) top_values_add(column->top, hash, text, len);
    add_extremes(column, text, len);
    if (cell.kind == CELL_INTEGER) add_integer(column, cell.integer);
    if (cell.kind == CELL_INTEGER || cell.kind == CELL_NUMBER) return add_number(column, cell.number);
    return 0;
}
