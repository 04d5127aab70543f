#include "options_lines.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(load_options, .fini = options_lines_end);

/* ---- defaults, and wrk's line ---- */

Test(load_options, defaults)
{
    accept_line(URL);
    cr_assert(o.connections == 10 && o.threads == 1 && o.pipeline == 1 && o.requests == 0);
    cr_assert(o.duration_ns == 10 * NS_PER_S && o.warmup_ns == 2 * NS_PER_S && o.cooldown_ns == NS_PER_S && o.timeout_ns == 0);
    cr_assert(o.rate == 0 && o.arrival == ARRIVAL_CONST && o.on_full == ON_FULL_QUEUE && o.pick == PICK_LRU);
    cr_assert(o.max_connecting == 1024 && o.nodelay && !o.linger0 && o.recv_mode == RECV_MULTISHOT);
    cr_assert(o.think.kind == DIST_ZERO && o.work.kind == DIST_ZERO && o.spin_ns == 50 * NS_PER_US && !o.busy);
    cr_assert(o.groups_n == 1 && o.groups[0].scenario == SCENARIO_GET && o.groups[0].rate == 0);
    cr_assert_str_eq(o.groups[0].name, "get");
    cr_assert_eq(o.verify, VERIFY_STATUS);
    cr_assert_str_eq(o.method, "GET");
    cr_assert_str_eq(o.host, "127.0.0.1:8080");
    cr_assert_str_eq(o.path, "/x");
    cr_assert_str_eq(o.url, URL);
    cr_assert(o.dst_ports_n == 1 && o.dst_ports[0] == 8080 && o.sources_n == 0 && o.port_first == 0);
    cr_assert_eq(ntohs(o.target.sin_port), 8080);
    cr_assert_eq(ntohl(o.target.sin_addr.s_addr), INADDR_LOOPBACK);
    cr_assert_null(o.body);
    cr_assert_str_eq(o.command_line, "quern-load " URL);
}

Test(load_options, the_line_that_wrk_users_know)
{
    accept_line("-t2|-c100|-d30s|-H|Accept: text/plain|--latency|--timeout|2s|" URL);
    cr_assert(o.threads == 2 && o.connections == 100 && o.duration_ns == 30 * NS_PER_S && o.latency);
    cr_assert_eq(o.timeout_ns, 2 * NS_PER_S);
    cr_assert_eq(o.headers_n, 1);
    cr_assert_str_eq(o.headers[0], "Accept: text/plain");
    cr_assert_str_eq(o.command_line, "quern-load -t2 -c100 -d30s -H 'Accept: text/plain' --latency --timeout 2s " URL);
    accept_line("--connections|400|--threads|12|--duration|30|-T|1|-L|" URL);
    cr_assert(o.connections == 400 && o.threads == 12 && o.duration_ns == 30 * NS_PER_S && o.timeout_ns == NS_PER_S &&
              o.latency);
}

Test(load_options, forms_of_a_value)
{
    accept_line(URL "|-c|1k|-R|5k/s|-n|1M");
    cr_assert(o.connections == 1000 && o.rate == 5000 && o.requests == 1000000);
    accept_line("--rate=0.5|-c100|" URL "|-d500ms");
    cr_assert(o.rate == 0.5 && o.connections == 100 && o.duration_ns == 500 * NS_PER_MS);
    accept_line("--connec=7|--|" URL);
    cr_assert_eq(o.connections, 7, "as long as it is the only one");
    accept_line("--seed|18446744073709551615|" URL);
    cr_assert_eq(o.seed, UINT64_MAX);
}

Test(load_options, the_command_line_is_kept_as_typed)
{
    accept_line("-H|A: it's|--label|k=v|--find-max|p99<5ms|" URL);
    cr_assert_str_eq(o.command_line, "quern-load -H 'A: it'\\''s' --label k=v --find-max 'p99<5ms' " URL);
    char line[8000] = "-b|";
    memset(line + 3, 'x', 7000);
    (void)snprintf(line + 7003, sizeof line - 7003, "|%s", URL);
    accept_line(line);
    cr_assert_eq(strlen(o.command_line), sizeof o.command_line - 1, "cut");
}

/* ---- load ---- */

Test(load_options, arrivals)
{
    accept_line("-R|100|--arrival|poisson|" URL);
    cr_assert_eq(o.arrival, ARRIVAL_POISSON);
    accept_line("-R|100|--arrival|burst:16|-p|4|" URL);
    cr_assert(o.arrival == ARRIVAL_BURST && o.burst == 16 && o.pipeline == 4);
    accept_line("--arrival|trace:/tmp/x|" URL);
    cr_assert_eq(o.arrival, ARRIVAL_TRACE);
    cr_assert_str_eq(o.trace_path, "/tmp/x");
}

Test(load_options, stages_of_rates)
{
    accept_line("--stages|10s:0-10k,60s:10k,10s:10k-0|" URL);
    cr_assert_eq(o.stages_n, 3);
    cr_assert(o.stages[0].length_ns == 10 * NS_PER_S && o.stages[0].from == 0 && o.stages[0].to == 10000);
    cr_assert(o.stages[1].from == 10000 && o.stages[1].to == 10000 && !o.stages[1].connections);
    cr_assert(o.warmup_ns == 0 && o.duration_ns == 80 * NS_PER_S, "all of them are measured");
    accept_line("--stages|10s:1k|--warmup|3s|" URL);
    cr_assert(o.warmup_ns == 3 * NS_PER_S && o.duration_ns == 7 * NS_PER_S);
    accept_line("--stages|10s:1k|-d|1m|" URL);
    cr_assert_eq(o.duration_ns, 60 * NS_PER_S);
}

Test(load_options, stages_of_connections)
{
    accept_line("--stages|c:30s:0-1k,10s:1k,c:5s:1k-10|" URL);
    cr_assert_eq(o.stages_n, 3);
    for (int i = 0; i < 3; i++) cr_assert(o.stages[i].connections);
    cr_assert_eq(o.connections, 1000, "as many as the highest");
    accept_line("--stages|c:30s:0-1k|-c|2k|-R|50|" URL);
    cr_assert(o.connections == 2000 && o.rate == 50);
}

Test(load_options, conditions)
{
    accept_line(
        "--find-max|p99<5ms && errors==0&&p99.9<=0.5 && mean<1us&&max<2 && censored=0 && errors%<1 && error_rate<0.5%|" URL);
    const struct condition *c = o.find_max;
    cr_assert_eq(o.find_max_n, 8);
    cr_assert(c[0].what == COND_PERCENTILE && c[0].percent == 99 && c[0].compare == CMP_LT && c[0].bound == 5e6);
    cr_assert(c[1].what == COND_ERRORS && c[1].compare == CMP_EQ && c[1].bound == 0);
    cr_assert(c[2].what == COND_PERCENTILE && c[2].percent == 99.9 && c[2].compare == CMP_LE && c[2].bound == 5e8);
    cr_assert(c[3].what == COND_MEAN && c[3].bound == 1000);
    cr_assert(c[4].what == COND_MAX && c[4].bound == 2e9);
    cr_assert(c[5].what == COND_CENSORED && c[5].compare == CMP_EQ);
    cr_assert_eq(c[6].what, COND_ERROR_RATE);
    cr_assert_float_eq(c[6].bound, 0.01, 1e-12);
    cr_assert_float_eq(c[7].bound, 0.005, 1e-12);
    accept_line("--find-max|errors<2%&&error_rate<0.25|-R|2k|" URL);
    cr_assert(o.find_max[0].what == COND_ERROR_RATE && o.rate == 2000);
    cr_assert_float_eq(o.find_max[0].bound, 0.02, 1e-12);
    cr_assert_float_eq(o.find_max[1].bound, 0.25, 1e-12);
}

Test(load_options, a_sweep)
{
    accept_line("--sweep|1k:10k:500|" URL);
    cr_assert(o.sweep_from == 1000 && o.sweep_to == 10000 && o.sweep_step == 500);
}

Test(load_options, distributions)
{
    accept_line("-s|get,worker|--think|exp:10ms|--work|const:2s|" URL);
    cr_assert(o.think.kind == DIST_EXP && o.think.mean_ns == 10 * NS_PER_MS);
    cr_assert(o.work.kind == DIST_CONST && o.work.mean_ns == 2 * NS_PER_S);
    accept_line("-s|worker|--think|0|--work|5ms|" URL);
    cr_assert(o.think.kind == DIST_ZERO && o.work.kind == DIST_CONST && o.work.mean_ns == 5 * NS_PER_MS);
}

/* ---- scenarios ---- */

Test(load_options, every_scenario_by_its_name)
{
    char line[200];
    for (unsigned i = 0; i < SCENARIO_KINDS; i++) {
        (void)snprintf(line, sizeof line, "-s|%s|%s", scenario_name((enum scenario_kind)i), URL);
        accept_line(line);
        cr_assert(o.groups_n == 1 && o.groups[0].scenario == i, "%s", line);
    }
}

Test(load_options, a_mix_in_a_line)
{
    accept_line("-s|submit=3,worker,submit=0.5|" URL);
    cr_assert_eq(o.groups_n, 3);
    cr_assert(o.groups[0].scenario == SCENARIO_SUBMIT && o.groups[0].weight == 3);
    cr_assert(o.groups[1].scenario == SCENARIO_WORKER && o.groups[1].weight == 1);
    cr_assert_str_eq(o.groups[0].name, "submit");
    cr_assert_str_eq(o.groups[2].name, "submit-2");
    cr_assert_float_eq(o.groups[2].weight, 0.5, 0);
}

Test(load_options, a_mix_in_a_file)
{
    char line[200];
    (void)snprintf(line, sizeof line, "-s|mix:%s|-c|100|" URL,
                   write_file("# who\tdoes what\n\nget 3\n  submit-wait\t1  2k/s # its own rate\r\nget 1"));
    accept_line(line);
    cr_assert_eq(o.groups_n, 3);
    cr_assert(o.groups[0].weight == 3 && o.groups[0].rate == 0);
    cr_assert(o.groups[1].scenario == SCENARIO_SUBMIT_WAIT && o.groups[1].rate == 2000);
    cr_assert_str_eq(o.groups[2].name, "get-2");
}

static void refuse_mix(const char *text, const char *sentence)
{
    char line[200];
    (void)snprintf(line, sizeof line, "-s|mix:%s|" URL, write_file(text));
    refuse_line(line, sentence);
    (void)unlink(file_path);
    file_path[0] = '\0';
}

Test(load_options, a_mix_that_is_wrong)
{
    refuse_mix("", "names no scenario");
    refuse_mix("# nothing\n", "names no scenario");
    refuse_mix("get\n", "scenario weight [rate]");
    refuse_mix("get 1 2 3\n", "scenario weight [rate]");
    refuse_mix("get 0\n", "no weight");
    refuse_mix("get 1 fast\n", "no rate");
    refuse_mix("post 1\n", "no scenario 'post'");
    refuse_line("-s|mix:/nowhere/at/all|" URL, "cannot read /nowhere/at/all");
    refuse_line("-s|mix:/tmp|" URL, "--scenario");
}

/* ---- connections ---- */

static void expect_source(uint32_t i, const char *address)
{
    char text[INET_ADDRSTRLEN];
    struct in_addr in = {.s_addr = o.sources[i]};
    cr_assert(i < o.sources_n);
    cr_assert_str_eq(inet_ntop(AF_INET, &in, text, sizeof text), address);
}

Test(load_options, source_addresses)
{
    accept_line("--src|127.0.0.9,127.0.0.2-127.0.0.4,127.0.0.3|" URL);
    cr_assert_eq(o.sources_n, 4, "each once");
    expect_source(0, "127.0.0.2");
    expect_source(3, "127.0.0.9");
    accept_line("--src|127.0.1.7/29|" URL);
    cr_assert_eq(o.sources_n, 6, "the hosts of the network");
    expect_source(0, "127.0.1.1");
    expect_source(5, "127.0.1.6");
    accept_line("--src|127.0.1.4/31|" URL);
    cr_assert_eq(o.sources_n, 2);
    accept_line("--src|127.0.1.4/32|" URL);
    cr_assert_eq(o.sources_n, 1);
    accept_line("--src|dev lo|" URL);
    expect_source(0, "127.0.0.1");
    accept_line("--src|127.0.0.2|--src|127.0.0.3|" URL);
    cr_assert_eq(o.sources_n, 1, "the last one counts");
}

Test(load_options, ports)
{
    accept_line("--dst-ports|9000-9002,8080|--port-range|20000-20099|" URL);
    cr_assert(o.dst_ports_n == 4 && o.dst_ports[0] == 9000 && o.dst_ports[3] == 8080);
    cr_assert(o.port_first == 20000 && o.port_last == 20099);
    cr_assert_str_eq(o.host, "127.0.0.1:8080");
}

Test(load_options, how_connections_are_opened)
{
    accept_line("--ramp|20k/s|--churn|5/s|--reqs-per-conn|65535|--recv-mode|poll|--no-nodelay|--linger0|--rcvbuf|64k|" URL);
    cr_assert(o.ramp_rate == 20000 && o.ramp_ns == 0 && o.churn_rate == 5 && o.reqs_per_conn == 65535);
    cr_assert(o.recv_mode == RECV_POLL && !o.nodelay && o.linger0 && o.rcvbuf == 65536 && o.sndbuf == 0);
    accept_line("--ramp|10s|--hold|1m|--max-connecting|64|--sndbuf|1M|--nodelay|--conns-per-ring|20k|" URL);
    cr_assert(o.ramp_rate == 0 && o.ramp_ns == 10 * NS_PER_S && o.hold_ns == 60 * NS_PER_S && o.max_connecting == 64);
    cr_assert(o.sndbuf == 1048576 && o.nodelay && o.conns_per_ring == 20000);
}

/* ---- request, checks, output ---- */

Test(load_options, bodies)
{
    char line[200];
    accept_line("-b|{\"a\":1}|" URL);
    cr_assert_eq(o.body_len, 7);
    cr_assert_arr_eq(o.body, "{\"a\":1}", 7);
    cr_assert_str_eq(o.method, "POST");
    accept_line("-b||-X|PUT|" URL);
    cr_assert_not_null(o.body, "empty, but there");
    cr_assert_eq(o.body_len, 0);
    cr_assert_str_eq(o.method, "PUT");
    (void)snprintf(line, sizeof line, "-b|not this|-b|@%s|" URL, write_file("from a\nfile"));
    accept_line(line);
    cr_assert_eq(o.body_len, 11);
    cr_assert_arr_eq(o.body, "from a\nfile", 11);
}

Test(load_options, what_no_scenario_looks_at)
{
    static const char *const lines[][2] = {
        {"-s|submit|-X|PUT|" URL, "--method"},
        {"-s|submit-wait|-b|x|" URL, "--body"},
        {"-s|worker|--expect-status|200|" URL, "--expect-status"},
        {"-s|submit|--require-date|" URL, "--require-date"},
        {"-s|submit-poll|--echo-id|" URL, "--echo-id"},
        {"-s|submit-wait|--work|1s|" URL, "--work"},
        {"--drip|1s|" URL, "--drip"},
        {"-s|slow-read|-R|100|" URL, "--rate"},
        {"--job-size|1k|" URL, "--job-size"},
        {"-s|slow-header|--announce|1k|" URL, "--announce"},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) refuse_line(lines[i][0], lines[i][1]);
    accept_line("-s|get,submit|-X|PUT|--echo-id|" URL); /* one of them does */
}

Test(load_options, the_rest)
{
    accept_line("--job-size|1k|--job-type|t.echo|--queue|mail|--fail|5%|--vanish|0.5%|--poll|20ms|--drip|2s|--drip-bytes|32|"
                "-s|idle-mass,submit,worker,slow-body|--active|1%|-R|10k|--on-full|drop|--pick|mru|" URL);
    cr_assert(o.job_size == 1024 && o.poll_ns == 20 * NS_PER_MS && !o.poll_backoff && o.drip_ns == 2 * NS_PER_S &&
              o.drip_bytes == 32);
    cr_assert_str_eq(o.job_type, "t.echo");
    cr_assert_str_eq(o.queue, "mail");
    cr_assert_float_eq(o.fail_share, 0.05, 1e-12);
    cr_assert_float_eq(o.vanish_share, 0.005, 1e-12);
    cr_assert_float_eq(o.active_share, 0.01, 1e-12);
    cr_assert(o.on_full == ON_FULL_DROP && o.pick == PICK_MRU);
    accept_line(
        "-s|get,submit-poll|--poll|backoff:5ms|--expect-status|200,404|--expect-body|substr:x|--require-date|--max-errors|3|" URL);
    cr_assert(o.poll_backoff && o.poll_ns == 5 * NS_PER_MS && o.expect_status_n == 2 && o.expect_status[1] == 404);
    cr_assert(o.require_date && o.max_errors == 3 && o.verify == VERIFY_FULL);
    accept_line("--echo-id|--verify|sample:100|" URL);
    cr_assert(o.verify == VERIFY_SAMPLE && o.verify_every == 100);
    cr_assert_str_eq(o.echo_id, "X-Request-Id");
    accept_line("--echo-id=X-Id|" URL);
    cr_assert_eq(o.verify, VERIFY_FULL);
    cr_assert_str_eq(o.echo_id, "X-Id");
    accept_line(
        "-o|a.json|--hlog|b|--hgrm|c|--csv|d|--html|e|--label|k=v|--label|l=|--cpu|0,2-3|--spin|20|--busy|--quiet|--fps|5|" URL);
    cr_assert(o.labels_n == 2 && o.cpus_n == 3 && o.cpus[0] == 0 && o.cpus[2] == 3 && o.spin_ns == 20 * NS_PER_US && o.busy);
    cr_assert(o.quiet && !o.tui && o.fps == 5);
    cr_assert_str_eq(o.json_path, "a.json");
    cr_assert_str_eq(o.html_path, "e");
    accept_line("--server-pid|1|--tui|" URL);
    cr_assert(o.server_pid == 1 && o.tui);
}

/* ---- the URL ---- */

Test(load_options, urls)
{
    accept_line("HTTP://127.0.0.1");
    cr_assert_str_eq(o.host, "127.0.0.1");
    cr_assert_str_eq(o.path, "/");
    cr_assert_eq(ntohs(o.target.sin_port), 80);
    accept_line("http://127.0.0.1:80/a?b=c#d");
    cr_assert_str_eq(o.host, "127.0.0.1");
    cr_assert_str_eq(o.path, "/a?b=c");
    accept_line("http://127.0.0.1:81?q");
    cr_assert_str_eq(o.host, "127.0.0.1:81");
    cr_assert_str_eq(o.path, "/?q");
    accept_line("http://localhost:9/|--host|shop.example");
    cr_assert_str_eq(o.host, "shop.example");
    cr_assert_eq(ntohl(o.target.sin_addr.s_addr), INADDR_LOOPBACK);
    accept_line("--unix|/tmp/no.sock|http://not.a.host.anywhere.invalid/");
    cr_assert_str_eq(o.unix_path, "/tmp/no.sock");
    cr_assert_str_eq(o.host, "not.a.host.anywhere.invalid");
}

Test(load_options, urls_that_are_wrong)
{
    static const struct {
        const char *line, *said;
    } bad[] = {
        {"https://127.0.0.1/", "TLS"},
        {"127.0.0.1:8080", "does not begin with http://"},
        {"", "does not begin with http://"},
        {"ftp://x/", "does not begin with http://"},
        {"http://", "no host"},
        {"http:///x", "no host"},
        {"http://:80/", "no host"},
        {"http://127.0.0.1:0/", "not a port"},
        {"http://127.0.0.1:65536/", "not a port"},
        {"http://127.0.0.1:8x/", "not a port"},
        {"http://[::1]:80/", "IPv4 only"},
        {"http://me:secret@127.0.0.1/", "Authorization"},
        {"http://127.0.0.1/a b", "blank"},
        {"http://127.0.0.1/a\nb", "control"},
        {"http://127.0.0.1.1.1/", "URL: host"},
        {"-c|5", "the URL is missing"},
        {URL "|" URL, "more than one URL"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) refuse_line(bad[i].line, bad[i].said);
    char line[6000] = "http://127.0.0.1/";
    memset(line + strlen(line), 'x', 5000);
    refuse_line(line, "path is longer");
    (void)snprintf(line, sizeof line, "http://");
    memset(line + strlen(line), 'h', 300);
    line[307] = '\0';
    refuse_line(line, "host is longer");
}
