/* issuer_steps.h: what the tests of an issuer that is asked share: a server that asks it, and tokens. */
#ifndef QUERN_TESTS_WIRE_ISSUER_STEPS_H
#define QUERN_TESTS_WIRE_ISSUER_STEPS_H

#include "auth_steps.h"
#include "issuer.h"

#define JOBS "/ojs/v1/jobs"
#define OPAQUE "Bearer c29tZS1vcGFxdWUtdG9rZW4+/=="
/* A good form of a token whose key nobody has. */
#define STRANGE "Bearer eyJ0eXAiOiAiYXQrand0IiwgImFsZyI6ICJFUzI1NiIsICJraWQiOiAibm9ib2R5In0.e30.AA"
#define OTHER_KEYS "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}"
/* An answer about a token. */
#define ANNA "{\"active\": true, \"aud\": \"https://jobs.test\", \"sub\": \"anna\", \"scope\": \"jobs:read\", \"exp\": 4102444800}"

/* Of the key "oauth": where keys or answers come from, and who may be asked. %d: the issuer's port. */
#define KEYS "\"jwks_url\": \"https://localhost:%d/keys\""
#define ASKING "\"introspection_url\": \"https://localhost:%d/ask\", \"client_id\": \"quern+1\", \"client_secret_file\": \"secret\""
#define TRUSTED ", \"authorities\": \"localhost.pem\", \"allow\": [\"127.0.0.1\"]"

/* source: KEYS, ASKING or keys in a file; more: of the same key, with a comma before it. */
void issuer_write_config(const struct server *s, const char *source, int port, const char *more);
/* A folder with what a server needs, and an issuer. */
void issuer_prepare(struct server *s, struct issuer *i);
/* The server, on two shards; and both are ended. */
void issuer_up(struct server *s, const char *source, int port, const char *more);
void issuer_down(struct server *s, struct issuer *i);
/* Asks until the status is that one; what came before is said. */
void issuer_await_status(const struct server *s, const char *credentials, int status);
void issuer_await_metric(const struct server *s, const char *name, long value);

#endif
