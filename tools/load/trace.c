/* trace.c: see trace.h. */
#include "tools/load/trace.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#define OFFSET_S_MAX 9e9L /* what 64 bits of ns hold, and to spare */

static char why_text[512];

static int refuse(const char *path, size_t line, const char *what, const char **why)
{
    (void)snprintf(why_text, sizeof why_text, "%.300s, line %zu: %s", path, line, what);
    *why = why_text;
    return -EINVAL;
}

/* NULL, or what is wrong with the line. */
static const char *read_offset(const char *line, uint64_t *at_ns)
{
    char *end;
    long double seconds = strtold(line, &end); /* 64 bits of mantissa: to the ns */
    if (end == line || end[strspn(end, " \t\r\n")] != '\0') return "not a number of seconds";
    if (!(seconds >= 0) || seconds > OFFSET_S_MAX) return "an offset is 0 or more seconds";
    *at_ns = (uint64_t)(seconds * 1e9L + 0.5L);
    return NULL;
}

/* 0 or -ENOMEM. */
static int append(struct trace *t, size_t *room, uint64_t at_ns)
{
    if (t->n == *room) {
        size_t more = *room ? *room * 2 : 1024;
        uint64_t *p = reallocarray(t->at_ns, more, sizeof *p);
        if (!p) return -ENOMEM;
        t->at_ns = p;
        *room = more;
    }
    t->at_ns[t->n++] = at_ns;
    return 0;
}

static int read_lines(FILE *f, const char *path, struct trace *t, const char **why)
{
    char *line = NULL;
    size_t line_room = 0, room = 0;
    int rc = 0;
    for (size_t number = 1; rc == 0 && getline(&line, &line_room, f) >= 0; number++) {
        uint64_t at_ns;
        const char *text = line + strspn(line, " \t\r\n");
        if (*text == '\0' || *text == '#') continue;
        const char *wrong = read_offset(text, &at_ns);
        if (!wrong && t->n && at_ns < t->at_ns[t->n - 1]) wrong = "earlier than the line before";
        rc = wrong ? refuse(path, number, wrong, why) : append(t, &room, at_ns);
    }
    if (rc == 0 && ferror(f)) rc = refuse(path, t->n, strerror(errno), why);
    if (rc == 0 && t->n == 0) rc = refuse(path, 1, "the file lists nothing", why);
    free(line);
    return rc;
}

int trace_read(const char *path, struct trace *out, const char **why)
{
    struct trace t = {0};
    FILE *f = fopen(path, "re");
    if (!f) {
        (void)snprintf(why_text, sizeof why_text, "%.300s: %s", path, strerror(errno));
        *why = why_text;
        return -EINVAL;
    }
    int rc = read_lines(f, path, &t, why);
    (void)fclose(f); /* only read */
    if (rc < 0) trace_deinit(&t);
    else *out = t;
    return rc;
}

void trace_deinit(struct trace *t)
{
    free(t->at_ns);
    *t = (struct trace){0};
}

size_t trace_count_before(const struct trace *t, uint64_t at_ns)
{
    size_t low = 0, high = t->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (t->at_ns[middle] < at_ns) low = middle + 1;
        else high = middle;
    }
    return low;
}
