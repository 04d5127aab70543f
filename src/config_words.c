/* config_words.c: values that are one word or an array of words. */
#include "config_reader.h"

#include <stdlib.h>
#include <string.h>

/* The words with commas between; text has room for them. */
static int join_words(struct config_reader *r, struct json_value value, char *text)
{
    struct slice none, word;
    struct json_value element;
    bool is_list = value.kind == JSON_ARRAY;
    size_t len = 0;
    for (size_t i = 0; is_list ? json_next(value, &i, &none, &element) : i == 0; i += !is_list) {
        if (!is_list) element = value;
        config_look_at(r, element.text.p);
        if (element.kind != JSON_STRING || !json_plain(element, &word) || word.len == 0 || memchr(word.p, ',', word.len))
            return config_refuse(r->why, "%s must be a word, or an array of words", r->why->subject);
        if (len) text[len++] = ',';
        memcpy(text + len, word.p, word.len);
        len += word.len;
    }
    return memchr(text, ' ', len) ? config_refuse(r->why, "%s: a word has no blanks", r->why->subject) : 0;
}

int config_take_words(struct config_reader *r, struct json_value value, char **out)
{
    if (*out) return config_refuse(r->why, "%s stands twice", r->why->subject);
    char *text = calloc(value.text.len + 1, 1);
    if (!text) return config_refuse(r->why, "%s: out of memory", r->why->subject);
    int rc = join_words(r, value, text);
    if (rc == 0) *out = text;
    else free(text);
    return rc;
}
