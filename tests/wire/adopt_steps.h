/* adopt_steps.h: what the tests of calls that become jobs (Prefer: wait=N) share. */
#ifndef QUERN_TESTS_WIRE_ADOPT_STEPS_H
#define QUERN_TESTS_WIRE_ADOPT_STEPS_H

#include "call.h"
#include "ojs_steps.h"

/* Shards, as in ojs_steps.h: with one, or several, the call stands on the engine's shard or on another. Negative: with a journal. */
extern int adopt_shard_counts[3];

#define ADOPT(name)                                                 \
    static void name##_on(struct server *srv);                      \
    ParameterizedTestParameters(wire_adopt, name)                   \
    {                                                               \
        return cr_make_param_array(int, adopt_shard_counts, 3);     \
    }                                                               \
    ParameterizedTest(int *shards, wire_adopt, name, .timeout = 60) \
    {                                                               \
        struct server srv;                                          \
        adopt_up(&srv, *shards, 2, "");                             \
        name##_on(&srv);                                            \
        adopt_all_ended(&srv);                                      \
        cr_assert_eq(server_down(&srv), 0);                         \
    }                                                               \
    static void name##_on(struct server *srv)

/* Starts it in a folder of its own, with the plugin "outliving", and out.place in a process. more: further members of the
 * configuration, each with a comma before it. */
void adopt_up(struct server *srv, int shards, int workers, const char *more);
/* A connection to that shard, whose thread says its name. */
struct client adopt_on_shard(const struct server *srv, int shard);
/* The engine's is the first; a call on the last goes there by mail if there are several. */
struct client adopt_far(const struct server *srv);
/* Sends a call that is waited for so long. */
void adopt_begin(struct client *c, const char *target, int wait_s, const void *body, size_t len);
/* The job of a 202. Takes the reply. */
struct id adopt_id_of(struct reply r, const char *state);
/* Waits until the plugin has counted so many. */
void adopt_await_count(struct server *srv, const char *name, long value);
/* How many jobs there are. */
long adopt_jobs_in(struct server *srv, const char *state);
long adopt_jobs(struct server *srv);
/* Nothing of any call is left. */
void adopt_all_ended(struct server *srv);

#endif
