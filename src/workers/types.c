/* types.c: see types.h. */
#include "workers/types.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Lower-case segments with digits, hyphens and underscores, joined by dots (openapi.yaml of Open Job Spec). */
static bool is_type_name(const char *name)
{
    bool start = true;
    size_t len = strlen(name);
    if (len == 0 || len > 255) return false;
    for (size_t i = 0; i < len; i++) {
        char c = name[i];
        if (start) {
            if (c < 'a' || c > 'z') return false;
            start = false;
        } else if (c == '.') {
            start = true;
        } else if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-')) {
            return false;
        }
    }
    return !start;
}

static int add(struct types *t, const struct quern_type *type, const char *plugin, const char **why)
{
    *why = "a job type of that name exists already";
    if (types_find(t, slice_str(type->name))) return -EEXIST;
    *why = "too many job types";
    if (t->n == TYPES_MAX) return -ENOSPC;
    t->of[t->n] = (struct job_type){
        .type = type,
        .plugin = plugin,
        .index = (uint16_t)t->n,
        .run_limit_ms = type->run_limit_ms ? type->run_limit_ms : TYPE_RUN_LIMIT_DEFAULT_MS,
        .input_bytes_max = type->input_bytes_max ? type->input_bytes_max : TYPE_INPUT_MAX_DEFAULT,
    };
    t->n++;
    return 0;
}

int types_add(struct types *t, const struct quern_type *type, const char *plugin, const char **why)
{
    *why = "a job type needs a name of lower-case segments joined by dots, and a handler";
    if (!type->name || !is_type_name(type->name) || !type->run) return -EINVAL;
    return add(t, type, plugin, why);
}

static int give_pool(struct types *t, struct job_type *j, const struct run_spec *spec, const char **why)
{
    *why = "too many job types that do not run in threads";
    if (t->n_pools == POOLS_MAX - 1) return -ENOSPC;
    j->spec = spec;
    j->pool = (uint16_t)++t->n_pools;
    return 0;
}

int types_add_command(struct types *t, const struct quern_type *type, const struct run_spec *spec, const char **why)
{
    *why = "a job type needs a name of lower-case segments joined by dots";
    if (!type->name || !is_type_name(type->name)) return -EINVAL;
    int rc = add(t, type, "command", why);
    return rc < 0 ? rc : give_pool(t, &t->of[t->n - 1], spec, why);
}

static struct job_type *find(struct types *t, struct slice name, const char **why)
{
    const struct job_type *j = types_find(t, name);
    *why = "no plugin has a job type of that name";
    return j ? &t->of[j->index] : NULL;
}

int types_bind(struct types *t, struct slice name, const struct run_spec *spec, const char **why)
{
    struct job_type *j = find(t, name, why);
    if (!j) return -ENOENT;
    *why = "it runs elsewhere already";
    return j->spec ? -EEXIST : give_pool(t, j, spec, why);
}

int types_limit(struct types *t, struct slice name, uint32_t run_limit_ms, uint64_t input_bytes_max, const char **why)
{
    struct job_type *j = find(t, name, why);
    if (!j) return -ENOENT;
    if (run_limit_ms) j->run_limit_ms = run_limit_ms;
    if (input_bytes_max) j->input_bytes_max = input_bytes_max;
    return 0;
}

const struct job_type *types_find(const struct types *t, struct slice name)
{
    for (uint32_t i = 0; i < t->n; i++)
        if (slice_eq(slice_str(t->of[i].type->name), name)) return &t->of[i];
    return NULL;
}

const struct quern_param *type_param(const struct quern_type *type, struct slice name)
{
    for (size_t i = 0; i < type->n_params; i++)
        if (slice_eq(slice_str(type->params[i].name), name)) return &type->params[i];
    return NULL;
}

static bool is_bounded(const struct quern_param *p)
{
    return p->min != 0 || p->max != 0;
}

static bool check_number(const struct quern_param *p, double x, char why[160])
{
    if (!is_bounded(p) || (x >= p->min && x <= p->max)) return true;
    (void)snprintf(why, 160, "parameter '%s' must be between %g and %g", p->name, p->min, p->max);
    return false;
}

static bool check_int(const struct quern_param *p, const char *text, char why[160])
{
    char *end;
    errno = 0;
    long long n = strtoll(text, &end, 10);
    bool plain = (text[0] >= '0' && text[0] <= '9') || text[0] == '-';
    if (!plain || *end || errno) {
        (void)snprintf(why, 160, "parameter '%s' must be an integer", p->name);
        return false;
    }
    return check_number(p, (double)n, why);
}

static bool check_float(const struct quern_param *p, const char *text, char why[160])
{
    char *end;
    double x = strtod(text, &end);
    bool plain = text[0] != '+' && strspn(text, "0123456789.eE+-") == strlen(text); /* no blanks, no hexadecimal */
    if (!plain || end == text || *end || !isfinite(x)) {
        (void)snprintf(why, 160, "parameter '%s' must be a number", p->name);
        return false;
    }
    return check_number(p, x, why);
}

static bool is_choice(const char *choices, const char *text)
{
    struct slice rest = slice_str(choices), want = slice_str(text);
    while (rest.p)
        if (slice_eq(slice_cut(&rest, '|'), want)) return true;
    return false;
}

bool type_param_check(const struct quern_param *p, const char *text, char why[160])
{
    switch (p->kind) {
    case QUERN_INT:
        return check_int(p, text, why);
    case QUERN_FLOAT:
        return check_float(p, text, why);
    case QUERN_BOOL:
        if (is_choice("true|false|yes|no|1|0", text)) return true;
        (void)snprintf(why, 160, "parameter '%s' must be true or false", p->name);
        return false;
    case QUERN_CHOICE:
        if (is_choice(p->choices, text)) return true;
        (void)snprintf(why, 160, "parameter '%s' must be one of %s", p->name, p->choices);
        return false;
    case QUERN_TEXT:
        if (!is_bounded(p) || ((double)strlen(text) >= p->min && (double)strlen(text) <= p->max)) return true;
        (void)snprintf(why, 160, "parameter '%s' must have %g to %g bytes", p->name, p->min, p->max);
        return false;
    }
    return false;
}
