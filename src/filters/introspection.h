/* introspection.h: asking an issuer what a token is (RFC 7662): the form that is sent, and what its answer says. Pure functions; any
 * thread. */
#ifndef QUERN_FILTERS_INTROSPECTION_H
#define QUERN_FILTERS_INTROSPECTION_H

#include "filters/jwt.h"

#define INTROSPECTION_FORM_BYTES (JWT_BYTES_MAX * 3 + 64)

/* token=…&token_type_hint=access_token. Returns the length. token: at most JWT_BYTES_MAX bytes. */
size_t introspection_form(struct slice token, char out[INTROSPECTION_FORM_BYTES]);
/* False: this is no answer of that kind, so nothing is known of the token. The audience must be ours (with any_type it may be missing);
 * issuer, kind and dates need not be said, but what is said must fit. A subject, or else a client, must be named. */
bool introspection_read(const struct jwt_rules *rules, const struct scope_names *names, struct slice body, uint64_t now_s,
                        enum jwt_outcome *outcome, struct jwt_claims *out);

#endif
