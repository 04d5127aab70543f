/* access_steps.h: what the tests of access share: a configuration that changes, and statuses. */
#ifndef QUERN_TESTS_WIRE_ACCESS_STEPS_H
#define QUERN_TESTS_WIRE_ACCESS_STEPS_H

#include "wire.h"

#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Puts it in the place of quern.json. */
void access_write_config(const struct server *s, const char *text);
/* The configuration is another one from when this returns on, on all shards: each has taken it when it answers a scrape that was
 * asked for after the log line. n: for how many times it is said that it was taken. */
void access_reload(const struct server *s, const char *text, unsigned n);
/* Of a request without a body; headers: lines, with Host. */
int access_status_of(struct client *c, const char *method, const char *path, const char *headers);
/* A request on a connection of its own gets that status; headers: lines besides, or NULL. */
void access_expect_status(int port, const char *method, const char *path, const char *headers, int status);

#endif
