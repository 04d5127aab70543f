/* oauth_rules.h: what is asked of access tokens, as a part of the snapshot that access.h describes: whose they must be, and where it is found
 * out: by keys that stand in a file, by keys that are fetched, by asking the issuer. Constant once they are made: any thread. */
#ifndef QUERN_FILTERS_OAUTH_RULES_H
#define QUERN_FILTERS_OAUTH_RULES_H

#include "filters/jwt.h"
#include "outbound/outbound.h"

#define OAUTH_NETWORKS_MAX 16

/* Borrowed while oauth_rules_new() runs. One of the first three at least; of jwks_file and jwks_url at most one. */
struct oauth_options {
    const char *issuer, *audience;
    const char *jwks_file, *jwks_url, *introspection_url;
    const char *client_id, *client_secret_file; /* who asks there */
    const char *authorities;        /* a PEM file: who may vouch for the issuer; NULL: the system's */
    const char *const *allow;       /* networks that may be asked besides the public internet */
    uint32_t n_allow;
    uint32_t refetch_s;             /* KEYS_REFETCH_S */
    bool any_type;
    uint32_t lifetime_max_s;
};

struct oauth_rules {
    struct jwt_rules jwt;
    struct jwks *keys; /* of the file; NULL: none is given */
    struct outbound_peer jwks, introspection; /* url NULL: not given */
    uint32_t refetch_s;
    struct slice authorities; /* the text of the file; .p NULL: not given */
    struct network allowed[OAUTH_NETWORKS_MAX];
};

/* 0, or -errno with a sentence for an operator in why. The server's thread. */
int oauth_rules_new(const struct oauth_options *o, struct oauth_rules **out, char *why, size_t why_room);
struct oauth_rules *oauth_rules_free(struct oauth_rules *r); /* NULL is fine. Returns NULL. */
/* Whether keys come from the same place, and the same are trusted to give them: then those that are there stay good. */
bool oauth_rules_same_keys(const struct oauth_rules *a, const struct oauth_rules *b);

#endif
