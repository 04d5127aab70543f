/* idle_connections.c: opens keep-alive connections, makes one request on each, leaves them idle, and reads the server's resident
 * memory at two counts: bytes of user memory per idle connection, as the slope between them.
 *   idle_connections PORT PID FIRST SECOND */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static long resident_kib(const char *pid)
{
    char path[64], line[256];
    long kib = -1;
    (void)snprintf(path, sizeof path, "/proc/%s/status", pid);
    FILE *f = fopen(path, "r");
    if (!f) return -1;
    while (fgets(line, sizeof line, f))
        if (sscanf(line, "VmRSS: %ld", &kib) == 1) break;
    fclose(f);
    return kib;
}

static int open_one(int port)
{
    static const char request[] = "GET /livez HTTP/1.1\r\nHost: q\r\n\r\n";
    char answer[512];
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) < 0) return -1;
    if (send(fd, request, sizeof request - 1, 0) < 0 || recv(fd, answer, sizeof answer, 0) <= 0) return -1;
    return fd;
}

int main(int argc, char **argv)
{
    if (argc != 5) return 2;
    struct rlimit files;
    (void)getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &files);
    int port = (int)strtol(argv[1], NULL, 10);
    long first = strtol(argv[3], NULL, 10), second = strtol(argv[4], NULL, 10), at_first = 0;
    for (long i = 1; i <= second; i++) {
        if (open_one(port) < 0) {
            perror("idle_connections");
            return 1;
        }
        if (i == first) at_first = resident_kib(argv[2]);
    }
    long at_second = resident_kib(argv[2]);
    printf("idle connections %ld: %ld KiB, %ld: %ld KiB resident: %.1f bytes each\n", first, at_first, second, at_second,
           (double)(at_second - at_first) * 1024 / (double)(second - first));
    return 0;
}
