/* floor.c: see floor.h. */
#include "floor.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define FILES_KEPT 64u /* descriptors for everything that is not a connection */
#define ANSWER_MAX (64u * 1024)

enum { EXIT_FAILED = 1, EXIT_USAGE = 2 };

static const char usage[] = "usage: floor_uring|floor_epoll PORT [REQUEST_BYTES [CPU [ANSWER_FILE]]]\n";

/* What quernd answers to GET /livez, on a day long ago. */
static const char answer[] = "HTTP/1.1 200 OK\r\n"
                             "Date: Mon, 23 Nov 2026 09:31:20 GMT\r\n"
                             "Content-Type: text/plain\r\n"
                             "Content-Length: 3\r\n"
                             "\r\n"
                             "ok\n";

static int complain(const char *what)
{
    (void)fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
    return EXIT_FAILED;
}

static bool read_number(const char *text, long max, long *out)
{
    char *end;
    errno = 0;
    *out = strtol(text, &end, 10);
    return errno == 0 && end != text && *end == '\0' && *out >= 0 && *out <= max;
}

/* ---- the answer ---- */

/* At most room bytes of a file; 0: none, or it cannot be read. */
static size_t read_file(const char *path, char *into, size_t room)
{
    FILE *file = fopen(path, "rb");
    if (!file) return 0;
    size_t n = fread(into, 1, room, file);
    (void)fclose(file); /* only read */
    return n;
}

static int make_answers(struct floor *f, const char *path)
{
    char *one = malloc(ANSWER_MAX);
    if (!one) return complain("answer");
    f->answer_len = sizeof answer - 1;
    if (path) f->answer_len = read_file(path, one, ANSWER_MAX);
    else memcpy(one, answer, f->answer_len);
    if (f->answer_len) f->answers = malloc(f->answer_len * FLOOR_ANSWERS);
    for (uint32_t i = 0; f->answers && i < FLOOR_ANSWERS; i++) memcpy(f->answers + i * f->answer_len, one, f->answer_len);
    free(one);
    return f->answers ? 0 : complain(path ? path : "answer");
}

/* ---- the socket ---- */

static uint32_t raise_files(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return 0;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur > UINT32_MAX / 2) return UINT32_MAX / 2;
    return limit.rlim_cur > FILES_KEPT ? (uint32_t)limit.rlim_cur - FILES_KEPT : 0;
}

static int open_socket(struct floor *f, uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1;
    f->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (f->listen_fd < 0) return complain("socket");
    (void)setsockopt(f->listen_fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    (void)setsockopt(f->listen_fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one); /* accepted sockets have it too */
    if (bind(f->listen_fd, (struct sockaddr *)&address, sizeof address) < 0) return complain("bind");
    if (listen(f->listen_fd, FLOOR_BACKLOG) < 0) return complain("listen");
    return 0;
}

static int pin(long cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)cpu, &set);
    return sched_setaffinity(0, sizeof set, &set) < 0 ? complain("CPU") : 0;
}

static int say_ready(const struct floor *f)
{
    struct sockaddr_in address;
    socklen_t len = sizeof address;
    if (getsockname(f->listen_fd, (struct sockaddr *)&address, &len) < 0) return complain("port");
    (void)printf("floor: listening on 127.0.0.1:%u\n", (unsigned)ntohs(address.sin_port));
    return fflush(stdout) == 0 ? 0 : complain("stdout");
}

int floor_open(int argc, char **argv, struct floor *f)
{
    long port, request_bytes = 0, cpu = -1;
    *f = (struct floor){.listen_fd = -1, .conns_max = raise_files()};
    if (argc < 2 || argc > 5 || !read_number(argv[1], UINT16_MAX, &port) ||
        (argc > 2 && !read_number(argv[2], INT32_MAX, &request_bytes)) ||
        (argc > 3 && !read_number(argv[3], CPU_SETSIZE - 1, &cpu))) {
        (void)fputs(usage, stderr);
        return EXIT_USAGE;
    }
    f->request_bytes = (uint32_t)request_bytes;
    int rc = make_answers(f, argc > 4 ? argv[4] : NULL);
    if (rc == 0 && cpu >= 0) rc = pin(cpu);
    if (rc == 0) rc = open_socket(f, (uint16_t)port);
    if (rc == 0) rc = say_ready(f);
    if (rc != 0) floor_close(f);
    return rc;
}

void floor_close(struct floor *f)
{
    if (f->listen_fd >= 0) (void)close(f->listen_fd);
    free(f->answers);
    *f = (struct floor){.listen_fd = -1};
}

uint32_t floor_requests(const struct floor *f, uint32_t *carried, uint32_t bytes)
{
    if (f->request_bytes == 0) return 1;
    uint64_t all = (uint64_t)*carried + bytes;
    *carried = (uint32_t)(all % f->request_bytes);
    return (uint32_t)(all / f->request_bytes);
}
