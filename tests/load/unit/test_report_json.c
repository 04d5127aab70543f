#include "sample_result.h"

#include "base/clock.h"
#include "tools/load/report.h"

#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct result r, back;
static struct options o;
static const char *why, *path;

static void up(void)
{
    sample_result(&r, &o);
    (void)sample_folder();
    path = sample_path("run.json");
}

static void down(void)
{
    result_deinit(&r);
    result_deinit(&back);
    sample_folder_remove();
}

TestSuite(load_report_json, .init = up, .fini = down);

static void there_and_back(void)
{
    result_deinit(&back);
    cr_assert_eq(report_json(path, &r), 0);
    cr_assert_eq(report_read(path, &back, &why), 0, "%s", why);
}

static void same_hist(const struct hist *a, const struct hist *b)
{
    uint32_t at_a = 0, at_b = 0;
    uint64_t ns_a, ns_b, n_a, n_b;
    cr_assert_eq(a->count, b->count);
    cr_assert_eq(a->clipped, b->clipped);
    cr_assert_eq(a->min_ns, b->min_ns);
    cr_assert_eq(a->max_ns, b->max_ns);
    cr_assert_eq(a->digits, b->digits);
    cr_assert_eq(a->max_trackable_ns, b->max_trackable_ns);
    while (hist_next(a, &at_a, &ns_a, &n_a)) {
        cr_assert(hist_next(b, &at_b, &ns_b, &n_b));
        cr_assert_eq(ns_a, ns_b);
        cr_assert_eq(n_a, n_b);
    }
    cr_assert_not(hist_next(b, &at_b, &ns_b, &n_b));
}

/* Everything but the histograms' memory, and what of a report is not kept: nothing. */
static void same_group(const struct group_result *a, const struct group_result *b)
{
    struct group_result plain_a = *a, plain_b = *b;
    for (int k = 0; k < HIST_KINDS; k++) same_hist(&a->hist[k], &b->hist[k]);
    memset(plain_a.hist, 0, sizeof plain_a.hist);
    memset(plain_b.hist, 0, sizeof plain_b.hist);
    cr_assert_arr_eq(&plain_a, &plain_b, sizeof plain_a);
}

Test(load_report_json, comes_back_as_it_was)
{
    r.all.errors[ERROR_STATUS] = (struct error_count){3, "HTTP/1.1 500 \"quoted\" \\ <&>"};
    r.groups[1].errors[ERROR_STATUS] = r.all.errors[ERROR_STATUS];
    r.all.status[5] = r.groups[1].status[5] = 3;
    r.points = calloc(2, sizeof *r.points);
    r.points_n = 2;
    r.points[0] = (struct point){1000.5, 1000.25, 1, 2, 3, 4, 5, 6, 7, true, true, false};
    r.points[1] = (struct point){.rate = 0.1, .achieved = 1.0 / 3};
    r.found_rate = 1000.5;
    r.probe = (struct probe_figures){100, 99, 1, 12345};
    r.conservation = (struct conservation){true, false, 1, 2, 3, 4, 5, 6, 7, "a note"};
    hist_add_n(&r.ramp.connect, 4000 * NS_PER_S, 2); /* beyond what it can hold */
    r.loader.major_faults = 1;
    verdict_give(&r);
    there_and_back();
    cr_assert_null(back.options);
    cr_assert_str_eq(back.version, r.version);
    cr_assert_str_eq(back.command_line, r.command_line);
    cr_assert_str_eq(back.target, r.target);
    cr_assert_str_eq(back.plan, "const");
    cr_assert_str_eq(back.verify, "status");
    cr_assert_eq(back.seed, 1);
    cr_assert_eq(back.started_wall_ns, UINT64_C(1700000000123456789), "to the ns");
    cr_assert_eq(back.rate_asked, 10000);
    cr_assert_eq(back.connections, 100);
    cr_assert_eq(back.threads, 1);
    cr_assert_eq(back.rings, 1);
    cr_assert_eq(back.phases_n, r.phases_n);
    for (int i = 0; i < r.phases_n; i++) {
        cr_assert_eq(back.phases[i].kind, r.phases[i].kind);
        cr_assert_eq(back.phases[i].start_ns, r.phases[i].start_ns);
        cr_assert_eq(back.phases[i].end_ns, r.phases[i].end_ns);
    }
    cr_assert_eq(back.measured_ns, r.measured_ns);
    cr_assert_eq(back.groups_n, 2);
    for (int i = 0; i < 2; i++) same_group(&back.groups[i], &r.groups[i]);
    same_group(&back.all, &r.all);
    cr_assert_eq(back.ticks_n, 120);
    cr_assert_arr_eq(back.ticks, r.ticks, 120 * sizeof *r.ticks);
    cr_assert_eq(back.points_n, 2);
    cr_assert_eq(back.points[0].achieved, 1000.25);
    cr_assert_eq(back.points[1].achieved, 1.0 / 3);
    cr_assert(back.points[0].met && back.points[0].valid && !back.points[1].met);
    cr_assert_eq(back.points[0].censored, 7);
    cr_assert_eq(back.found_rate, 1000.5);
    cr_assert_arr_eq(&back.host, &r.host, sizeof r.host);
    cr_assert_arr_eq(&back.server, &r.server, sizeof r.server);
    cr_assert_arr_eq(&back.loader, &r.loader, sizeof r.loader);
    cr_assert_arr_eq(&back.probe, &r.probe, sizeof r.probe);
    cr_assert_eq(back.ramp.opened, r.ramp.opened);
    cr_assert_eq(back.ramp.rate, r.ramp.rate);
    same_hist(&back.ramp.connect, &r.ramp.connect);
    cr_assert_eq(back.conservation.order_violations, 7);
    cr_assert_str_eq(back.conservation.note, "a note");
    cr_assert_eq(back.verdict.reasons_n, 1);
    cr_assert_str_eq(back.verdict.reasons[0], r.verdict.reasons[0]);
    cr_assert_not(back.verdict.valid);
    cr_assert_not(back.verdict.checks_passed);
    cr_assert_eq(back.labels_n, 1);
    cr_assert_str_eq(back.labels[0], "commit=abc");
}

Test(load_report_json, numbers_that_a_double_cannot_hold)
{
    r.seed = UINT64_MAX;
    r.host.nofile_soft = (UINT64_C(1) << 53) + 1;
    r.host.memory_bytes = UINT64_C(1) << 53;
    there_and_back();
    cr_assert_eq(back.seed, UINT64_MAX);
    cr_assert_eq(back.host.nofile_soft, (UINT64_C(1) << 53) + 1);
    cr_assert_eq(back.host.memory_bytes, UINT64_C(1) << 53);
}

Test(load_report_json, an_empty_result)
{
    struct result empty = {0};
    for (int k = 0; k < HIST_KINDS; k++) cr_assert_eq(hist_init(&empty.all.hist[k], NS_PER_S, 3), 0);
    cr_assert_eq(hist_init(&empty.ramp.connect, NS_PER_S, 3), 0);
    cr_assert_eq(report_json(path, &empty), 0);
    cr_assert_eq(report_read(path, &back, &why), 0, "%s", why);
    cr_assert_eq(back.all.hist[HIST_RESPONSE].min_ns, UINT64_MAX);
    cr_assert_eq(back.ticks_n, 0);
    cr_assert_eq(back.groups_n, 0);
    result_deinit(&empty);
}

Test(load_report_json, words_that_are_not_utf8)
{
    (void)snprintf(r.all.errors[ERROR_BODY].first_example, 160, "got \xff\x01");
    r.all.errors[ERROR_BODY].n = 1;
    there_and_back();
    cr_assert_str_eq(back.all.errors[ERROR_BODY].first_example, "got ??");
}

/* ---- as others read it ---- */

static cJSON *parse(void)
{
    size_t len;
    char *text = sample_read(path, &len);
    cJSON *root = cJSON_Parse(text);
    cr_assert_not_null(root);
    free(text);
    return root;
}

static const cJSON *at(const cJSON *item, const char *names)
{
    char name[64];
    for (; item && *names; names += *names == '/') {
        size_t len = strcspn(names, "/");
        (void)snprintf(name, sizeof name, "%.*s", (int)len, names);
        item = cJSON_GetObjectItemCaseSensitive(item, name);
        names += len;
    }
    cr_assert_not_null(item, "%s", name);
    return item;
}

Test(load_report_json, has_the_members_of_the_schema)
{
    cr_assert_eq(report_json(path, &r), 0);
    cJSON *root = parse();
    cr_assert_eq(at(root, "schema")->valueint, 1);
    cr_assert_str_eq(at(root, "tool/name")->valuestring, "quern-load");
    cr_assert_str_eq(at(root, "started_wall")->valuestring, "2023-11-14T22:13:20.123456789Z");
    cr_assert_str_eq(at(root, "labels/commit")->valuestring, "abc");
    cr_assert_str_eq(at(root, "host/sysctls/net.core.somaxconn")->valuestring, "4096");
    cr_assert_eq(at(root, "host/limits/nofile_soft")->valueint, 20000);
    cr_assert_eq(at(root, "totals/completed")->valueint, 100000);
    cr_assert_eq(at(root, "rates/achieved")->valuedouble, 10000);
    cr_assert_eq(at(root, "histograms/response/percentiles_ns/50")->valueint,
                 (int)hist_percentile(&r.all.hist[HIST_RESPONSE], 50));
    cr_assert_eq(at(root, "histograms/response/percentiles_ns/99.9")->valueint,
                 (int)hist_percentile(&r.all.hist[HIST_RESPONSE], 99.9));
    cr_assert(cJSON_IsString(at(root, "histograms/connect/hdr")));
    cr_assert_null(cJSON_GetObjectItem(at(root, "histograms/censored"), "min_ns"), "it is empty");
    cr_assert_eq(cJSON_GetArraySize(at(root, "series")), 120);
    cr_assert_eq(cJSON_GetArraySize(at(at(root, "series")->child, "heat")), 0);
    cr_assert_eq(cJSON_GetArraySize(at(cJSON_GetArrayItem(at(root, "series"), 50), "heat")), 29,
                 "without the zeros at its end");
    cr_assert_eq(cJSON_GetArraySize(at(root, "groups")), 2);
    cr_assert_eq(at(root, "cost/server_ns_per_request")->valuedouble, 60000);
    cr_assert(cJSON_IsTrue(at(root, "validity/valid")));
    cr_assert(cJSON_IsTrue(at(root, "checks/passed")));
    cJSON_Delete(root);
}

Test(load_report_json, a_label_that_stands_twice_keeps_its_last_value)
{
    (void)snprintf(r.labels[1], sizeof r.labels[1], "commit=def=ghi");
    (void)snprintf(r.labels[2], sizeof r.labels[2], "bare");
    r.labels_n = 3;
    there_and_back();
    cr_assert_eq(back.labels_n, 2);
    cr_assert_str_eq(back.labels[0], "commit=def=ghi");
    cr_assert_str_eq(back.labels[1], "bare=");
}

/* ---- the file ---- */

Test(load_report_json, takes_the_place_of_an_old_file_at_once)
{
    struct stat s;
    FILE *f = fopen(path, "w");
    cr_assert_not_null(f);
    (void)fputs("old", f);
    (void)fclose(f);
    cr_assert_eq(link(path, sample_path("other")), 0);
    cr_assert_eq(report_json(path, &r), 0);
    cr_assert_eq(stat(sample_path("other"), &s), 0);
    cr_assert_eq(s.st_size, 3, "the old file was not written to");
    cr_assert_eq(s.st_nlink, 1);
    mode_t mask = umask(022);
    (void)umask(mask);
    cr_assert_eq(stat(path, &s), 0);
    cr_assert_eq(s.st_mode & 0777, 0666 & ~mask);
}

Test(load_report_json, a_folder_that_is_not_there)
{
    cr_assert_eq(report_json("/no/such/folder/run.json", &r), -ENOENT);
    cr_assert_eq(report_json(sample_path(""), &r), -EISDIR);
}

Test(load_report_json, a_disk_that_is_full)
{
    if (access("/dev/full", W_OK) < 0) cr_skip();
    cr_assert_eq(report_json("/dev/full", &r), -ENOSPC);
    cr_assert_eq(report_json("/dev/null", &r), 0);
}

/* ---- files of others ---- */

static void write_file(const char *text, size_t len)
{
    FILE *f = fopen(path, "w");
    cr_assert_not_null(f);
    cr_assert_eq(fwrite(text, 1, len, f), len);
    (void)fclose(f);
}

static void assert_refused(const char *said)
{
    memset(&back, 0xff, sizeof back);
    cr_assert_eq(report_read(path, &back, &why), -EBADMSG);
    cr_assert(strstr(why, said), "%s", why);
    cr_assert_null(back.groups, "there is nothing to deinit");
    cr_assert_eq(back.ticks_n, 0);
}

Test(load_report_json, other_files_are_refused)
{
    const struct {
        const char *text, *said;
    } known[] = {
        {"", "not JSON"},
        {"hello", "not JSON"},
        {"{\"schema\":1", "not JSON"},
        {"[]", "not a report of quern-load"},
        {"{}", "not a report of quern-load"},
        {"{\"schema\":1,\"tool\":{\"name\":\"wrk\"}}", "not a report of quern-load"},
        {"{\"schema\":2,\"tool\":{\"name\":\"quern-load\"}}", "its schema is 2, not 1"},
        {"{\"schema\":1,\"tool\":{\"name\":\"quern-load\"}}", "tool lacks"},
        {"{\"schema\":1,\"tool\":{\"name\":\"quern-load\",\"version\":\"1\",\"flags\":\"\",\"seed\":-1}}", "tool lacks"},
        {"{\"schema\":1,\"tool\":{\"name\":\"quern-load\",\"version\":\"1\",\"flags\":\"\",\"seed\":1}}", "totals are missing"},
        {"{\"schema\":1,\"tool\":{\"name\":\"quern-load\",\"version\":\"1\",\"flags\":\"\",\"seed\":1},\"threads\":\"x\"}",
         "report.threads is not what it should be"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        write_file(known[i].text, strlen(known[i].text));
        assert_refused(known[i].said);
    }
}

Test(load_report_json, a_file_that_is_not_there)
{
    cr_assert_eq(report_read("/no/such/file", &back, &why), -ENOENT);
    cr_assert(strstr(why, "No such file"), "%s", why);
    cr_assert_lt(report_read("/tmp", &back, &why), 0);
}

/* Of a report with one thing changed: never more than a refusal. */
static void change(const char *from, const char *to, const char *said)
{
    size_t len;
    char *text = sample_read(sample_path("whole.json"), &len), *place = strstr(text, from), *changed = NULL;
    cr_assert_not_null(place, "%s", from);
    int n = asprintf(&changed, "%.*s%s%s", (int)(place - text), text, to, place + strlen(from));
    cr_assert_gt(n, 0);
    write_file(changed, (size_t)n);
    assert_refused(said);
    free(text);
    free(changed);
}

Test(load_report_json, damage_is_noticed)
{
    cr_assert_eq(report_json(sample_path("whole.json"), &r), 0);
    change("\"count\":60000", "\"count\":60001", "does not agree with its hdr");
    change("\"max_ns\":20000000", "\"max_ns\":10000000", "does not agree with its hdr");
    change("\"min_ns\":100000", "\"min_ns\":200000", "does not agree with its hdr");
    change("\"hdr\":\"HI", "\"hdr\":\"XX", "cannot be decoded");
    change("\"service\":{", "\"servise\":{", "histograms.service is missing");
    change("\"name\":\"ramp\"", "\"name\":\"rump\"", "no phase");
    change("\"heat\":[]", "\"heat\":[-1]", "series.heat");
    change("\"open\":10", "\"open\":5000000000", "series.open");
    change("\"valid\":true", "\"valid\":1", "validity is missing");
    change("\"started_wall\":\"2023", "\"started_wall\":\"x", "started_wall is not a time");
}

Test(load_report_json, a_cut_file)
{
    size_t len;
    cr_assert_eq(report_json(sample_path("whole.json"), &r), 0);
    char *text = sample_read(sample_path("whole.json"), &len);
    for (size_t cut = 0; cut + 2 < len; cut += len / 50 + 1) {
        write_file(text, cut);
        assert_refused("not JSON");
    }
    free(text);
}
