#include "sample_result.h"

#include "base/clock.h"
#include "tools/load/human.h"
#include "tools/load/report.h"

#include <criterion/criterion.h>
#include <string.h>

static struct result r;
static struct options o;
static char *text;

static void up(void)
{
    sample_result(&r, &o);
}

static void down(void)
{
    result_deinit(&r);
    free(text);
}

TestSuite(load_report_text, .init = up, .fini = down);

static void print_latency(FILE *f, const struct result *result)
{
    report_text(f, result, true);
}

static void print_plain(FILE *f, const struct result *result)
{
    report_text(f, result, false);
}

static void print(bool latency)
{
    free(text);
    text = sample_print(latency ? print_latency : print_plain, &r);
}

#define HAS(words) cr_assert(strstr(text, words), "\"%s\" is missing in\n%s", words, text)
#define LACKS(words) cr_assert_not(strstr(text, words), "\"%s\" is in\n%s", words, text)

/* ---- wrk's block ---- */

Test(load_report_text, wrks_block_comes_first)
{
    static const char head[] = "Running 10s test @ http://127.0.0.1:8080/x\n"
                               "  1 threads and 100 connections\n"
                               "  Thread Stats   Avg      Stdev     Max   +/- Stdev\n"
                               "    Latency   ";
    print(false);
    cr_assert_eq(strncmp(text, head, sizeof head - 1), 0, "%s", text);
    HAS("\n    Req/Sec    10.00k     0.00    10.00k   100.00%\n");
    HAS("\n  100000 requests in 10.00s, 14.31MB read\n"
        "Requests/sec:  10000.00\n"
        "Transfer/sec:      1.43MB\n");
    LACKS("Latency Distribution");
    LACKS("Socket errors");
    LACKS("Non-2xx");
}

/* Columns as wrk has them: units below units. */
Test(load_report_text, wrks_latencies)
{
    print(true);
    HAS("\n    Latency   492.01us    1.25ms  20.00ms   91.50%\n");
    HAS("\n  Latency Distribution\n"
        "     50%  150.01us\n"
        "     75%  174.97us\n"
        "     90%  189.95us\n"
        "     99%    5.45ms\n"
        "  100000 requests in ");
}

Test(load_report_text, wrks_errors)
{
    r.all.errors[ERROR_CONNECT_REFUSED].n = 1;
    r.all.errors[ERROR_CONNECT_OTHER].n = 2;
    r.all.errors[ERROR_RESET].n = 4;
    r.all.errors[ERROR_CLOSED_EARLY].n = 8;
    r.all.errors[ERROR_SEND].n = 16;
    r.all.errors[ERROR_TIMEOUT].n = 32;
    r.all.errors[ERROR_STATUS].n = 64;
    r.all.status[5] = 60;
    r.all.status[4] = 4;
    print(false);
    HAS("  100064 requests in 10.00s, 14.31MB read\n"
        "  Socket errors: connect 3, read 12, write 16, timeout 32\n"
        "  Non-2xx or 3xx responses: 64\n"
        "Requests/sec:  10006.40\n");
}

/* ---- ours ---- */

Test(load_report_text, an_open_loop)
{
    print(false);
    HAS("quern-load 0.1.0  mix  open loop, const at 10,000/s, 100 connections, 1 thread, 1 ring");
    HAS("  rate       offered 10,000/s  achieved 10,000/s (100%)\n");
    HAS("  requests   issued 100,000  completed 100,000  failed 0  unanswered 0  dropped 0\n");
    HAS("  response ");
    HAS("  service ");
    HAS("  lateness ");
    HAS("  answers    2xx 100,000 ");
    HAS("cpu 60%  60.0us/request (user 20.0us, system 40.0us)  16,667 requests per CPU-second");
    HAS("(256B/connection; kernel 4.00KB, both ends)");
    HAS("  loader     cpu 40% of 1 thread  enters/request 0.20  64B/connection");
    HAS("  ramp       opened 100 in 1.00s (100/s)  failed 0  reopened 0  lost 0  connect p50 50.0us");
    LACKS("closed");
    LACKS("unanswered  ");
    LACKS("errors  ");
}

Test(load_report_text, groups_have_blocks_of_their_own)
{
    print(false);
    HAS("\nget (get, 50 connections)\n  rate       offered 6,000/s  achieved 6,000/s (100%)\n");
    HAS("\nsubmit (submit, 50 connections)\n  rate       offered 4,000/s");
    HAS("  also       polls 17");
}

Test(load_report_text, a_closed_loop_says_what_its_times_are)
{
    result_deinit(&r);
    sample_closed(&r, &o);
    print(false);
    HAS("get  closed loop, 100 connections");
    HAS("saturated\n  closed system");
    HAS("  rate       10,000/s\n");
    LACKS("lateness");
    LACKS("  response");
    LACKS("\nget (");
}

Test(load_report_text, errors_with_their_first_example)
{
    r.all.errors[ERROR_STATUS].n = 1234;
    (void)snprintf(r.all.errors[ERROR_STATUS].first_example, 160, "HTTP/1.1 500 \x1b[31mred\xff");
    r.all.errors[ERROR_TIMEOUT].n = 1;
    r.all.censored = 5;
    hist_add_n(&r.all.hist[HIST_CENSORED], NS_PER_S, 5);
    print(false);
    HAS("  errors     timeout 1\n             status 1,234  (first: HTTP/1.1 500 ?[31mred?)\n");
    HAS("unanswered 5 ");
    HAS("  unanswered    1.00s");
}

Test(load_report_text, points)
{
    r.points = calloc(2, sizeof *r.points);
    r.points_n = 2;
    r.points[0] = (struct point){.rate = 1000, .achieved = 999.6, .p99_ns = 300000, .met = true, .valid = true};
    r.points[1] = (struct point){.rate = 2000, .achieved = 1500, .p99_ns = NS_PER_S, .errors = 7, .censored = 3};
    print(false);
    HAS("INVALID\n");
    LACKS("met");
    r.found_rate = 1000;
    print(false);
    HAS("       1,000        1,000       0ns       0ns     300us");
    HAS("  met\n");
    HAS("  not met INVALID\n");
    HAS("highest rate that meets the conditions: 1,000/s\n");
    r.found_rate = 0;
    o.find_max_n = 1;
    print(false);
    HAS("no rate meets the conditions\n");
}

Test(load_report_text, probe_and_jobs)
{
    r.probe = (struct probe_figures){100, 99, 1, NS_PER_S};
    r.conservation = (struct conservation){.checked = true, .submitted = 40000, .finished = 39999, .missing = 1};
    (void)snprintf(r.conservation.note, sizeof r.conservation.note, "job 17 is gone");
    print(false);
    HAS("  probe      asked 100  answered 99  failed 1  in 1.00s\n");
    HAS("  jobs       NOT all accounted for  submitted 40,000  finished 39,999");
    HAS("missing 1  out of order 0  job 17 is gone\n");
}

Test(load_report_text, the_verdict_is_last)
{
    print(false);
    cr_assert_str_eq(text + strlen(text) - 7, "\nVALID\n");
    r.loader.major_faults = 1;
    r.all.errors[ERROR_BODY].n = 1;
    verdict_give(&r);
    print(false);
    HAS("\nCHECKS FAILED\nINVALID\n  - the loader waited for the disk 1 times");
}

Test(load_report_text, nothing_at_all)
{
    result_deinit(&r);
    memset(&r, 0, sizeof r);
    print(true);
    HAS("  0 requests in 0.00s, 0.00B read\n");
    HAS("    Req/Sec       -");
    LACKS(" nan");
    LACKS("-nan");
    LACKS("inf");
}

/* ---- numbers ---- */

Test(load_human, times)
{
    const struct {
        double ns;
        const char *text;
    } known[] = {
        {0, "0ns"},         {1, "1ns"},         {999, "999ns"},    {999.6, "1.00us"},   {1000, "1.00us"},   {84123, "84.1us"},
        {310000, "310us"},  {999949, "1.00ms"}, {1.2e6, "1.20ms"}, {4e9, "4.00s"},      {99.94e9, "99.9s"}, {999e9, "999s"},
        {1000e9, "16m40s"}, {3599e9, "59m59s"}, {3600e9, "1h00m"}, {90061e9, "25h01m"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) cr_expect_str_eq(human_time(known[i].ns).text, known[i].text);
}

Test(load_human, counts_rates_bytes_shares)
{
    cr_expect_str_eq(human_count(0).text, "0");
    cr_expect_str_eq(human_count(999).text, "999");
    cr_expect_str_eq(human_count(1000).text, "1,000");
    cr_expect_str_eq(human_count(UINT64_MAX).text, "18,446,744,073,709,551,615");
    cr_expect_str_eq(human_rate(0).text, "0");
    cr_expect_str_eq(human_rate(0.25).text, "0.25");
    cr_expect_str_eq(human_rate(19.83).text, "19.8");
    cr_expect_str_eq(human_rate(9998.4).text, "9,998");
    cr_expect_str_eq(human_rate(999.7).text, "1,000");
    cr_expect_str_eq(human_bytes(0).text, "0B");
    cr_expect_str_eq(human_bytes(64).text, "64B");
    cr_expect_str_eq(human_bytes(4127).text, "4.03KB");
    cr_expect_str_eq(human_bytes(214e6).text, "204MB");
    cr_expect_str_eq(human_short(19830).text, "19.8k");
    cr_expect_str_eq(human_short(0.5).text, "0.50");
    cr_expect_str_eq(human_short(1e6).text, "1.00M");
    cr_expect_str_eq(human_percent(0).text, "0%");
    cr_expect_str_eq(human_percent(0.5).text, "50%");
    cr_expect_str_eq(human_percent(0.99984).text, "100.0%");
    cr_expect_str_eq(human_percent(0.00123).text, "0.12%");
    cr_expect_str_eq(human_clock(42 * NS_PER_S).text, "00:42");
    cr_expect_str_eq(human_clock(3723 * NS_PER_S).text, "1:02:03");
}

Test(load_human, words_of_others)
{
    char out[32], small[4];
    cr_expect_str_eq(human_words(out, sizeof out, "plain, \xc3\xa4 \xe2\x82\xac"), "plain, \xc3\xa4 \xe2\x82\xac");
    cr_expect_str_eq(human_words(out, sizeof out, "\x1b[2J\n\x7f\xc2\x9b"), "?[2J???");
    cr_expect_str_eq(human_words(out, sizeof out, "\xff\xc3"), "??");
    cr_expect_str_eq(human_words(small, sizeof small, "abcd"), "abc");
    cr_expect_str_eq(human_words(small, sizeof small, "ab\xc3\xa4"), "ab", "not half a character");
    cr_expect_str_eq(human_words(small, 1, "a"), "");
}

Test(load_report_text, kernel_memory_beside_slabs)
{
    r.server.pid = 1;
    r.ramp.opened = 100;
    r.server.tcp_before_bytes = 1 << 20;
    r.server.tcp_after_bytes = (1 << 20) + 100 * 2048;
    r.server.tables_after_bytes = r.server.tables_before_bytes + 100 * 16;
    r.server.rss_before_bytes = 1 << 20;
    r.server.rss_end_bytes = (1 << 20) + (uint64_t)r.groups[1].connections * 4096;
    (void)snprintf(r.groups[1].scenario, sizeof r.groups[1].scenario, "slow-read");
    print(false);
    HAS("per connection: TCP buffers 2.00KB  page tables 16B\n");
    HAS("grown by 4.00KB per slow reader\n");
}
