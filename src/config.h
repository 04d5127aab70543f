/* config.h: flags and configuration file → one checked struct. Read at start, and anew when the server is told to; constant afterwards.
 *
 * The file is JSON with // and block comments; every flag has a key (dashes become underscores), an unknown or wrong key is an
 * error with its line. A flag given on the command line wins over the file. */
#ifndef QUERN_CONFIG_H
#define QUERN_CONFIG_H

#include "base/log.h"
#include "filters/access_options.h"
#include "workers/run_spec.h"
#include <quern/quern.h>
#include <stdbool.h>
#include <stdint.h>

#define CONFIG_LISTEN_MAX 16
#define CONFIG_CERTIFICATES_MAX 32u
#define CONFIG_PLUGINS_MAX 64
#define CONFIG_ROUTES_MAX 128
#define CONFIG_HOSTS_MAX 64
#define CONFIG_NETWORKS_MAX 64
#define CONFIG_PER_ADDRESS_UNSET UINT32_MAX

/* An own route: bound to a job type or a fixed answer. */
struct config_route {
    char *methods; /* "GET" or "GET,POST"; default: GET for fixed answers, POST for jobs */
    char *path;    /* pattern: router.h */
    char *job;     /* job type; its path parameters become the job's parameters. NULL: a fixed answer */
    uint16_t status;
    char *type, *body; /* of the fixed answer; NULL: none */
    unsigned line;     /* in the file, for messages */
};

#define CONFIG_TYPES_MAX 32
#define CONFIG_ARGS_MAX 63
#define CONFIG_PARAMS_MAX 32
#define CONFIG_PARAM_NAME_MAX 63 /* bytes */

/* What the key "types" says of one job type. */
struct config_type {
    char *name;
    struct run_spec spec; /* where it runs and what it may use there */
    uint32_t timeout_s;   /* 0: the type's own */
    uint64_t input_max;   /* bytes; 0: the type's own */
    /* Of a command: */
    char *about, *result_type;
    char *argv[CONFIG_ARGS_MAX + 1]; /* ends with NULL */
    char *param_names[CONFIG_PARAMS_MAX];
    struct quern_param params[CONFIG_PARAMS_MAX];
    size_t n_params;
    struct quern_type type; /* all of this as a job type */
    unsigned line;          /* in the file, for messages */
};
/* config_types.c */
void config_type_free(struct config_type *t);

#define CONFIG_ACCESS_MAX 128

/* One rule of the key "access": filters/policy.h. Lists are words with commas between; NULL: not given. */
struct config_access {
    char *path, *methods, *with, *scopes;
    unsigned line; /* in the file, for messages */
};
/* config_auth.c */
void config_access_free(struct config_access *a);

/* The key "oauth"; issuer NULL: not given. */
#define CONFIG_OAUTH_NETWORKS_MAX 16
struct config_oauth {
    char *issuer, *audience;
    char *jwks_file, *jwks_url, *introspection_url; /* one of them at least */
    char *client_id, *client_secret_file;
    char *authorities;
    char *allow[CONFIG_OAUTH_NETWORKS_MAX];
    uint32_t n_allow;
    uint32_t refetch_s; /* 30 */
    bool any_type;
    uint32_t lifetime_max_s; /* 86400 */
};
/* config_oauth.c */
void config_oauth_free(struct config_oauth *o);

/* Who sees a job or a cron job: whoever may look at some; who made it, and "admin". */
enum config_sight { CONFIG_TO_ALL, CONFIG_TO_OWNER };

/* What comes before HTTP on a listener's connections; both: in this order. */
enum config_way { CONFIG_PROXIED = 1, CONFIG_SECURED = 2, CONFIG_PASSED = 4 /* with both: the TLS that a balancer passes on is its clients' */ };

struct config_certificate {
    char *chain, *key; /* names of files */
};

/* The key "tls"; no certificates: not given. */
struct config_tls {
    struct config_certificate certificates[CONFIG_CERTIFICATES_MAX];
    uint32_t n_certificates;
    char *client_ca; /* name of a file; NULL: clients are not asked */
    unsigned client_name; /* cn, dns, uri: which name of their certificates says who they are */
    bool client_optional, newest_only;
};
/* config_tls.c */
void config_tls_free(struct config_tls *t);

struct config {
    char *file;                      /* NULL: none */
    char *listen[CONFIG_LISTEN_MAX]; /* "127.0.0.1:8080" */
    uint32_t n_listen;
    char *user;                      /* key user: whom to become once the sockets are open; NULL: nobody else */
    char *chroot;                    /* key chroot: the folder that is / for this user from then on; NULL: none */
    bool core_dumps;                 /* key core_dumps */
    bool seccomp;                    /* key seccomp: calls that a server has no use for are refused; true */
    char *cgroup;                    /* folder for control groups of worker processes; NULL: none */
    uint8_t listen_ways[CONFIG_LISTEN_MAX]; /* enum config_way of each: {"address": …, "proxy": true, "tls": true} */
    struct config_tls tls;
    char *data;                      /* folder */
    bool ephemeral;
    bool accept_damage;              /* read past a damaged place of the journal */
    char *check_journal, *dump_journal; /* folders to look at instead of serving; NULL: none */
    uint32_t engines;                /* divide the data folder among so many engines instead of serving; 0: no */
    uint32_t segment_mib;            /* key segment_mib: of one file of the journal; 32 */
    uint64_t disk_max_bytes;         /* key disk_max: of the journal's files; 0: as the disk has it */
    uint32_t shards, workers;        /* 0: from the CPUs */
    uint32_t connections;            /* 0: from the limit of open files */
    uint32_t idle_timeout_s;
    char *plugins[CONFIG_PLUGINS_MAX];
    uint32_t n_plugins;
    char *scheduler;                 /* "fixed", "balanced" */
    char *durability;                /* "memory", "logged", "synced" */
    enum log_level log_level;
    enum log_format log_format;
    bool access_log;                 /* key only, and --access-log */
    bool check, version, help;       /* what to do instead of serving */
    uint32_t drain_delay_s, drain_grace_s; /* keys drain_delay, drain_grace; 0 and 30 */
    uint32_t first_byte_timeout_s;   /* key first_byte_timeout: from a connection's begin to its first request; 10 */
    uint32_t connection_age_s;       /* key connection_age: after so long a connection ends with an answer; 3600; 0: never */
    uint32_t body_rate;              /* key body_rate: bytes per second, after 10 s; 240; 0: any */
    uint32_t header_timeout_s, body_timeout_s; /* keys header_timeout (10), body_timeout (30): between reads */
    uint32_t park_after_s;           /* key park_after: idle for so long, a connection costs the kernel less; 5; 0: never */
    uint32_t busy_poll_us;           /* key busy_poll, --busy-poll: how long a shard looks for work before it sleeps; 0 */
    uint32_t wait_max_s;             /* key wait_max: cap of Prefer: wait=N; 10, up to 60 */
    uint32_t queue_length;           /* key queue_length: calls that wait for a worker, per shard; 1024 */
    uint32_t jobs_max;               /* key jobs_max: 1000000 */
    unsigned jobs_visible_to;        /* key jobs_visible_to: enum config_sight */
    uint64_t blob_bytes;             /* key blob_bytes: larger results and inputs stand in files of their own; 1048576 */
    uint64_t body_memory_bytes;      /* key body_memory: 268435456 */
    uint64_t receive_memory_bytes, output_memory_bytes; /* keys receive_memory, output_memory: 67108864 each */
    char *hosts[CONFIG_HOSTS_MAX];   /* key hosts: names served here; none: all */
    uint32_t n_hosts;
    char *accounts;                  /* key accounts: a file; NULL: none */
    bool clear_credentials;          /* key clear_credentials: false */
    struct config_oauth oauth;
    struct config_access access[CONFIG_ACCESS_MAX];
    uint32_t n_access;
    char *trusted_proxies[CONFIG_NETWORKS_MAX]; /* key trusted_proxies: networks */
    uint32_t n_trusted_proxies;
    uint32_t connections_per_address; /* key connections_per_address; 0: any number */
    unsigned forwarded;              /* key forwarded: none, x-forwarded-for, forwarded: what trusted proxies say of clients */
    struct rule_option rules[RULES_MAX];                 /* key rules */
    uint32_t n_rules;
    struct rate_limit_option rate_limits[RATE_LIMITS_MAX]; /* key rate_limits */
    uint32_t n_rate_limits;
    struct cors_option cors;         /* key cors: no origins: off */
    uint32_t trusted_idle_timeout_s; /* key trusted_idle_timeout: idle_timeout of their connections; 620 */
    struct config_route routes[CONFIG_ROUTES_MAX];
    uint32_t n_routes;
    struct config_type types[CONFIG_TYPES_MAX];
    uint32_t n_types;
    uint64_t routes_digest, types_digest; /* of what the file says there; 0: nothing */
    char *force; /* --force-fallback coop,plain,oneshot-accept,oneshot-recv,direct,poll-wait,unrestricted: for tests, not in --help */
};

/* Fills *c from defaults, the file, argv. 0, or -EINVAL with one sentence in why that names the flag, or file, line and key.
 * On failure *c holds nothing to free. */
int config_read(int argc, char **argv, struct config *c, char *why, unsigned why_room);
void config_free(struct config *c);
/* Names of settings that differ and take effect only at a start; each is a key, or a flag's name. Returns how many, at most n_max of
 * them in names. */
unsigned config_restart_needed(const struct config *a, const struct config *b, const char **names, unsigned n_max);
/* For --help. */
extern const char config_usage[];

#endif
