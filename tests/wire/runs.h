/* runs.h: what the tests of start and stop share: servers that end by themselves, and what they say. */
#ifndef QUERN_TESTS_WIRE_RUNS_H
#define QUERN_TESTS_WIRE_RUNS_H

#include "call.h"

#include <netinet/in.h>

#define ARGS(...)         \
    (const char *const[]) \
    {                     \
        __VA_ARGS__, NULL \
    }

#define READY_LINE "^quernd: listening on 127\\.0\\.0\\.1:[1-9][0-9]*$"

struct run_outcome {
    int status;
    long took_ms;
    char *text; /* both outputs */
};
/* file: what quern.json holds; NULL: there is none. */
struct run_outcome run_with(const char *file, const char *const *args);
/* It must end with that status and say that one thing. */
void run_expect_refusal(const char *file, int status, const char *says, const char *const *args);
bool run_is_one_line(const char *text);
/* How many lines of the text match. */
unsigned run_count_lines(const char *text, const char *pattern);
/* server_up() has read the log when the first line was there; the others follow at once. */
void run_await_lines(const struct server *s, const char *pattern, unsigned n);

struct sockaddr_in run_loopback(int port);
/* 0 or the errno of a connection that is closed at once. */
int run_try_connect(int port);

#endif
