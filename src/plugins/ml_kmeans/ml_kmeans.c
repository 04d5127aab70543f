/* ml_kmeans.c: the job type ml.kmeans: table → points → centres → JSON. */
#include "../common/json_text.h"
#include "../common/table.h"
#include "kmeans.h"
#include "points.h"

#include <quern/quern.h>

#include <math.h>
#include <stdlib.h>

struct fit {
    struct quern_job *job;
    struct table table;
    struct points points;
    struct kmeans kmeans;
    double *means, *scales; /* dims each; NULL: not standardized */
};

static int fail_memory(const struct fit *self)
{
    return quern_fail(self->job, "out_of_memory", "no room for %zu points", self->points.n);
}

static int read_points(struct fit *self)
{
    size_t len;
    const char *text = quern_input(self->job, &len);
    enum table_status status =
        table_init(&self->table, text, len, quern_param_text(self->job, "delimiter"), quern_param_text(self->job, "header"));
    if (status == TABLE_BAD) return quern_fail(self->job, self->table.code, "%s", self->table.problem);
    int rc = points_read(&self->points, &self->table, quern_param_text(self->job, "columns"), self->job);
    if (rc != QUERN_OK) return rc;
    if (self->points.n == 0) return quern_fail(self->job, "too_few_rows", "the table has no rows");
    int64_t k = quern_param_int(self->job, "k");
    if ((uint64_t)k > self->points.n)
        return quern_fail(self->job, "too_few_rows", "%zu rows cannot make %d clusters", self->points.n, (int)k);
    return QUERN_OK;
}

static int standardize(struct fit *self)
{
    if (!quern_param_bool(self->job, "standardize")) return QUERN_OK;
    self->means = malloc(self->points.dims * sizeof *self->means);
    self->scales = malloc(self->points.dims * sizeof *self->scales);
    if (!self->means || !self->scales) return fail_memory(self);
    points_standardize(&self->points, self->means, self->scales);
    return QUERN_OK;
}

static bool on_step(void *context, double fraction)
{
    struct fit *self = context;
    quern_progress(self->job, fraction);
    return quern_cancelled(self->job);
}

static int find_clusters(struct fit *self)
{
    self->kmeans = (struct kmeans){
        .n = self->points.n,
        .dims = self->points.dims,
        .k = (size_t)quern_param_int(self->job, "k"),
        .points = self->points.values,
        .seed = (uint64_t)quern_param_int(self->job, "seed"),
        .max_iterations = (unsigned)quern_param_int(self->job, "max_iterations"),
        .stop = on_step,
        .context = self,
    };
    int rc = kmeans_run(&self->kmeans);
    if (rc == -2) return fail_memory(self);
    if (rc < 0) return quern_fail(self->job, "cancelled", "cancelled");
    if (!isfinite(self->kmeans.inertia))
        return quern_fail(self->job, "numbers_too_large", "the squares of the distances overflow");
    return QUERN_OK;
}

static bool write_columns(struct fit *self, struct json_text *json)
{
    char buffer[TABLE_NAME_BYTES];
    json_key(json, "columns");
    json_open(json, '[');
    for (size_t i = 0; i < self->points.dims; i++) {
        struct csv_text name = table_name(&self->table, self->points.columns[i], buffer);
        if (!name.at) return false;
        json_string(json, name.at, name.len);
    }
    json_close(json, ']');
    return true;
}

/* In the units of the table, standardized or not. */
static void write_centroids(const struct fit *self, struct json_text *json)
{
    const struct kmeans *m = &self->kmeans;
    json_key(json, "centroids");
    json_open(json, '[');
    for (size_t j = 0; j < m->k; j++) {
        json_open(json, '[');
        for (size_t d = 0; d < m->dims; d++) {
            double value = m->centres[j * m->dims + d];
            json_number(json, self->means ? value * self->scales[d] + self->means[d] : value);
        }
        json_close(json, ']');
    }
    json_close(json, ']');
}

static void write_counts(const struct fit *self, struct json_text *json)
{
    const struct kmeans *m = &self->kmeans;
    json_key(json, "sizes");
    json_open(json, '[');
    for (size_t j = 0; j < m->k; j++) json_integer(json, (int64_t)m->sizes[j]);
    json_close(json, ']');
    if (!quern_param_bool(self->job, "labels")) return;
    json_key(json, "labels");
    json_open(json, '[');
    for (size_t i = 0; i < m->n; i++) json_integer(json, m->labels[i]);
    json_close(json, ']');
}

static bool write_all(struct fit *self, struct json_text *json)
{
    const struct kmeans *m = &self->kmeans;
    json_open(json, '{');
    json_key(json, "rows");
    json_integer(json, (int64_t)m->n);
    json_key(json, "k");
    json_integer(json, (int64_t)m->k);
    if (!write_columns(self, json)) return false;
    json_key(json, "standardized");
    json_bool(json, self->means != NULL);
    json_key(json, "iterations");
    json_integer(json, m->iterations);
    json_key(json, "converged");
    json_bool(json, m->converged);
    json_key(json, "inertia");
    json_number(json, m->inertia);
    write_centroids(self, json);
    write_counts(self, json);
    json_close(json, '}');
    return !json->no_memory;
}

static int report(struct fit *self)
{
    struct json_text json = {0};
    if (!write_all(self, &json)) {
        free(json.bytes);
        return fail_memory(self);
    }
    quern_result_type(self->job, "application/json");
    quern_result_take(self->job, json.bytes, json.len, free);
    return QUERN_OK;
}

static int run(struct quern_job *job)
{
    struct fit self = {.job = job};
    int rc = read_points(&self);
    if (rc == QUERN_OK) rc = standardize(&self);
    if (rc == QUERN_OK) rc = find_clusters(&self);
    if (rc == QUERN_OK) rc = report(&self);
    kmeans_deinit(&self.kmeans);
    points_deinit(&self.points);
    table_deinit(&self.table);
    free(self.means);
    free(self.scales);
    return rc;
}

static const struct quern_param params[] = {
    {.name = "k", .kind = QUERN_INT, .about = "Number of clusters.", .fallback = "3", .min = 1, .max = 1000},
    {.name = "seed",
     .kind = QUERN_INT,
     .about = "Start of the random choices; the same input, parameters and seed give the same result.",
     .fallback = "1"},
    {.name = "max_iterations",
     .kind = QUERN_INT,
     .about = "Stop after so many iterations even if points still change clusters.",
     .fallback = "100",
     .min = 1,
     .max = 10000},
    {.name = "columns",
     .kind = QUERN_TEXT,
     .about = "Names of the columns to use, separated by commas; default: all that have a number in the first row."},
    {.name = "standardize",
     .kind = QUERN_BOOL,
     .about = "Give each column mean 0 and standard deviation 1 first; inertia is then in these units.",
     .fallback = "false"},
    {.name = "labels", .kind = QUERN_BOOL, .about = "List each row's cluster.", .fallback = "true"},
    {.name = "delimiter",
     .kind = QUERN_CHOICE,
     .about = "What separates the fields.",
     .fallback = "auto",
     .choices = "auto|comma|tab|semicolon|pipe"},
    {.name = "header",
     .kind = QUERN_CHOICE,
     .about = "Whether the first row is names; auto: yes unless a cell of it is a number, date or boolean.",
     .fallback = "auto",
     .choices = "auto|yes|no"},
};

static const struct quern_type types[] = {{
    .name = "ml.kmeans",
    .about = "Groups the rows of a CSV table by the nearness of their numbers (k-means).",
    .run = run,
    .params = params,
    .n_params = sizeof params / sizeof params[0],
    .accepts = "text/csv|text/tab-separated-values",
    .produces = "application/json",
}};

const struct quern_plugin quern_plugin = {
    .abi = QUERN_ABI,
    .name = "ml.kmeans",
    .version = "1.0",
    .types = types,
    .n_types = sizeof types / sizeof types[0],
};
