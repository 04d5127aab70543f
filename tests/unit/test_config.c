#include "config.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARGS_MAX 48
#define FLAGS(...) read_flags((const char *[]){"quernd", __VA_ARGS__, NULL})

static struct config c;
static char why[512], path[] = "/dev/shm/quern-config-XXXXXX";
static int fd = -1;

static void up(void)
{
    fd = mkstemp(path);
    cr_assert(fd >= 0);
}

static void down(void)
{
    config_free(&c);
    (void)close(fd);
    (void)unlink(path);
}

TestSuite(config, .init = up, .fini = down);

/* As main does, but over and over in one process. */
static int read_flags(const char *const *args)
{
    char *argv[ARGS_MAX];
    int argc = 0;
    config_free(&c);
    why[0] = 0;
    for (; args[argc]; argc++) argv[argc] = strdup(args[argc]);
    argv[argc] = NULL;
    memset(&c, 0xa5, sizeof c); /* config_read must not look at what was there */
    int rc = config_read(argc, argv, &c, why, sizeof why);
    for (int i = 0; i < argc; i++) free(argv[i]);
    return rc;
}

static void write_bytes(const char *text, size_t len)
{
    cr_assert_eq(ftruncate(fd, 0), 0);
    cr_assert_eq(pwrite(fd, text, len, 0), (ssize_t)len);
}

static int read_file(const char *text)
{
    write_bytes(text, strlen(text));
    return FLAGS("--config", path);
}

static bool is_all_zero(const struct config *p)
{
    static const struct config zero;
    return memcmp(p, &zero, sizeof zero) == 0;
}

/* ---- flags ---- */

Test(config, defaults)
{
    cr_assert_eq(read_flags((const char *[]){"quernd", NULL}), 0, "%s", why);
    cr_assert_null(c.file);
    cr_assert_eq(c.n_listen, 1);
    cr_assert_str_eq(c.listen[0], "127.0.0.1:8080");
    cr_assert_str_eq(c.data, "./quern-data");
    cr_assert_not(c.ephemeral || c.access_log || c.check || c.version || c.help);
    cr_assert_eq(c.shards + c.workers + c.connections, 0);
    cr_assert_eq(c.idle_timeout_s, 75);
    cr_assert_eq(c.n_plugins + c.n_routes, 0);
    cr_assert_str_eq(c.scheduler, "fixed");
    cr_assert_str_eq(c.durability, "synced");
    cr_assert(c.log_level == LOG_INFO && c.log_format == LOG_TEXT);
    cr_assert(c.drain_delay_s == 0 && c.drain_grace_s == 30);
    cr_assert(c.first_byte_timeout_s == 10 && c.connection_age_s == 3600 && c.body_rate == 240 && c.tls.n_certificates == 0);
    cr_assert(c.header_timeout_s == 10 && c.body_timeout_s == 30 && c.wait_max_s == 10);
    cr_assert(c.park_after_s == 5 && c.busy_poll_us == 0);
    cr_assert(c.queue_length == 1024 && c.jobs_max == 1000000);
    cr_assert_eq(c.body_memory_bytes, 268435456);
    cr_assert(c.receive_memory_bytes == 67108864 && c.output_memory_bytes == 67108864);
    cr_assert_null(c.force);
}

Test(config, no_arguments_at_all)
{
    char *argv[] = {NULL};
    cr_assert_eq(config_read(0, argv, &c, why, sizeof why), 0);
    cr_assert_eq(c.n_listen, 1);
}

static void assert_every_flag(void)
{
    cr_assert(c.n_listen == 2 && c.n_plugins == 2);
    cr_assert_str_eq(c.listen[0], "0.0.0.0:0");
    cr_assert_str_eq(c.listen[1], "[::1]:65535");
    cr_assert_str_eq(c.plugins[0], "a.so");
    cr_assert_str_eq(c.plugins[1], "b.so");
    cr_assert_str_eq(c.data, "/var/d");
    cr_assert(c.shards == 2 && c.workers == 3 && c.connections == 4000000);
    cr_assert_eq(c.idle_timeout_s, 86400);
    cr_assert_str_eq(c.scheduler, "balanced");
    cr_assert_str_eq(c.durability, "memory");
    cr_assert(c.log_level == LOG_DEBUG && c.log_format == LOG_JSON);
    cr_assert(c.access_log && c.check);
    cr_assert_str_eq(c.force, "coop,oneshot-recv");
}

Test(config, every_flag_with_the_value_apart)
{
    int rc = FLAGS("--listen", "0.0.0.0:0", "--listen", "[::1]:65535", "--data", "/var/d",
                   "--shards", "2", "--workers", "3", "--connections", "4000000",
                   "--idle-timeout", "86400", "--plugin", "a.so", "--plugin", "b.so",
                   "--scheduler", "balanced", "--durability", "memory", "--log-level", "debug",
                   "--log-format", "json", "--access-log", "--check", "--force-fallback",
                   "coop,oneshot-recv");
    cr_assert_eq(rc, 0, "%s", why);
    assert_every_flag();
}

Test(config, every_flag_with_the_value_behind_an_equals_sign)
{
    int rc = FLAGS("--listen=0.0.0.0:0", "--listen=[::1]:65535", "--data=/var/d", "--shards=2",
                   "--workers=3", "--connections=4000000", "--idle-timeout=86400",
                   "--plugin=a.so", "--plugin=b.so", "--scheduler=balanced",
                   "--durability=memory", "--log-level=debug", "--log-format=json",
                   "--access-log", "--check", "--force-fallback=coop,oneshot-recv");
    cr_assert_eq(rc, 0, "%s", why);
    assert_every_flag();
}

Test(config, ephemeral_version_help)
{
    cr_assert_eq(FLAGS("--ephemeral"), 0);
    cr_assert(c.ephemeral);
    cr_assert_eq(FLAGS("--version"), 0);
    cr_assert(c.version && !c.help);
    cr_assert_eq(FLAGS("--help", "--config", "/nowhere"), 0, "help needs no file");
    cr_assert(c.help);
    cr_assert_str_eq(c.file, "/nowhere");
}

Test(config, the_last_of_a_flag_wins)
{
    cr_assert_eq(FLAGS("--shards", "2", "--data", "a", "--shards", "5", "--data", "b"), 0);
    cr_assert_eq(c.shards, 5);
    cr_assert_str_eq(c.data, "b");
}

Test(config, each_flag_is_in_the_usage)
{
    static const char *const flags[] = {
        "config",    "listen",     "data",      "ephemeral",  "shards",     "workers",
        "plugin",    "scheduler",  "log-level", "durability", "log-format", "connections",
        "check",     "access-log", "version",   "help",       "idle-timeout"};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        char line[32];
        (void)snprintf(line, sizeof line, "  --%s ", flags[i]);
        cr_assert(strstr(config_usage, line), "%s", flags[i]);
    }
    cr_assert_null(strstr(config_usage, "force"));
}

Test(config, the_limits_of_lists)
{
    const char *args[ARGS_MAX] = {"quernd"};
    for (int i = 1; i <= CONFIG_LISTEN_MAX; i++) args[i] = "--listen=127.0.0.1:0";
    cr_assert_eq(read_flags(args), 0);
    cr_assert_eq(c.n_listen, CONFIG_LISTEN_MAX);
    args[CONFIG_LISTEN_MAX + 1] = "--listen=127.0.0.1:0";
    cr_assert_neq(read_flags(args), 0);
    cr_assert(strstr(why, "--listen") && strstr(why, "16"), "%s", why);
}

struct flag_mistake {
    const char *args[5];
    const char *words[3]; /* all of them must stand in the sentence */
};
static const struct flag_mistake flag_mistakes[] = {
    {{"--bogus"}, {"unknown flag '--bogus'", "--help"}},
    {{"--bogus=1"}, {"unknown flag '--bogus';"}},
    {{"--shard", "2"}, {"unknown flag '--shard'", "did you mean --shards?"}},
    {{"--conn", "2"}, {"unknown flag '--conn'", "did you mean --connections?"}},
    {{"--idle_timeout=2"}, {"unknown flag '--idle_timeout'", "--idle-timeout?"}},
    {{"--plugins=x"}, {"--plugin?"}},
    {{"-s", "2"}, {"unknown flag '-s'"}},
    {{"-data"}, {"unknown flag '-data'", "--data?"}},
    {{"-:"}, {"unknown flag '-:'"}},
    {{"--="}, {"unknown flag '--'"}},
    {{"--\n\033[2J"}, {"unknown flag '--??[2J'"}},
    {{"serve"}, {"unexpected argument 'serve'"}},
    {{"-"}, {"unexpected argument '-'"}},
    {{""}, {"unexpected argument ''"}},
    {{"--", "--check"}, {"unexpected argument '--check'"}},
    {{"--check", "now"}, {"unexpected argument 'now'"}},
    {{"--check=yes"}, {"--check takes no value"}},
    {{"--shards"}, {"--shards needs a value"}},
    {{"--config"}, {"--config needs a value"}},
    {{"--data", "--ephemeral"}, {"--data needs a value"}},
    {{"--data="}, {"--data must be the name of a folder, not ''"}},
    {{"--config="}, {"--config must be the name of a file"}},
    {{"--plugin", ""}, {"--plugin must be"}},
    {{"--shards", "0"}, {"--shards must be", "from 1 to 64", "'0'"}},
    {{"--shards", "65"}, {"--shards", "from 1 to 64", "'65'"}},
    {{"--shards", "-1"}, {"--shards", "from 1 to 64", "'-1'"}},
    {{"--shards", "2x"}, {"--shards", "'2x'"}},
    {{"--shards", " 2"}, {"--shards", "' 2'"}},
    {{"--shards="}, {"--shards", "''"}},
    {{"--shards", "18446744073709551617"}, {"--shards", "18446744073709551617"}},
    {{"--workers", "257"}, {"--workers", "from 1 to 256"}},
    {{"--connections", "4000001"}, {"--connections", "from 1 to 4000000"}},
    {{"--idle-timeout", "86401"}, {"--idle-timeout", "from 1 to 86400"}},
    {{"--scheduler", "fair"}, {"--scheduler", "fixed or balanced", "'fair'"}},
    {{"--scheduler", "queue"}, {"--scheduler", "'queue' is not available in this version"}},
    {{"--scheduler", "Fixed"}, {"--scheduler", "'Fixed'"}},
    {{"--durability", "disk"}, {"--durability", "memory, logged or synced", "'disk'"}},
    {{"--log-level", "trace"}, {"--log-level", "error, warn, info or debug"}},
    {{"--log-format", "xml"}, {"--log-format", "text or json"}},
    {{"--force-fallback", "coop,"}, {"--force-fallback", "'coop,'"}},
    {{"--data", "a", "--ephemeral"}, {"--data and --ephemeral exclude each other"}},
    {{"--listen", "8080"}, {"--listen", "127.0.0.1:8080", "'8080'"}},
    {{"--listen", "127.0.0.1"}, {"--listen"}},
    {{"--listen", "127.0.0.1:"}, {"--listen"}},
    {{"--listen", ":80"}, {"--listen"}},
    {{"--listen", "127.0.0.1:65536"}, {"--listen", "65536"}},
    {{"--listen", "127.0.0.1:+80"}, {"--listen"}},
    {{"--listen", "localhost:80"}, {"--listen"}},
    {{"--listen", "::1:80"}, {"--listen"}},
    {{"--listen", "[::1:80"}, {"--listen"}},
    {{"--listen", "[]:80"}, {"--listen"}},
    {{"--config", "/nowhere/q.json"}, {"--config", "/nowhere/q.json", "No such file"}},
    {{"--config", "/"}, {"--config", "cannot read /: Is a directory"}},
    {{"--config", "/dev/zero"}, {"/dev/zero is larger than 1048576 bytes"}},
};

Test(config, each_mistake_in_a_flag_is_named)
{
    for (size_t i = 0; i < sizeof flag_mistakes / sizeof *flag_mistakes; i++) {
        const struct flag_mistake *m = &flag_mistakes[i];
        const char *args[8] = {"quernd"};
        for (int a = 0; a < 5; a++) args[a + 1] = m->args[a];
        cr_assert_eq(read_flags(args), -EINVAL, "%s was taken", m->args[0]);
        for (int w = 0; w < 3 && m->words[w]; w++)
            cr_expect(strstr(why, m->words[w]), "'%s' is not in: %s", m->words[w], why);
        cr_assert_null(strchr(why, '\n'));
        cr_assert(is_all_zero(&c), "nothing is left to free");
    }
}

Test(config, a_long_value_is_cut_and_a_small_room_is_kept)
{
    char value[2000], small[8] = "1234567";
    memset(value, 'x', sizeof value);
    value[sizeof value - 1] = 0;
    cr_assert_eq(FLAGS("--shards", value), -EINVAL);
    cr_assert(strlen(why) < 200 && strstr(why, "x...'"), "%s", why);
    char *argv[] = {(char[]){"quernd"}, (char[]){"--bogus"}, NULL};
    cr_assert_eq(config_read(2, argv, &c, small, 4), -EINVAL);
    cr_assert_arr_eq(small, "unk\0" "567", 7);
    cr_assert_eq(config_read(2, argv, &c, NULL, 0), -EINVAL);
}

Test(config, another_user_of_getopt_does_no_harm)
{
    char *argv[] = {(char[]){"x"}, (char[]){"-abc"}, NULL};
    (void)getopt(2, argv, "abc"); /* stopped inside a word */
    cr_assert_eq(FLAGS("--shards", "3"), 0, "%s", why);
    cr_assert_eq(c.shards, 3);
}

/* ---- the file ---- */

/* No line break at the end: cut anywhere it is not whole. */
static const char whole_file[] =
    "// how this node is run\n"
    "{\n"
    "  \"listen\": [\"127.0.0.1:81\", \"[::]:82\"], /* two\n"
    "     of them */\n"
    "  \"data\": \"/var/\\u0064ata // no comment\", \"ephemeral\": false,\n"
    "  \"shards\": 4, \"workers\": 5, \"connections\": 1000, \"idle_timeout\": 60,\n"
    "  \"plugins\": [\"text.so\", \"/opt/a b.so\"],\n"
    "  \"scheduler\": \"balanced\", \"durability\": \"logged\",\n"
    "  \"log_level\": \"warn\", \"log_format\": \"json\", \"access_log\": true,\n"
    "  \"drain_delay\": 10, \"drain_grace\": 0, \"header_timeout\": 11, \"body_timeout\": 12,\n"
    "  \"wait_max\": 60, \"park_after\": 0, \"busy_poll\": 15, \"queue_length\": 13, \"jobs_max\": 14,\n"
    "  \"body_memory\": 8589934592, \"receive_memory\": 1048576, \"output_memory\": 1048577,\n"
    "  \"hosts\": [\"q.test\", \"*.q.test\", \"[::1]\"], "
    "  \"routes\": [\n"
    "    {\"path\": \"/favicon.ico\", \"status\": 204},\n"
    "    {\"methods\": [\"GET\", \"POST\"], \"path\": \"/greet/<name>\", "
    "\"job\": \"text.greet\"},\n"
    "    {\"path\": \"/robots.txt\", \"type\": \"text/plain\", \"body\": \"a\\nb\\u00e9\"},\n"
    "    {\"path\": \"/upper\", \"job\": \"text.upper\"},\n"
    "    {\"method\": \"PUT, DELETE\", \"path\": \"/gone\", \"status\": 410, \"body\": \"\"}\n"
    "  ]\n"
    "}";

Test(config, every_key)
{
    cr_assert_eq(read_file(whole_file), 0, "%s", why);
    cr_assert_str_eq(c.file, path);
    cr_assert_eq(c.n_listen, 2);
    cr_assert_str_eq(c.listen[0], "127.0.0.1:81");
    cr_assert_str_eq(c.listen[1], "[::]:82");
    cr_assert_str_eq(c.data, "/var/data // no comment");
    cr_assert_not(c.ephemeral);
    cr_assert(c.shards == 4 && c.workers == 5 && c.connections == 1000 && c.idle_timeout_s == 60);
    cr_assert_eq(c.n_plugins, 2);
    cr_assert_str_eq(c.plugins[1], "/opt/a b.so");
    cr_assert_str_eq(c.scheduler, "balanced");
    cr_assert_str_eq(c.durability, "logged");
    cr_assert(c.log_level == LOG_WARN && c.log_format == LOG_JSON && c.access_log);
    cr_assert(c.drain_delay_s == 10 && c.drain_grace_s == 0);
    cr_assert(c.header_timeout_s == 11 && c.body_timeout_s == 12 && c.wait_max_s == 60);
    cr_assert(c.park_after_s == 0 && c.busy_poll_us == 15);
    cr_assert(c.queue_length == 13 && c.jobs_max == 14);
    cr_assert_eq(c.body_memory_bytes, 8589934592);
    cr_assert_eq(c.n_hosts, 3);
    cr_assert_str_eq(c.hosts[1], "*.q.test");
    cr_assert(c.receive_memory_bytes == 1048576 && c.output_memory_bytes == 1048577);
}

/* ---- read again ---- */

static unsigned restarts(const char *first, const char *second, const char **names)
{
    static struct config a;
    cr_assert_eq(read_file(first), 0, "%s", why);
    a = c;
    memset(&c, 0, sizeof c);
    cr_assert_eq(read_file(second), 0, "%s", why);
    unsigned n = config_restart_needed(&a, &c, names, 2);
    config_free(&a);
    config_free(&c);
    return n;
}

Test(config, what_needs_a_restart)
{
    const char *names[2];
    cr_assert_eq(restarts("{}", "{}", names), 0);
    cr_assert_eq(restarts("{\"idle_timeout\": 5, \"access_log\": true, \"hosts\": \"a\", \"drain_grace\": 1}", "{\"wait_max\": 5}", names), 0);
    cr_assert_eq(restarts("{\"shards\": 1}", "{\"shards\": 1, \"data\": \"x\"}", names), 1);
    cr_assert_str_eq(names[0], "data");
    cr_assert_eq(restarts("{\"plugins\": [\"a.so\"], \"durability\": \"logged\", \"disk_max\": 1073741824}",
                          "{\"plugins\": [\"b.so\"], \"log_level\": \"debug\"}", names), 4); /* more than there is room to name */
    cr_assert_str_eq(names[0], "plugins");
    cr_assert_eq(restarts("{\"plugins\": [\"a.so\"]}", "{\"plugins\": [\"a.so\", \"b.so\"]}", names), 1);
}

Test(config, jobs_are_seen_by_all_or_by_their_owners)
{
    const char *names[2];
    cr_assert_eq(read_file("{}"), 0, "%s", why);
    cr_assert_eq(c.jobs_visible_to, CONFIG_TO_ALL);
    config_free(&c);
    cr_assert_eq(read_file("{\"jobs_visible_to\": \"owner\", \"accounts\": \"a\"}"), 0, "%s", why);
    cr_assert_eq(c.jobs_visible_to, CONFIG_TO_OWNER);
    config_free(&c);
    cr_assert_eq(read_file("{\"jobs_visible_to\": \"owner\", \"oauth\": {\"issuer\": \"https://i\", \"audience\": \"a\", \"jwks_file\": \"f\"}}"), 0, "%s", why);
    config_free(&c);
    cr_assert_eq(read_file("{\"jobs_visible_to\": \"all\"}"), 0, "%s", why);
    config_free(&c);
    cr_assert_lt(read_file("{\"jobs_visible_to\": \"owner\"}"), 0); /* of whom nobody knows who it is */
    cr_assert(strstr(why, "key 'jobs_visible_to': with 'owner' somebody must be asked who it is"), "%s", why);
    cr_assert_lt(read_file("{\"jobs_visible_to\": \"nobody\"}"), 0);
    cr_assert(strstr(why, "key 'jobs_visible_to' must be all or owner, not 'nobody'"), "%s", why);
    cr_assert_eq(restarts("{\"accounts\": \"a\"}", "{\"accounts\": \"a\", \"jobs_visible_to\": \"owner\"}", names), 1);
    cr_assert_str_eq(names[0], "jobs_visible_to");
}

Test(config, objects_are_compared_token_by_token)
{
    const char *names[2];
    cr_assert_eq(restarts("{\"routes\": [{\"path\": \"/a\", \"body\": \"x y\"}]}", "{\"routes\":[ /* why */ {\"path\":\"/a\",\n\"body\":\"x y\"}]}", names), 0);
    cr_assert_eq(restarts("{\"routes\": [{\"path\": \"/a\", \"body\": \"x y\"}]}", "{\"routes\": [{\"path\": \"/a\", \"body\": \"xy\"}]}", names), 1);
    cr_assert_eq(restarts("{\"routes\": [{\"path\": \"/a\", \"body\": \"x\\\" y\"}]}", "{\"routes\": [{\"path\": \"/a\", \"body\": \"x\\\"y\"}]}", names), 1);
    cr_assert_str_eq(names[0], "routes");
    cr_assert_eq(restarts("{\"types\": {\"a\": {\"run\": \"process\"}}}", "{}", names), 1);
    cr_assert_str_eq(names[0], "types");
}

Test(config, hosts)
{
    static const char *const bad[] = {"http://a", "a:80", "a/b", "", ".a", "a.", "*", "*.", "a b", "[::1", "[1.2.3]", "a*b", "ü"};
    char text[64];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        (void)snprintf(text, sizeof text, "{\"hosts\": [\"%s\"]}", bad[i]);
        cr_assert_eq(read_file(text), -EINVAL, "%s", bad[i]);
    }
}

/* ---- who may ask ---- */

Test(config, rules_limits_cors)
{
    static const char text[] =
        "{\"rules\": [{\"action\": \"ignore\", \"path\": \"/favicon.ico\", \"status\": 404}, {\"networks\": \"10.0.0.0/8\", \"action\": \"allow\"},\n"
        "{\"action\": \"deny\", \"header\": \"X-A\", \"starts\": \"b\", \"methods\": [\"GET\", \"PUT\"]}],\n"
        "\"rate_limits\": [{\"name\": \"a b\", \"requests\": 100, \"per\": 60, \"burst\": 5, \"by\": \"principal\", \"path\": \"/run/*\"}, {\"name\": \"c\", \"requests\": 1, \"per\": 1}],\n"
        "\"cors\": {\"origins\": [\"https://q.test\", \"http://[::1]:3000\"], \"max_age\": 0, \"credentials\": true, \"expose\": \"Location\"},\n"
        "\"trusted_proxies\": [\"10.0.0.0/8\", \"::1\"], \"forwarded\": \"forwarded\", \"trusted_idle_timeout\": 7}";
    cr_assert_eq(read_file(text), 0, "%s", why);
    cr_assert(c.n_rules == 3 && c.rules[0].action == RULE_IGNORE && c.rules[0].status == 404 && c.rules[1].action == RULE_ALLOW);
    cr_assert(c.rules[1].n_networks == 1 && c.rules[2].match.n_methods == 2);
    cr_assert_str_eq(c.rules[2].starts, "b");
    cr_assert(c.n_rate_limits == 2 && c.rate_limits[0].burst == 5 && c.rate_limits[0].by == RATE_BY_PRINCIPAL && c.rate_limits[1].by == RATE_BY_ADDRESS);
    cr_assert_str_eq(c.rate_limits[0].match.path, "/run/*");
    cr_assert(c.cors.n_origins == 2 && c.cors.credentials && c.cors.max_age_s == 0 && c.cors.n_expose == 1);
    cr_assert(c.n_trusted_proxies == 2 && c.forwarded == 2 && c.trusted_idle_timeout_s == 7);
    config_free(&c);
    cr_assert(is_all_zero(&c));
}

Test(config, listeners_with_proxy_headers)
{
    cr_assert_eq(read_file("{\"listen\": [\"127.0.0.1:1\", {\"address\": \"[::1]:2\", \"proxy\": true}, {\"address\": \"127.0.0.1:3\"}], \"trusted_proxies\": \"::1\",\n"
                           "\"connections_per_address\": 0}"), 0, "%s", why);
    cr_assert(c.n_listen == 3 && !c.listen_ways[0] && c.listen_ways[1] == CONFIG_PROXIED && !c.listen_ways[2] && c.connections_per_address == 0);
    cr_assert_str_eq(c.listen[1], "[::1]:2");
    config_free(&c);
    cr_assert(is_all_zero(&c));
    const char *names[2];
    cr_assert_eq(restarts("{\"listen\": [\"127.0.0.1:1\"], \"trusted_proxies\": \"::1\"}",
                          "{\"listen\": [{\"address\": \"127.0.0.1:1\", \"proxy\": true}], \"trusted_proxies\": \"::1\"}", names), 1);
    cr_assert_str_eq(names[0], "listen");
    cr_assert_eq(read_file("{\"listen\": [{\"address\": \"127.0.0.1:1\", \"proxy\": true}]}"), -EINVAL);
    cr_assert(strstr(why, "needs 'trusted_proxies'"), "%s", why);
    cr_assert_eq(read_file("{\"listen\": [{\"address\": \"127.0.0.1:1\", \"tls\": true, \"proxy\": \"passthrough\"}], \"trusted_proxies\": \"::1\","
                           " \"tls\": {\"certificates\": [{\"chain\": \"a\", \"key\": \"b\"}]}}"), 0, "%s", why);
    cr_assert_eq(c.listen_ways[0], CONFIG_PROXIED | CONFIG_PASSED | CONFIG_SECURED);
    config_free(&c);
    cr_assert_eq(read_file("{\"listen\": [{\"address\": \"127.0.0.1:1\", \"proxy\": \"passthrough\"}], \"trusted_proxies\": \"::1\"}"), -EINVAL);
    cr_assert(strstr(why, "'passthrough'") && strstr(why, "'tls'"), "%s", why);
}

Test(config, nonsense_about_access)
{
    static const struct {
        const char *text, *why;
    } wrong[] = {
        {"{\"rules\": {}}", "key 'rules' must be an array of objects, not an object"},
        {"{\"rules\": [1]}", "key 'rules' must be an array of objects, not '1'"},
        {"{\"rules\": [{\"path\": \"/\"}]}", "a rule needs the key 'action'"},
        {"{\"rules\": [{\"action\": \"drop\"}]}", "key 'action' must be allow, deny or ignore, not 'drop'"},
        {"{\"rules\": [{\"action\": \"deny\", \"paths\": \"/\"}]}", "unknown key 'paths'; did you mean 'path'?"},
        {"{\"rules\": [{\"action\": \"deny\", \"path\": \"a\"}]}", "key 'path' must begin with / or *"},
        {"{\"rules\": [{\"action\": \"deny\", \"path\": \"/a?b\"}]}", "key 'path' must hold no ? or #"},
        {"{\"rules\": [{\"action\": \"deny\", \"path\": \"/*********\"}]}", "key 'path': more than 8 stars"},
        {"{\"rules\": [{\"action\": \"deny\", \"networks\": [\"10.0.0.1/8\"]}]}", "key 'networks' must be an address or a network"},
        {"{\"rules\": [{\"action\": \"deny\", \"networks\": []}]}", "key 'networks' must not be empty"},
        {"{\"rules\": [{\"action\": \"deny\", \"methods\": [\"get\"]}]}", "key 'methods' must be the name of a method, not 'get'"},
        {"{\"rules\": [{\"action\": \"deny\", \"is\": \"x\"}]}", "need 'header'"},
        {"{\"rules\": [{\"action\": \"deny\", \"header\": \"a b\"}]}", "key 'header' must be the name of a header"},
        {"{\"rules\": [{\"action\": \"deny\", \"header\": \"a\", \"is\": \"x\", \"starts\": \"x\"}]}", "exclude each other"},
        {"{\"rules\": [{\"action\": \"deny\", \"status\": 404}]}", "goes with the action 'ignore' only"},
        {"{\"rules\": [{\"action\": \"ignore\", \"status\": 301}]}", "key 'status' must be 204 or 404"},
        {"{\"rate_limits\": [{\"name\": \"a\", \"requests\": 1}]}", "a rate limit needs the keys 'name', 'requests' and 'per'"},
        {"{\"rate_limits\": [{\"name\": \"a\", \"requests\": 0, \"per\": 1}]}", "key 'requests' must be a whole number from 1 to 1000000, not '0'"},
        {"{\"rate_limits\": [{\"name\": \"a\", \"requests\": 1000001, \"per\": 1}]}", "key 'requests'"},
        {"{\"rate_limits\": [{\"name\": \"a\", \"requests\": 1, \"per\": 2592001}]}", "key 'per'"},
        {"{\"rate_limits\": [{\"name\": \"a\", \"requests\": 1, \"per\": 2592000, \"burst\": 3}]}", "more than 60 days"},
        {"{\"rate_limits\": [{\"name\": \"a\\\"\", \"requests\": 1, \"per\": 1}]}", "key 'name'"},
        {"{\"rate_limits\": [{\"name\": \"a\", \"requests\": 1, \"per\": 1}, {\"name\": \"a\", \"requests\": 1, \"per\": 1}]}", "two rate limits have the name 'a'"},
        {"{\"rate_limits\": [{\"name\": \"a\", \"requests\": 1, \"per\": 1, \"by\": \"user\"}]}", "key 'by' must be address, principal or all, not 'user'"},
        {"{\"cors\": []}", "key 'cors' must be an object, not an array"},
        {"{\"cors\": {}}", "cors needs the key 'origins'"},
        {"{\"cors\": {\"origins\": [\"q.test\"]}}", "key 'origins': 'q.test' is none"},
        {"{\"cors\": {\"origins\": [\"https://q.test/\"]}}", "key 'origins': 'https://q.test/' is none"},
        {"{\"cors\": {\"origins\": [\"*\", \"https://q.test\"]}}", "'*' stands alone"},
        {"{\"cors\": {\"origins\": [\"*\"], \"credentials\": true}}", "exclude each other"},
        {"{\"cors\": {\"origins\": [\"*\"], \"expose\": [\"a:b\"]}}", "key 'expose' must hold names of headers"},
        {"{\"trusted_proxies\": [\"lb.test\"]}", "key 'trusted_proxies' must be an address or a network"},
        {"{\"listen\": [{\"proxy\": true}]}", "needs the key 'address'"},
        {"{\"listen\": [{\"address\": \"127.0.0.1:1\", \"proxi\": true}]}", "unknown key 'proxi'; did you mean 'proxy'?"},
        {"{\"listen\": [{\"address\": \"127.0.0.1\"}]}", "key 'listen' must be an address with a port"},
        {"{\"listen\": [{\"address\": \"127.0.0.1:1\", \"proxy\": 1}], \"trusted_proxies\": \"::1\"}", "key 'proxy' must be true, false or 'passthrough'"},
        {"{\"listen\": [{\"address\": \"127.0.0.1:1\", \"proxy\": \"pass\"}], \"trusted_proxies\": \"::1\"}", "key 'proxy' must be true, false or 'passthrough'"},
        {"{\"connections_per_address\": 4000001}", "key 'connections_per_address' must be a whole number from 0 to 4000000"},
        {"{\"forwarded\": \"xff\"}", "key 'forwarded' must be none, x-forwarded-for or forwarded, not 'xff'"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        cr_assert_eq(read_file(wrong[i].text), -EINVAL, "%s", wrong[i].text);
        cr_assert(strstr(why, wrong[i].why) && strstr(why, ":1: "), "%s: %s", wrong[i].text, why);
        cr_assert(is_all_zero(&c));
    }
}

static void assert_route(unsigned i, const struct config_route *want)
{
    const struct config_route *r = &c.routes[i];
    cr_assert_str_eq(r->methods, want->methods);
    cr_assert_str_eq(r->path, want->path);
    cr_assert_eq(r->status, want->status);
    cr_assert_eq(r->line, want->line);
    cr_assert_str_eq(r->job ? r->job : "-", want->job ? want->job : "-");
    cr_assert_str_eq(r->type ? r->type : "-", want->type ? want->type : "-");
    cr_assert_str_eq(r->body ? r->body : "-", want->body ? want->body : "-");
}

Test(config, types)
{
    static const char text[] = "{\"types\": {\"pdf.render\": {\"run\": \"command\", \"argv\": [\"/bin/cat\", \"-\"], \"params\": [\"page\"],\n"
                               "\"result_type\": \"image/png\", \"timeout\": 30, \"about\": \"Draws.\", \"cpu_max\": 5},\n"
                               "\"a.b\": {\"run\": \"process\", \"places\": 7, \"places_min\": 0, \"idle_end\": 9, \"kill_after\": 0, \"memory_max\": 1048576, \"sandbox\": true}}}";
    cr_assert_eq(read_file(text), 0, "%s", why);
    cr_assert_eq(c.n_types, 2);
    const struct config_type *t = &c.types[0];
    cr_assert_eq(t->spec.kind, RUN_COMMAND);
    cr_assert_str_eq(t->spec.argv[1], "-");
    cr_assert_null(t->spec.argv[2]);
    cr_assert_str_eq(t->type.name, "pdf.render");
    cr_assert_str_eq(t->type.about, "Draws.");
    cr_assert_eq(t->type.n_params, 1);
    cr_assert_str_eq(t->type.params[0].name, "page");
    cr_assert_str_eq(t->spec.result_type, "image/png");
    cr_assert_eq(t->timeout_s, 30);
    cr_assert_eq(t->spec.places, 2);
    cr_assert_eq(t->spec.places_min, 2);
    cr_assert_eq(t->spec.kill_after_ms, 5000);
    t = &c.types[1];
    cr_assert_eq(t->line, 3);
    cr_assert(t->spec.kind == RUN_PROCESS && t->spec.places == 7 && t->spec.kill_after_ms == 0);
    cr_assert(t->spec.places_min == 0 && t->spec.idle_ms == 9000);
    cr_assert(t->spec.sandbox && t->spec.memory_max == 1048576 && t->spec.cpu_max_s == 0);
}

Test(config, routes)
{
    cr_assert_eq(read_file(whole_file), 0, "%s", why);
    cr_assert_eq(c.n_routes, 5);
    assert_route(0, &(struct config_route){"GET", "/favicon.ico", NULL, 204, NULL, NULL, 14});
    assert_route(1, &(struct config_route){"GET,POST", "/greet/<name>", "text.greet", 0, NULL,
                                           NULL, 15});
    assert_route(2, &(struct config_route){"GET", "/robots.txt", NULL, 200, "text/plain",
                                           "a\nb\xc3\xa9", 16});
    assert_route(3, &(struct config_route){"POST", "/upper", "text.upper", 0, NULL, NULL, 17});
    assert_route(4, &(struct config_route){"PUT,DELETE", "/gone", NULL, 410, NULL, "", 18});
}

Test(config, small_files)
{
    cr_assert_eq(read_file("{}"), 0, "%s", why);
    cr_assert_str_eq(c.listen[0], "127.0.0.1:8080");
    cr_assert_eq(read_file("{\"listen\": \"127.0.0.1:1\", \"plugins\": []}\n"), 0, "%s", why);
    cr_assert_eq(c.n_listen, 1);
    cr_assert_str_eq(c.listen[0], "127.0.0.1:1");
    cr_assert_eq(read_file("{\"plugins\": \"a.so\", \"ephemeral\": true}\n"), 0, "%s", why);
    cr_assert_eq(c.n_plugins, 1);
    cr_assert(c.ephemeral);
    cr_assert_eq(read_file("{\"sh\\u0061rds\": 7}"), 0, "%s", why);
    cr_assert_eq(c.shards, 7);
}

/* ---- flags and file ---- */

Test(config, a_flag_wins_wherever_it_stands)
{
    write_bytes(whole_file, sizeof whole_file - 1);
    for (int before = 0; before < 2; before++) {
        if (before)
            cr_assert_eq(FLAGS("--shards=9", "--listen=127.0.0.1:9", "--data=d", "--plugin=p",
                               "--log-level=error", "--durability=synced", "--config", path), 0);
        else
            cr_assert_eq(FLAGS("--config", path, "--shards=9", "--listen=127.0.0.1:9", "--data=d",
                               "--plugin=p", "--log-level=error", "--durability=synced"), 0);
        cr_assert(c.shards == 9 && c.workers == 5, "the rest is the file's");
        cr_assert_eq(c.n_listen, 1);
        cr_assert_str_eq(c.listen[0], "127.0.0.1:9");
        cr_assert_null(c.listen[1]);
        cr_assert_eq(c.n_plugins, 1);
        cr_assert_str_eq(c.plugins[0], "p");
        cr_assert_str_eq(c.data, "d");
        cr_assert_eq(c.log_level, LOG_ERROR);
        cr_assert_str_eq(c.durability, "synced");
        cr_assert_str_eq(c.file, path);
    }
}

Test(config, data_and_ephemeral_overrule_each_other)
{
    cr_assert_eq(read_file("{\"ephemeral\": true}"), 0);
    cr_assert_eq(FLAGS("--data", "d", "--config", path), 0, "%s", why);
    cr_assert_not(c.ephemeral);
    cr_assert_eq(read_file("{\"data\": \"x\", \"ephemeral\": false}"), 0);
    cr_assert_eq(FLAGS("--ephemeral", "--config", path), 0, "%s", why);
    cr_assert(c.ephemeral);
}

Test(config, what_a_flag_overrules_is_checked_all_the_same)
{
    write_bytes("{\"shards\": 0}", 13);
    cr_assert_eq(FLAGS("--config", path, "--shards", "3"), -EINVAL);
    cr_assert(strstr(why, ":1: key 'shards'"), "%s", why);
}

/* ---- mistakes in the file ---- */

struct file_mistake {
    const char *text;
    unsigned line;
    const char *words; /* must stand in the sentence */
};
static const struct file_mistake file_mistakes[] = {
    /* not JSON */
    {"", 1, "ends too early"},
    {"\n\n// nothing\n", 4, "ends too early"},
    {"{\n  \"shards\": 2,\n}", 3, "invalid JSON"},
    {"{\n  \"shards\" 2\n}", 2, "invalid JSON"},
    {"{\n  shards: 2\n}", 2, "invalid JSON"},
    {"{\n  \"data\": 'x'\n}", 2, "invalid JSON"},
    {"{\n}\n\n}", 4, "more text"},
    {"{\n  \"data\": \"\xff\"\n}", 2, "UTF-8"},
    {"{\n/* one\n two */ /* three\n}", 3, "a comment that does not end"},
    {"{ // one\n\n \"shards\": 1,\n /* two\n lines */ \"shards\": 2\n}", 5,
     "key 'shards' stands twice"},
    {"{\n \"routes\": [{\n\"path\": \"/\",\n\"p\\u0061th\": \"/\"}]}", 4,
     "key 'p\\u0061th' stands twice"},
    /* not ours */
    {"\n[]", 2, "must be a JSON object"},
    {"5", 1, "must be a JSON object"},
    {"{\n\"shrads\": 2}", 2, "unknown key 'shrads'; did you mean 'shards'?"},
    {"{\n\"idle-timeout\": 2}", 2, "did you mean 'idle_timeout'?"},
    {"{\n\"plugin\": []}", 2, "did you mean 'plugins'?"},
    {"{\n\"Data\": \"\"}", 2, "did you mean 'data'?"},
    {"{\n\n\"colour\": 2}", 3, "unknown key 'colour'"},
    {"{\n\"\": 2}", 2, "unknown key ''"},
    {"{\"check\": true}", 1, "unknown key 'check'"},
    {"{\"config\": \"x\"}", 1, "unknown key 'config'"},
    {"{\"force_fallback\": \"coop\"}", 1, "unknown key 'force_fallback'"},
    /* numbers */
    {"{\n\"shards\":\n 0}", 3, "key 'shards' must be a whole number from 1 to 64, not '0'"},
    {"{\"shards\": 65}", 1, "from 1 to 64, not '65'"},
    {"{\"shards\": -1}", 1, "not '-1'"},
    {"{\"shards\": 2.0}", 1, "not '2.0'"},
    {"{\"shards\": 1e1}", 1, "not '1e1'"},
    {"{\"shards\": 99999999999999999999999}", 1, "key 'shards'"},
    {"{\"shards\": \"2\"}", 1, "not '\"2\"'"},
    {"{\"shards\": null}", 1, "not null"},
    {"{\"shards\": true}", 1, "not true"},
    {"{\"shards\": [2]}", 1, "not an array"},
    {"{\"shards\": {}}", 1, "not an object"},
    {"{\"workers\": 257}", 1, "key 'workers' must be a whole number from 1 to 256"},
    {"{\"connections\": 4000001}", 1, "key 'connections'"},
    {"{\"idle_timeout\": 0}", 1, "key 'idle_timeout'"},
    {"{\"drain_delay\": 3601}", 1, "key 'drain_delay'"},
    {"{\"drain_grace\": 3601}", 1, "key 'drain_grace'"},
    {"{\"first_byte_timeout\": 0}", 1, "key 'first_byte_timeout'"},
    {"{\"connection_age\": 86401}", 1, "key 'connection_age'"},
    {"{\"body_rate\": 1000001}", 1, "key 'body_rate'"},
    {"{\"tls\": {\"certificates\": [], \"min_version\": 1.3}}", 1, "key 'min_version' must be"},
    {"{\"header_timeout\": 0}", 1, "key 'header_timeout'"},
    {"{\"body_timeout\": 0}", 1, "key 'body_timeout'"},
    {"{\"wait_max\": 61}", 1, "key 'wait_max' must be a whole number from 1 to 60"},
    {"{\"queue_length\": 0}", 1, "key 'queue_length'"},
    {"{\"jobs_max\": 0}", 1, "key 'jobs_max'"},
    {"{\"body_memory\": 1}", 1, "key 'body_memory'"},
    {"{\"receive_memory\": 1}", 1, "key 'receive_memory'"},
    {"{\"output_memory\": 1099511627777}", 1, "key 'output_memory'"},
    /* bools, texts, words */
    {"{\"ephemeral\": 1}", 1, "key 'ephemeral' must be true or false, not '1'"},
    {"{\"access_log\": \"true\"}", 1, "key 'access_log' must be true or false"},
    {"{\"data\": 5}", 1, "key 'data' must be the name of a folder, not '5'"},
    {"{\"data\": \"\"}", 1, "key 'data' must be the name of a folder, not ''"},
    {"{\"data\": \"a\\u0000b\"}", 1, "key 'data' must not hold a zero byte"},
    {"{\n\"data\": \"x\",\n\"ephemeral\": true}", 3, "'data' and 'ephemeral' exclude each other"},
    {"{\"scheduler\": \"queue\"}", 1, "key 'scheduler': 'queue' is not available in this version"},
    {"{\"scheduler\": \"x\"}", 1, "key 'scheduler' must be fixed or balanced, not 'x'"},
    {"{\"durability\": \"x\"}", 1, "key 'durability' must be memory, logged or synced, not 'x'"},
    {"{\"log_level\": 2}", 1, "key 'log_level' must be error, warn, info or debug, not '2'"},
    {"{\"log_format\": \"x\"}", 1, "key 'log_format' must be text or json, not 'x'"},
    /* lists */
    {"{\n\"listen\": []}", 2, "key 'listen' must not be empty"},
    {"{\n\"listen\": {}}", 2, "key 'listen' must be an array of strings"},
    {"{\n\"listen\": \"x\"}", 2, "key 'listen' must be an address with a port"},
    {"{\n\"listen\": [\n\"1.2.3.4:5\",\n\"x\"]}", 4, "not 'x'"},
    {"{\n\"listen\": [\n\"1.2.3.4:5\",\n5]}", 4, "not '5'"},
    {"{\n\"plugins\": [\n\"\"]}", 3, "key 'plugins' must be the name of a file, not ''"},
    {"{\n\"plugins\": 7}", 2, "key 'plugins' must be an array of strings"},
    /* types */
    {"{\n\"types\": []}", 2, "key 'types' must be an object of objects, not an array"},
    {"{\n\"types\": {\n\"a\": 5}}", 3, "key 'types' must be an object of objects"},
    {"{\n\"types\": {\n\"a\": {}}}", 3, "type 'a' needs the key 'run'"},
    {"{\"types\": {\"a\": {\n\"run\": \"fork\"}}}", 2, "key 'run' must be thread, process or command, not '\"fork\"'"},
    {"{\"types\": {\"a\": {\n\"run\": \"process\",\n\"place\": 1}}}", 3, "unknown key 'place'; did you mean 'places'?"},
    {"{\"types\": {\"a\": {\"run\": \"process\",\n\"places\": 0}}}", 2, "key 'places' must be a whole number from 1 to 64, not '0'"},
    {"{\"types\": {\"a\": {\"run\": \"process\",\n\"timeout\": 1.5}}}", 2, "not '1.5'"},
    {"{\"types\": {\"a\": {\"run\": \"process\",\n\"memory_max\": 1000}}}", 2, "key 'memory_max' must be a whole number from 1048576"},
    {"{\"types\": {\"a\": {\"run\": \"process\",\n\"sandbox\": 1}}}", 2, "key 'sandbox' must be true or false, not '1'"},
    {"{\"types\": {\n\"a\": {\"run\": \"process\", \"argv\": [\"/x\"]}}}", 2, "the key 'argv' does not go with \"run\": \"process\""},
    {"{\"types\": {\n\"a\": {\"run\": \"process\", \"places_min\": 3}}}", 2, "type 'a': places_min must not be more than places (2)"},
    {"{\"types\": {\n\"a\": {\"run\": \"command\", \"argv\": [\"/x\"], \"places_min\": 1}}}", 2,
     "the key 'places_min' does not go with \"run\": \"command\""},
    {"{\"types\": {\"a\": {\"run\": \"process\",\n\"idle_end\": 0}}}", 2, "key 'idle_end' must be a whole number from 1 to 86400, not '0'"},
    {"{\"types\": {\n\"a\": {\"run\": \"thread\", \"places\": 1}}}", 2, "the key 'places' does not go with \"run\": \"thread\""},
    {"{\"types\": {\n\"a\": {\"run\": \"command\"}}}", 2, "type 'a' needs the key 'argv'"},
    {"{\"types\": {\"a\": {\"run\": \"command\",\n\"argv\": []}}}", 2, "key 'argv' must not be empty"},
    {"{\"types\": {\"a\": {\"run\": \"command\", \"argv\": [\n\"cat\"]}}}", 2, "key 'argv' must begin with the absolute path"},
    {"{\"types\": {\"a\": {\"run\": \"command\", \"argv\": [\"/x\",\n5]}}}", 2, "key 'argv' must be a string, not '5'"},
    {"{\"types\": {\"a\": {\"run\": \"command\", \"result_type\":\n\"png\"}}}", 2, "must be a media type"},
    {"{\"types\": {\"a\": {\"run\": \"command\", \"params\": [\n\"a-b\"]}}}", 2, "'a-b' is no name of letters"},
    {"{\"types\": {\"a\": {\"run\": \"command\", \"params\": [\"w\",\n\"w\"]}}}", 2, "names 'w' twice"},
    /* routes */
    {"{\n\"routes\": {}}", 2, "key 'routes' must be an array of objects, not an object"},
    {"{\n\"routes\": [\n{\"path\": \"/\", \"job\": \"a\"},\n5]}", 4, "not '5'"},
    {"{\n\"routes\": [\n{}]}", 3, "a route needs the key 'path'"},
    {"{\n\"routes\": [\n{\"path\": \"/\"}]}", 3, "needs the key 'job', or 'status' or 'body'"},
    {"{\n\"routes\": [\n\n{\n\"path\": \"/\", \"job\": \"a\",\n\"status\": 200}]}", 4,
     "the keys 'job' and 'status' of a route exclude each other"},
    {"{\"routes\": [{\"path\": \"/\", \"job\": \"a\", \"type\": \"a/b\"}]}", 1, "'job' and 'type'"},
    {"{\"routes\": [{\"path\": \"/\", \"job\": \"a\", \"body\": \"\"}]}", 1, "'job' and 'body'"},
    {"{\"routes\": [{\"path\": \"/\",\n\"status\": 199}]}", 2,
     "key 'status' must be a whole number from 200 to 599, not '199'"},
    {"{\"routes\": [{\"path\": \"/\",\n\"status\": 600}]}", 2, "not '600'"},
    {"{\"routes\": [{\"path\": \"/\",\n\"status\": \"200\"}]}", 2, "key 'status'"},
    {"{\"routes\": [{\"path\": \"/\", \"status\": 204, \"body\": \"x\"}]}", 1, "204 has none"},
    {"{\"routes\": [{\n\"path\": \"x\"}]}", 2, "key 'path' must begin with /"},
    {"{\"routes\": [{\n\"path\": \"\"}]}", 2, "key 'path' must begin with /"},
    {"{\"routes\": [{\n\"path\": \"/a b\"}]}", 2, "key 'path'"},
    {"{\"routes\": [{\n\"path\": \"/a?b\"}]}", 2, "key 'path'"},
    {"{\"routes\": [{\n\"path\": 5}]}", 2, "key 'path' must be a string, not '5'"},
    {"{\"routes\": [{\"path\": \"/\", \"job\":\n\"\"}]}", 2, "key 'job' must be the name of a job"},
    {"{\"routes\": [{\"path\": \"/\", \"type\":\n\"a/b\\r\\nX: y\"}]}", 2, "key 'type' must be"},
    {"{\"routes\": [{\"path\": \"/\", \"type\":\n\"text\"}]}", 2, "key 'type' must be"},
    {"{\"routes\": [{\"path\": \"/\", \"body\":\n[]}]}", 2, "must be a string, not an array"},
    {"{\"routes\": [{\"path\": \"/\", \"body\":\n\"\\u0000\"}]}", 2, "zero byte"},
    {"{\"routes\": [{\n\"method\": \"get\"}]}", 2, "key 'method' must be GET, HEAD"},
    {"{\"routes\": [{\n\"method\": \"\"}]}", 2, "not ''"},
    {"{\"routes\": [{\n\"method\": \"GET,\"}]}", 2, "not ''"},
    {"{\"routes\": [{\n\"method\": 5}]}", 2, "key 'method' must be the name of a method"},
    {"{\"routes\": [{\n\"methods\": []}]}", 2, "key 'methods' must not be empty"},
    {"{\"routes\": [{\n\"methods\": [\"GET\",\n\"PUT,GET\"]}]}", 3, "'methods' names GET twice"},
    {"{\"routes\": [{\n\"methods\": [[\"GET\"]]}]}", 2, "key 'methods' must be the name"},
    {"{\"routes\": [{\"method\": \"GET\",\n\"methods\": [\"PUT\"]}]}", 2, "exclude each other"},
    {"{\"routes\": [{\"path\": \"/\",\n\"jobs\": \"a\"}]}", 2, "did you mean 'job'?"},
    {"{\"routes\": [{\"path\": \"/\",\n\"template\": \"a\"}]}", 2, "unknown key 'template'"},
};

static void assert_refused(const char *words, unsigned line)
{
    char place[64];
    (void)snprintf(place, sizeof place, "%s:%u: ", path, line);
    cr_expect_eq(strncmp(why, place, strlen(place)), 0, "wanted %s in: %s", place, why);
    cr_expect(strstr(why, words), "'%s' is not in: %s", words, why);
    cr_assert_null(strchr(why, '\n'));
    cr_assert(is_all_zero(&c), "nothing is left to free");
}

Test(config, each_mistake_in_the_file_is_named_with_its_line)
{
    for (size_t i = 0; i < sizeof file_mistakes / sizeof *file_mistakes; i++) {
        const struct file_mistake *m = &file_mistakes[i];
        cr_assert_eq(read_file(m->text), -EINVAL, "was taken: %s", m->text);
        assert_refused(m->words, m->line);
    }
}

Test(config, too_many_elements)
{
    char text[16 * 1024];
    size_t n = (size_t)snprintf(text, sizeof text, "{\"listen\": [\n\"1.2.3.4:5\"");
    for (int i = 0; i < CONFIG_LISTEN_MAX; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, ",\n\"1.2.3.4:5\"");
    (void)snprintf(text + n, sizeof text - n, "]}");
    cr_assert_eq(read_file(text), -EINVAL);
    assert_refused("key 'listen': more than 16 of them", 18);
    n = (size_t)snprintf(text, sizeof text, "{\"routes\": [\n{\"path\":\"/0\", \"job\": \"a\"}");
    for (int i = 0; i < CONFIG_ROUTES_MAX; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, ",\n{\"path\":\"/%d\",\"job\":\"a\"}", i);
    (void)snprintf(text + n, sizeof text - n, "]}");
    cr_assert_eq(read_file(text), -EINVAL);
    assert_refused("key 'routes': more than 128 of them", 130);
}

/* ---- files that cannot be read, and damaged ones ---- */

Test(config, a_file_that_is_not_there_or_not_ours)
{
    (void)unlink(path);
    cr_assert_eq(FLAGS("--config", path), -EINVAL);
    cr_assert(strstr(why, path) && strstr(why, "No such file"), "%s", why);
    if (geteuid() == 0) return; /* root may read everything */
    fd = open(path, O_CREAT | O_RDWR, 0);
    cr_assert_eq(FLAGS("--config", path), -EINVAL);
    cr_assert(strstr(why, "Permission denied"), "%s", why);
}

Test(config, the_size_of_a_file)
{
    size_t max = 1 << 20;
    char *text = malloc(max + 1);
    memset(text, ' ', max + 1);
    text[0] = '{';
    text[1] = '}';
    write_bytes(text, max);
    cr_assert_eq(FLAGS("--config", path), 0, "%s", why);
    write_bytes(text, max + 1);
    cr_assert_eq(FLAGS("--config", path), -EINVAL);
    cr_assert(strstr(why, "is larger than 1048576 bytes"), "%s", why);
    free(text);
}

Test(config, a_file_cut_at_any_byte_is_refused)
{
    for (size_t n = 0; n + 1 < sizeof whole_file; n++) {
        write_bytes(whole_file, n);
        cr_assert_eq(FLAGS("--config", path), -EINVAL, "cut at %zu", n);
        cr_assert_eq(strncmp(why, path, strlen(path)), 0, "cut at %zu: %s", n, why);
    }
}

Test(config, a_file_with_any_byte_changed_does_no_harm)
{
    static const char bytes[] = "\0\n\"\\/*{}[],:0-x\xff";
    char text[sizeof whole_file];
    memcpy(text, whole_file, sizeof text);
    for (size_t i = 0; i + 1 < sizeof whole_file; i++) {
        for (size_t b = 0; b + 1 < sizeof bytes; b++) {
            text[i] = bytes[b];
            write_bytes(text, sizeof text - 1);
            int rc = FLAGS("--config", path);
            cr_assert(rc == 0 ? why[0] == 0 : why[0] != 0 && is_all_zero(&c));
        }
        text[i] = whole_file[i];
    }
}

Test(config, a_journal_needs_room_for_four_files)
{
    cr_assert_eq(read_file("{\"segment_mib\": 64, \"disk_max\": 268435456}"), 0, "%s", why);
    cr_assert_lt(read_file("{\"segment_mib\": 65, \"disk_max\": 268435456}"), 0);
    cr_assert_str_eq(why, "disk_max must be at least four times segment_mib: 260 MiB");
}
