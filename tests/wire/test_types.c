/* The job types that ship, over HTTP, and what /openapi.json says of routes and types. */
#include "call.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N(list) (sizeof(list) / sizeof *(list))
#define DATA "tests/wire/data/"

static void up(struct server *s)
{
    server_up(s, (const char *const[]){"--shards", "2", "--workers", "4", "--plugin", call_shipped_plugin("image_thumbnail"),
                                       "--plugin", call_shipped_plugin("table_summary"), "--plugin",
                                       call_shipped_plugin("ml_kmeans"), NULL});
}

struct bytes {
    char *at;
    size_t len;
};

static struct bytes read_data(const char *path)
{
    static char bytes[65536];
    FILE *f = fopen(path, "re");
    cr_assert(f, "%s", path);
    struct bytes b = {bytes, fread(bytes, 1, sizeof bytes, f)};
    cr_assert(b.len > 0 && b.len < sizeof bytes && fclose(f) == 0, "%s", path);
    return b;
}

/* ---- image.thumbnail ---- */

struct size {
    unsigned width, height;
};

static unsigned number_at(const char *at)
{
    return (unsigned)(unsigned char)at[0] << 8 | (unsigned char)at[1];
}

/* IHDR comes first. */
static struct size png_size(const char *p, size_t len)
{
    cr_assert(len > 33 && memcmp(p, "\x89PNG\r\n\x1a\n", 8) == 0 && memcmp(p + 12, "IHDR", 4) == 0);
    cr_assert(memcmp(p + len - 8, "IEND", 4) == 0);
    return (struct size){number_at(p + 18), number_at(p + 22)};
}

/* In the frame header, SOF0 to SOF2. */
static struct size jpeg_size(const char *p, size_t len)
{
    cr_assert(len > 4 && memcmp(p, "\xff\xd8", 2) == 0 && memcmp(p + len - 2, "\xff\xd9", 2) == 0);
    for (size_t at = 2; at + 9 < len && p[at] == '\xff'; at += 2 + number_at(p + at + 2)) {
        unsigned marker = (unsigned char)p[at + 1];
        if (marker >= 0xc0 && marker <= 0xc2) return (struct size){number_at(p + at + 7), number_at(p + at + 5)};
    }
    cr_assert_fail("no frame header");
    return (struct size){0, 0};
}

static struct reply thumbnail(struct client *c, const char *query, struct bytes image)
{
    char target[128];
    (void)snprintf(target, sizeof target, "/run/image.thumbnail%s", query);
    return call_on(c, target, "Content-Type: application/octet-stream\r\n", image.at, image.len);
}

static const struct {
    const char *file, *query, *type;
    unsigned width, height;
} thumbnails[] = {
    {"picture.jpg", "", "image/jpeg", 160, 120}, /* fits into 256 x 256 as it is */
    {"picture.jpg", "?width=40", "image/jpeg", 40, 30},
    {"picture.jpg", "?height=12", "image/jpeg", 16, 12},
    {"picture.jpg", "?width=50&height=50", "image/jpeg", 50, 38},
    {"picture.jpg", "?width=50&height=50&fit=cover", "image/jpeg", 50, 50},
    {"picture.jpg", "?width=10&height=70&fit=stretch", "image/jpeg", 10, 70},
    {"picture.jpg", "?width=40&format=png", "image/png", 40, 30},
    {"picture.jpg", "?width=40&quality=5", "image/jpeg", 40, 30},
    {"picture.png", "?width=50", "image/png", 50, 30},
    {"picture.png", "?width=1", "image/png", 1, 1},
    {"picture.png", "?width=50&format=jpeg", "image/jpeg", 50, 30},
};

static void check_image(const struct reply *r, const char *type, unsigned width, unsigned height)
{
    cr_assert_eq(r->status, 200, "%s%s", r->head, r->body);
    cr_assert_str_eq(reply_header(r, "Content-Type"), type);
    struct size s = strcmp(type, "image/png") == 0 ? png_size(r->body, r->body_len) : jpeg_size(r->body, r->body_len);
    cr_assert(s.width == width && s.height == height, "%u x %u, not %u x %u", s.width, s.height, width, height);
}

Test(wire_types, thumbnails, .timeout = 60)
{
    struct server srv;
    struct client c;
    char path[64];
    up(&srv);
    client_connect(&c, srv.port);
    for (size_t i = 0; i < N(thumbnails); i++) {
        (void)snprintf(path, sizeof path, DATA "%s", thumbnails[i].file);
        struct reply r = thumbnail(&c, thumbnails[i].query, read_data(path));
        check_image(&r, thumbnails[i].type, thumbnails[i].width, thumbnails[i].height);
        /* What it writes it can read. */
        struct reply again = thumbnail(&c, "?width=1&height=1&fit=stretch&format=png", (struct bytes){r.body, r.body_len});
        check_image(&again, "image/png", 1, 1);
        reply_free(&again);
        reply_free(&r);
    }
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* The same picture on all workers at once gives the same bytes. */
Test(wire_types, thumbnails_side_by_side, .timeout = 60)
{
    struct server srv;
    struct client c[8];
    struct reply first = {0};
    struct bytes image = read_data(DATA "picture.jpg");
    up(&srv);
    for (size_t i = 0; i < N(c); i++) client_connect(&c[i], srv.port);
    for (size_t i = 0; i < N(c); i++) call_send(&c[i], "/run/image.thumbnail?width=64", NULL, image.at, image.len);
    for (size_t i = 0; i < N(c); i++) {
        struct reply r;
        client_read_reply(&c[i], &r);
        check_image(&r, "image/jpeg", 64, 48);
        if (i == 0) first = r;
        cr_assert(r.body_len == first.body_len && memcmp(r.body, first.body, r.body_len) == 0);
        if (i > 0) reply_free(&r);
        client_close(&c[i]);
    }
    reply_free(&first);
    cr_assert_eq(server_down(&srv), 0);
}

/* Cut anywhere it is refused, and the server goes on. */
static void cut_everywhere(struct client *c, const char *path)
{
    struct bytes image = read_data(path);
    for (size_t len = 16; len < image.len - 16; len += 1 + image.len / 24)
        call_problem(thumbnail(c, "?width=20", (struct bytes){image.at, len}), 422, "bad_image", "");
}

Test(wire_types, broken_images, .timeout = 60)
{
    struct server srv;
    struct client c;
    char garbage[5000];
    up(&srv);
    client_connect(&c, srv.port);
    cut_everywhere(&c, DATA "picture.jpg");
    cut_everywhere(&c, DATA "picture.png");
    struct wire_random random = {4711};
    for (size_t i = 0; i < sizeof garbage; i++) garbage[i] = (char)wire_random(&random, 256);
    call_problem(thumbnail(&c, "", (struct bytes){garbage, sizeof garbage}), 422, "unsupported_image",
                 "neither a JPEG nor a PNG");
    call_problem(thumbnail(&c, "", (struct bytes){garbage, 0}), 422, "unsupported_image", "");
    memcpy(garbage, "\xff\xd8\xff\xe0", 4);
    call_problem(thumbnail(&c, "", (struct bytes){garbage, sizeof garbage}), 422, "bad_image", "JPEG: ");
    memcpy(garbage, "\x89PNG\r\n\x1a\n", 8);
    call_problem(thumbnail(&c, "", (struct bytes){garbage, sizeof garbage}), 422, "bad_image", "PNG: ");
    struct bytes png = read_data(DATA "picture.png");
    memcpy(png.at + 16, (const uint32_t[]){htonl(60000), htonl(60000)}, 8); /* says so, with a wrong checksum */
    call_problem(thumbnail(&c, "", png), 422, "bad_image", "");
    struct reply r = thumbnail(&c, "?width=40", read_data(DATA "picture.jpg"));
    check_image(&r, "image/jpeg", 40, 30);
    reply_free(&r);
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_types, thumbnail_parameters, .timeout = 30)
{
    static const struct {
        const char *query, *says;
    } bad[] = {
        {"?width=0", "'width' must be between 1 and 8192"},
        {"?width=8193", "'width' must be between 1 and 8192"},
        {"?height=ten", "'height' must be an integer"},
        {"?quality=101", "'quality' must be between 1 and 100"},
        {"?format=gif", "'format' must be one of jpeg|png|auto"},
        {"?fit=", "'fit' must be one of"},
        {"?size=10", "no parameter 'size'"},
    };
    struct server srv;
    struct client c;
    up(&srv);
    client_connect(&c, srv.port);
    for (size_t i = 0; i < N(bad); i++)
        call_problem(thumbnail(&c, bad[i].query, read_data(DATA "picture.png")), 400, "invalid-parameter", bad[i].says);
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- table.summary ---- */

static cJSON *table(struct client *c, const char *target, const char *csv)
{
    struct reply r = call_on(c, target, "Content-Type: text/csv\r\n", csv, strlen(csv));
    cr_assert_eq(r.status, 200, "%s%s", r.head, r.body);
    cr_assert_str_eq(reply_header(&r, "Content-Type"), "application/json");
    cJSON *json = call_json(&r);
    reply_free(&r);
    return json;
}

static const char *text_at(const cJSON *json, const char *path)
{
    return call_member(json, path)->valuestring;
}

static void expect_near(const cJSON *json, const char *path, double wanted)
{
    double found = call_number(json, path);
    cr_assert(fabs(found - wanted) <= 1e-9 * fabs(wanted), "%s: %.17g, not %.17g", path, found, wanted);
}

/* n, n squared, a word and a hole in every tenth row. */
Test(wire_types, table_summary, .timeout = 60)
{
    struct server srv;
    struct client c;
    struct wire_text csv = {0};
    const int rows = 1000;
    double mean = 0, square = 0;
    wire_addf(&csv, "n,\"square, of n\",word,hole\r\n");
    for (int i = 1; i <= rows; i++) {
        wire_addf(&csv, "%d,%d.5,\"say \"\"%s\"\"\",%s\r\n", i, i * i, i % 3 ? "a" : "b", i % 10 ? "7" : "");
        mean += (double)i / rows;
        square += (i * (double)i + 0.5) / rows;
    }
    up(&srv);
    client_connect(&c, srv.port);
    cJSON *json = table(&c, "/run/table.summary?top=2", csv.p);
    cr_assert_eq(call_number(json, "rows"), rows);
    cr_assert_eq(call_number(json, "columns"), 4);
    cr_assert_str_eq(text_at(json, "delimiter"), "comma");
    const cJSON *list = call_member(json, "summary"), *n = cJSON_GetArrayItem(list, 0), *sq = cJSON_GetArrayItem(list, 1);
    const cJSON *word = cJSON_GetArrayItem(list, 2), *hole = cJSON_GetArrayItem(list, 3);
    cr_assert_str_eq(text_at(n, "name"), "n");
    cr_assert_str_eq(text_at(n, "type"), "integer");
    expect_near(n, "mean", mean);
    expect_near(n, "min", 1);
    expect_near(n, "max", rows);
    cr_assert_str_eq(text_at(sq, "name"), "square, of n");
    cr_assert_str_eq(text_at(sq, "type"), "number");
    expect_near(sq, "mean", square);
    cr_assert_str_eq(text_at(word, "type"), "text");
    cr_assert_eq(call_number(word, "distinct"), 2);
    cr_assert_str_eq(text_at(cJSON_GetArrayItem(call_member(word, "top"), 0), "value"), "say \"a\"");
    cr_assert_eq(call_number(cJSON_GetArrayItem(call_member(word, "top"), 0), "count"), rows - rows / 3);
    cr_assert_eq(call_number(hole, "missing"), rows / 10);
    cr_assert_eq(call_number(hole, "count"), rows - rows / 10);
    cJSON_Delete(json);
    wire_text_free(&csv);
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_types, broken_tables, .timeout = 30)
{
    static const struct {
        const char *query, *csv, *code, *says;
        int status;
    } bad[] = {
        {"", "a,b\n1,2\n3,\"4\"5\n", "bad_csv", "line 3, column 2: text after a closing quote", 422},
        {"", "a,b\n1,x\"y\n", "bad_csv", "line 2, column 2: a quote inside a field", 422},
        {"", "a,b\n1,2\n\n3,\"4\n5\n6\n", "bad_csv", "a quote that is never closed", 422},
        {"", "a,b\n1,2\n3\n", "bad_csv", "line 3: 1 fields instead of 2", 422},
        {"", "", "bad_csv", "the table is empty", 422},
        {"?top=-1", "a\n1\n", "invalid-parameter", "'top' must be between", 400},
        {"?delimiter=colon", "a\n1\n", "invalid-parameter", "'delimiter' must be one of", 400},
        {"?tops=1", "a\n1\n", "invalid-parameter", "no parameter 'tops'", 400},
    };
    struct server srv;
    struct client c;
    char target[64];
    up(&srv);
    client_connect(&c, srv.port);
    for (size_t i = 0; i < N(bad); i++) {
        (void)snprintf(target, sizeof target, "/run/table.summary%s", bad[i].query);
        call_problem(call_on(&c, target, NULL, bad[i].csv, strlen(bad[i].csv)), bad[i].status, bad[i].code, bad[i].says);
    }
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- ml.kmeans ---- */

/* Two heaps far apart: anybody finds them. */
static const char heaps[] = "x,y,name\n0,0,a\n10,10,b\n0,1,c\n10,11,d\n1,0,e\n11,10,f\n";

Test(wire_types, kmeans, .timeout = 30)
{
    struct server srv;
    struct client c;
    up(&srv);
    client_connect(&c, srv.port);
    cJSON *json = table(&c, "/run/ml.kmeans?k=2&seed=3", heaps), *again = table(&c, "/run/ml.kmeans?k=2&seed=3", heaps);
    cr_assert(cJSON_Compare(json, again, true), "the same seed, another result");
    cr_assert_eq(call_number(json, "rows"), 6);
    cr_assert_eq(cJSON_GetArraySize(call_member(json, "columns")), 2);
    cr_assert(cJSON_IsTrue(call_member(json, "converged")));
    expect_near(json, "inertia", 2 * (4.0 / 3));
    const cJSON *labels = call_member(json, "labels"), *centres = call_member(json, "centroids"), *size;
    cr_assert_eq(cJSON_GetArraySize(labels), 6);
    for (int i = 0; i < 6; i++) {
        int label = cJSON_GetArrayItem(labels, i)->valueint, first = cJSON_GetArrayItem(labels, i % 2)->valueint;
        const cJSON *x = cJSON_GetArrayItem(cJSON_GetArrayItem(centres, label), 0);
        cr_assert_eq(label, first);
        cr_assert_float_eq(x->valuedouble, i % 2 ? 31.0 / 3 : 1.0 / 3, 1e-9);
    }
    cJSON_ArrayForEach(size, call_member(json, "sizes")) cr_assert_eq(size->valueint, 3);
    cJSON_Delete(json);
    cJSON_Delete(again);
    call_problem(call_on(&c, "/run/ml.kmeans?k=7", NULL, heaps, strlen(heaps)), 422, "too_few_rows", "6 rows cannot make 7");
    call_problem(call_on(&c, "/run/ml.kmeans?columns=z", NULL, heaps, strlen(heaps)), 422, "unknown_column", "\"z\"");
    call_problem(call_on(&c, "/run/ml.kmeans?columns=name", NULL, heaps, strlen(heaps)), 422, "not_a_number", "line 2");
    call_problem(call_on(&c, "/run/ml.kmeans?k=0", NULL, heaps, strlen(heaps)), 400, "invalid-parameter", "'k' must be");
    call_problem(call_on(&c, "/run/ml.kmeans?init=random", NULL, NULL, 0), 400, "invalid-parameter", "no parameter 'init'");
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* A handler of theirs hears of a client that goes. */
Test(wire_types, long_work_is_cancelled, .timeout = 60)
{
    struct server srv;
    struct client c;
    struct wire_text csv = {0};
    struct wire_random random = {99};
    up(&srv);
    for (int i = 0; i < 20000; i++) wire_addf(&csv, "%u,%u,%u\n", wire_random(&random, 1000), wire_random(&random, 1000), i);
    client_connect(&c, srv.port);
    call_send(&c, "/run/ml.kmeans?k=1000&max_iterations=10000&header=no", NULL, csv.p, csv.len);
    call_await_metric(srv.port, "quern_tasks_out", 1);
    client_reset(&c);
    call_await_metric(srv.port, "quern_tasks_out", 0);
    cr_assert_eq(wire_metric(srv.port, "quern_calls_abandoned_total"), 1);
    cr_assert_eq(wire_metric(srv.port, "quern_calls"), 0);
    wire_text_free(&csv);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- the description ---- */

static const struct {
    const char *path, *method;
} described[] = {
    {"/", "get"},
    {"/", "options"},
    {"/livez", "get"},
    {"/readyz", "get"},
    {"/metrics", "get"},
    {"/openapi.json", "get"},
    {"/run/{type}", "post"},
    {"/run/echo", "post"},
    {"/run/sleep", "post"},
    {"/run/burn", "post"},
    {"/run/image.thumbnail", "post"},
    {"/run/table.summary", "post"},
    {"/run/ml.kmeans", "post"},
    {"/ojs/manifest", "get"},
    {"/ojs/v1/health", "get"},
    {"/ojs/v1/jobs", "post"},
    {"/ojs/v1/jobs/{id}", "get"},
    {"/ojs/v1/jobs/{id}", "delete"},
    {"/ojs/v1/jobs/{id}/result", "get"},
    {"/ojs/v1/jobs/{id}/activate", "post"},
    {"/ojs/v1/workers/fetch", "post"},
    {"/ojs/v1/workers/ack", "post"},
    {"/ojs/v1/workers/nack", "post"},
    {"/ojs/v1/workers/heartbeat", "post"},
    {"/ojs/v1/queues", "get"},
    {"/ojs/v1/events", "get"},
};

static cJSON *get_api(int port)
{
    struct reply r = http_request(port, "GET", "/openapi.json", NULL, NULL);
    cr_assert_eq(r.status, 200, "%s%s", r.head, r.body);
    cr_assert_str_eq(reply_header(&r, "Content-Type"), "application/json");
    cJSON *api = call_json(&r);
    reply_free(&r);
    return api;
}

Test(wire_types, openapi_names_routes_and_types, .timeout = 30)
{
    struct server srv;
    up(&srv);
    cJSON *api = get_api(srv.port);
    cr_assert_eq(strncmp(text_at(api, "openapi"), "3.1", 3), 0);
    cr_assert_str_eq(text_at(api, "info.title"), "quern");
    const cJSON *paths = call_member(api, "paths");
    for (size_t i = 0; i < N(described); i++) {
        const cJSON *path = cJSON_GetObjectItemCaseSensitive(paths, described[i].path);
        const cJSON *operation = cJSON_GetObjectItemCaseSensitive(path, described[i].method);
        cr_assert(operation, "no %s %s", described[i].method, described[i].path);
        cr_assert(cJSON_IsString(call_member(operation, "summary")) && call_member(operation, "responses"));
    }
    cJSON_Delete(api);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_types, openapi_describes_parameters, .timeout = 30)
{
    struct server srv;
    up(&srv);
    cJSON *api = get_api(srv.port);
    const cJSON *paths = call_member(api, "paths");
    const cJSON *post = call_member(cJSON_GetObjectItemCaseSensitive(paths, "/run/image.thumbnail"), "post");
    const cJSON *one = NULL, *p;
    cJSON_ArrayForEach(p, call_member(post, "parameters"))
    {
        if (strcmp(text_at(p, "name"), "quality") == 0) one = p;
    }
    cr_assert(one);
    cr_assert_str_eq(text_at(one, "in"), "query");
    cr_assert_str_eq(text_at(one, "schema.type"), "integer");
    cr_assert_eq(call_number(one, "schema.minimum"), 1);
    cr_assert_eq(call_number(one, "schema.maximum"), 100);
    cr_assert(cJSON_GetObjectItemCaseSensitive(call_member(post, "requestBody.content"), "image/jpeg"));
    cr_assert(cJSON_GetObjectItemCaseSensitive(call_member(post, "requestBody.content"), "image/png"));
    cJSON_Delete(api);
    cr_assert_eq(server_down(&srv), 0);
}

/* "/a/{b}/c" with something in place of the parameter that every kind takes. */
static void fill_template(const char *path, char out[256])
{
    size_t n = 0;
    for (const char *p = path; *p; p++) {
        if (*p != '{') {
            out[n++] = *p;
            continue;
        }
        n +=
            (size_t)snprintf(out + n, 256 - n, "%s", strncmp(p, "{id}", 4) == 0 ? "019539a4-b68c-7def-8000-1a2b3c4d5e6f" : "x");
        p = strchr(p, '}');
    }
    out[n] = '\0';
}

static bool has_method(const char *allow, const char *method)
{
    char upper[16];
    size_t n = 0;
    for (; method[n] && n < sizeof upper - 1; n++) upper[n] = (char)(method[n] - 'a' + 'A');
    upper[n] = '\0';
    return strstr(allow, upper) != NULL;
}

/* Every method that is described exists, and the server says so itself. */
Test(wire_types, openapi_tells_the_truth, .timeout = 30)
{
    struct server srv;
    struct client c;
    const cJSON *path, *operation;
    up(&srv);
    cJSON *api = get_api(srv.port);
    client_connect(&c, srv.port);
    cJSON_ArrayForEach(path, call_member(api, "paths"))
    {
        char target[256];
        fill_template(path->string, target);
        struct reply r = client_request(&c, "OPTIONS", target, NULL, NULL);
        const char *allow = reply_header(&r, "Allow");
        cr_assert(allow, "OPTIONS %s: %s", target, r.head);
        cJSON_ArrayForEach(operation, path)
            cr_assert(has_method(allow, operation->string), "%s %s: %s", operation->string, target, r.head);
        const char *other = has_method(allow, "patch") ? "POST" : "PATCH"; /* a method that it has not */
        cr_assert(!strstr(allow, other), "%s has %s", target, other);
        reply_free(&r);
        r = client_request(&c, other, target, NULL, NULL);
        cr_assert_eq(r.status, 405, "%s %s: %s", other, target, r.head);
        reply_free(&r);
    }
    client_close(&c);
    cJSON_Delete(api);
    cr_assert_eq(server_down(&srv), 0);
}
