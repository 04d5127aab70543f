/* What the server's process gives up: system calls. */
#include "places.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RUN "/run/test.crash?how="
#define IN_PROCESS "{\"test.crash\": {\"run\": \"process\", \"places\": 1}}"

/* Of every thread of a process. Returns how many there are. */
static unsigned expect_of_threads(pid_t pid, const char *line)
{
    char path[300], text[8192];
    unsigned n = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *d = opendir(path);
    cr_assert_not_null(d);
    for (const struct dirent *e; (e = readdir(d));) {
        if (e->d_name[0] == '.') continue;
        (void)snprintf(path, sizeof path, "/proc/%d/task/%s/status", (int)pid, e->d_name);
        FILE *f = fopen(path, "re");
        if (!f) continue; /* it has just ended */
        text[fread(text, 1, sizeof text - 1, f)] = 0;
        (void)fclose(f);
        cr_assert(strstr(text, line), "thread %s is not '%s': %s", e->d_name, line, text);
        n++;
    }
    (void)closedir(d);
    return n;
}

static void expect_denied(int port)
{
    cr_assert_eq(places_number(port, RUN "memory"), EPERM);
    cr_assert_eq(places_number(port, RUN "spaces"), EPERM);
}

Test(wire_hardening, calls_that_no_server_needs_are_refused, .timeout = 60)
{
    struct server srv;
    places_up(&srv, "{}", (const char *const[]){"--shards", "2", "--workers", "2", NULL});
    expect_denied(srv.port); /* in a thread of the server */
    cr_assert_geq(expect_of_threads(srv.pid, "\nSeccomp:\t2\n"), 5u, "itself, two shards, two workers");
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_hardening, and_to_processes_that_it_starts, .timeout = 60)
{
    struct server srv;
    places_up(&srv, IN_PROCESS, NULL);
    pid_t pid = (pid_t)places_number(srv.port, RUN "pid");
    cr_assert_neq(pid, srv.pid);
    (void)expect_of_threads(pid, "\nSeccomp:\t2\n");
    expect_denied(srv.port);
    cr_assert_eq(places_number(srv.port, RUN "socket"), 0, "it is no sandbox");
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_hardening, unless_that_is_not_wanted, .timeout = 60)
{
    struct server srv;
    char config[2048];
    (void)snprintf(config, sizeof config, "{\"seccomp\": false, \"plugins\": [\"%s\"]}", call_test_plugin("crashing"));
    wire_up(&srv, config, NULL);
    if (expect_of_threads(srv.pid, "\nSeccomp:\t") == 0 || places_number(srv.port, RUN "memory") == EPERM)
        cr_skip_test("something else filters calls here");
    cr_assert_eq(places_number(srv.port, RUN "memory"), EINVAL);
    cr_assert_eq(server_down(&srv), 0);
}
