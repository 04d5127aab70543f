#include "page_check.h"
#include "sample_result.h"

#include "base/clock.h"
#include "tools/load/report.h"
#include "tools/load/report_plots.h"
#include "tools/load/report_svg.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <string.h>

static struct result r;
static struct options o;
static char *page;
static size_t len;

static void up(void)
{
    sample_result(&r, &o);
    (void)sample_folder();
}

static void down(void)
{
    result_deinit(&r);
    free(page);
    sample_folder_remove();
}

TestSuite(load_report_html, .init = up, .fini = down);

static void render(void)
{
    cr_assert_eq(report_html(sample_path("out.html"), &r), 0);
    free(page);
    page = sample_read(sample_path("out.html"), &len);
}

#define HAS(words) cr_assert(strstr(page, words), "\"%s\" is missing", words)
#define LACKS(words) cr_assert_not(strstr(page, words), "\"%s\" is there", words)

static int count(const char *words)
{
    int n = 0;
    for (const char *at = page; (at = strstr(at, words)); at += strlen(words)) n++;
    return n;
}

/* ---- well-formed ---- */

static void assert_good(void)
{
    render();
    page_assert_well_formed(page);
}

Test(load_report_html, is_well_formed)
{
    assert_good();
    result_deinit(&r);
    sample_closed(&r, &o);
    assert_good();
}

Test(load_report_html, needs_nothing_else)
{
    assert_good();
    LACKS("<script");
    LACKS("<link");
    LACKS("<img");
    LACKS("<iframe");
    LACKS("src=");
    LACKS("href=");
    LACKS("@import");
    LACKS("url(");
    /* The only addresses are the target's, and the name of SVG, which nobody fetches. */
    cr_assert_eq(count("http"), count("http://127.0.0.1:8080/x") + count("xmlns=\"http://www.w3.org/2000/svg\""));
}

Test(load_report_html, words_of_others_are_escaped)
{
    static const char evil[] = "<script>alert(\"1\")</script>&'\x01\xff";
    (void)snprintf(r.target, sizeof r.target, "%s", evil);
    (void)snprintf(r.command_line, sizeof r.command_line, "%s", evil);
    (void)snprintf(r.labels[0], sizeof r.labels[0], "%s", evil);
    (void)snprintf(r.groups[0].name, sizeof r.groups[0].name, "%.31s", evil);
    (void)snprintf(r.groups[1].extras[0].name, sizeof r.groups[1].extras[0].name, "%.31s", evil);
    r.all.extras[0] = r.groups[1].extras[0];
    r.all.errors[ERROR_BODY].n = 1;
    (void)snprintf(r.all.errors[ERROR_BODY].first_example, 160, "%s", evil);
    (void)snprintf(r.server.command, sizeof r.server.command, "%s", evil);
    (void)snprintf(r.host.kernel, sizeof r.host.kernel, "%s", evil);
    (void)snprintf(r.verdict.reasons[0], sizeof r.verdict.reasons[0], "%s", evil);
    r.verdict.reasons_n = 1;
    (void)snprintf(r.conservation.note, sizeof r.conservation.note, "%s", evil);
    assert_good();
    LACKS("<script");
    HAS("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;??");
}

Test(load_report_html, both_schemes)
{
    render();
    HAS("@media (prefers-color-scheme:dark)");
    HAS("color-scheme:light dark");
}

/* ---- what is in it ---- */

Test(load_report_html, the_verdict_is_on_top)
{
    render();
    HAS("<section class=\"verdict\">\n<strong>VALID</strong>");
    r.loader.cq_overflows = 1;
    verdict_give(&r);
    render();
    HAS("<section class=\"verdict bad\">\n<strong>INVALID</strong>\n<ul>\n<li>a completion queue overflowed 1 times");
    r.loader.cq_overflows = 0;
    r.all.errors[ERROR_ID].n = 1;
    verdict_give(&r);
    render();
    HAS("<section class=\"verdict bad\">\n<strong>VALID, CHECKS FAILED</strong>");
}

Test(load_report_html, the_plots)
{
    render();
    cr_assert_eq(count("<svg "), 7);
    HAS("<figcaption>Latency by percentile</figcaption>");
    HAS("<figcaption>Throughput</figcaption>");
    HAS("<figcaption>Response times: how many answers took how long</figcaption>");
    HAS("<figcaption>Connections by state</figcaption>");
    HAS("<figcaption>CPU time</figcaption>");
    HAS("<figcaption>Memory</figcaption>");
    HAS("<figcaption>Lateness: how long after its due time a request left</figcaption>");
    LACKS("by load");
    HAS(">99.99%</text>");
    HAS(">2s</text>");
    HAS(">500us</text>");
    HAS(">measure</text>");
}

Test(load_report_html, a_sweep_has_a_curve)
{
    r.points = calloc(6, sizeof *r.points);
    r.points_n = 6;
    for (uint32_t i = 0; i < 6; i++) {
        r.points[5 - i] =
            (struct point){.rate = 1000 * (i + 1), .p50_ns = 100000, .p99_ns = i < 4 ? 300000 : 90000000 * i, .valid = i < 5};
        r.points[5 - i].p999_ns = 2 * r.points[5 - i].p99_ns;
        r.points[5 - i].achieved = r.points[5 - i].rate;
    }
    assert_good();
    cr_assert_eq(count("<svg "), 8);
    HAS("<figcaption>Response time by load</figcaption>");
    HAS(">knee 4.00k/s</text>");
    HAS("6,000/s asked, 6,000/s achieved, p99 450ms, INVALID");
    r.found_rate = 4000;
    render();
    HAS(">found 4.00k/s</text>");
}

Test(load_report_html, what_there_is_nothing_of_is_left_out)
{
    result_deinit(&r);
    memset(&r, 0, sizeof r);
    assert_good();
    cr_assert_eq(count("<svg "), 0);
    HAS("closed loop");
    r.ticks = calloc(1, sizeof *r.ticks);
    r.ticks_n = 1;
    r.ticks[0].at_ns = 100 * NS_PER_MS;
    assert_good();
}

Test(load_report_html, values_at_the_ends_of_what_is_possible)
{
    for (uint32_t i = 0; i < r.ticks_n; i++) {
        struct tick *t = &r.ticks[i];
        t->completed = i % 2 ? UINT64_MAX : 0;
        t->slab_bytes = t->server_rss_bytes = UINT64_MAX;
        t->late_max_ns = i % 3 ? 1 : UINT64_MAX;
        t->heat[0] = t->heat[47] = UINT32_MAX;
    }
    hist_add(&r.all.hist[HIST_RESPONSE], 0);
    hist_add(&r.all.hist[HIST_RESPONSE], UINT64_MAX);
    assert_good();
}

Test(load_report_html, a_long_run_stays_small)
{
    free(r.ticks);
    r.ticks_n = 8192;
    r.ticks = calloc(r.ticks_n, sizeof *r.ticks);
    for (uint32_t i = 0; i < r.ticks_n; i++) {
        r.ticks[i].at_ns = (i + 1) * 800 * NS_PER_MS;
        r.ticks[i].completed = i;
        for (int k = 0; k < 48; k++) r.ticks[i].heat[k] = i;
    }
    assert_good();
    cr_assert_lt(len, 2u << 20, "%zu", len);
}

Test(load_report_html, a_folder_that_is_not_there)
{
    cr_assert_eq(report_html("/no/such/folder/x.html", &r), -ENOENT);
}

/* ---- drawing ---- */

static struct human plain(double value)
{
    struct human h;
    (void)snprintf(h.text, sizeof h.text, "%g", value);
    return h;
}

/* The labels of an axis from low to high, with blanks between. */
static void labels(enum svg_scale scale, double low, double high, char out[400])
{
    char *text = NULL;
    size_t n;
    FILE *f = open_memstream(&text, &n);
    struct svg_plot p = {
        .f = f,
        .title = "t",
        .x = {SVG_LINEAR, "x", human_rate, 0, 1},
        .y = {scale, "y", plain, SVG_AXIS_EMPTY},
    };
    svg_fit(&p.y, low);
    svg_fit(&p.y, high);
    out[0] = '\0';
    cr_assert(svg_open(&p));
    svg_close(&p);
    (void)fclose(f);
    for (const char *at = text; (at = strstr(at, "text-anchor=\"end\" class=\"tick\">")); at++) {
        const char *label = strchr(at, '>') + 1;
        size_t len_out = strlen(out);
        (void)snprintf(out + len_out, 400 - len_out, "%s%.*s", len_out ? " " : "", (int)strcspn(label, "<"), label);
    }
    free(text);
}

Test(load_report_svg, round_numbers_on_the_axes)
{
    char out[400];
    labels(SVG_LINEAR, 3, 93, out);
    cr_expect_str_eq(out, "0 20 40 60 80 100");
    labels(SVG_LINEAR, 3, 97, out);
    cr_expect_str_eq(out, "0 20 40 60 80 100 120", "room for words above the highest line");
    labels(SVG_LINEAR, 0, 0.37, out);
    cr_expect_str_eq(out, "0 0.1 0.2 0.3 0.4");
    labels(SVG_LINEAR, 5, 5, out);
    cr_expect_str_eq(out, "0 1 2 3 4 5 6");
    labels(SVG_LINEAR, 0, 0, out);
    cr_expect_str_eq(out, "0 0.2 0.4 0.6 0.8 1 1.2");
    labels(SVG_BINARY, 0, 90 * 1024, out);
    cr_expect_str_eq(out, "0 20480 40960 61440 81920 102400");
    labels(SVG_LOG, 80, 4500, out);
    cr_expect_str_eq(out, "50 100 200 500 1000 2000 5000");
    labels(SVG_LOG, 100, 100, out);
    cr_expect_str_eq(out, "100 200 500 1000");
    labels(SVG_LOG, 1, 1e6, out);
    cr_expect_str_eq(out, "1 10 100 1000 10000 100000 1e+06");
}

Test(load_report_svg, nothing_fitted_nothing_drawn)
{
    struct svg_plot p = {.f = stdout, .x = {SVG_LINEAR, "", plain, 0, 1}, .y = {SVG_LOG, "", plain, SVG_AXIS_EMPTY}};
    svg_fit(&p.y, 0);
    svg_fit(&p.y, NAN);
    svg_fit(&p.y, INFINITY);
    cr_assert_not(svg_open(&p));
}

Test(load_report_svg, knees)
{
    const double x[] = {1, 2, 3, 4, 5, 6}, bent[] = {1, 1, 1, 1, 5, 9}, straight[] = {1, 2, 3, 4, 5, 6},
                 flat[] = {1, 1, 1, 1, 1, 1};
    cr_assert_eq(curve_knee(x, bent, 6), 3);
    cr_assert_eq(curve_knee(x, straight, 6), 6);
    cr_assert_eq(curve_knee(x, flat, 6), 6);
    cr_assert_eq(curve_knee(x, bent + 3, 3), 3, "three points have no knee");
    cr_assert_eq(curve_knee(x, NULL, 0), 0);
}

/* ---- quern-load report ---- */

static int call(const char *in, const char *option, const char *out)
{
    char name[] = "report";
    char *argv[] = {name, (char *)(uintptr_t)in, (char *)(uintptr_t)option, (char *)(uintptr_t)out, NULL};
    int argc = 1;
    while (argv[argc]) argc++;
    return report_main(argc, argv);
}

Test(load_report_html, rendered_again_from_json)
{
    render();
    cr_assert_eq(report_json(sample_path("run.json"), &r), 0);
    cr_assert_eq(call(sample_path("run.json"), "-o", sample_path("again.html")), 0);
    size_t again_len;
    char *again = sample_read(sample_path("again.html"), &again_len);
    cr_assert_str_eq(again, page);
    free(again);
    cr_assert_eq(call(sample_path("run.json"), "-o", sample_path("again.json")), 0);
    char *one = sample_read(sample_path("run.json"), &len), *two = sample_read(sample_path("again.json"), &again_len);
    cr_assert_str_eq(one, two, "a report of a report is the same");
    free(one);
    free(two);
}

Test(load_report_html, usage_of_report)
{
    cr_redirect_stdout();
    cr_redirect_stderr();
    cr_assert_eq(report_json(sample_path("run.json"), &r), 0);
    cr_assert_eq(call(sample_path("run.json"), NULL, NULL), 0, "as text");
    cr_assert_eq(call(sample_path("run.json"), "-o", sample_path("x.csv")), 0);
    cr_assert_eq(call(sample_path("run.json"), "-o", sample_path("x.hlog")), 0);
    cr_assert_eq(call(sample_path("run.json"), "-o", sample_path("x.hgrm")), 0);
    cr_assert_eq(call(sample_path("run.json"), "-o", "/no/such/folder/x.html"), 1);
    cr_assert_eq(call(sample_path("run.json"), "-o", sample_path("x.pdf")), 1);
    cr_assert_eq(call(sample_path("run.json"), "-o", NULL), 1);
    cr_assert_eq(call(sample_path("run.json"), sample_path("run.json"), NULL), 1);
    cr_assert_eq(call("-x", NULL, NULL), 1);
    cr_assert_eq(call(NULL, NULL, NULL), 1);
    cr_assert_eq(call("/no/such/file", NULL, NULL), 1);
    cr_assert_eq(call("--help", NULL, NULL), 0);
}
