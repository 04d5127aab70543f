/* jwt.h: is this an access token (RFC 9068) that an issuer has made for us? By the rules of RFC 8725: the key decides the algorithm, every claim
 * is checked, what is not understood is refused. Pure functions; any thread, but not a ring's: tens of microseconds. */
#ifndef QUERN_FILTERS_JWT_H
#define QUERN_FILTERS_JWT_H

#include "accounts/scope.h"
#include "filters/jwk.h"

#define JWT_BYTES_MAX 8192u
#define JWT_SUBJECT_MAX 128u
#define JWT_LEEWAY_S 60u

/* Constant. */
struct jwt_rules {
    const char *issuer, *audience;
    bool any_type;           /* for issuers of before RFC 9068: typ may be anything, client_id, jti and iat may be missing */
    uint32_t lifetime_max_s; /* from iat to exp */
};

enum jwt_outcome { JWT_GOOD, JWT_WRONG /* a peer is not told why */, JWT_EXPIRED };

struct jwt_claims {
    char subject[JWT_SUBJECT_MAX]; /* subject_len bytes, printable ASCII */
    size_t subject_len;
    bool is_client; /* no user's: the subject is a client's name */
    uint32_t scopes;
    uint64_t expires_s; /* since 1970 */
};

/* Which key it names; what does not name one that is there is JWT_WRONG by jwt_check(), too. keys NULL: there are none. Its signature is
 * not looked at: microseconds, any thread. */
enum jwt_names { JWT_NAMES_NOTHING /* it has not the form of one */, JWT_NAMES_OTHER, JWT_NAMES_KEY };
enum jwt_names jwt_names(const struct jwks *keys, struct slice token);
enum jwt_outcome jwt_check(const struct jwt_rules *rules, const struct jwks *keys, const struct scope_names *names, struct slice token,
                           uint64_t now_s, struct jwt_claims *out);

#endif
