/* JSON as XML. */
#include "base/xml.h"

#include <criterion/criterion.h>

/* inside: of <r xmlns="urn:x">, or behind that its attribute. */
static void expect(const char *json, const char *inside)
{
    char text[1024], wanted[1024];
    struct xml_out measured = {0}, o = {.p = text, .room = sizeof text - 1};
    xml_of_json(&measured, slice_str(json), "r", "urn:x");
    xml_of_json(&o, slice_str(json), "r", "urn:x");
    cr_assert_eq(measured.len, o.len, "%s", json);
    cr_assert_lt(o.len, sizeof text);
    text[o.len] = 0;
    (void)snprintf(wanted, sizeof wanted, XML_DECLARATION "<r xmlns=\"urn:x\"%s%s</r>", inside[0] == ' ' ? "" : ">", inside);
    cr_expect_str_eq(text, wanted);
}

Test(xml, values)
{
    expect("{}", " type=\"object\">");
    expect("[ ]", " type=\"array\">");
    expect("null", " type=\"null\">");
    expect("\"\"", "");
    expect(" {\"a\" : 1 , \"b\":[true,false,null,-1.50e+3]}\n",
           "<a>1</a><b><item>true</item><item>false</item><item type=\"null\"></item><item>-1.50e+3</item></b>");
    expect("{\"job\":{\"id\":\"x\",\"tags\":[],\"meta\":{\"k\":{}}}}", "<job><id>x</id><tags type=\"array\"></tags><meta><k type=\"object\"></k></meta></job>");
    expect("[[1],[2,[3]]]", "<item><item>1</item></item><item><item>2</item><item><item>3</item></item></item>");
    expect("\"text\"", "text");
    expect("7", "7");
}

Test(xml, types_where_a_text_would_mislead)
{
    expect("[\"42\",\"-1.5e3\",\"true\",\"false\"]", "<item type=\"string\">42</item><item type=\"string\">-1.5e3</item>"
                                                    "<item type=\"string\">true</item><item type=\"string\">false</item>");
    expect("[\"042\",\"4 \",\" 4\",\"+4\",\"4.\",\"truer\",\"null\",\"\"]",
           "<item>042</item><item>4 </item><item> 4</item><item>+4</item><item>4.</item><item>truer</item><item>null</item><item></item>");
    expect("[\"4\\u0032\",\"\\u0034\"]", "<item type=\"string\">42</item><item type=\"string\">4</item>");
    expect("[{\"item\":1},{\"a\":1,\"item\":2}]", "<item type=\"object\"><item>1</item></item><item><a>1</a><item>2</item></item>");
    expect("[{\"\\u0069tem\":[]}, [ [] ]]",
           "<item type=\"object\"><item type=\"array\"></item></item><item><item type=\"array\"></item></item>");
}

Test(xml, text)
{
    expect("\"a<b>&c\\\"'\"", "a&lt;b&gt;&amp;c\"'");
    expect("\"]]>\"", "]]&gt;");
    expect("\"\\t\\n\\r\"", "\t\n&#13;");
    expect("\"\\u0000\\u0001\\b\\f\\u001f\"", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    expect("\"\\u00e4\xc3\xa4\\ud83d\\ude00\"", "\xc3\xa4\xc3\xa4\xf0\x9f\x98\x80");
    expect("\"\\ufffe\\uffff\\ufffd\xef\xbf\xbf\xef\xbb\xbf\"",
           "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbb\xbf");
    expect("\"\\u007f\"", "\x7f");
}

Test(xml, names)
{
    expect("{\"snake_case-1.x\":1}", "<snake_case-1.x>1</snake_case-1.x>");
    expect("{\"a b\":1}", "<a_x0020_b>1</a_x0020_b>");
    expect("{\"1\":1,\"-\":2}", "<_x0031_>1</_x0031_><_x002D_>2</_x002D_>");
    expect("{\"\":1}", "<_x_>1</_x_>");
    expect("{\"<\\/script>\":1}", "<_x003C__x002F_script_x003E_>1</_x003C__x002F_script_x003E_>");
    expect("{\"\\u00e4\":1,\"\\ud83d\\ude00\":2}", "<_x00E4_>1</_x00E4_><_x1F600_>2</_x1F600_>");
    expect("{\"_x0020_\":1}", "<_x005F_x0020_>1</_x005F_x0020_>");
    expect("{\"a:b\":1}", "<a_x003A_b>1</a_x003A_b>");
}

Test(xml, what_does_not_fit_is_counted)
{
    char text[8] = "-------";
    struct xml_out o = {.p = text, .room = 5};
    xml_element(&o, "a", SLICE("<&>"));
    cr_expect_eq(o.len, strlen("<a>&lt;&amp;&gt;</a>"));
    cr_expect_eq(text[5], '-', "nothing is written behind the end");
}
