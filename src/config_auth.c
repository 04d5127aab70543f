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

static int read_path(struct config_reader *r, struct json_value value, char **out)
{
    int rc = value.kind == JSON_STRING ? config_take_text(r, value, out) : -EINVAL;
    if (rc == 0 && (*out)[0] == '/' && config_is_printable(*out, '!')) return 0;
    return config_refuse(r->why, "%s must be a route's path, or the beginning of some with a * behind it", r->why->subject);
}

static int read_member(struct config_reader *r, struct config_access *a, struct slice name, struct json_value value)
{
    unsigned key = 0;
    while (key < N_ACCESS_KEYS && !json_name_is(name, slice_str(access_keys[key]))) key++;
    if (key == N_ACCESS_KEYS) return config_refuse_key(r, name, access_keys, N_ACCESS_KEYS);
    config_set_subject(r->why, access_keys[key]);
    config_look_at(r, value.text.p);
    switch ((enum access_key)key) {
    case PATH: return read_path(r, value, &a->path);
    case METHODS: return config_take_words(r, value, &a->methods);
    case WITH: return config_take_words(r, value, &a->with);
    case SCOPES: return config_take_words(r, value, &a->scopes);
    case N_ACCESS_KEYS: break;
    }
    return -EINVAL;
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
