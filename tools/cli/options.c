#include "tools/cli/options.h"

#include "base/clock.h"
#include "base/json.h"
#include "tools/cli/help.h"
#include "tools/cli/when.h"

#include <errno.h>
#include <stdarg.h>

struct reading {
    struct options *o;
    char **argv;
    int argc, i; /* i: the argument that comes next */
    bool given[OPTIONS_MAX];
    bool is_over; /* "--" was seen: no more options */
    char *why;
};

static bool refuse(struct reading *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool refuse(struct reading *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(r->why, 256, format, args);
    va_end(args);
    return false;
}

/* ---- values ---- */

static void *field(struct reading *r, const struct option_about *a)
{
    return (char *)r->o + a->at;
}

static bool refuse_value(struct reading *r, const struct option_about *a, const char *form)
{
    return refuse(r, "--%s must be %s", a->name, form);
}

static bool read_json(struct reading *r, const struct option_about *a, const char *text, enum json_kind kind)
{
    struct json_value v;
    size_t at;
    enum json_error e = json_check(slice_str(text), &v, &at);
    if (e != JSON_OK) return refuse(r, "--%s: %s at byte %zu", a->name, json_error_text(e), at);
    if (v.kind != kind) return refuse_value(r, a, kind == JSON_ARRAY ? "a JSON array" : "a JSON object");
    *(const char **)field(r, a) = text;
    return true;
}

static bool read_number(struct reading *r, const struct option_about *a, const char *text)
{
    char *end;
    errno = 0;
    long long n = strtoll(text, &end, 10);
    if (errno || end == text || *end) return refuse_value(r, a, "an integer");
    *(struct number *)field(r, a) = (struct number){true, n};
    return true;
}

static bool read_word(struct reading *r, const struct option_about *a, const char *text)
{
    size_t n = 0;
    for (; a->words[n]; n++) {
        if (strcmp(a->words[n], text) != 0) continue;
        *(int *)field(r, a) = (int)n + 1;
        return true;
    }
    char list[128] = "";
    for (size_t i = 0, len = 0; i < n && len < sizeof list; i++)
        len += (size_t)snprintf(list + len, sizeof list - len, "%s%s", i ? ", " : "", a->words[i]);
    return refuse(r, "--%s must be one of %s", a->name, list);
}

static bool read_duration(struct reading *r, const struct option_about *a, const char *text, uint64_t *ns)
{
    if (when_duration(slice_str(text), ns) && *ns > 0) return true;
    return refuse_value(r, a, "a time above 0 such as 10 (seconds), 500ms, 1m30s, 2h, 7d");
}

static bool read_when(struct reading *r, const struct option_about *a, const char *text)
{
    uint64_t ns;
    if (!when_duration(slice_str(text), &ns) && clock_parse_rfc3339(text, strlen(text), &ns) < 0)
        return refuse_value(r, a, "a time from now such as 90s, 2h, 7d, or one such as 2030-01-31T09:00:00Z");
    *(const char **)field(r, a) = text;
    return true;
}

static bool read_list(struct reading *r, const struct option_about *a, const char *text)
{
    struct texts *list = field(r, a);
    if (list->n == TEXTS_MAX) return refuse(r, "--%s: more than %d of them", a->name, TEXTS_MAX);
    list->text[list->n++] = text;
    return true;
}

static bool read_maybe(struct reading *r, const struct option_about *a, const char *text)
{
    struct maybe *m = field(r, a);
    m->given = true;
    return !text || read_duration(r, a, text, &m->ns);
}

static bool read_value(struct reading *r, const struct option_about *a, const char *text)
{
    switch (a->kind) {
    case OPTION_FLAG: *(bool *)field(r, a) = true; return true;
    case OPTION_TEXT:
        if (!*text) return refuse(r, "--%s: its value is empty", a->name);
        *(const char **)field(r, a) = text;
        return true;
    case OPTION_LIST: return read_list(r, a, text);
    case OPTION_DURATION: return read_duration(r, a, text, field(r, a));
    case OPTION_NUMBER: return read_number(r, a, text);
    case OPTION_WORD: return read_word(r, a, text);
    case OPTION_OBJECT: return read_json(r, a, text, JSON_OBJECT);
    case OPTION_ARRAY: return read_json(r, a, text, JSON_ARRAY);
    case OPTION_WHEN: return read_when(r, a, text);
    case OPTION_MAYBE: return read_maybe(r, a, text);
    }
    return false;
}

/* ---- one argument ---- */

/* Before the command only what all commands know: -o means a format there, although run takes it for a file. */
static bool is_in_scope(const struct reading *r, const struct option_about *a)
{
    if (r->o->command != COMMAND_NONE) return a->commands & COMMAND_BIT(r->o->command);
    return a->commands == ALL_COMMANDS || strcmp(a->name, "format") == 0 || strcmp(a->name, "json") == 0;
}

static const struct option_about *find(const struct reading *r, struct slice name, char letter)
{
    for (size_t i = 0; i < options_n; i++) {
        const struct option_about *a = &option_table[i];
        bool is_it = letter ? a->letter == letter : slice_eq(slice_str(a->name), name);
        if (is_it && is_in_scope(r, a)) return a;
    }
    return NULL;
}

static bool refuse_option(struct reading *r, const char *arg)
{
    const char *command = r->o->command == COMMAND_NONE ? NULL : commands[r->o->command].name;
    int shown = (int)strcspn(arg, "=");
    return refuse(r, "%.*s is no option of quern%s%s: see quern help%s%s", shown, arg, command ? " " : " in front of a command",
                  command ? command : "", command ? " " : "", command ? command : "");
}

/* Reads an option whose value stands in text, or NULL, then in the next argument where it must have one. */
static bool read_option(struct reading *r, const struct option_about *a, const char *text)
{
    if (a->kind == OPTION_FLAG && text) return refuse(r, "--%s takes no value", a->name);
    if (a->kind != OPTION_FLAG && a->kind != OPTION_MAYBE && !text) {
        if (r->i == r->argc) return refuse(r, "--%s needs a value: %s", a->name, a->value);
        text = r->argv[r->i++];
    }
    bool *given = &r->given[a - option_table];
    if (*given && a->kind != OPTION_LIST && a->kind != OPTION_FLAG) return refuse(r, "--%s is given twice", a->name);
    *given = true;
    return read_value(r, a, text);
}

static bool read_long(struct reading *r, const char *arg)
{
    const char *equals = strchr(arg, '=');
    struct slice name = slice_make(arg + 2, equals ? (size_t)(equals - arg - 2) : strlen(arg + 2));
    const struct option_about *a = find(r, name, 0);
    return a ? read_option(r, a, equals ? equals + 1 : NULL) : refuse_option(r, arg);
}

/* "-q", "-qo json", "-ojson". */
static bool read_letters(struct reading *r, const char *arg)
{
    for (const char *p = arg + 1; *p; p++) {
        const struct option_about *a = find(r, SLICE(""), *p);
        char shown[] = {'-', *p, '\0'};
        if (!a) return refuse_option(r, shown);
        bool takes_rest = a->kind != OPTION_FLAG && a->kind != OPTION_MAYBE;
        if (!read_option(r, a, takes_rest && p[1] ? p + 1 : NULL)) return false;
        if (takes_rest) break;
    }
    return true;
}

static bool read_word_argument(struct reading *r, char *arg)
{
    struct options *o = r->o;
    if (o->command != COMMAND_NONE) {
        o->words[o->words_n++] = arg;
        return true;
    }
    int taken;
    o->command = command_find(r->argv + r->i - 1, r->argc - r->i + 1, &taken);
    if (o->command == COMMAND_NONE) return refuse(r, "there is no command '%s': see quern help", arg);
    r->i += taken - 1;
    return true;
}

static bool read_argument(struct reading *r)
{
    char *arg = r->argv[r->i++];
    if (r->is_over || arg[0] != '-' || !arg[1]) return read_word_argument(r, arg);
    if (strcmp(arg, "--") == 0) {
        r->is_over = true;
        return true;
    }
    return arg[1] == '-' ? read_long(r, arg) : read_letters(r, arg);
}

/* ---- all of it ---- */

/* What was said before the command must have a meaning for it. */
static bool check_scope(struct reading *r)
{
    for (size_t i = 0; i < options_n; i++)
        if (r->given[i] && !is_in_scope(r, &option_table[i]))
            return refuse(r, "--%s has no meaning for quern %s", option_table[i].name, commands[r->o->command].name);
    return true;
}

/* The lines of a batch say all there is to say of their jobs. */
static bool check_batch(struct reading *r)
{
    static const char *const fine[] = {"batch", "format", "json"};
    if (!r->o->batch)
        return r->o->command != COMMAND_SUBMIT || r->o->words_n ||
               refuse(r, "something is missing: quern submit TYPE, or --batch FILE");
    for (size_t i = 0; i < options_n; i++) {
        bool is_fine = !r->given[i] || option_table[i].commands == ALL_COMMANDS;
        for (size_t k = 0; k < sizeof fine / sizeof *fine; k++) is_fine |= strcmp(fine[k], option_table[i].name) == 0;
        if (!is_fine) return refuse(r, "--%s has no meaning with --batch", option_table[i].name);
    }
    return r->o->words_n == 0 || refuse(r, "'%s' is too much: the lines of a batch name their types", r->o->words[0]);
}

static bool check(struct reading *r)
{
    struct options *o = r->o;
    const struct command *c = &commands[o->command];
    if (!check_scope(r) || !check_batch(r)) return false;
    if (o->words_n < c->words_min) return refuse(r, "something is missing: quern %s %s", c->name, c->words);
    if (o->words_n > c->words_max)
        return refuse(r, "'%s' is too much: quern %s %s", o->words[c->words_max], c->name, c->words ? c->words : "");
    if (o->json && o->format == FORMAT_TABLE) return refuse(r, "--json and --format table exclude each other");
    if (o->json) o->format = FORMAT_JSON;
    if (o->at && o->delay_ns) return refuse(r, "--at and --delay exclude each other");
    return true;
}

/* "help COMMAND": as COMMAND --help. */
static bool is_help_word(struct reading *r)
{
    int taken;
    if (r->argc < 2 || strcmp(r->argv[1], "help") != 0) return false;
    r->o->help = true;
    if (r->argc == 2) return true;
    r->o->command = command_find(r->argv + 2, r->argc - 2, &taken);
    if (r->o->command == COMMAND_NONE) (void)refuse(r, "there is no command '%s': see quern help", r->argv[2]);
    return true;
}

enum options_outcome options_read(int argc, char **argv, struct options *o, char why[256])
{
    struct reading r = {.o = o, .argv = argv, .argc = argc, .i = 1, .why = why};
    const char *url = getenv("QUERN_URL");
    *o = (struct options){.command = COMMAND_NONE, .url = url && *url ? url : URL_DEFAULT};
    why[0] = '\0';
    o->words = calloc((size_t)argc + 1, sizeof *o->words);
    if (!o->words) return refuse(&r, "no memory") ? OPTIONS_RUN : OPTIONS_WRONG;
    if (!is_help_word(&r))
        while (r.i < r.argc && !o->help && !o->version)
            if (!read_argument(&r)) return OPTIONS_WRONG;
    if (why[0]) return OPTIONS_WRONG;
    if (o->help) help_print(o->command);
    else if (o->version) help_print_version();
    if (o->help || o->version) return OPTIONS_DONE;
    if (o->command == COMMAND_NONE) return refuse(&r, "a command is missing: see quern help") ? OPTIONS_RUN : OPTIONS_WRONG;
    return check(&r) ? OPTIONS_RUN : OPTIONS_WRONG;
}

void options_deinit(struct options *o)
{
    free(o->words);
    o->words = NULL;
}
