/* runs.c: see runs.h. */
#include "runs.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void write_file(const struct server *s, const char *name, const char *text)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", s->folder, name);
    FILE *f = fopen(path, "we");
    cr_assert(f && fputs(text, f) >= 0 && fclose(f) == 0, "%s", path);
}

static int wait_exit(struct server *s)
{
    int status;
    cr_assert_eq(waitpid(s->pid, &status, 0), s->pid);
    s->pid = 0;
    cr_assert(WIFEXITED(status), "wait status %#x: %s", status, server_log(s));
    return WEXITSTATUS(status);
}

struct run_outcome run_with(const char *file, const char *const *args)
{
    struct server srv;
    struct run_outcome o;
    server_folder_new(&srv);
    if (file) write_file(&srv, "quern.json", file);
    long began = wire_now_ms();
    server_start(&srv, args);
    o.status = wait_exit(&srv);
    o.took_ms = wire_now_ms() - began;
    o.text = server_log(&srv);
    server_folder_free(&srv);
    return o;
}

bool run_is_one_line(const char *text)
{
    size_t len = strlen(text);
    return len > 1 && strchr(text, '\n') == text + len - 1;
}

void run_expect_refusal(const char *file, int status, const char *says, const char *const *args)
{
    struct run_outcome o = run_with(file, args);
    cr_assert_eq(o.status, status, "%s: %d, not %d: %s", says, o.status, status, o.text);
    cr_assert(run_is_one_line(o.text) && strncmp(o.text, "quernd: ", 8) == 0, "%s: %s", says, o.text);
    cr_assert(strstr(o.text, says), "no '%s' in: %s", says, o.text);
    free(o.text);
}

unsigned run_count_lines(const char *text, const char *pattern)
{
    regex_t re;
    regmatch_t m;
    unsigned n = 0;
    cr_assert_eq(regcomp(&re, pattern, REG_EXTENDED | REG_NEWLINE), 0);
    for (; regexec(&re, text, 1, &m, 0) == 0; n++) text += m.rm_eo;
    regfree(&re);
    return n;
}

struct sockaddr_in run_loopback(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return at;
}

int run_try_connect(int port)
{
    struct sockaddr_in to = run_loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert(fd >= 0, "%s", strerror(errno));
    int error = connect(fd, (const struct sockaddr *)&to, sizeof to) < 0 ? errno : 0;
    (void)close(fd);
    return error;
}

void run_await_lines(const struct server *s, const char *pattern, unsigned n)
{
    unsigned now = 0;
    for (long end = wire_now_ms() + PATIENCE_MS; wire_now_ms() < end; wire_pause_us(2000)) {
        char *text = server_log(s);
        now = run_count_lines(text, pattern);
        free(text);
        if (now == n) return;
    }
    cr_assert_fail("%u lines are %s, not %u", now, pattern, n);
}
