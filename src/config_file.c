#include "config_file.h"

#include "base/check.h"
#include "config_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FILE_BYTES_MAX ((size_t)1 << 20)

/* ---- bytes ---- */

struct file {
    char *text; /* heap */
    size_t len;
};

/* 0, -errno, or -EFBIG when there is more than room. */
static int read_to_end(int fd, char *text, size_t room, size_t *len)
{
    size_t n = 0;
    for (;;) {
        ssize_t got = read(fd, text + n, room - n);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -errno;
        if (got == 0) break;
        n += (size_t)got;
        if (n == room) return -EFBIG;
    }
    *len = n;
    return 0;
}

static int load(const char *path, struct file *out)
{
    char *text = malloc(FILE_BYTES_MAX + 1); /* +1: to see that there is more */
    if (!text) return -ENOMEM;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int rc = fd < 0 ? -errno : read_to_end(fd, text, FILE_BYTES_MAX + 1, &out->len);
    if (fd >= 0) (void)close(fd); /* only read */
    if (rc < 0) {
        free(text);
        return rc;
    }
    out->text = text;
    return 0;
}

static int refuse_file(const char *path, int rc, struct config_why *why)
{
    if (rc == -EFBIG)
        return config_refuse(why, "--config: %s is larger than %zu bytes", path, FILE_BYTES_MAX);
    errno = -rc; /* for %m */
    return config_refuse(why, "--config: cannot read %s: %m", path);
}

/* ---- values ---- */

void config_look_at(struct config_reader *r, const char *p)
{
    r->why->line = json_line(r->text, (size_t)(p - r->text.p));
}

void config_set_subject(struct config_why *why, const char *key)
{
    (void)snprintf(why->subject, sizeof why->subject, "key '%s'", key);
}

/* What stands there, for a message about what should. */
const char *config_describe(struct json_value value, char out[CONFIG_QUOTE_BYTES])
{
    switch (value.kind) {
    case JSON_NULL: return "null";
    case JSON_FALSE: return "false";
    case JSON_TRUE: return "true";
    case JSON_ARRAY: return "an array";
    case JSON_OBJECT: return "an object";
    case JSON_NUMBER:
    case JSON_STRING: break;
    }
    return config_quote(value.text, out);
}

int config_refuse_kind(struct config_reader *r, const struct config_setting *s, struct json_value value)
{
    char found[CONFIG_QUOTE_BYTES];
    config_look_at(r, value.text.p);
    return config_refuse_value(r->why, s, config_describe(value, found));
}

/* A string's text on the heap, for the caller to free. */
int config_take_text(struct config_reader *r, struct json_value string, char **out)
{
    char *text = malloc(string.text.len); /* two quotes: room for the NUL */
    if (!text) return config_refuse(r->why, "%s: out of memory", r->why->subject);
    long n = json_unescape(string, text, string.text.len - 1);
    if (n < 0 || memchr(text, 0, (size_t)n)) {
        free(text);
        return config_refuse(r->why, "%s must not hold a zero byte", r->why->subject);
    }
    text[n] = 0;
    *out = text;
    return 0;
}

static int set_string(struct config_reader *r, void *into, const struct config_setting *s, struct json_value value)
{
    char *text = NULL;
    if (value.kind != JSON_STRING) return config_refuse_kind(r, s, value);
    config_look_at(r, value.text.p);
    int rc = config_take_text(r, value, &text);
    if (rc < 0) return rc;
    rc = config_set(into, s, slice_str(text), r->why);
    free(text);
    return rc;
}

/* What comes before a connection's first byte: the value of the key "proxy" or "tls". */
static int add_way(struct config_reader *r, bool is_proxy, struct json_value value, uint8_t *ways)
{
    config_look_at(r, value.text.p);
    if (is_proxy && slice_eq(value.text, SLICE("\"passthrough\""))) *ways |= CONFIG_PROXIED | CONFIG_PASSED;
    else if (value.kind == JSON_TRUE) *ways |= is_proxy ? CONFIG_PROXIED : CONFIG_SECURED;
    else if (value.kind != JSON_FALSE)
        return config_refuse(r->why, is_proxy ? "key 'proxy' must be true, false or 'passthrough'" : "key 'tls' must be true or false");
    return 0;
}

/* {"address": "127.0.0.1:8080", "proxy": true, "tls": true} */
static int add_listener(struct config_reader *r, const struct config_setting *s, struct json_value object)
{
    static const char *const keys[] = {"address", "proxy", "tls"};
    struct slice name;
    struct json_value value, address;
    uint8_t ways = 0;
    config_look_at(r, object.text.p);
    if (!json_member(object, SLICE("address"), &address)) return config_refuse(r->why, "%s: an object there needs the key 'address'", r->why->subject);
    for (size_t i = 0; json_next(object, &i, &name, &value);) {
        if (json_name_is(name, SLICE("address"))) continue;
        bool is_proxy = json_name_is(name, SLICE("proxy"));
        if (!is_proxy && !json_name_is(name, SLICE("tls"))) return config_refuse_key(r, name, keys, 3);
        int rc = add_way(r, is_proxy, value, &ways);
        if (rc < 0) return rc;
    }
    int rc = set_string(r, r->c, s, address);
    if (rc == 0) r->c->listen_ways[r->c->n_listen - 1] = ways;
    return rc;
}

static int set_list(struct config_reader *r, void *into, const struct config_setting *s, struct json_value value)
{
    struct slice none;
    struct json_value element;
    uint64_t n = 0;
    config_clear_list(into, s);
    if (value.kind == JSON_STRING) return set_string(r, into, s, value); /* a list of one */
    if (value.kind != JSON_ARRAY)
        return config_refuse(r->why, "%s must be an array of strings", r->why->subject);
    for (size_t i = 0; json_next(value, &i, &none, &element); n++) {
        int rc = s->kind == CONFIG_ADDRESSES && element.kind == JSON_OBJECT ? add_listener(r, s, element) : set_string(r, into, s, element);
        if (rc < 0) return rc;
    }
    if (n < s->min) return config_refuse(r->why, "%s must not be empty", r->why->subject);
    return 0;
}

static int set_bool(struct config_reader *r, void *into, const struct config_setting *s, struct json_value value)
{
    if (value.kind != JSON_TRUE && value.kind != JSON_FALSE) return config_refuse_kind(r, s, value);
    *(bool *)config_field(into, s) = value.kind == JSON_TRUE;
    return 0;
}

static int set_number(struct config_reader *r, void *into, const struct config_setting *s, struct json_value value)
{
    if (value.kind != JSON_NUMBER) return config_refuse_kind(r, s, value);
    config_look_at(r, value.text.p);
    return config_set(into, s, value.text, r->why); /* 3.0 and 1e3 are refused like -1 */
}

int config_refuse_key(struct config_reader *r, struct slice name, const char *const *keys, size_t n)
{
    char quoted[CONFIG_QUOTE_BYTES];
    const char *near = config_nearest(name, keys, n);
    config_look_at(r, name.p);
    config_quote(name, quoted);
    if (near) return config_refuse(r->why, "unknown key %s; did you mean '%s'?", quoted, near);
    return config_refuse(r->why, "unknown key %s", quoted);
}

/* ---- the whole file ---- */

/* Blanks between tokens do not count; comments are blanks by now. FNV-1a: what differs by accident differs here. */
static void note_digest(struct config_reader *r, const struct config_setting *s, struct slice text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    bool quoted = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.p[i];
        if (!quoted && (c == ' ' || c == '\t' || c == '\r' || c == '\n')) continue;
        hash = (hash ^ (uint8_t)c) * UINT64_C(0x100000001b3);
        if (c == '"') quoted = !quoted;
        else if (quoted && c == '\\' && i + 1 < text.len) hash = (hash ^ (uint8_t)text.p[++i]) * UINT64_C(0x100000001b3);
    }
    if (s->digest_offset) *(uint64_t *)(void *)((char *)r->c + s->digest_offset) = hash;
}

static int set_plain(struct config_reader *r, void *into, const struct config_setting *s, struct json_value value)
{
    switch (s->kind) {
    case CONFIG_BOOL: return set_bool(r, into, s, value);
    case CONFIG_U32:
    case CONFIG_U64: return set_number(r, into, s, value);
    case CONFIG_TEXT:
    case CONFIG_WORD:
    case CONFIG_WORDS:
    case CONFIG_INDEX: return set_string(r, into, s, value);
    case CONFIG_LIST:
    case CONFIG_ADDRESSES:
    case CONFIG_HOSTS:
    case CONFIG_NETWORKS: return set_list(r, into, s, value);
    case CONFIG_ROUTES:
    case CONFIG_ACCESS:
    case CONFIG_TLS:
    case CONFIG_OAUTH:
    case CONFIG_TYPES:
    case CONFIG_RULES:
    case CONFIG_RATE_LIMITS:
    case CONFIG_CORS: break;
    }
    return -EINVAL;
}

int config_object_read(struct config_reader *r, void *into, const struct config_setting *settings, int n, struct json_value object)
{
    const char *keys[CONFIG_OBJECT_KEYS_MAX];
    struct slice name;
    struct json_value value;
    assert(n > 0 && n <= CONFIG_OBJECT_KEYS_MAX);
    for (int i = 0; i < n; i++) keys[i] = settings[i].key;
    for (size_t at = 0; json_next(object, &at, &name, &value);) {
        int i = 0;
        while (i < n && !json_name_is(name, slice_str(keys[i]))) i++;
        if (i == n) return config_refuse_key(r, name, keys, (size_t)n);
        config_set_subject(r->why, keys[i]);
        config_look_at(r, name.p);
        int rc = set_plain(r, into, &settings[i], value);
        if (rc < 0) return rc;
    }
    return 0;
}

static int set_member(struct config_reader *r, const struct config_setting *s, struct json_value value)
{
    switch (s->kind) {
    case CONFIG_ROUTES: return config_routes_read(r, s, value);
    case CONFIG_TYPES: return config_types_read(r, s, value);
    case CONFIG_RULES:
    case CONFIG_RATE_LIMITS:
    case CONFIG_CORS: return config_rules_read(r, s, value);
    case CONFIG_OAUTH: return config_oauth_read(r, s, value);
    case CONFIG_TLS: return config_tls_read(r, s, value);
    case CONFIG_ACCESS: return config_access_read(r, s, value);
    case CONFIG_BOOL:
    case CONFIG_U32:
    case CONFIG_U64:
    case CONFIG_TEXT:
    case CONFIG_WORD:
    case CONFIG_WORDS:
    case CONFIG_INDEX:
    case CONFIG_LIST:
    case CONFIG_ADDRESSES:
    case CONFIG_HOSTS:
    case CONFIG_NETWORKS: break;
    }
    return set_plain(r, r->c, s, value);
}

static int read_member(struct config_reader *r, struct slice name, struct json_value value)
{
    const char *keys[CONFIG_SETTINGS];
    for (int i = 0; i < CONFIG_SETTINGS; i++) {
        const struct config_setting *s = &config_settings[i];
        keys[i] = s->key;
        if (!s->key || !json_name_is(name, slice_str(s->key))) continue;
        config_set_subject(r->why, s->key);
        config_look_at(r, name.p);
        note_digest(r, s, value.text);
        return set_member(r, s, value);
    }
    return config_refuse_key(r, name, keys, CONFIG_SETTINGS);
}

/* A file that wants a folder and no files at once; flags are free to overrule it. */
static int settle_data(struct config_reader *r, struct json_value top)
{
    struct json_value ephemeral, data;
    if (!json_member(top, SLICE("ephemeral"), &ephemeral) || ephemeral.kind != JSON_TRUE) return 0;
    if (!json_member(top, SLICE("data"), &data)) return 0;
    config_look_at(r, ephemeral.text.p);
    return config_refuse(r->why, "the keys 'data' and 'ephemeral' exclude each other");
}

static int read_top(struct config_reader *r, struct json_value top)
{
    struct slice name;
    struct json_value value;
    for (size_t i = 0; json_next(top, &i, &name, &value);) {
        int rc = read_member(r, name, value);
        if (rc < 0) return rc;
    }
    return settle_data(r, top);
}

/* name: on its opening quote. */
static int refuse_duplicate(struct config_reader *r, struct slice name)
{
    char quoted[CONFIG_QUOTE_BYTES];
    size_t n = 1;
    while (n < name.len && name.p[n] != '"') n += name.p[n] == '\\' ? 2 : 1;
    struct slice inside = slice_make(name.p + 1, (n < name.len ? n : name.len) - 1);
    return config_refuse(r->why, "key %s stands twice", config_quote(inside, quoted));
}

static int read_text(struct config *c, char *text, size_t len, struct config_why *why)
{
    struct config_reader r = {c, why, slice_make(text, len)};
    struct json_value top;
    size_t at = 0;
    if (json_blank_comments(text, len, &at) < 0) {
        config_look_at(&r, text + at);
        return config_refuse(why, "a comment that does not end");
    }
    enum json_error e = json_check(r.text, &top, &at);
    if (e) {
        config_look_at(&r, text + at);
        if (e == JSON_DUPLICATE) return refuse_duplicate(&r, slice_from(r.text, at));
        return config_refuse(why, "%s", json_error_text(e));
    }
    config_look_at(&r, top.text.p);
    if (top.kind != JSON_OBJECT) return config_refuse(why, "the file must be a JSON object");
    return read_top(&r, top);
}

int config_file_read(struct config *c, struct config_why *why)
{
    struct file file = {NULL, 0};
    int rc = load(c->file, &file);
    if (rc < 0) return refuse_file(c->file, rc, why);
    why->file = c->file;
    rc = read_text(c, file.text, file.len, why);
    free(file.text);
    return rc;
}
