/* floor_epoll.c: the floor server on epoll: level-triggered, one read and one write per request. See floor.h. */
#include "floor.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS 512
#define READ_BYTES 16384u

struct server {
    struct floor floor;
    int epoll_fd;
    uint32_t *carried; /* by descriptor: bytes of the request that has not ended */
    uint32_t fds_max;
    char *buffer; /* READ_BYTES */
};

static void accept_one(struct server *s)
{
    int fd = accept4(s->floor.listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return; /* it has gone, or there are too many */
    struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP, .data.fd = fd};
    if ((uint32_t)fd >= s->fds_max || epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, fd, &e) < 0) {
        (void)close(fd);
        return;
    }
    s->carried[fd] = 0;
}

/* False: a peer that does not read its answers, or has gone. */
static bool answer(const struct server *s, int fd, uint32_t n)
{
    while (n) {
        uint32_t now = n < FLOOR_ANSWERS ? n : FLOOR_ANSWERS;
        size_t len = now * s->floor.answer_len;
        if (send(fd, s->floor.answers, len, MSG_NOSIGNAL) != (ssize_t)len) return false;
        n -= now;
    }
    return true;
}

static void serve(struct server *s, int fd)
{
    ssize_t n = recv(fd, s->buffer, READ_BYTES, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0 || !answer(s, fd, floor_requests(&s->floor, &s->carried[fd], (uint32_t)n))) (void)close(fd);
}

static int loop(struct server *s)
{
    struct epoll_event events[EVENTS];
    for (;;) {
        int n = epoll_wait(s->epoll_fd, events, EVENTS, -1);
        if (n < 0 && errno != EINTR) return 1;
        for (int i = 0; i < n; i++) {
            if (events[i].data.fd == s->floor.listen_fd) accept_one(s);
            else serve(s, events[i].data.fd);
        }
    }
}

static int open_epoll(struct server *s)
{
    struct epoll_event e = {.events = EPOLLIN, .data.fd = s->floor.listen_fd};
    s->fds_max = s->floor.conns_max + (uint32_t)s->floor.listen_fd + 2;
    s->carried = calloc(s->fds_max, sizeof *s->carried);
    s->buffer = malloc(READ_BYTES);
    s->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (s->carried && s->buffer && s->epoll_fd >= 0 && epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, s->floor.listen_fd, &e) == 0) return 0;
    perror("floor: epoll");
    return 1;
}

int main(int argc, char **argv)
{
    struct server s = {.epoll_fd = -1};
    int rc = floor_open(argc, argv, &s.floor);
    if (rc == 0) rc = open_epoll(&s);
    if (rc == 0) rc = loop(&s);
    if (s.epoll_fd >= 0) (void)close(s.epoll_fd);
    free(s.carried);
    free(s.buffer);
    floor_close(&s.floor);
    return rc;
}
