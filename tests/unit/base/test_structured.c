/* Structured fields: texts, each with the one way to write it, in the manner of the public structured-field-tests; what is refused; and
 * every text cut at every byte before a page that cannot be read. */
#include "base/structured.h"

#include "../api/guard.h"

#include <criterion/criterion.h>
#include <stdio.h>

enum form { ITEM, LIST, DICTIONARY };

/* The whole field written again; false: it does not parse. */
static bool rewrite(enum form form, struct slice text, char *out, size_t room, size_t *len)
{
    struct sf_walk w = sf_begin(text);
    struct sf_member m;
    enum sf_step step;
    *len = 0;
    if (form == ITEM) {
        long n = sf_item(text, &m) ? sf_write_member(&m, out, room) : -1;
        *len = n < 0 ? 0 : (size_t)n;
        return n >= 0;
    }
    while ((step = form == LIST ? sf_list_next(&w, &m) : sf_dictionary_next(&w, &m)) == SF_MEMBER) {
        if (*len) memcpy(out + *len, ", ", 2), *len += 2;
        memcpy(out + *len, m.key.p, m.key.len);
        *len += m.key.len;
        bool is_bare = form == DICTIONARY && m.value.kind == SF_BOOLEAN && m.value.is_true;
        if (form == DICTIONARY && !is_bare) out[(*len)++] = '=';
        long n = sf_write_member(&m, out + *len, room - *len);
        cr_assert_geq(n, 0);
        if (is_bare) memmove(out + *len, out + *len + 2, (size_t)(n -= 2)); /* without its "?1" */
        *len += (size_t)n;
    }
    return step == SF_END;
}

static void expect(enum form form, struct slice text, const char *written)
{
    char out[2048];
    size_t n;
    bool is_read = rewrite(form, text, out, sizeof out, &n);
    cr_expect_eq(is_read, written != NULL, "%.*s", SLICE_ARG(text));
    if (is_read && written) cr_expect(slice_eq(slice_make(out, n), slice_str(written)), "%.*s became %.*s", SLICE_ARG(text), (int)n, out);
}

struct row {
    enum form form;
    const char *text, *written; /* NULL: refused */
};
#define SAME(form, text) {form, text, text}
#define BAD(form, text) {form, text, NULL}

static const struct row numbers[] = {
    SAME(ITEM, "42"), SAME(ITEM, "0"), {ITEM, "-0", "0"}, {ITEM, "042", "42"}, {ITEM, "-042", "-42"}, {ITEM, "  1", "1"}, {ITEM, "1  ", "1"},
    SAME(ITEM, "999999999999999"), SAME(ITEM, "-999999999999999"), BAD(ITEM, "1000000000000000"), BAD(ITEM, "--0"), BAD(ITEM, "-"),
    BAD(ITEM, "+1"), BAD(ITEM, "- 42"), BAD(ITEM, "2,3"), BAD(ITEM, "-a23"), BAD(ITEM, "4-2"), BAD(ITEM, "1e3"), BAD(ITEM, "0x1"),
    SAME(ITEM, "1.23"), SAME(ITEM, "-1.23"), {ITEM, "1.0", "1.0"}, {ITEM, "1.50", "1.5"}, {ITEM, "1.500", "1.5"}, {ITEM, "00.1", "0.1"},
    {ITEM, "-0.0", "0.0"}, SAME(ITEM, "-0.001"), SAME(ITEM, "123456789012.123"), BAD(ITEM, "1234567890123.0"), BAD(ITEM, "1.1234"),
    BAD(ITEM, "1."), BAD(ITEM, ".1"), BAD(ITEM, "1.-2"), BAD(ITEM, "1.5.4"), BAD(ITEM, "1..4"), BAD(ITEM, "1 2"), BAD(ITEM, "\t1"),
    BAD(ITEM, "1\t"), SAME(ITEM, "@1659578233"), SAME(ITEM, "@-1659578233"), SAME(ITEM, "@0"), BAD(ITEM, "@1.5"), BAD(ITEM, "@"),
    BAD(ITEM, "@ 1"), SAME(ITEM, "?0"), SAME(ITEM, "?1"), BAD(ITEM, "?"), BAD(ITEM, "?2"), BAD(ITEM, "?T"), BAD(ITEM, "? 1"),
};
static const struct row texts[] = {
    SAME(ITEM, "\"foo bar\""), SAME(ITEM, "\"\""), SAME(ITEM, "\"b\\\"a\\\\r\""), BAD(ITEM, "\"foo"), BAD(ITEM, "\"foo\\"),
    BAD(ITEM, "\"foo\\,\""), BAD(ITEM, "\"a\tb\""), BAD(ITEM, "\"f\xc3\xbc\""), BAD(ITEM, "'foo'"), BAD(ITEM, "\"\x7f\""), BAD(ITEM, ""),
    BAD(ITEM, "   "), SAME(ITEM, "a_b-c.d3:f%00/*"), SAME(ITEM, "fooBar"), SAME(ITEM, "*a"), SAME(ITEM, "a!#$&'*+-.^_`|~"), BAD(ITEM, "a(b"),
    BAD(ITEM, "{a}"), BAD(ITEM, "a,"), SAME(ITEM, ":aGVsbG8=:"), SAME(ITEM, "::"), BAD(ITEM, ":aGVsbG8:"), BAD(ITEM, ":aGVsbG9=:"),
    BAD(ITEM, ":aGVsbG8="), BAD(ITEM, "aGVsbG8=:"), BAD(ITEM, ":aGVsb G8=:"), BAD(ITEM, ":aGVsbG!8=:"), BAD(ITEM, ":iZ==:"), BAD(ITEM, ":_-Ah:"),
    SAME(ITEM, "%\"f%c3%bc%c3%bc\""), SAME(ITEM, "%\"\""), SAME(ITEM, "%\"%22%25\""), {ITEM, "%\"%61b\"", "%\"ab\""}, BAD(ITEM, "%\"%C3%BC\""),
    BAD(ITEM, "%\"%c3\""), BAD(ITEM, "%\"%c3%28\""), BAD(ITEM, "%\"%e2%82\""), BAD(ITEM, "%\"a"), BAD(ITEM, "%a\""), BAD(ITEM, "%\"%"),
    BAD(ITEM, "%\"%a\""), BAD(ITEM, "%\"%00\x01\""), SAME(ITEM, "%\"%f0%9f%98%80\""), BAD(ITEM, "%\"%ed%a0%80\""), BAD(ITEM, "%\"\xc3\xbc\""),
};
static const struct row params[] = {
    SAME(ITEM, "text/html;charset=utf-8"), {ITEM, "a;  b=1; c", "a;b=1;c"}, {ITEM, "a;b=?1", "a;b"}, SAME(ITEM, "a;b=?0"), BAD(ITEM, "a ;b"),
    BAD(ITEM, "a;b =1"), BAD(ITEM, "a;b= 1"), BAD(ITEM, "a;"), BAD(ITEM, "a;;b"), BAD(ITEM, "a;1b"), BAD(ITEM, "a;B=1"), BAD(ITEM, "a;\tb"),
    {ITEM, "a;b=1;c=2;b=3", "a;b=3;c=2"}, {ITEM, "a;b;b;b=2", "a;b=2"}, SAME(ITEM, "a;*=1"), SAME(ITEM, "a;a0_-.*=x"), BAD(ITEM, "a;b=(1)"),
    BAD(ITEM, "a;b=\"x"), BAD(ITEM, "a;b=,"),
};
static const struct row lists[] = {
    {LIST, "", ""}, {LIST, "  ", ""}, SAME(LIST, "1, 42"), {LIST, "1,42", "1, 42"}, {LIST, "1 \t, \t42", "1, 42"}, {LIST, "  1, 42  ", "1, 42"},
    BAD(LIST, "1,"), BAD(LIST, "1, "), BAD(LIST, ",1"), BAD(LIST, "1,,2"), BAD(LIST, "1 2"), BAD(LIST, "1\t"), SAME(LIST, "(1 2), (42 43)"),
    {LIST, "( 1  2 )", "(1 2)"}, SAME(LIST, "()"), {LIST, "(  )", "()"}, BAD(LIST, "(1 2"), BAD(LIST, "("), BAD(LIST, "(1,2)"), BAD(LIST, "(1\t2)"),
    BAD(LIST, "(1\"a\")"), BAD(LIST, "(1 2))"), BAD(LIST, "((1))"), SAME(LIST, "(1;a=1.5 2);b=?0, x;y"), BAD(LIST, "(1) ;a"),
    SAME(LIST, "(a;p=\")\" b)"),
};
static const struct row dictionaries[] = {
    {DICTIONARY, "", ""}, SAME(DICTIONARY, "en=\"Applepie\", da=:w4ZibGV0w6ZydGUK:"), SAME(DICTIONARY, "a, b, c"), SAME(DICTIONARY, "a;x, b=?0"),
    {DICTIONARY, "a=?1, b=?1;y", "a, b;y"}, SAME(DICTIONARY, "a=(1 2);x=1"), {DICTIONARY, "a=1,b=2", "a=1, b=2"}, BAD(DICTIONARY, "a=1,"),
    BAD(DICTIONARY, "a="), BAD(DICTIONARY, "a =1"), BAD(DICTIONARY, "a= 1"), BAD(DICTIONARY, "A=1"), BAD(DICTIONARY, "1a=1"), BAD(DICTIONARY, "a=1 b=2"),
    BAD(DICTIONARY, "=1"), BAD(DICTIONARY, "a=1,,b"), BAD(DICTIONARY, "a;"), BAD(DICTIONARY, "a=(1"), SAME(DICTIONARY, "*=1"), SAME(DICTIONARY, "a-b_.*=1"),
};

static void expect_all(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) expect(rows[i].form, slice_str(rows[i].text), rows[i].written);
}
#define EXPECT_ALL(rows) expect_all(rows, sizeof(rows) / sizeof *(rows))

Test(base_structured, numbers_dates_booleans) { EXPECT_ALL(numbers); }
Test(base_structured, strings_tokens_bytes_display_strings) { EXPECT_ALL(texts); }
Test(base_structured, parameters) { EXPECT_ALL(params); }
Test(base_structured, lists_and_inner_lists) { EXPECT_ALL(lists); }
Test(base_structured, dictionaries) { EXPECT_ALL(dictionaries); }

Test(base_structured, a_zero_byte_is_no_character)
{
    expect(ITEM, slice_make("a\0b", 3), NULL);
    expect(ITEM, slice_make("\"\0\"", 3), NULL);
    expect(ITEM, slice_make("%\"\0\"", 4), NULL);
    expect(ITEM, slice_make("1\0", 2), NULL);
}

Test(base_structured, what_a_walk_hands_out)
{
    struct sf_walk w = sf_begin(SLICE("sig=(\"@method\" \"x\\\"y\";bs);created=5;nonce=\"n\", other=:AA==:"));
    struct sf_member m, item;
    struct slice key;
    struct sf_value v;
    cr_assert_eq(sf_dictionary_next(&w, &m), SF_MEMBER);
    cr_expect(slice_eq(m.key, SLICE("sig")) && m.value.kind == SF_INNER);
    cr_expect(slice_eq(m.text, SLICE("(\"@method\" \"x\\\"y\";bs);created=5;nonce=\"n\"")));
    cr_assert(sf_inner_next(&m.value.text, &item));
    cr_expect(slice_eq(item.value.text, SLICE("@method")) && item.params.len == 0);
    cr_assert(sf_inner_next(&m.value.text, &item));
    cr_expect(slice_eq(item.value.text, SLICE("x\\\"y"))); /* still escaped */
    cr_assert(sf_param_next(&item.params, &key, &v) && v.kind == SF_BOOLEAN && v.is_true && !sf_param_next(&item.params, &key, &v));
    cr_assert(!sf_inner_next(&m.value.text, &item));
    cr_assert(sf_param_next(&m.params, &key, &v) && slice_eq(key, SLICE("created")) && v.number == 5);
    cr_assert(sf_param_next(&m.params, &key, &v) && slice_eq(key, SLICE("nonce")) && slice_eq(v.text, SLICE("n")));
    cr_assert(!sf_param_next(&m.params, &key, &v));
    cr_assert_eq(sf_dictionary_next(&w, &m), SF_MEMBER);
    cr_expect(m.value.kind == SF_BYTES && slice_eq(m.value.text, SLICE("AA==")));
    cr_assert_eq(sf_dictionary_next(&w, &m), SF_END);
}

Test(base_structured, loose_is_what_would_be_written_otherwise)
{
    static const char *const strict[] = {"a", "a;b=1", "a;b", "a;b=?0", "1", "0", "-1", "10", "0.5", "1.0", "-1.25", "?1", "@0", "@-5", "\"a\\\"\"",
                                         "%\"a%25%22%c3%bc\"", ":AA==:", "()", "(a b)", "(a;b c;d=1);e", "a;b=1;b=1"};
    static const char *const loose[] = {"a; b", "a;b=?1", "a;b=01", "00", "-0", "01", "1.00", "1.50", "01.5", "-0.0", "@01", "@-0", "%\"%61\"",
                                        "( a)", "(a )", "( )", "(a  b)", "(a;b=01)", "(a b;  c)", "(a);b=?1", "(a); b"};
    struct sf_member m;
    for (size_t i = 0; i < sizeof strict / sizeof *strict; i++) {
        struct sf_walk w = sf_begin(slice_str(strict[i]));
        cr_expect(sf_list_next(&w, &m) == SF_MEMBER && !m.is_loose && slice_eq(m.text, slice_str(strict[i])), "%s", strict[i]);
    }
    for (size_t i = 0; i < sizeof loose / sizeof *loose; i++) {
        struct sf_walk w = sf_begin(slice_str(loose[i]));
        cr_expect(sf_list_next(&w, &m) == SF_MEMBER && m.is_loose && slice_eq(m.text, slice_str(loose[i])), "%s", loose[i]);
    }
}

Test(base_structured, as_many_parameters_as_everybody_reads)
{
    char text[4 * (SF_PARAMS_MAX + 1) + 2] = "a", out[sizeof text];
    struct sf_member m;
    size_t len = 1;
    for (int i = 0; i < SF_PARAMS_MAX; i++) len += (size_t)snprintf(text + len, sizeof text - len, ";%c%c", 'a' + i / 26, 'a' + i % 26);
    cr_assert(sf_item(slice_make(text, len), &m) && sf_write_member(&m, out, sizeof out) == (long)len);
    (void)snprintf(text + len, sizeof text - len, ";zz");
    cr_assert(sf_item(slice_make(text, len + 3), &m) && sf_write_member(&m, out, sizeof out) < 0);
}

static void cut_everywhere(struct guard *g, const struct row *rows, size_t n)
{
    char out[2048];
    size_t len;
    for (size_t i = 0; i < n; i++)
        for (size_t cut = 0; cut <= strlen(rows[i].text); cut++)
            (void)rewrite(rows[i].form, guard_put(g, slice_make(rows[i].text, cut)), out, sizeof out, &len);
}
#define CUT_EVERYWHERE(g, rows) cut_everywhere(g, rows, sizeof(rows) / sizeof *(rows))

Test(base_structured, nothing_behind_the_end_is_read)
{
    struct guard g = guard_new(256);
    CUT_EVERYWHERE(&g, numbers);
    CUT_EVERYWHERE(&g, texts);
    CUT_EVERYWHERE(&g, params);
    CUT_EVERYWHERE(&g, lists);
    CUT_EVERYWHERE(&g, dictionaries);
    guard_free(&g);
}
