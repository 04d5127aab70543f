/* xml_scan.h: the characters and names of XML 1.0 (fifth edition), and what a text without a type reads as. Private to xml*.c. Any
 * thread. */
#ifndef QUERN_BASE_XML_SCAN_H
#define QUERN_BASE_XML_SCAN_H

#include "json_string.h"

static inline bool xml_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* A byte that is a character by itself and means nothing in a text. */
static inline bool xml_is_plain(char c)
{
    return ((uint8_t)c >= ' ' && (uint8_t)c < 0x80 && c != '<' && c != '&' && c != ']') || c == '\n' || c == '\t';
}

/* §2.2 */
static inline bool xml_is_char(uint32_t point)
{
    if (point < ' ') return point == '\t' || point == '\n' || point == '\r';
    return point < 0xd800 || (point >= 0xe000 && point < 0xfffe) || (point >= 0x10000 && point <= 0x10ffff);
}

/* The character at p < end; 0: it is none of XML's, or no UTF-8. *bytes: its length. */
static inline uint32_t xml_char_at(const char *p, const char *end, int *bytes)
{
    int length = *bytes = utf8_length(p, end);
    if (length <= 0) return 0;
    uint32_t point = length == 1 ? (uint8_t)*p : (uint8_t)*p & (0x7fu >> length);
    for (int i = 1; i < length; i++) point = point << 6 | ((uint8_t)p[i] & 0x3f);
    return xml_is_char(point) ? point : 0;
}

/* What names may have beside ASCII (§2.3): the first part also at their start. */
#define XML_NAME_STARTS 12
static const uint32_t xml_name_ranges[][2] = {
    {0xc0, 0xd6},     {0xd8, 0xf6},       {0xf8, 0x2ff},    {0x370, 0x37d},   {0x37f, 0x1fff},
    {0x200c, 0x200d}, {0x2070, 0x218f},   {0x2c00, 0x2fef}, {0x3001, 0xd7ff}, {0xf900, 0xfdcf},
    {0xfdf0, 0xfffd}, {0x10000, 0xeffff}, {0xb7, 0xb7},     {0x300, 0x36f},   {0x203f, 0x2040},
};

static inline bool xml_in_name(uint32_t point, bool is_first)
{
    if (point < 0x80) {
        char c = (char)point;
        char lower = slice_lower(c);
        return (lower >= 'a' && lower <= 'z') || c == '_' || (!is_first && (json_is_digit(c) || c == '-' || c == '.'));
    }
    size_t n = is_first ? XML_NAME_STARTS : sizeof xml_name_ranges / sizeof *xml_name_ranges;
    for (size_t i = 0; i < n; i++)
        if (point >= xml_name_ranges[i][0] && point <= xml_name_ranges[i][1]) return true;
    return false;
}

/* Bytes of the name without colons at p; 0: none begins there. */
static inline size_t xml_name_bytes(const char *p, const char *end)
{
    const char *start = p;
    for (int bytes; p < end; p += bytes)
        if (!xml_in_name(xml_char_at(p, end, &bytes), p == start)) break;
    return (size_t)(p - start);
}

/* What a number, true and false begin with. */
static inline bool xml_is_literal_start(char c)
{
    return json_is_digit(c) || c == '-' || c == 't' || c == 'f';
}

/* JSON_NUMBER, JSON_TRUE or JSON_FALSE if all of the text is one in JSON's own form, else JSON_STRING. */
static inline enum json_kind xml_text_kind(struct slice text)
{
    struct json_value v;
    size_t at;
    if (text.len == 0 || !xml_is_literal_start(text.p[0])) return JSON_STRING;
    if (json_check(text, &v, &at) != JSON_OK || v.text.len != text.len) return JSON_STRING;
    return v.kind;
}

#endif
