/* owner_steps.h: what the tests of owners share: a server whose jobs are seen by their owners only, four principals, and how they ask. */
#ifndef QUERN_TESTS_WIRE_OWNER_STEPS_H
#define QUERN_TESTS_WIRE_OWNER_STEPS_H

#include "auth_steps.h"
#include "ojs_steps.h"

/* anna and bert may do all but what takes "admin", root all, worker what workers do; nobody has no credentials. */
enum who { ANNA, BERT, ROOT, WORKER, NOBODY };

struct owner_setting {
    char engines[4], shards[4]; /* engines "0": without a journal */
};
#define OWNER_SETTINGS 3
extern struct owner_setting owner_settings[OWNER_SETTINGS];

#define OWNERS(name)                                                                      \
    static void name##_on(struct server *srv);                                            \
    ParameterizedTestParameters(wire_owners, name)                                        \
    {                                                                                     \
        return cr_make_param_array(struct owner_setting, owner_settings, OWNER_SETTINGS); \
    }                                                                                     \
    ParameterizedTest(struct owner_setting *s, wire_owners, name, .timeout = 120)         \
    {                                                                                     \
        struct server srv;                                                                \
        owner_up(&srv, s, OWNER_ON);                                                      \
        name##_on(&srv);                                                                  \
        cr_assert_eq(server_down(&srv), 0);                                               \
    }                                                                                     \
    static void name##_on(struct server *srv)

#define OWNER_ON ", \"jobs_visible_to\": \"owner\""
/* more: further members of the configuration, each with a comma before it. */
void owner_up(struct server *srv, const struct owner_setting *s, const char *more);
/* Of a server with a journal that does not run: starts it (again). */
void owner_start(struct server *srv, const char *shards, const char *more);

/* A body goes with the spec's media type; headers may be NULL. */
struct reply owner_ask(const struct server *srv, enum who who, const char *method, const char *path, const char *headers, const char *body);
struct doc owner_doc(const struct server *srv, enum who who, const char *method, const char *path, const char *body);
int owner_status(const struct server *srv, enum who who, const char *method, const char *path, const char *body);
/* A job of type test.echo; more: further members of options, each with a comma before it. */
struct id owner_submit(const struct server *srv, enum who who, const char *queue, const char *more);
/* Where it is; not for more than four at a time. below: "/result", or "". */
const char *owner_path(struct id id, const char *below);
/* The worker takes the next job of that queue, which must be this one. */
void owner_fetch(const struct server *srv, const char *queue, struct id id);
/* … and says "ack" or "nack". */
void owner_say(const struct server *srv, const char *what, struct id id);

#endif
