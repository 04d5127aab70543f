#include "options_lines.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(load_options_refused, .fini = options_lines_end);

/* ---- what is refused ---- */

/* Values of an option, with ; between them. */
static void refuse_values(const char *option, const char *values)
{
    char line[400], name[80];
    (void)snprintf(name, sizeof name, "quern-load: %s: ", option);
    while (values) {
        const char *end = strchr(values, ';');
        int len = end ? (int)(end - values) : (int)strlen(values);
        (void)snprintf(line, sizeof line, "%s|%.*s|-c|20|%s", option, len, values, URL);
        refuse_line(line, name);
        values = end ? end + 1 : NULL;
    }
}

Test(load_options_refused, values_that_are_wrong)
{
    static const struct {
        const char *option, *values;
    } bad[] = {
        {"--connections", "0;ten;-5;1.5;1000M"},
        {"--threads", "0;2000"},
        {"--duration", "0;10x;-1s"},
        {"--requests", "0;1.5"},
        {"--warmup", "x"},
        {"--timeout", "never"},
        {"--rate", "0;fast;5/m;2G"},
        {"--arrival", "uniform;burst:0;burst:;trace:"},
        {"--seed", "-1"},
        {"--on-full", "wait"},
        {"--pick", "random"},
        {"--stages", ";10s;10s:;0s:5;10s:1-;10s:1-2-3;10s:5,;5s:10,c:5s:10"},
        {"--find-max",
         ";p99;p99>5ms;p0<1s;p101<1s;p9.9.9<1;px<1s;p1e1<1s;p99<fast;p99<5ms &&;speed<5;errors<x;error_rate<2;errors%<101"},
        {"--sweep", "1k;1k:2k;1k:2k:0;2k:1k:1;0:1k:1;1:1M:1;1:2:3:4"},
        {"--pipeline", "0;1M"},
        {"--think", "gauss:1s;exp:"},
        {"--work", "const:x"},
        {"--src", ";localhost;127.0.0.256;127.0.0.5-127.0.0.2;127.0.0.0/0;127.0.0.0/33;127.0.0.0/x;x/8;127.0.0.0/8"},
        {"--src", "dev nosuchdevice;127.0.0.2,;0.0.0.0"},
        {"--dst-ports", ";0;65536;80,80;1-65;http"},
        {"--port-range", "80;0-9;9-8;1-65536"},
        {"--ramp", "fast;0/s;5k"},
        {"--max-connecting", "0"},
        {"--hold", "x"},
        {"--churn", "0"},
        {"--reqs-per-conn", "0;65536"},
        {"--recv-mode", "epoll"},
        {"--rcvbuf", "0;4G"},
        {"--sndbuf", "big"},
        {"--unix", ""},
        {"--method", ";GET /;AVERYLONGMETHODINDEEDYES"},
        {"--header", "nocolon;: x;a b: x;a: x\ny"},
        {"--body", "@/nowhere/at/all;@/tmp"},
        {"--host", ";a b"},
        {"--scenario", ";script.lua;get=;get=0;get,,run;get,"},
        {"--job-size", "x"},
        {"--job-type", ""},
        {"--queue", ""},
        {"--fail", "101%;5"},
        {"--vanish", "x%"},
        {"--poll", "0;sometimes;backoff:"},
        {"--drip", "0"},
        {"--drip-bytes", "0"},
        {"--active", "1"},
        {"--expect-status", ";99;2xx;200,;200,201,202,203,204,205,206,207,208"},
        {"--expect-body", ""},
        {"--verify", "all;sample:0;sample:"},
        {"--max-errors", "x"},
        {"--json", ""},
        {"--fps", "0;11"},
        {"--server-pid", "0;self"},
        {"--label", "novalue;=v"},
        {"--cpu", ";a;0-;1024"},
        {"--spin", "2s;x"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) refuse_values(bad[i].option, bad[i].values);
    refuse_line("--echo-id=a b|" URL, "--echo-id: ");
    refuse_line("--echo-id=|" URL, "--echo-id: ");
}

Test(load_options_refused, options_that_there_are_not)
{
    refuse_line("--bogus|" URL, "--bogus");
    refuse_line("--bogus=5|" URL, "--bogus=5");
    refuse_line("-q|" URL, "-q");
    refuse_line("--co|5|" URL, "ambiguous");
    refuse_line("--busy=yes|" URL, "--busy takes no value");
    refuse_line(URL "|-c", "--connections: a value is missing");
    refuse_line(URL "|--rate", "--rate: a value is missing");
}

Test(load_options_refused, what_does_not_go_together)
{
    static const struct {
        const char *line, *said;
    } bad[] = {
        {"-p|4|-R|100", "--pipeline goes with --rate only"},
        {"-p|4|-R|100|--arrival|poisson", "--pipeline goes with --rate only"},
        {"-p|4|--stages|5s:10", "--pipeline goes with --rate only"},
        {"-p|4|-s|churn", "--pipeline does not go with --scenario churn"},
        {"--think|1ms|-R|100", "--think"},
        {"--think|1ms|--sweep|1:2:1", "--think"},
        {"-t|11", "--threads: 11 threads"},
        {"-t|2|-c|3|-s|get,run", "--scenario: run"},
        {"-c|10|-s|get=100,run=1", "--scenario: run"},
        {"--sweep|1:2:1|--find-max|p99<1s", "--sweep and --find-max"},
        {"--sweep|1:2:1|-R|5", "--rate and --sweep"},
        {"--stages|5s:10|-R|5", "--rate and --stages"},
        {"--stages|5s:10|--find-max|p99<1s", "--stages of rates"},
        {"--stages|5s:10|--arrival|trace:x", "--arrival trace and --stages"},
        {"--arrival|trace:x|-R|5", "--rate and --arrival trace"},
        {"--arrival|trace:x|--sweep|1:2:1", "--arrival trace goes"},
        {"--arrival|poisson", "--arrival needs a --rate"},
        {"--stages|5s:0", "--stages asks for nothing"},
        {"--stages|5s:10|--warmup|5s", "over before --warmup"},
        {"--stages|c:5s:10-20|-c|15", "--stages asks for more connections"},
        {"--unix|/tmp/x|--src|127.0.0.2", "--unix"},
        {"--unix|/tmp/x|--dst-ports|80", "--unix"},
        {"--port-range|2000-2009|-c|11", "--connections: 11 are more than the 10"},
        {"--port-range|8076-8085|-c|10", "more than the 9"},
        {"--fail|60%|--vanish|50%", "--fail and --vanish"},
        {"--verify|status|--expect-body|substr:x", "--verify status"},
        {"--verify|status|--echo-id", "--verify status"},
        {"--active|1%", "--active"},
    };
    char line[300];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        (void)snprintf(line, sizeof line, "%s|%s", bad[i].line, URL);
        refuse_line(line, bad[i].said);
    }
}

Test(load_options_refused, lists_have_an_end)
{
    char line[8000];
    size_t n = 0;
    for (int i = 0; i < 25; i++) n += (size_t)snprintf(line + n, sizeof line - n, "-H|A%d: x|", i);
    (void)snprintf(line + n, sizeof line - n, URL);
    accept_line(line);
    cr_assert_eq(o.headers_n, 25);
    n = 0;
    for (int i = 0; i <= STAGES_MAX; i++) n += (size_t)snprintf(line + n, sizeof line - n, "%s1s:5", i ? "," : "--stages|");
    refuse_line(line, "more than 64 stages");
    n = 0;
    for (int i = 0; i <= CONDITIONS_MAX; i++)
        n += (size_t)snprintf(line + n, sizeof line - n, "%sp9<1s", i ? "&&" : "--find-max|");
    refuse_line(line, "more than 8 conditions");
    n = 0;
    for (int i = 0; i <= GROUPS_MAX; i++) n += (size_t)snprintf(line + n, sizeof line - n, "%sget", i ? "," : "-s|");
    refuse_line(line, "more than 12 scenarios");
    n = 0;
    for (int i = 0; i <= LABELS_MAX; i++) n += (size_t)snprintf(line + n, sizeof line - n, "--label|a=b|");
    refuse_line(line, "--label: more than 16");
}

Test(load_options_refused, help_and_version)
{
    cr_assert_eq(read_caught("--help", STDOUT_FILENO), OPTIONS_EXIT_OK);
    cr_assert_not_null(strstr(said, "--find-max"));
    cr_assert_eq(read_caught("-c|5|-h|--bogus", STDOUT_FILENO), OPTIONS_EXIT_OK);
    cr_assert_eq(read_caught("--version", STDOUT_FILENO), OPTIONS_EXIT_OK);
    cr_assert_str_eq(said, "quern-load " QUERN_LOAD_VERSION "\n");
}
