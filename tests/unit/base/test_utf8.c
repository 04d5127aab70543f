#include "base/utf8.h"

#include <criterion/criterion.h>
#include <string.h>

static int length(const char *text)
{
    return utf8_length(text, text + strlen(text));
}

Test(base_utf8, every_code_point_goes_through)
{
    char bytes[4];
    for (uint32_t point = 0; point < 0x110000; point++) {
        if (point >= 0xd800 && point < 0xe000) continue;
        int n = utf8_put(point, bytes);
        if (utf8_length(bytes, bytes + n) != n) cr_assert_fail("%x", point);
        for (int cut = 1; cut < n; cut++)
            if (utf8_length(bytes, bytes + cut) != UTF8_CUT) cr_assert_fail("%x", point);
    }
}

Test(base_utf8, refuses_what_rfc_3629_refuses)
{
    const char *bad[] = {"\x80",         "\xbf",         "\xc0\x80",         "\xc1\xbf",
                         "\xe0\x80\x80", "\xe0\x9f\xbf", "\xed\xa0\x80",     "\xed\xbf\xbf",
                         "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
                         "\xf5\x80\x80\x80", "\xff", "\xc3(", "\xe2\x82(", "\xf0\x9f\x98("};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_eq(length(bad[i]), UTF8_BAD, "%zu", i);
}
