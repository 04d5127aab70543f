#include "sample_result.h"

#include "base/clock.h"
#include "tools/load/ab.h"
#include "tools/load/ab_parts.h"
#include "tools/load/compare.h"
#include "tools/load/report.h"

#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <stdarg.h>
#include <unistd.h>

static struct result r, other;
static struct options o;

static void up(void)
{
    sample_result(&r, &o);
    sample_result(&other, &o);
    (void)sample_folder();
    cr_redirect_stdout();
    cr_redirect_stderr();
}

static void down(void)
{
    result_deinit(&r);
    result_deinit(&other);
    sample_folder_remove();
}

TestSuite(load_compare, .init = up, .fini = down);

/* What was written since the last call. */
static const char *said(FILE *from)
{
    static char text[1 << 16];
    (void)fflush(stdout);
    (void)fflush(stderr);
    text[fread(text, 1, sizeof text - 1, from)] = '\0';
    return text;
}

#define OUT() said(cr_get_redirected_stdout())
#define ERR() said(cr_get_redirected_stderr())

static int compare(const char *a, ...)
{
    char name[] = "compare", *argv[40] = {name};
    int argc = 1;
    va_list args;
    va_start(args, a);
    for (const char *word = a; word; word = va_arg(args, const char *)) argv[argc++] = (char *)(uintptr_t)word;
    va_end(args);
    return compare_main(argc, argv);
}

/* ---- whether they go together ---- */

Test(load_compare, the_same_experiment)
{
    (void)snprintf(other.target, sizeof other.target, "http://127.0.0.1:9999/x");
    (void)snprintf(other.command_line, sizeof other.command_line,
                   "quern-load run -s get,submit --json /tmp/x.json -L http://127.0.0.1:9999/x -R 10k --label 'a b=c d' -c 100 "
                   "--html=/tmp/y.html --server-pid 17");
    cr_assert_eq(compare_differences(&r, &other, stderr), 0, "%s", ERR());
}

Test(load_compare, what_differs_is_named)
{
    const struct {
        void *member;
        size_t size;
        const char *words;
    } known[] = {
        {other.plan, 1, "plan: "},
        {&other.rate_asked, sizeof other.rate_asked, "rate: "},
        {&other.connections, 1, "connections: 100 | "},
        {&other.threads, 1, "threads: 1 | "},
        {&other.measured_ns, sizeof other.measured_ns, "measured time: 10.0s | "},
        {other.groups[0].scenario, 1, "scenario: get | "},
        {other.host.kernel, 1, "kernel: Linux"},
        {other.host.cpu, 1, "cpu: "},
        {&other.host.cpus, 1, "cpus: 2 | "},
        {other.host.clocksource, 1, "clocksource: "},
        {other.host.mitigations, 1, "mitigations: "},
        {other.host.sysctls[0].value, 1, "net.core.somaxconn: 4096 | "},
        {other.verify, 1, "verify: status | "},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char saved[16];
        memcpy(saved, known[i].member, known[i].size);
        *(char *)known[i].member = (char)(*(char *)known[i].member + 1);
        if (known[i].size > 1) memset(known[i].member, 0x17, known[i].size);
        cr_assert_eq(compare_differences(&r, &other, stderr), 1, "%s", known[i].words);
        const char *words = ERR();
        cr_assert(strstr(words, known[i].words), "%s: %s", known[i].words, words);
        memcpy(known[i].member, saved, known[i].size);
    }
    cr_assert_eq(compare_differences(&r, &other, NULL), 0);
}

Test(load_compare, other_flags)
{
    (void)snprintf(other.command_line, sizeof other.command_line, "%.200s -H 'A: it'\\''s' --expect-status 204",
                   r.command_line);
    cr_assert_eq(compare_differences(&r, &other, stderr), 2);
    const char *words = ERR();
    cr_assert(strstr(words, "only B has -H A: it's\n"), "%s", words);
    cr_assert(strstr(words, "only B has --expect-status 204\n"), "%s", words);
}

/* ---- two runs ---- */

Test(load_compare, two_runs)
{
    other.all.completed = other.all.in_time = other.all.issued = 110000;
    cr_assert_eq(report_json(sample_path("a.json"), &r), 0);
    cr_assert_eq(report_json(sample_path("b.json"), &other), 0);
    cr_assert_eq(compare(sample_path("a.json"), sample_path("b.json"), NULL), 0);
    const char *words = OUT();
    cr_assert(strstr(words, "requests/s                       10,000       11,000    1.100\n"), "%s", words);
    cr_assert(strstr(words, "requests/server-CPU-s            16,667       18,333    1.100\n"), "%s", words);
    cr_assert(strstr(words, "response p50                      150us        150us    1.000\n"), "%s", words);
    cr_assert(strstr(words, "server memory/connection           256B         256B    1.000\n"), "%s", words);
    cr_assert(strstr(words, "no interval, no verdict"), "%s", words);
    cr_assert_not(strstr(words, "verdict: B"));
}

Test(load_compare, other_experiments_are_refused)
{
    other.rate_asked = 20000;
    cr_assert_eq(report_json(sample_path("a.json"), &r), 0);
    cr_assert_eq(report_json(sample_path("b.json"), &other), 0);
    cr_assert_eq(compare(sample_path("a.json"), sample_path("b.json"), NULL), 2);
    const char *words = ERR();
    cr_assert(strstr(words, "rate: 10000/s | 20000/s"), "%s", words);
    cr_assert_str_eq(OUT(), "");
    cr_assert_eq(compare("--force", sample_path("a.json"), sample_path("b.json"), NULL), 0);
    cr_assert(strstr(OUT(), "requests/s "));
    cr_assert(strstr(ERR(), "rate: "), "the differences come first");
}

Test(load_compare, invalid_runs_are_refused)
{
    other.loader.cq_overflows = 1;
    verdict_give(&other);
    cr_assert_eq(report_json(sample_path("a.json"), &r), 0);
    cr_assert_eq(report_json(sample_path("b.json"), &other), 0);
    cr_assert_eq(compare(sample_path("a.json"), sample_path("b.json"), NULL), 2);
    cr_assert(strstr(ERR(), "b.json: INVALID\n  a completion queue overflowed"));
}

Test(load_compare, usage)
{
    cr_assert_eq(compare("a.json", NULL), 1);
    cr_assert_eq(compare("a.json", "b.json", "c.json", NULL), 1);
    cr_assert_eq(compare("a", "--", "b", "c", NULL), 1);
    cr_assert_eq(compare("a", "--", "b", "--", "c", "d", NULL), 1);
    cr_assert_eq(compare("a", "--", "b", "--", "c", "--", "d", NULL), 1);
    cr_assert_eq(compare("--wrong", "a", "b", NULL), 1);
    cr_assert_eq(compare("/no/such/file", "b.json", NULL), 1);
    cr_assert(strstr(ERR(), "/no/such/file: it cannot be read"));
    cr_assert_eq(compare("--help", NULL), 0);
}

/* ---- pairs ---- */

/* Runs whose rate is that of the sample times factor. */
static const char *save_run(const char *name, double factor)
{
    other.all.completed = other.all.in_time = other.all.issued = (uint64_t)(100000 * factor);
    cr_assert_eq(report_json(sample_path(name), &other), 0);
    return sample_path(name);
}

static int compare_pairs(double factor, bool again)
{
    static const double noise[] = {1, 1.01, 0.99, 1.005, 0.995, 1.002};
    char name[] = "compare", dashes[] = "--", *argv[40] = {name};
    int argc = 1;
    for (int list = 0; list < (again ? 3 : 2); list++) {
        if (list) argv[argc++] = dashes;
        for (int i = 0; i < 6; i++) {
            char file[32];
            (void)snprintf(file, sizeof file, "%d-%d", list, i);
            double of_list = list == 0 ? 1 : list == 1 ? factor : 1.03;
            argv[argc++] = (char *)(uintptr_t)save_run(file, noise[i] * of_list);
        }
    }
    return compare_main(argc, argv);
}

Test(load_compare, pairs_give_an_interval_and_a_verdict)
{
    cr_assert_eq(compare_pairs(1.2, false), 0, "%s", ERR());
    const char *words = OUT();
    cr_assert(strstr(words, "verdict: B is faster (requests/server-CPU-s)"), "%s", words);
    cr_assert(strstr(words, "6 pairs, 0 of A with itself"), "%s", words);
    cr_assert(
        strstr(words,
               "requests/s                       10,003       12,004    1.200     1.200 to 1.200                  -  faster\n"),
        "%s", words);
}

/* A itself comes out 3 % faster the second time. */
Test(load_compare, a_difference_within_the_noise)
{
    cr_assert_eq(compare_pairs(1.02, false), 0, "%s", ERR());
    cr_assert(strstr(OUT(), "verdict: B is faster"));
    cr_assert_eq(compare_pairs(1.02, true), 0, "%s", ERR());
    const char *words = OUT();
    cr_assert(strstr(words, "verdict: B is not distinguishable"), "%s", words);
    cr_assert(strstr(words, "6 pairs, 6 of A with itself"), "%s", words);
}

static struct measured m[4][8];

static void fill_measured(double b, double aa)
{
    for (int i = 0; i < 8; i++) {
        for (int k = 0; k < MEASURES_N; k++) {
            m[0][i].value[k] = m[2][i].value[k] = 100 + i;
            m[1][i].value[k] = (100 + i) * b;
            m[3][i].value[k] = (100 + i) * aa;
        }
    }
}

Test(load_compare, more_is_better_or_not)
{
    struct comparison c;
    fill_measured(1.1, 1.001);
    cr_assert_eq(comparison_make(m[0], m[1], 8, m[2], m[3], 8, false, &c), 0);
    cr_assert_eq(c.of[MEASURE_RATE].outcome, STATS_FASTER);
    cr_assert_eq(c.of[MEASURE_P99].outcome, STATS_SLOWER);
    cr_assert_str_eq(measure_verdict(MEASURE_RSS_PER_CONN, c.of[MEASURE_RSS_PER_CONN].outcome), "larger");
    cr_assert_eq(c.headline, MEASURE_RATE_PER_CPU);
    fill_measured(1.1, 1.2);
    cr_assert_eq(comparison_make(m[0], m[1], 8, m[2], m[3], 8, false, &c), 0);
    cr_assert_eq(c.of[MEASURE_RATE].outcome, STATS_NOT_DISTINGUISHABLE, "A differs from itself by more");
}

Test(load_compare, what_is_not_known)
{
    struct comparison c;
    fill_measured(1.1, 1);
    m[1][3].value[MEASURE_RATE_PER_CPU] = 0;
    cr_assert_eq(comparison_make(m[0], m[1], 8, NULL, NULL, 0, true, &c), 0);
    cr_assert_not(c.of[MEASURE_RATE_PER_CPU].known);
    cr_assert_not(c.of[MEASURE_RATE].aa_known);
    cr_assert_eq(c.headline, MEASURE_P99, "the rate of an open loop says nothing");
    cr_assert_eq(comparison_make(m[0], m[1], 8, NULL, NULL, 0, false, &c), 0);
    cr_assert_eq(c.headline, MEASURE_RATE);
}

/* ---- ab: the plan ---- */

Test(load_ab, turns)
{
    size_t n;
    struct ab_slice *s = ab_plan(5, 2, &n);
    char order[64] = "";
    cr_assert_eq(n, 14);
    for (size_t i = 0; i < n; i++) {
        size_t len = strlen(order);
        const char *space = i && s[i].block != s[i - 1].block ? " " : "";
        (void)snprintf(order + len, sizeof order - len, "%s%c%zu", space, "AaBb"[s[i].second * 2 + (s[i].series == AA_SERIES)],
                       s[i].pair);
        cr_assert_eq(s[i].discard, AB_NOT_RUN);
    }
    cr_assert_str_eq(order, "A0B0B1A1 a0b0b1a1 A2B2B3A3 A4B4");
    free(s);
    s = ab_plan(1, 0, &n);
    cr_assert_eq(n, 2);
    free(s);
}

Test(load_ab, a_pair_counts_only_as_a_whole)
{
    size_t n;
    struct ab_slice *s = ab_plan(4, 2, &n);
    struct ab_outcome out;
    for (size_t i = 0; i < n; i++) {
        s[i].discard = AB_KEPT;
        for (int k = 0; k < MEASURES_N; k++)
            s[i].measured.value[k] = (double)(10 * (s[i].pair + 1)) * (s[i].series == AB_SERIES && s[i].second ? 2 : 1);
    }
    cr_assert_eq(ab_outcome_make(s, n, false, &out), 0);
    cr_assert_eq(out.kept, 4);
    cr_assert_eq(out.aa_kept, 2);
    cr_assert_float_eq(out.comparison.of[MEASURE_RATE].ratio.ratio, 2, 1e-9);
    cr_assert_float_eq(out.comparison.of[MEASURE_RATE].aa.ratio, 1, 1e-9);
    s[0].discard = AB_INVALID; /* pair 0 */
    s[0].measured.value[MEASURE_RATE] = 1e9;
    cr_assert_eq(ab_outcome_make(s, n, false, &out), 0);
    cr_assert_eq(out.kept, 3);
    cr_assert_eq(out.discarded[AB_INVALID], 1);
    cr_assert_float_eq(out.comparison.of[MEASURE_RATE].ratio.ratio, 2, 1e-9);
    for (size_t i = 0; i < n; i++) s[i].discard = AB_ERRORS;
    cr_assert_eq(ab_outcome_make(s, n, false, &out), 0);
    cr_assert_eq(out.kept, 0);
    free(s);
}

/* ---- ab: commands ---- */

TestSuite(load_ab_run, .init = up, .fini = down);

Test(load_ab_run, children)
{
    int code = -1;
    ab_child_prepare();
    cr_assert_eq(ab_child_run("exit 7", NS_PER_S * 10, &code), 0);
    cr_assert_eq(code, 7);
    cr_assert_eq(ab_child_run("kill -9 $$", NS_PER_S * 10, &code), 0);
    cr_assert_eq(code, 128 + 9);
    cr_assert_eq(ab_child_run("cat; exit 3", NS_PER_S * 10, &code), 0, "its input is empty");
    cr_assert_eq(code, 3);
    cr_assert_eq(ab_child_run("exec sleep 1000", NS_PER_MS * 50, &code), -ETIMEDOUT);
    cr_assert_eq(code, 128 + SIGTERM);
    cr_assert_eq(raise(SIGINT), 0); /* blocked: it waits for the next child */
    cr_assert_eq(ab_child_run("exec sleep 1000", NS_PER_S * 10, &code), -EINTR);
}

/* A command that leaves a report behind, as a run would: the words after it are --json FILE --quiet. */
static const char *command_of(const char *report)
{
    static char commands[4][600];
    static int next;
    char *command = commands[next++ % 4];
    (void)snprintf(command, sizeof commands[0], "leave() { while [ \"$1\" != --json ]; do shift; done; cp %s \"$2\"; }; leave",
                   sample_path(report));
    return command;
}

static int ab(const char *a, ...)
{
    char name[] = "ab", *argv[40] = {name};
    int argc = 1;
    va_list args;
    va_start(args, a);
    for (const char *word = a; word; word = va_arg(args, const char *)) argv[argc++] = (char *)(uintptr_t)word;
    va_end(args);
    return ab_main(argc, argv);
}

Test(load_ab_run, from_the_commands_to_the_verdict)
{
    const char *a = command_of("a"), *b = command_of("b"), *json = sample_path("out.json");
    size_t len;
    (void)save_run("a", 1);
    (void)save_run("b", 1.5);
    cr_assert_eq(ab("--a", a, "--b", b, "--pairs", "8", "--aa", "4", "--json", json, NULL), 0, "%s", ERR());
    const char *words = OUT();
    cr_assert(strstr(words, "8 of 8 pairs kept, 4 of 4 of A with itself\n"), "%s", words);
    cr_assert(strstr(words, "verdict: B is faster (requests/server-CPU-s)"), "%s", words);
    words = ERR();
    cr_assert(strstr(words, "   24/24  "), "%s", words);
    char *text = sample_read(json, &len);
    cJSON *root = cJSON_Parse(text);
    cr_assert_not_null(root);
    const cJSON *rate = cJSON_GetObjectItem(cJSON_GetObjectItem(root, "measures"), "rate");
    cr_assert_float_eq(cJSON_GetObjectItem(rate, "ratio")->valuedouble, 1.5, 1e-9);
    cr_assert_float_eq(cJSON_GetObjectItem(rate, "aa_high")->valuedouble, 1, 1e-9);
    cr_assert_str_eq(cJSON_GetObjectItem(root, "verdict")->valuestring, "faster");
    cr_assert_eq(cJSON_GetArraySize(cJSON_GetObjectItem(root, "slices")), 24);
    cJSON_Delete(root);
    free(text);
}

/* A shell that ends at once, what it has started does not, and does not listen to SIGTERM either. */
Test(load_ab_run, nothing_of_a_command_is_left)
{
    int code = -1;
    char command[200], mark[64];
    (void)snprintf(mark, sizeof mark, "%s", sample_path("alive"));
    (void)snprintf(command, sizeof command, "(sleep 0.3; echo x > %s) & exit 3", mark);
    ab_child_prepare();
    cr_assert_eq(ab_child_run(command, 20 * NS_PER_S, &code), 0);
    cr_assert_eq(code, 3);
    cr_assert_eq(access(mark, F_OK), 0, "it was not waited for");
}

Test(load_ab_run, slices_with_errors_are_discarded_and_counted)
{
    char command[700];
    (void)save_run("a", 1);
    other.all.errors[ERROR_RESET].n = other.all.failed = 1;
    (void)save_run("b", 1);
    (void)snprintf(command, sizeof command, "%s", command_of("b"));
    cr_assert_eq(ab("--a", command_of("a"), "--b", command, "--pairs", "2", "--aa", "0", "--quiet", NULL), 3);
    const char *words = OUT();
    cr_assert(strstr(words, "0 of 2 pairs kept, 0 of 0 of A with itself; slices discarded: 2 errors\n"), "%s", words);
    cr_assert(strstr(words, "verdict: none"), "%s", words);
}

Test(load_ab_run, a_server_that_is_not_busy)
{
    (void)save_run("a", 1); /* 60 % */
    cr_assert_eq(ab("--a", command_of("a"), "--pairs", "1", "--aa", "0", "--server-busy", "99%", NULL), 3);
    cr_assert(strstr(OUT(), "2 server not busy"));
    cr_assert_eq(ab("--a", command_of("a"), "--pairs", "1", "--aa", "0", "--server-busy", "50%", NULL), 0);
}

Test(load_ab_run, different_experiments_are_refused)
{
    (void)save_run("a", 1);
    other.connections = 7;
    (void)save_run("b", 1);
    cr_assert_eq(ab("--a", command_of("a"), "--b", command_of("b"), "--pairs", "1", "--aa", "0", NULL), 2);
    cr_assert(strstr(ERR(), "connections: 100 | 7"));
    cr_assert_eq(ab("--force", "--a", command_of("a"), "--b", command_of("b"), "--pairs", "1", "--aa", "0", NULL), 0);
}

Test(load_ab_run, urls_stand_behind_the_command)
{
    size_t len;
    const char *command = "f() { echo \"$1\" >> \"$URLS\"; cp \"$REPORT\" \"$3\"; }; f";
    (void)save_run("a", 1);
    (void)setenv("URLS", sample_path("urls"), 1);
    (void)setenv("REPORT", sample_path("a"), 1);
    cr_assert_eq(ab("--a", command, "--url-a", "http://a/", "--url-b", "http://b/", "--pairs", "2", "--aa", "1", "--quiet",
                    "--between", "echo between >> \"$URLS\"", NULL),
                 0);
    char *text = sample_read(sample_path("urls"), &len);
    cr_assert_str_eq(text, "between\nhttp://a/\nhttp://b/\nhttp://b/\nhttp://a/\nbetween\nhttp://a/\nhttp://a/\n");
    free(text);
}

Test(load_ab_run, a_command_that_cannot_work)
{
    cr_assert_eq(ab("--a", "/no/such/program", "--pairs", "3", NULL), 1);
    cr_assert(strstr(ERR(), "exit code 127"));
    cr_assert_eq(ab("--a", "true", "--between", "false", NULL), 1);
}

Test(load_ab_run, usage)
{
    cr_assert_eq(ab("--pairs", "3", NULL), 1);
    cr_assert_eq(ab("--a", "true", "--pairs", "0", NULL), 1);
    cr_assert_eq(ab("--a", "true", "--pairs", "x", NULL), 1);
    cr_assert_eq(ab("--a", "true", "--wrong", NULL), 1);
    cr_assert_eq(ab("--a", "true", "stray", NULL), 1);
    cr_assert_eq(ab("--a", "true", "--keep", "/no/such/folder", NULL), 1);
    cr_assert_eq(ab("--help", NULL), 0);
}
