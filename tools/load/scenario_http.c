/* scenario_http.c: a request and its answer: get, run, churn, idle-mass. They differ in what connections they use. */
#include "tools/load/scenario.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct http_data {
    char path[4200];
    char *copies;       /* pipelined requests, one after another; NULL where one is enough */
    char *body;         /* made for the run scenario */
    struct slice echo;  /* what the answer's body has to be; p NULL: anything */
};

static void deinit(struct driver *d, struct driver_group *g)
{
    struct http_data *h = g->scenario_data;
    (void)d;
    g->template = template_free(g->template);
    if (!h) return;
    free(h->copies);
    free(h->body);
    free(h);
    g->scenario_data = NULL;
}

/* One buffer with as many copies as are sent at once; fixed templates only. */
static int copy_for_pipeline(struct driver *d, struct driver_group *g, struct http_data *h)
{
    g->pipelined = template_fixed(g->template);
    if (d->o->pipeline == 1) return 0;
    size_t len = g->pipelined.len;
    h->copies = malloc(len * d->o->pipeline);
    if (!h->copies) return -ENOMEM;
    for (uint32_t i = 0; i < d->o->pipeline; i++) memcpy(h->copies + i * len, g->pipelined.p, len);
    g->pipelined = slice_make(h->copies, len * d->o->pipeline);
    return 0;
}

static int make_template(struct driver *d, struct driver_group *g, const struct template_parts *parts, struct http_data *h,
                         const char **why)
{
    int rc = template_make(parts, &g->template, why);
    if (rc < 0) return rc;
    if (template_is_fixed(g->template)) return copy_for_pipeline(d, g, h);
    size_t bytes = template_bytes_max(g->template) * d->o->pipeline;
    if (bytes > d->request_max) d->request_max = bytes;
    return 0;
}

static struct template_parts parts_of(const struct options *o)
{
    return (struct template_parts){
        .method = o->method,
        .host = o->host,
        .path = slice_str(o->path),
        .headers = o->headers,
        .headers_n = o->headers_n,
        .body = {o->body, o->body_len},
        .body_placeholders = o->body != NULL,
        .id_header = o->echo_id,
    };
}

static int init_get(struct driver *d, struct driver_group *g, const char **why)
{
    struct http_data *h = g->scenario_data = calloc(1, sizeof *h);
    if (!h) return -ENOMEM;
    struct template_parts parts = parts_of(d->o);
    parts.close = g->scenario->fresh;
    return make_template(d, g, &parts, h, why);
}

static struct slice make(struct driver *d, struct driver_group *g, struct conn *c)
{
    if (g->pipelined.p) return slice_make(g->pipelined.p, g->pipelined.len / d->o->pipeline * c->left);
    struct side *s = conn_side(d, c);
    struct template_values v = {.conn = (uint64_t)d->number * d->o->connections + conn_index(d, c), .random = &d->random};
    size_t len = 0;
    for (uint32_t i = 0; i < c->left; i++) {
        v.seq = request_number(d, c, i);
        len += template_fill(g->template, &v, s->request + len);
    }
    return slice_make(s->request, len);
}

const struct scenario scenario_get = {.name = "get", .init = init_get, .deinit = deinit, .make = make};
const struct scenario scenario_churn = {.name = "churn", .fresh = true, .init = init_get, .deinit = deinit, .make = make};
const struct scenario scenario_idle_mass = {
    .name = "idle-mass", .at_random = true, .holds = true, .init = init_get, .deinit = deinit, .make = make};

/* ---- run: a call of a job type with raw bytes ---- */

static enum next echoed(struct driver *d, struct driver_group *g, struct conn *c, struct slice body)
{
    const struct http_data *h = g->scenario_data;
    if (c->reply.status == 200 && !(c->flags & CONN_WRONG) && !slice_eq(body, h->echo)) {
        char example[160];
        (void)snprintf(example, sizeof example, "%zu bytes came back that are not the %zu sent", body.len, h->echo.len);
        c->flags |= CONN_WRONG;
        count_error(d, g, ERROR_BODY, example, (c->flags & CONN_MEASURED) != 0);
    }
    return NEXT_DONE;
}

static const struct scenario run_echo = {.name = "run", .reads_body = true, .deinit = deinit, .make = make, .answered = echoed};

static int init_run(struct driver *d, struct driver_group *g, const char **why)
{
    const struct options *o = d->o;
    struct http_data *h = g->scenario_data = calloc(1, sizeof *h);
    if (!h) return -ENOMEM;
    struct template_parts parts = parts_of(o);
    parts.method = "POST";
    if (strcmp(o->path, "/") == 0) {
        (void)snprintf(h->path, sizeof h->path, "/run/%s", o->job_type);
        parts.path = slice_str(h->path);
    }
    if (!o->body) {
        h->body = malloc(o->job_size + 1u);
        if (!h->body) return -ENOMEM;
        for (uint32_t i = 0; i < o->job_size; i++) h->body[i] = (char)('a' + i % 26);
        parts.body = slice_make(h->body, o->job_size);
        parts.body_placeholders = false;
        h->echo = parts.body;
    }
    bool echoes = h->echo.p && strcmp(o->job_type, "echo") == 0 && o->verify == VERIFY_FULL && o->pipeline == 1;
    if (echoes) g->scenario = &run_echo;
    return make_template(d, g, &parts, h, why);
}

const struct scenario scenario_run = {.name = "run", .init = init_run, .deinit = deinit, .make = make};
