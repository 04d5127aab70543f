/* config_flags.c: the command line. */
#include "config_file.h"

#include <getopt.h>
#include <stdio.h>

const char config_usage[] =
    "usage: quernd [flags]\n"
    "\n"
    "  --config FILE                           read this file (JSON, comments allowed) first\n"
    "  --listen ADDR:PORT                      listen here (127.0.0.1:8080); may be repeated,\n"
    "                                          port 0 takes a free one\n"
    "  --data DIR                              keep jobs in this folder (./quern-data)\n"
    "  --ephemeral                             keep no files\n"
    "  --accept-damage                         start although the journal is damaged: what cannot be\n"
    "                                          read is lost\n"
    "  --shards N                              threads for connections (from the CPUs)\n"
    "  --workers N                             threads for jobs (from the CPUs)\n"
    "  --connections N                         connections at once (from the open-file limit)\n"
    "  --idle-timeout SECONDS                  close idle connections after this time (75)\n"
    "  --plugin FILE.so                        load job types; may be repeated\n"
    "  --scheduler fixed|balanced              how workers are chosen (fixed)\n"
    "  --busy-poll US                          look for work so long before sleeping: for the lowest latency (0)\n"
    "  --durability memory|logged|synced       when a job counts as accepted (synced)\n"
    "  --log-level error|warn|info|debug       (info)\n"
    "  --log-format text|json                  (text)\n"
    "  --access-log                            log every request\n"
    "  --check-journal DIR                     read a data folder, say what a start would find, exit\n"
    "  --dump-journal DIR                      the same, and print each record\n"
    "  --engines N                             divide a data folder's jobs among N engines, exit; no server\n"
    "                                          may use it meanwhile\n"
    "  --check                                 check flags and file, then exit\n"
    "  --version                               print the version and exit\n"
    "  --help                                  print this and exit\n"
    "\n"
    "Every setting has a key in the file; a flag wins over the file.\n"
    "Exit codes: 0 stopped as asked, 1 failed while running,\n"
    "            2 bad usage, configuration or address.\n";

#define OPTION_FIRST 256 /* of getopt's values; what follows is an index of config_settings */

static void make_options(struct option out[CONFIG_SETTINGS + 1])
{
    size_t n = 0;
    for (int i = 0; i < CONFIG_SETTINGS; i++) {
        const struct config_setting *s = &config_settings[i];
        if (!s->flag) continue;
        int takes = s->kind == CONFIG_BOOL ? no_argument : required_argument;
        out[n++] = (struct option){s->flag, takes, NULL, OPTION_FIRST + i};
    }
    out[n] = (struct option){NULL, 0, NULL, 0};
}

/* "--data=x" and "--data" → "data". */
static struct slice flag_name(const char *arg)
{
    struct slice rest = slice_from(slice_str(arg), 2);
    return slice_cut(&rest, '=');
}

static const struct config_setting *find_flag(const char *arg)
{
    if (arg[0] != '-' || arg[1] != '-') return NULL;
    for (int i = 0; i < CONFIG_SETTINGS; i++) {
        const struct config_setting *s = &config_settings[i];
        if (s->flag && slice_eq(flag_name(arg), slice_str(s->flag))) return s;
    }
    return NULL;
}

static int refuse_flag(struct config_why *why, const char *arg)
{
    const char *names[CONFIG_SETTINGS];
    char quoted[CONFIG_QUOTE_BYTES];
    bool is_long = arg[0] == '-' && arg[1] == '-';
    struct slice all = slice_str(arg), name = is_long ? flag_name(arg) : slice_from(all, 1);
    if (is_long) all.len = name.len + 2; /* without the value */
    for (int i = 0; i < CONFIG_SETTINGS; i++) names[i] = config_settings[i].flag;
    const char *near = config_nearest(name, names, CONFIG_SETTINGS);
    if (near)
        return config_refuse(why, "unknown flag %s; did you mean --%s?", config_quote(all, quoted),
                             near);
    return config_refuse(why, "unknown flag %s; --help lists them", config_quote(all, quoted));
}

struct flags {
    struct config *c;
    struct config_why *why;
    bool seen[CONFIG_SETTINGS];
};

static int apply_flag(struct flags *f, const struct config_setting *s, const char *value)
{
    bool first = !f->seen[s - config_settings];
    f->seen[s - config_settings] = true;
    if (s->kind == CONFIG_BOOL) {
        *(bool *)config_field(f->c, s) = true;
        return 0;
    }
    if (first && config_is_list(s))
        config_clear_list(f->c, s); /* flags replace what the file says */
    return config_set(f->c, s, slice_str(value), f->why);
}

/* arg is what getopt looked at, got what it made of it. */
static int take_flag(struct flags *f, const char *arg, int got, const char *value)
{
    const struct config_setting *s = find_flag(arg); /* by its full name: getopt takes part of it */
    if (!s) return refuse_flag(f->why, arg);
    (void)snprintf(f->why->subject, sizeof f->why->subject, "--%s", s->flag);
    if (got == '?') return config_refuse(f->why, "%s takes no value", f->why->subject);
    /* The next flag, eaten as a value. */
    bool eaten = value && value[0] == '-' && value[1] == '-' && !strchr(arg, '=');
    if (got == ':' || eaten) return config_refuse(f->why, "%s needs a value", f->why->subject);
    return apply_flag(f, s, value);
}

static bool was_seen(const struct flags *f, const char *flag)
{
    for (int i = 0; i < CONFIG_SETTINGS; i++)
        if (f->seen[i] && strcmp(config_settings[i].flag, flag) == 0) return true;
    return false;
}

static int settle_data(struct flags *f)
{
    if (!was_seen(f, "data")) return 0;
    if (was_seen(f, "ephemeral"))
        return config_refuse(f->why, "--data and --ephemeral exclude each other");
    f->c->ephemeral = false; /* if the file says so */
    return 0;
}

int config_flags_read(int argc, char **argv, struct config *c, struct config_why *why)
{
    struct option options[CONFIG_SETTINGS + 1];
    struct flags f = {.c = c, .why = why};
    char quoted[CONFIG_QUOTE_BYTES];
    make_options(options);
    why->file = NULL;
    optind = 0; /* glibc: start anew, whoever called getopt before */
    for (;;) {
        int at = optind ? optind : 1;
        int got = getopt_long(argc, argv, "+:", options, NULL); /* no permuting, no printing */
        if (got == -1) break;
        int rc = take_flag(&f, argv[at], got, optarg);
        if (rc < 0) return rc;
    }
    if (optind > 0 && optind < argc)
        return config_refuse(why, "unexpected argument %s",
                             config_quote(slice_str(argv[optind]), quoted));
    return settle_data(&f);
}
