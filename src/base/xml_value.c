/* xml_value.c: what elements are, and the JSON that is written of them. */
#include "xml_reader.h"
#include "xml_scan.h"

#include <stdio.h>

static void put(struct xml_reader *r, const char *p, size_t len)
{
    struct json_out *o = r->out;
    if (o->overflow || len > o->room - o->len) {
        o->overflow = true;
        return;
    }
    memcpy(o->p + o->len, p, len);
    o->len += len;
}

static void put_byte(struct xml_reader *r, char c)
{
    struct json_out *o = r->out;
    o->overflow |= o->len == o->room;
    if (!o->overflow) o->p[o->len++] = c;
}

static void put_escape(struct xml_reader *r, char c)
{
    char text[8];
    put_byte(r, '\\');
    switch (c) {
    case '"':
    case '\\': put_byte(r, c); break;
    case '\n': put_byte(r, 'n'); break;
    case '\r': put_byte(r, 'r'); break;
    case '\t': put_byte(r, 't'); break;
    default: put(r, text, (size_t)snprintf(text, sizeof text, "u%04x", (unsigned)(uint8_t)c)); break;
    }
}

/* What is known to be UTF-8. */
static void put_escaped(struct xml_reader *r, const char *p, size_t len)
{
    const char *from = p, *end = p + len;
    for (; p < end; p++) {
        if ((uint8_t)*p >= ' ' && *p != '"' && *p != '\\') continue;
        if (p > from) put(r, from, (size_t)(p - from));
        put_escape(r, *p);
        from = p + 1;
    }
    if (end > from) put(r, from, (size_t)(end - from));
}

/* The character that an escape at p stands for: _x, four to six hexadecimal digits, _. False: it is none, and means itself. */
static bool unescape(const char *p, const char *end, uint32_t *point, size_t *bytes)
{
    const char *q = p + 2;
    *point = 0;
    if (end - p < 7 || p[0] != '_' || p[1] != 'x') return false;
    for (; q < end && q - p < 8 && json_hex_value(*q) >= 0; q++) *point = *point << 4 | (uint32_t)json_hex_value(*q);
    *bytes = (size_t)(q - p) + 1;
    return q - p >= 6 && q < end && *q == '_';
}

/* *written: as it stands in the JSON, where nothing is escaped that may be in a name that is known; unchanged where there was no room. */
static bool put_name(struct xml_reader *r, struct slice name, struct slice *written)
{
    size_t at = r->out->len + 1;
    const char *p = name.p, *end = name.p + name.len, *from = p;
    uint32_t point;
    size_t bytes;
    char text[4];
    put_byte(r, '"');
    if (slice_eq(name, SLICE("_x_"))) p = from = end;
    while (p < end) {
        if (!unescape(p, end, &point, &bytes)) {
            p++;
            continue;
        }
        if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return xml_fail(r, "an escape in a name is no character");
        put_escaped(r, from, (size_t)(p - from));
        put_escaped(r, text, (size_t)utf8_put(point, text));
        p = from = p + bytes;
    }
    put_escaped(r, from, (size_t)(p - from));
    if (!r->out->overflow) *written = slice_make(r->out->p + at, r->out->len - at);
    put(r, "\":", 2);
    return true;
}

/* ---- values ---- */

static struct xml_kind kind_of(const struct xml_record *record, struct slice name)
{
    for (size_t i = 0; i < record->n; i++)
        if (slice_eq(record->members[i].name, name))
            return (struct xml_kind){record->members[i].rule, record->members[i].record};
    return (struct xml_kind){XML_FREE, NULL};
}

/* Of what stands in an array or an object; name: of a member, without escapes. */
static struct xml_kind kind_inside(const struct xml_element *e, struct slice name)
{
    bool is_array = e->content == XML_ITEMS;
    if (is_array && e->kind.rule == XML_TEXTS) return (struct xml_kind){XML_TEXT, NULL};
    if (is_array && e->kind.rule == XML_RECORDS) return (struct xml_kind){XML_RECORD, e->kind.record};
    if (!is_array && e->kind.rule == XML_RECORD) return kind_of(e->kind.record, name);
    return (struct xml_kind){XML_FREE, NULL};
}

/* What it is said to be, by its type or by the rule; XML_UNTYPED: nobody says. */
static enum xml_type type_of(const struct xml_element *e)
{
    if (e->type != XML_UNTYPED) return e->type;
    switch (e->kind.rule) {
    case XML_FREE: return XML_UNTYPED;
    case XML_TEXT: return XML_STRING;
    case XML_TEXTS:
    case XML_LIST:
    case XML_RECORDS: return XML_ARRAY;
    case XML_MAP:
    case XML_RECORD: return XML_OBJECT;
    }
    return XML_UNTYPED;
}

bool xml_keeps_blanks(const struct xml_element *e)
{
    enum xml_type type = type_of(e);
    return type != XML_NULL && type != XML_ARRAY && type != XML_OBJECT;
}

static bool may_hold(struct xml_reader *r)
{
    return r->depth <= JSON_DEPTH_MAX || xml_fail(r, "elements nested too deeply");
}

/* The first element in the innermost one decides what that is, where nothing else has. */
static bool open_container(struct xml_reader *r, struct xml_element *e, bool is_item)
{
    enum xml_type type = type_of(e);
    if (type == XML_UNTYPED) type = is_item ? XML_ARRAY : XML_OBJECT;
    if (type != XML_ARRAY && type != XML_OBJECT) return xml_fail(r, "an element stands in one that may only have text");
    if (!may_hold(r)) return false;
    r->out->len = e->value_at; /* what were blanks, as references or CDATA, before the first element */
    e->content = type == XML_ARRAY ? XML_ITEMS : XML_MEMBERS;
    put_byte(r, type == XML_ARRAY ? '[' : '{');
    return true;
}

bool xml_begin_inside(struct xml_reader *r, struct slice name, struct xml_kind *kind)
{
    struct xml_element *e = xml_innermost(r);
    struct slice member = SLICE("");
    bool is_item = slice_eq(name, SLICE("item"));
    if (e->content == XML_WORDS) return xml_fail(r, "text beside elements");
    if (xml_is_container(e)) put_byte(r, ',');
    else if (!open_container(r, e, is_item)) return false;
    if (e->content == XML_MEMBERS && r->out->len == r->sought) return xml_fail(r, "found");
    if (e->content == XML_MEMBERS && !put_name(r, name, &member)) return false;
    *kind = kind_inside(e, member);
    return e->content == XML_MEMBERS || is_item || xml_fail(r, "an array may have <item> only; an object that has one first needs type=\"object\"");
}

static void put_instead(struct xml_reader *r, struct xml_element *e, const char *json)
{
    r->out->len = e->value_at;
    put(r, json, strlen(json));
}

/* The text that was written as a string is a value itself. */
static void unquote(struct xml_reader *r, struct xml_element *e)
{
    char *value = r->out->p + e->value_at;
    size_t len = r->out->len - e->value_at - 1;
    memmove(value, value + 1, len);
    r->out->len = e->value_at + len;
}

/* What its text, as JSON, would be without quotes. */
static enum json_kind kind_of_text(const struct xml_reader *r, const struct xml_element *e)
{
    const char *p = r->out->p + e->value_at + 1;
    if (e->content != XML_WORDS || r->out->overflow) return JSON_STRING;
    return xml_text_kind(slice_make(p, (size_t)(r->out->p + r->out->len - p)));
}

static void end_string(struct xml_reader *r, struct xml_element *e)
{
    if (e->content == XML_NOTHING) put_byte(r, '"');
    put_byte(r, '"');
}

static bool end_empty(struct xml_reader *r, struct xml_element *e, const char *json)
{
    put_instead(r, e, json);
    return may_hold(r);
}

/* An element without elements. */
static bool end_leaf(struct xml_reader *r, struct xml_element *e)
{
    enum json_kind kind = kind_of_text(r, e);
    enum xml_type type = type_of(e);
    if (e->type == XML_UNTYPED && e->content == XML_WORDS && type != XML_STRING)
        type = XML_UNTYPED; /* for who reads the JSON to refuse */
    bool is_bool = kind == JSON_TRUE || kind == JSON_FALSE, is_empty = e->content == XML_NOTHING || e->content == XML_BLANKS;
    switch (type) {
    case XML_UNTYPED:
        if (kind == JSON_STRING) end_string(r, e);
        else unquote(r, e);
        return true;
    case XML_NUMBER:
    case XML_BOOLEAN:
        if (type == XML_NUMBER ? kind != JSON_NUMBER : !is_bool)
            return xml_fail(r, "the text is not what the type says, as JSON writes it");
        unquote(r, e);
        return true;
    case XML_NULL: put_instead(r, e, "null"); return is_empty || xml_fail(r, "text in an element that is null");
    case XML_ARRAY: return is_empty ? end_empty(r, e, "[]") : xml_fail(r, "text in an array");
    case XML_OBJECT: return is_empty ? end_empty(r, e, "{}") : xml_fail(r, "text in an object");
    case XML_STRING:
    case XML_TYPES: break;
    }
    end_string(r, e);
    return true;
}

bool xml_end_element(struct xml_reader *r)
{
    struct xml_element *e = xml_innermost(r);
    bool is_fine = true;
    if (e->content == XML_ITEMS) put_byte(r, ']');
    else if (e->content == XML_MEMBERS) put_byte(r, '}');
    else is_fine = end_leaf(r, e);
    r->depth--;
    return is_fine;
}

/* ---- text ---- */

static bool is_all_blank(const char *p, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!xml_is_blank(p[i])) return false;
    return true;
}

bool xml_add_text(struct xml_reader *r, const char *p, size_t len)
{
    struct xml_element *e = xml_innermost(r);
    bool is_blank = e->content != XML_WORDS && is_all_blank(p, len);
    if (xml_is_container(e)) return is_blank || xml_fail(r, "text beside elements");
    if (len == 0) return true;
    if (e->content == XML_NOTHING) put_byte(r, '"');
    e->content = is_blank ? XML_BLANKS : XML_WORDS;
    put_escaped(r, p, len);
    return true;
}
