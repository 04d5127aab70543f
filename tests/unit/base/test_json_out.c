#include "base/json.h"
#include "base/random.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

static char memory[8192];
static struct json_out out;

static void up(void)
{
    json_out_init(&out, memory, sizeof memory);
}

TestSuite(base_json_out, .init = up);

static void assert_wrote(const char *expected)
{
    cr_assert(!out.overflow);
    struct slice wrote = slice_make(out.p, out.len);
    cr_assert(slice_eq(wrote, slice_str(expected)), "%.*s", SLICE_ARG(wrote));
}

static void write_all_kinds(struct json_out *o)
{
    json_open(o, '{');
    json_key(o, "a");
    json_open(o, '[');
    json_u64(o, UINT64_MAX);
    json_i64(o, INT64_MIN);
    json_i64(o, 5);
    json_double(o, 0.5);
    json_bool(o, true);
    json_bool(o, false);
    json_null(o);
    json_open(o, '[');
    json_close(o, ']');
    json_open(o, '{');
    json_close(o, '}');
    json_close(o, ']');
    json_key(o, "b\"");
    json_str(o, SLICE("x"));
    json_key(o, "c");
    json_raw(o, SLICE("{\"d\": 1}"));
    json_plain_key(o, SLICE("e"));
    json_open(o, '[');
    json_plain_str(o, SLICE("f g"));
    json_plain_str(o, SLICE(""));
    json_close(o, ']');
    json_close(o, '}');
}

static const char all_kinds[] =
    "{\"a\":[18446744073709551615,-9223372036854775808,5,0.5,true,false,null,[],{}],"
    "\"b\\\"\":\"x\",\"c\":{\"d\": 1},\"e\":[\"f g\",\"\"]}";

Test(base_json_out, puts_commas_where_they_belong)
{
    write_all_kinds(&out);
    assert_wrote(all_kinds);
}

Test(base_json_out, overflows_at_every_size_without_writing_past_it)
{
    struct json_value v;
    size_t at;
    for (size_t room = 0; room <= sizeof all_kinds - 1; room++) {
        memset(memory, '#', sizeof memory);
        json_out_init(&out, memory, room);
        write_all_kinds(&out);
        cr_assert_eq(out.overflow, room < sizeof all_kinds - 1, "%zu", room);
        cr_assert_leq(out.len, room);
        cr_assert_eq(memory[room], '#');
    }
    cr_assert_eq(json_check(slice_make(out.p, out.len), &v, &at), JSON_OK);
}

Test(base_json_out, escapes)
{
    json_str(&out, SLICE("\"\\/\b\f\n\r\t\x01\x1f\x7f\xc3\xa4\xf0\x9f\x98\x80"));
    assert_wrote("\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\xc3\xa4\xf0\x9f\x98\x80\"");
    up();
    json_str(&out, slice_make("\0", 1));
    assert_wrote("\"\\u0000\"");
    up();
    json_str(&out, SLICE("a\xff\xc3z\xe2\x82")); /* not UTF-8, cut in the middle, cut at the end */
    assert_wrote("\"a\xef\xbf\xbd\xef\xbf\xbdz\xef\xbf\xbd\xef\xbf\xbd\"");
}

Test(base_json_out, escape_cuts_between_characters_only)
{
    char small[16];
    size_t n_read;
    struct slice text = SLICE("ab\n\xc3\xa4\x01z");
    const size_t written[] = {0, 1, 2, 2, 4, 4, 6, 6, 6, 6, 6, 6, 12, 13, 13};
    const size_t read[] = {0, 1, 2, 2, 3, 3, 5, 5, 5, 5, 5, 5, 6, 7, 7};
    for (size_t room = 0; room < sizeof written / sizeof *written; room++) {
        cr_assert_eq(json_escape(text, small, room, &n_read), written[room], "%zu", room);
        cr_assert_eq(n_read, read[room], "%zu", room);
    }
}

Test(base_json_out, random_bytes_come_back_as_valid_strings)
{
    struct random r;
    struct json_value v;
    size_t at;
    char bytes[300];
    random_seed(&r, 11);
    for (int i = 0; i < 2000; i++) {
        size_t len = (size_t)random_below(&r, sizeof bytes);
        for (size_t b = 0; b < len; b++) bytes[b] = (char)random_u64(&r);
        up();
        json_str(&out, slice_make(bytes, len));
        cr_assert(!out.overflow);
        cr_assert_eq(json_check(slice_make(out.p, out.len), &v, &at), JSON_OK);
    }
}

Test(base_json_out, strings_come_back_the_same)
{
    char back[64];
    struct json_value v;
    size_t at;
    struct slice text = SLICE("\"quotes\" \\ \x01 line\n \xe2\x82\xac \xf0\x9f\x98\x80");
    json_str(&out, text);
    cr_assert_eq(json_check(slice_make(out.p, out.len), &v, &at), JSON_OK);
    long len = json_unescape(v, back, sizeof back);
    cr_assert(len >= 0 && slice_eq(slice_make(back, (size_t)len), text));
}

static void assert_double(double x, const char *expected)
{
    up();
    json_double(&out, x);
    assert_wrote(expected);
}

Test(base_json_out, doubles_are_short)
{
    assert_double(0, "0");
    assert_double(-0.0, "-0");
    assert_double(1, "1");
    assert_double(0.1, "0.1");
    assert_double(-2.5, "-2.5");
    assert_double(0.1 + 0.2, "0.30000000000000004");
    assert_double(1e21, "1e+21");
    assert_double(5e-324, "5e-324");
    assert_double(1.7976931348623157e308, "1.7976931348623157e+308");
    assert_double(123456789012345680.0, "1.2345678901234568e+17");
    assert_double(NAN, "null");
    assert_double(INFINITY, "null");
    assert_double(-INFINITY, "null");
}

Test(base_json_out, doubles_come_back_the_same)
{
    struct random r;
    random_seed(&r, 12);
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = random_u64(&r);
        double x, back;
        struct json_value v;
        size_t at;
        memcpy(&x, &bits, sizeof x);
        if (!isfinite(x)) continue;
        up();
        json_double(&out, x);
        cr_assert_eq(json_check(slice_make(out.p, out.len), &v, &at), JSON_OK);
        cr_assert(json_to_double(v, &back));
        cr_assert_eq(memcmp(&back, &x, sizeof x), 0, "%a", x);
    }
}
