/* params.c: see params.h. */
#include "workers/params.h"

#include <stdio.h>

static size_t text_used(const struct task *t)
{
    if (t->n_params == 0) return 0;
    const char *last = t->params[t->n_params - 1].text;
    return (size_t)(last - t->params_text) + strlen(last) + 1;
}

static const char *find(const struct task *t, const char *name)
{
    for (uint8_t i = 0; i < t->n_params; i++)
        if (strcmp(t->params[i].name, name) == 0) return t->params[i].text;
    return NULL;
}

bool params_add(struct task *t, struct slice name, struct slice value, char why[160])
{
    const struct quern_param *p = type_param(t->type->type, name);
    if (!p) {
        int shown = name.len > 60 ? 60 : (int)name.len;
        (void)snprintf(why, 160, "'%s' has no parameter '%.*s'", t->type->type->name, shown, name.p);
        return false;
    }
    if (find(t, p->name)) {
        (void)snprintf(why, 160, "parameter '%s' is given twice", p->name);
        return false;
    }
    size_t used = text_used(t);
    if (t->n_params == TASK_PARAMS_MAX || used + value.len + 1 > TASK_PARAM_BYTES) {
        (void)snprintf(why, 160, "the parameters are longer than %u bytes together", TASK_PARAM_BYTES);
        return false;
    }
    if (value.len && memchr(value.p, 0, value.len)) {
        (void)snprintf(why, 160, "parameter '%s' holds a NUL byte", p->name);
        return false;
    }
    char *text = t->params_text + used;
    if (value.len) memcpy(text, value.p, value.len);
    text[value.len] = 0;
    if (!type_param_check(p, text, why)) return false;
    t->params[t->n_params].name = p->name;
    t->params[t->n_params].text = text;
    t->n_params++;
    return true;
}

bool params_complete(const struct task *t, char why[160])
{
    const struct quern_type *type = t->type->type;
    for (size_t i = 0; i < type->n_params; i++) {
        if (!type->params[i].required || find(t, type->params[i].name)) continue;
        (void)snprintf(why, 160, "parameter '%s' is required", type->params[i].name);
        return false;
    }
    return true;
}

bool params_add_json(struct task *t, struct json_value object, char why[160])
{
    struct slice name;
    struct json_value v;
    char text[TASK_PARAM_BYTES];
    for (size_t i = 0; json_next(object, &i, &name, &v);) {
        struct slice value = v.text;
        if (v.kind == JSON_NULL) continue;
        if (v.kind == JSON_ARRAY || v.kind == JSON_OBJECT) {
            (void)snprintf(why, 160, "parameter '%.*s' must be a string, a number or a boolean",
                           (int)(name.len > 60 ? 60 : name.len), name.p);
            return false;
        }
        if (v.kind == JSON_STRING) {
            long n = json_unescape(v, text, sizeof text);
            if (n < 0) {
                (void)snprintf(why, 160, "a parameter is longer than %u bytes", TASK_PARAM_BYTES);
                return false;
            }
            value = slice_make(text, (size_t)n);
        }
        if (!params_add(t, name, value, why)) return false;
    }
    return true;
}

void params_write_json(const struct task *t, struct json_out *o)
{
    json_open(o, '{');
    for (uint8_t i = 0; i < t->n_params; i++) {
        struct slice text = slice_str(t->params[i].text);
        struct json_value v;
        size_t at;
        enum quern_param_kind kind = type_param(t->type->type, slice_str(t->params[i].name))->kind;
        bool is_plain = kind != QUERN_TEXT && kind != QUERN_CHOICE && json_check(text, &v, &at) == JSON_OK && v.text.len == text.len;
        json_key(o, t->params[i].name);
        if (is_plain) json_raw(o, text);
        else json_str(o, text);
    }
    json_close(o, '}');
}
