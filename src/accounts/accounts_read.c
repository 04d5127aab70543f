/* accounts_read.c: the accounts file's text → struct accounts. See accounts.h. */
#include "accounts/accounts_parts.h"

#include "accounts/password.h"
#include "accounts/token_text.h"
#include "base/base64url.h"
#include "base/clock.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct reader {
    struct slice text;
    const struct scope_names *names;
    struct accounts *a;
    char *why, *unknown;
    size_t why_room;
};

/* at: where in the text. Returns -EINVAL. */
__attribute__((format(printf, 3, 4))) static int refuse(struct reader *r, const char *at, const char *format, ...)
{
    va_list args;
    int n = snprintf(r->why, r->why_room, "line %u: ", json_line(r->text, (size_t)(at - r->text.p)));
    va_start(args, format);
    (void)vsnprintf(r->why + n, r->why_room - (size_t)n, format, args);
    va_end(args);
    return -EINVAL;
}

/* A string's text, with its NUL, among the accounts' own. */
static int keep(struct reader *r, struct json_value v, const char *what, struct slice *out)
{
    struct accounts *a = r->a;
    if (v.kind != JSON_STRING) return refuse(r, v.text.p, "%s must be a string", what);
    char *to = a->texts + a->texts_len;
    long n = json_unescape(v, to, a->texts_room - a->texts_len - 1);
    if (n < 0 || memchr(to, 0, (size_t)n)) return refuse(r, v.text.p, "%s must not hold a zero byte", what);
    to[n] = 0;
    a->texts_len += (size_t)n + 1;
    *out = slice_make(to, (size_t)n);
    return 0;
}

static struct slice keep_principal(struct accounts *a, const char *kind, struct slice name)
{
    char *to = a->texts + a->texts_len;
    int n = snprintf(to, a->texts_room - a->texts_len, "%s%.*s", kind, SLICE_ARG(name));
    a->texts_len += (size_t)n + 1;
    return slice_make(to, (size_t)n);
}

static int read_name(struct reader *r, struct json_value v, const char *what, struct slice *out)
{
    int rc = keep(r, v, what, out);
    if (rc < 0 || account_name_ok(*out)) return rc;
    return refuse(r, v.text.p, "%s must be 1 to %d letters, digits and . _ - @ +", what, ACCOUNT_NAME_MAX);
}

static int read_time(struct reader *r, struct json_value v, const char *what, uint64_t *ns)
{
    struct slice text;
    if (v.kind == JSON_STRING && json_plain(v, &text) && clock_parse_rfc3339(text.p, text.len, ns) == 0) return 0;
    return refuse(r, v.text.p, "%s must be a time such as 2030-01-31T09:00:00Z", what);
}

static int read_scopes(struct reader *r, struct json_value v, uint32_t *mask)
{
    struct slice none, name;
    struct json_value element;
    if (v.kind != JSON_ARRAY) return refuse(r, v.text.p, "scopes must be an array of words");
    for (size_t i = 0; json_next(v, &i, &none, &element);) {
        if (element.kind != JSON_STRING || !json_plain(element, &name) || !scope_name_ok(name))
            return refuse(r, element.text.p, "a scope must be a word such as jobs:read");
        uint32_t bit = scope_bit(r->names, name);
        *mask |= bit;
        if (bit || !r->unknown || r->unknown[0]) continue;
        memcpy(r->unknown, name.p, name.len);
        r->unknown[name.len] = 0;
    }
    return 0;
}

static int read_networks(struct reader *r, struct json_value v, struct account *account)
{
    struct slice none, text;
    struct json_value element;
    struct accounts *a = r->a;
    if (v.kind != JSON_ARRAY) return refuse(r, v.text.p, "networks must be an array such as [\"10.0.0.0/8\"]");
    account->networks = a->networks + a->n_networks;
    for (size_t i = 0; json_next(v, &i, &none, &element); account->n_networks++) {
        if (account->n_networks == ACCOUNT_NETWORKS_MAX)
            return refuse(r, element.text.p, "more than %d networks", ACCOUNT_NETWORKS_MAX);
        if (element.kind != JSON_STRING || !json_plain(element, &text) || !network_parse(text, &a->networks[a->n_networks]))
            return refuse(r, element.text.p, "a network must be one such as 10.0.0.0/8 or 2001:db8::/32");
        a->n_networks++;
    }
    if (account->n_networks == 0) return refuse(r, v.text.p, "networks must not be empty: nobody could use it");
    return 0;
}

/* ---- users ---- */

static int read_password(struct reader *r, struct json_value v, struct account_user *u)
{
    struct slice text = {0};
    int rc = keep(r, v, "password", &text);
    if (rc < 0) return rc;
    u->password = text.p;
    switch (password_form(text.p)) {
    case PASSWORD_GOOD: return 0;
    case PASSWORD_WEAK: u->weak = true; return 0;
    case PASSWORD_BAD: break;
    }
    return refuse(r, v.text.p, "password must be the PHC form of Argon2id, as quern user passwd writes it");
}

static int read_user_member(struct reader *r, struct account_user *u, struct slice name, struct json_value v)
{
    uint64_t created_ns;
    if (json_name_is(name, SLICE("name"))) return read_name(r, v, "name", &u->name);
    if (json_name_is(name, SLICE("password"))) return read_password(r, v, u);
    if (json_name_is(name, SLICE("scopes"))) return read_scopes(r, v, &u->account.scopes);
    if (json_name_is(name, SLICE("networks"))) return read_networks(r, v, &u->account);
    if (json_name_is(name, SLICE("created"))) return read_time(r, v, "created", &created_ns);
    return refuse(r, name.p, "unknown member '%.*s' of a user", SLICE_ARG(name));
}

static int read_user(struct reader *r, struct json_value v, struct account_user *u)
{
    struct accounts *a = r->a;
    int rc = 0;
    struct slice name;
    struct json_value member;
    for (size_t i = 0; rc == 0 && json_next(v, &i, &name, &member);) rc = read_user_member(r, u, name, member);
    if (rc < 0) return rc;
    if (!u->name.p || !u->password) return refuse(r, v.text.p, "a user needs a name and a password");
    if (accounts_user(a, u->name)) return refuse(r, v.text.p, "the user %s stands twice", u->name.p);
    u->account.principal = keep_principal(a, "user:", u->name);
    u->account.key = account_key(u->account.principal);
    table_add(&a->users_by_name, &u->node, table_hash(&a->users_by_name, u->name));
    return 0;
}

/* ---- tokens ---- */

static int read_id(struct reader *r, struct json_value v, struct slice *id)
{
    int rc = keep(r, v, "id", id);
    if (rc < 0 || token_id_ok(*id)) return rc;
    return refuse(r, v.text.p, "id must be %d letters and digits", TOKEN_ID_CHARS);
}

static int read_digest(struct reader *r, struct json_value v, uint8_t digest[SHA256_BYTES])
{
    struct slice text;
    if (v.kind == JSON_STRING && json_plain(v, &text) && base64url_decode(text, digest, SHA256_BYTES) == SHA256_BYTES) return 0;
    return refuse(r, v.text.p, "digest must be a SHA-256 in base64url, 43 characters");
}

static int read_token_member(struct reader *r, struct account_token *t, struct slice name, struct json_value v)
{
    if (json_name_is(name, SLICE("id"))) return read_id(r, v, &t->id);
    if (json_name_is(name, SLICE("owner"))) return read_name(r, v, "owner", &t->owner);
    if (json_name_is(name, SLICE("digest"))) return read_digest(r, v, t->digest);
    if (json_name_is(name, SLICE("scopes"))) return read_scopes(r, v, &t->account.scopes);
    if (json_name_is(name, SLICE("networks"))) return read_networks(r, v, &t->account);
    if (json_name_is(name, SLICE("created"))) return read_time(r, v, "created", &t->created_ns);
    if (json_name_is(name, SLICE("expires"))) return read_time(r, v, "expires", &t->expires_ns);
    return refuse(r, name.p, "unknown member '%.*s' of a token", SLICE_ARG(name));
}

static int read_token(struct reader *r, struct json_value v, struct account_token *t)
{
    struct accounts *a = r->a;
    static const uint8_t none[SHA256_BYTES];
    int rc = 0;
    struct slice name;
    struct json_value member;
    t->expires_ns = UINT64_MAX;
    for (size_t i = 0; rc == 0 && json_next(v, &i, &name, &member);) rc = read_token_member(r, t, name, member);
    if (rc < 0) return rc;
    if (!t->id.p || !t->owner.p || memcmp(t->digest, none, sizeof none) == 0)
        return refuse(r, v.text.p, "a token needs an id, an owner and a digest");
    if (accounts_token(a, t->id)) return refuse(r, v.text.p, "the token %s stands twice", t->id.p);
    t->account.principal = keep_principal(a, "token:", t->owner);
    t->account.key = account_key(t->account.principal);
    table_add(&a->tokens_by_id, &t->node, table_hash(&a->tokens_by_id, t->id));
    return 0;
}

/* ---- certificates ---- */

static int read_certificate_name(struct reader *r, struct json_value v, struct slice *out)
{
    int rc = keep(r, v, "name", out);
    if (rc < 0 || account_certificate_ok(*out)) return rc;
    return refuse(r, v.text.p, "name must be 1 to %d letters, digits and . _ - @ + : / %% ~", ACCOUNT_CERTIFICATE_MAX);
}

static int read_certificate_member(struct reader *r, struct account_certificate *c, struct slice name, struct json_value v)
{
    uint64_t created_ns;
    if (json_name_is(name, SLICE("name"))) return read_certificate_name(r, v, &c->name);
    if (json_name_is(name, SLICE("scopes"))) return read_scopes(r, v, &c->account.scopes);
    if (json_name_is(name, SLICE("networks"))) return read_networks(r, v, &c->account);
    if (json_name_is(name, SLICE("created"))) return read_time(r, v, "created", &created_ns);
    return refuse(r, name.p, "unknown member '%.*s' of a certificate", SLICE_ARG(name));
}

static int read_certificate(struct reader *r, struct json_value v, struct account_certificate *c)
{
    struct accounts *a = r->a;
    int rc = 0;
    struct slice name;
    struct json_value member;
    for (size_t i = 0; rc == 0 && json_next(v, &i, &name, &member);) rc = read_certificate_member(r, c, name, member);
    if (rc < 0) return rc;
    if (!c->name.p) return refuse(r, v.text.p, "a certificate needs a name");
    if (accounts_certificate(a, c->name)) return refuse(r, v.text.p, "the certificate %s stands twice", c->name.p);
    c->account.principal = keep_principal(a, "cert:", c->name);
    c->account.key = account_key(c->account.principal);
    table_add(&a->certificates_by_name, &c->node, table_hash(&a->certificates_by_name, c->name));
    return 0;
}

/* ---- the whole ---- */

static int count(struct reader *r, struct json_value array, const char *what, uint32_t *n)
{
    struct slice none;
    struct json_value element;
    if (array.kind != JSON_ARRAY) return refuse(r, array.text.p, "%s must be an array of objects", what);
    for (size_t i = 0; json_next(array, &i, &none, &element); ++*n)
        if (element.kind != JSON_OBJECT) return refuse(r, element.text.p, "%s must be an array of objects", what);
    return 0;
}

static int read_users(struct reader *r, struct json_value array)
{
    struct accounts *a = r->a;
    struct slice none;
    struct json_value element;
    uint32_t n = 0;
    int rc = count(r, array, "users", &n);
    if (rc == 0) rc = accounts_room_for_users(a, n);
    for (size_t i = 0; rc == 0 && json_next(array, &i, &none, &element);) rc = read_user(r, element, &a->users[a->n_users++]);
    return rc;
}

static int read_tokens(struct reader *r, struct json_value array)
{
    struct accounts *a = r->a;
    struct slice none;
    struct json_value element;
    uint32_t n = 0;
    int rc = count(r, array, "tokens", &n);
    if (rc == 0) rc = accounts_room_for_tokens(a, n);
    for (size_t i = 0; rc == 0 && json_next(array, &i, &none, &element);) rc = read_token(r, element, &a->tokens[a->n_tokens++]);
    return rc;
}

static int read_certificates(struct reader *r, struct json_value array)
{
    struct accounts *a = r->a;
    struct slice none;
    struct json_value element;
    uint32_t n = 0;
    int rc = count(r, array, "certificates", &n);
    if (rc == 0) rc = accounts_room_for_certificates(a, n);
    for (size_t i = 0; rc == 0 && json_next(array, &i, &none, &element);) rc = read_certificate(r, element, &a->certificates[a->n_certificates++]);
    return rc;
}

/* Whoever verifies signatures reads them out of a copy. */
static int read_keys(struct reader *r, struct json_value array)
{
    uint32_t n = 0;
    int rc = count(r, array, "keys", &n);
    if (rc < 0) return rc;
    char *copy = malloc(array.text.len);
    if (!copy) return -ENOMEM;
    memcpy(copy, array.text.p, array.text.len);
    r->a->keys_text = slice_make(copy, array.text.len);
    r->a->keys = (struct json_value){JSON_ARRAY, r->a->keys_text};
    return 0;
}

static int read_all(struct reader *r, struct json_value top)
{
    struct json_value users = {JSON_ARRAY, SLICE("[]")}, tokens = users, certificates = users, keys = {0};
    struct slice name;
    struct json_value v;
    if (top.kind != JSON_OBJECT) return refuse(r, top.text.p, "the file must be a JSON object");
    for (size_t i = 0; json_next(top, &i, &name, &v);) {
        if (json_name_is(name, SLICE("users"))) users = v;
        else if (json_name_is(name, SLICE("tokens"))) tokens = v;
        else if (json_name_is(name, SLICE("certificates"))) certificates = v;
        else if (json_name_is(name, SLICE("keys"))) keys = v;
        else return refuse(r, name.p, "unknown member '%.*s'", SLICE_ARG(name));
    }
    int rc = read_users(r, users);
    if (rc == 0) rc = read_tokens(r, tokens);
    if (rc == 0) rc = read_certificates(r, certificates);
    if (rc == 0 && keys.text.p) rc = read_keys(r, keys);
    return rc;
}

/* Room for all strings, each with a NUL and, of names, once more with "token:" before it: a string has two quotes, and a colon and a
 * name of a member before it; so twice the text is enough. */
static int make_room(struct accounts *a, struct slice text)
{
    a->texts_room = 2 * text.len + 64;
    a->texts = malloc(a->texts_room);
    a->networks = calloc(text.len / 4 + 1, sizeof *a->networks); /* the shortest is "::", with its quotes */
    return a->texts && a->networks ? 0 : -ENOMEM;
}

int accounts_read(struct slice text, const struct scope_names *names, struct accounts **out, char *why, size_t why_room,
                  char unknown[SCOPE_NAME_MAX + 1])
{
    struct reader r = {.text = text, .names = names, .why = why, .why_room = why_room, .unknown = unknown};
    struct json_value top;
    size_t at;
    if (unknown) unknown[0] = 0;
    (void)snprintf(why, why_room, "out of memory");
    enum json_error e = json_check(text, &top, &at);
    if (e) return refuse(&r, text.p + at, "%s", json_error_text(e));
    r.a = calloc(1, sizeof *r.a);
    if (!r.a) return -ENOMEM;
    int rc = make_room(r.a, text);
    if (rc == 0) rc = read_all(&r, top);
    if (rc == 0) *out = r.a;
    else accounts_free(r.a);
    return rc;
}
