/* accounts.c: see accounts.h. Reading is in accounts_read.c. */
#include "accounts/accounts_parts.h"

#include "base/random.h"

#include <errno.h>
#include <stdlib.h>

struct accounts *accounts_free(struct accounts *a)
{
    if (!a) return NULL;
    table_deinit(&a->users_by_name);
    table_deinit(&a->tokens_by_id);
    table_deinit(&a->certificates_by_name);
    free(a->users);
    free(a->tokens);
    free(a->certificates);
    free(a->networks);
    accounts_wipe(slice_make(a->texts, a->texts_room));
    accounts_wipe(a->keys_text);
    free(a);
    return NULL;
}

static int make_table(struct table *t, uint32_t n)
{
    if (table_init(t, n + 1, 0) < 0) return -ENOMEM;
    random_secret(&t->seed, sizeof t->seed);
    return 0;
}

int accounts_room_for_users(struct accounts *a, uint32_t n)
{
    a->users = calloc(n + 1, sizeof *a->users);
    return a->users ? make_table(&a->users_by_name, n) : -ENOMEM;
}

int accounts_room_for_tokens(struct accounts *a, uint32_t n)
{
    a->tokens = calloc(n + 1, sizeof *a->tokens);
    return a->tokens ? make_table(&a->tokens_by_id, n) : -ENOMEM;
}

int accounts_room_for_certificates(struct accounts *a, uint32_t n)
{
    a->certificates = calloc(n + 1, sizeof *a->certificates);
    return a->certificates ? make_table(&a->certificates_by_name, n) : -ENOMEM;
}

void accounts_wipe(struct slice text)
{
    if (text.p) explicit_bzero((char *)text.p, text.len);
    free((char *)text.p);
}

const struct account_user *accounts_user(const struct accounts *a, struct slice name)
{
    const struct table *t = &a->users_by_name;
    for (struct table_node *n = table_first(t, table_hash(t, name)); n; n = table_next(n)) {
        const struct account_user *u = (const struct account_user *)(void *)n;
        if (slice_eq(u->name, name)) return u;
    }
    return NULL;
}

const struct account_token *accounts_token(const struct accounts *a, struct slice id)
{
    const struct table *t = &a->tokens_by_id;
    for (struct table_node *n = table_first(t, table_hash(t, id)); n; n = table_next(n)) {
        const struct account_token *token = (const struct account_token *)(void *)n;
        if (slice_eq(token->id, id)) return token;
    }
    return NULL;
}

const struct account *accounts_certificate(const struct accounts *a, struct slice name)
{
    const struct table *t = &a->certificates_by_name;
    for (struct table_node *n = table_first(t, table_hash(t, name)); n; n = table_next(n)) {
        const struct account_certificate *c = (const struct account_certificate *)(void *)n;
        if (slice_eq(c->name, name)) return &c->account;
    }
    return NULL;
}

uint32_t accounts_users(const struct accounts *a)
{
    return a->n_users;
}

uint32_t accounts_tokens(const struct accounts *a)
{
    return a->n_tokens;
}

const struct account_user *accounts_user_at(const struct accounts *a, uint32_t i)
{
    return &a->users[i];
}

const struct account_token *accounts_token_at(const struct accounts *a, uint32_t i)
{
    return &a->tokens[i];
}

bool accounts_keys(const struct accounts *a, struct json_value *keys)
{
    *keys = a->keys;
    return a->keys_text.p != NULL;
}

bool account_is_from(const struct account *a, const struct ip *from)
{
    return a->n_networks == 0 || networks_have(a->networks, a->n_networks, from);
}

uint64_t account_key(struct slice principal)
{
    uint8_t digest[SHA256_BYTES];
    uint64_t key;
    sha256(&principal, 1, digest);
    memcpy(&key, digest, sizeof key);
    return key ? key : 1;
}

/* 1 to max letters, digits and some others. */
static bool is_made_of(struct slice name, const char *others, size_t max)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = slice_lower(name.p[i]);
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && (c == 0 || !strchr(others, c))) return false;
    }
    return name.len > 0 && name.len <= max;
}

bool account_name_ok(struct slice name)
{
    return is_made_of(name, "._-@+", ACCOUNT_NAME_MAX);
}

bool account_certificate_ok(struct slice name)
{
    return is_made_of(name, "._-@+:/%~", ACCOUNT_CERTIFICATE_MAX);
}
