/* Flags: all there are, and each mistake in them by its name. */
#include "config_rig.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

TestSuite(config_flags, .init = config_up, .fini = config_down);

Test(config_flags, defaults)
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

Test(config_flags, no_arguments_at_all)
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

Test(config_flags, every_flag_with_the_value_apart)
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

Test(config_flags, every_flag_with_the_value_behind_an_equals_sign)
{
    int rc = FLAGS("--listen=0.0.0.0:0", "--listen=[::1]:65535", "--data=/var/d", "--shards=2",
                   "--workers=3", "--connections=4000000", "--idle-timeout=86400",
                   "--plugin=a.so", "--plugin=b.so", "--scheduler=balanced",
                   "--durability=memory", "--log-level=debug", "--log-format=json",
                   "--access-log", "--check", "--force-fallback=coop,oneshot-recv");
    cr_assert_eq(rc, 0, "%s", why);
    assert_every_flag();
}

Test(config_flags, ephemeral_version_help)
{
    cr_assert_eq(FLAGS("--ephemeral"), 0);
    cr_assert(c.ephemeral);
    cr_assert_eq(FLAGS("--version"), 0);
    cr_assert(c.version && !c.help);
    cr_assert_eq(FLAGS("--help", "--config", "/nowhere"), 0, "help needs no file");
    cr_assert(c.help);
    cr_assert_str_eq(c.file, "/nowhere");
}

Test(config_flags, the_last_of_a_flag_wins)
{
    cr_assert_eq(FLAGS("--shards", "2", "--data", "a", "--shards", "5", "--data", "b"), 0);
    cr_assert_eq(c.shards, 5);
    cr_assert_str_eq(c.data, "b");
}

Test(config_flags, each_flag_is_in_the_usage)
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

Test(config_flags, the_limits_of_lists)
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

Test(config_flags, each_mistake_in_a_flag_is_named)
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

Test(config_flags, a_long_value_is_cut_and_a_small_room_is_kept)
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

Test(config_flags, another_user_of_getopt_does_no_harm)
{
    char *argv[] = {(char[]){"x"}, (char[]){"-abc"}, NULL};
    (void)getopt(2, argv, "abc"); /* stopped inside a word */
    cr_assert_eq(FLAGS("--shards", "3"), 0, "%s", why);
    cr_assert_eq(c.shards, 3);
}
