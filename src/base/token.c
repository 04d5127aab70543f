#include "base/token.h"

bool token_byte(char c)
{
    char low = slice_lower(c);
    if ((low >= 'a' && low <= 'z') || (low >= '0' && low <= '9')) return true;
    return low != '\0' && strchr("!#$%&'*+-.^_`|~", low);
}

bool token_ok(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!token_byte(s.p[i])) return false;
    return s.len != 0;
}
