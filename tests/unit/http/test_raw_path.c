/* The path as it came, out of the decoded one. */
#include "head.h"

#include <criterion/criterion.h>
#include <stdio.h>

static void expect_back(const char *path)
{
    static struct head f;
    char head[512], raw[256], decoded[256];
    int n = snprintf(head, sizeof head, "GET %s?q=%%41 HTTP/1.1\r\nHost: a\r\n\r\n", path);
    cr_assert(head_read(&f, slice_make(head, (size_t)n)), "%s", path);
    const struct request *r = &f.parser.request;
    struct slice p = request_path(r);
    memcpy(decoded, p.p, p.len);
    long len = request_raw_path(r, raw, sizeof raw);
    cr_assert(len >= 0 && slice_eq(slice_make(raw, (size_t)len), slice_str(path)), "%s became %.*s", path, (int)len, raw);
    cr_assert(slice_eq(request_path(r), slice_make(decoded, p.len)));
    cr_assert(slice_eq(request_span(r, r->query), SLICE("q=%41")));
    cr_assert_lt(request_raw_path(r, raw, strlen(path) - 1), 0);
}

Test(http_raw_path, is_put_back_byte_by_byte)
{
    static const char *const paths[] = {"/",           "/plain/path", "/%41",     "/%41%42%43", "/a%20b%7e%7E", "/%C3%bC%c3%Bc/x", "/a%2Fb%41",
                                        "/%2f%5c%41/", "/%e2%82%AC", "/x%3By%25", "/%25%32%35", "/%61/%62%2F%63"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        expect_back(paths[i]);
}
