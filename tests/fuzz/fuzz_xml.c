/* Any bytes as XML, and any JSON as XML and back. What is taken is what libxml2 reads, too, and the same is in it; it is JSON, and written
 * again it is read as the same. */
#include "base/check.h"
#include "base/xml.h"
#include "base/xml_read.h"

#include <libxml/parser.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct xml_record known;
static const struct xml_member members[] = {
    {SLICE_INIT("a"), XML_TEXT, NULL}, {SLICE_INIT("b"), XML_TEXTS, NULL},    {SLICE_INIT("c"), XML_LIST, NULL},
    {SLICE_INIT("d"), XML_MAP, NULL},  {SLICE_INIT("e"), XML_RECORD, &known}, {SLICE_INIT("f"), XML_RECORDS, &known},
};
static const struct xml_record known = {members, sizeof members / sizeof *members};
static const struct xml_form form = {SLICE_INIT("document"), SLICE_INIT("urn:quern:v1"), "another root"};

/* ---- beside libxml2 ---- */

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == 0;
}

static void check_leaf(xmlNode *node, struct json_value v)
{
    char *text = (char *)xmlNodeGetContent(node);
    size_t len = strlen(text);
    struct json_value string = {JSON_STRING, v.text};
    if (v.kind == JSON_STRING) {
        char *plain = malloc(v.text.len);
        assert(plain && json_unescape(string, plain, v.text.len) == (long)len && memcmp(plain, text, len) == 0);
        free(plain);
    } else if (v.kind == JSON_NUMBER || v.kind == JSON_TRUE || v.kind == JSON_FALSE) {
        assert(v.text.len == len && memcmp(v.text.p, text, len) == 0);
    } else {
        assert(is_blank(text));
    }
    xmlFree(text);
}

static xmlNode *element_from(xmlNode *node)
{
    while (node && node->type != XML_ELEMENT_NODE) node = node->next;
    return node;
}

static void check_element(xmlNode *node, struct json_value v)
{
    size_t i = 0;
    struct slice name;
    struct json_value inside;
    xmlNode *child = element_from(node->children);
    assert(node->ns && strcmp((const char *)node->ns->href, "urn:quern:v1") == 0);
    if (!child) {
        check_leaf(node, v);
        return;
    }
    for (; child; child = element_from(child->next)) {
        assert(json_next(v, &i, &name, &inside));
        assert(v.kind == JSON_OBJECT || strcmp((const char *)child->name, "item") == 0);
        check_element(child, inside);
    }
    assert(!json_next(v, &i, &name, &inside));
}

/* No peer of ours: only what has been taken is shown to it. */
static void check_beside(struct slice xml, struct json_value v)
{
    xmlDoc *doc = xmlReadMemory(xml.p, (int)xml.len, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    assert(doc);
    assert(doc->encoding == NULL || strcasecmp((const char *)doc->encoding, "UTF-8") == 0);
    check_element(xmlDocGetRootElement(doc), v);
    xmlFreeDoc(doc);
}

/* ---- there and back ---- */

static struct slice write_xml(struct slice json)
{
    struct xml_out measured = {0};
    xml_of_json(&measured, json, "document", "urn:quern:v1");
    struct xml_out o = {.p = malloc(measured.len), .room = measured.len};
    assert(o.p);
    xml_of_json(&o, json, "document", "urn:quern:v1");
    assert(o.len == measured.len);
    return slice_make(o.p, o.len);
}

/* The JSON of it; .p NULL: refused. */
static struct slice read_xml(struct slice xml, const struct xml_record *record, size_t room)
{
    struct xml_fault fault;
    struct json_out o;
    char *p = malloc(room + 1);
    assert(p);
    json_out_init(&o, p, room);
    if (xml_to_json(xml, &form, record, &o, &fault)) return slice_make(p, o.len);
    assert(fault.why && fault.at <= xml.len && o.len <= room);
    assert(fault.is_too_large == o.overflow && (!fault.is_too_large || room < 2 * xml.len));
    free(p);
    return (struct slice){0};
}

static void try_xml(struct slice xml, const struct xml_record *record)
{
    struct json_value v;
    size_t at;
    struct slice json = read_xml(xml, record, 2 * xml.len);
    if (!json.p) return;
    enum json_error e = json_check(json, &v, &at);
    assert(e == JSON_OK || e == JSON_DUPLICATE || e == JSON_TOO_MANY);
    if (e == JSON_OK) {
        struct slice again = write_xml(json), back = read_xml(again, NULL, 2 * again.len);
        assert(slice_eq(json, back));
        check_beside(xml, v);
        free((void *)(uintptr_t)again.p), free((void *)(uintptr_t)back.p);
    } else {
        struct json_out o;
        char *p = malloc(2 * xml.len);
        json_out_init(&o, p, 2 * xml.len);
        size_t place = xml_place(xml, &form, record, &o, at);
        assert(place > 0 && xml.p[place] == '<');
        free(p);
    }
    free((void *)(uintptr_t)json.p);
}

/* The JSON that comes back has no needless escapes. */
static void try_json(struct slice json)
{
    struct json_value v;
    size_t at;
    if (json_check(json, &v, &at) != JSON_OK) return;
    struct slice xml = write_xml(json), back = read_xml(xml, NULL, 2 * xml.len);
    assert(json_check(back, &v, &at) == JSON_OK);
    check_beside(xml, v);
    struct slice again = write_xml(back), more = read_xml(again, NULL, 2 * again.len);
    assert(slice_eq(back, more));
    free((void *)(uintptr_t)xml.p), free((void *)(uintptr_t)back.p), free((void *)(uintptr_t)again.p),
        free((void *)(uintptr_t)more.p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_make(data, size);
    char *copy = malloc(size ? size : 1); /* of just that size: what is read behind it is found */
    if (!copy) return 0;
    if (size) memcpy(copy, data, size);
    text.p = copy;
    try_xml(text, NULL);
    try_xml(text, &known);
    try_json(text);
    struct slice json = read_xml(text, NULL, size / 2);
    free((void *)(uintptr_t)json.p);
    free(copy);
    return 0;
}
