/* options.c: see options.h. The table of options, and the walk over the command line. */
#include "tools/load/options.h"

#include "base/check.h"
#include "base/clock.h"
#include "tools/load/options_parts.h"
#include "tools/load/units.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

enum kind {
    KIND_ON,     /* bool: true */
    KIND_OFF,    /* bool: false */
    KIND_COUNT,  /* uint32_t */
    KIND_COUNT64,
    KIND_INT,
    KIND_BYTES,  /* uint32_t */
    KIND_TIME,
    KIND_RATE,
    KIND_SHARE,
    KIND_TEXT,   /* const char *: a piece of argv */
    KIND_WORD,   /* an enum: the word's place in words */
    KIND_OWN,    /* read() does it */
    KIND_OWN_OR_NOTHING, /* the same; the value may be left out */
    KIND_HELP,
    KIND_VERSION,
};

struct setting {
    const char *name; /* long */
    char letter;      /* 0: none */
    enum kind kind;
    size_t at;        /* offset in struct options */
    uint64_t min, max;
    const char *const *words;
    bool (*read)(struct reading *r, struct slice text);
};

#define AT(field) offsetof(struct options, field)
#define ON(field) KIND_ON, AT(field), 0, 0, NULL, NULL
#define OFF(field) KIND_OFF, AT(field), 0, 0, NULL, NULL
#define COUNT(field, min, max) KIND_COUNT, AT(field), min, max, NULL, NULL
#define COUNT64(field, min, max) KIND_COUNT64, AT(field), min, max, NULL, NULL
#define INT(field, min, max) KIND_INT, AT(field), min, max, NULL, NULL
#define BYTES(field, min, max) KIND_BYTES, AT(field), min, max, NULL, NULL
#define TIME(field, min) KIND_TIME, AT(field), min, 0, NULL, NULL
#define RATE(field) KIND_RATE, AT(field), 0, 0, NULL, NULL
#define SHARE(field) KIND_SHARE, AT(field), 0, 0, NULL, NULL
#define TEXT(field) KIND_TEXT, AT(field), 0, 0, NULL, NULL
#define WORD(field, words) KIND_WORD, AT(field), 0, 0, words, NULL
#define OWN(read) KIND_OWN, 0, 0, 0, NULL, read

static const char *const on_full_words[] = {[ON_FULL_QUEUE] = "queue", [ON_FULL_DROP] = "drop", NULL};
static const char *const pick_words[] = {[PICK_LRU] = "lru", [PICK_MRU] = "mru", NULL};
static const char *const recv_words[] = {[RECV_MULTISHOT] = "multishot", [RECV_POLL] = "poll", NULL};

/* clang-format off */
static const struct setting settings[] = {
    {"connections", 'c', COUNT(connections, 1, 100000000)},
    {"threads", 't', COUNT(threads, 1, 1024)},
    {"conns-per-ring", 0, COUNT(conns_per_ring, 1, 1u << 20)},
    {"duration", 'd', TIME(duration_ns, 1)},
    {"requests", 'n', COUNT64(requests, 1, INT64_MAX)},
    {"warmup", 0, TIME(warmup_ns, 0)},
    {"cooldown", 0, TIME(cooldown_ns, 0)},
    {"timeout", 'T', TIME(timeout_ns, 0)},
    {"rate", 'R', RATE(rate)},
    {"arrival", 0, OWN(read_arrival)},
    {"seed", 0, COUNT64(seed, 0, UINT64_MAX)},
    {"on-full", 0, WORD(on_full, on_full_words)},
    {"pick", 0, WORD(pick, pick_words)},
    {"stages", 0, OWN(read_stages)},
    {"find-max", 0, OWN(read_find_max)},
    {"sweep", 0, OWN(read_sweep)},
    {"pipeline", 'p', COUNT(pipeline, 1, 10000)},
    {"think", 0, OWN(read_think)},

    {"src", 0, OWN(read_src)},
    {"dst-ports", 0, OWN(read_dst_ports)},
    {"port-range", 0, OWN(read_port_range)},
    {"ramp", 0, OWN(read_ramp)},
    {"max-connecting", 0, COUNT(max_connecting, 1, 1u << 20)},
    {"hold", 0, TIME(hold_ns, 0)},
    {"churn", 0, RATE(churn_rate)},
    {"reqs-per-conn", 0, COUNT(reqs_per_conn, 1, UINT16_MAX)}, /* a connection counts no further */
    {"recv-mode", 0, WORD(recv_mode, recv_words)},
    {"nodelay", 0, ON(nodelay)},
    {"no-nodelay", 0, OFF(nodelay)},
    {"linger0", 0, ON(linger0)},
    {"rcvbuf", 0, BYTES(rcvbuf, 1, INT32_MAX)},
    {"sndbuf", 0, BYTES(sndbuf, 1, INT32_MAX)},
    {"unix", 0, OWN(read_unix)},

    {"method", 'X', OWN(read_method)},
    {"header", 'H', OWN(read_header)},
    {"body", 'b', OWN(read_body)},
    {"host", 0, OWN(read_host)},
    {"scenario", 's', OWN(read_scenarios)},
    {"job-size", 0, BYTES(job_size, 0, 1u << 28)},
    {"job-type", 0, TEXT(job_type)},
    {"queue", 0, TEXT(queue)},
    {"work", 0, OWN(read_work)},
    {"fail", 0, SHARE(fail_share)},
    {"vanish", 0, SHARE(vanish_share)},
    {"poll", 0, OWN(read_poll)},
    {"drip", 0, TIME(drip_ns, 1)},
    {"drip-bytes", 0, BYTES(drip_bytes, 1, 1u << 20)},
    {"announce", 0, BYTES(announce, 1, UINT32_MAX)},
    {"active", 0, SHARE(active_share)},

    {"expect-status", 0, OWN(read_expect_status)},
    {"expect-body", 0, TEXT(expect_body)},
    {"echo-id", 0, KIND_OWN_OR_NOTHING, 0, 0, 0, NULL, read_echo_id},
    {"require-date", 0, ON(require_date)},
    {"verify", 0, OWN(read_verify)},
    {"max-errors", 0, COUNT64(max_errors, 0, INT64_MAX)},

    {"latency", 'L', ON(latency)},
    {"json", 'o', TEXT(json_path)},
    {"hlog", 0, TEXT(hlog_path)},
    {"hgrm", 0, TEXT(hgrm_path)},
    {"csv", 0, TEXT(csv_path)},
    {"html", 0, TEXT(html_path)},
    {"tui", 0, ON(tui)},
    {"no-tui", 0, OFF(tui)},
    {"fps", 0, INT(fps, 1, 10)},
    {"quiet", 0, ON(quiet)},
    {"server-pid", 0, INT(server_pid, 1, INT32_MAX)},
    {"label", 0, OWN(read_label)},
    {"cpu", 0, OWN(read_cpus)},
    {"spin", 0, OWN(read_spin)},
    {"busy", 0, ON(busy)},
    {"help", 'h', KIND_HELP, 0, 0, 0, NULL, NULL},
    {"version", 'v', KIND_VERSION, 0, 0, 0, NULL, NULL}
};
/* clang-format on */
#define SETTINGS_N (sizeof settings / sizeof *settings)
static_assert(SETTINGS_N <= SETTINGS_MAX, "room in struct reading");

static void set_defaults(struct options *o)
{
    *o = (struct options){
        .connections = 10,
        .threads = 1,
        .duration_ns = 10 * NS_PER_S,
        .warmup_ns = 2 * NS_PER_S,
        .cooldown_ns = NS_PER_S,
        .seed = 1,
        .pipeline = 1,
        .max_connecting = 1024,
        .nodelay = true,
        .groups = {{.scenario = SCENARIO_GET, .weight = 1, .name = "get"}},
        .groups_n = 1,
        .job_size = 128,
        .job_type = "echo",
        .queue = "default",
        .poll_ns = 100 * NS_PER_MS,
        .drip_ns = NS_PER_S,
        .drip_bytes = 1,
        .announce = 1u << 20,
        .verify = VERIFY_STATUS,
        .verify_every = 1,
        .tui = isatty(STDOUT_FILENO) == 1,
        .fps = 10,
        .spin_ns = 50 * NS_PER_US,
    };
}

/* ---- sentences ---- */

bool options_refuse(struct reading *r, const char *format, ...)
{
    va_list args;
    int n = r->setting ? snprintf(r->why, sizeof r->why, "--%s: ", r->setting->name) : 0;
    va_start(args, format);
    (void)vsnprintf(r->why + n, sizeof r->why - (size_t)n, format, args);
    va_end(args);
    return false;
}

bool options_given(const struct reading *r, const char *name)
{
    for (size_t i = 0; i < SETTINGS_N; i++)
        if (strcmp(settings[i].name, name) == 0) return r->given[i];
    return false;
}

/* ---- values ---- */

static bool refuse_value(struct reading *r, struct slice text, const char *form)
{
    return options_refuse(r, "'%.*s' is not %s", SLICE_ARG(text), form);
}

static bool within(struct reading *r, uint64_t n)
{
    if (n >= r->setting->min && n <= r->setting->max) return true;
    return options_refuse(r, "%" PRIu64 " is not from %" PRIu64 " to %" PRIu64, n, r->setting->min, r->setting->max);
}

static bool set_number(struct reading *r, struct slice text, void *field)
{
    uint64_t n;
    bool bytes = r->setting->kind == KIND_BYTES;
    if (bytes && !unit_bytes(text, &n)) return refuse_value(r, text, "a number of bytes (512, 64k, 1M)");
    if (!bytes && !slice_to_u64(text, &n) && !unit_count(text, &n))
        return refuse_value(r, text, "a whole number (500, 10k, 1M)");
    if (!within(r, n)) return false;
    if (r->setting->kind == KIND_COUNT64) *(uint64_t *)field = n;
    else if (r->setting->kind == KIND_INT) *(int *)field = (int)n;
    else *(uint32_t *)field = (uint32_t)n;
    return true;
}

static bool set_time(struct reading *r, struct slice text, uint64_t *ns)
{
    uint64_t n;
    if (!unit_time(text, NS_PER_S, &n)) return refuse_value(r, text, "a time (10s, 250ms, 5m; a number alone is in seconds)");
    if (n < r->setting->min) return options_refuse(r, "the time must be above 0");
    *ns = n;
    return true;
}

static bool set_word(struct reading *r, struct slice text, unsigned *place)
{
    const char *const *words = r->setting->words;
    for (unsigned i = 0; words[i]; i++) {
        if (!slice_eq(text, slice_str(words[i]))) continue;
        *place = i;
        return true;
    }
    return options_refuse(r, "'%.*s' is neither %s nor %s", SLICE_ARG(text), words[0], words[1]);
}

static bool set_text(struct reading *r, struct slice text, const char **out)
{
    if (text.len == 0) return options_refuse(r, "the value is empty");
    *out = text.p; /* a piece of argv: has its NUL */
    return true;
}

static bool set_value(struct reading *r, struct slice text)
{
    void *field = (char *)r->o + r->setting->at;
    switch (r->setting->kind) {
    case KIND_ON: *(bool *)field = true; return true;
    case KIND_OFF: *(bool *)field = false; return true;
    case KIND_COUNT:
    case KIND_COUNT64:
    case KIND_INT:
    case KIND_BYTES: return set_number(r, text, field);
    case KIND_TIME: return set_time(r, text, field);
    case KIND_RATE: return unit_rate(text, field) || refuse_value(r, text, "a rate above 0 (500, 10k, 10k/s)");
    case KIND_SHARE: return unit_share(text, field) || refuse_value(r, text, "a percentage from 0% to 100%");
    case KIND_TEXT: return set_text(r, text, field);
    case KIND_WORD: return set_word(r, text, field);
    case KIND_OWN:
    case KIND_OWN_OR_NOTHING: return r->setting->read(r, text);
    case KIND_HELP:
    case KIND_VERSION: break;
    }
    return true;
}

/* ---- the command line ---- */

#define LONG_VALUE 256 /* getopt: + place in the table */

static int argument_of(enum kind kind)
{
    switch (kind) {
    case KIND_ON:
    case KIND_OFF:
    case KIND_HELP:
    case KIND_VERSION: return no_argument;
    case KIND_OWN_OR_NOTHING: return optional_argument;
    default: return required_argument;
    }
}

struct names {
    char letters[2 * SETTINGS_N + 2];
    struct option longs[SETTINGS_N + 1];
};

static void fill_names(struct names *names)
{
    char *letter = names->letters;
    *letter++ = ':'; /* mistakes are told here, not by getopt */
    for (size_t i = 0; i < SETTINGS_N; i++) {
        const struct setting *s = &settings[i];
        int argument = argument_of(s->kind);
        names->longs[i] = (struct option){s->name, argument, NULL, LONG_VALUE + (int)i};
        if (!s->letter) continue;
        *letter++ = s->letter;
        if (argument == required_argument) *letter++ = ':';
    }
    *letter = '\0';
    names->longs[SETTINGS_N] = (struct option){0};
}

static const struct setting *find(int value)
{
    if (value >= LONG_VALUE) return &settings[value - LONG_VALUE];
    for (size_t i = 0; i < SETTINGS_N; i++)
        if (settings[i].letter && settings[i].letter == value) return &settings[i];
    return NULL;
}

static bool refuse_option(struct reading *r, int found, const char *word)
{
    const struct setting *s = optopt ? find(optopt) : NULL;
    r->setting = NULL;
    if (found == ':' && s) return options_refuse(r, "--%s: a value is missing", s->name);
    if (s) return options_refuse(r, "--%s takes no value", s->name);
    if (optopt) return options_refuse(r, "unknown option -%c; --help lists them", optopt);
    return options_refuse(r, "unknown or ambiguous option %s; --help lists them", word);
}

/* All options; what is not one is at *rest and behind. *last: an option that ends the reading. */
static bool read_words(struct reading *r, int argc, char **argv, int *rest, enum kind *last)
{
    struct names names;
    fill_names(&names);
    optind = 0; /* from the start, whatever was read before */
    opterr = 0;
    for (;;) {
        int found = getopt_long(argc, argv, names.letters, names.longs, NULL);
        if (found == -1) break;
        if (found == '?' || found == ':') return refuse_option(r, found, argv[optind - 1]);
        r->setting = find(found);
        *last = r->setting->kind;
        if (*last == KIND_HELP || *last == KIND_VERSION) return true;
        r->given[r->setting - settings] = true;
        if (!set_value(r, slice_str(optarg))) return false;
    }
    r->setting = NULL;
    *rest = optind;
    return true;
}

static bool read_rest(struct reading *r, int argc, char **argv, int rest)
{
    if (rest >= argc) return options_refuse(r, "the URL is missing; --help lists the options");
    if (argc - rest > 1) return options_refuse(r, "more than one URL: %.100s, %.100s", argv[rest], argv[rest + 1]);
    return read_url(r, argv[rest]) && options_settle(r);
}

/* ---- as typed ---- */

static bool is_plain(const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,@%+";
    return *word && word[strspn(word, plain)] == '\0';
}

struct line {
    char *p;
    size_t len, room; /* the last byte is a NUL's */
};

static void add_char(struct line *line, char c)
{
    if (line->len + 1 < line->room) line->p[line->len++] = c;
}

static void add_text(struct line *line, const char *text)
{
    for (; *text; text++) add_char(line, *text);
}

/* In single quotes, as a shell would read it back. */
static void add_quoted(struct line *line, const char *word)
{
    add_char(line, '\'');
    for (; *word; word++) {
        if (*word == '\'') add_text(line, "'\\''");
        else add_char(line, *word);
    }
    add_char(line, '\'');
}

static void keep_command_line(struct options *o, int argc, char **argv)
{
    struct line line = {o->command_line, 0, sizeof o->command_line};
    add_text(&line, "quern-load");
    for (int i = 1; i < argc; i++) {
        add_char(&line, ' ');
        if (is_plain(argv[i])) add_text(&line, argv[i]);
        else add_quoted(&line, argv[i]);
    }
    line.p[line.len] = '\0';
}

/* ---- all of it ---- */

enum options_outcome options_read(int argc, char **argv, struct options *o)
{
    struct reading r = {.o = o};
    enum kind last = KIND_ON;
    int rest = argc;
    set_defaults(o);
    keep_command_line(o, argc, argv); /* before getopt moves the words about */
    bool ok = read_words(&r, argc, argv, &rest, &last);
    if (ok && last == KIND_HELP) options_help();
    else if (ok && last == KIND_VERSION) (void)puts("quern-load " QUERN_LOAD_VERSION);
    else if (ok && read_rest(&r, argc, argv, rest)) return OPTIONS_RUN;
    else ok = false;
    if (!ok) (void)fprintf(stderr, "quern-load: %s\n", r.why);
    options_deinit(o);
    return ok ? OPTIONS_EXIT_OK : OPTIONS_EXIT_USAGE;
}

void options_deinit(struct options *o)
{
    free(o->sources);
    free((void *)(uintptr_t)o->body); /* its own, though others may only read it */
    o->sources = NULL;
    o->sources_n = 0;
    o->body = NULL;
    o->body_len = 0;
}
