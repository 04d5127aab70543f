#include "sample_result.h"

#include "base/clock.h"
#include "tools/load/hist_code.h"
#include "tools/load/report.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

static struct result r;
static struct options o;
static char *text;
static size_t len;

static void up(void)
{
    sample_result(&r, &o);
    (void)sample_folder();
}

static void down(void)
{
    result_deinit(&r);
    free(text);
    sample_folder_remove();
}

TestSuite(load_report_files, .init = up, .fini = down);

static void save(int (*write)(const char *path, const struct result *result))
{
    cr_assert_eq(write(sample_path("file"), &r), 0);
    free(text);
    text = sample_read(sample_path("file"), &len);
}

/* The line that begins so, in a buffer that stays until the next call; NULL: none. */
static char *line_of(const char *start)
{
    static char line[1 << 16];
    for (const char *at = text; at && *at; at = strchr(at, '\n'), at += at != NULL) {
        if (strncmp(at, start, strlen(start)) != 0) continue;
        (void)snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
        return line;
    }
    return NULL;
}

/* The histogram of a line of the log is the one that it should be. */
static void assert_interval(const char *tag, double start_s, double length_s, const struct hist *h)
{
    char *line = line_of(tag), *end;
    struct hist read;
    cr_assert_not_null(line, "%s", tag);
    line += strlen(tag);
    double start = strtod(line, &end), length = strtod(end + 1, &end), max_ms = strtod(end + 1, &end);
    cr_assert_float_eq(start, start_s, 0.001);
    cr_assert_float_eq(length, length_s, 0.001);
    cr_assert_float_eq(max_ms, (double)h->max_ns / 1e6, 0.001);
    cr_assert_eq(hist_decode(end + 1, &read), 0);
    cr_assert_eq(read.count, h->count);
    cr_assert_eq(hist_mean(&read), hist_mean(h));
    hist_deinit(&read);
}

Test(load_report_files, the_interval_log)
{
    const double start = 1700000000.123, measure = start + 2;
    save(report_hlog);
    cr_assert_eq(
        strncmp(text, "#[Logged with quern-load 0.1.0]\n#[Histogram log format version 1.2]\n#[StartTime: 1700000000.123", 94),
        0, "%.200s", text);
    assert_interval("Tag=response,", measure, 10, &r.all.hist[HIST_RESPONSE]);
    assert_interval("Tag=service,", measure, 10, &r.all.hist[HIST_SERVICE]);
    assert_interval("Tag=lateness,", measure, 10, &r.all.hist[HIST_LATENESS]);
    assert_interval("Tag=get/response,", measure, 10, &r.groups[0].hist[HIST_RESPONSE]);
    assert_interval("Tag=submit/ttfb,", measure, 10, &r.groups[1].hist[HIST_TTFB]);
    assert_interval("Tag=connect,", start, 1, &r.ramp.connect);
    cr_assert_null(line_of("Tag=censored,"), "it is empty");
}

Test(load_report_files, the_interval_log_of_one_group)
{
    result_deinit(&r);
    sample_closed(&r, &o);
    save(report_hlog);
    cr_assert_not_null(line_of("Tag=response,"));
    cr_assert_null(line_of("Tag=get/response,"));
    cr_assert_null(line_of("Tag=lateness,"));
}

Test(load_report_files, percentiles)
{
    save(report_hgrm);
    cr_assert(line_of("       Value   Percentile   TotalCount 1/(1-Percentile)"));
    cr_assert(strstr(text, "#[Max     =       20.005, Total count    =       100000]"), "%s", text);
    cr_assert(strstr(text, "      20.005     1.000000       100000"));
}

Test(load_report_files, a_line_for_each_tick)
{
    int lines = 0;
    save(report_csv);
    cr_assert_eq(
        strncmp(text, "phase,at_ns,due,issued,completed,errors,p50_ns,p99_ns,max_ns,open,connecting,busy,lost,queued,", 88), 0);
    for (const char *p = text; (p = strchr(p, '\n')); p++) lines++;
    cr_assert_eq(lines, 121);
    cr_assert(line_of("ramp,100000000,0,0,0,0,0,0,0,10,5,0,0,0,0,0,0,"));
    cr_assert(line_of("ramp,1000000000,"));
    cr_assert(line_of("warmup,1100000000,1000,1000,1000,0,150000,5000000,20000000,100,0,7,0,0,"), "%s",
              line_of("warmup,1100000000"));
    cr_assert(line_of("measure,12000000000,"));
}

Test(load_report_files, an_empty_result)
{
    struct result empty = {0};
    cr_assert_eq(report_csv(sample_path("file"), &empty), 0);
    cr_assert_eq(report_hlog(sample_path("file"), &empty), 0);
}

Test(load_report_files, a_folder_that_is_not_there)
{
    cr_assert_eq(report_hlog("/no/such/folder/x", &r), -ENOENT);
    cr_assert_eq(report_hgrm("/no/such/folder/x", &r), -ENOENT);
    cr_assert_eq(report_csv("/no/such/folder/x", &r), -ENOENT);
}
