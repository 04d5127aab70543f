/* auth.h: who may ask and what of: accounts and policies, a part of the snapshot that access.h describes. Constant once it is made: any
 * thread. */
#ifndef QUERN_FILTERS_AUTH_H
#define QUERN_FILTERS_AUTH_H

#include "base/slice.h"
#include "filters/policy.h"

struct accounts;
struct key_list;
struct oauth_options;
struct oauth_rules;

/* Borrowed while auth_new() runs. */
struct auth_options {
    const char *accounts; /* the accounts file; NULL: none */
    const struct policy_rule *rules;
    uint32_t n_rules;
    const struct oauth_options *oauth; /* NULL: nobody's */
    bool certificates; /* clients may have been asked for some */
    bool clear_credentials; /* they are taken over connections that others may read, too */
    const struct router *router;
};

struct auth {
    struct accounts *accounts; /* never NULL; empty where there is no file */
    struct key_list *keys; /* that requests may be signed with; NULL: none */
    struct policies *policies;
    struct oauth_rules *oauth; /* NULL: no access tokens */
    struct scope_names names;
    bool clear_credentials;
    uint8_t ways; /* AUTH_* that are set up */
    uint64_t serial; /* random: no other snapshot has it */
};

/* Whether the options ask for any of it. */
bool auth_is_wanted(const struct auth_options *o);
/* Reads the accounts file. 0, or -errno with a sentence for an operator in why. */
int auth_new(const struct auth_options *o, struct auth **out, char *why, size_t why_room);
/* A stored password that is checked where nobody has the name: one of those that are stored, and always the same for a name, so that the
 * time it takes tells nothing. */
const char *auth_stand_in(const struct auth *a, struct slice user);
/* NULL is fine. Returns NULL. */
struct auth *auth_free(struct auth *a);

#endif
