/* claims.h: what an issuer says of a token, in a JSON object: the claims of a JWT (RFC 7519) and the answer of an introspection (RFC 7662) have
 * the same members. Pure functions; any thread. */
#ifndef QUERN_FILTERS_CLAIMS_H
#define QUERN_FILTERS_CLAIMS_H

#include "base/json.h"
#include "filters/jwt.h"

bool claims_have(struct json_value claims, const char *name);
/* NumericDate (RFC 7519 §2), in seconds; missing where it is not there. False: it must be and is not, or is no date. */
bool claims_date(struct json_value claims, const char *name, bool must, double missing, double *out);
/* Whether "aud" is this, or has it among others. */
bool claims_are_for(struct json_value claims, struct slice audience);
/* Takes the subject from that member: printable, without blanks, at most JWT_SUBJECT_MAX bytes. */
bool claims_take_subject(struct json_value claims, const char *name, struct jwt_claims *out);
/* Takes the scopes; false: "scope" is there and is no string. */
bool claims_take_scopes(struct json_value claims, const struct scope_names *names, struct jwt_claims *out);

#endif
