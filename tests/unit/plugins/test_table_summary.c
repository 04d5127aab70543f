/* test_table_summary.c: the job type table.summary, and its sketches against the errors they state. */
#include "../../../src/plugins/table_summary/column.h"
#include "../../../src/plugins/table_summary/distinct.h"
#include "../../../src/plugins/table_summary/quantiles.h"
#include "../../../src/plugins/table_summary/top_values.h"
#include "../../support/plugin_host.h"

#include <cjson/cJSON.h>
#include <criterion/criterion.h>

#include <inttypes.h>
#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARAMS(...) ((const char *const[]){__VA_ARGS__, NULL})
static const char *const no_params[] = {NULL};

static struct quern_job *job_with(const char *text, size_t len, const char *const *params)
{
    struct quern_job *job = host_job("table.summary", text, len);
    for (; *params; params += 2) host_param(job, params[0], params[1]);
    return job;
}

static cJSON *result_of(struct quern_job *job)
{
    const char *end;
    cr_assert_str_eq(job->media_type, "application/json");
    cJSON *json = cJSON_ParseWithLengthOpts((const char *)job->result, job->result_len, &end, false);
    cr_assert(json != NULL, "%.*s", (int)job->result_len, (const char *)job->result);
    return json;
}

static cJSON *summary(const char *text, size_t len, const char *const *params)
{
    struct quern_job *job = job_with(text, len, params);
    cr_assert_eq(host_run(job), QUERN_OK, "%s: %s", job->code, job->message);
    cJSON *json = result_of(job);
    host_free(job);
    return json;
}

static cJSON *column(cJSON *json, int i)
{
    return cJSON_GetArrayItem(cJSON_GetObjectItem(json, "summary"), i);
}

static double number(cJSON *object, const char *key)
{
    cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    cr_assert(cJSON_IsNumber(item), "no number \"%s\"", key);
    return item->valuedouble;
}

static const char *string(cJSON *object, const char *key)
{
    cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    cr_assert(cJSON_IsString(item), "no string \"%s\"", key);
    return item->valuestring;
}

static void close_to(double has, double wanted, const char *what)
{
    cr_assert(fabs(has - wanted) <= 1e-9 * fmax(1, fabs(wanted)), "%s: %.17g instead of %.17g", what, has, wanted);
}

Test(table_summary, types_and_figures)
{
    static const char text[] = "id,price,ok,day,name\r\n"
                               "3,1.5,true,2024-01-02,\"b, c\"\r\n"
                               "1,2,no,2023-12-31,a\r\n"
                               "2,,YES,2024-01-01,\"a\"\r\n"
                               "2,-4.25,false,,\r\n";
    static const char *const types[] = {"integer", "number", "boolean", "date", "text"};
    cJSON *json = summary(text, strlen(text), no_params);
    close_to(number(json, "rows"), 4, "rows");
    close_to(number(json, "columns"), 5, "columns");
    for (int i = 0; i < 5; i++) cr_assert_str_eq(string(column(json, i), "type"), types[i]);
    cJSON *id = column(json, 0), *price = column(json, 1), *day = column(json, 3), *name = column(json, 4);
    cr_assert_str_eq(string(id, "name"), "id");
    close_to(number(id, "min"), 1, "min");
    close_to(number(id, "max"), 3, "max");
    close_to(number(id, "mean"), 2, "mean");
    close_to(number(id, "standard_deviation"), sqrt(2.0 / 3), "deviation");
    close_to(number(id, "distinct"), 3, "distinct");
    close_to(number(cJSON_GetObjectItem(id, "quantiles"), "0.5"), 2, "median");
    close_to(number(price, "count"), 3, "count");
    close_to(number(price, "missing"), 1, "missing");
    close_to(number(price, "mean"), -0.25, "mean");
    close_to(number(cJSON_GetObjectItem(price, "quantiles"), "0.01"), -4.25, "lowest");
    cr_assert_str_eq(string(day, "min"), "2023-12-31");
    cr_assert_str_eq(string(day, "max"), "2024-01-02");
    cr_assert_str_eq(string(name, "max"), "b, c");
    cJSON *top = cJSON_GetArrayItem(cJSON_GetObjectItem(name, "top"), 0);
    cr_assert_str_eq(string(top, "value"), "a");
    close_to(number(top, "count"), 2, "top count");
    close_to(number(top, "error"), 0, "top error");
    cJSON_Delete(json);
}

Test(table_summary, mixed_and_odd_columns)
{
    static const char text[] = "n,empty,big,odd\n1,,9223372036854775807,NaN\nx,,-9223372036854775808,1e999\n";
    struct quern_job *job = job_with(text, strlen(text), no_params);
    cr_assert_eq(host_run(job), QUERN_OK);
    cr_assert(memmem(job->result, job->result_len, "\"max\":9223372036854775807", 25) != NULL, "exact integers");
    cJSON *json = result_of(job);
    cr_assert_str_eq(string(column(json, 0), "type"), "text");
    close_to(number(cJSON_GetObjectItem(column(json, 0), "kinds"), "integer"), 1, "kinds");
    cr_assert_str_eq(string(column(json, 1), "type"), "text");
    close_to(number(column(json, 1), "count"), 0, "count");
    cr_assert_str_eq(string(column(json, 3), "type"), "text");
    cJSON_Delete(json);
    host_free(job);
}

Test(table_summary, parameters)
{
    cJSON *json = summary("1;2\n3;4\n", 8, PARAMS("delimiter", "semicolon", "top", "0"));
    cr_assert_str_eq(string(json, "delimiter"), "semicolon");
    cr_assert_str_eq(string(column(json, 1), "name"), "column_2");
    cr_assert(cJSON_GetObjectItem(column(json, 0), "top") == NULL);
    close_to(number(column(json, 0), "distinct"), 2, "distinct by the sketch");
    cJSON_Delete(json);
    json = summary("1\n3\n", 4, PARAMS("header", "yes", "top", "1"));
    cr_assert_str_eq(string(column(json, 0), "name"), "1");
    close_to(number(json, "rows"), 1, "rows");
    cJSON_Delete(json);
    json = summary("a,b\n", 4, no_params);
    close_to(number(json, "rows"), 0, "rows");
    cJSON_Delete(json);
}

static void refused(const char *text, const char *code, const char *beginning)
{
    struct quern_job *job = job_with(text, strlen(text), PARAMS("delimiter", "comma"));
    cr_assert_eq(host_run(job), QUERN_FAILED, "%s", text);
    cr_assert_str_eq(job->code, code);
    cr_assert(strncmp(job->message, beginning, strlen(beginning)) == 0, "%s", job->message);
    host_free(job);
}

Test(table_summary, broken_tables_are_refused_with_their_line)
{
    refused("", "bad_csv", "the table is empty");
    refused("\n\r\n", "bad_csv", "the table is empty");
    refused("a,b\n1,2\n3\n", "bad_csv", "line 3:");
    refused("a,b\n\"1\n\",2\n3,4,5\n", "bad_csv", "line 4:");
    refused("a,b\n1,2\"\n", "bad_csv", "line 2, column 2:");
    refused("a\n\"open\n\n", "bad_csv", "line 2, column 1:");
}

Test(table_summary, bytes_that_are_not_text_still_give_json)
{
    static const char text[] = "\xff\xfe"
                               "a,b\0c\n\x80\x81,\"\xc3\"\n\xed\xa0\x80,\x01\n";
    cJSON *json = summary(text, sizeof text - 1, PARAMS("delimiter", "comma"));
    cr_assert_str_eq(string(column(json, 0), "name"), "\xef\xbf\xbd\xef\xbf\xbd"
                                                      "a");
    cJSON_Delete(json);
}

/* Long values count by all of their bytes and are shown cut, never in the middle of a character. */
Test(table_summary, long_values_are_cut)
{
    char text[1000] = "v\n";
    size_t len = 2;
    for (int row = 0; row < 3; row++) {
        for (int i = 0; i < 40; i++, len += 3) memcpy(text + len, "\xe2\x82\xac", 3);
        memcpy(text + len, row < 2 ? "x\n" : "y\n", 2);
        len += 2;
    }
    cJSON *json = summary(text, len, no_params);
    close_to(number(column(json, 0), "distinct"), 2, "distinct");
    cJSON *top = cJSON_GetArrayItem(cJSON_GetObjectItem(column(json, 0), "top"), 0);
    cr_assert_eq(strlen(string(top, "value")), 63);
    cr_assert(cJSON_IsTrue(cJSON_GetObjectItem(top, "cut")));
    close_to(number(top, "count"), 2, "count");
    cJSON_Delete(json);
}

Test(table_summary, cut_and_flipped_input_does_no_harm)
{
    static const char text[] = "\xef\xbb\xbfid,\"na\"\"me\",day\r\n1,\"a\r\nb\",2024-01-01\n\n-2.5e3,\"\",true\r3,\xc3\xa4,\n";
    char copy[sizeof text];
    for (size_t len = 0; len < sizeof text; len++) {
        struct quern_job *job = job_with(text, len, no_params);
        if (host_run(job) == QUERN_OK) cJSON_Delete(result_of(job));
        host_free(job);
    }
    uint64_t random = 7;
    for (int i = 0; i < 3000; i++) {
        memcpy(copy, text, sizeof text);
        for (int flips = 0; flips <= i % 3; flips++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            copy[(random >> 33) % sizeof text] = "\",\n\r0-.\xff"[(random >> 20) % 8];
        }
        struct quern_job *job = job_with(copy, sizeof text, no_params);
        if (host_run(job) == QUERN_OK) cJSON_Delete(result_of(job));
        host_free(job);
    }
}

static char *long_table(size_t rows, size_t *len)
{
    char *text = malloc(rows * 24 + 16);
    *len = (size_t)snprintf(text, 8, "a,b\n");
    for (size_t i = 0; i < rows; i++) *len += (size_t)snprintf(text + *len, 24, "%zu,v%zu\n", i, i % 7);
    return text;
}

/* More different values than counters: none is listed, and it says how often one could have occurred. */
Test(table_summary, values_that_all_differ_are_not_listed)
{
    size_t len;
    char *text = long_table(5000, &len);
    cJSON *json = summary(text, len, no_params), *a = column(json, 0), *b = column(json, 1);
    cr_assert_eq(cJSON_GetArraySize(cJSON_GetObjectItem(a, "top")), 0);
    cr_assert(number(a, "top_unlisted_max") >= 1 && number(a, "top_unlisted_max") <= 5000.0 / 1024 + 1);
    cr_assert(fabs(number(a, "distinct") - 5000) < 3 * DISTINCT_STANDARD_ERROR * 5000);
    cr_assert_eq(cJSON_GetArraySize(cJSON_GetObjectItem(b, "top")), 7);
    cr_assert_eq(number(b, "top_unlisted_max"), 0);
    cJSON_Delete(json);
    free(text);
}

Test(table_summary, cancelled_at_the_next_poll)
{
    size_t len;
    char *text = long_table(5000, &len);
    for (uint64_t at = 0; at < 10; at++) {
        struct quern_job *job = job_with(text, len, no_params);
        job->cancel_after = at;
        cr_assert_eq(host_run(job), QUERN_FAILED);
        cr_assert_eq(job->polls, at + 1);
        cr_assert(job->result == NULL);
        host_free(job);
    }
    free(text);
}

#define MILLION 1000000

static double share_at_or_below(const double *values, double value)
{
    size_t below = 0;
    for (size_t i = 0; i < MILLION; i++) below += values[i] <= value;
    return (double)below / MILLION;
}

static double share_below(const double *values, double value)
{
    size_t below = 0;
    for (size_t i = 0; i < MILLION; i++) below += values[i] < value;
    return (double)below / MILLION;
}

/* Rising, falling, random, few values, long tail: the rank of each answer is within the stated bound. */
Test(quantiles, a_million_values_within_the_stated_error, .timeout = 60)
{
    static const double fractions[] = {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99};
    double *values = malloc(MILLION * sizeof *values), worst = 0;
    struct quantiles *q = malloc(sizeof *q);
    for (int shape = 0; shape < 5; shape++) {
        uint64_t random = 99;
        quantiles_init(q);
        for (size_t i = 0; i < MILLION; i++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            double unit = (double)(random >> 11) * 0x1p-53;
            values[i] = shape == 0   ? (double)i
                        : shape == 1 ? -(double)i
                        : shape == 2 ? unit
                        : shape == 3 ? (double)(random >> 61)
                                     : pow(unit, -3);
            quantiles_add(q, values[i]);
        }
        double answers[7];
        quantiles_take(q, fractions, answers, 7);
        for (int i = 0; i < 7; i++) {
            double low = share_below(values, answers[i]), high = share_at_or_below(values, answers[i]);
            double error = fmax(0, fmax(low - fractions[i], fractions[i] - high));
            worst = fmax(worst, error);
            cr_assert(error <= QUANTILES_RANK_ERROR, "shape %d, %g: %g", shape, fractions[i], error);
        }
    }
    cr_log_info("worst rank error %g", worst);
    cr_assert_lt(worst, 0.003, "worst rank error %g", worst);
    free(values);
    free(q);
}

Test(quantiles, exact_while_all_values_fit)
{
    static const double fractions[] = {0, 0.001, 0.5, 0.999, 1};
    struct quantiles *q = malloc(sizeof *q);
    double answers[5];
    for (size_t n = 1; n <= QUANTILES_EXACT; n = n * 3 + 1) {
        quantiles_init(q);
        for (size_t i = 0; i < n; i++) quantiles_add(q, (double)((i * 7919) % n));
        quantiles_take(q, fractions, answers, 5);
        for (int i = 0; i < 5; i++) {
            double rank = fmax(1, ceil(fractions[i] * (double)n));
            if (n % 7919 != 0) cr_assert_eq(answers[i], rank - 1, "%zu values, %g: %g", n, fractions[i], answers[i]);
        }
    }
    free(q);
}

static uint64_t spread(uint64_t i)
{
    i = (i ^ i >> 30) * 0xbf58476d1ce4e5b9u;
    i = (i ^ i >> 27) * 0x94d049bb133111ebu;
    return i ^ i >> 31;
}

Test(distinct, within_three_standard_errors)
{
    static const size_t counts[] = {0, 1, 10, 100, 1000, 5000, 12000, 20000, 100000, 1000000};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        struct distinct d = {0};
        for (size_t n = 0; n < counts[i]; n++) distinct_add(&d, spread(n + 1));
        double estimate = distinct_estimate(&d), off = fabs(estimate - (double)counts[i]);
        cr_assert(off <= 3 * DISTINCT_STANDARD_ERROR * (double)counts[i] + 0.5, "%zu: %g", counts[i], estimate);
    }
}

/* Value v occurs about 1 / v as often as value 1: no count is too low, none too high by more than its error, and no
 * error over n / counters. */
Test(top_values, counts_keep_their_promises)
{
    enum { N = 300000, VALUES = 20000, COUNTERS = 256 };
    static uint64_t exact[VALUES + 1];
    struct top_values *top = top_values_new(COUNTERS);
    uint64_t random = 5;
    for (int i = 0; i < N; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        int value = (int)pow(VALUES, (double)(random >> 11) * 0x1p-53);
        char text[16];
        int len = snprintf(text, sizeof text, "%d", value);
        exact[value]++;
        top_values_add(top, spread((uint64_t)value), text, (size_t)len);
    }
    cr_assert(!top_values_exact(top));
    uint32_t n, seen = 0;
    const struct top_value *values = top_values_sort(top, &n);
    cr_assert_eq(n, COUNTERS);
    for (uint32_t i = 0; i < n; i++) {
        char text[16] = {0};
        memcpy(text, values[i].text, values[i].len);
        uint64_t truth = exact[strtol(text, NULL, 10)];
        cr_assert(values[i].count >= truth && values[i].count - values[i].error <= truth, "%s", text);
        cr_assert_leq(values[i].error, N / COUNTERS);
        seen += truth > N / COUNTERS;
    }
    uint32_t frequent = 0;
    for (int v = 1; v <= VALUES; v++) frequent += exact[v] > N / COUNTERS;
    cr_assert(seen == frequent && frequent > 10, "%u of %u", seen, frequent);
    top_values_free(top);
}

/* Everything a column owns is made once, in sizes that do not depend on the rows. */
Test(table_summary, memory_does_not_grow_with_rows)
{
    struct column *c = calloc(1, sizeof *c);
    const void *quantiles = NULL, *top;
    cr_assert_eq(column_init(c, 1024), 0);
    top = c->top;
    size_t before = 0;
    for (int i = 0; i < 500000; i++) {
        char text[16];
        int len = snprintf(text, sizeof text, "%d.5", i);
        cr_assert_eq(column_add(c, text, (size_t)len), 0);
        if (i > 0) continue;
        quantiles = c->quantiles;
        before = mallinfo2().uordblks;
    }
    cr_assert(c->quantiles == quantiles && c->top == top, "nothing has been reallocated");
    cr_assert_eq(mallinfo2().uordblks, before);
    cr_assert_leq(sizeof *c + sizeof *c->quantiles, 32 * 1024);
    column_deinit(c);
    free(c);
}
