/* config_types.c: the value of the key "types": where job types run, and those that are commands.
 *
 *     "types": {
 *         "image.thumbnail": {"run": "process", "places": 2, "memory_max": 268435456},
 *         "pdf.render": {"run": "command", "argv": ["/usr/bin/pdftoppm", "-png", "-"], "result_type": "image/png",
 *                        "params": ["page"], "timeout": 30}
 *     } */
#include "config_reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const type_keys[] = {"run",       "places",    "timeout",    "kill_after", "input_max",   "result_max", "cpu_max",
                                        "memory_max", "files_max", "sandbox",    "argv",       "result_type", "about",      "params",
                                        "places_min", "idle_end",  "group_memory", "group_cpu", "group_pids"};
enum type_key {
    RUN, PLACES, TIMEOUT, KILL_AFTER, INPUT_MAX, RESULT_MAX, CPU_MAX, MEMORY_MAX, FILES_MAX, SANDBOX, ARGV, RESULT_TYPE, ABOUT, PARAMS,
    PLACES_MIN, IDLE_END, GROUP_MEMORY, GROUP_CPU, GROUP_PIDS,
    N_TYPE_KEYS
};
#define KEY(k) (1u << (k))
#define FOR_COMMANDS (KEY(ARGV) | KEY(RESULT_TYPE) | KEY(ABOUT) | KEY(PARAMS))
#define FOR_PROCESSES (KEY(PLACES_MIN) | KEY(IDLE_END))
#define FOR_THREADS (KEY(RUN) | KEY(TIMEOUT) | KEY(INPUT_MAX))

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

static const struct {
    uint64_t min, max;
} bounds[N_TYPE_KEYS] = {
    [PLACES] = {1, RUN_PLACES_MAX}, [TIMEOUT] = {1, 86400},        [KILL_AFTER] = {0, 300},
    [INPUT_MAX] = {1, GIB},         [RESULT_MAX] = {1, GIB},       [CPU_MAX] = {1, 86400},
    [MEMORY_MAX] = {MIB, 1024 * GIB}, [FILES_MAX] = {16, 1048576},
    [PLACES_MIN] = {0, RUN_PLACES_MAX}, [IDLE_END] = {1, 86400},
    [GROUP_MEMORY] = {MIB, 1024 * GIB}, [GROUP_CPU] = {1, 100000}, [GROUP_PIDS] = {1, 1000000},
};

/* ---- values ---- */

static int read_number(struct config_reader *r, enum type_key key, struct json_value value, uint64_t *out)
{
    char found[CONFIG_QUOTE_BYTES];
    if (value.kind == JSON_NUMBER && slice_to_u64(value.text, out) && *out >= bounds[key].min && *out <= bounds[key].max) return 0;
    return config_refuse(r->why, "%s must be a whole number from %llu to %llu, not %s", r->why->subject,
                         (unsigned long long)bounds[key].min, (unsigned long long)bounds[key].max, config_describe(value, found));
}

static int read_string(struct config_reader *r, struct json_value value, char **out)
{
    char found[CONFIG_QUOTE_BYTES];
    if (value.kind == JSON_STRING) return config_take_text(r, value, out);
    return config_refuse(r->why, "%s must be a string, not %s", r->why->subject, config_describe(value, found));
}

/* An array of 1 to max strings, each on the heap; *n counts what there is of it, also when it is refused. */
static int read_strings(struct config_reader *r, struct json_value value, char **out, size_t max, size_t *n)
{
    struct slice none;
    struct json_value element;
    if (value.kind != JSON_ARRAY) return config_refuse(r->why, "%s must be an array of strings", r->why->subject);
    for (size_t i = 0; json_next(value, &i, &none, &element);) {
        config_look_at(r, element.text.p);
        if (*n == max) return config_refuse(r->why, "%s: more than %zu of them", r->why->subject, max);
        int rc = read_string(r, element, &out[*n]);
        if (rc < 0) return rc;
        ++*n;
    }
    return *n ? 0 : config_refuse(r->why, "%s must not be empty", r->why->subject);
}

static int set_run(struct config_reader *r, struct config_type *t, struct json_value value)
{
    static const char *const words[] = {[RUN_THREAD] = "thread", [RUN_PROCESS] = "process", [RUN_COMMAND] = "command"};
    char found[CONFIG_QUOTE_BYTES];
    struct slice word = {0};
    bool is_text = json_plain(value, &word);
    for (unsigned i = 0; is_text && i < sizeof words / sizeof *words; i++) {
        if (!slice_eq(slice_str(words[i]), word)) continue;
        t->spec.kind = (enum run_kind)i;
        return 0;
    }
    return config_refuse(r->why, "%s must be thread, process or command, not %s", r->why->subject, config_describe(value, found));
}

static int set_sandbox(struct config_reader *r, struct config_type *t, struct json_value value)
{
    char found[CONFIG_QUOTE_BYTES];
    t->spec.sandbox = value.kind == JSON_TRUE;
    if (value.kind == JSON_TRUE || value.kind == JSON_FALSE) return 0;
    return config_refuse(r->why, "%s must be true or false, not %s", r->why->subject, config_describe(value, found));
}

static int set_argv(struct config_reader *r, struct config_type *t, struct json_value value)
{
    size_t n = 0;
    int rc = read_strings(r, value, t->argv, CONFIG_ARGS_MAX, &n);
    if (rc < 0) return rc;
    if (t->argv[0][0] == '/') return 0;
    return config_refuse(r->why, "%s must begin with the absolute path of a program", r->why->subject);
}

static int set_result_type(struct config_reader *r, struct config_type *t, struct json_value value)
{
    int rc = read_string(r, value, &t->result_type);
    if (rc < 0) return rc;
    if (config_is_printable(t->result_type, ' ') && strchr(t->result_type, '/') && strlen(t->result_type) < 128) return 0;
    return config_refuse(r->why, "%s must be a media type such as text/plain", r->why->subject);
}

/* It becomes part of a variable's name. */
static bool is_param_name(const char *name)
{
    if (!*name || strlen(name) > CONFIG_PARAM_NAME_MAX || strspn(name, "0123456789") > 0) return false;
    return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == strlen(name);
}

static int set_params(struct config_reader *r, struct config_type *t, struct json_value value)
{
    char quoted[CONFIG_QUOTE_BYTES];
    int rc = read_strings(r, value, t->param_names, CONFIG_PARAMS_MAX, &t->n_params);
    for (size_t i = 0; i < t->n_params && rc == 0; i++) {
        const char *name = t->param_names[i];
        if (!is_param_name(name))
            return config_refuse(r->why, "%s: %s is no name of letters, digits and underscores", r->why->subject,
                                 config_quote(slice_str(name), quoted));
        for (size_t k = 0; k < i; k++)
            if (strcmp(name, t->param_names[k]) == 0)
                return config_refuse(r->why, "%s names %s twice", r->why->subject, config_quote(slice_str(name), quoted));
        t->params[i] = (struct quern_param){.name = name, .kind = QUERN_TEXT};
    }
    return rc;
}

static void set_number(struct config_type *t, enum type_key key, uint64_t n)
{
    if (key == PLACES) t->spec.places = (uint32_t)n;
    if (key == PLACES_MIN) t->spec.places_min = (uint32_t)n;
    if (key == IDLE_END) t->spec.idle_ms = (uint32_t)n * 1000;
    if (key == TIMEOUT) t->timeout_s = (uint32_t)n;
    if (key == KILL_AFTER) t->spec.kill_after_ms = (uint32_t)n * 1000;
    if (key == INPUT_MAX) t->input_max = n;
    if (key == RESULT_MAX) t->spec.result_max = n;
    if (key == CPU_MAX) t->spec.cpu_max_s = (uint32_t)n;
    if (key == MEMORY_MAX) t->spec.memory_max = n;
    if (key == GROUP_MEMORY) t->spec.group_memory = n;
    if (key == GROUP_CPU) t->spec.group_cpu = (uint32_t)n;
    if (key == GROUP_PIDS) t->spec.group_pids = (uint32_t)n;
    if (key == FILES_MAX) t->spec.files_max = (uint32_t)n;
}

static int set_type_member(struct config_reader *r, struct config_type *t, enum type_key key, struct json_value value)
{
    uint64_t n = 0;
    int rc;
    config_set_subject(r->why, type_keys[key]);
    config_look_at(r, value.text.p);
    switch (key) {
    case RUN: return set_run(r, t, value);
    case SANDBOX: return set_sandbox(r, t, value);
    case ARGV: return set_argv(r, t, value);
    case RESULT_TYPE: return set_result_type(r, t, value);
    case ABOUT: return read_string(r, value, &t->about);
    case PARAMS: return set_params(r, t, value);
    case PLACES:
    case PLACES_MIN:
    case IDLE_END:
    case TIMEOUT:
    case KILL_AFTER:
    case INPUT_MAX:
    case RESULT_MAX:
    case CPU_MAX:
    case MEMORY_MAX:
    case FILES_MAX:
    case GROUP_MEMORY:
    case GROUP_CPU:
    case GROUP_PIDS:
        rc = read_number(r, key, value, &n);
        if (rc == 0) set_number(t, key, n);
        return rc;
    case N_TYPE_KEYS: break;
    }
    return -EINVAL;
}

/* ---- a type ---- */

static int read_type_member(struct config_reader *r, struct config_type *t, struct slice name, struct json_value value, unsigned *given)
{
    for (unsigned i = 0; i < N_TYPE_KEYS; i++) {
        if (!json_name_is(name, slice_str(type_keys[i]))) continue;
        *given |= KEY(i);
        return set_type_member(r, t, (enum type_key)i, value);
    }
    return config_refuse_key(r, name, type_keys, N_TYPE_KEYS);
}

static int settle_type(struct config_reader *r, struct config_type *t, unsigned given)
{
    static const char *const kinds[] = {[RUN_THREAD] = "thread", [RUN_PROCESS] = "process", [RUN_COMMAND] = "command"};
    unsigned allowed = t->spec.kind == RUN_COMMAND ? ~FOR_PROCESSES : t->spec.kind == RUN_PROCESS ? ~FOR_COMMANDS : FOR_THREADS;
    unsigned wrong = given & ~allowed;
    r->why->line = t->line;
    if (!(given & KEY(RUN))) return config_refuse(r->why, "type '%s' needs the key 'run'", t->name);
    if (wrong)
        return config_refuse(r->why, "type '%s': the key '%s' does not go with \"run\": \"%s\"", t->name,
                             type_keys[__builtin_ctz(wrong)], kinds[t->spec.kind]);
    if (!(given & KEY(PLACES_MIN))) t->spec.places_min = t->spec.places;
    if (t->spec.places_min > t->spec.places)
        return config_refuse(r->why, "type '%s': places_min must not be more than places (%u)", t->name, t->spec.places);
    if (t->spec.kind == RUN_COMMAND && !t->argv[0]) return config_refuse(r->why, "type '%s' needs the key 'argv'", t->name);
    t->spec.argv = (const char *const *)t->argv;
    t->spec.result_type = t->result_type;
    t->type = (struct quern_type){.name = t->name,
                                  .about = t->about ? t->about : "A command of this server's configuration.",
                                  .params = t->params,
                                  .n_params = t->n_params,
                                  .produces = t->result_type};
    return 0;
}

#ifndef __clang__ /* gcc's analyzer loses sight of the array that owns the name */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif
static int read_type(struct config_reader *r, struct slice name, struct json_value object)
{
    struct slice key;
    struct json_value value;
    unsigned given = 0;
    config_look_at(r, name.p);
    if (object.kind != JSON_OBJECT) return config_refuse(r->why, "%s must be an object of objects", r->why->subject);
    if (r->c->n_types == CONFIG_TYPES_MAX) return config_refuse(r->why, "%s: more than %d of them", r->why->subject, CONFIG_TYPES_MAX);
    struct config_type *t = &r->c->types[r->c->n_types++]; /* counted before it is whole: config_free finds what there is of it */
    t->line = r->why->line;
    t->spec = (struct run_spec){.places = 2, .idle_ms = RUN_IDLE_MS, .kill_after_ms = RUN_KILL_AFTER_MS, .result_max = RUN_RESULT_MAX};
    t->name = strndup(name.p, name.len); /* escapes are no part of any type's name: it is refused when it is looked up */
    if (!t->name) return config_refuse(r->why, "%s: out of memory", r->why->subject);
    for (size_t i = 0; json_next(object, &i, &key, &value);) {
        int rc = read_type_member(r, t, key, value, &given);
        if (rc < 0) return rc;
    }
    return settle_type(r, t, given);
}
#ifndef __clang__
#pragma GCC diagnostic pop
#endif

int config_types_read(struct config_reader *r, const struct config_setting *s, struct json_value value)
{
    char found[CONFIG_QUOTE_BYTES];
    struct slice name;
    struct json_value object;
    if (value.kind != JSON_OBJECT) {
        config_look_at(r, value.text.p);
        return config_refuse_value(r->why, s, config_describe(value, found));
    }
    for (size_t i = 0; json_next(value, &i, &name, &object);) {
        config_set_subject(r->why, s->key);
        int rc = read_type(r, name, object);
        if (rc < 0) return rc;
    }
    return 0;
}

void config_type_free(struct config_type *t)
{
    free(t->name);
    free(t->about);
    free(t->result_type);
    for (size_t i = 0; i < CONFIG_ARGS_MAX; i++) free(t->argv[i]);
    for (size_t i = 0; i < CONFIG_PARAMS_MAX; i++) free(t->param_names[i]);
}
