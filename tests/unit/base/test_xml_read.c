/* XML as JSON: what comes out to the byte, what is refused, and where. */
#include "xml_reading.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/mman.h>

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
    expect("<a type=\"string\">42</a><b type='string'/><c type=\"string\">true</c>",
           "{\"a\":\"42\",\"b\":\"\",\"c\":\"true\"}");
    expect("<a type=\"number\">42</a><b type = \"boolean\">true</b>", "{\"a\":42,\"b\":true}");
    expect("<a type=\"null\"/><b type=\"null\"></b><c type=\"null\">\n</c>", "{\"a\":null,\"b\":null,\"c\":null}");
    expect("<a type=\"array\"/><b type=\"array\">\n</b><c type=\"array\"><item>1</item></c>", "{\"a\":[],\"b\":[],\"c\":[1]}");
    expect("<a type=\"object\"/><b type=\"object\"> </b><c type=\"object\"><d>1</d></c>",
           "{\"a\":{},\"b\":{},\"c\":{\"d\":1}}");
    expect(" type=\"array\">", "[]");
    expect(" type=\"null\">", "null");
}

/* Names that XML cannot have. One that JSON cannot have as it is, is not known to be anything. */
static const struct xml_member odd_members[] = {
    {SLICE_INIT(""), XML_TEXT, NULL},
    {SLICE_INIT("two words"), XML_TEXTS, NULL},
    {SLICE_INIT("1st"), XML_TEXT, NULL},
};
static const struct xml_record odd = {odd_members, sizeof odd_members / sizeof *odd_members};

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
    expect_of(&known, "<more><name>1</name><tags/><more><name>2</name></more></more>",
              "{\"more\":{\"name\":\"1\",\"tags\":\"\",\"more\":{\"name\":\"2\"}}}");
    expect_of(&known, "<all><item><name>1</name><args><item/></args></item></all>",
              "{\"all\":[{\"name\":\"1\",\"args\":[\"\"]}]}");
    expect_of(&known, "<other><name>1</name></other>", "{\"other\":{\"name\":1}}");
    /* By its name, however that is written. */
    expect_of(&known, "<n_x0061_me>42</n_x0061_me><_x006D_ore><nam_x000065_>1</nam_x000065_></_x006D_ore><t_x0061_gs/>",
              "{\"name\":\"42\",\"more\":{\"name\":\"1\"},\"tags\":[]}");
    expect_of(&known, "<n_x005F_me>42</n_x005F_me><_x005F_x006E_ame>42</_x005F_x006E_ame><name_x0000_>42</name_x0000_><_x_>42</_x_>",
              "{\"n_me\":42,\"_x006E_ame\":42,\"name\\u0000\":42,\"\":42}");
    expect_of(&odd, "<_x_>1</_x_><two_x0020_words/><_x0031_st>1</_x0031_st><quoted_x0022_>1</quoted_x0022_>",
              "{\"\":\"1\",\"two words\":[],\"1st\":\"1\",\"quoted\\\"\":1}");
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
    expect("<a> <!-- x -->\r</a>", "{\"a\":\" \\n\"}");
    expect("<a><!-- x --> <!-- x -->1</a>", "{\"a\":\" 1\"}");
    expect("<a> &#32;<![CDATA[ ]]>\n<b/></a>", "{\"a\":{\"b\":\"\"}}");
    expect_of(&known, "<args> <!-- x -->none</args>", "{\"args\":\" none\"}");
    expect_of(&known, "<name> <!-- x --> </name>", "{\"name\":\"  \"}");
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
    expect("<gr\xc3\xb6\xc3\x9f"
           "e>1</gr\xc3\xb6\xc3\x9f"
           "e><a-b.c1/><a\xc2\xb7/>",
           "{\"gr\xc3\xb6\xc3\x9f"
           "e\":1,\"a-b.c1\":\"\",\"a\xc2\xb7\":\"\"}");
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
    cr_assert(
        read_as(NULL, SLICE("<q:r xmlns:q='urn:x'><q:item type='string'>1</q:item></q:r>"), sizeof json_text, &o, &fault));
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
    static const char *const hides[] = {"<r xmlns='urn:x'>a?b</r>", "<r xmlns='urn:x'><a?/></r>", "<r? xmlns='urn:x'/>",
                                        "<r xmlns='urn:x'/>?"};
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
    static const char text[] =
        "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- a --><q:r xmlns:q='urn:x' type=\"object\">\r\n"
        "<q:a_x0020_b type='number'>1&#50;</q:a_x0020_b><q:c>&lt;<![CDATA[x]]>\xe2\x82\xac]]&amp;</q:c><q:d/></q:r>";
    size_t len = sizeof text - 1, page = 4096;
    char *map = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct json_out o;
    struct xml_fault fault;
    cr_assert_neq(map, MAP_FAILED);
    cr_assert_eq(mprotect(map + page, page, PROT_NONE), 0);
    for (size_t n = 0; n <= len; n++) {
        memcpy(map + page - n, text, n);
        cr_assert_eq(read_as(NULL, slice_make(map + page - n, n), sizeof json_text, &o, &fault), n == len, "%zu: %s", n,
                     fault.why);
        cr_assert(n == len || fault.at <= n);
    }
    cr_assert(o.len > 0 && memcmp(json_text, "{\"a b\":12,\"c\":\"<x\xe2\x82\xac]]&\",\"d\":\"\"}", o.len) == 0, "%.*s",
              (int)o.len, json_text);
    munmap(map, 2 * page);
}
