/* XML as JSON: what comes out to the byte, what is refused and where, what it costs, and that nothing is lost on the way there and back. */
#include "base/clock.h"
#include "base/random.h"
#include "base/xml.h"
#include "base/xml_read.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

static const struct xml_record known, inner;
static const struct xml_member inner_members[] = {{SLICE_INIT("name"), XML_TEXT, NULL}, {SLICE_INIT("more"), XML_RECORD, &inner}};
static const struct xml_record inner = {inner_members, 2};
static const struct xml_member members[] = {
    {SLICE_INIT("name"), XML_TEXT, NULL}, {SLICE_INIT("tags"), XML_TEXTS, NULL},    {SLICE_INIT("args"), XML_LIST, NULL},
    {SLICE_INIT("meta"), XML_MAP, NULL},  {SLICE_INIT("more"), XML_RECORD, &inner}, {SLICE_INIT("all"), XML_RECORDS, &known},
};
static const struct xml_record known = {members, sizeof members / sizeof *members};
static const struct xml_form form = {SLICE_INIT("r"), SLICE_INIT("urn:x"), "another root"};

static char json_text[1 << 16];

static bool read_as(const struct xml_record *record, struct slice xml, size_t room, struct json_out *o, struct xml_fault *fault)
{
    json_out_init(o, json_text, room);
    return xml_to_json(xml, &form, record, o, fault);
}

/* inside: the content of <r xmlns="urn:x">, or behind that its attribute. */
static void expect_of(const struct xml_record *record, const char *inside, const char *json)
{
    char xml[2048];
    struct json_out o;
    struct xml_fault fault;
    struct json_value v;
    size_t at;
    (void)snprintf(xml, sizeof xml, "<r xmlns=\"urn:x\"%s%s</r>", inside[0] == ' ' ? "" : ">", inside);
    cr_assert(read_as(record, slice_str(xml), sizeof json_text, &o, &fault), "%s: %s at %zu", xml, fault.why, fault.at);
    cr_assert(o.len == strlen(json) && memcmp(json_text, json, o.len) == 0, "%s: %.*s", xml, (int)o.len, json_text);
    cr_assert_eq(json_check(slice_make(json_text, o.len), &v, &at), JSON_OK, "%s", xml);
}

static void expect(const char *inside, const char *json)
{
    expect_of(NULL, inside, json);
}

/* ---- values ---- */

Test(base_xml_read, values_are_what_their_text_says)
{
    expect("<a>1</a><b>text</b>", "{\"a\":1,\"b\":\"text\"}");
    expect("<a>-0.50e+3</a><b>true</b><c>false</c>", "{\"a\":-0.50e+3,\"b\":true,\"c\":false}");
    expect("<a>123456789012345678901234567890</a>", "{\"a\":123456789012345678901234567890}");
    expect("<a>007</a><b>+1</b><c>1.</c><d>.5</d><e>0x1</e><f>1e</f><g>-</g><h>NaN</h>",
           "{\"a\":\"007\",\"b\":\"+1\",\"c\":\"1.\",\"d\":\".5\",\"e\":\"0x1\",\"f\":\"1e\",\"g\":\"-\",\"h\":\"NaN\"}");
    expect("<a>True</a><b>truer</b><c>null</c><d> 1</d><e>1\n</e><f>fals</f>",
           "{\"a\":\"True\",\"b\":\"truer\",\"c\":\"null\",\"d\":\" 1\",\"e\":\"1\\n\",\"f\":\"fals\"}");
    expect("<a></a><b/><c >  </c ><d\n/>", "{\"a\":\"\",\"b\":\"\",\"c\":\"  \",\"d\":\"\"}");
    expect("7", "7");
    expect("text", "\"text\"");
    expect("", "\"\"");
}

Test(base_xml_read, arrays_and_objects)
{
    expect("<item>1</item><item>x</item>", "[1,\"x\"]");
    expect("<a><item>1</item></a>", "{\"a\":[1]}");
    expect("<a>\n  <item>1</item>\n  <!-- two -->\n  <item/>\n</a>\n", "{\"a\":[1,\"\"]}");
    expect("<item><item><item>1</item></item></item><item><a>1</a></item>", "[[[1]],{\"a\":1}]");
    expect("<a>1</a><item>2</item>", "{\"a\":1,\"item\":2}");
    expect("<a type=\"object\"><item>1</item></a>", "{\"a\":{\"item\":1}}");
    expect(" type=\"object\"><item>1</item><b>2</b>", "{\"item\":1,\"b\":2}");
}

Test(base_xml_read, types)
{
    expect("<a type=\"string\">42</a><b type='string'/><c type=\"string\">true</c>", "{\"a\":\"42\",\"b\":\"\",\"c\":\"true\"}");
    expect("<a type=\"number\">42</a><b type = \"boolean\">true</b>", "{\"a\":42,\"b\":true}");
    expect("<a type=\"null\"/><b type=\"null\"></b><c type=\"null\">\n</c>", "{\"a\":null,\"b\":null,\"c\":null}");
    expect("<a type=\"array\"/><b type=\"array\">\n</b><c type=\"array\"><item>1</item></c>", "{\"a\":[],\"b\":[],\"c\":[1]}");
    expect("<a type=\"object\"/><b type=\"object\"> </b><c type=\"object\"><d>1</d></c>", "{\"a\":{},\"b\":{},\"c\":{\"d\":1}}");
    expect(" type=\"array\">", "[]");
    expect(" type=\"null\">", "null");
}

Test(base_xml_read, members_that_are_known)
{
    expect_of(&known, "", "{}");
    expect_of(&known, "<name>42</name><other>42</other>", "{\"name\":\"42\",\"other\":42}");
    expect_of(&known, "<name/><name2/>", "{\"name\":\"\",\"name2\":\"\"}");
    expect_of(&known, "<tags/><args/><meta/><more/><all/>", "{\"tags\":[],\"args\":[],\"meta\":{},\"more\":{},\"all\":[]}");
    expect_of(&known, "<tags><item>1</item><item>true</item></tags>", "{\"tags\":[\"1\",\"true\"]}");
    expect_of(&known, "<args><item>1</item><item><name>1</name></item></args>", "{\"args\":[1,{\"name\":1}]}");
    expect_of(&known, "<meta><item>1</item></meta>", "{\"meta\":{\"item\":1}}");
    expect_of(&known, "<meta><name>1</name></meta>", "{\"meta\":{\"name\":1}}");
    expect_of(&known, "<more><name>1</name><tags/><more><name>2</name></more></more>", "{\"more\":{\"name\":\"1\",\"tags\":\"\",\"more\":{\"name\":\"2\"}}}");
    expect_of(&known, "<all><item><name>1</name><args><item/></args></item></all>", "{\"all\":[{\"name\":\"1\",\"args\":[\"\"]}]}");
    expect_of(&known, "<other><name>1</name></other>", "{\"other\":{\"name\":1}}");
    /* The document has the last word, and who reads the JSON may refuse it. */
    expect_of(&known, "<name type=\"number\">42</name><args type=\"null\"/>", "{\"name\":42,\"args\":null}");
    expect_of(&known, "<more type=\"array\"><item><name>1</name></item></more>", "{\"more\":[{\"name\":1}]}");
    expect_of(&known, "<args>none</args><meta>5</meta>", "{\"args\":\"none\",\"meta\":5}");
}

/* ---- text and names ---- */

Test(base_xml_read, text)
{
    expect("&lt;&amp;&gt;&quot;&apos;", "\"<&>\\\"'\"");
    expect("&#65;&#x42;&#x000043;&#1114111;&#128512;", "\"ABC\xf4\x8f\xbf\xbf\xf0\x9f\x98\x80\"");
    expect("a\r\nb\rc\nd&#13;&#10;", "\"a\\nb\\nc\\nd\\r\\n\"");
    expect("\\\t]]", "\"\\\\\\t]]\"");
    expect("<![CDATA[<a>&amp;\r\n]]]]><![CDATA[>]]>", "\"<a>&amp;\\n]]>\"");
    expect("<![CDATA[]]>", "\"\"");
    expect("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbb\xbf\x7f", "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbb\xbf\x7f\"");
    expect("4<!-- and -->2", "42");
    expect("<![CDATA[4]]>&#50;", "42");
    expect("a <!-- b --> c", "\"a  c\"");
    expect("<a> <!-- x --><b/></a>", "{\"a\":{\"b\":\"\"}}");
}

Test(base_xml_read, names)
{
    expect("<a_x0020_b>1</a_x0020_b>", "{\"a b\":1}");
    expect("<_x0031_>1</_x0031_><_x_>2</_x_>", "{\"1\":1,\"\":2}");
    expect("<_x005F_x0020_>1</_x005F_x0020_>", "{\"_x0020_\":1}");
    expect("<_x1F600_>1</_x1F600_><_xe4_/><_x00e4_/>", "{\"\xf0\x9f\x98\x80\":1,\"_xe4_\":\"\",\"\xc3\xa4\":\"\"}");
    expect("<_x0022__x005C__x0000__x000A_/>", "{\"\\\"\\\\\\u0000\\n\":\"\"}");
    expect("<_xylophone/><a_x/><a_x1234/><_x1234567_/><__x0041_/>",
           "{\"_xylophone\":\"\",\"a_x\":\"\",\"a_x1234\":\"\",\"_x1234567_\":\"\",\"_A\":\"\"}");
    expect("<gr\xc3\xb6\xc3\x9f""e>1</gr\xc3\xb6\xc3\x9f""e><a-b.c1/><a\xc2\xb7/>", "{\"gr\xc3\xb6\xc3\x9f""e\":1,\"a-b.c1\":\"\",\"a\xc2\xb7\":\"\"}");
    expect("<Item/><items/>", "{\"Item\":\"\",\"items\":\"\"}");
}

Test(base_xml_read, what_stands_around_it)
{
    static const char *const whole[] = {
        "<?xml version=\"1.0\"?><r xmlns=\"urn:x\">1</r>",
        "<?xml version='1.0' encoding='utf-8'?>\n<r xmlns=\"urn:x\">1</r>\n",
        "<?xml version = \"1.0\" encoding=\"UTF-8\" standalone=\"yes\" ?><!-- a --> <r xmlns=\"urn:x\">1</r><!-- b -->\n",
        "\xef\xbb\xbf<?xml version=\"1.0\" standalone='no'?><r xmlns='urn:x'>1</r>",
        "<r xmlns=\"urn:x\" type=\"number\">1</r>",
        "<q:r xmlns:q=\"urn:x\">1</q:r>",
        "\n<q:r type='number' xmlns:q=\"urn:x\" >1</q:r >",
    };
    struct json_out o;
    struct xml_fault fault;
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        cr_assert(read_as(NULL, slice_str(whole[i]), sizeof json_text, &o, &fault), "%s: %s", whole[i], fault.why);
        cr_assert(o.len == 1 && json_text[0] == '1', "%s", whole[i]);
    }
    expect("<a xmlns='urn:x'>1</a>", "{\"a\":1}");
    cr_assert(read_as(NULL, SLICE("<q:r xmlns:q='urn:x'><q:item type='string'>1</q:item></q:r>"), sizeof json_text, &o, &fault));
    cr_assert(o.len == 5 && memcmp(json_text, "[\"1\"]", 5) == 0);
}

/* ---- refusals ---- */

#define IN(inside) "<r xmlns=\"urn:x\">\n" inside "</r>"
static const struct {
    const char *xml, *why; /* a part of it */
    unsigned line;
} wrong[] = {
    {"", "no element", 1},
    {"  \n", "no element", 2},
    {"x", "markup", 1},
    {"{\"type\":\"x\"}", "markup", 1},
    {"<!DOCTYPE r><r xmlns=\"urn:x\"/>", "document type", 1},
    {"<?xml version=\"1.0\"?>\n<!DOCTYPE r [<!ENTITY a \"b\">]>\n<r xmlns=\"urn:x\">&a;</r>", "document type", 2},
    {"<!DOCTYPE r SYSTEM \"file:///etc/passwd\"><r/>", "document type", 1},
    {"<r xmlns=\"urn:x\"><!DOCTYPE r></r>", "document type", 1},
    {"<?xml-stylesheet href=\"a\"?><r xmlns=\"urn:x\"/>", "processing instruction", 1},
    {IN("<?php ?>"), "processing instruction", 2},
    {"<r xmlns=\"urn:x\"/><?a?>", "behind", 1},
    {"<r xmlns=\"urn:x\"/><r/>", "behind", 1},
    {"<r xmlns=\"urn:x\"/>x", "behind", 1},
    {" <?xml version=\"1.0\"?><r xmlns=\"urn:x\"/>", "processing instruction", 1},
    {"<?xml?><r xmlns=\"urn:x\"/>", "processing instruction", 1},
    {"<?xml encoding=\"utf-8\"?><r xmlns=\"urn:x\"/>", "declaration", 1},
    {"<?xml version=\"1.0\" standalone=\"yes\" encoding=\"utf-8\"?><r xmlns=\"urn:x\"/>", "declaration", 1},
    {"<?xml version=\"1.0\"encoding=\"utf-8\"?><r xmlns=\"urn:x\"/>", "declaration", 1},
    {"<?xml version=\"1.1\"?><r xmlns=\"urn:x\"/>", "only XML 1.0", 1},
    {"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><r xmlns=\"urn:x\"/>", "only XML 1.0", 1},
    {"<?xml version=\"1.0\" encoding=\"UTF-16\"?><r xmlns=\"urn:x\"/>", "only XML 1.0", 1},
    {"<?xml version=\"1.0\" standalone=\"YES\"?><r xmlns=\"urn:x\"/>", "only XML 1.0", 1},
    {"\xfe\xff", "only XML 1.0", 1},
    {"\xff\xfe<", "only XML 1.0", 1},
    {"<r/>", "another root", 1},
    {"<R xmlns=\"urn:x\"/>", "another root", 1},
    {"<r xmlns=\"urn:y\"/>", "another name space", 1},
    {"<r xmlns=\"\"/>", "another name space", 1},
    {"<q:r xmlns=\"urn:x\"/>", "not known", 1},
    {"<q:r/>", "another root", 1},
    {"<q:r xmlns:q=\"urn:y\"/>", "another name space", 1},
    {"<xmlns:r xmlns:xmlns=\"urn:x\"/>", "keeps for itself", 1},
    {"<r xmlns=\"urn:x\" xmlns:q=\"urn:x\"/>", "not known", 1},
    {"<q:r xmlns:q=\"urn:x\"><a/></q:r>", "another name space", 1},
    {IN("<q:a/>"), "another name space", 2},
    {IN("<a xmlns=\"urn:y\"/>"), "another name space", 2},
    {IN("<a b=\"c\"/>"), "not known", 2},
    {IN("<a xml:lang=\"en\"/>"), "not known", 2},
    {IN("<a type=\"integer\"/>"), "type must be", 2},
    {IN("<a type=\"&#x73;tring\"/>"), "type must be", 2},
    {IN("<a type=\"string\" type=\"string\"/>"), "twice", 2},
    {IN("<a type=\"string\"type=\"string\"/>"), "not one of XML", 2},
    {IN("<a type=string/>"), "no quotes", 2},
    {IN("<a type/>"), "without a value", 2},
    {IN("<a type=\"string/>"), "does not end", 2},
    {IN("<a / >"), "not one of XML", 2},
    {IN("<a"), "not one of XML", 2},
    {"<r xmlns=\"urn:x\"><a", "does not end", 1},
    {"<r xmlns=\"urn:x\"><a ", "does not end", 1},
    {"<r xmlns=\"urn:x\"", "does not end", 1},
    {"<r xmlns=\"urn:x\">", "ends too early", 1},
    {"<r xmlns=\"urn:x\"><a>", "ends too early", 1},
    {"<r xmlns=\"urn:x\">\n<a>\n</b></r>", "end tag", 3},
    {IN("<a></ab>"), "end tag", 2},
    {IN("<ab></a>"), "end tag", 2},
    {IN("<a></a b>"), "end tag", 2},
    {IN("</a>"), "end tag", 2},
    {IN("< a/>"), "begins no tag", 2},
    {IN("<1/>"), "begins no tag", 2},
    {IN("<-a/>"), "begins no tag", 2},
    {IN("<:a/>"), "begins no tag", 2},
    {IN("<a:/>"), "not one of XML", 2},
    {IN("<a:b:c/>"), "not one of XML", 2},
    {IN("<a\xc3\x97/>"), "not one of XML", 2},
    {IN("<a>x<b/></a>"), "text beside", 2},
    {IN("<a><b/>x</a>"), "text beside", 2},
    {IN("<a><b/>&#120;</a>"), "text beside", 2},
    {IN("<a><b/><![CDATA[x]]></a>"), "text beside", 2},
    {IN("<item/><a/>"), "<item> only", 2},
    {IN("<a type=\"array\"><b/></a>"), "<item> only", 2},
    {IN("<a type=\"string\"><b/></a>"), "only have text", 2},
    {IN("<a type=\"number\"></a>"), "what the type says", 2},
    {IN("<a type=\"number\">true</a>"), "what the type says", 2},
    {IN("<a type=\"number\"> 1</a>"), "what the type says", 2},
    {IN("<a type=\"number\">NaN</a>"), "what the type says", 2},
    {IN("<a type=\"boolean\">1</a>"), "what the type says", 2},
    {IN("<a type=\"null\">null</a>"), "is null", 2},
    {IN("<a type=\"array\">x</a>"), "in an array", 2},
    {IN("<a type=\"object\">x</a>"), "in an object", 2},
    {IN("&nbsp;"), "'&'", 2},
    {IN("&a"), "'&'", 2},
    {IN("&"), "'&'", 2},
    {IN("&lt"), "'&'", 2},
    {IN("&#;"), "reference", 2},
    {IN("&#x;"), "reference", 2},
    {IN("&#x4"), "reference", 2},
    {IN("&#X41;"), "reference", 2},
    {IN("&#0;"), "reference", 2},
    {IN("&#x1;"), "reference", 2},
    {IN("&#xD800;"), "reference", 2},
    {IN("&#xDFFF;"), "reference", 2},
    {IN("&#xFFFE;"), "reference", 2},
    {IN("&#xFFFF;"), "reference", 2},
    {IN("&#x110000;"), "reference", 2},
    {IN("&#99999999999999999999;"), "reference", 2},
    {IN("a]]>b"), "CDATA", 2},
    {IN("<![CDATA[a]]"), "CDATA", 2},
    {IN("<![CDATA a]]>"), "markup", 2},
    {IN("<!-- a -- b -->"), "'--'", 2},
    {IN("<!-- a --->"), "'--'", 2},
    {IN("<!-- a"), "comment", 2},
    {IN("<!ELEMENT a ANY>"), "markup", 2},
    {IN("\x01"), "no character", 2},
    {IN("a\x0c"), "no character", 2},
    {IN("\xef\xbf\xbe"), "no character", 2},
    {IN("\xef\xbf\xbf"), "no character", 2},
    {IN("\xed\xa0\x80"), "no character", 2},
    {IN("\xc0\x80"), "no character", 2},
    {IN("\xc3"), "no character", 2},
    {IN("\xf4\x90\x80\x80"), "no character", 2},
    {IN("<![CDATA[\x01]]>"), "no character", 2},
    {IN("<!-- \x01 -->"), "no character", 2},
    {IN("<_xD800_/>"), "escape", 2},
    {IN("<_xFFFFFF_/>"), "escape", 2},
};

Test(base_xml_read, refused_with_its_line)
{
    struct json_out o;
    struct xml_fault fault;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct slice xml = slice_str(wrong[i].xml);
        cr_assert(!read_as(NULL, xml, sizeof json_text, &o, &fault), "%s: %.*s", wrong[i].xml, (int)o.len, json_text);
        cr_expect(strstr(fault.why, wrong[i].why) && !fault.is_too_large, "%s: %s", wrong[i].xml, fault.why);
        cr_expect_eq(json_line(xml, fault.at), wrong[i].line, "%s: at %zu", wrong[i].xml, fault.at);
    }
}

Test(base_xml_read, a_nul_is_no_character)
{
    struct json_out o;
    struct xml_fault fault;
    static const char *const hides[] = {"<r xmlns='urn:x'>a?b</r>", "<r xmlns='urn:x'><a?/></r>", "<r? xmlns='urn:x'/>", "<r xmlns='urn:x'/>?"};
    for (size_t i = 0; i < sizeof hides / sizeof *hides; i++) {
        char xml[64];
        size_t len = strlen(hides[i]);
        memcpy(xml, hides[i], len);
        *(char *)memchr(xml, '?', len) = 0;
        cr_expect(!read_as(NULL, slice_make(xml, len), sizeof json_text, &o, &fault), "%s", hides[i]);
    }
}

/* Cut at every byte, before a page that may not be touched: no document but the whole one is taken, and nothing behind it is read. */
Test(base_xml_read, cut_anywhere)
{
    static const char text[] = "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- a --><q:r xmlns:q='urn:x' type=\"object\">\r\n"
                               "<q:a_x0020_b type='number'>1&#50;</q:a_x0020_b><q:c>&lt;<![CDATA[x]]>\xe2\x82\xac]]&amp;</q:c><q:d/></q:r>";
    size_t len = sizeof text - 1, page = 4096;
    char *map = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct json_out o;
    struct xml_fault fault;
    cr_assert_neq(map, MAP_FAILED);
    cr_assert_eq(mprotect(map + page, page, PROT_NONE), 0);
    for (size_t n = 0; n <= len; n++) {
        memcpy(map + page - n, text, n);
        cr_assert_eq(read_as(NULL, slice_make(map + page - n, n), sizeof json_text, &o, &fault), n == len, "%zu: %s", n, fault.why);
        cr_assert(n == len || fault.at <= n);
    }
    cr_assert(o.len > 0 && memcmp(json_text, "{\"a b\":12,\"c\":\"<x\xe2\x82\xac]]&\",\"d\":\"\"}", o.len) == 0, "%.*s", (int)o.len, json_text);
    munmap(map, 2 * page);
}

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

Test(base_xml_read, as_deep_as_json)
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

Test(base_xml_read, as_many_values_as_json)
{
    struct xml_fault fault;
    cr_expect(read_large("<r xmlns='urn:x'>", "<item/>", JSON_VALUES_MAX - 1, "</r>", &fault), "%s", fault.why);
    cr_expect(!read_large("<r xmlns='urn:x'>", "<item/>", JSON_VALUES_MAX, "</r>", &fault));
    cr_expect(strstr(fault.why, "100,000"));
}

/* The rooms that are promised, at their worst. */
Test(base_xml_read, twice_its_size_is_enough)
{
    static const char *const each[] = {"\"", "\\", "\n", "\t", "\r", "<a/>", "<item/>", "<_x0000_/>", "<_x0022_/>", "&#9;", "<a>\n\n</a>", "x"};
    struct xml_fault fault;
    for (size_t i = 0; i < sizeof each / sizeof *each; i++)
        for (size_t n = 1; n < 2000; n = n * 3 / 2 + 1) cr_expect(read_large("<r xmlns='urn:x'>", each[i], n, "</r>", &fault), "%s: %s", each[i], fault.why);
}

Test(base_xml_read, no_more_than_there_is_room_for)
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

Test(base_xml_read, where_a_member_begins)
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
Test(base_xml_read, linear_in_its_bytes, .timeout = 120)
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
        {"<r xmlns='urn:x'><!--", "- ", "--></r>"},
        {"<!DOCTYPE a [", "<!ENTITY a 'aaaa'>", "]><r/>"},
    };
    for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++) {
        uint64_t small = cost_of(attacks[i].before, attacks[i].each, 1 << 16, attacks[i].after);
        uint64_t large = cost_of(attacks[i].before, attacks[i].each, 1 << 19, attacks[i].after);
        cr_expect_leq(large, 30 * small + 5000000, "%s: %llu ns, %llu ns", attacks[i].each, (unsigned long long)small, (unsigned long long)large);
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
    static const char *const pieces[] = {"a", "Z", "0", "9", "-", ".", "_", "_x", "_x0041_", "x", " ", "\\t", "\\n", "\\r", "\\\"", "\\\\", "\\/", "<", ">", "&",
                                         "]]>", "'", "\\u0041", "\\u00e4", "\xc3\xa4", "\\ud83d\\ude00", "\xf0\x9f\x98\x80", "item", "42", "true", "1e5",
                                         ":", "\x7f", "\\u2028", "\xef\xbf\xbd", "\xef\xbb\xbf"};
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
    static const char *const leaves[] = {"null", "true", "false", "0", "-0", "1.50", "-1e+05", "12345678901234567890", "\"\"", "\"42\"", "\"true\"", "\"-1.5e3\"",
                                         "[]", "{}", "[ ]", "{ }", "\"null\"", "\" \"", "{\"item\":1}", "[\"4\\u0032\"]"};
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

Test(base_xml_read, there_and_back)
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
        cr_assert(read_as(NULL, slice_make(xml, out.len), sizeof json_text, &o, &fault), "%.*s: %s", (int)out.len, xml, fault.why);
        cr_assert_eq(json_check(slice_make(json_text, o.len), &after, &at), JSON_OK);
        cr_assert(same(before, after), "%.*s: %.*s: %.*s", SLICE_ARG(json), (int)out.len, xml, (int)o.len, json_text);
        if (before.kind != JSON_OBJECT) continue; /* what is known of members says nothing against what has been written */
        cr_assert(read_as(&known, slice_make(xml, out.len), sizeof json_text, &o, &fault));
        cr_assert_eq(json_check(slice_make(json_text, o.len), &after, &at), JSON_OK);
        cr_assert(same(before, after));
    }
}
