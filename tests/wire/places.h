/* places.h: what the tests of processes and commands share. */
#ifndef QUERN_TESTS_WIRE_PLACES_H
#define QUERN_TESTS_WIRE_PLACES_H

#include "call.h"

#include <sys/types.h>

/* A server with this value of "types", and the plugins of crashing and of hostile types. */
void places_up(struct server *s, const char *types, const char *const *extra_args);
/* "quern_worker_crashes_total", "test.crash": the line of that type. */
void places_await(const struct server *s, const char *metric, const char *type, long value);
/* The number that a call answers with. */
long places_number(int port, const char *target);
/* Waits, 15 s at most, until there is no such process, or nothing but its status is left. */
void places_await_gone(pid_t pid);
/* Waits, 15 s at most, until test.crash holds in this process: that the task is with its worker does not say so. */
void places_await_holding(pid_t pid);
/* Children of a process, up to max of them; zombies: how many of them are. */
unsigned places_children(pid_t pid, pid_t *out, unsigned max, unsigned *zombies);
unsigned places_files(pid_t pid);
/* Body of a job, and its document once it is in this state. */
cJSON *places_job(int port, const char *type, const char *args, const char *options, const char *state);

#endif
