/* checks.c: see checks.h. */
#include "tools/load/checks.h"

#include "base/sha256.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXAMPLE_BYTES 160
#define NEEDLE_MAX 1024
#define JSON_BODY_MAX 16384
#define JSON_PATH_MAX 16

enum body_check { BODY_ANY, BODY_SHA256, BODY_SUBSTR, BODY_JSON };

struct checks {
    uint16_t status[8];
    int status_n;
    bool require_date;
    enum body_check body;
    uint8_t digest[SHA256_BYTES];
    char *text;                  /* BODY_SUBSTR: what is looked for; BODY_JSON: the path, cut into words */
    size_t text_len;
    const char *path[JSON_PATH_MAX];
    int path_n;
    cJSON *value;                /* BODY_JSON: what is to stand there */
};

struct check_state {
    union {
        struct sha256 sha;
        struct {
            bool found;
            size_t tail_len;
            char tail[];         /* BODY_SUBSTR: the last bytes, one fewer than are looked for */
        } substr;
        struct {
            size_t len;          /* of the body; beyond JSON_BODY_MAX it is not kept */
            char body[];
        } json;
    };
};

/* ---- making ---- */

static int make_sha256(struct checks *c, const char *hex, const char **why)
{
    *why = "--expect-body sha256: 64 hexadecimal digits are needed";
    if (strlen(hex) != 2 * (size_t)SHA256_BYTES) return -EINVAL;
    for (size_t i = 0; i < SHA256_BYTES; i++) {
        int high = reply_hex_digit(hex[2 * i]), low = reply_hex_digit(hex[2 * i + 1]);
        if (high < 0 || low < 0) return -EINVAL;
        c->digest[i] = (uint8_t)(high * 16 + low);
    }
    c->body = BODY_SHA256;
    return 0;
}

static int keep_text(struct checks *c, const char *text, size_t len)
{
    c->text = strndup(text, len);
    c->text_len = len;
    return c->text ? 0 : -ENOMEM;
}

static int make_substr(struct checks *c, const char *text, const char **why)
{
    size_t len = strlen(text);
    *why = "--expect-body substr: a text of 1 to 1024 bytes is needed";
    if (!len || len > NEEDLE_MAX) return -EINVAL;
    c->body = BODY_SUBSTR;
    return keep_text(c, text, len);
}

/* "a.b.0" */
static int cut_path(struct checks *c)
{
    for (char *word = c->text; word; c->path_n++) {
        if (c->path_n == JSON_PATH_MAX) return -EINVAL;
        c->path[c->path_n] = word;
        word = strchr(word, '.');
        if (word) *word++ = 0;
        if (!*c->path[c->path_n]) return -EINVAL;
    }
    return 0;
}

/* PATH=VALUE; a value that is no JSON stands for a string. */
static int make_json(struct checks *c, const char *text, const char **why)
{
    const char *equals = strchr(text, '=');
    *why = "--expect-body json: PATH=VALUE is needed, as in json:state=completed or json:items.0.id=7";
    if (!equals || equals == text) return -EINVAL;
    c->body = BODY_JSON;
    int rc = keep_text(c, text, (size_t)(equals - text));
    if (rc == 0) rc = cut_path(c);
    if (rc < 0) return rc;
    c->value = cJSON_ParseWithOpts(equals + 1, NULL, 1);
    if (!c->value) c->value = cJSON_CreateString(equals + 1);
    return c->value ? 0 : -ENOMEM;
}

static int make_body(struct checks *c, const char *text, const char **why)
{
    if (!text) return 0;
    if (strncmp(text, "sha256:", 7) == 0) return make_sha256(c, text + 7, why);
    if (strncmp(text, "substr:", 7) == 0) return make_substr(c, text + 7, why);
    if (strncmp(text, "json:", 5) == 0) return make_json(c, text + 5, why);
    *why = "--expect-body needs sha256:HEX, substr:TEXT or json:PATH=VALUE";
    return -EINVAL;
}

int checks_make(const struct options *o, struct checks **out, const char **why)
{
    struct checks *c = calloc(1, sizeof *c);
    if (!c) return -ENOMEM;
    memcpy(c->status, o->expect_status, sizeof c->status);
    c->status_n = o->expect_status_n;
    c->require_date = o->require_date;
    int rc = make_body(c, o->expect_body, why);
    if (rc < 0) c = checks_free(c);
    *out = c;
    return rc;
}

struct checks *checks_free(struct checks *c)
{
    if (!c) return NULL;
    cJSON_Delete(c->value);
    free(c->text);
    free(c);
    return NULL;
}

bool checks_want_body(const struct checks *c)
{
    return c->body != BODY_ANY;
}

size_t check_state_bytes(const struct checks *c)
{
    switch (c->body) {
    case BODY_SUBSTR: return sizeof(struct check_state) + c->text_len;
    case BODY_JSON: return sizeof(struct check_state) + JSON_BODY_MAX;
    default: return sizeof(struct check_state);
    }
}

/* ---- heads ---- */

static bool status_expected(const struct checks *c, uint16_t status)
{
    if (!c->status_n) return status >= 200 && status < 300;
    for (int i = 0; i < c->status_n; i++)
        if (c->status[i] == status) return true;
    return false;
}

enum error_kind checks_head(const struct checks *c, const struct reply_state *r, struct slice head, char *example)
{
    if (!status_expected(c, r->status)) {
        const char *end = memchr(head.p, '\r', head.len);
        (void)snprintf(example, EXAMPLE_BYTES, "%.*s", end ? (int)(end - head.p) : 12, head.p);
        return ERROR_STATUS;
    }
    if (c->require_date && !r->date) {
        (void)snprintf(example, EXAMPLE_BYTES, "status %u without a Date field", (unsigned)r->status);
        return ERROR_NO_DATE;
    }
    return ERROR_KINDS;
}

enum error_kind checks_id(struct slice head, const char *id_header, uint64_t seq, char *example)
{
    char want[24];
    int n = snprintf(want, sizeof want, "%llu", (unsigned long long)seq);
    struct slice got = reply_field(head, id_header);
    if (slice_eq(got, slice_make(want, (size_t)n))) return ERROR_KINDS;
    if (got.p) (void)snprintf(example, EXAMPLE_BYTES, "%s: %.*s came back for %s", id_header, SLICE_ARG(got), want);
    else (void)snprintf(example, EXAMPLE_BYTES, "no %s came back for %s", id_header, want);
    return ERROR_ID;
}

/* ---- bodies ---- */

void checks_body_begin(const struct checks *c, struct check_state *s)
{
    switch (c->body) {
    case BODY_SHA256: sha256_begin(&s->sha); break;
    case BODY_SUBSTR:
        s->substr.found = false;
        s->substr.tail_len = 0;
        break;
    case BODY_JSON: s->json.len = 0; break;
    case BODY_ANY: break;
    }
}

/* Finds what straddles two parts as well: the end of the last part stands before the beginning of this one. */
static void look_for(const struct checks *c, struct check_state *s, struct slice part)
{
    char seam[2 * NEEDLE_MAX];
    size_t keep = c->text_len - 1, tail = s->substr.tail_len, first = part.len < keep ? part.len : keep;
    if (s->substr.found) return;
    memcpy(seam, s->substr.tail, tail);
    memcpy(seam + tail, part.p, first);
    s->substr.found = memmem(seam, tail + first, c->text, c->text_len) || memmem(part.p, part.len, c->text, c->text_len);
    if (part.len >= keep) {
        memcpy(s->substr.tail, part.p + part.len - keep, keep);
        s->substr.tail_len = keep;
    } else {
        size_t left = tail + part.len > keep ? keep : tail + part.len;
        memcpy(s->substr.tail, seam + tail + part.len - left, left);
        s->substr.tail_len = left;
    }
}

void checks_body_part(const struct checks *c, struct check_state *s, struct slice part)
{
    switch (c->body) {
    case BODY_SHA256: sha256_add(&s->sha, part.p, part.len); break;
    case BODY_SUBSTR: look_for(c, s, part); break;
    case BODY_JSON:
        if (s->json.len + part.len <= JSON_BODY_MAX) memcpy(s->json.body + s->json.len, part.p, part.len);
        s->json.len += part.len;
        break;
    case BODY_ANY: break;
    }
}

static enum error_kind end_sha256(const struct checks *c, struct check_state *s, char *example)
{
    uint8_t digest[SHA256_BYTES];
    sha256_end(&s->sha, digest);
    if (memcmp(digest, c->digest, sizeof digest) == 0) return ERROR_KINDS;
    int n = snprintf(example, EXAMPLE_BYTES, "sha256 is ");
    for (int i = 0; i < SHA256_BYTES; i++) n += snprintf(example + n, EXAMPLE_BYTES - (size_t)n, "%02x", digest[i]);
    return ERROR_BODY;
}

static const cJSON *step_into(const cJSON *at, const char *word)
{
    if (!cJSON_IsArray(at)) return cJSON_GetObjectItemCaseSensitive(at, word);
    char *end;
    long i = strtol(word, &end, 10);
    return *end || i < 0 || i > INT32_MAX ? NULL : cJSON_GetArrayItem(at, (int)i);
}

static enum error_kind end_json(const struct checks *c, struct check_state *s, char *example)
{
    if (s->json.len > JSON_BODY_MAX) {
        (void)snprintf(example, EXAMPLE_BYTES, "a body of %zu bytes, where %d can be read as JSON", s->json.len, JSON_BODY_MAX);
        return ERROR_BODY;
    }
    cJSON *root = cJSON_ParseWithLength(s->json.body, s->json.len);
    const cJSON *at = root;
    for (int i = 0; at && i < c->path_n; i++) at = step_into(at, c->path[i]);
    bool same = at && cJSON_Compare(at, c->value, 1);
    char *text = at && !same ? cJSON_PrintUnformatted(at) : NULL;
    if (!root) (void)snprintf(example, EXAMPLE_BYTES, "a body that is no JSON");
    else if (!same)
        (void)snprintf(example, EXAMPLE_BYTES, "%s there: %.100s", at ? "another value" : "nothing", text ? text : "");
    free(text);
    cJSON_Delete(root);
    return same ? ERROR_KINDS : ERROR_BODY;
}

enum error_kind checks_body_end(const struct checks *c, struct check_state *s, char *example)
{
    switch (c->body) {
    case BODY_SHA256: return end_sha256(c, s, example);
    case BODY_SUBSTR:
        if (s->substr.found) return ERROR_KINDS;
        (void)snprintf(example, EXAMPLE_BYTES, "the body does not have '%.100s'", c->text);
        return ERROR_BODY;
    case BODY_JSON: return end_json(c, s, example);
    case BODY_ANY: break;
    }
    return ERROR_KINDS;
}
