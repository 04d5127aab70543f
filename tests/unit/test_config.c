/* What a configuration file says, on its own and with flags beside it, and files that are damaged. Flags: test_config_flags.c;
 * mistakes in a file: test_config_mistakes.c. */
#include "config_rig.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(config, .init = config_up, .fini = config_down);

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
