/* command.h: job types that are programs: the kind of their pools. Each task is a process of its own: the input on its stdin, the
 * result from its stdout, its end says how it went:
 *
 *     exit status 0         completed
 *     64, 65                failed, the input is at fault (EX_USAGE, EX_DATAERR of sysexits.h): a job is not tried again
 *     any other             failed, a job is tried again as its retry policy has it; 127: the program cannot be started
 *     a signal              crashed (worker_crashed)
 *
 * The thread of a place moves the bytes and waits for the pidfd, all in one poll(). */
#ifndef QUERN_WORKERS_COMMAND_H
#define QUERN_WORKERS_COMMAND_H

#include "workers/place.h"

extern const struct worker_kind worker_kind_command;

/* The environment of a task's process: NAME=value texts, each with its NUL. Returns how many bytes; they always fit. */
size_t command_env(const struct task *t, char out[ZYGOTE_ENV_BYTES]);

/* The last that it wrote to stderr. */
#define COMMAND_TAIL_BYTES 1024
struct command_tail {
    char bytes[COMMAND_TAIL_BYTES];
    size_t len;
    bool cut; /* there was more before */
};
void command_tail_add(struct command_tail *tail, const char *bytes, size_t n);
/* As text for people and JSON: valid UTF-8, no control characters but line ends, nothing blank at either end. */
void command_tail_text(const struct command_tail *tail, char out[COMMAND_TAIL_BYTES + 1]);

#endif
