/* Accept and Accept-Encoding. */
#include "http/accept.h"
#include "sample.h"

#include <criterion/criterion.h>

static unsigned media(const char *lines, const char *type)
{
    struct sample s = sample(lines);
    s.request.fields = s.fields;
    return accept_media(&s.request, slice_str(type));
}

Test(accept, media_types)
{
    cr_expect_eq(media("X: y\n", "a/b"), 1000, "without Accept everything goes");
    cr_expect_eq(media("Accept: \n", "a/b"), 1000);
    cr_expect_eq(media("Accept: a/b\n", "a/b"), 1000);
    cr_expect_eq(media("accept: A/B ; Q=0.5\n", "a/b"), 500);
    cr_expect_eq(media("Accept: c/d, a/*;q=0.25 , */*;q=0.1\n", "a/b"), 250);
    cr_expect_eq(media("Accept: */*;q=0.1, a/b;q=0\n", "a/b"), 0, "the closest range decides");
    cr_expect_eq(media("Accept: */*;q=0\n", "a/b"), 0);
    cr_expect_eq(media("Accept: c/d\nAccept: a/b;q=0.001\n", "a/b"), 1, "over several lines");
    cr_expect_eq(media("Accept: a/b;q=0.2, a/b;x=y;q=0.7\n", "a/b"), 700);
    cr_expect_eq(media("Accept: c/d\n", "a/b"), 0);
    cr_expect_eq(media("Accept: a/bc, a/, /b, *\n", "a/b"), 0);
    cr_expect_eq(media("Accept: a/b;q=1.000, a/*;q=0.5\n", "a/b"), 1000);
}

Test(accept, what_is_no_quality_is_no_member)
{
    static const char *const lines[] = {"Accept: a/b;q=2\n",    "Accept: a/b;q=1.1\n", "Accept: a/b;q=-1\n", "Accept: a/b;q=\n",
                                        "Accept: a/b;q=0.1234\n", "Accept: a/b;q=x\n",  "Accept: a/b;q=.5\n"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) cr_expect_eq(media(lines[i], "a/b"), 1000, "%s", lines[i]);
    cr_expect_eq(media("Accept: a/b;q=2, */*;q=0.5\n", "a/b"), 500);
}

static enum accept_coding coding(const char *lines)
{
    struct sample s = sample(lines);
    s.request.fields = s.fields;
    return accept_coding(&s.request);
}

Test(accept, codings)
{
    cr_expect_eq(coding("X: y\n"), ACCEPT_IDENTITY);
    cr_expect_eq(coding("Accept-Encoding: \n"), ACCEPT_IDENTITY);
    cr_expect_eq(coding("Accept-Encoding: gzip\n"), ACCEPT_GZIP);
    cr_expect_eq(coding("Accept-Encoding: br, GZIP;q=0.1\n"), ACCEPT_GZIP);
    cr_expect_eq(coding("Accept-Encoding: deflate, br\n"), ACCEPT_IDENTITY);
    cr_expect_eq(coding("Accept-Encoding: gzip;q=0\n"), ACCEPT_IDENTITY);
    cr_expect_eq(coding("Accept-Encoding: gzip;q=0, *\n"), ACCEPT_IDENTITY);
    cr_expect_eq(coding("Accept-Encoding: gzip;q=0.5, identity\n"), ACCEPT_IDENTITY);
    cr_expect_eq(coding("Accept-Encoding: gzip, identity;q=0.5\n"), ACCEPT_GZIP);
    cr_expect_eq(coding("Accept-Encoding: *\n"), ACCEPT_GZIP);
    cr_expect_eq(coding("Accept-Encoding: identity;q=0\n"), ACCEPT_NO_CODING);
    cr_expect_eq(coding("Accept-Encoding: *;q=0\n"), ACCEPT_NO_CODING);
    cr_expect_eq(coding("Accept-Encoding: gzip;q=0, identity;q=0\n"), ACCEPT_NO_CODING);
    cr_expect_eq(coding("Accept-Encoding: identity;q=0, gzip\n"), ACCEPT_GZIP);
    cr_expect_eq(coding("Accept-Encoding: identity, *;q=0\n"), ACCEPT_IDENTITY);
    cr_expect_eq(coding("Accept-Encoding: xgzip, gzipx, gzip;q=2\n"), ACCEPT_IDENTITY);
}

static enum accept_form form(const char *lines)
{
    struct sample s = sample(lines);
    s.request.fields = s.fields;
    return accept_form(&s.request, SLICE("application/problem+json"), SLICE("application/problem+xml"));
}

Test(accept, forms)
{
    cr_expect_eq(form("X: y\n"), ACCEPT_JSON);
    cr_expect_eq(form("Accept: */*\n"), ACCEPT_JSON);
    cr_expect_eq(form("Accept: application/xml\n"), ACCEPT_XML);
    cr_expect_eq(form("Accept: application/problem+xml\n"), ACCEPT_XML);
    cr_expect_eq(form("Accept: application/problem+json;q=0.1\n"), ACCEPT_JSON);
    cr_expect_eq(form("Accept: application/xml;q=0.9, application/json;q=0.9\n"), ACCEPT_JSON, "ours breaks ties");
    cr_expect_eq(form("Accept: application/xml;q=0.9, application/json;q=0.8\n"), ACCEPT_XML);
    cr_expect_eq(form("Accept: application/xml, */*;q=0\n"), ACCEPT_XML);
    cr_expect_eq(form("Accept: text/html, application/xml;q=0.9, */*;q=0.8\n"), ACCEPT_XML);
    cr_expect_eq(form("Accept: text/html\n"), ACCEPT_NEITHER);
    cr_expect_eq(form("Accept: application/*;q=0.5\n"), ACCEPT_JSON);
}
