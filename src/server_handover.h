/* server_handover.h: a new program takes the place of this server, and no connection is refused: SIGUSR2.
 *
 *     this server                                            the new one
 *     starts the program anew, with its sockets    ──►       checks its configuration, takes the sockets
 *     drains                                       ◄── 'r' ──  is ready
 *     ends                                         ────────►    opens the data folder, which nobody has any more, and serves
 *
 * New connections wait in the kernel's queues meanwhile. If the new one ends before it is ready, nothing has happened. The server's thread. */
#ifndef QUERN_SERVER_HANDOVER_H
#define QUERN_SERVER_HANDOVER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* All zero but fd: nothing under way. */
struct handover {
    int fd; /* readable once there is news of the new one; -1: there is none */
    pid_t pid;
};

/* Starts argv with these listening sockets. 0 or -errno. */
int handover_begin(struct handover *h, char *const *argv, const int *fds, uint32_t n);

enum handover_news { HANDOVER_NONE, HANDOVER_READY, HANDOVER_FAILED /* it is as if nothing had begun */ };
/* Once fd is readable. */
enum handover_news handover_hear(struct handover *h);

/* In the new one. The way to the old one, out of the environment; -1: there is none. */
int handover_predecessor(void);
/* Whether this program was started to take a place: before handover_predecessor(). */
bool handover_is_successor(void);
/* Says that it is ready, and returns when the old one has ended, which closes the way; at once if it is -1. 0, -EINTR: a signal to end has come
 * on signal_fd meanwhile, or -errno: it has not said so. */
int handover_wait(int predecessor, int signal_fd);

#endif
