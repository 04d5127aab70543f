/* server.h: the real server in a child process, for tests over sockets. It listens on a port of its own
 * choice, keeps nothing, runs in a temporary folder, and dies with the test whatever becomes of that. What
 * it writes to stderr goes to a file there: it can never block on us, and a failing test shows it.
 *
 *     struct server srv;
 *
 *     server_up(&srv, (const char *const[]){"--shards", "4", NULL});
 *
 *     …
 *
 *     cr_assert_eq(server_down(&srv), 0);
 *
 * The binary is $QUERN_BUILD/quernd; QUERN_BUILD defaults to build/release, seen from the folder that the
 * tests start in. */
#ifndef QUERN_TESTS_SUPPORT_SERVER_H
#define QUERN_TESTS_SUPPORT_SERVER_H

#include "patience.h"

#include <sys/types.h>

struct server {
    int port;
    pid_t pid; /* 0: not running */
    char folder[64]; /* its working directory; gone after server_down() */
    char log[80]; /* its stderr, in folder */
};

/* Starts it with --listen 127.0.0.1:0 --ephemeral and then extra_args (NULL-terminated; NULL: none). Returns
 * when it listens; fails the test when it does not within PATIENCE_MS. */
void server_up(struct server *s, const char *const *extra_args);
/* The same without --listen and --ephemeral: the arguments are all there are, and the folder must exist. For tests that
 * restart on old data or that look at the exit status (server_wait). Does not wait for anything. */
void server_start(struct server *s, const char *const *args);
/* Waits until it listens and fills s->port. */
void server_wait_ready(struct server *s);
/* SIGTERM, and its exit status. Fails the test when it dies of a signal or not within PATIENCE_MS. */
int server_down(struct server *s);
/* SIGKILL; the folder stays for a restart. */
void server_kill(struct server *s);
void server_signal(struct server *s, int signal);
/* Its exit status once it ends by itself. Fails the test as server_down() does. */
int server_wait(struct server *s);
/* Everything that it has written to stderr so far. free() it. */
char *server_log(const struct server *s);
/* Makes the folder and its log, or removes both. server_up() and server_down() do this by themselves. */
void server_folder_new(struct server *s);
void server_folder_free(struct server *s);

#endif
