/* accounts.h: who may ask: the accounts file, read. JSON (docs/operations.md, "Accounts"):
 *
 *     {"users":  [{"name": "anna", "password": "$argon2id$...", "scopes": ["jobs:read"], "created": "2026-02-12T10:30:00Z"}],
 *      "tokens": [{"id": "k3m9...", "owner": "ci", "digest": "<SHA-256 of the secret, base64url>", "scopes": ["jobs:write"],
 *                  "networks": ["10.0.0.0/8"], "created": "...", "expires": "..."}],
 *      "certificates": [{"name": "worker-7.example", "scopes": ["jobs:work"], "networks": ["10.0.0.0/8"], "created": "..."}],
 *      "keys":   [...]}
 *
 * Strict: a member that is not known is an error. Constant once it is made: any thread. */
#ifndef QUERN_ACCOUNTS_ACCOUNTS_H
#define QUERN_ACCOUNTS_ACCOUNTS_H

#include "accounts/scope.h"
#include "base/ip.h"
#include "base/json.h"
#include "base/sha256.h"
#include "base/table.h"

#define ACCOUNTS_BYTES_MAX (16u << 20)
#define ACCOUNT_NAME_MAX 64       /* bytes of a user's or owner's name */
#define ACCOUNT_CERTIFICATE_MAX 255 /* of the name in a certificate */
#define ACCOUNT_NETWORKS_MAX 32
#define ACCOUNT_TOKENS_PER_OWNER 2 /* that are good at once: one to use, one to come */

/* Who a request is taken for: what all kinds of accounts have. Texts are the accounts'. */
struct account {
    struct slice principal; /* "user:anna", "token:ci" */
    uint64_t key;           /* of principal, for tables: never 0 */
    uint32_t scopes;
    const struct network *networks; /* from where; none: from everywhere */
    uint32_t n_networks;
};

struct account_user {
    struct table_node node;
    struct account account;
    struct slice name;
    const char *password; /* as password.h stores it; not PASSWORD_BAD */
    bool weak;            /* PASSWORD_WEAK */
};

struct account_token {
    struct table_node node;
    struct account account;
    struct slice id, owner;
    uint8_t digest[SHA256_BYTES];
    uint64_t created_ns, expires_ns; /* wall; UINT64_MAX: never */
};

/* Of clients that show one: by the name in it that the server goes by. */
struct account_certificate {
    struct table_node node;
    struct account account; /* "cert:worker-7.example" */
    struct slice name;
};

struct accounts;

/* 0; -EINVAL with a sentence in why that has the line, or -ENOMEM. text is copied and may go. names: words that are not in there count
 * nothing; unknown (may be NULL) gets the first of them, empty when there is none. */
int accounts_read(struct slice text, const struct scope_names *names, struct accounts **out, char *why, size_t why_room,
                  char unknown[SCOPE_NAME_MAX + 1]);
/* Wipes what it held. NULL is fine. Returns NULL. */
struct accounts *accounts_free(struct accounts *a);
const struct account_user *accounts_user(const struct accounts *a, struct slice name);  /* NULL: there is none */
const struct account_token *accounts_token(const struct accounts *a, struct slice id); /* NULL: there is none */
const struct account *accounts_certificate(const struct accounts *a, struct slice name); /* NULL: there is none */
uint32_t accounts_users(const struct accounts *a);
uint32_t accounts_tokens(const struct accounts *a);
/* The i-th in the order of the file. */
const struct account_user *accounts_user_at(const struct accounts *a, uint32_t i);
const struct account_token *accounts_token_at(const struct accounts *a, uint32_t i);
/* The value of "keys", for whoever verifies signatures: a checked array. False: there is none. */
bool accounts_keys(const struct accounts *a, struct json_value *keys);

/* False: not from there. An address that is not known is in no network. */
bool account_is_from(const struct account *a, const struct ip *from);
/* A key for tables, from a principal's name. Never 0. */
uint64_t account_key(struct slice principal);
/* 1 to ACCOUNT_NAME_MAX bytes of letters, digits, and . _ - @ +, so that a name needs no quotes anywhere. */
bool account_name_ok(struct slice name);
/* The same with : / % ~ besides, up to ACCOUNT_CERTIFICATE_MAX: names of hosts, URIs. */
bool account_certificate_ok(struct slice name);

/* ---- the file ---- */

/* Reads path: a plain file that only its owner may read or write (mode 0600 or less), at most ACCOUNTS_BYTES_MAX. *text is on the heap,
 * for accounts_wipe(). 0 or -errno with a sentence in why. */
int accounts_load(const char *path, struct slice *text, char *why, size_t why_room);
/* The same of a file that others may read, of at most bytes_max: public keys. */
int accounts_load_public(const char *path, size_t bytes_max, struct slice *text, char *why, size_t why_room);
void accounts_wipe(struct slice text);

#endif
