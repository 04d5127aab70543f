#include "http/request.h"
#include "http/percent.h"
#include "sample.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>

Test(request, method_text)
{
    cr_expect(slice_eq(method_text(METHOD_GET), SLICE("GET")));
    cr_expect(slice_eq(method_text(METHOD_CONNECT), SLICE("CONNECT")));
    cr_expect_eq(method_text(METHOD_OTHER).len, 0);
    cr_expect(method_is_safe(METHOD_HEAD) && !method_is_safe(METHOD_POST));
}

Test(request, fields_by_name)
{
    struct sample s = sample("Accept: a\nX-Thing: b\nACCEPT: c\nEmpty: \n");
    struct slice value = SLICE("untouched");
    s.request.fields = s.fields;
    cr_expect(request_field(&s.request, SLICE("accept"), &value) && slice_eq(value, SLICE("a")));
    cr_expect_eq(request_field_count(&s.request, SLICE("accept")), 2);
    cr_expect(request_field(&s.request, SLICE("x-thing"), &value) && slice_eq(value, SLICE("b")));
    cr_expect(!request_field(&s.request, SLICE("x_thing"), &value)); /* another field */
    cr_expect(slice_eq(value, SLICE("b")));
    cr_expect(request_field(&s.request, SLICE("empty"), &value) && value.len == 0);
    cr_expect_eq(request_field_count(&s.request, SLICE("absent")), 0);
}

static void expect_pairs(struct slice query, const char *expected)
{
    char text[256];
    size_t cursor = 0, n = 0;
    struct slice name, value;
    text[0] = '\0';
    while (query_next(query, &cursor, &name, &value))
        n += (size_t)snprintf(text + n, sizeof text - n, "(%.*s|%.*s)", SLICE_ARG(name), SLICE_ARG(value));
    cr_expect_str_eq(text, expected);
    cr_expect(!query_next(query, &cursor, &name, &value));
}

Test(request, query_pairs)
{
    expect_pairs(SLICE(""), "");
    expect_pairs((struct slice){NULL, 0}, "");
    expect_pairs(SLICE("a=1"), "(a|1)");
    expect_pairs(SLICE("a=1&b=2"), "(a|1)(b|2)");
    expect_pairs(SLICE("a&b="), "(a|)(b|)");
    expect_pairs(SLICE("&&a=1&&"), "(a|1)");
    expect_pairs(SLICE("a=b=c&=d&="), "(a|b=c)(|d)(|)");
    expect_pairs(SLICE("a%26b=%3D+x"), "(a%26b|%3D+x)");
}

Test(request, query_decode)
{
    static const struct {
        struct slice in;
        const char *out; /* NULL: -EINVAL */
    } rows[] = {
        {SLICE_INIT(""), ""}, {SLICE_INIT("abc"), "abc"}, {SLICE_INIT("a+b%20c%2B"), "a b c+"},
        {SLICE_INIT("%C3%a9"), "\xc3\xa9"}, {SLICE_INIT("%41%42"), "AB"}, {SLICE_INIT("%0a"), "\n"},
        {SLICE_INIT("%"), NULL}, {SLICE_INIT("%4"), NULL}, {SLICE_INIT("%4g"), NULL}, {SLICE_INIT("a%"), NULL},
        {SLICE_INIT("%00"), NULL}, {SLICE_INIT("%c0%ae"), NULL}, {SLICE_INIT("%ed%a0%80"), NULL},
        {SLICE_INIT("%c3"), NULL}, {SLICE_INIT("%+1"), NULL}, {SLICE_INIT("% 1"), NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char out[16];
        long n = query_decode(rows[i].in, out, sizeof out);
        long expected = rows[i].out ? (long)strlen(rows[i].out) : -EINVAL;
        cr_expect_eq(n, expected, "row %zu: %ld", i, n);
        if (n > 0 && rows[i].out) cr_expect_eq(memcmp(out, rows[i].out, (size_t)n), 0, "row %zu", i);
    }
    char two[2];
    cr_expect_eq(query_decode(SLICE("a%62"), two, 2), 2);
    cr_expect_eq(query_decode(SLICE("abc"), two, 2), -ENOSPC);
}

Test(request, utf8)
{
    cr_expect(utf8_ok(SLICE("")) && utf8_ok(SLICE("a\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf")));
    static const struct slice bad[] = {SLICE_INIT("\x80"), SLICE_INIT("\xc1\xbf"), SLICE_INIT("\xe0\x9f\xbf"),
                                       SLICE_INIT("\xed\xa0\x80"), SLICE_INIT("\xf0\x8f\xbf\xbf"),
                                       SLICE_INIT("\xf4\x90\x80\x80"), SLICE_INIT("\xf5\x80\x80\x80"),
                                       SLICE_INIT("\xe2\x82"), SLICE_INIT("\xff")};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) cr_expect(!utf8_ok(bad[i]), "row %zu", i);
}

Test(request, prefer)
{
    static const struct {
        const char *lines;
        struct prefer prefer;
    } rows[] = {
        {"A: b\n", {0}},
        {"Prefer: respond-async\n", {.respond_async = true}},
        {"Prefer: wait=10\n", {.has_wait = true, .n_waits = 1, .wait_s = 10}},
        {"prefer: Respond-Async, WAIT = 100\n", {.respond_async = true, .has_wait = true, .n_waits = 1, .wait_s = 100}},
        {"Prefer: wait=\"7\"\n", {.has_wait = true, .n_waits = 1, .wait_s = 7}},
        {"Prefer: wait=1;x=y, respond-async;q=\"a,b\"\n", {.respond_async = true, .has_wait = true, .n_waits = 1, .wait_s = 1}},
        {"Prefer: wait=1\nPrefer: respond-async\n", {.respond_async = true, .has_wait = true, .n_waits = 1, .wait_s = 1}},
        {"Prefer: wait=1\nPrefer: wait=2\n", {.has_wait = true, .n_waits = 2, .wait_s = 1}},
        {"Prefer: wait=x, wait=2\n", {.n_waits = 2}},
        {"Prefer: wait\n", {.n_waits = 1}}, {"Prefer: wait=\n", {.n_waits = 1}}, {"Prefer: wait=-1\n", {.n_waits = 1}},
        {"Prefer: wait=1.5\n", {.n_waits = 1}}, {"Prefer: wait=\"\n", {.n_waits = 1}},
        {"Prefer: wait=99999999999999999999999\n", {.has_wait = true, .n_waits = 1, .wait_s = UINT32_MAX}},
        {"Prefer: foo=\"wait=3, respond-async\\\"\", bar\n", {0}},
        {"Prefer: ,, ;wait=1\n", {0}}, {"Prefer: waits=1, async\n", {0}}, {"Prefer: foo=\"wait=1\n", {0}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sample s = sample(rows[i].lines);
        s.request.fields = s.fields;
        struct prefer p = request_prefer(&s.request), e = rows[i].prefer;
        cr_expect(p.respond_async == e.respond_async && p.has_wait == e.has_wait && p.n_waits == e.n_waits &&
                      p.wait_s == e.wait_s,
                  "row %zu: %d %d %u %u", i, p.respond_async, p.has_wait, p.n_waits, p.wait_s);
    }
}
