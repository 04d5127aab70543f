/* XML as JSON: limits, what it costs, and that nothing is lost on the way there and back. */
#include "base/clock.h"
#include "base/random.h"
#include "base/xml.h"
#include "xml_reading.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* ---- limits ---- */

static char *repeat(char *p, const char *text, size_t n)
{
    size_t len = strlen(text);
    for (size_t i = 0; i < n; i++, p += len) memcpy(p, text, len);
    return p;
}

static bool read_nested(size_t depth, const char *innermost)
{
    static char xml[4096];
    struct json_out o;
    struct xml_fault fault;
    struct json_value v;
    size_t at;
    char *p = repeat(xml, "<r xmlns='urn:x'>", 1);
    p = repeat(p, "<item>", depth);
    p = repeat(p, innermost, 1);
    p = repeat(p, "</item>", depth);
    p = repeat(p, "</r>", 1);
    bool is_fine = read_as(NULL, slice_make(xml, (size_t)(p - xml)), sizeof json_text, &o, &fault);
    cr_assert(is_fine || strstr(fault.why, "deep"), "%s", fault.why);
    if (is_fine) cr_assert_eq(json_check(slice_make(json_text, o.len), &v, &at), JSON_OK);
    return is_fine;
}

Test(base_xml_limits, as_deep_as_json)
{
    cr_expect(read_nested(JSON_DEPTH_MAX, "text"), "64 arrays around a string");
    cr_expect(read_nested(JSON_DEPTH_MAX - 1, "<item/>"));
    cr_expect(read_nested(JSON_DEPTH_MAX - 2, "<item type='array'/>"));
    cr_expect(read_nested(JSON_DEPTH_MAX - 2, "<item type='object'><a/></item>"));
    cr_expect(!read_nested(JSON_DEPTH_MAX, "<item/>"));
    cr_expect(!read_nested(JSON_DEPTH_MAX, "<a/>"));
    cr_expect(!read_nested(JSON_DEPTH_MAX - 1, "<item type='array'/>"));
    cr_expect(!read_nested(JSON_DEPTH_MAX - 1, "<item type='object'> </item>"));
    cr_expect(!read_nested(JSON_DEPTH_MAX - 1, "<item><item/></item>"));
}

/* A document of its own memory, and a room of twice its size as promised. False: refused. */
static bool read_large(const char *before, const char *each, size_t n, const char *after, struct xml_fault *fault)
{
    size_t len = strlen(before) + n * strlen(each) + strlen(after);
    char *xml = malloc(len), *json = malloc(2 * len), *p;
    struct json_out o;
    struct json_value v;
    size_t at;
    cr_assert(xml && json);
    p = repeat(xml, before, 1);
    p = repeat(p, each, n);
    (void)repeat(p, after, 1);
    json_out_init(&o, json, 2 * len);
    bool is_fine = xml_to_json(slice_make(xml, len), &form, NULL, &o, fault);
    cr_assert(!o.overflow, "twice its size is enough: %s", each);
    enum json_error e = is_fine ? json_check(slice_make(json, o.len), &v, &at) : JSON_OK;
    cr_assert(e == JSON_OK || e == JSON_DUPLICATE || e == JSON_TOO_MANY, "%s", json_error_text(e));
    free(xml), free(json);
    return is_fine;
}

Test(base_xml_limits, as_many_values_as_json)
{
    struct xml_fault fault;
    cr_expect(read_large("<r xmlns='urn:x'>", "<item/>", JSON_VALUES_MAX - 1, "</r>", &fault), "%s", fault.why);
    cr_expect(!read_large("<r xmlns='urn:x'>", "<item/>", JSON_VALUES_MAX, "</r>", &fault));
    cr_expect(strstr(fault.why, "100,000"));
}

/* The rooms that are promised, at their worst. */
Test(base_xml_limits, twice_its_size_is_enough)
{
    static const char *const each[] = {"\"",      "\\",         "\n",         "\t",   "\r",          "<a/>",
                                       "<item/>", "<_x0000_/>", "<_x0022_/>", "&#9;", "<a>\n\n</a>", "x"};
    struct xml_fault fault;
    for (size_t i = 0; i < sizeof each / sizeof *each; i++)
        for (size_t n = 1; n < 2000; n = n * 3 / 2 + 1)
            cr_expect(read_large("<r xmlns='urn:x'>", each[i], n, "</r>", &fault), "%s: %s", each[i], fault.why);
}

Test(base_xml_limits, no_more_than_there_is_room_for)
{
    static const char text[] = "<r xmlns='urn:x'>\n<a>text</a>\n<b><item>1</item><item/></b>\n<c type='null'/></r>";
    static const char wanted[] = "{\"a\":\"text\",\"b\":[1,\"\"],\"c\":null}";
    struct json_out o;
    struct xml_fault fault;
    for (size_t room = 0; room < sizeof wanted + 1; room++) {
        memset(json_text, '#', sizeof wanted + 8);
        bool is_fine = read_as(NULL, slice_str(text), room, &o, &fault);
        cr_assert_eq(is_fine, room >= sizeof wanted - 1, "%zu", room);
        cr_assert(is_fine || fault.is_too_large);
        cr_assert_eq(json_text[room], '#', "nothing is written behind it");
    }
}

/* Nor is there room for blanks that no value has. */
Test(base_xml_limits, blanks_in_front_of_elements_take_no_room)
{
    static const struct {
        const char *before, *after, *json;
        const struct xml_record *record;
    } cases[] = {
        {"", "<r xmlns='urn:x'><a/></r>", "{\"a\":\"\"}", NULL},
        {"<r xmlns='urn:x'>", "<a/></r>", "{\"a\":\"\"}", NULL},
        {"<r xmlns='urn:x'><!-- a -->", "<a/></r>", "{\"a\":\"\"}", &known},
        {"<r xmlns='urn:x'><a>", "<item/></a></r>", "{\"a\":[\"\"]}", NULL},
        {"<r xmlns='urn:x'><a/>", "<b/></r>", "{\"a\":\"\",\"b\":\"\"}", NULL},
        {"<r xmlns='urn:x'>", "</r>", "{}", &known},
        {"<r xmlns='urn:x'><a type='null'>", "</a></r>", "{\"a\":null}", NULL},
        {"<r xmlns='urn:x'><tags>", "</tags></r>", "{\"tags\":[]}", &known},
    };
    char text[1024];
    struct json_out o;
    struct xml_fault fault;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        (void)snprintf(text, sizeof text, "%s%300s\r\n<!-- b -->\t%300s\n%s", cases[i].before, "", "", cases[i].after);
        cr_assert(read_as(cases[i].record, slice_str(text), strlen(cases[i].json) + 1, &o, &fault), "%zu: %s", i, fault.why);
        cr_expect(slice_eq(slice_make(json_text, o.len), slice_str(cases[i].json)), "%zu: %.*s", i, (int)o.len, json_text);
    }
}

Test(base_xml_limits, where_a_member_begins)
{
    struct slice xml = SLICE("<r xmlns='urn:x'>\n<a>\n\n\n<b>1</b></a>\n<c\n>2</c>\n<a/></r>");
    struct json_out o;
    struct xml_fault fault;
    struct json_value v;
    size_t at;
    cr_assert(read_as(NULL, xml, sizeof json_text, &o, &fault));
    cr_assert_eq(json_check(slice_make(json_text, o.len), &v, &at), JSON_DUPLICATE);
    json_out_init(&o, json_text, sizeof json_text);
    size_t place = xml_place(xml, &form, NULL, &o, at);
    cr_expect_eq(json_line(xml, place), 8, "%zu", place);
}

/* ---- cost ---- */

static uint64_t cost_of(const char *before, const char *each, size_t bytes, const char *after)
{
    struct xml_fault fault;
    uint64_t best = UINT64_MAX;
    for (int i = 0; i < 5; i++) {
        struct timespec from, to;
        (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
        (void)read_large(before, each, bytes / strlen(each), after, &fault);
        (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
        uint64_t ns = (uint64_t)(to.tv_sec - from.tv_sec) * NS_PER_S + (uint64_t)to.tv_nsec - (uint64_t)from.tv_nsec;
        if (ns < best) best = ns;
    }
    return best;
}

/* Eight times the bytes for at most thirty times the CPU time: what is quadratic takes sixty-four times as much. */
Test(base_xml_limits, linear_in_its_bytes, .timeout = 120)
{
    static const struct {
        const char *before, *each, *after;
    } attacks[] = {
        {"<r xmlns='urn:x'>", "<a>", ""},
        {"<r xmlns='urn:x'>", "<a/>", "</r>"},
        {"<r xmlns='urn:x'>", "<a>1</a>", "</r>"},
        {"<r xmlns='urn:x'", " type='string'", "/>"},
        {"<r xmlns='urn:x'", " a='b'", "/>"},
        {"<r xmlns='urn:x'", " xmlns:a='urn:x'", "/>"},
        {"<r xmlns='urn:x'><a type='", "x", "'/></r>"},
        {"<r xmlns='urn:x'><a", "a", "/></r>"},
        {"<r xmlns='urn:x'><a", "_x0041_", "/></r>"},
        {"<r xmlns='urn:x'><a", "_x", "/></r>"},
        {"<", "a:", "b xmlns='urn:x'/>"},
        {"<r xmlns='urn:x'>", "&lt;", "</r>"},
        {"<r xmlns='urn:x'>", "&#x0000000000000041;", "</r>"},
        {"<r xmlns='urn:x'>&#x", "0", "41;</r>"},
        {"<r xmlns='urn:x'>", "<![CDATA[]]>", "</r>"},
        {"<r xmlns='urn:x'><![CDATA[", "]", "]]></r>"},
        {"<r xmlns='urn:x'>", "]", "</r>"},
        {"<r xmlns='urn:x'>", "\r", "</r>"},
        {"<r xmlns='urn:x'>", "1", "</r>"},
        {"<r xmlns='urn:x'>1", " ", "</r>"},
        {"<r xmlns='urn:x'>", "<!---->", "</r>"},
        {"<r xmlns='urn:x'>", " <!---->", "x</r>"},
        {"<r xmlns='urn:x'>", "<!---->\n", "<a/></r>"},
        {"<r xmlns='urn:x'><!--", "- ", "--></r>"},
        {"<!DOCTYPE a [", "<!ENTITY a 'aaaa'>", "]><r/>"},
    };
    for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++) {
        uint64_t small = cost_of(attacks[i].before, attacks[i].each, 1 << 16, attacks[i].after);
        uint64_t large = cost_of(attacks[i].before, attacks[i].each, 1 << 19, attacks[i].after);
        cr_expect_leq(large, 30 * small + 5000000, "%s: %llu ns, %llu ns", attacks[i].each, (unsigned long long)small,
                      (unsigned long long)large);
    }
}

/* ---- there and back ---- */

static bool same_text(struct json_value a, struct json_value b)
{
    char x[512], y[512];
    long n = json_unescape(a, x, sizeof x), m = json_unescape(b, y, sizeof y);
    return n >= 0 && n == m && memcmp(x, y, (size_t)n) == 0;
}

/* Equal as JSON: the same numbers to the byte, the same strings however they are escaped. */
static bool same(struct json_value a, struct json_value b)
{
    size_t i = 0, j = 0;
    struct slice name_a, name_b;
    struct json_value in_a, in_b;
    if (a.kind != b.kind) return false;
    if (a.kind == JSON_STRING) return same_text(a, b);
    if (a.kind != JSON_ARRAY && a.kind != JSON_OBJECT) return slice_eq(a.text, b.text);
    for (;;) {
        bool more_a = json_next(a, &i, &name_a, &in_a), more_b = json_next(b, &j, &name_b, &in_b);
        if (more_a != more_b) return false;
        if (!more_a) return true;
        if (a.kind == JSON_OBJECT && !same((struct json_value){JSON_STRING, slice_make(name_a.p - 1, name_a.len + 2)},
                                           (struct json_value){JSON_STRING, slice_make(name_b.p - 1, name_b.len + 2)}))
            return false;
        if (!same(in_a, in_b)) return false;
    }
}

struct writer {
    struct random random;
    char text[1 << 15];
    size_t len;
};

static uint64_t below(struct writer *w, uint64_t n)
{
    return random_below(&w->random, n);
}

static void add(struct writer *w, const char *text)
{
    size_t len = strlen(text);
    memcpy(w->text + w->len, text, len);
    w->len += len;
}

/* Whatever XML can say: no control characters but three, no U+FFFE. In names they are escaped, so there they may be. */
static void add_string(struct writer *w, bool is_name)
{
    static const char *const pieces[] = {"a",
                                         "Z",
                                         "0",
                                         "9",
                                         "-",
                                         ".",
                                         "_",
                                         "_x",
                                         "_x0041_",
                                         "x",
                                         " ",
                                         "\\t",
                                         "\\n",
                                         "\\r",
                                         "\\\"",
                                         "\\\\",
                                         "\\/",
                                         "<",
                                         ">",
                                         "&",
                                         "]]>",
                                         "'",
                                         "\\u0041",
                                         "\\u00e4",
                                         "\xc3\xa4",
                                         "\\ud83d\\ude00",
                                         "\xf0\x9f\x98\x80",
                                         "item",
                                         "42",
                                         "true",
                                         "1e5",
                                         ":",
                                         "\x7f",
                                         "\\u2028",
                                         "\xef\xbf\xbd",
                                         "\xef\xbb\xbf"};
    static const char *const controls[] = {"\\u0000", "\\u001f", "\\b", "\\uffff"};
    add(w, "\"");
    for (uint64_t n = below(w, 4) * below(w, 3); n > 0; n--)
        add(w, is_name && below(w, 8) == 0 ? controls[below(w, 4)] : pieces[below(w, sizeof pieces / sizeof *pieces)]);
    if (is_name) { /* once in its object */
        char number[32];
        (void)snprintf(number, sizeof number, "%zu", w->len);
        add(w, number);
    }
    add(w, "\"");
}

static void add_json(struct writer *w, unsigned depth)
{
    static const char *const leaves[] = {"null",     "true",   "false",        "0",
                                         "-0",       "1.50",   "-1e+05",       "12345678901234567890",
                                         "\"\"",     "\"42\"", "\"true\"",     "\"-1.5e3\"",
                                         "[]",       "{}",     "[ ]",          "{ }",
                                         "\"null\"", "\" \"",  "{\"item\":1}", "[\"4\\u0032\"]"};
    uint64_t what = below(w, depth > 8 || w->len > sizeof w->text / 4 ? 2 : 4), n = below(w, 5);
    if (what == 0) {
        add(w, leaves[below(w, sizeof leaves / sizeof *leaves)]);
    } else if (what == 1) {
        add_string(w, false);
    } else {
        add(w, what == 2 ? "[" : "{ ");
        for (uint64_t i = 0; i < n; i++) {
            if (i) add(w, i % 2 ? "," : " ,\n");
            if (what == 3) {
                if (i == 0 && below(w, 4) == 0) add(w, "\"item\"");
                else add_string(w, true);
                add(w, ": ");
            }
            add_json(w, depth + 1);
        }
        add(w, what == 2 ? "]" : "}");
    }
}

Test(base_xml_there_and_back, random_json)
{
    static char xml[1 << 19];
    static struct writer w;
    struct json_out o;
    struct xml_fault fault;
    struct json_value before, after;
    size_t at;
    random_seed(&w.random, 20260);
    for (int i = 0; i < 20000; i++) {
        w.len = 0;
        add_json(&w, 0);
        struct slice json = slice_make(w.text, w.len);
        cr_assert_eq(json_check(json, &before, &at), JSON_OK, "%.*s", SLICE_ARG(json));
        struct xml_out out = {.p = xml, .room = sizeof xml};
        xml_of_json(&out, json, "r", "urn:x");
        cr_assert_leq(out.len, out.room);
        cr_assert(read_as(NULL, slice_make(xml, out.len), sizeof json_text, &o, &fault), "%.*s: %s", (int)out.len, xml,
                  fault.why);
        cr_assert_eq(json_check(slice_make(json_text, o.len), &after, &at), JSON_OK);
        cr_assert(same(before, after), "%.*s: %.*s: %.*s", SLICE_ARG(json), (int)out.len, xml, (int)o.len, json_text);
        if (before.kind != JSON_OBJECT) continue; /* what is known of members says nothing against what has been written */
        cr_assert(read_as(&known, slice_make(xml, out.len), sizeof json_text, &o, &fault));
        cr_assert_eq(json_check(slice_make(json_text, o.len), &after, &at), JSON_OK);
        cr_assert(same(before, after));
    }
}
