/* How quernd starts, what it says, and when it refuses to. */
#include "runs.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define N(list) (sizeof(list) / sizeof *(list))
#define ANY_PORT "--listen", "127.0.0.1:0", "--ephemeral"

/* ---- without serving ---- */

Test(wire_start, version_and_help, .timeout = 30)
{
    static const char *const words[] = {
        "usage: quernd", "--config FILE",    "--listen ADDR:PORT",     "--data DIR",   "--ephemeral",
        "--shards N",    "--workers N",      "--connections N",        "--scheduler",  "--log-level",
        "--log-format",  "--plugin FILE.so", "--idle-timeout SECONDS", "--durability", "--check",
        "--version",     "Exit codes"};
    struct run_outcome o = run_with(NULL, ARGS("--version"));
    cr_assert_eq(o.status, 0);
    cr_assert_eq(run_count_lines(o.text, "^quernd [0-9]+\\.[0-9]+\\.[0-9]+$"), 1, "%s", o.text);
    cr_assert(run_is_one_line(o.text));
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

Test(wire_start, check, .timeout = 30)
{
    struct run_outcome o =
        run_with(good_file, ARGS("--check", "--config", "quern.json", "--plugin", call_test_plugin("test_types")));
    cr_assert_eq(o.status, 0, "%s", o.text);
    cr_assert_str_eq(o.text, "configuration ok\n");
    free(o.text);
    run_expect_refusal("{\n\n\"shards\": \"many\"}", 2, "quern.json:3: key 'shards'", ARGS("--check", "--config", "quern.json"));
    run_expect_refusal("{\"routes\": [{\"path\": \"/a\", \"job\": \"b\"}]}", 2, "quern.json:1: route '/a'",
                   ARGS("--check", "--config", "quern.json"));
    run_expect_refusal(NULL, 2, "no_symbol.so: it does not export quern_plugin",
                   ARGS("--check", "--plugin", call_test_plugin("no_symbol")));
}

Test(wire_start, every_key_serves, .timeout = 30)
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

Test(wire_start, bad_usage, .timeout = 60)
{
    for (size_t i = 0; i < N(bad_flags); i++) {
        bool data = strcmp(bad_flags[i].flag, "--data") == 0; /* looked at once the address is there */
        if (data) run_expect_refusal(NULL, 2, bad_flags[i].says, ARGS("--listen", "127.0.0.1:0", "--data", bad_flags[i].value));
        else run_expect_refusal(NULL, 2, bad_flags[i].says, ARGS(bad_flags[i].flag, bad_flags[i].value));
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

Test(wire_start, bad_files, .timeout = 60)
{
    for (size_t i = 0; i < N(bad_files); i++)
        run_expect_refusal(bad_files[i].text, 2, bad_files[i].says, ARGS("--config", "quern.json", ANY_PORT));
}

/* ---- the address ---- */

static int listen_here(int *port)
{
    struct sockaddr_in at = run_loopback(0);
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert(fd >= 0 && bind(fd, (const struct sockaddr *)&at, len) == 0 && listen(fd, 1) == 0, "%s", strerror(errno));
    cr_assert_eq(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    *port = ntohs(at.sin_port);
    return fd;
}

static void expect_taken(int port)
{
    char address[32], says[96];
    (void)snprintf(address, sizeof address, "127.0.0.1:%d", port);
    (void)snprintf(says, sizeof says, "cannot listen on %s: Address already in use", address);
    run_expect_refusal(NULL, 2, says, ARGS("--ephemeral", "--listen", address, "--shards", "1"));
    run_expect_refusal(NULL, 2, says, ARGS("--ephemeral", "--listen", address, "--shards", "4"));
    run_expect_refusal(NULL, 2, says, ARGS(ANY_PORT, "--listen", address));
}

Test(wire_start, port_in_use, .timeout = 60)
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
Test(wire_start, port_is_free_afterwards, .timeout = 60)
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

Test(wire_start, ready_line, .timeout = 30)
{
    struct server srv;
    server_up(&srv, NULL);
    char *text = server_log(&srv);
    cr_assert_eq(run_count_lines(text, READY_LINE), 1, "%s", text);
    free(text);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_start, several_addresses, .timeout = 30)
{
    static const char words[] = "listening on 127.0.0.1:";
    struct server srv;
    server_up(&srv, ARGS("--listen", "127.0.0.1:0", "--listen", "127.0.0.2:0", "--shards", "2"));
    run_await_lines(&srv, READY_LINE, 2);
    run_await_lines(&srv, "^quernd: listening on 127\\.0\\.0\\.2:[1-9][0-9]*$", 1);
    char *text = server_log(&srv);
    for (const char *at = text; (at = strstr(at, words));) {
        at += sizeof words - 1;
        call_expect((int)strtol(at, NULL, 10), "/run/sleep?ms=0", "");
    }
    free(text);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- sizes ---- */

Test(wire_start, more_threads_than_cpus, .timeout = 60)
{
    struct server srv;
    struct client c[32];
    server_up(&srv, ARGS("--shards", "8", "--workers", "4"));
    run_await_lines(&srv, " shards=8 engines=1 workers=4 ", 1);
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

Test(wire_start, few_files, .timeout = 60)
{
    struct server srv;
    struct client c[150];
    char said[64];
    limit_files(256);
    server_up(&srv, ARGS("--shards", "1"));
    long max = wire_metric(srv.port, "quern_connections_max");
    cr_assert(max > 150 && max < 256, "%ld", max);
    (void)snprintf(said, sizeof said, " connections=%ld ", max);
    run_await_lines(&srv, said, 1);
    for (size_t i = 0; i < N(c); i++) client_connect(&c[i], srv.port);
    for (size_t i = 0; i < N(c); i++) {
        call_send(&c[i], "/run/echo", NULL, "one of many", 11);
        wire_expect(&c[i], 200, "one of many");
    }
    for (size_t i = 0; i < N(c); i++) client_close(&c[i]);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_start, too_few_files, .timeout = 30)
{
    limit_files(40);
    run_expect_refusal(NULL, 1, "too few open files are allowed: 40, at least ", ARGS(ANY_PORT));
    run_expect_refusal(NULL, 1, "(remedy: raise ulimit -n)", ARGS(ANY_PORT));
}

Test(wire_start, more_connections_than_files, .timeout = 30)
{
    struct server srv;
    limit_files(256);
    run_expect_refusal(NULL, 2, "(remedy: --shards 7, or ulimit -n 628)", ARGS(ANY_PORT, "--connections", "1000", "--shards", "2"));
    server_up(&srv, ARGS("--connections", "1000", "--shards", "8")); /* each ring has a table of its own */
    cr_assert_geq(wire_metric(srv.port, "quern_connections_max"), 1000, "and room to spare: the kernel does not spread evenly");
    call_expect(srv.port, "/run/sleep?ms=0", "");
    cr_assert_eq(server_down(&srv), 0);
}

/* A shard that looks for work before it sleeps: requests, mail from workers, deadlines and the stop all reach it. */
Test(wire_start, busy_poll, .timeout = 30)
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
Test(wire_start, data_folder, .timeout = 30)
{
    struct server srv;
    struct stat st;
    char path[128];
    server_folder_new(&srv);
    server_start(&srv, ARGS("--listen", "127.0.0.1:0"));
    server_wait_ready(&srv);
    (void)snprintf(path, sizeof path, "%s/quern-data", srv.folder);
    cr_assert(stat(path, &st) == 0 && S_ISDIR(st.st_mode) && (st.st_mode & 0777) == 0700);
    run_await_lines(&srv, "journal\\.open data=\\./quern-data found=new", 1);
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
    struct run_outcome o = run_with(NULL, ARGS(ANY_PORT, "--plugin", call_test_plugin("test_types"), "--plugin", path));
    (void)snprintf(start, sizeof start, "quernd: plugin %s: ", path);
    cr_assert_eq(o.status, 2, "%s: %d: %s", name, o.status, o.text);
    cr_assert(run_is_one_line(o.text) && strncmp(o.text, start, strlen(start)) == 0, "%s: %s", name, o.text);
    cr_assert(strstr(o.text, says), "no '%s' in: %s", says, o.text);
    cr_assert_geq(o.took_ms, at_least_ms, "%ld ms", o.took_ms);
    free(o.text);
}

Test(wire_start, bad_plugins, .timeout = 90)
{
    for (size_t i = 0; i < N(bad_plugins); i++) expect_bad_plugin(bad_plugins[i].name, bad_plugins[i].says, 0);
}

Test(wire_start, plugin_that_hangs, .timeout = 60)
{
    expect_bad_plugin("hang_at_load", "it did not load within 5 s", 4990);
}

Test(wire_start, plugin_twice, .timeout = 30)
{
    const char *path = call_test_plugin("test_types");
    run_expect_refusal(NULL, 2, "a job type of that name exists already", ARGS(ANY_PORT, "--plugin", path, "--plugin", path));
}
