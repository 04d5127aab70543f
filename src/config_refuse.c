/* config_refuse.c: the one sentence that a mistake gets. */
#include "config_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

int config_refuse(struct config_why *why, const char *format, ...)
{
    int n = 0;
    va_list args;
    if (why->file) n = snprintf(why->text, why->room, "%s:%u: ", why->file, why->line);
    if (n < 0 || (size_t)n >= why->room) return -EINVAL; /* a very long file name */
    va_start(args, format);
    (void)vsnprintf(why->text + n, why->room - (size_t)n, format, args);
    va_end(args);
    return -EINVAL;
}

const char *config_quote(struct slice s, char out[CONFIG_QUOTE_BYTES])
{
    const size_t max = CONFIG_QUOTE_BYTES - sizeof "'...'";
    size_t n = s.len < max ? s.len : max;
    while (n < s.len && n > 0 && ((uint8_t)s.p[n] & 0xc0) == 0x80) n--; /* not inside a character */
    (void)snprintf(out, CONFIG_QUOTE_BYTES, "'%.*s%s'", (int)n, s.p ? s.p : "",
                   n < s.len ? "..." : "");
    for (char *p = out; *p; p++)
        if ((uint8_t)*p < ' ' || *p == 0x7f) *p = '?';
    return out;
}

int config_refuse_value(struct config_why *why, const struct config_setting *s, const char *found)
{
    if (s->form)
        return config_refuse(why, "%s must be %s, not %s", why->subject, s->form, found);
    return config_refuse(why, "%s must be a whole number from %" PRIu64 " to %" PRIu64 ", not %s",
                         why->subject, s->min, s->max, found);
}

#define NAME_MAX_BYTES 31

/* How many letters to add, drop or change. */
static unsigned distance(struct slice a, struct slice b)
{
    unsigned row[NAME_MAX_BYTES + 1];
    for (unsigned j = 0; j <= b.len; j++) row[j] = j;
    for (unsigned i = 0; i < a.len; i++) {
        unsigned diagonal = row[0];
        row[0] = i + 1;
        for (unsigned j = 0; j < b.len; j++) {
            unsigned change = diagonal + (slice_lower(a.p[i]) != slice_lower(b.p[j]));
            diagonal = row[j + 1];
            unsigned add = (row[j] < diagonal ? row[j] : diagonal) + 1;
            row[j + 1] = change < add ? change : add;
        }
    }
    return row[b.len];
}

const char *config_nearest(struct slice name, const char *const *names, size_t n)
{
    const char *best = NULL;
    unsigned best_distance = name.len < 5 ? 2 : 3; /* only nearer ones: all short names are alike */
    if (name.len > NAME_MAX_BYTES) return NULL;
    for (size_t i = 0; i < n; i++) {
        struct slice candidate = slice_str(names[i]);
        if (candidate.len == 0 || candidate.len > NAME_MAX_BYTES) continue;
        unsigned d = distance(name, candidate);
        if (name.len >= 3 && slice_starts(candidate, name)) d = 1; /* an abbreviation */
        if (d >= best_distance) continue;
        best_distance = d;
        best = names[i];
    }
    return best;
}
