/* config_auth.c: the value of the key "access": what routes ask of their callers. What the words mean is checked where routes and
 * scopes are known: filters/policy.h.
 *
 *     "access": [
 *         {"path": "/metrics", "with": "nobody"},
 *         {"path": "/ojs/v1/queues*", "methods": ["POST", "PUT", "DELETE"], "with": ["basic"], "scopes": ["queues:admin"]}
 *     ] */
#include "config_reader.h"

#include <errno.h>
#include <stdlib.h>

enum access_key { PATH, METHODS, WITH, SCOPES, N_ACCESS_KEYS };
static const char *const access_keys[] = {"path", "methods", "with", "scopes"};

/* "a" or ["a", "b"]: "a,b" on the heap. Words have no commas, quotes or blanks. */
static int read_words(struct config_reader *r, struct json_value value, char **out)
{
    struct slice none, word;
    struct json_value element;
    bool is_list = value.kind == JSON_ARRAY;
    size_t len = 0;
    if (*out) return config_refuse(r->why, "%s stands twice", r->why->subject);
    char *text = calloc(value.text.len + 1, 1);
    if (!text) return config_refuse(r->why, "%s: out of memory", r->why->subject);
    *out = text; /* config_free finds it, whatever comes */
    for (size_t i = 0; is_list ? json_next(value, &i, &none, &element) : i == 0; i += !is_list) {
        if (!is_list) element = value;
        config_look_at(r, element.text.p);
        if (element.kind != JSON_STRING || !json_plain(element, &word) || word.len == 0 || memchr(word.p, ',', word.len))
            return config_refuse(r->why, "%s must be a word, or an array of words", r->why->subject);
        if (len) text[len++] = ',';
        memcpy(text + len, word.p, word.len);
        len += word.len;
    }
    if (memchr(text, ' ', len)) return config_refuse(r->why, "%s: a word has no blanks", r->why->subject);
    return 0;
}

static int read_path(struct config_reader *r, struct json_value value, char **out)
{
    int rc = value.kind == JSON_STRING ? config_take_text(r, value, out) : -EINVAL;
    if (rc == 0 && (*out)[0] == '/' && config_is_printable(*out, '!')) return 0;
    return config_refuse(r->why, "%s must be a route's path, or the beginning of some with a * behind it", r->why->subject);
}

static int read_member(struct config_reader *r, struct config_access *a, struct slice name, struct json_value value)
{
    char **const fields[N_ACCESS_KEYS] = {[PATH] = &a->path, [METHODS] = &a->methods, [WITH] = &a->with, [SCOPES] = &a->scopes};
    for (unsigned i = 0; i < N_ACCESS_KEYS; i++) {
        if (!json_name_is(name, slice_str(access_keys[i]))) continue;
        config_set_subject(r->why, access_keys[i]);
        config_look_at(r, value.text.p);
        return i == PATH ? read_path(r, value, fields[i]) : read_words(r, value, fields[i]);
    }
    return config_refuse_key(r, name, access_keys, N_ACCESS_KEYS);
}

static int read_rule(struct config_reader *r, const struct config_setting *s, struct json_value object)
{
    struct slice name;
    struct json_value value;
    config_look_at(r, object.text.p);
    if (object.kind != JSON_OBJECT) return config_refuse(r->why, "%s must be %s", r->why->subject, s->form);
    if (r->c->n_access == CONFIG_ACCESS_MAX) return config_refuse(r->why, "%s: more than %d of them", r->why->subject, CONFIG_ACCESS_MAX);
    struct config_access *a = &r->c->access[r->c->n_access++]; /* counted before it is whole: config_free finds what there is of it */
    a->line = r->why->line;
    for (size_t i = 0; json_next(object, &i, &name, &value);) {
        int rc = read_member(r, a, name, value);
        if (rc < 0) return rc;
    }
    r->why->line = a->line;
    config_set_subject(r->why, s->key);
    return a->path ? 0 : config_refuse(r->why, "%s: a rule needs the key 'path'", r->why->subject);
}

int config_access_read(struct config_reader *r, const struct config_setting *s, struct json_value value)
{
    struct slice none;
    struct json_value element;
    if (value.kind != JSON_ARRAY) return config_refuse(r->why, "%s must be %s", r->why->subject, s->form);
    for (size_t i = 0; json_next(value, &i, &none, &element);) {
        config_set_subject(r->why, s->key);
        int rc = read_rule(r, s, element);
        if (rc < 0) return rc;
    }
    return 0;
}

void config_access_free(struct config_access *a)
{
    free(a->path);
    free(a->methods);
    free(a->with);
    free(a->scopes);
}
