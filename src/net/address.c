/* address.c: see address.h. */
#include "net/address.h"

#include "ring/fault.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 4096

int address_parse(const char *text, struct address *out)
{
    char host[ADDRESS_TEXT_BYTES];
    const char *colon = strrchr(text, ':');
    if (!colon || colon[1] < '0' || colon[1] > '9') return -EINVAL;
    char *end;
    unsigned long port = strtoul(colon + 1, &end, 10);
    size_t len = (size_t)(colon - text);
    if (*end || port > 65535 || len >= sizeof host) return -EINVAL;
    memcpy(host, text, len);
    host[len] = 0;
    memset(out, 0, sizeof *out);
    if (host[0] == '[' && len > 2 && host[len - 1] == ']') {
        host[len - 1] = 0;
        out->as.v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
        out->len = sizeof out->as.v6;
        return inet_pton(AF_INET6, host + 1, &out->as.v6.sin6_addr) == 1 ? 0 : -EINVAL;
    }
    out->as.v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    out->len = sizeof out->as.v4;
    return inet_pton(AF_INET, host, &out->as.v4.sin_addr) == 1 ? 0 : -EINVAL;
}

void address_text(const struct address *a, char out[ADDRESS_TEXT_BYTES])
{
    char host[INET6_ADDRSTRLEN] = "?";
    if (a->as.any.sa_family == AF_INET6) {
        (void)inet_ntop(AF_INET6, &a->as.v6.sin6_addr, host, sizeof host);
        (void)snprintf(out, ADDRESS_TEXT_BYTES, "[%s]:%u", host, ntohs(a->as.v6.sin6_port));
    } else {
        (void)inet_ntop(AF_INET, &a->as.v4.sin_addr, host, sizeof host);
        (void)snprintf(out, ADDRESS_TEXT_BYTES, "%s:%u", host, ntohs(a->as.v4.sin_port));
    }
}

static int set_options(int fd, int family, bool share)
{
    const int on = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0) return -errno;
    if (share && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) < 0) return -errno;
    if (family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) < 0) return -errno;
    if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0) return -errno;
#ifdef QUERN_FAULT
    const int small = FAULT_SOCKET_BYTES;
    if (setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small) < 0) return -errno;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small) < 0) return -errno;
#endif
    return 0;
}

int address_listen(struct address *a, bool share, int *out)
{
    int fd = socket(a->as.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0); /* blocking, as io_uring wants it */
    if (fd < 0) return -errno;
    int rc = set_options(fd, a->as.any.sa_family, share);
    if (rc == 0 && bind(fd, &a->as.any, a->len) < 0) rc = -errno;
    if (rc == 0 && listen(fd, BACKLOG) < 0) rc = -errno;
    socklen_t len = sizeof a->as;
    if (rc == 0 && getsockname(fd, &a->as.any, &len) < 0) rc = -errno;
    if (rc < 0) {
        close(fd);
        return rc;
    }
    *out = fd;
    return 0;
}
