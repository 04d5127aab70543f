/* beanstalk_load: many connections to a beanstalkd, one command at a time on each, until a number of jobs is done.
 *     beanstalk_load PORT put|work JOBS CONNECTIONS BYTES     put: jobs of so many bytes; work: reserve and delete */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define BYTES_MAX 60000 /* beanstalkd takes 65535 */
#define ANSWER_MAX (BYTES_MAX + 64)

struct client {
    int fd;
    bool deleting; /* work: holds a job */
    size_t have;   /* of the answer */
    char *answer;  /* ANSWER_MAX */
};

static bool working;
static long wanted, begun, done; /* jobs */
static char *put_command;
static size_t put_len;

static int complain(const char *what)
{
    (void)fprintf(stderr, "beanstalk_load: %s: %s\n", what, strerror(errno));
    return 1;
}

static bool say(struct client *c, const char *text, size_t len)
{
    c->have = 0;
    return send(c->fd, text, len, MSG_NOSIGNAL) == (ssize_t)len;
}

/* The next job, if there is one left to begin. */
static bool begin(struct client *c)
{
    if (begun == wanted) return true;
    begun++;
    return working ? say(c, "reserve\r\n", 9) : say(c, put_command, put_len);
}

static bool finish(struct client *c)
{
    done++;
    return begin(c);
}

/* "RESERVED id bytes": its end, once it is all there; 0: not yet. */
static size_t reserved_len(const struct client *c, size_t line, char id[32])
{
    char digits[16];
    if (sscanf(c->answer, "RESERVED %31[0-9] %15[0-9]", id, digits) != 2) return 0;
    unsigned long bytes = strtoul(digits, NULL, 10);
    return c->have >= line + bytes + 2 ? line + bytes + 2 : 0;
}

static bool on_answer(struct client *c)
{
    char id[32], command[64];
    const char *end = memchr(c->answer, '\n', c->have);
    if (!end) return true;
    if (strncmp(c->answer, "INSERTED ", 9) == 0 && !working) return finish(c);
    if (strncmp(c->answer, "DELETED", 7) == 0 && c->deleting) {
        c->deleting = false;
        return finish(c);
    }
    if (strncmp(c->answer, "RESERVED ", 9) != 0 || c->deleting) {
        (void)fprintf(stderr, "beanstalk_load: %.*s", (int)(end - c->answer + 1), c->answer);
        return false;
    }
    if (!reserved_len(c, (size_t)(end - c->answer) + 1, id)) return true;
    c->deleting = true;
    int len = snprintf(command, sizeof command, "delete %s\r\n", id);
    return say(c, command, (size_t)len);
}

static bool on_readable(struct client *c)
{
    ssize_t n = recv(c->fd, c->answer + c->have, ANSWER_MAX - 1 - c->have, 0);
    if (n <= 0) return false;
    c->have += (size_t)n;
    c->answer[c->have] = '\0';
    return on_answer(c);
}

static bool open_client(struct client *c, uint16_t port, int poll)
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

static bool make_put(unsigned long bytes)
{
    put_command = malloc(bytes + 64);
    if (!put_command) return false;
    int head = snprintf(put_command, 64, "put 0 0 60 %lu\r\n", bytes);
    memset(put_command + head, 'x', bytes);
    memcpy(put_command + head + bytes, "\r\n", 2);
    put_len = (size_t)head + bytes + 2;
    return true;
}

int main(int argc, char **argv)
{
    struct epoll_event events[256];
    long clients, bytes;
    if (argc != 6 || (strcmp(argv[2], "put") != 0 && strcmp(argv[2], "work") != 0) ||
        (wanted = strtol(argv[3], NULL, 10)) < 1 || (clients = strtol(argv[4], NULL, 10)) < 1 ||
        (bytes = strtol(argv[5], NULL, 10)) < 0 || bytes > BYTES_MAX) {
        (void)fputs("usage: beanstalk_load PORT put|work JOBS CONNECTIONS BYTES\n", stderr);
        return 2;
    }
    working = strcmp(argv[2], "work") == 0;
    struct client *all = calloc((size_t)clients, sizeof *all);
    int poll = epoll_create1(EPOLL_CLOEXEC);
    if (!all || poll < 0 || !make_put((unsigned long)bytes)) return complain("start");
    for (long i = 0; i < clients; i++)
        if (!open_client(&all[i], (uint16_t)strtoul(argv[1], NULL, 10), poll)) return complain("connect");
    for (long i = 0; i < clients; i++)
        if (!begin(&all[i])) return complain("send");
    while (done < wanted) {
        int n = epoll_wait(poll, events, 256, 10000);
        if (n == 0) errno = ETIMEDOUT;
        if (n <= 0 && errno != EINTR) return complain("wait");
        for (int i = 0; i < n; i++)
            if (!on_readable(events[i].data.ptr)) return complain("answer");
    }
    (void)printf("done %ld\n", done);
    return 0;
}
