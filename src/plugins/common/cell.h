/* cell.h: what the text of one table cell is. */
#ifndef QUERN_PLUGINS_COMMON_CELL_H
#define QUERN_PLUGINS_COMMON_CELL_H

#include <stddef.h>
#include <stdint.h>

enum cell_kind {
    CELL_MISSING, /* nothing but blanks */
    CELL_INTEGER, /* digits with an optional sign, in the range of int64_t */
    CELL_NUMBER,  /* decimal, with a point or an exponent, finite as a double; also integers too large for the above */
    CELL_BOOLEAN, /* true, false, yes, no, in any case */
    CELL_DATE,    /* ISO 8601: 2024-02-29, 2024-02-29T10:00, …10:00:30.5Z, …10:00+02:00; or a blank for the T */
    CELL_TEXT,    /* all else, "NaN" and "inf" among it */
};

struct cell {
    enum cell_kind kind;
    int64_t integer; /* CELL_INTEGER */
    double number;   /* CELL_INTEGER and CELL_NUMBER; correctly rounded */
};

/* Blanks around the text do not count. Does not depend on the locale. */
struct cell cell_read(const char *text, size_t len);

#endif
