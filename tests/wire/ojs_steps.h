/* ojs_steps.h: what the wire tests of the Open Job Spec share: a reply with its document, and the steps that
 * most tests take. They fail the test when the server's answer is not one that the spec allows. */
#ifndef QUERN_TESTS_WIRE_OJS_STEPS_H
#define QUERN_TESTS_WIRE_OJS_STEPS_H

#include "../support/client.h"
#include "../support/server.h"

#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#define OJS_TYPE "application/openjobspec+json"
#define JSON_HEADER "Content-Type: " OJS_TYPE "\r\n"

/* With one shard the engine and the connections share a thread; with several, questions and answers go by mail. Negative: so many
 * shards, and a journal, so that every answer waits for the disk. */
#define OJS_SHARD_COUNTS 3
extern int ojs_shard_counts[OJS_SHARD_COUNTS];

/* One test, once for each number of shards; the body has the running server as srv. */
#define WIRE(name)                                                           \
    static void name##_on(struct server *srv);                               \
    ParameterizedTestParameters(wire_ojs, name)                              \
    {                                                                        \
        return cr_make_param_array(int, ojs_shard_counts, OJS_SHARD_COUNTS); \
    }                                                                        \
    ParameterizedTest(int *shards, wire_ojs, name, .timeout = 60)            \
    {                                                                        \
        struct server srv;                                                   \
        ojs_up(&srv, *shards);                                               \
        name##_on(&srv);                                                     \
        cr_assert_eq(server_down(&srv), 0);                                  \
    }                                                                        \
    static void name##_on(struct server *srv)

/* Where there is a journal, $QUERN_WIRE_ENGINES says how many engines its folder has; without it, one. */
void ojs_up(struct server *srv, int shards);
/* server_folder_new(), and there OJS_CONFIG: journals as small as they may be, since tests make many. */
#define OJS_CONFIG "--config", "quern.json"
void ojs_folder_new(struct server *srv);
/* Of a server that does not run: its folder "data" has so many engines from here on. NULL: nothing is done. With OJS_CONFIG, where the
 * folder has it. */
void ojs_divide(struct server *srv, const char *engines);
void ojs_sleep_ms(long ms);
long ojs_now_ms(void);

/* ---- a reply with its document ---- */

struct doc {
    struct reply r;
    cJSON *json;
};
/* Checks what every answer under /ojs/ has (binding §6.5), and every error (§16). */
struct doc doc_of(struct reply r);
void doc_free(struct doc *d);
/* "jobs[0].args[1].key"; NULL when it is not there. */
cJSON *doc_find(cJSON *at, const char *path);
const char *doc_text(const struct doc *d, const char *path); /* "(no string)" */
double doc_number(const struct doc *d, const char *path); /* -12345 */
int doc_n_jobs(const struct doc *d);

struct id {
    char text[40];
};
struct id doc_id(const struct doc *d, const char *path);

#define STATUS(d, wanted) cr_assert_eq((d).r.status, wanted, "%d, not %d: %s", (d).r.status, wanted, (d).r.body)
#define TEXT(d, path, wanted) \
    cr_assert_str_eq(doc_text(&(d), path), wanted, "%s is %s in %s", path, doc_text(&(d), path), (d).r.body)
#define NUMBER(d, path, wanted) cr_assert_eq(doc_number(&(d), path), wanted, "%s in %s", path, (d).r.body)
#define HAS(d, path) cr_assert(doc_find((d).json, path), "no %s in %s", path, (d).r.body)
#define HAS_NOT(d, path) cr_assert(!doc_find((d).json, path), "%s in %s", path, (d).r.body)

/* ---- steps ---- */

/* One request on a connection of its own; a body goes with the spec's media type, or with the headers given. */
struct doc ojs_send(struct server *srv, const char *method, const char *path, const char *body);
struct doc ojs_send_with(struct server *srv, const char *method, const char *path, const char *headers, const char *body);
/* A job of type test.echo; more: further members of options, each with a comma before it. */
struct id ojs_submit(struct server *srv, const char *queue, const char *more);
struct doc ojs_info(struct server *srv, struct id id);
void ojs_expect_state(struct server *srv, struct id id, const char *state);
struct doc ojs_cancel(struct server *srv, struct id id);
/* queues: JSON strings, separated by commas; wait_s 0: at once. */
struct doc ojs_fetch_wait(struct server *srv, const char *queues, int count, int wait_s);
struct doc ojs_fetch(struct server *srv, const char *queues);
/* ack or nack; more: further members, each with a comma before it. */
struct doc ojs_say(struct server *srv, const char *what, struct id id, const char *more);
#define ERROR_MEMBER ",\"error\":{\"code\":\"handler_error\",\"message\":\"it broke\"}"
/* What stands below a job, "/result", waited for. */
struct reply ojs_get_bytes(struct server *srv, struct id id, const char *below);
/* 200 with this media type and these bytes. Takes the reply. */
void ojs_expect_bytes(struct reply r, const char *type, const void *body, size_t len);
/* Takes the document. */
void ojs_expect_refusal(struct doc d, int status, const char *code);

#endif
