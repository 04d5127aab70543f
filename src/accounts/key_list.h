/* key_list.h: the keys that requests may be signed with, as the accounts file has them under "keys" (docs/operations.md):
 *
 *     [{"id": "ci-2026", "owner": "ci", "algorithm": "hmac-sha256", "secret": "<base64>", "scopes": ["jobs:write"]},
 *      {"id": "anna-1", "owner": "anna", "algorithm": "ed25519", "public": "-----BEGIN PUBLIC KEY-----\n...", "scopes": ["admin"],
 *       "state": "active", "not_before": "2026-02-12T00:00:00Z", "not_after": "2027-02-12T00:00:00Z"}]
 *
 * Constant once it is made: any thread. */
#ifndef QUERN_ACCOUNTS_KEY_LIST_H
#define QUERN_ACCOUNTS_KEY_LIST_H

#include "accounts/key.h"
#include "accounts/scope.h"
#include "base/json.h"

#define KEY_LIST_MAX 10000
#define KEY_ID_MAX 128   /* bytes */
#define KEY_OWNER_MAX 64

struct listed_key {
    struct slice id, principal; /* "key:ci"; of the list's memory */
    uint64_t principal_key;     /* of principal, for tables: never 0 */
    uint32_t scopes;
    bool revoked;
    uint64_t not_before_ns, not_after_ns; /* wall; 0 and UINT64_MAX: no bound */
    struct key *key;
};

struct key_list;

/* keys: a checked JSON value. 0; -EINVAL with a sentence in why, or -ENOMEM. Words that are no scopes
 * count nothing. */
int key_list_new(struct json_value keys, const struct scope_names *names, struct key_list **out, char *why, size_t why_room);
struct key_list *key_list_free(struct key_list *l); /* NULL is fine */
uint32_t key_list_count(const struct key_list *l);
const struct listed_key *key_list_find(const struct key_list *l, struct slice id); /* NULL: there is none */

#endif
