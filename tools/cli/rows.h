/* rows.h: a table of text for people, its columns as wide as what stands in them. Main thread. */
#ifndef QUERN_CLI_ROWS_H
#define QUERN_CLI_ROWS_H

#include "base/buf.h"

#include <stdio.h>

#define ROWS_COLUMNS_MAX 12

struct rows {
    struct buf cells; /* each ends with a NUL */
    size_t columns, n; /* n: cells */
    bool right[ROWS_COLUMNS_MAX];
    size_t width[ROWS_COLUMNS_MAX]; /* in characters */
};

/* head: "ID|STATE|>ATTEMPT": '>' sets a column to the right. The table ends at cap_max bytes. */
void rows_init(struct rows *r, const char *head, size_t cap_max);
void rows_deinit(struct rows *r);
/* The next cell. Control characters become '?', nothing becomes "-". */
void rows_add(struct rows *r, struct slice text);
void rows_addf(struct rows *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Prints head and rows. False if there were too many for the table. */
bool rows_print(const struct rows *r, FILE *out);

#endif
