/* How quernd starts, what it says, when it refuses to, and how it stops. */
#include "call.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define N(list) (sizeof(list) / sizeof *(list))
#define ARGS(...)         \
    (const char *const[]) \
    {                     \
        __VA_ARGS__, NULL \
    }
#define ANY_PORT "--listen", "127.0.0.1:0", "--ephemeral"

/* ---- servers that end by themselves ---- */

struct outcome {
    int status;
    long took_ms;
    char *text; /* both outputs */
};

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

/* file: what quern.json holds; NULL: there is none. */
static struct outcome run_with(const char *file, const char *const *args)
{
    struct server srv;
    struct outcome o;
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

static bool is_one_line(const char *text)
{
    size_t len = strlen(text);
    return len > 1 && strchr(text, '\n') == text + len - 1;
}

/* It must end with that status and say that one thing. */
static void expect_refusal(const char *file, int status, const char *says, const char *const *args)
{
    struct outcome o = run_with(file, args);
    cr_assert_eq(o.status, status, "%s: %d, not %d: %s", says, o.status, status, o.text);
    cr_assert(is_one_line(o.text) && strncmp(o.text, "quernd: ", 8) == 0, "%s: %s", says, o.text);
    cr_assert(strstr(o.text, says), "no '%s' in: %s", says, o.text);
    free(o.text);
}

/* How many lines of the text match. */
static unsigned count_lines(const char *text, const char *pattern)
{
    regex_t re;
    regmatch_t m;
    unsigned n = 0;
    cr_assert_eq(regcomp(&re, pattern, REG_EXTENDED | REG_NEWLINE), 0);
    for (; regexec(&re, text, 1, &m, 0) == 0; n++) text += m.rm_eo;
    regfree(&re);
    return n;
}

#define READY_LINE "^quernd: listening on 127\\.0\\.0\\.1:[1-9][0-9]*$"

/* ---- without serving ---- */

Test(wire_start_stop, version_and_help, .timeout = 30)
{
    static const char *const words[] = {
        "usage: quernd", "--config FILE",    "--listen ADDR:PORT",     "--data DIR",   "--ephemeral",
        "--shards N",    "--workers N",      "--connections N",        "--scheduler",  "--log-level",
        "--log-format",  "--plugin FILE.so", "--idle-timeout SECONDS", "--durability", "--check",
        "--version",     "Exit codes"};
    struct outcome o = run_with(NULL, ARGS("--version"));
    cr_assert_eq(o.status, 0);
    cr_assert_eq(count_lines(o.text, "^quernd [0-9]+\\.[0-9]+\\.[0-9]+$"), 1, "%s", o.text);
    cr_assert(is_one_line(o.text));
    free(o.text);
    o = run_with(NULL, ARGS("--help", "--config", "no-such-file"));
    cr_assert_eq(o.status, 0);
    for (size_t i = 0; i < N(words); i++) cr_assert(strstr(o.text, words[i]), "no %s", words[i]);
    free(o.text);
}

static const char good_file[] = "{ // every key\n"
                                "  \"listen\": [\"127.0.0.1:0\"], \"ephemeral\": true, \"shards\": 1, \"workers\": 1,\n"
                                "  \"connections\": 100, \"idle_timeout\": 5, \"plugins\": [], \"scheduler\": \"balanced\",\n"
                                "  \"durability\": \"memory\", \"log_level\": \"warn\", \"log_format\": \"json\",\n"
                                "  \"access_log\": false, \"drain_delay\": 0, \"drain_grace\": 3, \"header_timeout\": 5,\n"
                                "  \"body_timeout\": 5, \"wait_max\": 5, \"park_after\": 1, \"busy_poll\": 1, \"queue_length\": 10, \"jobs_max\": 100,\n"
                                "  \"body_memory\": 10000000, \"receive_memory\": 4000000, \"output_memory\": 4000000,\n"
                                "  \"routes\": [{\"path\": \"/nap\", \"job\": \"sleep\"}]\n"
                                "}\n";

Test(wire_start_stop, check, .timeout = 30)
{
    struct outcome o =
        run_with(good_file, ARGS("--check", "--config", "quern.json", "--plugin", call_test_plugin("test_types")));
    cr_assert_eq(o.status, 0, "%s", o.text);
    cr_assert_str_eq(o.text, "configuration ok\n");
    free(o.text);
    expect_refusal("{\n\n\"shards\": \"many\"}", 2, "quern.json:3: key 'shards'", ARGS("--check", "--config", "quern.json"));
    expect_refusal("{\"routes\": [{\"path\": \"/a\", \"job\": \"b\"}]}", 2, "quern.json:1: route '/a'",
                   ARGS("--check", "--config", "quern.json"));
    expect_refusal(NULL, 2, "no_symbol.so: it does not export quern_plugin",
                   ARGS("--check", "--plugin", call_test_plugin("no_symbol")));
}

Test(wire_start_stop, every_key_serves, .timeout = 30)
{
    struct server srv;
    wire_up(&srv, good_file, NULL);
    call_expect(srv.port, "/nap?ms=1", "");
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- bad usage ---- */

static const struct {
    const char *flag, *value, *says;
} bad_flags[] = {
    {"--no-such-flag", NULL, "unknown flag '--no-such-flag'"},
    {"--shard", "2", "did you mean --shards?"},
    {"-x", NULL, "unknown flag '-x'"},
    {"surplus", NULL, "unexpected argument 'surplus'"},
    {"--shards", NULL, "--shards needs a value"},
    {"--shards", "0", "--shards must be a whole number from 1 to 64, not '0'"},
    {"--shards", "65", "--shards must be"},
    {"--workers", "-1", "--workers must be"},
    {"--connections", "1e3", "--connections must be"},
    {"--listen", "nonsense", "--listen must be an address with a port"},
    {"--listen", "127.0.0.1:99999", "--listen must be an address with a port"},
    {"--listen", "localhost:80", "--listen must be an address with a port"},
    {"--listen", "127.0.0.1", "--listen must be an address with a port"},
    {"--listen", "192.0.2.1:0", "cannot listen on 192.0.2.1:0: "}, /* RFC 5737: nobody's */
    {"--scheduler", "queue", "not available in this version"},
    {"--scheduler", "random", "--scheduler must be fixed or balanced"},
    {"--log-level", "loud", "--log-level must be"},
    {"--data", "/proc/no/such", "--data /proc/no/such: "},
    {"--plugin", "no-such.so", "plugin no-such.so: "},
    {"--plugin", "/etc/passwd", "plugin /etc/passwd: "},
    {"--config", "no-such.json", "--config: cannot read no-such.json: "},
    {"--config", "/", "--config: cannot read /: "},
};

Test(wire_start_stop, bad_usage, .timeout = 60)
{
    for (size_t i = 0; i < N(bad_flags); i++) {
        bool data = strcmp(bad_flags[i].flag, "--data") == 0; /* looked at once the address is there */
        if (data) expect_refusal(NULL, 2, bad_flags[i].says, ARGS("--listen", "127.0.0.1:0", "--data", bad_flags[i].value));
        else expect_refusal(NULL, 2, bad_flags[i].says, ARGS(bad_flags[i].flag, bad_flags[i].value));
    }
}

static const struct {
    const char *text, *says;
} bad_files[] = {
    {"", "quern.json:1: "},
    {"[]", "quern.json:1: the file must be a JSON object"},
    {"{\n\"shards\": 1,\n}", "quern.json:3: "},
    {"{\n// fine\n/* not ended\n", "quern.json:3: a comment that does not end"},
    {"{\"shards\": 1,\n \"shards\": 2}", "quern.json:2: key 'shards' stands twice"},
    {"{\"ephemeral\": true,\n\n\n \"shrads\": 2}", "quern.json:4: unknown key 'shrads'; did you mean 'shards'?"},
    {"{\"listen\":\n [\"127.0.0.1:0\",\n  \"here\"]}", "quern.json:3: key 'listen' must be an address"},
    {"{\"shards\": 0}", "quern.json:1: key 'shards' must be a whole number from 1 to 64, not '0'"},
    {"{\"access_log\": 1}", "quern.json:1: key 'access_log' must be true or false"},
    {"{\"ephemeral\": true, \"data\": \"x\"}", "quern.json:1: the keys 'data' and 'ephemeral' exclude each other"},
};

Test(wire_start_stop, bad_files, .timeout = 60)
{
    for (size_t i = 0; i < N(bad_files); i++)
        expect_refusal(bad_files[i].text, 2, bad_files[i].says, ARGS("--config", "quern.json", ANY_PORT));
}

/* ---- the address ---- */

static struct sockaddr_in loopback(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return at;
}

static int listen_here(int *port)
{
    struct sockaddr_in at = loopback(0);
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert(fd >= 0 && bind(fd, (const struct sockaddr *)&at, len) == 0 && listen(fd, 1) == 0, "%s", strerror(errno));
    cr_assert_eq(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    *port = ntohs(at.sin_port);
    return fd;
}

/* 0 or the errno of a connection that is closed at once. */
static int try_connect(int port)
{
    struct sockaddr_in to = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert(fd >= 0, "%s", strerror(errno));
    int error = connect(fd, (const struct sockaddr *)&to, sizeof to) < 0 ? errno : 0;
    (void)close(fd);
    return error;
}

static void expect_taken(int port)
{
    char address[32], says[96];
    (void)snprintf(address, sizeof address, "127.0.0.1:%d", port);
    (void)snprintf(says, sizeof says, "cannot listen on %s: Address already in use", address);
    expect_refusal(NULL, 2, says, ARGS("--ephemeral", "--listen", address, "--shards", "1"));
    expect_refusal(NULL, 2, says, ARGS("--ephemeral", "--listen", address, "--shards", "4"));
    expect_refusal(NULL, 2, says, ARGS(ANY_PORT, "--listen", address));
}

Test(wire_start_stop, port_in_use, .timeout = 60)
{
    struct server srv;
    int port, fd = listen_here(&port);
    expect_taken(port);
    (void)close(fd);
    server_up(&srv, ARGS("--shards", "2")); /* shares its port among its shards, and with nobody else */
    expect_taken(srv.port);
    call_expect(srv.port, "/run/sleep?ms=0", "");
    cr_assert_eq(server_down(&srv), 0);
}

/* A port is free again as soon as the server has ended, whoever closed first. */
Test(wire_start_stop, port_is_free_afterwards, .timeout = 60)
{
    struct server srv;
    char address[32];
    server_up(&srv, ARGS("--shards", "2"));
    int port = srv.port;
    (void)snprintf(address, sizeof address, "127.0.0.1:%d", port);
    for (int i = 0; i < 3; i++) {
        call_expect(port, "/run/sleep?ms=0", "");
        server_signal(&srv, SIGTERM);
        cr_assert_eq(server_wait(&srv), 0);
        cr_assert_eq(truncate(srv.log, 0), 0); /* it holds the ready line of before */
        server_start(&srv, ARGS("--ephemeral", "--listen", address, "--shards", i % 2 ? "1" : "2"));
        server_wait_ready(&srv);
        cr_assert_eq(srv.port, port);
    }
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_start_stop, ready_line, .timeout = 30)
{
    struct server srv;
    server_up(&srv, NULL);
    char *text = server_log(&srv);
    cr_assert_eq(count_lines(text, READY_LINE), 1, "%s", text);
    free(text);
    cr_assert_eq(server_down(&srv), 0);
}

/* server_up() has read the log when the first line was there; the others follow at once. */
static void await_lines(const struct server *s, const char *pattern, unsigned n)
{
    unsigned now = 0;
    for (long end = wire_now_ms() + PATIENCE_MS; wire_now_ms() < end; wire_pause_us(2000)) {
        char *text = server_log(s);
        now = count_lines(text, pattern);
        free(text);
        if (now == n) return;
    }
    cr_assert_fail("%u lines are %s, not %u", now, pattern, n);
}

Test(wire_start_stop, several_addresses, .timeout = 30)
{
    static const char words[] = "listening on 127.0.0.1:";
    struct server srv;
    server_up(&srv, ARGS("--listen", "127.0.0.1:0", "--listen", "127.0.0.2:0", "--shards", "2"));
    await_lines(&srv, READY_LINE, 2);
    await_lines(&srv, "^quernd: listening on 127\\.0\\.0\\.2:[1-9][0-9]*$", 1);
    char *text = server_log(&srv);
    for (const char *at = text; (at = strstr(at, words));) {
        at += sizeof words - 1;
        call_expect((int)strtol(at, NULL, 10), "/run/sleep?ms=0", "");
    }
    free(text);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- sizes ---- */

Test(wire_start_stop, more_threads_than_cpus, .timeout = 60)
{
    struct server srv;
    struct client c[32];
    server_up(&srv, ARGS("--shards", "8", "--workers", "4"));
    await_lines(&srv, " shards=8 engines=1 workers=4 ", 1);
    for (size_t i = 0; i < N(c); i++) client_connect(&c[i], srv.port);
    for (size_t i = 0; i < N(c); i++) call_send(&c[i], "/run/echo", NULL, "many threads", 12);
    for (size_t i = 0; i < N(c); i++) wire_expect(&c[i], 200, "many threads");
    cr_assert_eq(wire_metric(srv.port, "quern_workers"), 4);
    for (size_t i = 0; i < N(c); i++) client_close(&c[i]);
    cr_assert_eq(server_down(&srv), 0);
}

/* Of this process and those that it starts; hard and soft, since the server raises the soft limit to the hard one. */
static void limit_files(rlim_t n)
{
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &(struct rlimit){n, n}), 0);
}

Test(wire_start_stop, few_files, .timeout = 60)
{
    struct server srv;
    struct client c[150];
    char said[64];
    limit_files(256);
    server_up(&srv, ARGS("--shards", "1"));
    long max = wire_metric(srv.port, "quern_connections_max");
    cr_assert(max > 150 && max < 256, "%ld", max);
    (void)snprintf(said, sizeof said, " connections=%ld ", max);
    await_lines(&srv, said, 1);
    for (size_t i = 0; i < N(c); i++) client_connect(&c[i], srv.port);
    for (size_t i = 0; i < N(c); i++) {
        call_send(&c[i], "/run/echo", NULL, "one of many", 11);
        wire_expect(&c[i], 200, "one of many");
    }
    for (size_t i = 0; i < N(c); i++) client_close(&c[i]);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_start_stop, too_few_files, .timeout = 30)
{
    limit_files(40);
    expect_refusal(NULL, 1, "too few open files are allowed: 40, at least ", ARGS(ANY_PORT));
    expect_refusal(NULL, 1, "(remedy: raise ulimit -n)", ARGS(ANY_PORT));
}

Test(wire_start_stop, more_connections_than_files, .timeout = 30)
{
    struct server srv;
    limit_files(256);
    expect_refusal(NULL, 2, "(remedy: --shards 7, or ulimit -n 628)", ARGS(ANY_PORT, "--connections", "1000", "--shards", "2"));
    server_up(&srv, ARGS("--connections", "1000", "--shards", "8")); /* each ring has a table of its own */
    cr_assert_geq(wire_metric(srv.port, "quern_connections_max"), 1000, "and room to spare: the kernel does not spread evenly");
    call_expect(srv.port, "/run/sleep?ms=0", "");
    cr_assert_eq(server_down(&srv), 0);
}

/* A shard that looks for work before it sleeps: requests, mail from workers, deadlines and the stop all reach it. */
Test(wire_start_stop, busy_poll, .timeout = 30)
{
    struct server srv;
    struct client c;
    server_up(&srv, ARGS("--shards", "2", "--busy-poll", "2000"));
    for (int i = 0; i < 50; i++) call_expect(srv.port, "/run/sleep?ms=1", "");
    client_connect(&c, srv.port);
    for (int i = 0; i < 50; i++) {
        client_send_text(&c, "GET /livez HTTP/1.1\r\n" HOST "\r\n");
        wire_expect(&c, 200, NULL);
        wire_pause_us(i * 100); /* now within the time, now asleep */
    }
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* Without --ephemeral there is a folder for the jobs. */
Test(wire_start_stop, data_folder, .timeout = 30)
{
    struct server srv;
    struct stat st;
    char path[128];
    server_folder_new(&srv);
    server_start(&srv, ARGS("--listen", "127.0.0.1:0"));
    server_wait_ready(&srv);
    (void)snprintf(path, sizeof path, "%s/quern-data", srv.folder);
    cr_assert(stat(path, &st) == 0 && S_ISDIR(st.st_mode) && (st.st_mode & 0777) == 0700);
    await_lines(&srv, "journal\\.open data=\\./quern-data found=new", 1);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- plugins that must not be loaded ---- */

static const struct {
    const char *name, *says;
} bad_plugins[] = {
    {"crash_at_load", "it crashed while loading (Segmentation fault)"},
    {"crash_at_start", "it crashed while loading (Aborted)"},
    {"exit_at_load", "it ended the process while loading"},
    {"wrong_abi", "it was built for ABI 42, this server has 1"},
    {"fail_start", "its start function failed"},
    {"no_symbol", "it does not export quern_plugin"},
    {"no_types", "it names no job types"},
    {"bad_name", "job type 'Test.Bad': "},
    {"taken_name", "job type 'echo': a job type of that name exists already"},
    {"missing_library", "quern_function_of_tomorrow"},
};

static void expect_bad_plugin(const char *name, const char *says, long at_least_ms)
{
    char start[PATH_MAX + 32];
    const char *path = call_test_plugin(name);
    struct outcome o = run_with(NULL, ARGS(ANY_PORT, "--plugin", call_test_plugin("test_types"), "--plugin", path));
    (void)snprintf(start, sizeof start, "quernd: plugin %s: ", path);
    cr_assert_eq(o.status, 2, "%s: %d: %s", name, o.status, o.text);
    cr_assert(is_one_line(o.text) && strncmp(o.text, start, strlen(start)) == 0, "%s: %s", name, o.text);
    cr_assert(strstr(o.text, says), "no '%s' in: %s", says, o.text);
    cr_assert_geq(o.took_ms, at_least_ms, "%ld ms", o.took_ms);
    free(o.text);
}

Test(wire_start_stop, bad_plugins, .timeout = 90)
{
    for (size_t i = 0; i < N(bad_plugins); i++) expect_bad_plugin(bad_plugins[i].name, bad_plugins[i].says, 0);
}

Test(wire_start_stop, plugin_that_hangs, .timeout = 60)
{
    expect_bad_plugin("hang_at_load", "it did not load within 5 s", 4990);
}

Test(wire_start_stop, plugin_twice, .timeout = 30)
{
    const char *path = call_test_plugin("test_types");
    expect_refusal(NULL, 2, "a job type of that name exists already", ARGS(ANY_PORT, "--plugin", path, "--plugin", path));
}

/* ---- stopping ---- */

static void await_refusal(int port)
{
    int error = 0;
    for (long end = wire_now_ms() + PATIENCE_MS; wire_now_ms() < end; wire_pause_us(2000))
        if ((error = try_connect(port)) == ECONNREFUSED) return;
    cr_assert_fail("connections to port %d are not refused: %s", port, strerror(error));
}

static struct client begin(int port, const char *target)
{
    struct client c;
    client_connect(&c, port);
    call_send(&c, target, NULL, NULL, 0);
    return c;
}

Test(wire_start_stop, drain_answers_what_runs, .timeout = 60)
{
    struct server srv;
    struct client c[3];
    struct reply r;
    call_up(&srv, NULL, ARGS("--shards", "2", "--workers", "2"));
    for (size_t i = 0; i < N(c); i++) c[i] = begin(srv.port, "/run/test.held?text=in+time"); /* the third waits */
    call_await_metric(srv.port, "quern_calls", N(c));
    server_signal(&srv, SIGTERM);
    await_refusal(srv.port);
    cr_assert(wire_is_quiet(&c[0])); /* refused already, and the calls still run */
    wire_release(&srv);
    for (size_t i = 0; i < N(c); i++) {
        client_read_reply(&c[i], &r);
        cr_assert_eq(r.status, 200, "%s", r.head);
        cr_assert_str_eq(r.body, "in time");
        cr_assert_str_eq(reply_header(&r, "Connection"), "close");
        cr_assert(wire_ends(&c[i]));
        reply_free(&r);
        client_close(&c[i]);
    }
    cr_assert_eq(server_wait(&srv), 0);
    server_folder_free(&srv);
}

static void close_idle_on(int signal)
{
    struct server srv;
    struct client c[20];
    wire_up(&srv, "{\"drain_grace\": 3600}", ARGS("--shards", "2")); /* it does not end by that */
    for (size_t i = 0; i < N(c); i++) client_connect(&c[i], srv.port);
    for (size_t i = 0; i < N(c); i += 2) { /* every other has asked for something */
        call_send(&c[i], "/run/echo", NULL, "x", 1);
        wire_expect(&c[i], 200, "x");
    }
    call_await_metric(srv.port, "quern_connections", N(c) + 1);
    server_signal(&srv, signal);
    for (size_t i = 0; i < N(c); i++) cr_assert(wire_ends(&c[i]), "connection %zu", i);
    for (size_t i = 0; i < N(c); i++) client_close(&c[i]);
    cr_assert_eq(server_wait(&srv), 0);
    server_folder_free(&srv);
}

Test(wire_start_stop, drain_closes_idle_connections, .timeout = 60)
{
    close_idle_on(SIGTERM);
    close_idle_on(SIGINT);
}

/* The load balancer is told first, and the work goes on meanwhile. */
Test(wire_start_stop, drain_delay, .timeout = 60)
{
    struct server srv;
    struct reply r = {0};
    call_up(&srv, "{\"drain_delay\": 3600}", ARGS("--shards", "2"));
    server_signal(&srv, SIGTERM);
    for (long end = wire_now_ms() + PATIENCE_MS; r.status != 503 && wire_now_ms() < end; wire_pause_us(2000)) {
        reply_free(&r);
        r = http_request(srv.port, "GET", "/readyz", NULL, NULL);
    }
    cr_assert_eq(r.status, 503);
    cr_assert_str_eq(r.body, "draining\n");
    reply_free(&r);
    call_expect(srv.port, "/run/test.tell?text=still", "still");
    r = http_request(srv.port, "GET", "/livez", NULL, NULL);
    cr_assert_eq(r.status, 200);
    reply_free(&r);
    server_signal(&srv, SIGTERM);
    cr_assert_eq(server_wait(&srv), 0);
    server_folder_free(&srv);
}

/* The call would run for longer than any test waits. */
static void end_early(struct server *s, struct client *c)
{
    struct reply r;
    enum client_end e = client_try_read(c, &r, true); /* 503, or the connection just ends */
    cr_assert(e != CLIENT_REPLY || r.status == 503, "%s", r.head);
    cr_assert_neq(e, CLIENT_TIMEOUT);
    reply_free(&r);
    client_close(c);
    cr_assert_eq(server_wait(s), 0);
    server_folder_free(s);
}

Test(wire_start_stop, second_signal_stops_now, .timeout = 60)
{
    struct server srv;
    call_up(&srv, "{\"drain_grace\": 3600}", ARGS("--shards", "2"));
    struct client c = begin(srv.port, "/run/test.held");
    call_await_count(srv.port, "started", 1);
    server_signal(&srv, SIGTERM);
    await_refusal(srv.port);
    server_signal(&srv, SIGTERM);
    end_early(&srv, &c);
}

/* A handler that hears nothing is not waited for: its thread goes with the process. */
Test(wire_start_stop, second_signal_leaves_a_stuck_handler, .timeout = 60)
{
    struct server srv;
    struct reply r;
    call_up(&srv, NULL, ARGS("--shards", "2", "--workers", "2"));
    struct client c = begin(srv.port, "/run/test.stuck");
    call_await_count(srv.port, "started", 1);
    server_signal(&srv, SIGTERM);
    await_refusal(srv.port);
    server_signal(&srv, SIGTERM);
    (void)client_try_read(&c, &r, true); /* 504 if its limit was over before */
    reply_free(&r);
    client_close(&c);
    cr_assert_eq(server_wait(&srv), 0);
    server_folder_free(&srv);
}

Test(wire_start_stop, drain_has_an_end, .timeout = 60)
{
    struct server srv;
    call_up(&srv, "{\"drain_grace\": 1}", ARGS("--shards", "2"));
    struct client c = begin(srv.port, "/run/test.held");
    call_await_count(srv.port, "started", 1);
    server_signal(&srv, SIGTERM);
    end_early(&srv, &c);
}

/* A job that a worker here has in hand is waited for as well. */
Test(wire_start_stop, drain_waits_for_jobs, .timeout = 60)
{
    struct server srv;
    call_up(&srv, NULL, ARGS("--shards", "2", "--workers", "2"));
    struct reply r = http_request(srv.port, "POST", "/ojs/v1/jobs", "Content-Type: application/openjobspec+json\r\n",
                                  "{\"type\":\"test.held\",\"args\":[]}");
    cr_assert_eq(r.status, 201, "%s", r.body);
    reply_free(&r);
    call_await_count(srv.port, "started", 1);
    server_signal(&srv, SIGTERM);
    await_refusal(srv.port);
    cr_assert_eq(waitpid(srv.pid, NULL, WNOHANG), 0, "it has not waited");
    wire_release(&srv);
    cr_assert_eq(server_wait(&srv), 0);
    server_folder_free(&srv);
}

Test(wire_start_stop, hangup_does_not_stop, .timeout = 30)
{
    struct server srv;
    server_up(&srv, NULL);
    server_signal(&srv, SIGHUP);
    await_lines(&srv, "server\\.reload", 1);
    call_expect(srv.port, "/run/sleep?ms=0", "");
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- what it says meanwhile ---- */

static void make_noise(int port)
{
    struct client c;
    client_connect(&c, port);
    struct reply r = call_on(&c, "/run/echo", "User-Agent: \"quoted\" back\\slash key=value \303\274\r\n", "x", 1);
    reply_free(&r);
    r = client_request(&c, "GET", "/a%20b%22%3Dc%5C%C3%BC?q=%0A", NULL, NULL);
    reply_free(&r);
    call_problem(call_on(&c, "/run/no.such", NULL, NULL, 0), 404, "not-found", "");
    client_close(&c);
    client_connect(&c, port);
    client_send_text(&c, "BROKEN\r\n\r\n");
    wire_expect_last(&c, 400);
    client_close(&c);
}

/* Stops it and returns what it has said. */
static char *said_by(struct server *s)
{
    server_signal(s, SIGTERM);
    cr_assert_eq(server_wait(s), 0);
    char *text = server_log(s);
    server_folder_free(s);
    return text;
}

Test(wire_start_stop, log_as_text, .timeout = 30)
{
    static const char form[] = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z "
                               "(error|warn|info|debug) [a-z]+[0-9]* [a-z_]+(\\.[a-z_]+)* [a-z_]+=";
    struct server srv;
    unsigned n = 0, n_ready = 0;
    server_up(&srv, ARGS("--log-format", "text", "--log-level", "debug", "--access-log"));
    make_noise(srv.port);
    char *text = said_by(&srv), *save;
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save), n++) {
        unsigned ready = count_lines(line, READY_LINE);
        cr_assert_eq(count_lines(line, form) + ready, 1, "%s", line);
        n_ready += ready;
    }
    cr_assert(n > 8 && n_ready == 1, "%u lines, %u ready", n, n_ready);
    free(text);
}

Test(wire_start_stop, log_as_json, .timeout = 30)
{
    static const char *const members[] = {"time", "level", "thread", "event"};
    struct server srv;
    unsigned n = 0, n_ready = 0;
    server_up(&srv, ARGS("--log-format", "json", "--log-level", "debug", "--access-log"));
    make_noise(srv.port);
    char *text = said_by(&srv), *save;
    cr_assert(strstr(text, "server.start") && strstr(text, "server.end"), "%s", text);
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save), n++) {
        if (count_lines(line, READY_LINE) && ++n_ready) continue;
        cJSON *json = cJSON_ParseWithOpts(line, NULL, true);
        cr_assert(json, "%s", line);
        for (size_t i = 0; i < N(members); i++)
            cr_assert(cJSON_IsString(cJSON_GetObjectItemCaseSensitive(json, members[i])), "%s", line);
        cJSON_Delete(json);
    }
    cr_assert(n > 8 && n_ready == 1, "%u lines, %u ready", n, n_ready);
    free(text);
}

Test(wire_start_stop, quiet_log, .timeout = 30)
{
    struct server srv;
    server_up(&srv, ARGS("--log-level", "error"));
    make_noise(srv.port);
    char *text = said_by(&srv);
    cr_assert(is_one_line(text) && count_lines(text, READY_LINE) == 1, "%s", text);
    free(text);
}

/* ---- what it gives up ---- */

static bool says(pid_t pid, const char *line)
{
    char path[64], text[4096];
    (void)snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "re");
    if (!f) return false;
    size_t n = fread(text, 1, sizeof text - 1, f);
    (void)fclose(f);
    text[n] = 0;
    return strstr(text, line) != NULL;
}

/* Its children and theirs. */
static void expect_of_all(pid_t pid, const char *line, int *count)
{
    char path[64];
    int child;
    cr_assert(says(pid, line), "process %d is not '%s'", (int)pid, line);
    (*count)++;
    (void)snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
    FILE *f = fopen(path, "re");
    while (f && fscanf(f, "%d", &child) == 1) expect_of_all(child, line, count);
    if (f) (void)fclose(f);
}

#define AS_NOBODY "{\"user\": \"nobody\", \"types\": {\"echo\": {\"run\": \"process\", \"places\": 2}}}"

Test(wire_start_stop, root_becomes_another_user)
{
    struct server srv;
    int n = 0;
    if (geteuid() != 0) {
        struct outcome o = run_with(AS_NOBODY, (const char *const[]){"--ephemeral", "--config", "quern.json", "--listen", "127.0.0.1:0", NULL});
        cr_assert(o.status == 2 && strstr(o.text, "only root"), "%s", o.text);
        free(o.text);
        return;
    }
    wire_up(&srv, AS_NOBODY, NULL);
    struct reply r = http_request(srv.port, "POST", "/run/echo", NULL, "hello");
    cr_assert(r.status == 200 && strcmp(r.body, "hello") == 0, "%s%s", r.head, r.body);
    reply_free(&r);
    expect_of_all(srv.pid, "Uid:\t65534\t65534\t65534\t65534\nGid:\t65534\t65534\t65534\t65534\n", &n);
    cr_assert_geq(n, 3, "server, zygote, a worker at least: %d", n);
    expect_of_all(srv.pid, "NoNewPrivs:\t1\n", &n);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_start_stop, a_user_must_exist)
{
    struct outcome o = run_with("{\"user\": \"n.o.b.o.d.y\"}", (const char *const[]){"--ephemeral", "--config", "quern.json", "--listen", "127.0.0.1:0", NULL});
    cr_assert(o.status == 2 && is_one_line(o.text) && strstr(o.text, "key 'user': n.o.b.o.d.y: no such user"), "%s", o.text);
    free(o.text);
}
