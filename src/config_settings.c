/* config_settings.c: the table of settings: flags, keys, bounds, and what each has to be. */
#include "config_file.h"

#include "base/check.h"

#define MIB (UINT64_C(1) << 20)
#define TIB (UINT64_C(1) << 40)

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
