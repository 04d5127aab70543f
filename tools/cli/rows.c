#include "tools/cli/rows.h"

#include "tools/cli/say.h"

#include <stdarg.h>

#define GAP 2

/* Characters, so that names with accents do not shift what follows. */
static size_t width_of(struct slice text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) n += ((unsigned char)text.p[i] & 0xc0) != 0x80;
    return n;
}

void rows_init(struct rows *r, const char *head, size_t cap_max)
{
    *r = (struct rows){0};
    buf_init(&r->cells, cap_max);
    struct slice rest = slice_str(head);
    size_t columns = 1;
    for (const char *p = head; *p; p++) columns += *p == '|';
    r->columns = columns < ROWS_COLUMNS_MAX ? columns : ROWS_COLUMNS_MAX;
    while (rest.p && r->n < r->columns) {
        struct slice name = slice_cut(&rest, '|');
        bool right = name.len && name.p[0] == '>';
        r->right[r->n] = right;
        rows_add(r, slice_from(name, right));
    }
}

void rows_deinit(struct rows *r)
{
    buf_deinit(&r->cells);
}

void rows_add(struct rows *r, struct slice text)
{
    size_t at = r->cells.len, column = r->n % r->columns;
    if (text.len == 0) text = SLICE("-");
    buf_add(&r->cells, text);
    buf_add(&r->cells, slice_make("", 1));
    if (r->cells.overflow) return;
    say_clean(r->cells.p + at, text.len);
    for (size_t i = 0; i < text.len; i++) /* a NUL ends a cell */
        if (r->cells.p[at + i] == '\0') r->cells.p[at + i] = '?';
    size_t width = width_of(text);
    if (width > r->width[column]) r->width[column] = width;
    r->n++;
}

void rows_addf(struct rows *r, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    rows_add(r, slice_make(text, len < 0 ? 0 : (size_t)len < sizeof text ? (size_t)len : sizeof text - 1));
}

bool rows_print(const struct rows *r, FILE *out)
{
    const char *cell = r->cells.p;
    for (size_t i = 0; i < r->n; i++, cell += strlen(cell) + 1) {
        size_t column = i % r->columns;
        bool is_last = column + 1 == r->columns;
        int pad = (int)(r->width[column] - width_of(slice_str(cell)));
        if (r->right[column]) (void)fprintf(out, "%*s%s", pad, "", cell);
        else (void)fprintf(out, "%s%*s", cell, is_last ? 0 : pad, "");
        (void)fprintf(out, is_last ? "\n" : "%*s", GAP, "");
    }
    return !r->cells.overflow;
}
