/* What wrk 4.1 and h2load 1.52 print, as they printed it. */
#include "tools/load/selftest_parts.h"

#include <criterion/criterion.h>
#include <string.h>

static const char wrk[] = "Running 2s test @ http://127.0.0.1:18099/\n"
                          "  1 threads and 16 connections\n"
                          "  Thread Stats   Avg      Stdev     Max   +/- Stdev\n"
                          "    Latency     1.15ms    1.18ms  10.19ms   87.31%\n"
                          "    Req/Sec    18.99k     6.08k   25.42k    61.90%\n"
                          "  Latency Distribution\n"
                          "     50%  637.00us\n"
                          "     75%  743.00us\n"
                          "     90%    3.01ms\n"
                          "     99%    4.73ms\n"
                          "  39621 requests in 2.10s, 4.35MB read\n"
                          "Requests/sec:  18892.85\n"
                          "Transfer/sec:      2.07MB\n";

static const char h2load[] =
    "progress: 100% of clients started\n"
    "Main benchmark duration is over for thread #0. Stopping all clients.\n"
    "\n"
    "finished in 2.00s, 16457.00 req/s, 1.80MB/s\n"
    "requests: 32914 total, 32930 started, 32914 done, 32914 succeeded, 0 failed, 0 errored, 0 timeout\n"
    "status codes: 32914 2xx, 0 3xx, 0 4xx, 0 5xx\n"
    "                     min         max         mean         sd        +/- sd\n"
    "time for request:      180us     10.70ms       969us       741us    88.72%\n"
    "time for connect:       48us       653us       373us       191us    56.25%\n";

Test(load_selftest_words, wrk)
{
    struct peer_words w;
    peer_words_read(wrk, &w);
    cr_assert_float_eq(w.per_s, 18892.85, 1e-6);
    cr_assert_float_eq(w.p50_ns, 637000, 1e-6);
    cr_assert_float_eq(w.mean_ns, 0, 1e-6);
    cr_assert_float_eq(w.max_ns, 0, 1e-6);
    cr_assert_str_eq(w.latency, "50%  637.00us, 90%    3.01ms, 99%    4.73ms");
    cr_assert_str_eq(w.errors, "no errors");
}

Test(load_selftest_words, h2load)
{
    struct peer_words w;
    peer_words_read(h2load, &w);
    cr_assert_float_eq(w.per_s, 16457, 1e-6);
    cr_assert_float_eq(w.p50_ns, 0, 1e-6);
    cr_assert_float_eq(w.mean_ns, 969000, 1e-6);
    cr_assert_float_eq(w.max_ns, 10700000, 1e-6);
    cr_assert_str_eq(w.latency, "time for request:      180us     10.70ms       969us       741us    88.72%");
}

Test(load_selftest_words, errors_are_told)
{
    struct peer_words w;
    char text[sizeof wrk + 128];
    (void)snprintf(text, sizeof text,
                   "%s  Socket errors: connect 0, read 3, write 0, timeout 16\n  Non-2xx or 3xx responses: 5\n", wrk);
    peer_words_read(text, &w);
    cr_assert_str_eq(w.errors, "Socket errors: connect 0, read 3, write 0, timeout 16, Non-2xx or 3xx responses: 5");
}

Test(load_selftest_words, what_says_nothing)
{
    static const char *const texts[] = {"",
                                        "unable to connect to 127.0.0.1:1 Connection refused\n",
                                        "time for request:\n",
                                        "time for request: soon 1ms 2ms\n",
                                        "     50%  \n",
                                        "     50%  -nanus\n",
                                        "finished in"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct peer_words w;
        peer_words_read(texts[i], &w);
        cr_assert(w.per_s == 0 && w.p50_ns == 0 && w.mean_ns == 0 && w.max_ns == 0, "%s", texts[i]);
    }
}

/* Each cut of what they print is read without going over its end; the rate stands at the end of wrk's. */
Test(load_selftest_words, cut_anywhere)
{
    for (size_t n = 0; n < sizeof wrk; n++) {
        struct peer_words w;
        char *text = strndup(wrk, n);
        peer_words_read(text, &w);
        free(text);
        cr_assert(n >= sizeof wrk - 40 || w.per_s == 0, "%zu", n);
    }
}
