/* net.h: simulated TCP: pairs of sockets in one process. What one end writes stands at once in the other's receive buffer, as far as
 * there is room; delays are made by who writes and who reads. Descriptors are numbers that no file of the process has. */
#ifndef SIM_NET_H
#define SIM_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NET_FD_FIRST (1 << 20) /* below RING_DIRECT */

struct sock {
    struct sock *peer; /* NULL: closed for good */
    char *in; /* received, not read */
    size_t in_len, in_max;
    bool fin; /* the peer sends no more */
    bool reset; /* by the peer; reading tells it once, after what is in */
    bool shut_in, shut_out;
    uint64_t arrivals; /* bytes and ends that have come: a receive that has missed one waits for the next */
    int fd; /* of the server's end; -1: none */
    struct sock *next, **at; /* of the server's ends; at NULL: a client's */
};

/* ---- descriptors ---- */
int net_listen(void);
bool net_owns(int fd);
void net_close(int fd);
int net_fd(struct sock *s); /* gives it one */
struct sock *net_sock(int fd);
bool net_backlog(int fd); /* somebody waits to be accepted */
struct sock *net_accept(int fd);
/* The server's process has gone: everything that it had open is reset. */
void net_drop_all(void);
uint32_t net_open_fds(void);

/* ---- both ends ---- */
/* The client's end; room: of its receive buffer. NULL: refused. */
struct sock *net_connect(int listener, size_t room);
bool sock_readable(const struct sock *s);
bool sock_writable(const struct sock *s);
/* Bytes, 0 (end), -EAGAIN, -ECONNRESET. */
long sock_read(struct sock *s, char *p, size_t n);
/* Bytes, -EAGAIN, -EPIPE, -ECONNRESET. */
long sock_write(struct sock *s, const char *p, size_t n);
void sock_shutdown(struct sock *s, int how);
/* Closes; with bytes unread, or hard, the peer sees a reset. */
void sock_close(struct sock *s, bool hard);

#endif
