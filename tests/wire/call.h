/* call.h: what the tests of calls, own routes, shipped job types, start and stop share: plugins, calls with any bytes, problem
 * documents, and waiting for a number that the server tells. */
#ifndef QUERN_TESTS_WIRE_CALL_H
#define QUERN_TESTS_WIRE_CALL_H

#include "wire.h"

#include <cjson/cJSON.h>

#define ONE_WORKER                              \
    (const char *const[])                       \
    {                                           \
        "--shards", "1", "--workers", "1", NULL \
    }
#define FOUR_WORKERS                            \
    (const char *const[])                       \
    {                                           \
        "--shards", "2", "--workers", "4", NULL \
    }

/* Absolute path of a plugin of the tests (build/KIND/tests/NAME.so) or of one that ships (build/KIND/plugins/NAME.so). The text
 * stays until four others have been asked for. */
const char *call_test_plugin(const char *name);
const char *call_shipped_plugin(const char *name);

/* server_up() or, with a configuration, wire_up(), with the test types and these arguments. */
void call_up(struct server *s, const char *config, const char *const *extra_args);

/* POST with Content-Length on a connection; headers: field lines with their CRLF, or NULL. */
void call_send(struct client *c, const char *target, const char *headers, const void *body, size_t len);
struct reply call_on(struct client *c, const char *target, const char *headers, const void *body, size_t len);
/* One call of the echo, which must say these bytes. */
void call_echo(struct client *c, const char *bytes, size_t len);
/* A call that is under way on a connection of its own; its end, which must have this status. */
struct client call_begin(int port, const char *target, const char *headers);
void call_end(struct client *c, int status);
/* One call without a body on a connection of its own. */
struct reply call(int port, const char *target);
/* The same, which must answer 200 with this text. */
void call_expect(int port, const char *target, const char *body);

/* Reads the 202 of a call that has become a job, and cancels that. */
void call_adopted_and_cancelled(struct client *c, int port);

/* The document of a reply; fails the test when it is none. cJSON_Delete() it. */
cJSON *call_json(const struct reply *r);
/* A member that must be there; "a.b" goes two levels down. */
const cJSON *call_member(const cJSON *json, const char *path);
double call_number(const cJSON *json, const char *path);
/* The reply must be a problem document (RFC 9457) with this status and code, and this text within its detail. Frees it. */
void call_problem(struct reply r, int status, const char *code, const char *detail);

/* Waits until the metric has this value. */
void call_await_metric(int port, const char *name, long value);
/* A count of test.counts: "started", "cancelled", "ended", "freed". */
long call_count(int port, const char *name);
void call_await_count(int port, const char *name, long value);

/* n bytes that do not repeat soon; free() them. */
char *call_pattern(size_t n);

#endif
