/* server_notify.c: see server_notify.h. */
#include "server_notify.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int kept = -1;

/* A socket to whoever wants to be told; -1: nobody does. */
static int connect_manager(void)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    const char *path = getenv("NOTIFY_SOCKET");
    size_t len = path ? strlen(path) : 0;
    if (len < 2 || len >= sizeof to.sun_path || (path[0] != '/' && path[0] != '@')) return -1;
    memcpy(to.sun_path, path, len);
    if (path[0] == '@') to.sun_path[0] = 0; /* a name that is no file's */
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    if (connect(fd, (struct sockaddr *)(void *)&to, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)) == 0) return fd;
    close(fd);
    return -1;
}

void server_notify_keep(void)
{
    kept = connect_manager();
}

void server_notify(const char *format, ...)
{
    char text[128];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    int fd = kept >= 0 ? kept : connect_manager();
    if (fd >= 0 && n > 0 && (size_t)n < sizeof text) (void)send(fd, text, (size_t)n, MSG_NOSIGNAL);
    if (fd >= 0 && fd != kept) close(fd);
}
