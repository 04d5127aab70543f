/* json_text.h: writes a JSON text from front to back into growing memory: a large result needs no tree first. */
#ifndef QUERN_PLUGINS_COMMON_JSON_TEXT_H
#define QUERN_PLUGINS_COMMON_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Commas come by themselves; matching of opens and closes is the caller's. Once memory is out, calls do nothing. */
struct json_text {
    char *bytes; /* heap; the caller's at the end */
    size_t len, cap;
    bool no_memory;
    bool comma; /* a value stands before */
};

void json_open(struct json_text *json, char bracket);  /* '{' or '[' */
void json_close(struct json_text *json, char bracket); /* '}' or ']' */
void json_key(struct json_text *json, const char *name);
/* Any bytes: what is not UTF-8 becomes U+FFFD, so the result is always a valid JSON text. */
void json_string(struct json_text *json, const char *bytes, size_t len);
void json_integer(struct json_text *json, int64_t value);
/* The shortest text that reads back as the same double; null for what is not finite. Not dependent on the locale. */
void json_number(struct json_text *json, double value);
void json_bool(struct json_text *json, bool value);
void json_null(struct json_text *json);

#endif
