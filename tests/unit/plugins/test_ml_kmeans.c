/* test_ml_kmeans.c: the job type ml.kmeans. */
#include "../../../src/plugins/ml_kmeans/kmeans.h"
#include "../../support/plugin_host.h"

#include <cjson/cJSON.h>
#include <criterion/criterion.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARAMS(...) ((const char *const[]){__VA_ARGS__, NULL})
static const char *const no_params[] = {NULL};

static struct quern_job *job_with(const char *text, const char *const *params)
{
    struct quern_job *job = host_job("ml.kmeans", text, strlen(text));
    for (; *params; params += 2) host_param(job, params[0], params[1]);
    return job;
}

static cJSON *run_on(const char *text, const char *const *params)
{
    struct quern_job *job = job_with(text, params);
    cr_assert_eq(host_run(job), QUERN_OK, "%s: %s", job->code, job->message);
    cr_assert_str_eq(job->media_type, "application/json");
    cJSON *json = cJSON_ParseWithLength((const char *)job->result, job->result_len);
    cr_assert(json != NULL);
    host_free(job);
    return json;
}

static double number(cJSON *object, const char *key)
{
    cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    cr_assert(cJSON_IsNumber(item), "no number \"%s\"", key);
    return item->valuedouble;
}

static double item_at(cJSON *array, int i)
{
    cJSON *item = cJSON_GetArrayItem(array, i);
    cr_assert(cJSON_IsNumber(item));
    return item->valuedouble;
}

static double unit(uint64_t *random)
{
    *random = *random * 6364136223846793005u + 1442695040888963407u;
    return (double)(*random >> 11) * 0x1p-53;
}

/* n points around k places on a circle of radius 100, each within 5 of its place; row i belongs to place i % k. */
static char *clouds(int n, int k)
{
    char *text = malloc((size_t)n * 64 + 64);
    uint64_t random = 42;
    size_t len = (size_t)snprintf(text, 64, "name,x,y\n");
    for (int i = 0; i < n; i++) {
        double angle = 2 * M_PI * (i % k) / k;
        len += (size_t)snprintf(text + len, 64, "p%d,%.4f,%.4f\n", i, 100 * cos(angle) + 10 * unit(&random) - 5,
                               100 * sin(angle) + 10 * unit(&random) - 5);
    }
    return text;
}

Test(ml_kmeans, finds_obvious_clusters)
{
    enum { K = 6, N = 1200 };
    char *text = clouds(N, K);
    cJSON *json = run_on(text, PARAMS("k", "6"));
    cJSON *labels = cJSON_GetObjectItem(json, "labels"), *centroids = cJSON_GetObjectItem(json, "centroids");
    cr_assert_eq(cJSON_GetArraySize(labels), N);
    cr_assert_eq(cJSON_GetArraySize(centroids), K);
    cr_assert(cJSON_IsTrue(cJSON_GetObjectItem(json, "converged")));
    int i = 0;
    cJSON *label;
    int of_place[K];
    cJSON_ArrayForEach(label, labels)
    {
        if (i < K) of_place[i] = label->valueint;
        cr_assert_eq(label->valueint, of_place[i % K], "row %d", i);
        i++;
    }
    for (int place = 0; place < K; place++) {
        cJSON *centre = cJSON_GetArrayItem(centroids, of_place[place]);
        cr_assert_lt(fabs(item_at(centre, 0) - 100 * cos(2 * M_PI * place / K)), 1);
        cr_assert_lt(fabs(item_at(centre, 1) - 100 * sin(2 * M_PI * place / K)), 1);
        cr_assert_eq(item_at(cJSON_GetObjectItem(json, "sizes"), place), N / K);
    }
    cr_assert_lt(number(json, "inertia"), N * 2 * 100.0 / 12 * 1.1); /* two uniform spreads of width 10 per point */
    cJSON_Delete(json);
    free(text);
}

Test(ml_kmeans, same_input_same_bytes_other_seed_other_start)
{
    char *text = clouds(2000, 40), *results[3];
    size_t lens[3];
    for (int i = 0; i < 3; i++) {
        struct quern_job *job = job_with(text, PARAMS("k", "30", "seed", i < 2 ? "-5" : "6"));
        cr_assert_eq(host_run(job), QUERN_OK);
        lens[i] = job->result_len;
        results[i] = malloc(lens[i]);
        memcpy(results[i], job->result, lens[i]);
        host_free(job);
    }
    cr_assert(lens[0] == lens[1] && memcmp(results[0], results[1], lens[0]) == 0);
    cr_assert(lens[0] != lens[2] || memcmp(results[0], results[2], lens[0]) != 0);
    for (int i = 0; i < 3; i++) free(results[i]);
    free(text);
}

static bool never(void *context, double fraction)
{
    (void)context;
    (void)fraction;
    return false;
}

/* The bounds that save distances must not change any label: each point is with its nearest centre. */
Test(ml_kmeans, every_label_is_the_nearest_centre)
{
    enum { N = 3000, DIMS = 3 };
    double *points = malloc(N * DIMS * sizeof *points);
    uint64_t random = 11;
    for (int i = 0; i < N * DIMS; i++) points[i] = unit(&random) + (i % 5);
    for (unsigned iterations = 1; iterations <= 40; iterations += 13) {
        struct kmeans m = {
            .n = N, .dims = DIMS, .k = 25, .points = points, .seed = 3, .max_iterations = iterations, .stop = never};
        cr_assert_eq(kmeans_run(&m), 0);
        double inertia = 0;
        uint64_t rows = 0;
        for (size_t i = 0; i < N; i++) {
            double own = 0, best = INFINITY;
            for (size_t j = 0; j < m.k; j++) {
                double d = 0;
                for (size_t c = 0; c < DIMS; c++) d += pow(points[i * DIMS + c] - m.centres[j * DIMS + c], 2);
                best = fmin(best, d);
                if (j == m.labels[i]) own = d;
            }
            cr_assert_leq(own, best * (1 + 1e-9), "point %zu after %u iterations", i, iterations);
            inertia += own;
        }
        for (size_t j = 0; j < m.k; j++) rows += m.sizes[j];
        cr_assert_eq(rows, N);
        cr_assert_lt(fabs(inertia - m.inertia), 1e-6 * inertia);
        kmeans_deinit(&m);
    }
    free(points);
}

/* Twelve rows at three places, five clusters: two stay empty, the rest is exact, and it ends. */
Test(ml_kmeans, fewer_places_than_clusters)
{
    static const char text[] = "x\n1\n1\n1\n1\n5\n5\n5\n5\n9\n9\n9\n9\n";
    cJSON *json = run_on(text, PARAMS("k", "5"));
    int empty = 0;
    for (int i = 0; i < 5; i++) empty += item_at(cJSON_GetObjectItem(json, "sizes"), i) == 0;
    cr_assert_eq(empty, 2);
    cr_assert_eq(number(json, "inertia"), 0);
    cr_assert(cJSON_IsTrue(cJSON_GetObjectItem(json, "converged")));
    cJSON_Delete(json);
}

/* These points and this seed empty a cluster on the way, which then has to be put to use elsewhere. */
Test(ml_kmeans, an_emptied_cluster_starts_again)
{
    enum { N = 23, DIMS = 2 };
    double points[N * DIMS];
    uint64_t random = 4351;
    for (int i = 0; i < N * DIMS; i++) points[i] = unit(&random) * unit(&random);
    struct kmeans m = {.n = N, .dims = DIMS, .k = 8, .points = points, .seed = 4351, .max_iterations = 100, .stop = never};
    cr_assert_eq(kmeans_run(&m), 0);
    cr_assert(m.converged);
    for (size_t j = 0; j < m.k; j++) cr_assert_gt(m.sizes[j], 0);
    kmeans_deinit(&m);
}

Test(ml_kmeans, no_cluster_stays_empty_without_need)
{
    char *text = clouds(300, 10);
    for (int seed = 1; seed <= 60; seed++) {
        char word[16];
        (void)snprintf(word, sizeof word, "%d", seed);
        cJSON *json = run_on(text, PARAMS("k", "60", "seed", word));
        for (int i = 0; i < 60; i++) cr_assert_gt(item_at(cJSON_GetObjectItem(json, "sizes"), i), 0, "seed %d", seed);
        cJSON_Delete(json);
    }
    free(text);
}

/* y is spread a thousand times as far as x, but only x tells the groups apart. */
Test(ml_kmeans, standardize_makes_columns_equal)
{
    char text[8192];
    size_t len = (size_t)snprintf(text, 64, "x,y\n");
    uint64_t random = 9;
    for (int i = 0; i < 200; i++) len += (size_t)snprintf(text + len, 64, "%d.%d,%.1f\n", i % 2, i % 3, 1000 * unit(&random));
    cJSON *json = run_on(text, PARAMS("k", "2", "standardize", "true"));
    cJSON *labels = cJSON_GetObjectItem(json, "labels");
    int agree = 0;
    for (int i = 0; i < 200; i++) agree += item_at(labels, i) == item_at(labels, i % 2);
    cr_assert_eq(agree, 200);
    cJSON *first = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "centroids"), 0);
    cr_assert_gt(item_at(first, 1), 300); /* in the table's units again */
    cJSON_Delete(json);
}

Test(ml_kmeans, columns_and_labels)
{
    static const char text[] = "a,b,c,\"d,e\"\n1,x,10,5\n2,y,20,5\n3,z,30,5\n";
    cJSON *json = run_on(text, PARAMS("k", "1", "labels", "false"));
    cJSON *columns = cJSON_GetObjectItem(json, "columns");
    cr_assert_eq(cJSON_GetArraySize(columns), 3);
    cr_assert_str_eq(cJSON_GetArrayItem(columns, 2)->valuestring, "d,e");
    cr_assert(cJSON_GetObjectItem(json, "labels") == NULL);
    cJSON_Delete(json);
    json = run_on(text, PARAMS("k", "1", "columns", "c,a"));
    cJSON *centre = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "centroids"), 0);
    cr_assert(item_at(centre, 0) == 20 && item_at(centre, 1) == 2);
    cr_assert_eq(number(json, "inertia"), 202);
    cJSON_Delete(json);
    json = run_on("1,2\n3,4\n", PARAMS("k", "2", "columns", "column_2"));
    cr_assert_eq(number(json, "rows"), 2);
    cJSON_Delete(json);
}

static void refused(const char *text, const char *const *params, const char *code, const char *part)
{
    struct quern_job *job = job_with(text, params);
    cr_assert_eq(host_run(job), QUERN_FAILED, "%s", text);
    cr_assert_str_eq(job->code, code, "%s: %s", job->code, job->message);
    cr_assert(strstr(job->message, part) != NULL, "%s", job->message);
    host_free(job);
}

Test(ml_kmeans, unusable_input_is_refused)
{
    refused("", no_params, "bad_csv", "empty");
    refused("a,b\n", no_params, "too_few_rows", "no rows");
    refused("a,b\n1,2\n2,3\n", no_params, "too_few_rows", "2 rows");
    refused("a,b\nx,y\nz,w\n", no_params, "no_numeric_columns", "line 2");
    refused("a,b\n1,2\n3,four\n", no_params, "not_a_number", "line 3, column 2 (b): \"four\"");
    refused("a,b\n1,2\n3,\n", no_params, "not_a_number", "line 3, column 2");
    refused("a,b\n1,nan\n3,4\n", PARAMS("columns", "b"), "not_a_number", "line 2, column 2");
    refused("a,b\n1,2\n", PARAMS("columns", "a,zz"), "unknown_column", "\"zz\"");
    refused("a,b\n1,2\n", PARAMS("columns", "a,a,a"), "bad_columns", "more columns");
    refused("a,b\n1,2\n3\n", no_params, "bad_csv", "line 3");
    refused("a\n1e300\n-1e300\n1\n", PARAMS("k", "1"), "numbers_too_large", "overflow");
}

Test(ml_kmeans, cancelled_at_every_poll)
{
    char *text = clouds(1500, 7);
    uint64_t polls = UINT64_MAX, tried = 0;
    for (uint64_t at = 0; at < polls; at += 1 + at / 8, tried++) {
        struct quern_job *job = job_with(text, PARAMS("k", "12"));
        job->cancel_after = at;
        if (host_run(job) == QUERN_OK && job->polls <= at) polls = job->polls;
        cr_assert(job->polls <= at + 1);
        cr_assert(job->polls <= at || job->result == NULL);
        host_free(job);
    }
    cr_assert_gt(tried, 10);
    free(text);
}

Test(ml_kmeans, cut_and_flipped_input_does_no_harm)
{
    static const char text[] = "x,\"y\",z\r\n1,2.5,a\n-3e2,4,b\n\n5,6,\"c\n\"\"\"\n7,8,d\n";
    char copy[sizeof text];
    uint64_t random = 3;
    for (int i = 0; i < 3000; i++) {
        size_t len = i < (int)sizeof text ? (size_t)i : sizeof text - 1;
        memcpy(copy, text, sizeof text);
        if (i >= (int)sizeof text)
            copy[(size_t)(unit(&random) * (sizeof text - 1))] = "\",\n\r0-.\xff"[(size_t)(unit(&random) * 8)];
        struct quern_job *job = host_job("ml.kmeans", copy, len);
        host_param(job, "k", "2");
        (void)host_run(job);
        host_free(job);
    }
}
