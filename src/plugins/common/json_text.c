/* json_text.c: see json_text.h. RFC 8259; UTF-8 by RFC 3629 §4. */
#include "json_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BYTES 4096

static void put(struct json_text *json, const char *bytes, size_t len)
{
    if (json->no_memory || len == 0) return;
    if (json->cap - json->len < len) {
        size_t cap = json->cap ? json->cap * 2 : FIRST_BYTES;
        while (cap - json->len < len) cap *= 2;
        char *moved = realloc(json->bytes, cap);
        if (!moved) {
            json->no_memory = true;
            return;
        }
        json->bytes = moved;
        json->cap = cap;
    }
    memcpy(json->bytes + json->len, bytes, len);
    json->len += len;
}

static void before_value(struct json_text *json)
{
    if (json->comma) put(json, ",", 1);
    json->comma = true;
}

static void put_value(struct json_text *json, const char *text)
{
    before_value(json);
    put(json, text, strlen(text));
}

void json_open(struct json_text *json, char bracket)
{
    before_value(json);
    put(json, &bracket, 1);
    json->comma = false;
}

void json_close(struct json_text *json, char bracket)
{
    put(json, &bracket, 1);
    json->comma = true;
}

/* Length of the UTF-8 sequence at the start of bytes, 0 if it is not one: cut off, overlong, a surrogate, too large. */
static size_t sequence(const unsigned char *bytes, size_t len)
{
    unsigned char first = bytes[0];
    if (first < 0x80) return 1;
    size_t n = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || len < n) return 0;
    for (size_t i = 1; i < n; i++)
        if ((bytes[i] & 0xc0) != 0x80) return 0;
    unsigned char second = bytes[1];
    if (first == 0xe0 && second < 0xa0) return 0;
    if (first == 0xed && second > 0x9f) return 0;
    if (first == 0xf0 && second < 0x90) return 0;
    if (first == 0xf4 && second > 0x8f) return 0;
    return n;
}

static void put_escaped(struct json_text *json, unsigned char c)
{
    char text[8];
    switch (c) {
    case '"': put(json, "\\\"", 2); return;
    case '\\': put(json, "\\\\", 2); return;
    case '\n': put(json, "\\n", 2); return;
    case '\r': put(json, "\\r", 2); return;
    case '\t': put(json, "\\t", 2); return;
    default: break;
    }
    (void)snprintf(text, sizeof text, "\\u%04x", c);
    put(json, text, strlen(text));
}

void json_string(struct json_text *json, const char *bytes, size_t len)
{
    before_value(json);
    put(json, "\"", 1);
    size_t done = 0; /* bytes before this are written; those up to i can go as they are */
    for (size_t i = 0; i < len;) {
        const unsigned char *at = (const unsigned char *)bytes + i;
        size_t n = sequence(at, len - i);
        bool plain = n > 1 || (n == 1 && *at >= 0x20 && *at != '"' && *at != '\\' && *at != 0x7f);
        if (!plain) {
            put(json, bytes + done, i - done);
            if (n == 0) put(json, "\xef\xbf\xbd", 3);
            else put_escaped(json, *at);
            done = i + 1;
        }
        i += n ? n : 1;
    }
    put(json, bytes + done, len - done);
    put(json, "\"", 1);
}

void json_key(struct json_text *json, const char *name)
{
    json_string(json, name, strlen(name));
    put(json, ":", 1);
    json->comma = false;
}

void json_integer(struct json_text *json, int64_t value)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%" PRId64, value);
    put_value(json, text);
}

/* A locale's decimal point, of one byte or more, becomes a '.'. */
static void fix_point(char *text)
{
    char *to = text;
    for (const char *from = text; *from; from++) {
        bool ours = (*from >= '0' && *from <= '9') || *from == '-' || *from == '+' || *from == 'e';
        if (ours) *to++ = *from;
        else if (to == text || to[-1] != '.') *to++ = '.';
    }
    *to = '\0';
}

void json_number(struct json_text *json, double value)
{
    char text[40];
    if (!isfinite(value)) {
        json_null(json);
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value) break; /* same locale as snprintf */
    }
    fix_point(text);
    put_value(json, text);
}

void json_bool(struct json_text *json, bool value)
{
    put_value(json, value ? "true" : "false");
}

void json_null(struct json_text *json)
{
    put_value(json, "null");
}
