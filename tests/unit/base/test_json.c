#include "base/buf.h"
#include "base/json.h"
#include "base/random.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

static struct json_value value;
static size_t at;

static enum json_error check(const char *text)
{
    return json_check(slice_str(text), &value, &at);
}

static bool value_is(struct json_value v, const char *text)
{
    return slice_eq(v.text, slice_str(text));
}

/* ---- checking ---- */

static const char *const valid[] = {
    "null", "true", "false", "0", "-0", "1", "-1", "10", "0.5", "-0.0", "1e5", "1E+5", "1e-05",
    "0e0", "1.25e+300", "\"\"", "\"a\"", "[]", "{}", " [ ] ", "\t\n\r{ }\r\n\t", "[1]", "[1,2]",
    "[ 1 , 2 ]", "[[],[[]],{}]", "{\"a\":1}", "{ \"a\" : 1 , \"b\" : [ ] }", "{\"\":0}",
    "{\"a\":{\"a\":{\"a\":1}}}", "[{\"a\":1},{\"a\":2}]", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
    "\"\\u0000\"", "\"\\u00e4\\uD83D\\uDE00\"", "\"\\ud7ff\\ue000\\uffff\"", "\"\x7f\"",
    "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"", "\"/\"", "123456789012345678901234567890",
    "1e999999", "{\"a\":1,\"A\":2}", "{\"a\":1,\"\\u0061b\":2}", "[null,true,false]"
};

Test(base_json, takes_valid_texts)
{
    for (size_t i = 0; i < sizeof valid / sizeof *valid; i++)
        cr_assert_eq(check(valid[i]), JSON_OK, "%s", valid[i]);
}

struct bad {
    const char *text;
    enum json_error error;
    size_t at;
};

static const struct bad invalid[] = {
    {"", JSON_CUT, 0}, {"  ", JSON_CUT, 2}, {"[", JSON_CUT, 1}, {"{", JSON_CUT, 1},
    {"[1", JSON_CUT, 2}, {"[1,", JSON_CUT, 3}, {"{\"a\"", JSON_CUT, 4}, {"{\"a\":", JSON_CUT, 5},
    {"{\"a\":1", JSON_CUT, 6}, {"\"", JSON_CUT, 1}, {"\"a", JSON_CUT, 2}, {"\"\\", JSON_CUT, 2},
    {"\"\\u", JSON_CUT, 3}, {"\"\\u12", JSON_CUT, 5}, {"\"\\ud83d", JSON_CUT, 7},
    {"\"\\ud83d\\", JSON_CUT, 8}, {"\"\xc3", JSON_CUT, 1}, {"-", JSON_CUT, 1}, {"1.", JSON_CUT, 2},
    {"1e", JSON_CUT, 2}, {"1e+", JSON_CUT, 3}, {"tru", JSON_CUT, 3}, {"n", JSON_CUT, 1},
    {"1 2", JSON_TRAILING, 2}, {"[] []", JSON_TRAILING, 3}, {"{}}", JSON_TRAILING, 2},
    {"null,", JSON_TRAILING, 4}, {"truee", JSON_TRAILING, 4}, {"1x", JSON_TRAILING, 1},
    {"[]\x01", JSON_TRAILING, 2}, {"0 // x", JSON_TRAILING, 2},
    {"[,]", JSON_SYNTAX, 1}, {"[1,]", JSON_SYNTAX, 3}, {"[1 2]", JSON_SYNTAX, 3},
    {"[1,,2]", JSON_SYNTAX, 3}, {"[}", JSON_SYNTAX, 1}, {"{]", JSON_SYNTAX, 1},
    {"[1}", JSON_SYNTAX, 2}, {"{\"a\":1]", JSON_SYNTAX, 6}, {"{,}", JSON_SYNTAX, 1},
    {"{\"a\":1,}", JSON_SYNTAX, 7}, {"{\"a\"}", JSON_SYNTAX, 4}, {"{\"a\" 1}", JSON_SYNTAX, 5},
    {"{\"a\":}", JSON_SYNTAX, 5}, {"{\"a\"::1}", JSON_SYNTAX, 5}, {"{a:1}", JSON_SYNTAX, 1},
    {"{'a':1}", JSON_SYNTAX, 1}, {"{1:1}", JSON_SYNTAX, 1}, {"{\"a\":1 \"b\":2}", JSON_SYNTAX, 7},
    {"'a'", JSON_SYNTAX, 0}, {"True", JSON_SYNTAX, 0}, {"nul1", JSON_SYNTAX, 3},
    {"NaN", JSON_SYNTAX, 0}, {"Infinity", JSON_SYNTAX, 0}, {"-Infinity", JSON_SYNTAX, 1},
    {"+1", JSON_SYNTAX, 0}, {".5", JSON_SYNTAX, 0}, {"1.e5", JSON_SYNTAX, 2},
    {"-.5", JSON_SYNTAX, 1},
    {"01", JSON_SYNTAX, 1}, {"-01", JSON_SYNTAX, 2}, {"[00]", JSON_SYNTAX, 2},
    {"0x1", JSON_TRAILING, 1},
    {"1ee5", JSON_SYNTAX, 2}, {"1e5.5", JSON_TRAILING, 3}, {"--1", JSON_SYNTAX, 1},
    {"\"\n\"", JSON_SYNTAX, 1}, {"\"\t\"", JSON_SYNTAX, 1}, {"\"a\x1f\"", JSON_SYNTAX, 2},
    {"\"\\a\"", JSON_SYNTAX, 2}, {"\"\\x41\"", JSON_SYNTAX, 2}, {"\"\\u12g4\"", JSON_SYNTAX, 5},
    {"\"\\U0041\"", JSON_SYNTAX, 2}, {"[\f]", JSON_SYNTAX, 1}, {"[\v1]", JSON_SYNTAX, 1},
    {"\xef\xbb\xbf[]", JSON_SYNTAX, 0}, {"\xff", JSON_SYNTAX, 0}, {"[\xc3\xa4]", JSON_SYNTAX, 1},
    {"[1]//", JSON_TRAILING, 3}, {"/* */1", JSON_SYNTAX, 0},
    {"\"\xff\"", JSON_UTF8, 1}, {"\"\xc0\x80\"", JSON_UTF8, 1}, {"\"a\xed\xa0\x80\"", JSON_UTF8, 2},
    {"\"\xf4\x90\x80\x80\"", JSON_UTF8, 1}, {"\"\xc3\"", JSON_UTF8, 1},
    {"\"\\ud800\"", JSON_UTF8, 7}, {"\"\\udc00\"", JSON_UTF8, 7}, {"\"\\ud83d\\n\"", JSON_UTF8, 8},
    {"\"\\ud83dx\"", JSON_UTF8, 7}, {"\"\\ud83d\\ud83d\"", JSON_UTF8, 13},
    {"\"\\ud83d\\u0041\"", JSON_UTF8, 13},
};

Test(base_json, refuses_invalid_texts_and_says_where)
{
    for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++) {
        const struct bad *b = &invalid[i];
        enum json_error e = check(b->text);
        cr_assert_eq(e, b->error, "%s: %s", b->text, json_error_text(e));
        cr_assert_eq(at, b->at, "%s: at %zu", b->text, at);
    }
}

Test(base_json, a_nul_byte_is_no_end)
{
    cr_assert_eq(json_check(slice_make("1\0", 2), &value, &at), JSON_TRAILING);
    cr_assert_eq(json_check(slice_make("\"\0\"", 3), &value, &at), JSON_SYNTAX);
    cr_assert_eq(json_check(slice_make("\"\\\0\"", 4), &value, &at), JSON_SYNTAX);
    cr_assert_eq(json_check(slice_make(NULL, 0), &value, &at), JSON_CUT);
}

Test(base_json, cuts_blanks_around_the_value)
{
    cr_assert_eq(check(" \n {\"a\" : 1 } \t"), JSON_OK);
    cr_assert_eq(value.kind, JSON_OBJECT);
    cr_assert(value_is(value, "{\"a\" : 1 }"));
}

static const struct bad duplicates[] = {
    {"{\"a\":1,\"a\":2}", JSON_DUPLICATE, 7},
    {"{\"a\":1,\"\\u0061\":2}", JSON_DUPLICATE, 7},
    {"{\"\\u0061\":1,\"a\":2}", JSON_DUPLICATE, 12},
    {"{\"a/b\":1,\"x\":0,\"a\\/b\":2}", JSON_DUPLICATE, 15},
    {"{\"\\uD83D\\ude00\":1,\"\xf0\x9f\x98\x80\":2}", JSON_DUPLICATE, 18},
    {"{\"\\n\":1,\"\\u000a\":2}", JSON_DUPLICATE, 8},
    {"{\"\":1,\"\":2}", JSON_DUPLICATE, 6},
    {"[0,{\"b\":{\"c\":1,\"d\":1,\"c\":1}}]", JSON_DUPLICATE, 21},
    {"{\"a\":{\"x\":1},\"b\":[{\"x\":1}],\"a\":0}", JSON_DUPLICATE, 27},
    {"{\"a\":1,\"b\":1,\"b\":1,\"a\":1,\"b\":1}", JSON_DUPLICATE, 13}, /* the first of several */
};

Test(base_json, finds_duplicate_names)
{
    for (size_t i = 0; i < sizeof duplicates / sizeof *duplicates; i++) {
        cr_assert_eq(check(duplicates[i].text), JSON_DUPLICATE, "%s", duplicates[i].text);
        cr_assert_eq(at, duplicates[i].at, "%s: at %zu", duplicates[i].text, at);
    }
}

static struct buf text;

static void repeat(const char *piece, int n)
{
    for (int i = 0; i < n; i++) buf_add_str(&text, piece);
}

static void text_up(void)
{
    buf_init(&text, 64u << 20);
}

static void text_down(void)
{
    cr_assert(!text.overflow);
    buf_deinit(&text);
}

static enum json_error check_buf(void)
{
    return json_check(buf_slice(&text), &value, &at);
}

TestSuite(base_json_large, .init = text_up, .fini = text_down, .timeout = 30);

Test(base_json_large, depth_64_and_65)
{
    repeat("[", 64);
    repeat("]", 64);
    cr_assert_eq(check_buf(), JSON_OK);
    buf_clear(&text);
    repeat("{\"a\":", 64);
    repeat("0", 1);
    repeat("}", 64);
    cr_assert_eq(check_buf(), JSON_OK);
    buf_clear(&text);
    repeat("[", 65);
    repeat("]", 65);
    cr_assert_eq(check_buf(), JSON_DEPTH);
    cr_assert_eq(at, 64);
}

Test(base_json_large, ten_thousand_deep)
{
    repeat("[", 10000);
    cr_assert_eq(check_buf(), JSON_DEPTH);
    cr_assert_eq(at, 64);
}

static void add_members(int n, const char *prefix)
{
    for (int i = 0; i < n; i++) buf_addf(&text, "%s\"%s%d\":%d", i ? "," : "", prefix, i * 7919, i);
}

Test(base_json_large, members_at_the_limit_and_one_above)
{
    repeat("{", 1);
    add_members(JSON_MEMBERS_MAX, "name");
    repeat("}", 1);
    cr_assert_eq(check_buf(), JSON_OK);
    text.p[text.len - 1] = ',';
    size_t over = text.len;
    buf_add_str(&text, "\"one more\":0}");
    cr_assert_eq(check_buf(), JSON_TOO_MANY);
    cr_assert_eq(at, over);
}

Test(base_json_large, a_duplicate_among_1000_members)
{
    repeat("{", 1);
    add_members(1000, "a name with some length ");
    repeat("}", 1);
    cr_assert_eq(check_buf(), JSON_OK);
    text.p[text.len - 1] = ',';
    size_t second = text.len;
    buf_addf(&text, "\"a\\u0020name with some length %d\":0}", 3 * 7919);
    cr_assert_eq(check_buf(), JSON_DUPLICATE);
    cr_assert_eq(at, second);
}

/* More open names than the small stack of names holds. */
Test(base_json_large, wide_objects_within_wide_objects)
{
    for (int depth = 0; depth < 63; depth++) {
        repeat("{", 1);
        add_members(1000, "n");
        repeat(",\"inner\":", 1);
    }
    repeat("{\"x\":1,\"y\":2}", 1);
    repeat("}", 63);
    cr_assert_eq(check_buf(), JSON_OK);
    text.p[text.len - 1] = ',';
    buf_addf(&text, "\"n%d\":0}", 999 * 7919);
    cr_assert_eq(check_buf(), JSON_DUPLICATE);
}

Test(base_json_large, values_at_the_limit_and_one_above)
{
    repeat("[0", 1);
    repeat(",0", JSON_VALUES_MAX - 2);
    repeat("]", 1);
    cr_assert_eq(check_buf(), JSON_OK);
    text.p[text.len - 1] = ',';
    repeat("0]", 1);
    cr_assert_eq(check_buf(), JSON_TOO_MANY);
}

/* Names whose hashes collide must not make it slow: here all names are equal but for their ends. */
Test(base_json_large, long_names_with_one_prefix)
{
    repeat("[", 1);
    for (int object = 0; object < 20; object++) {
        repeat(object ? ",{" : "{", 1);
        for (int i = 0; i < JSON_MEMBERS_MAX; i++)
            buf_addf(&text, "%s\"%0512d\":0", i ? "," : "", i);
        repeat("}", 1);
    }
    repeat("]", 1);
    cr_assert_eq(check_buf(), JSON_OK);
}

/* ---- cut and damaged texts ---- */

/* The text's last byte lies before a page that may not be touched. */
static struct slice before_guard(struct slice s)
{
    static char *end;
    const size_t room = 65536;
    if (!end) {
        const int flags = MAP_PRIVATE | MAP_ANONYMOUS;
        char *p = mmap(NULL, room + 4096, PROT_READ | PROT_WRITE, flags, -1, 0);
        cr_assert_neq(p, MAP_FAILED);
        cr_assert_eq(mprotect(p + room, 4096, PROT_NONE), 0);
        end = p + room;
    }
    cr_assert_leq(s.len, room);
    if (s.len) memcpy(end - s.len, s.p, s.len);
    return slice_make(end - s.len, s.len);
}

static const char document[] =
    "{\"specversion\":\"1.0\",\"id\":\"019539a4-b68c-7def-8000-1a2b3c4d5e6f\",\"n\":[0,-1,2.5e+10,"
    "true,false,null,[],{}, {\"a\":{\"\\u0061b\":\"\\ud83d\\ude00\\n\\\"\"}}],\"\xc3\xa4\xe2\x82\xac\" : "
    "\"\xf0\x9f\x98\x80 \\\\\" , \"empty\":\"\",\"e\":1E-7}";

Test(base_json, every_prefix_of_a_document_is_cut)
{
    struct slice whole = slice_make(document, sizeof document - 1);
    cr_assert_eq(json_check(before_guard(whole), &value, &at), JSON_OK);
    for (size_t len = 0; len < whole.len; len++) {
        struct slice prefix = before_guard(slice_make(whole.p, len));
        cr_assert_eq(json_check(prefix, &value, &at), JSON_CUT, "%zu", len);
        cr_assert_leq(at, len);
    }
}

/* Everything that reading functions do with a value; none may leave the text. */
static void read_all(struct json_value v)
{
    char room[sizeof document];
    struct slice name, plain;
    struct json_value inner;
    double x;
    int64_t n;
    (void)json_to_double(v, &x), (void)json_to_i64(v, &n), (void)json_plain(v, &plain);
    if (v.kind == JSON_STRING) cr_assert_geq(json_unescape(v, room, sizeof room), 0);
    if (v.kind != JSON_ARRAY && v.kind != JSON_OBJECT) return;
    for (size_t i = 0; json_next(v, &i, &name, &inner);) {
        cr_assert(inner.text.p > v.text.p && inner.text.len < v.text.len);
        (void)json_name_is(name, SLICE("specversion"));
        read_all(inner);
    }
}

Test(base_json, damaged_documents_do_no_harm, .timeout = 30)
{
    struct random r;
    int n_valid = 0;
    random_seed(&r, 99);
    for (int i = 0; i < 20000; i++) {
        char copy[sizeof document];
        memcpy(copy, document, sizeof copy);
        for (uint64_t n = random_below(&r, 3) + 1; n > 0; n--) {
            static const char likely[] = "{}[]\",:\\u0e-. \n\xc3";
            char c = likely[random_below(&r, sizeof likely - 1)];
            copy[random_below(&r, sizeof copy - 1)] = c;
        }
        struct slice damaged = before_guard(slice_make(copy, sizeof copy - 1));
        enum json_error e = json_check(damaged, &value, &at);
        if (e) cr_assert_leq(at, sizeof copy - 1);
        if (!e) read_all(value), n_valid++;
    }
    cr_assert_gt(n_valid, 100, "some stay valid");
}

/* ---- reading ---- */

Test(base_json, walks_objects_and_arrays)
{
    const char *names[] = {"a", "b", "c\\n", "d", ""};
    const char *values[] = {"1", "\"x,}\\\"\"", "[1,[2]]", "{\"e\":{}}", "null"};
    struct slice name;
    struct json_value v;
    size_t n = 0;
    cr_assert_eq(check("{\"a\":1,\"b\" : \"x,}\\\"\" ,\n\"c\\n\":[1,[2]],"
                       "\"d\":{\"e\":{}},\"\":null }"),
                 JSON_OK);
    for (size_t i = 0; json_next(value, &i, &name, &v); n++) {
        cr_assert(slice_eq(name, slice_str(names[n])), "%zu", n);
        cr_assert(value_is(v, values[n]), "%.*s", SLICE_ARG(v.text));
    }
    cr_assert_eq(n, 5);
    n = 0;
    cr_assert_eq(check("[ 1 , \"]\",{} ,[ ]\t]"), JSON_OK);
    const char *elements[] = {"1", "\"]\"", "{}", "[ ]"};
    for (size_t i = 0; json_next(value, &i, &name, &v); n++) {
        cr_assert_eq(name.len, 0);
        cr_assert(value_is(v, elements[n]));
    }
    cr_assert_eq(n, 4);
    const char *none[] = {"[]", "{ }"};
    for (int k = 0; k < 2; k++) {
        size_t i = 0;
        cr_assert_eq(check(none[k]), JSON_OK);
        cr_assert(!json_next(value, &i, &name, &v));
        cr_assert(!json_next(value, &i, &name, &v), "and again");
    }
}

Test(base_json, finds_members_by_their_plain_name)
{
    struct json_value v;
    cr_assert_eq(check("{\"ab\":1,\"\\u0061\":2,\"a\\\"b\":3,\"in\":{\"x\":4}}"), JSON_OK);
    cr_assert(json_member(value, SLICE("a"), &v) && value_is(v, "2"));
    cr_assert(json_member(value, SLICE("a\"b"), &v) && value_is(v, "3"));
    cr_assert(!json_member(value, SLICE("x"), &v), "not those of inner objects");
    cr_assert(!json_member(value, SLICE(""), &v));
    cr_assert(json_member(value, SLICE("in"), &v));
    cr_assert(json_member(v, SLICE("x"), &v) && value_is(v, "4"));
    cr_assert(!json_member(v, SLICE("x"), &v), "a number has no members");
    cr_assert(json_name_is(SLICE("\\uD83D\\uDE00"), SLICE("\xf0\x9f\x98\x80")));
    cr_assert(!json_name_is(SLICE("ab"), SLICE("a")));
    cr_assert(!json_name_is(SLICE("a"), SLICE("ab")));
}

Test(base_json, unescapes)
{
    char room[16];
    struct slice plain;
    cr_assert_eq(check("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\u20AC\""), JSON_OK);
    cr_assert_eq(json_unescape(value, room, 13), 13);
    cr_assert_eq(memcmp(room, "\"\\/\b\f\n\r\t\xc3\xa4\xe2\x82\xac", 13), 0);
    cr_assert_eq(json_unescape(value, room, 12), -ENOSPC);
    cr_assert(!json_plain(value, &plain));
    cr_assert_eq(check("\"\xc3\xa4 plain\""), JSON_OK);
    cr_assert(json_plain(value, &plain));
    cr_assert(slice_eq(plain, SLICE("\xc3\xa4 plain")));
    cr_assert_eq(check("\"\""), JSON_OK);
    cr_assert(json_plain(value, &plain) && plain.len == 0);
    cr_assert_eq(json_unescape(value, room, 0), 0);
    cr_assert_eq(check("1"), JSON_OK);
    cr_assert(!json_plain(value, &plain));
}

Test(base_json, reads_integers)
{
    const char *good[] = {"0", "-0", "7", "9223372036854775807", "-9223372036854775808"};
    const int64_t numbers[] = {0, 0, 7, INT64_MAX, INT64_MIN};
    const char *bad[] = {"3.0", "1e3", "9223372036854775808", "-9223372036854775809", "\"1\"", "null",
                         "123456789012345678901234567890"};
    int64_t n = 0;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        cr_assert_eq(check(good[i]), JSON_OK);
        cr_assert(json_to_i64(value, &n), "%s", good[i]);
        cr_assert_eq(n, numbers[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_assert_eq(check(bad[i]), JSON_OK);
        cr_assert(!json_to_i64(value, &n), "%s", bad[i]);
    }
}

static void assert_reads_as(const char *number, double expected)
{
    double x = 0;
    cr_assert_eq(check(number), JSON_OK);
    cr_assert(json_to_double(value, &x), "%s", number);
    cr_assert_eq(memcmp(&x, &expected, sizeof x), 0, "%s: %a, not %a", number, x, expected);
}

Test(base_json, reads_doubles)
{
    const char *numbers[] = {
        "0", "-0", "-0.0", "1", "0.1", "-2.5", "1e5", "1E+05", "125e-2", "0.00000000000000000001",
        "1.7976931348623157e308", "2.2250738585072014e-308", "4.9e-324", "1e-400", "0e99999999999",
        "9007199254740993", "9007199254740993.0000000000000000000000000000001",
        "1000000000000000000000",
        "0.000000000000000000000000000000000000000000000000000000000000000000001e70",
        "8.5e-999999999999999999999", "0.0000000000000000000000000000000001234567890123456789e-10",
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        assert_reads_as(numbers[i], strtod(numbers[i], NULL));
    const char *bad[] = {"1e309", "-1e999999999999999999999", "\"1\"", "true"};
    double x = 7;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_assert_eq(check(bad[i]), JSON_OK);
        cr_assert(!json_to_double(value, &x), "%s", bad[i]);
    }
    cr_assert_eq(x, 7);
}

/* Ties that only the very last digit breaks, and zeros that exponents make up for. */
Test(base_json_large, reads_very_long_numbers)
{
    repeat("9007199254740993.", 1);
    repeat("0", 2000);
    assert_reads_as(text.p, 9007199254740992.0);
    repeat("1", 1);
    assert_reads_as(text.p, 9007199254740994.0);
    buf_clear(&text);
    repeat("1", 1);
    repeat("0", 5000);
    repeat("e-5000", 1);
    assert_reads_as(text.p, 1);
    buf_clear(&text);
    repeat("0.", 1);
    repeat("0", 5000);
    repeat("1e5001", 1);
    assert_reads_as(text.p, 1);
}

Test(base_json, random_decimals_read_as_strtod_reads_them)
{
    struct random r;
    char number[64];
    random_seed(&r, 8);
    for (int i = 0; i < 20000; i++) {
        int len = snprintf(number, sizeof number, "%s%llu.%llue%d", i & 1 ? "-" : "",
                           (unsigned long long)(random_u64(&r) >> random_below(&r, 64)),
                           (unsigned long long)(random_u64(&r) >> random_below(&r, 64)),
                           (int)random_below(&r, 600) - 320);
        double expected = strtod(number, NULL);
        cr_assert_lt(len, (int)sizeof number);
        if (isfinite(expected)) assert_reads_as(number, expected);
    }
}

/* ---- files for people ---- */

Test(base_json, lines_count_from_one)
{
    struct slice s = SLICE("a\nb\n\nc");
    cr_assert_eq(json_line(s, 0), 1);
    cr_assert_eq(json_line(s, 1), 1);
    cr_assert_eq(json_line(s, 2), 2);
    cr_assert_eq(json_line(s, 5), 4);
    cr_assert_eq(json_line(s, 99), 4);
}

static void assert_blanks_to(const char *before, const char *after)
{
    char copy[200];
    size_t len = strlen(before);
    memcpy(copy, before, len + 1);
    cr_assert_eq(json_blank_comments(copy, len, &at), 0, "%s", before);
    cr_assert_str_eq(copy, after);
}

Test(base_json, blanks_comments_out)
{
    assert_blanks_to("", "");
    assert_blanks_to("/", "/");
    assert_blanks_to("[1] // one", "[1]       ");
    assert_blanks_to("[1, // one\r\n2]", "[1,       \r\n2]");
    assert_blanks_to("[/* a\n * b\n */1/**/]", "[    \n    \n   1    ]");
    assert_blanks_to("[\"// no\", \"/* no */\", \"\\\"//\"] //", "[\"// no\", \"/* no */\", \"\\\"//\"]   ");
    assert_blanks_to("\"open // \\", "\"open // \\");
    assert_blanks_to("/*/ */1", "      1");
    char open[] = "[1]\n/* \"x\" *";
    cr_assert_eq(json_blank_comments(open, strlen(open), &at), -EINVAL);
    cr_assert_eq(at, 4);
    char tight[] = "/*/";
    cr_assert_eq(json_blank_comments(tight, 3, &at), -EINVAL);
}

Test(base_json, every_error_has_a_text)
{
    for (int e = JSON_OK; e <= JSON_TOO_MANY; e++)
        cr_assert_gt(strlen(json_error_text((enum json_error)e)), 5);
}
