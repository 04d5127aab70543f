/* policy.h: what each route asks of its callers: how they may say who they are, and what they must be allowed to do. Made from the
 * operator's rules and from defaults, once per snapshot, constant afterwards: any thread.
 *
 * Rules and routes are compared by the route's pattern ("/ojs/v1/jobs/<uuid:id>"), never by a request's path: there is nothing to
 * encode differently. */
#ifndef QUERN_FILTERS_POLICY_H
#define QUERN_FILTERS_POLICY_H

#include "accounts/scope.h"
#include "http/exchange.h"

#define POLICY_RULES_MAX 128

/* How a caller says who it is. */
#define AUTH_BASIC 1u     /* RFC 7617 */
#define AUTH_TOKEN 2u     /* an API token, as Bearer */
#define AUTH_OAUTH 4u     /* an access token of an issuer, as Bearer */
#define AUTH_SIGNATURE 8u /* RFC 9421 */
#define AUTH_CERTIFICATE 16u /* of a client, shown to its connection: certificate.h */
#define AUTH_WAYS 5u
/* "basic", "token", "oauth", "signature", "certificate"; 0: none of them. */
uint8_t auth_way(struct slice word);

struct policy {
    uint8_t with;    /* AUTH_*; 0: open to everybody */
    uint32_t scopes; /* all of them are needed */
};

/* One element of the key "access". Borrowed while policies_new() runs. */
struct policy_rule {
    const char *path;    /* a route's pattern, or the beginning of some with a star behind it: "/ojs/v1/queues*" */
    const char *methods; /* "GET,POST"; NULL: all */
    const char *with;    /* "basic,token", or "nobody": open; NULL: every way that is set up */
    const char *scopes;  /* "jobs:read,jobs:write", "": none; NULL: the route's own */
    unsigned line;       /* in the file */
};

struct policies;
/* all_ways: AUTH_* that are set up. The first rule that fits a route's method is its policy; where none fits, all ways and the route's own
 * scopes are. names takes in new words. 0, -ENOMEM, or -EINVAL with a sentence in why; *line: of the rule. */
int policies_new(const struct policy_rule *rules, uint32_t n, uint8_t all_ways, const struct router *router, struct scope_names *names,
                 struct policies **out, unsigned *line, char *why, size_t why_room);
struct policies *policies_free(struct policies *p);
/* NULL: no route was found, or one that is open. */
const struct policy *policy_of(const struct policies *p, const struct exchange *x);
/* The scopes of a built-in route or, for one of the configuration, jobs:write. */
uint32_t policy_default_scopes(struct slice pattern, enum method method);

/* Field lines that say what a route takes: WWW-Authenticate, one line per scheme. error: of RFC 6750 §3, or NULL; scopes: for
 * insufficient_scope, or 0. Returns the length. */
#define POLICY_CHALLENGE_BYTES 768
size_t policy_challenge(const struct policy *p, const struct scope_names *names, const char *error, uint32_t scopes,
                        char out[POLICY_CHALLENGE_BYTES]);

#endif
