/* auth_steps.h: what the tests of authentication share: an accounts file, and API tokens that are known beforehand. */
#ifndef QUERN_TESTS_WIRE_AUTH_STEPS_H
#define QUERN_TESTS_WIRE_AUTH_STEPS_H

#include "wire.h"

/* Tokens of ids abcdefghijk0 … 4, whose secrets are 32 bytes of that number. */
extern const char *const auth_tokens[5];
/* What the accounts file of auth_up() says of them:
 *     0 ci: jobs:read jobs:write      1 reader: jobs:read     2 root: admin
 *     3 old: admin, expired           4 elsewhere: admin, from 10.0.0.0/8 only
 * and of users: anna, password "correct horse", jobs:read jobs:write queues:admin. */
extern const char auth_accounts[];

/* Starts a server with this configuration and, in its folder, this accounts file ("accounts.json", mode 0600). */
void auth_up(struct server *s, const char *config, const char *accounts, const char *const *extra_args);
void auth_write(const struct server *s, const char *name, const char *text, unsigned mode);
/* SIGHUP, and waits until all shards have taken it n times since the start. */
void auth_reload(struct server *s, unsigned n);

/* The status of one request; credentials: the value of Authorization, or NULL. On a connection of its own. */
int auth_status(const struct server *s, const char *method, const char *path, const char *credentials);
/* The same; the reply is the caller's. */
struct reply auth_ask(const struct server *s, const char *method, const char *path, const char *credentials, const char *body);
/* "Bearer …" of auth_tokens[i]. The text stays until four others have been asked for. */
const char *auth_bearer(int i);

#endif
