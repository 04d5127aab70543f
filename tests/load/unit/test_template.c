#include "tools/load/template.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct template_parts parts;
static struct template_values values;
static struct random rnd;
static struct template *t;
static const char *why;
static char filled[4096];

static void up(void)
{
    random_seed(&rnd, 7);
    parts = (struct template_parts){.method = "GET", .host = "a.example", .path = SLICE("/")};
    values = (struct template_values){.random = &rnd};
    why = NULL;
}

static void down(void)
{
    t = template_free(t);
}

TestSuite(load_template, .init = up, .fini = down);

static void make(void)
{
    t = template_free(t);
    int rc = template_make(&parts, &t, &why);
    cr_assert_eq(rc, 0, "%d %s", rc, why ? why : "");
}

static void refuse(const char *text)
{
    why = NULL;
    cr_assert_eq(template_make(&parts, &t, &why), -EINVAL);
    cr_assert_not_null(why);
    cr_assert_not_null(strstr(why, text), "%s", why);
}

/* One request, from a buffer that is just as long as it may be. */
static const char *fill(void)
{
    size_t max = template_bytes_max(t);
    char *out = malloc(max ? max : 1);
    size_t n = template_fill(t, &values, out);
    cr_assert_leq(n, max);
    cr_assert_lt(n, sizeof filled);
    memcpy(filled, out, n);
    filled[n] = '\0';
    free(out);
    return filled;
}

static void expect_fixed(const char *bytes)
{
    make();
    cr_assert(template_is_fixed(t));
    struct slice got = template_fixed(t);
    cr_assert(slice_eq(got, slice_str(bytes)), "%.*s", SLICE_ARG(got));
    cr_assert_eq(template_bytes_max(t), got.len);
    cr_assert_str_eq(fill(), bytes, "filling copies it");
}

static void body_is(const char *text, bool placeholders)
{
    parts.method = "POST";
    parts.body = slice_str(text);
    parts.body_placeholders = placeholders;
}

/* ---- fixed ---- */

Test(load_template, what_wrk_sends)
{
    expect_fixed("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
}

Test(load_template, headers_as_given)
{
    static const char *const headers[] = {"Accept:text/plain", "X-Empty:", "x-many:  a: b \t"};
    parts.headers = headers;
    parts.headers_n = 3;
    parts.close = true;
    parts.path = SLICE("/a?b=c");
    expect_fixed(
        "GET /a?b=c HTTP/1.1\r\nHost: a.example\r\nAccept: text/plain\r\nX-Empty: \r\nx-many: a: b\r\nConnection: close\r\n\r\n");
}

Test(load_template, a_field_that_is_given_is_not_added)
{
    static const char *const headers[] = {"HOST: b.example", "connection: keep-alive", "Content-Length: 2"};
    parts.headers = headers;
    parts.headers_n = 3;
    parts.close = true;
    body_is("{}", true);
    expect_fixed("POST / HTTP/1.1\r\nHOST: b.example\r\nconnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}");
}

Test(load_template, lengths)
{
    body_is("hello", false);
    expect_fixed("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\n\r\nhello");
    parts.body = (struct slice){NULL, 0};
    expect_fixed("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 0\r\n\r\n");
    parts.method = "DELETE";
    expect_fixed("DELETE / HTTP/1.1\r\nHost: a.example\r\n\r\n");
    parts.body = SLICE("");
    expect_fixed("DELETE / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 0\r\n\r\n");
}

Test(load_template, a_body_may_have_any_bytes)
{
    static const char bytes[] = "a\0b{seq}\xff\r\n";
    parts.method = "PUT";
    parts.body = slice_make(bytes, sizeof bytes - 1);
    make();
    struct slice got = template_fixed(t);
    cr_assert(template_is_fixed(t), "no placeholders are looked for");
    cr_assert_eq(memcmp(got.p + got.len - parts.body.len, bytes, parts.body.len), 0);
    cr_assert_not_null(memmem(got.p, got.len, "Content-Length: 11\r\n", 20));
}

Test(load_template, braces_of_a_body_are_its_own)
{
    body_is("{\"a\":{\"b\":[{}]},\"c\":\"{name}\",\"d\":\"{Seq}\"}{", true);
    make();
    cr_assert(template_is_fixed(t));
    cr_assert_not_null(strstr(fill(), "\r\n\r\n{\"a\":{\"b\":[{}]},\"c\":\"{name}\",\"d\":\"{Seq}\"}{"));
}

/* ---- filled ---- */

Test(load_template, in_path_and_headers_numbers_are_as_long_as_they_are)
{
    static const char *const headers[] = {"X-Conn: c{conn}-{seq}"};
    parts.path = SLICE("/jobs/{job}?n={seq}&r={rand:5:5}");
    parts.headers = headers;
    parts.headers_n = 1;
    make();
    cr_assert_not(template_is_fixed(t));
    values.seq = 12;
    values.conn = 3;
    values.job = SLICE("0198-ab");
    cr_assert_str_eq(fill(), "GET /jobs/0198-ab?n=12&r=5 HTTP/1.1\r\nHost: a.example\r\nX-Conn: c3-12\r\n\r\n");
    values.seq = UINT64_MAX;
    values.conn = 0;
    values.job = (struct slice){NULL, 0};
    cr_assert_str_eq(
        fill(), "GET /jobs/?n=18446744073709551615&r=5 HTTP/1.1\r\nHost: a.example\r\nX-Conn: c0-18446744073709551615\r\n\r\n");
}

Test(load_template, an_id_goes_with_each_request)
{
    parts.id_header = "X-Request-Id";
    make();
    values.seq = 4294967296;
    cr_assert_str_eq(fill(), "GET / HTTP/1.1\r\nHost: a.example\r\nX-Request-Id: 4294967296\r\n\r\n");
}

Test(load_template, in_a_body_numbers_have_a_fixed_width)
{
    body_is("{\"n\":{seq},\"s\":\"{seq}\",\"q\\\"\":\"\\\"{rand:0:999}\",\"r\":{rand:7:7}}", true);
    make();
    values.seq = 42;
    const char *request = fill();
    const char *body = strstr(request, "\r\n\r\n") + 4;
    cr_assert_eq(strncmp(body, "{\"n\":                  42,\"s\":\"00000000000000000042\",\"q\\\"\":\"\\\"", 62), 0, "%s",
                 body);
    cr_assert_not_null(strstr(body, ",\"r\":7}"));
    size_t len = strlen(body);
    char field[40];
    (void)snprintf(field, sizeof field, "\r\nContent-Length: %zu\r\n", len);
    cr_assert_not_null(strstr(request, field), "%s", request);
    for (int i = 0; i < 1000; i++) {
        values.seq = random_u64(&rnd) >> (i % 64);
        body = strstr(fill(), "\r\n\r\n") + 4;
        cr_assert_eq(strlen(body), len, "%s", body);
    }
}

Test(load_template, drawn_numbers_are_within_and_reach_both_ends)
{
    parts.path = SLICE("/{rand:8:12}");
    make();
    bool seen[13] = {false};
    for (int i = 0; i < 500; i++) {
        long n = strtol(fill() + 5, NULL, 10);
        cr_assert(n >= 8 && n <= 12, "%ld", n);
        seen[n] = true;
    }
    for (int n = 8; n <= 12; n++) cr_assert(seen[n], "%d", n);
    parts.path = SLICE("/{rand:0:18446744073709551615}");
    make();
    for (int i = 0; i < 100; i++) (void)fill();
    parts.path = SLICE("/{rand:18446744073709551615:18446744073709551615}");
    make();
    cr_assert_eq(strncmp(fill(), "GET /18446744073709551615 ", 26), 0);
}

Test(load_template, the_length_follows_the_job)
{
    static const char long_id[] = "0123456789012345678901234567890123456789012345678901234567890123456789";
    body_is("{\"id\":\"{job}\",\"again\":\"{job}\"}", true);
    make();
    static const struct {
        const char *id, *length;
    } cases[] = {{"", "\r\nContent-Length: 20\r\n"},
                 {"ab", "\r\nContent-Length: 24\r\n"},
                 {long_id, "\r\nContent-Length: 148\r\n"}};
    for (size_t i = 0; i < 3; i++) {
        values.job = slice_str(cases[i].id);
        const char *request = fill();
        cr_assert_not_null(strstr(request, cases[i].length), "%s", request);
        size_t announced = strtoul(strstr(request, "Length: ") + 8, NULL, 10);
        cr_assert_eq(strlen(strstr(request, "\r\n\r\n") + 4), announced);
    }
}

Test(load_template, the_same_seed_fills_alike)
{
    parts.path = SLICE("/{rand:0:1000000}/{rand:0:1000000}");
    make();
    char first[4096];
    random_seed(&rnd, 99);
    (void)snprintf(first, sizeof first, "%s", fill());
    cr_assert_str_neq(fill(), first);
    random_seed(&rnd, 99);
    cr_assert_str_eq(fill(), first);
}

/* ---- refused ---- */

Test(load_template, bad_placeholders)
{
    static const char *const bad[] = {
        "/{rand}",     "/{rand:}",      "/{rand:1}",    "/{rand:1:}",  "/{rand::2}",
        "/{rand:2:1}", "/{rand:1:2:3}", "/{rand:-1:2}", "/{rand:a:b}", "/{rand:1:18446744073709551616}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        parts.path = slice_str(bad[i]);
        refuse("{rand:A:B}");
    }
    parts.path = SLICE("/");
    body_is("{\"n\":{rand:2:1}}", true);
    refuse("{rand:A:B}");
    body_is("{}", true);
    parts.path = SLICE("/{sequence}");
    refuse("unknown placeholder");
    parts.path = SLICE("/{random}");
    refuse("unknown placeholder");
    static const char *const headers[] = {"X: {id}"};
    parts.path = SLICE("/");
    parts.headers = headers;
    parts.headers_n = 1;
    refuse("unknown placeholder");
}

Test(load_template, bad_heads)
{
    static const char *const bad[] = {"no colon", ": x", "a b: c", "a : c", "a: b\r\nc: d", "a: \x01"};
    const char *header;
    parts.headers = &header;
    parts.headers_n = 1;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        header = bad[i];
        refuse(i == 0 ? "no colon" : "header");
    }
    parts.headers_n = 0;
    parts.path = SLICE("/a b");
    refuse("path");
    parts.path = SLICE("");
    refuse("path");
    parts.path = SLICE("/\r\n");
    refuse("path");
    parts.path = SLICE("/");
    parts.method = "GET /";
    refuse("method");
    parts.method = "";
    refuse("method");
    parts.method = "GET";
    parts.host = "a\r\nb";
    refuse("host");
    cr_assert_null(template_free(NULL));
}

Test(load_template, unbroken)
{
    static const char *const whole[] = {"", "a", "/x?y=%20", "\xc3\xa4", "\xff"}, *const broken[] = {" ", "a b", "a\tb", "a\x01", "\x7f", "a\n"};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) cr_assert(template_is_unbroken(slice_str(whole[i])), "%zu", i);
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) cr_assert_not(template_is_unbroken(slice_str(broken[i])), "%zu", i);
    cr_assert_not(template_is_unbroken(slice_make("a\0b", 3)));
}
