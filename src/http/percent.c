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

size_t percent_write(struct slice s, char *out)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            out[n++] = (char)c;
            continue;
        }
        out[n++] = '%';
        out[n++] = hex[c >> 4];
        out[n++] = hex[c & 15];
    }
    return n;
}
