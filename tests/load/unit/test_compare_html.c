#include "page_check.h"
#include "sample_result.h"

#include "base/clock.h"
#include "tools/load/compare.h"
#include "tools/load/report.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdarg.h>
#include <string.h>

static struct result r;
static struct options o;
static char *page;

static void up(void)
{
    sample_result(&r, &o);
    (void)sample_folder();
    cr_redirect_stdout();
    cr_redirect_stderr();
}

static void down(void)
{
    result_deinit(&r);
    free(page);
    sample_folder_remove();
}

TestSuite(load_compare_html, .init = up, .fini = down);

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

static void save(const char *name)
{
    cr_assert_eq(report_json(sample_path(name), &r), 0);
}

static void read_page(void)
{
    size_t len;
    free(page);
    page = sample_read(sample_path("out.html"), &len);
    page_assert_well_formed(page);
}

#define HAS(words) cr_assert(strstr(page, words), "\"%s\" is missing", words)
#define LACKS(words) cr_assert_not(strstr(page, words), "\"%s\" is there", words)

static int count(const char *words)
{
    int n = 0;
    for (const char *at = page; (at = strstr(at, words)); at += strlen(words)) n++;
    return n;
}

/* The path of the line with this class that is drawn in the figure of this title; static. */
static const char *path_of(const char *title, const char *class)
{
    static char path[1 << 16];
    char mark[64];
    const char *end = strstr(page, title), *at, *found = NULL;
    cr_assert(end, "%s", title);
    const char *label = end; /* the title stands at the figure's head, and in its caption */
    const char *close = strstr(label, "</svg>");
    (void)snprintf(mark, sizeof mark, "\" class=\"%s\"/>", class);
    for (at = label; (at = strstr(at, "<path d=\"")) && at < close; at++) {
        const char *tail = strchr(at + 9, '"');
        if (strncmp(tail, mark, strlen(mark)) == 0) found = at;
    }
    cr_assert(found, "%s: no line %s", title, class);
    (void)snprintf(path, sizeof path, "%.*s", (int)strcspn(found + 9, "\""), found + 9);
    return path;
}

Test(load_compare_html, both_are_drawn)
{
    save("a.json");
    for (uint32_t i = 10; i < r.ticks_n; i++) r.ticks[i].completed = 900;
    save("b.json");
    cr_assert_eq(compare("--html", sample_path("out.html"), sample_path("a.json"), sample_path("b.json"), NULL), 0);
    read_page();
    cr_assert_eq(count("<svg "), 7);
    HAS(">A, response</text>");
    HAS(">B, response</text>");
    HAS(">A completed</text>");
    HAS(">B completed</text>");
    HAS(">A p99</text>");
    HAS(">B p99</text>");
    HAS("class=\"cell s1\"");
    HAS("class=\"cell s2\"");
    HAS(">A server, resident</text>");
    HAS(">B latest request of each moment</text>");
    HAS("One run each: no interval, no verdict");
    HAS("a.json");
    LACKS("class=\"band");
    char a[1 << 16];
    (void)snprintf(a, sizeof a, "%s", path_of("aria-label=\"Throughput\"", "line s1"));
    cr_assert_str_neq(a, path_of("aria-label=\"Throughput\"", "line s2"), "900 per tick lie lower than 1000");
    (void)snprintf(a, sizeof a, "%s", path_of("aria-label=\"Memory\"", "line s1"));
    cr_assert_str_eq(a, path_of("aria-label=\"Memory\"", "line s2"), "and what is the same lies on the same line");
}

Test(load_compare_html, many_runs_have_a_band)
{
    const char *a[3], *b[3];
    for (int i = 0; i < 3; i++) {
        char name[16];
        hist_add_n(&r.all.hist[HIST_RESPONSE], (uint64_t)(i + 1) * 10 * NS_PER_MS, 20000); /* each its own tail */
        (void)snprintf(name, sizeof name, "a%d.json", i);
        save(name);
        a[i] = sample_path(name);
        (void)snprintf(name, sizeof name, "b%d.json", i);
        save(name);
        b[i] = sample_path(name);
    }
    char option[300];
    (void)snprintf(option, sizeof option, "--html=%s", sample_path("out.html"));
    cr_assert_eq(compare(option, a[0], a[1], a[2], "--", b[0], b[1], b[2], NULL), 0);
    read_page();
    cr_assert_eq(count("class=\"band s1\""), 1);
    cr_assert_eq(count("class=\"band s2\""), 1);
    char band[1 << 16];
    (void)snprintf(band, sizeof band, "%s", path_of("aria-label=\"Latency by percentile\"", "band s1"));
    cr_assert_str_eq(band, path_of("aria-label=\"Latency by percentile\"", "band s2"));
    cr_assert(strchr(band, 'Z'), "closed");
    HAS("3 runs each");
    HAS("<strong>B is not distinguishable</strong>");
    HAS("95 % interval");
}

Test(load_compare_html, closed_loops_show_service_times)
{
    result_deinit(&r);
    sample_closed(&r, &o);
    save("a.json");
    save("b.json");
    cr_assert_eq(compare("--html", sample_path("out.html"), sample_path("a.json"), sample_path("b.json"), NULL), 0);
    read_page();
    HAS(">A, service (closed loop)</text>");
    LACKS("response</text>");
    LACKS("Lateness");
}

Test(load_compare_html, sweeps_lie_over_one_another)
{
    r.points = calloc(5, sizeof *r.points);
    r.points_n = 5;
    for (uint32_t i = 0; i < 5; i++)
        r.points[i] = (struct point){.rate = 1000 * (i + 1),
                                     .achieved = 1000 * (i + 1),
                                     .p50_ns = 100000,
                                     .p99_ns = 300000,
                                     .p999_ns = 400000,
                                     .valid = true};
    save("a.json");
    save("b.json");
    cr_assert_eq(compare("--html", sample_path("out.html"), sample_path("a.json"), sample_path("b.json"), NULL), 0);
    read_page();
    cr_assert_eq(count("<svg "), 8);
    HAS(">A p99.9</text>");
    HAS(">B p99.9</text>");
}

Test(load_compare_html, what_was_forced_is_said)
{
    save("a.json");
    r.rate_asked = 20000;
    r.loader.cq_overflows = 1;
    (void)snprintf(r.target, sizeof r.target, "<script>");
    verdict_give(&r);
    save("b.json");
    cr_assert_eq(compare("--html", sample_path("out.html"), sample_path("a.json"), sample_path("b.json"), NULL), 2);
    cr_assert_eq(compare("--force", "--html", sample_path("out.html"), sample_path("a.json"), sample_path("b.json"), NULL), 0);
    read_page();
    HAS("Of B 1 run is INVALID");
    HAS("rate: 10000/s | 20000/s");
    LACKS("<script");
}

Test(load_compare_html, usage)
{
    save("a.json");
    cr_assert_eq(compare("--html", NULL), 1);
    cr_assert_eq(compare("--html=", sample_path("a.json"), sample_path("a.json"), NULL), 1);
    cr_assert_eq(compare("--html", "/no/such/folder/x.html", sample_path("a.json"), sample_path("a.json"), NULL), 1);
}
