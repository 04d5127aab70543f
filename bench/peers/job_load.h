/* job_load.h: what the loaders of job servers share: many connections to 127.0.0.1, one command at a time on each, until a number of
 * jobs is done. A loader says what goes out and what an answer means. One thread. */
#ifndef QUERN_BENCH_JOB_LOAD_H
#define QUERN_BENCH_JOB_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#define JOB_BYTES_MAX 60000 /* beanstalkd takes 65535 */
#define ANSWER_MAX (JOB_BYTES_MAX + 128)

struct client {
    int fd;
    bool acknowledging; /* the server was told that a job is done, and has not answered yet */
    unsigned empty; /* answers in a row that there is no job */
    size_t have; /* bytes of the answer so far, a NUL behind them */
    char *answer; /* ANSWER_MAX */
};

struct job_load {
    const char *name; /* of the program */
    const char *ways; /* words of the command line, as "put|work" */
    /* Makes the commands, once the command line is read. */
    bool (*prepare)(void);
    /* Sends the first command of a client that has just connected, if there is a job left to begin. */
    bool (*begin)(struct client *c);
    /* Looks at the answer each time that more of it has come. False, said on stderr, ends the program; so it does from begin. */
    bool (*on_answer)(struct client *c);
};

/* What the command line asks for, and how far it has come. The loader counts. */
extern const char *job_way;
extern size_t job_bytes;
extern long jobs_wanted, jobs_begun, jobs_done;

/* Sends a command; what comes next is its answer. False is said on stderr. */
bool client_say(struct client *c, const char *text, size_t len);
/* Command line: PORT WAY JOBS CONNECTIONS BYTES. Says "done JOBS" on stdout. An exit code, after one line on stderr unless it is 0. */
int job_load_main(int argc, char **argv, const struct job_load *what);

#endif
