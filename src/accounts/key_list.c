/* key_list.c: see key_list.h. */
#include "accounts/key_list.h"

#include "accounts/accounts.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/random.h"
#include "base/table.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>

struct entry {
    struct listed_key listed; /* first */
    struct table_node node;
    char id[KEY_ID_MAX], principal[KEY_OWNER_MAX + 4];
};

struct key_list {
    struct table by_id;
    uint32_t n, n_max;
    struct entry entries[];
};

struct reader {
    const struct scope_names *names;
    struct key_list *list;
    char *why;
    size_t why_room;
};

/* One key's members. */
struct raw_key {
    struct json_value id, owner, algorithm, secret, public_half, scopes, state, not_before, not_after;
};

__attribute__((format(printf, 2, 3))) static int refuse(struct reader *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(r->why, r->why_room, format, args);
    va_end(args);
    return -EINVAL;
}

static bool is_set(struct json_value v)
{
    return v.text.p != NULL;
}

static int collect(struct reader *r, struct json_value object, struct raw_key *raw)
{
    const struct {
        struct slice name;
        enum json_kind kind;
        struct json_value *to;
    } members[] = {{SLICE("id"), JSON_STRING, &raw->id},         {SLICE("owner"), JSON_STRING, &raw->owner},
                   {SLICE("algorithm"), JSON_STRING, &raw->algorithm}, {SLICE("secret"), JSON_STRING, &raw->secret},
                   {SLICE("public"), JSON_STRING, &raw->public_half},  {SLICE("scopes"), JSON_ARRAY, &raw->scopes},
                   {SLICE("state"), JSON_STRING, &raw->state},   {SLICE("not_before"), JSON_STRING, &raw->not_before},
                   {SLICE("not_after"), JSON_STRING, &raw->not_after}};
    struct slice name;
    struct json_value value;
    if (object.kind != JSON_OBJECT) return refuse(r, "key %u is no object", r->list->n + 1);
    for (size_t at = 0; json_next(object, &at, &name, &value);) {
        size_t i = 0;
        while (i < sizeof members / sizeof *members && !json_name_is(name, members[i].name)) i++;
        if (i == sizeof members / sizeof *members) return refuse(r, "key %u: nothing is known of '%.*s'", r->list->n + 1, SLICE_ARG(name));
        if (value.kind != members[i].kind) return refuse(r, "key %u: '%.*s' is not what it should be", r->list->n + 1, SLICE_ARG(name));
        *members[i].to = value;
    }
    if (!is_set(raw->id) || !is_set(raw->owner) || !is_set(raw->algorithm))
        return refuse(r, "key %u needs 'id', 'owner' and 'algorithm'", r->list->n + 1);
    return 0;
}

/* Characters that need no quotes or escapes anywhere. */
static bool is_name(struct slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        bool is_good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("._-@+", c));
        if (!is_good) return false;
    }
    return s.len > 0;
}

static int take_names(struct reader *r, const struct raw_key *raw, struct entry *e)
{
    struct slice id, owner;
    if (!json_plain(raw->id, &id) || !is_name(id) || id.len > KEY_ID_MAX)
        return refuse(r, "key %u: 'id' must be 1 to %d letters, digits, and . _ - @ +", r->list->n + 1, KEY_ID_MAX);
    if (!json_plain(raw->owner, &owner) || !is_name(owner) || owner.len > KEY_OWNER_MAX)
        return refuse(r, "key '%.*s': 'owner' must be 1 to %d letters, digits, and . _ - @ +", SLICE_ARG(id), KEY_OWNER_MAX);
    if (key_list_find(r->list, id)) return refuse(r, "key '%.*s' stands twice", SLICE_ARG(id));
    memcpy(e->id, id.p, id.len);
    memcpy(e->principal, "key:", 4);
    memcpy(e->principal + 4, owner.p, owner.len);
    e->listed.id = slice_make(e->id, id.len);
    e->listed.principal = slice_make(e->principal, owner.len + 4);
    return 0;
}

static void take_scopes(const struct reader *r, const struct raw_key *raw, struct entry *e)
{
    struct slice none, word;
    struct json_value value;
    for (size_t at = 0; is_set(raw->scopes) && json_next(raw->scopes, &at, &none, &value);) {
        uint32_t bit = value.kind == JSON_STRING && json_plain(value, &word) ? scope_bit(r->names, word) : 0;
        e->listed.scopes |= bit; /* a word that no rule knows counts nothing */
    }
}

static bool read_time(struct json_value v, uint64_t *ns)
{
    struct slice text;
    return !is_set(v) || (json_plain(v, &text) && clock_parse_rfc3339(text.p, text.len, ns) == 0);
}

static int take_state(struct reader *r, const struct raw_key *raw, struct entry *e)
{
    struct slice state = SLICE("active");
    if (is_set(raw->state) && !json_plain(raw->state, &state)) state = SLICE("");
    e->listed.revoked = slice_eq(state, SLICE("revoked"));
    if (!e->listed.revoked && !slice_eq(state, SLICE("active")) && !slice_eq(state, SLICE("verify-only")))
        return refuse(r, "key '%.*s': 'state' must be active, verify-only or revoked", SLICE_ARG(e->listed.id));
    e->listed.not_after_ns = UINT64_MAX;
    if (!read_time(raw->not_before, &e->listed.not_before_ns) || !read_time(raw->not_after, &e->listed.not_after_ns) ||
        e->listed.not_after_ns < e->listed.not_before_ns)
        return refuse(r, "key '%.*s': 'not_before' and 'not_after' must be times as in 2026-02-12T10:30:00Z, in order", SLICE_ARG(e->listed.id));
    return 0;
}

static int take_material(struct reader *r, const struct raw_key *raw, struct entry *e)
{
    char text[KEY_TEXT_MAX];
    const char *why;
    enum key_algorithm a;
    struct slice name;
    if (!json_plain(raw->algorithm, &name) || !key_algorithm_find(name, &a))
        return refuse(r, "key '%.*s': 'algorithm' must be hmac-sha256, ed25519, ecdsa-p256-sha256 or rsa-pss-sha512", SLICE_ARG(e->listed.id));
    struct json_value value = a == KEY_HMAC_SHA256 ? raw->secret : raw->public_half;
    if (!is_set(value) || (is_set(raw->secret) && is_set(raw->public_half)))
        return refuse(r, "key '%.*s' needs '%s', and nothing else of the kind", SLICE_ARG(e->listed.id), a == KEY_HMAC_SHA256 ? "secret" : "public");
    long n = json_unescape(value, text, sizeof text);
    if (n >= 0 && a == KEY_HMAC_SHA256) n = base64_decode(slice_make(text, (size_t)n), text, sizeof text);
    int rc = n < 0 ? -EINVAL : key_new(a, slice_make(text, (size_t)n), &e->listed.key, &why);
    OPENSSL_cleanse(text, sizeof text);
    if (n < 0) return refuse(r, "key '%.*s': the secret is not base64, or the key too long", SLICE_ARG(e->listed.id));
    if (rc < 0) return refuse(r, "key '%.*s': %s", SLICE_ARG(e->listed.id), why);
    return 0;
}

static int take(struct reader *r, struct json_value object)
{
    struct raw_key raw = {0};
    struct key_list *l = r->list;
    struct entry *e = &l->entries[l->n];
    int rc = collect(r, object, &raw);
    if (rc == 0) rc = take_names(r, &raw, e);
    take_scopes(r, &raw, e);
    if (rc == 0) rc = take_state(r, &raw, e);
    if (rc == 0) rc = take_material(r, &raw, e);
    if (rc < 0) return rc;
    e->listed.principal_key = account_key(e->listed.principal);
    table_add(&l->by_id, &e->node, table_hash(&l->by_id, e->listed.id));
    l->n++;
    return 0;
}

static uint32_t count(struct json_value array)
{
    struct slice none;
    struct json_value value;
    uint32_t n = 0;
    for (size_t at = 0; json_next(array, &at, &none, &value);) n++;
    return n;
}

static int read_all(struct reader *r, struct json_value array)
{
    struct slice none;
    struct json_value value;
    for (size_t at = 0; json_next(array, &at, &none, &value);) {
        int rc = take(r, value);
        if (rc < 0) return rc;
    }
    return 0;
}

int key_list_new(struct json_value keys, const struct scope_names *names, struct key_list **out, char *why, size_t why_room)
{
    struct reader r = {.names = names, .why = why, .why_room = why_room};
    struct random random;
    uint32_t n = keys.kind == JSON_ARRAY ? count(keys) : 0;
    if (keys.kind != JSON_ARRAY || n > KEY_LIST_MAX) return refuse(&r, "'keys' must be an array of at most %d keys", KEY_LIST_MAX);
    r.list = calloc(1, sizeof *r.list + n * sizeof *r.list->entries);
    if (!r.list) return -ENOMEM;
    random_seed_from_kernel(&random);
    if (table_init(&r.list->by_id, n ? n : 1, random_u64(&random)) < 0) {
        free(r.list);
        return -ENOMEM;
    }
    int rc = read_all(&r, keys);
    if (rc < 0) {
        key_list_free(r.list);
        return rc;
    }
    *out = r.list;
    return 0;
}

struct key_list *key_list_free(struct key_list *l)
{
    if (!l) return NULL;
    for (uint32_t i = 0; i < l->n; i++) key_free(l->entries[i].listed.key);
    table_deinit(&l->by_id);
    free(l);
    return NULL;
}

uint32_t key_list_count(const struct key_list *l)
{
    return l->n;
}

const struct listed_key *key_list_find(const struct key_list *l, struct slice id)
{
    for (struct table_node *n = table_first(&l->by_id, table_hash(&l->by_id, id)); n; n = table_next(n)) {
        const struct entry *e = container_of(n, struct entry, node);
        if (slice_eq(e->listed.id, id)) return &e->listed;
    }
    return NULL;
}
