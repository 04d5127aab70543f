/* config.c: see config.h. What holds without a word, then the flags, the file, and the flags again. */
#include "config_file.h"

#include <errno.h>
#include <stdlib.h>

#define MIB (UINT64_C(1) << 20)

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

static int read_all(int argc, char **argv, struct config *c, struct config_why *why)
{
    if (fill_defaults(c) < 0) return config_refuse(why, "out of memory");
    int rc = config_flags_read(argc, argv, c, why);
    if (rc < 0 || c->help || c->version) return rc;
    if (c->file) {
        rc = config_file_read(c, why);
        if (rc == 0) rc = config_flags_read(argc, argv, c, why); /* again, as flags win */
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
