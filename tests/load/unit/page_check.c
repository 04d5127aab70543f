#include "page_check.h"

#include <criterion/criterion.h>
#include <stdbool.h>
#include <string.h>

/* Not a number, an endless one, or one that printf wrote as such. */
static const char *const no_numbers[] = {"\"nan", "\"-nan", "\"inf", "Lnan", "Linf", "Mnan", "Minf", " nan", ">nan", ">inf"};

static bool is_reference(const char *p)
{
    static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;", "&#183;"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strncmp(p, known[i], strlen(known[i])) == 0) return true;
    return false;
}

/* From behind "<name" to behind ">": attributes are name="value". *closed: it ends in "/>". */
static const char *skip_attributes(const char *p, bool *closed)
{
    *closed = false;
    for (;;) {
        p += strspn(p, " \n");
        if (*p == '>') return p + 1;
        if (*p == '/' && p[1] == '>') {
            *closed = true;
            return p + 2;
        }
        size_t name = strcspn(p, "=<>\" \n");
        cr_assert(name > 0 && p[name] == '=' && p[name + 1] == '"', "%.60s", p);
        p += name + 2;
        for (; *p != '"'; p++) {
            cr_assert(*p && *p != '<' && *p != '>', "%.60s", p);
            cr_assert(*p != '&' || is_reference(p), "%.60s", p);
        }
        p++;
    }
}

/* Elements are closed in the order in which they were opened, and text has no bare markup in it. */
void page_assert_well_formed(const char *page)
{
    static char open[64][32];
    int depth = 0;
    const char *p = page;
    cr_assert_eq(strncmp(p, "<!DOCTYPE html>", 15), 0);
    for (p += 15; *p;) {
        if (*p != '<') {
            cr_assert(*p != '>' && (*p != '&' || is_reference(p)), "%.60s", p);
            cr_assert((unsigned char)*p >= 0x20 || *p == '\n');
            p++;
            continue;
        }
        bool end = p[1] == '/', closed;
        p += end ? 2 : 1;
        size_t name = strspn(p, "abcdefghijklmnopqrstuvwxyz123456789");
        cr_assert(name > 0 && name < 32, "%.60s", p);
        if (end) {
            cr_assert(depth > 0 && strlen(open[depth - 1]) == name && strncmp(open[depth - 1], p, name) == 0, "%s: %.40s",
                      depth ? open[depth - 1] : "", p);
            depth--;
            p += name;
            cr_assert_eq(*p++, '>');
            continue;
        }
        cr_assert_lt(depth, 64);
        (void)snprintf(open[depth], 32, "%.*s", (int)name, p);
        p = skip_attributes(p + name, &closed);
        depth += !closed;
    }
    cr_assert_eq(depth, 0);
    for (size_t i = 0; i < sizeof no_numbers / sizeof *no_numbers; i++)
        cr_assert_not(strstr(page, no_numbers[i]), "\"%s\" is there", no_numbers[i]);
}
