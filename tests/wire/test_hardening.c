/* What the server's process gives up: system calls, and files outside a folder. */
#include "places.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* ---- chroot ---- */

#define ZONE "/usr/share/zoneinfo/Europe/Paris"
#define JAILED "{\"listen\": [\"127.0.0.1:0\"], \"user\": \"nobody\", \"chroot\": \"jail\", \"data\": \"/data\", \"types\": {\"echo\": {\"run\": \"process\"}}%s}"

static void run(const char *format, const char *folder)
{
    char command[512];
    (void)snprintf(command, sizeof command, format, folder, folder, folder, folder);
    cr_assert_eq(system(command), 0, "%s", command);
}

static void write_config(const struct server *s, const char *place, const char *more)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%squern.json", s->folder, place);
    FILE *f = fopen(path, "we");
    cr_assert(f && fprintf(f, JAILED, more) > 0 && fchmod(fileno(f), 0644) == 0 && fclose(f) == 0, "%s", path);
}

static void await_log(const struct server *s, const char *words)
{
    for (long end = wire_now_ms() + 20000;; wire_pause_us(1000)) {
        char *text = server_log(s);
        bool there = strstr(text, words) != NULL;
        free(text);
        if (there) return;
        cr_assert_lt(wire_now_ms(), end, "never said: %s", words);
    }
}

/* A start that is refused with one sentence. */
static void expect_refused(const char *config, const char *words)
{
    struct server s;
    char path[128];
    server_folder_new(&s);
    (void)snprintf(path, sizeof path, "%s/quern.json", s.folder);
    FILE *f = fopen(path, "we");
    cr_assert(f && fputs(config, f) >= 0 && fclose(f) == 0);
    server_start(&s, (const char *const[]){"--ephemeral", "--config", "quern.json", "--listen", "127.0.0.1:0", NULL});
    cr_assert_eq(server_wait(&s), 2);
    char *text = server_log(&s);
    cr_assert(strstr(text, words) && strchr(text, '\n')[1] == 0, "'%s' is not what it says: %s", words, text);
    free(text);
    server_folder_free(&s);
}

static void expect_root(const struct server *s, const char *folder)
{
    char link[64], to[PATH_MAX], want[PATH_MAX];
    (void)snprintf(link, sizeof link, "/proc/%d/root", (int)s->pid);
    ssize_t n = readlink(link, to, sizeof to - 1);
    cr_assert_gt(n, 0);
    to[n] = 0;
    (void)snprintf(want, sizeof want, "%s/%s", s->folder, folder);
    cr_assert_str_eq(to, want);
}

Test(wire_hardening, a_folder_that_is_the_root, .timeout = 60)
{
    struct server srv;
    struct reply r;
    static const char json[] = "Content-Type: application/openjobspec+json\r\n";
    if (geteuid() != 0 || access(ZONE, R_OK) < 0) cr_skip_test("needs root, and time zones");
    server_folder_new(&srv);
    run("mkdir -p -m 755 %s/jail/usr/share/zoneinfo/Europe && cp " ZONE " %s/jail/usr/share/zoneinfo/Europe/ && mkdir %s/jail/data && "
        "chown 65534:65534 %s/jail/data", srv.folder);
    write_config(&srv, "", "");
    server_start(&srv, (const char *const[]){"--config", "quern.json", NULL});
    server_wait_ready(&srv);
    expect_root(&srv, "jail");
    (void)expect_of_threads(srv.pid, "\nUid:\t65534\t65534\t65534\t65534\n");
    r = http_request(srv.port, "POST", "/run/echo", NULL, "hello"); /* in a process, which is not in there */
    cr_assert(r.status == 200 && strcmp(r.body, "hello") == 0, "%s%s", r.head, r.body);
    reply_free(&r);
    r = http_request(srv.port, "POST", "/ojs/v1/jobs", json, "{\"type\":\"t.remote\",\"args\":[]}");
    cr_assert_eq(r.status, 201, "%s", r.body);
    reply_free(&r);
    r = http_request(srv.port, "POST", "/ojs/v1/cron", json,
                     "{\"name\":\"a\",\"cron\":\"0 9 * * *\",\"timezone\":\"Europe/Paris\",\"type\":\"t.remote\",\"args\":[]}");
    cr_assert_eq(r.status, 201, "%s", r.body);
    reply_free(&r);
    server_signal(&srv, SIGHUP); /* the file is not in there */
    await_log(&srv, "server.no_reload");
    await_log(&srv, "server.reload taken=0");
    server_signal(&srv, SIGUSR2);
    await_log(&srv, "server.handover taken=0");
    write_config(&srv, "jail/", ", \"access_log\": true");
    server_signal(&srv, SIGHUP);
    await_log(&srv, "server.reload taken=1");
    int status = server_down(&srv);
    cr_assert(status == 0 || wire_is_slow(), "exit code %d", status); /* LeakSanitizer wants a /proc in there */
}

Test(wire_hardening, a_root_that_would_not_hold_is_refused)
{
    if (geteuid() != 0) cr_skip_test("needs root");
    expect_refused("{\"chroot\": \"/\"}", "key 'chroot': needs a 'user'");
    expect_refused("{\"chroot\": \"/\", \"user\": \"root\"}", "key 'chroot': needs a 'user'");
    expect_refused("{\"chroot\": \"/\", \"user\": \"nobody\", \"cgroup\": \"/sys/fs/cgroup\"}", "not together with 'cgroup'");
    expect_refused("{\"chroot\": \"/none\", \"user\": \"nobody\"}", "schedules need time zones: /none/usr/share/zoneinfo: No such file");
}
