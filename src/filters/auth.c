/* auth.c: see auth.h. */
#include "filters/auth.h"

#include "accounts/accounts.h"
#include "accounts/key_list.h"
#include "base/log.h"
#include "base/random.h"
#include "base/sha256.h"
#include "filters/oauth_rules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

bool auth_is_wanted(const struct auth_options *o)
{
    return o->accounts || o->oauth || o->n_rules;
}

static int read_accounts(struct auth *a, const char *path, char *why, size_t why_room)
{
    struct slice text = SLICE("{}");
    char sentence[256], unknown[SCOPE_NAME_MAX + 1];
    int rc = path ? accounts_load(path, &text, why, why_room) : 0;
    if (rc < 0) return rc;
    rc = accounts_read(text, &a->names, &a->accounts, sentence, sizeof sentence, unknown);
    if (path) accounts_wipe(text);
    if (rc < 0) (void)snprintf(why, why_room, "%s: %s", path ? path : "accounts", sentence);
    else if (unknown[0]) log_warn("accounts.scope_unknown", "scope=%s effect=\"no rule asks for it\"", unknown);
    return rc;
}

/* Which: by a hash that nobody outside knows, for the first stored password is in it. */
const char *auth_stand_in(const struct auth *a, struct slice user)
{
    uint8_t digest[SHA256_BYTES];
    uint64_t at;
    uint32_t n = accounts_users(a->accounts);
    if (n == 0) return "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$k9ohroejZy1PN5E1SbHNPug6vB8eQAahb5SOAp6iGF4";
    const struct slice parts[] = {slice_str(accounts_user_at(a->accounts, 0)->password), user};
    sha256(parts, 2, digest);
    memcpy(&at, digest, sizeof at);
    return accounts_user_at(a->accounts, (uint32_t)(at % n))->password;
}

static int read_signing_keys(struct auth *a, const char *path, char *why, size_t why_room)
{
    struct json_value keys;
    char sentence[256] = "out of memory";
    if (!accounts_keys(a->accounts, &keys)) return 0;
    int rc = key_list_new(keys, &a->names, &a->keys, sentence, sizeof sentence);
    if (rc < 0) (void)snprintf(why, why_room, "%s: %s", path ? path : "accounts", sentence);
    return rc;
}

static int make_policies(struct auth *a, const struct auth_options *o, char *why, size_t why_room)
{
    char sentence[256] = "out of memory";
    unsigned line;
    int rc = policies_new(o->rules, o->n_rules, a->ways, o->router, &a->names, &a->policies, &line, sentence, sizeof sentence);
    if (rc < 0 && line) (void)snprintf(why, why_room, "line %u: key 'access': %s", line, sentence);
    else if (rc < 0) (void)snprintf(why, why_room, "key 'access': %s", sentence);
    return rc;
}

static int fill(struct auth *a, const struct auth_options *o, char *why, size_t why_room)
{
    if (o->accounts) a->ways |= AUTH_BASIC | AUTH_TOKEN | AUTH_SIGNATURE;
    if (o->accounts && o->certificates) a->ways |= AUTH_CERTIFICATE;
    if (o->oauth) a->ways |= AUTH_OAUTH;
    (void)snprintf(why, why_room, "the key 'access' needs 'accounts' or 'oauth': nobody could ask for anything");
    if (!a->ways) return -EINVAL;
    int rc = make_policies(a, o, why, why_room);
    if (rc == 0) rc = read_accounts(a, o->accounts, why, why_room); /* after the rules: they may have words of their own */
    if (rc == 0 && o->oauth) rc = oauth_rules_new(o->oauth, &a->oauth, why, why_room);
    if (rc < 0) return rc;
    a->clear_credentials = o->clear_credentials;
    random_secret(&a->serial, sizeof a->serial);
    return read_signing_keys(a, o->accounts, why, why_room);
}

int auth_new(const struct auth_options *o, struct auth **out, char *why, size_t why_room)
{
    struct auth *a = calloc(1, sizeof *a);
    (void)snprintf(why, why_room, "out of memory");
    if (!a) return -ENOMEM;
    int rc = fill(a, o, why, why_room);
    if (rc < 0) auth_free(a);
    else *out = a;
    return rc;
}

struct auth *auth_free(struct auth *a)
{
    if (!a) return NULL;
    policies_free(a->policies);
    oauth_rules_free(a->oauth);
    key_list_free(a->keys);
    accounts_free(a->accounts);
    free(a);
    return NULL;
}
