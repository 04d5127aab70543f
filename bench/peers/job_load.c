#include "job_load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MS 10000 /* that all connections together may be silent */

const char *job_way;
size_t job_bytes;
long jobs_wanted, jobs_begun, jobs_done;

static const struct job_load *load;
static uint16_t port;
static long connections;
static struct client *all;

static int complain(const char *what)
{
    (void)fprintf(stderr, "%s: %s: %s\n", load->name, what, strerror(errno));
    return 1;
}

bool client_say(struct client *c, const char *text, size_t len)
{
    c->have = 0;
    if (send(c->fd, text, len, MSG_NOSIGNAL) == (ssize_t)len) return true;
    (void)complain("send");
    return false;
}

static bool on_readable(struct client *c)
{
    ssize_t n = recv(c->fd, c->answer + c->have, ANSWER_MAX - 1 - c->have, 0);
    if (n <= 0) {
        if (n == 0) errno = ECONNRESET;
        (void)complain("answer");
        return false;
    }
    c->have += (size_t)n;
    c->answer[c->have] = '\0';
    return load->on_answer(c);
}

static bool open_client(struct client *c, int poll)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    int one = 1;
    c->answer = malloc(ANSWER_MAX);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return c->answer && c->fd >= 0 && connect(c->fd, (struct sockaddr *)&to, sizeof to) == 0 &&
           setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) == 0 &&
           epoll_ctl(poll, EPOLL_CTL_ADD, c->fd, &event) == 0;
}

/* Is it one of the words? */
static bool is_way(const char *way)
{
    size_t len = strlen(way);
    for (const char *at = load->ways; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
        if (strcspn(at, "|") == len && strncmp(at, way, len) == 0) return true;
    return false;
}

static bool read_words(int argc, char **argv)
{
    if (argc != 6 || !is_way(argv[2])) return false;
    long bytes = strtol(argv[5], NULL, 10);
    port = (uint16_t)strtoul(argv[1], NULL, 10);
    job_way = argv[2];
    jobs_wanted = strtol(argv[3], NULL, 10);
    connections = strtol(argv[4], NULL, 10);
    job_bytes = (size_t)bytes;
    return jobs_wanted >= 1 && connections >= 1 && bytes >= 0 && bytes <= JOB_BYTES_MAX;
}

int job_load_main(int argc, char **argv, const struct job_load *what)
{
    struct epoll_event events[256];
    load = what;
    if (!read_words(argc, argv)) {
        (void)fprintf(stderr, "usage: %s PORT %s JOBS CONNECTIONS BYTES\n", load->name, load->ways);
        return 2;
    }
    all = calloc((size_t)connections, sizeof *all);
    int poll = epoll_create1(EPOLL_CLOEXEC);
    if (!all || poll < 0 || !load->prepare()) return complain("start");
    for (long i = 0; i < connections; i++)
        if (!open_client(&all[i], poll)) return complain("connect");
    for (long i = 0; i < connections; i++)
        if (!load->begin(&all[i])) return 1;
    while (jobs_done < jobs_wanted) {
        int n = epoll_wait(poll, events, 256, ANSWER_MS);
        if (n == 0) errno = ETIMEDOUT;
        if (n <= 0 && errno != EINTR) return complain("wait");
        for (int i = 0; i < n; i++)
            if (!on_readable(events[i].data.ptr)) return 1;
    }
    (void)printf("done %ld\n", jobs_done);
    return 0;
}
