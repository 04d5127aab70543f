#include "config_file.h"

#include "base/check.h"
#include "base/ip.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define MIB (UINT64_C(1) << 20)
#define TIB (UINT64_C(1) << 40)
#define HOST_BYTES_MAX 253u /* RFC 1035 §2.3.4, as text */

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

/* ---- the settings ---- */

static const char *const schedulers[] = {"fixed", "balanced", NULL};
static const char *const durabilities[] = {"memory", "logged", "synced", NULL};
static const char *const log_levels[] = {"error", "warn", "info", "debug", NULL};
static const char *const log_formats[] = {"text", "json", NULL};
static const char *const sights[] = {[CONFIG_TO_ALL] = "all", [CONFIG_TO_OWNER] = "owner", NULL};
static const char *const forwards[] = {"none", "x-forwarded-for", "forwarded", NULL};
static const char *const fallbacks[] = {"coop",   "plain",     "oneshot-accept", "oneshot-recv",
                                        "direct", "poll-wait", "unrestricted", NULL};

static_assert(LOG_ERROR == 0 && LOG_WARN == 1 && LOG_INFO == 2 && LOG_DEBUG == 3, "log_levels");
static_assert(LOG_TEXT == 0 && LOG_JSON == 1, "log_formats");
static_assert(sizeof(enum log_level) == sizeof(unsigned), "as CONFIG_INDEX writes it");
static_assert(sizeof(enum log_format) == sizeof(unsigned), "as CONFIG_INDEX writes it");

#define AT(field) .offset = offsetof(struct config, field)
#define BOOL(field) .kind = CONFIG_BOOL, AT(field), .form = "true or false"
#define U32(field, least, most) .kind = CONFIG_U32, AT(field), .min = (least), .max = (most)
#define U64(field, least, most) .kind = CONFIG_U64, AT(field), .min = (least), .max = (most)
#define TEXT(field) .kind = CONFIG_TEXT, AT(field)
#define LIVE .live = true
#define DIGEST(field) .digest_offset = offsetof(struct config, field)

const struct config_setting config_settings[] = {
    {"config", NULL, TEXT(file), .form = "the name of a file"},
    {"listen", "listen", CONFIG_ADDRESSES, AT(listen),
     .n_offset = offsetof(struct config, n_listen), .min = 1, .max = CONFIG_LISTEN_MAX,
     .form = "an address with a port, as in 127.0.0.1:8080 or [::1]:8080"},
    {"data", "data", TEXT(data), .form = "the name of a folder"},
    {"ephemeral", "ephemeral", BOOL(ephemeral)},
    {"accept-damage", "accept_damage", BOOL(accept_damage)},
    {"check-journal", NULL, TEXT(check_journal), .form = "the name of a folder"},
    {"dump-journal", NULL, TEXT(dump_journal), .form = "the name of a folder"},
    {"engines", NULL, U32(engines, 1, 64)},
    {"shards", "shards", U32(shards, 1, 64)},
    {"workers", "workers", U32(workers, 1, 256)},
    {"connections", "connections", U32(connections, 1, 4000000)},
    {"idle-timeout", "idle_timeout", U32(idle_timeout_s, 1, 86400), LIVE},
    {"plugin", "plugins", CONFIG_LIST, AT(plugins),
     .n_offset = offsetof(struct config, n_plugins), .max = CONFIG_PLUGINS_MAX,
     .form = "the name of a file"},
    {"scheduler", "scheduler", CONFIG_WORD, AT(scheduler), .words = schedulers, .later = "queue",
     .form = "fixed or balanced"},
    {"durability", "durability", CONFIG_WORD, AT(durability), .words = durabilities,
     .form = "memory, logged or synced"},
    {"log-level", "log_level", CONFIG_INDEX, AT(log_level), .words = log_levels,
     .form = "error, warn, info or debug"},
    {"log-format", "log_format", CONFIG_INDEX, AT(log_format), .words = log_formats,
     .form = "text or json"},
    {"access-log", "access_log", BOOL(access_log), LIVE},
    {"check", NULL, BOOL(check)},
    {"version", NULL, BOOL(version)},
    {"help", NULL, BOOL(help)},
    {"force-fallback", NULL, CONFIG_WORDS, AT(force), .words = fallbacks,
     .form = "some of coop,plain,oneshot-accept,oneshot-recv,direct,poll-wait,unrestricted"},
    {NULL, "drain_delay", U32(drain_delay_s, 0, 3600), LIVE},
    {NULL, "drain_grace", U32(drain_grace_s, 0, 3600), LIVE},
    {NULL, "first_byte_timeout", U32(first_byte_timeout_s, 1, 86400), LIVE},
    {NULL, "connection_age", U32(connection_age_s, 0, 86400), LIVE},
    {NULL, "body_rate", U32(body_rate, 0, 1000000), LIVE},
    {NULL, "header_timeout", U32(header_timeout_s, 1, 3600), LIVE},
    {NULL, "body_timeout", U32(body_timeout_s, 1, 3600), LIVE},
    {NULL, "park_after", U32(park_after_s, 0, 3600)},
    {"busy-poll", "busy_poll", U32(busy_poll_us, 0, 1000000)},
    {NULL, "wait_max", U32(wait_max_s, 1, 60), LIVE}, /* proxies in front give up after that */
    {NULL, "queue_length", U32(queue_length, 1, 1000000)},
    {NULL, "jobs_max", U32(jobs_max, 1, 100000000)},
    {NULL, "jobs_visible_to", CONFIG_INDEX, AT(jobs_visible_to), .words = sights, .form = "all or owner"},
    {NULL, "segment_mib", U32(segment_mib, 16, 1024)}, /* two buffers of 4 MiB each must fit */
    {NULL, "disk_max", U64(disk_max_bytes, 256 * MIB, 1024 * TIB)},
    {NULL, "blob_bytes", U64(blob_bytes, 65536, 1024 * MIB)},
    {NULL, "body_memory", U64(body_memory_bytes, MIB, TIB)},
    {NULL, "receive_memory", U64(receive_memory_bytes, MIB, TIB)},
    {NULL, "output_memory", U64(output_memory_bytes, MIB, TIB)},
    {NULL, "hosts", CONFIG_HOSTS, AT(hosts), .n_offset = offsetof(struct config, n_hosts), .max = CONFIG_HOSTS_MAX,
     .form = "the name of a host, as in q.test or *.q.test, without a port", LIVE},
    {NULL, "accounts", TEXT(accounts), .form = "the name of a file", LIVE},
    {NULL, "clear_credentials", BOOL(clear_credentials), LIVE},
    {NULL, "tls", CONFIG_TLS, AT(tls), .form = "an object", LIVE},
    {NULL, "oauth", CONFIG_OAUTH, AT(oauth), .form = "an object", LIVE},
    {NULL, "access", CONFIG_ACCESS, AT(access), .form = "an array of objects", LIVE},
    {NULL, "trusted_proxies", CONFIG_NETWORKS, AT(trusted_proxies), .n_offset = offsetof(struct config, n_trusted_proxies),
     .max = CONFIG_NETWORKS_MAX, .form = "an address or a network, as in 10.0.0.0/8 or 2001:db8::/32", LIVE},
    {NULL, "forwarded", CONFIG_INDEX, AT(forwarded), .words = forwards, .form = "none, x-forwarded-for or forwarded", LIVE},
    {NULL, "connections_per_address", U32(connections_per_address, 0, 4000000), LIVE},
    {NULL, "rules", CONFIG_RULES, AT(rules), .form = "an array of objects", LIVE},
    {NULL, "rate_limits", CONFIG_RATE_LIMITS, AT(rate_limits), .form = "an array of objects", LIVE},
    {NULL, "cors", CONFIG_CORS, AT(cors), .form = "an object", LIVE},
    {NULL, "trusted_idle_timeout", U32(trusted_idle_timeout_s, 1, 86400), LIVE},
    {NULL, "routes", CONFIG_ROUTES, AT(routes), DIGEST(routes_digest), .form = "an array of objects"},
    {NULL, "user", TEXT(user), .form = "the name of a user"},
    {NULL, "chroot", TEXT(chroot), .form = "the name of a folder"},
    {NULL, "core_dumps", BOOL(core_dumps)},
    {NULL, "seccomp", BOOL(seccomp)},
    {NULL, "cgroup", TEXT(cgroup), .form = "the name of a folder"},
    {NULL, "types", CONFIG_TYPES, AT(types), DIGEST(types_digest), .form = "an object of objects"},
};

static_assert(sizeof config_settings / sizeof *config_settings == CONFIG_SETTINGS, "config_file.h says how many");

static int fill_defaults(struct config *c)
{
    *c = (struct config){
        .listen = {strdup("127.0.0.1:8080")},
        .n_listen = 1,
        .data = strdup("./quern-data"),
        .idle_timeout_s = 75,
        .trusted_idle_timeout_s = 620,
        .forwarded = 1,
        .connections_per_address = CONFIG_PER_ADDRESS_UNSET,
        .scheduler = strdup("fixed"),
        .durability = strdup("synced"),
        .seccomp = true,
        .log_level = LOG_INFO,
        .log_format = LOG_TEXT,
        .drain_grace_s = 30,
        .first_byte_timeout_s = 10,
        .connection_age_s = 3600,
        .body_rate = 240,
        .header_timeout_s = 10,
        .body_timeout_s = 30,
        .park_after_s = 5,
        .wait_max_s = 10,
        .queue_length = 1024,
        .jobs_max = 1000000,
        .segment_mib = 32,
        .body_memory_bytes = 256 * MIB,
        .blob_bytes = MIB,
        .receive_memory_bytes = 64 * MIB,
        .output_memory_bytes = 64 * MIB,
    };
    return c->listen[0] && c->data && c->scheduler && c->durability ? 0 : -ENOMEM;
}

/* ---- sentences ---- */

int config_refuse(struct config_why *why, const char *format, ...)
{
    int n = 0;
    va_list args;
    if (why->file) n = snprintf(why->text, why->room, "%s:%u: ", why->file, why->line);
    if (n < 0 || (size_t)n >= why->room) return -EINVAL; /* a very long file name */
    va_start(args, format);
    (void)vsnprintf(why->text + n, why->room - (size_t)n, format, args);
    va_end(args);
    return -EINVAL;
}

const char *config_quote(struct slice s, char out[CONFIG_QUOTE_BYTES])
{
    const size_t max = CONFIG_QUOTE_BYTES - sizeof "'...'";
    size_t n = s.len < max ? s.len : max;
    while (n < s.len && n > 0 && ((uint8_t)s.p[n] & 0xc0) == 0x80) n--; /* not inside a character */
    (void)snprintf(out, CONFIG_QUOTE_BYTES, "'%.*s%s'", (int)n, s.p ? s.p : "",
                   n < s.len ? "..." : "");
    for (char *p = out; *p; p++)
        if ((uint8_t)*p < ' ' || *p == 0x7f) *p = '?';
    return out;
}

int config_refuse_value(struct config_why *why, const struct config_setting *s, const char *found)
{
    if (s->form)
        return config_refuse(why, "%s must be %s, not %s", why->subject, s->form, found);
    return config_refuse(why, "%s must be a whole number from %" PRIu64 " to %" PRIu64 ", not %s",
                         why->subject, s->min, s->max, found);
}

#define NAME_MAX_BYTES 31

/* How many letters to add, drop or change. */
static unsigned distance(struct slice a, struct slice b)
{
    unsigned row[NAME_MAX_BYTES + 1];
    for (unsigned j = 0; j <= b.len; j++) row[j] = j;
    for (unsigned i = 0; i < a.len; i++) {
        unsigned diagonal = row[0];
        row[0] = i + 1;
        for (unsigned j = 0; j < b.len; j++) {
            unsigned change = diagonal + (slice_lower(a.p[i]) != slice_lower(b.p[j]));
            diagonal = row[j + 1];
            unsigned add = (row[j] < diagonal ? row[j] : diagonal) + 1;
            row[j + 1] = change < add ? change : add;
        }
    }
    return row[b.len];
}

const char *config_nearest(struct slice name, const char *const *names, size_t n)
{
    const char *best = NULL;
    unsigned best_distance = name.len < 5 ? 2 : 3; /* only nearer ones: all short names are alike */
    if (name.len > NAME_MAX_BYTES) return NULL;
    for (size_t i = 0; i < n; i++) {
        struct slice candidate = slice_str(names[i]);
        if (candidate.len == 0 || candidate.len > NAME_MAX_BYTES) continue;
        unsigned d = distance(name, candidate);
        if (name.len >= 3 && slice_starts(candidate, name)) d = 1; /* an abbreviation */
        if (d >= best_distance) continue;
        best_distance = d;
        best = names[i];
    }
    return best;
}

/* ---- values ---- */

static int refuse_text(struct config_why *why, const struct config_setting *s, struct slice text)
{
    char quoted[CONFIG_QUOTE_BYTES];
    return config_refuse_value(why, s, config_quote(text, quoted));
}

static int set_number(void *c, const struct config_setting *s, struct slice text,
                      struct config_why *why)
{
    uint64_t n;
    if (!slice_to_u64(text, &n) || n < s->min || n > s->max) return refuse_text(why, s, text);
    if (s->kind == CONFIG_U64) *(uint64_t *)config_field(c, s) = n;
    else *(uint32_t *)config_field(c, s) = (uint32_t)n;
    return 0;
}

/* The index of text in words, or -1. */
static int index_of(const char *const *words, struct slice text)
{
    for (int i = 0; words[i]; i++)
        if (slice_eq(slice_str(words[i]), text)) return i;
    return -1;
}

static bool are_words(const char *const *words, struct slice text)
{
    while (text.p)
        if (index_of(words, slice_cut(&text, ',')) < 0) return false;
    return true;
}

/* Numbers only, no names: nothing to look up, and what is bound is what was written. */
static bool is_address(struct slice text)
{
    char host[INET6_ADDRSTRLEN + 2];
    unsigned char bytes[sizeof(struct in6_addr)];
    uint64_t port;
    const char *colon = text.len ? memrchr(text.p, ':', text.len) : NULL;
    if (!colon || (size_t)(colon - text.p) >= sizeof host) return false;
    size_t n = (size_t)(colon - text.p);
    if (!slice_to_u64(slice_from(text, n + 1), &port) || port > 65535) return false;
    memcpy(host, text.p, n);
    host[n] = 0;
    if (n < 3 || host[0] != '[' || host[n - 1] != ']') return inet_pton(AF_INET, host, bytes) == 1;
    host[n - 1] = 0;
    return inet_pton(AF_INET6, host + 1, bytes) == 1;
}

/* A name or an address, without a port; "*." before it stands for all names below. */
static bool is_host(struct slice text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    struct ip ip;
    if (text.len > 2 && text.p[0] == '[' && text.p[text.len - 1] == ']') return ip_parse(slice_make(text.p + 1, text.len - 2), &ip);
    if (text.len > 2 && text.p[0] == '*' && text.p[1] == '.') text = slice_from(text, 2);
    if (text.len == 0 || text.len > HOST_BYTES_MAX || text.p[0] == '.' || text.p[text.len - 1] == '.') return false;
    for (size_t i = 0; i < text.len; i++)
        if (!memchr(allowed, text.p[i], sizeof allowed - 1)) return false;
    return true;
}

static bool fits(const struct config_setting *s, struct slice text)
{
    struct network network;
    switch (s->kind) {
    case CONFIG_TEXT: return text.len > 0;
    case CONFIG_LIST: return s->words ? index_of(s->words, text) >= 0 : text.len > 0;
    case CONFIG_WORD:
    case CONFIG_INDEX: return index_of(s->words, text) >= 0;
    case CONFIG_WORDS: return are_words(s->words, text);
    case CONFIG_ADDRESSES: return is_address(text);
    case CONFIG_HOSTS: return is_host(text);
    case CONFIG_NETWORKS: return network_parse(text, &network);
    case CONFIG_BOOL:
    case CONFIG_U32:
    case CONFIG_U64:
    case CONFIG_ROUTES:
    case CONFIG_ACCESS:
    case CONFIG_TLS:
    case CONFIG_OAUTH:
    case CONFIG_TYPES:
    case CONFIG_RULES:
    case CONFIG_RATE_LIMITS:
    case CONFIG_CORS: break; /* no texts: config_set is not for them */
    }
    return false;
}

static int append(void *c, const struct config_setting *s, char *text,
                  struct config_why *why)
{
    char **list = config_field(c, s);
    uint32_t *n = (uint32_t *)(void *)((char *)c + s->n_offset);
    if (*n == s->max) {
        free(text);
        return config_refuse(why, "%s: more than %" PRIu64 " of them", why->subject, s->max);
    }
    list[(*n)++] = text;
    return 0;
}

static int set_text(void *c, const struct config_setting *s, struct slice text,
                    struct config_why *why)
{
    char *copy = strndup(text.p, text.len);
    if (!copy) return config_refuse(why, "%s: out of memory", why->subject);
    if (config_is_list(s)) return append(c, s, copy, why);
    char **field = config_field(c, s);
    free(*field);
    *field = copy;
    return 0;
}

int config_set(void *c, const struct config_setting *s, struct slice text,
               struct config_why *why)
{
    if (s->kind == CONFIG_U32 || s->kind == CONFIG_U64) return set_number(c, s, text, why);
    if (s->later && slice_eq(text, slice_str(s->later)))
        return config_refuse(why, "%s: '%s' is not available in this version", why->subject,
                             s->later);
    if (!fits(s, text)) return refuse_text(why, s, text);
    if (s->kind != CONFIG_INDEX) return set_text(c, s, text, why);
    unsigned index = (unsigned)index_of(s->words, text);
    memcpy(config_field(c, s), &index, sizeof index);
    return 0;
}

void config_clear_list(void *c, const struct config_setting *s)
{
    char **list = config_field(c, s);
    uint32_t *n = (uint32_t *)(void *)((char *)c + s->n_offset);
    if (s->kind == CONFIG_ADDRESSES) memset(((struct config *)c)->listen_ways, 0, sizeof ((struct config *)c)->listen_ways);
    while (*n > 0) {
        free(list[--*n]);
        list[*n] = NULL;
    }
}

/* ---- the command line ---- */

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

static int read_flags(int argc, char **argv, struct config *c, struct config_why *why)
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

/* ---- all of it ---- */

static int read_all(int argc, char **argv, struct config *c, struct config_why *why)
{
    if (fill_defaults(c) < 0) return config_refuse(why, "out of memory");
    int rc = read_flags(argc, argv, c, why);
    if (rc < 0 || c->help || c->version) return rc;
    if (c->file) {
        rc = config_file_read(c, why);
        if (rc == 0) rc = read_flags(argc, argv, c, why); /* again, as flags win */
    }
    return rc < 0 ? rc : config_check(c, why);
}

int config_read(int argc, char **argv, struct config *c, char *why, unsigned why_room)
{
    struct config_why w = {.text = why, .room = why_room};
    int rc = read_all(argc, argv, c, &w);
    if (rc < 0) config_free(c);
    return rc;
}

void config_object_free(void *of, const struct config_setting *settings, int n)
{
    for (int i = 0; i < n; i++) {
        const struct config_setting *s = &settings[i];
        if (config_is_list(s)) config_clear_list(of, s);
        if (s->kind == CONFIG_TEXT || s->kind == CONFIG_WORD || s->kind == CONFIG_WORDS) free(*(char **)config_field(of, s));
    }
}

void config_free(struct config *c)
{
    config_object_free(c, config_settings, CONFIG_SETTINGS);
    config_oauth_free(&c->oauth);
    config_tls_free(&c->tls);
    for (uint32_t i = 0; i < c->n_access; i++) config_access_free(&c->access[i]);
    for (uint32_t i = 0; i < c->n_types; i++) config_type_free(&c->types[i]);
    config_rules_free(c);
    for (uint32_t i = 0; i < c->n_routes; i++) {
        struct config_route *r = &c->routes[i];
        free(r->methods);
        free(r->path);
        free(r->job);
        free(r->type);
        free(r->body);
    }
    memset(c, 0, sizeof *c);
}
