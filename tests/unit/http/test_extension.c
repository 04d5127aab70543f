/* Chunk extensions. */
#include "http/extension.h"

#include <criterion/criterion.h>

static bool scan(struct slice line, size_t cut)
{
    extension_at at = 0;
    return extension_scan(&at, slice_make(line.p, cut)) && extension_scan(&at, slice_from(line, cut));
}

/* The same however the line is cut. */
static void expect(bool fine, const char *text)
{
    struct slice line = slice_str(text);
    for (size_t cut = 0; cut <= line.len; cut++) cr_expect_eq(scan(line, cut), fine, "%s, cut at %zu", text, cut);
}

Test(extension, what_the_grammar_has)
{
    expect(true, "5\r\n");
    expect(true, "5;a\r\n");
    expect(true, "5;a=b\r\n");
    expect(true, "5;a=b;c;d=e\r\n");
    expect(true, "5;a=\"b c\"\r\n");
    expect(true, "5;a=\"\"\r\n");
    expect(true, "5;a=\"\\\"\\\\\";c\r\n");
    expect(true, "5;a=\"\t\xff;=\";b\r\n");
    expect(true, "\r\n5;!#$%&'*+-.^_`|~=1\r\n");
}

Test(extension, what_it_has_not)
{
    expect(false, "5;\r\n");
    expect(false, "5;;a\r\n");
    expect(false, "5;=b\r\n");
    expect(false, "5;a=\r\n");
    expect(false, "5;a==b\r\n");
    expect(false, "5;a=b=c\r\n");
    expect(false, "5; a\r\n");
    expect(false, "5;a b\r\n");
    expect(false, "5;a=b\n");
    expect(false, "5;a=\"b\"c\r\n");
    expect(false, "5;a=\"b\r\n");
    expect(false, "5;a=\"\\\r\n");
    expect(false, "5;a=\"\x7f\"\r\n");
    expect(false, "5;a\x01\r\n");
    expect(false, "5;a[\r\n");
}
