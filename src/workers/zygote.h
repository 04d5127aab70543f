/* zygote.h: the process that makes all worker processes. It is forked from the server once the plugins are loaded and before any
 * thread or ring exists, so what it forks inherits neither half-held locks nor descriptors of connections, and costs little however
 * large the server has grown. It is the parent of its children: it reaps them and tells how they ended; the server watches their
 * pidfds. Each place has a socket of its own to it, so its threads share nothing.
 *
 * Nobody is left behind: when the server ends, however it ends, the sockets do, and the zygote kills all groups of processes that it
 * has and ends; when the zygote ends, its children get SIGKILL (PR_SET_PDEATHSIG), and the server kills their groups. When a child ends,
 * all that it has started ends with it, in whatever group or session: each child is the one that its orphans go to (PR_SET_CHILD_SUBREAPER),
 * after it they go to the zygote, and there nobody is expected who is no place's child. */
#ifndef QUERN_WORKERS_ZYGOTE_H
#define QUERN_WORKERS_ZYGOTE_H

#include "workers/types.h"

#include <stdbool.h>
#include <sys/types.h>

struct identity;

#define ZYGOTE_PLACES_MAX 256
#define ZYGOTE_ENV_BYTES 8192
#define ZYGOTE_FDS 3

struct zygote {
    pid_t pid; /* 0: there is none */
    int pidfd;
    uint32_t n;
    int sockets[ZYGOTE_PLACES_MAX]; /* by place */
};

/* A child of one place. */
struct child {
    pid_t pid; /* 0: there is none */
    int pidfd;
    uint32_t wishes; /* how many have been asked for at this place; stays */
};

struct zygote_options {
    const struct types *types; /* constant, with all that the children need */
    uint32_t n_places;         /* a socket each */
    const int *group_fds;      /* by place, how its children go into their control group, -1: into none */
    const int *private_fds;    /* descriptors that no child may have */
    uint32_t n_private;
    const struct identity *identity; /* whose processes they are */
};

/* Forks it. No thread may exist yet. Descriptors are borrowed. 0 or -errno. */
int zygote_start(const struct zygote_options *options, struct zygote *out);
/* Ends it and all its children; waits for it. */
void zygote_stop(struct zygote *z);

/* The rest: the one thread that has the place. */

/* A process of a type with these descriptors: for a handler the shared memory, the eventfd for its ends, the socket for large results;
 * for a command stdin, stdout, stderr, and its environment: n_env bytes of NAME=value, each with its NUL. 0 or -errno; -EPIPE: the
 * zygote has gone; -ETIMEDOUT: it does not answer. What it makes all the same is killed when the place asks for the next one. */
int zygote_spawn(int socket, uint16_t type, const int fds[ZYGOTE_FDS], const char *env, size_t n_env, struct child *c);
/* A signal to the child's whole group. The zygote sends it, since it alone knows that the id is not yet another's. */
void zygote_kill(int socket, const struct child *c, int signal);
/* The child's pidfd says that it has ended: its wait status, -1 when it cannot be learned. Closes the child. */
int zygote_reap(int socket, struct child *c);
/* Any thread: the zygote has ended. */
bool zygote_is_gone(const struct zygote *z);

#endif
