#include "http/percent.h"
#include "base/utf8.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    char low = slice_lower(c);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

int percent_byte(const char *p)
{
    int high = hex_digit(p[0]), low = hex_digit(p[1]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

bool percent_ok(struct slice s)
{
    const char *at;
    while (s.len && (at = memchr(s.p, '%', s.len))) {
        s = slice_from(s, (size_t)(at - s.p) + 1);
        if (s.len < 2 || percent_byte(s.p) < 0) return false;
        s = slice_from(s, 2);
    }
    return true;
}

bool utf8_ok(struct slice s)
{
    const char *at = s.p, *end = s.p + s.len;
    while (at < end) {
        int length = utf8_length(at, end);
        if (length <= 0) return false;
        at += length;
    }
    return true;
}
