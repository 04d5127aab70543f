/* xml.c: see xml.h. */
#include "xml.h"

#include "xml_scan.h"

#include <stdio.h>

void xml_raw(struct xml_out *o, struct slice markup)
{
    if (markup.len && o->len + markup.len <= o->room) memcpy(o->p + o->len, markup.p, markup.len);
    o->len += markup.len;
}

static void put_byte(struct xml_out *o, char c)
{
    if (o->len < o->room) o->p[o->len] = c;
    o->len++;
}

#define REPLACEMENT SLICE("\xef\xbf\xbd")

static void put_text_byte(struct xml_out *o, int byte)
{
    switch (byte) {
    case '&': xml_raw(o, SLICE("&amp;")); break;
    case '<': xml_raw(o, SLICE("&lt;")); break;
    case '>': xml_raw(o, SLICE("&gt;")); break;
    case '\r': xml_raw(o, SLICE("&#13;")); break; /* a reader would make LF of it (XML 1.0 §2.11) */
    default:
        if (byte < ' ' && byte != '\t' && byte != '\n') xml_raw(o, REPLACEMENT);
        else put_byte(o, (char)byte);
    }
}

void xml_text(struct xml_out *o, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) put_text_byte(o, (uint8_t)text.p[i]);
}

void xml_element(struct xml_out *o, const char *name, struct slice text)
{
    put_byte(o, '<'), xml_raw(o, slice_str(name)), put_byte(o, '>');
    xml_text(o, text);
    xml_raw(o, SLICE("</")), xml_raw(o, slice_str(name)), put_byte(o, '>');
}

/* ---- JSON ---- */

/* U+FFFE and U+FFFF are no characters of XML (§2.2). */
static void put_string(struct xml_out *o, struct slice escaped)
{
    struct json_unescape_state u = json_unescape_start(escaped);
    for (int byte; (byte = json_unescape_next(&u)) >= 0;) {
        struct json_unescape_state ahead = u;
        if (byte == 0xef && json_unescape_next(&ahead) == 0xbf && json_unescape_next(&ahead) >= 0xbe) {
            xml_raw(o, REPLACEMENT);
            u = ahead;
        } else {
            put_text_byte(o, byte);
        }
    }
}

static bool starts_name(int byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

static bool stands_in_name(int byte)
{
    return starts_name(byte) || (byte >= '0' && byte <= '9') || byte == '-' || byte == '.';
}

/* The rest of the character that begins with this byte. */
static uint32_t code_point(struct json_unescape_state *u, int byte)
{
    int more = byte < 0x80 ? 0 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    uint32_t point = more ? (uint32_t)byte & (0x3fu >> more) : (uint32_t)byte;
    while (more--) point = point << 6 | ((uint32_t)json_unescape_next(u) & 0x3f);
    return point;
}

/* "_x" by itself must not read as the start of an escape. */
static bool is_like_escape(struct json_unescape_state u, int byte)
{
    return byte == '_' && json_unescape_next(&u) == 'x';
}

static void put_name(struct xml_out *o, struct slice escaped)
{
    struct json_unescape_state u = json_unescape_start(escaped);
    bool is_first = true;
    if (escaped.len == 0) xml_raw(o, SLICE("_x_"));
    for (int byte; (byte = json_unescape_next(&u)) >= 0; is_first = false) {
        char text[16];
        if ((is_first ? starts_name(byte) : stands_in_name(byte)) && !is_like_escape(u, byte)) {
            put_byte(o, (char)byte);
            continue;
        }
        int len = snprintf(text, sizeof text, "_x%04X_", (unsigned)code_point(&u, byte));
        xml_raw(o, slice_make(text, (size_t)len));
    }
}

/* A string that would be read as something else. One with escapes that begins so is taken for one. */
static bool is_misleading(struct json_value string)
{
    struct slice text = slice_make(string.text.p + 1, string.text.len - 2);
    struct json_unescape_state u = json_unescape_start(text);
    int first = json_unescape_next(&u);
    if (first < 0 || !xml_is_literal_start((char)first)) return false;
    return memchr(text.p, '\\', text.len) || xml_text_kind(text) != JSON_STRING;
}

/* What an array or an object is when its content does not say so: nothing is in it, or first a member that is called as an entry. */
static const char *container_type(struct json_value v)
{
    const char *p = v.text.p + 1;
    while (json_is_blank(*p)) p++;
    if (v.kind == JSON_ARRAY) return *p == ']' ? "array" : NULL;
    if (*p == '}') return "object";
    const char *end = json_string_end(p, v.text.p + v.text.len);
    return json_name_is(slice_make(p + 1, (size_t)(end - p) - 2), SLICE("item")) ? "object" : NULL;
}

/* The attribute without which reading it would make something else of it (xml_read.h); NULL: it needs none. */
static const char *type_needed(struct json_value v)
{
    switch (v.kind) {
    case JSON_NULL: return "null";
    case JSON_FALSE:
    case JSON_TRUE:
    case JSON_NUMBER: break;
    case JSON_STRING: return is_misleading(v) ? "string" : NULL;
    case JSON_ARRAY:
    case JSON_OBJECT: return container_type(v);
    }
    return NULL;
}

static void end_start_tag(struct xml_out *o, struct json_value v)
{
    const char *type = type_needed(v);
    if (type) xml_raw(o, SLICE(" type=\"")), xml_raw(o, slice_str(type)), put_byte(o, '"');
    put_byte(o, '>');
}

static void put_value(struct xml_out *o, struct json_value v);

static void put_members(struct xml_out *o, struct json_value container)
{
    struct slice name;
    struct json_value value;
    bool is_array = container.kind == JSON_ARRAY;
    for (size_t i = 0; json_next(container, &i, &name, &value);) {
        if (is_array) name = SLICE("item");
        put_byte(o, '<'), put_name(o, name), end_start_tag(o, value);
        put_value(o, value);
        xml_raw(o, SLICE("</")), put_name(o, name), put_byte(o, '>');
    }
}

/* As deep as JSON may be: JSON_DEPTH_MAX, and what stands around it. */
static void put_value(struct xml_out *o, struct json_value v)
{
    switch (v.kind) {
    case JSON_NULL: break;
    case JSON_FALSE:
    case JSON_TRUE:
    case JSON_NUMBER: xml_raw(o, v.text); break;
    case JSON_STRING: put_string(o, slice_make(v.text.p + 1, v.text.len - 2)); break;
    case JSON_ARRAY:
    case JSON_OBJECT: put_members(o, v); break;
    }
}

void xml_of_json(struct xml_out *o, struct slice json, const char *root, const char *name_space)
{
    while (json.len && json_is_blank(json.p[0])) json = slice_from(json, 1);
    while (json.len && json_is_blank(json.p[json.len - 1])) json.len--;
    struct json_value root_value = {json.len ? json_kind_of(json.p[0]) : JSON_NULL, json};
    xml_raw(o, SLICE(XML_DECLARATION "<")), xml_raw(o, slice_str(root));
    xml_raw(o, SLICE(" xmlns=\"")), xml_text(o, slice_str(name_space)), put_byte(o, '"');
    if (json.len) end_start_tag(o, root_value), put_value(o, root_value);
    else put_byte(o, '>');
    xml_raw(o, SLICE("</")), xml_raw(o, slice_str(root)), put_byte(o, '>');
}
