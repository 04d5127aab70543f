/* scenario_jobs.c: clients and workers of a job queue that speaks the Open Job Spec over HTTP.
 *
 *     submit        enqueues a job                                    measured: until it is acknowledged
 *     submit-wait   enqueues and waits for the result                 until that is there
 *     submit-poll   enqueues, then looks now and then                 until the job is over
 *     worker        fetches, holds, acknowledges (or fails, or goes)  fetching and acknowledging, not the holding */
#include "tools/load/scenario.h"

#include "tools/load/job_book.h"
#include "tools/load/job_lookup.h"
#include "tools/load/run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define WAIT_S 10
#define POLL_DOUBLINGS 4 /* --poll backoff: up to 16 times the first interval */
#define ACK_ROOM 256     /* of an acknowledgement, beside its head and the job's argument */
#define JSON "Content-Type: application/openjobspec+json"

enum step { STEP_FIRST, STEP_LOOK, STEP_HOLD, STEP_ACK, STEP_NACK };

struct jobs_data {
    char base[4200];
    char *body;                      /* of an enqueue */
    struct slice args;               /* what an echoing job gives back */
    struct template *look, *nack;
    char *ack_head;                  /* of an acknowledgement, up to its Content-Length */
};

/* What the side's tag keeps: the step, how far the job has come, how often it was looked at. */
static uint64_t tag_of(enum step step, uint32_t progress, uint32_t looks)
{
    return (uint64_t)looks << 40 | (uint64_t)progress << 8 | (uint64_t)step;
}

static enum step step_of(const struct side *s)
{
    return (enum step)(s->tag & 0xff);
}

/* ---- making ---- */

static void deinit(struct driver *d, struct driver_group *g)
{
    struct jobs_data *j = g->scenario_data;
    (void)d;
    g->template = template_free(g->template);
    if (!j) return;
    template_free(j->look);
    template_free(j->nack);
    free(j->ack_head);
    free(j->body);
    free(j);
    g->scenario_data = NULL;
}

static bool has_header(const struct options *o, const char *name)
{
    for (int i = 0; i < o->headers_n; i++)
        if (strncasecmp(o->headers[i], name, strlen(name)) == 0) return true;
    return false;
}

static int make_template(struct driver *d, const char *method, const char *path, const char *body, const char *prefer,
                         struct template **out, const char **why)
{
    const char *headers[HEADERS_MAX + 2];
    int n = 0;
    if (body && !has_header(d->o, "Content-Type:")) headers[n++] = JSON;
    if (prefer) headers[n++] = prefer;
    for (int i = 0; i < d->o->headers_n; i++) headers[n++] = d->o->headers[i];
    const struct template_parts parts = {
        .method = method,
        .host = d->o->host,
        .path = slice_str(path),
        .headers = headers,
        .headers_n = n,
        .body = slice_str(body),
        .body_placeholders = body && strstr(body, "{job}"),
    };
    int rc = template_make(&parts, out, why);
    if (rc == 0 && !template_is_fixed(*out) && template_bytes_max(*out) > d->request_max)
        d->request_max = template_bytes_max(*out);
    return rc;
}

static int make_data(struct driver *d, struct driver_group *g, const char **why)
{
    *why = "no memory";
    struct jobs_data *j = g->scenario_data = calloc(1, sizeof *j);
    if (!j) return -ENOMEM;
    if (!d->run->book) d->run->book = job_book_new();
    if (!d->run->book) return -ENOMEM;
    job_api_base(d->o, j->base, sizeof j->base);
    return 0;
}

/* A job with one argument: a string of --job-size bytes. */
static int make_job(struct driver *d, struct jobs_data *j)
{
    char *payload = malloc(d->o->job_size + 1u);
    if (!payload) return -ENOMEM;
    for (uint32_t i = 0; i < d->o->job_size; i++) payload[i] = (char)('a' + i % 26);
    payload[d->o->job_size] = 0;
    int n = asprintf(&j->body, "{\"type\":\"%s\",\"args\":[\"%s\"],\"options\":{\"queue\":\"%s\"}}", d->o->job_type, payload,
                     d->o->queue ? d->o->queue : "default");
    free(payload);
    if (n < 0) {
        j->body = NULL;
        return -ENOMEM;
    }
    const char *args = strstr(j->body, "\"args\":") + strlen("\"args\":");
    j->args = slice_make(args, d->o->job_size + 4u);
    return 0;
}

static int make_enqueue(struct driver *d, struct driver_group *g, const char *prefer, const char **why)
{
    char path[4300];
    int rc = make_data(d, g, why);
    struct jobs_data *j = g->scenario_data;
    if (rc == 0) rc = make_job(d, j);
    if (rc < 0) return rc;
    (void)snprintf(path, sizeof path, "%s/jobs", j->base);
    if (d->o->threads == 1 && g->n == 1) job_book_expect_order(d->run->book);
    return make_template(d, "POST", path, j->body, prefer, &g->template, why);
}

static int init_submit(struct driver *d, struct driver_group *g, const char **why)
{
    return make_enqueue(d, g, NULL, why);
}

static int init_wait(struct driver *d, struct driver_group *g, const char **why)
{
    char prefer[32];
    (void)snprintf(prefer, sizeof prefer, "Prefer: wait=%d", WAIT_S);
    return make_enqueue(d, g, prefer, why);
}

static int init_poll(struct driver *d, struct driver_group *g, const char **why)
{
    char path[4300];
    int rc = make_enqueue(d, g, NULL, why);
    struct jobs_data *j = g->scenario_data;
    if (rc < 0) return rc;
    (void)snprintf(path, sizeof path, "%s/jobs/{job}", j->base);
    return make_template(d, "GET", path, NULL, NULL, &j->look, why);
}

/* Acknowledgements differ in length, as their result is the job's arguments: what an echo would give. */
static int make_ack(struct driver *d, struct jobs_data *j, const char *path)
{
    char *head = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&head, &len);
    if (!f) return -ENOMEM;
    (void)fprintf(f, "POST %s HTTP/1.1\r\n", path);
    if (!has_header(d->o, "Host:")) (void)fprintf(f, "Host: %s\r\n", d->o->host);
    if (!has_header(d->o, "Content-Type:")) (void)fputs(JSON "\r\n", f);
    for (int i = 0; i < d->o->headers_n; i++) (void)fprintf(f, "%s\r\n", d->o->headers[i]);
    (void)fputs("Content-Length: ", f);
    if (fclose(f) != 0) return -ENOMEM;
    j->ack_head = head;
    size_t bytes = len + ACK_ROOM + d->o->job_size;
    if (bytes > d->request_max) d->request_max = bytes;
    return 0;
}

static int init_worker(struct driver *d, struct driver_group *g, const char **why)
{
    char path[4300], fetch[400];
    int rc = make_data(d, g, why);
    struct jobs_data *j = g->scenario_data;
    if (rc < 0) return rc;
    (void)snprintf(path, sizeof path, "%s/workers/fetch", j->base);
    (void)snprintf(fetch, sizeof fetch, "{\"queues\":[\"%.200s\"],\"count\":1,\"worker_id\":\"quern-load\"}",
                   d->o->queue ? d->o->queue : "default");
    rc = make_template(d, "POST", path, fetch, NULL, &g->template, why);
    (void)snprintf(path, sizeof path, "%s/workers/ack", j->base);
    if (rc == 0) rc = make_ack(d, j, path);
    (void)snprintf(path, sizeof path, "%s/workers/nack", j->base);
    if (rc == 0)
        rc = make_template(
            d, "POST", path,
            "{\"job_id\":\"{job}\",\"worker_id\":\"quern-load\",\"error\":{\"code\":\"asked_for\",\"message\":\"--fail\"}}",
            NULL, &j->nack, why);
    return rc;
}

/* The array that is a member of the body; "{}" if there is none, or one that is longer than a job of ours. */
static struct slice array_of(struct slice body, struct slice member, size_t len_max)
{
    const char *at = memmem(body.p, body.len, member.p, member.len);
    struct slice rest = at ? slice_from(body, (size_t)(at - body.p) + member.len) : SLICE("");
    bool quoted = false;
    for (size_t i = 0, depth = 0; i < rest.len && i < len_max; i++) {
        char c = rest.p[i];
        if (c == '"') quoted = !quoted;
        else if (quoted && c == '\\') i++;
        else if (!quoted && c == '[') depth++;
        else if (!quoted && c == ']' && --depth == 0) return slice_make(rest.p, i + 1);
        if (i == 0 && c != '[') break;
    }
    return SLICE("{}");
}

static struct slice make_acknowledgement(const struct driver *d, const struct jobs_data *j, struct side *s)
{
    static const char form[] = "{\"job_id\":\"%s\",\"worker_id\":\"quern-load\",\"result\":%.*s}";
    struct slice fetched = slice_make(s->body_len ? s->body : "", s->body_len);
    struct slice args = array_of(fetched, SLICE("\"args\":"), d->o->job_size + 8u);
    int body = snprintf(NULL, 0, form, s->id, SLICE_ARG(args));
    int head = snprintf(s->request, d->request_max, "%s%d\r\n\r\n", j->ack_head, body);
    (void)snprintf(s->request + head, d->request_max - (size_t)head, form, s->id, SLICE_ARG(args));
    return slice_make(s->request, (size_t)head + (size_t)body);
}

static struct slice make(struct driver *d, struct driver_group *g, struct conn *c)
{
    const struct jobs_data *j = g->scenario_data;
    struct side *s = conn_side(d, c);
    const struct template *t = g->template;
    switch (step_of(s)) {
    case STEP_LOOK: t = j->look; break;
    case STEP_ACK: return make_acknowledgement(d, j, s);
    case STEP_NACK: t = j->nack; break;
    case STEP_FIRST:
    case STEP_HOLD: break;
    }
    if (template_is_fixed(t)) return template_fixed(t);
    struct template_values v = {.job = slice_str(s->id), .random = &d->random, .seq = request_number(d, c, 0)};
    return slice_make(s->request, template_fill(t, &v, s->request));
}

/* ---- answers ---- */

static enum next wrong(struct driver *d, struct driver_group *g, struct conn *c, enum error_kind error, const char *what)
{
    char example[160];
    (void)snprintf(example, sizeof example, "%s (status %u)", what, (unsigned)c->reply.status);
    c->flags |= CONN_WRONG;
    count_error(d, g, error, example, (c->flags & CONN_MEASURED) != 0);
    return NEXT_DONE;
}

/* The text of a member that is a string, wherever it stands first; empty: there is none. */
static struct slice text_of(struct slice body, struct slice member)
{
    const char *at = memmem(body.p, body.len, member.p, member.len);
    if (!at) return (struct slice){NULL, 0};
    struct slice rest = slice_from(body, (size_t)(at - body.p) + member.len);
    const char *end = memchr(rest.p, '"', rest.len);
    return slice_make(rest.p, end ? (size_t)(end - rest.p) : 0);
}

static bool keep_id(struct side *s, struct slice id)
{
    if (!id.len || id.len >= sizeof s->id) return false;
    memcpy(s->id, id.p, id.len);
    s->id[id.len] = 0;
    return true;
}

/* How long one request of an operation took. */
static void count_part(struct driver *d, struct driver_group *g, const struct conn *c, enum hist_kind kind)
{
    if (c->flags & CONN_MEASURED) hist_add(&g->result.hist[kind], d->clock.mono_ns - c->sent_ns);
}

/* An enqueue's answer. NEXT_SEND: the job is in, and *s knows its id. */
static enum next accepted(struct driver *d, struct driver_group *g, struct conn *c, struct slice body, struct side *s)
{
    if (c->reply.status != 201 && c->reply.status != 200) return wrong(d, g, c, ERROR_STATUS, "the job is not accepted");
    if (!keep_id(s, text_of(body, SLICE("\"id\":\"")))) return wrong(d, g, c, ERROR_JOB, "a job without an id");
    if (!job_book_submitted(d->run->book, slice_str(s->id))) return wrong(d, g, c, ERROR_JOB, "an id was given twice");
    return NEXT_SEND;
}

static enum next submitted(struct driver *d, struct driver_group *g, struct conn *c, struct slice body)
{
    (void)accepted(d, g, c, body, conn_side(d, c));
    return NEXT_DONE;
}

/* A client has seen its job's end. */
static enum next over(struct driver *d, struct driver_group *g, struct side *s, bool failed)
{
    job_book_seen_over(d->run->book, slice_str(s->id), failed);
    if (failed) scenario_count(g, "jobs that failed", 1);
    return NEXT_DONE;
}

static enum next waited(struct driver *d, struct driver_group *g, struct conn *c, struct slice body)
{
    const struct jobs_data *j = g->scenario_data;
    struct side *s = conn_side(d, c);
    if (accepted(d, g, c, body, s) != NEXT_SEND) return NEXT_DONE;
    struct slice state = text_of(body, SLICE("\"state\":\""));
    if (!slice_eq(state, SLICE("completed"))) return wrong(d, g, c, ERROR_JOB, "the job is not finished in time");
    const char *result = memmem(body.p, body.len, "\"result\":", 9);
    bool echoes = strcmp(d->o->job_type, "echo") == 0;
    if (echoes && (!result || !slice_starts(slice_from(body, (size_t)(result - body.p) + 9), j->args)))
        return wrong(d, g, c, ERROR_JOB, "the result is not what was sent");
    return over(d, g, s, false);
}

/* How far a job has come; only ever more. 0: no such state. */
static uint32_t progress_of(struct slice body)
{
    static const struct {
        struct slice state;
        uint32_t rank;
    } ranks[] = {
        {SLICE_INIT("scheduled"), 1}, {SLICE_INIT("pending"), 1},   {SLICE_INIT("available"), 2}, {SLICE_INIT("active"), 3},
        {SLICE_INIT("retryable"), 4}, {SLICE_INIT("completed"), 7}, {SLICE_INIT("discarded"), 7}, {SLICE_INIT("cancelled"), 7},
    };
    struct slice state = text_of(body, SLICE("\"state\":\""));
    const char *attempt = memmem(body.p, body.len, "\"attempt\":", 10);
    uint32_t n = attempt ? (uint32_t)strtoul(attempt + 10, NULL, 10) : 0;
    for (size_t i = 0; i < sizeof ranks / sizeof *ranks; i++) {
        if (!slice_eq(state, ranks[i].state)) continue;
        uint32_t rank = ranks[i].rank == 2 && n ? 5 : ranks[i].rank; /* available again, after an attempt */
        return n * 8 + rank;
    }
    return 0;
}

static enum next look_later(struct driver *d, struct conn *c, struct side *s, uint32_t progress, uint32_t looks)
{
    uint32_t doublings = looks < POLL_DOUBLINGS ? looks : POLL_DOUBLINGS;
    s->tag = tag_of(STEP_LOOK, progress, looks);
    conn_pause(d, c, d->clock.mono_ns + (d->o->poll_ns << (d->o->poll_backoff ? doublings : 0)));
    return NEXT_PAUSED;
}

static enum next polled(struct driver *d, struct driver_group *g, struct conn *c, struct slice body)
{
    struct side *s = conn_side(d, c);
    if (step_of(s) == STEP_FIRST) {
        enum next next = accepted(d, g, c, body, s);
        return next == NEXT_SEND ? look_later(d, c, s, 0, 0) : next;
    }
    uint32_t before = (uint32_t)(s->tag >> 8), looks = (uint32_t)(s->tag >> 40) + 1, now = progress_of(body);
    scenario_count(g, "polls", 1);
    count_part(d, g, c, HIST_POLL);
    if (c->reply.status != 200) return wrong(d, g, c, ERROR_JOB, "a job that was accepted is not there");
    if (!now || now < before) return wrong(d, g, c, ERROR_JOB, "a job's state went backwards");
    if (now % 8 < 7) return look_later(d, c, s, now, looks);
    return over(d, g, s, !memmem(body.p, body.len, "\"completed\"", 11));
}

/* ---- workers ---- */

/* Nothing to do: looks again later. */
static enum next idle(struct driver *d, struct driver_group *g, struct conn *c)
{
    uint64_t idle_ns = d->clock.mono_ns - c->sent_ns + (g->plan ? 0 : d->o->poll_ns);
    if (c->flags & CONN_MEASURED) scenario_count(g, "idle us", idle_ns / NS_PER_US);
    scenario_count(g, "fetches without a job", 1);
    request_withdraw(d, c);
    if (!g->plan) {
        conn_pause(d, c, d->clock.mono_ns + d->o->poll_ns);
        return NEXT_PAUSED;
    }
    conn_move(d, c, CONN_IDLE);
    conn_ready(d, c);
    return NEXT_PAUSED;
}

static enum step choose_end(struct driver *d)
{
    double draw = (double)(random_u64(&d->random) >> 11) * 0x1p-53;
    if (draw < d->o->fail_share) return STEP_NACK;
    return draw < d->o->fail_share + d->o->vanish_share ? STEP_FIRST : STEP_ACK;
}

static enum next fetched(struct driver *d, struct driver_group *g, struct conn *c, struct slice body, struct side *s)
{
    if (c->reply.status != 200) return wrong(d, g, c, ERROR_STATUS, "no job is given");
    struct slice id = text_of(body, SLICE("\"id\":\""));
    if (!id.len) return idle(d, g, c);
    if (!keep_id(s, id)) return wrong(d, g, c, ERROR_JOB, "a job's id is too long");
    scenario_count(g, "leases", 1);
    count_part(d, g, c, HIST_LEASE);
    if (!job_book_leased(d->run->book, slice_str(s->id))) return wrong(d, g, c, ERROR_JOB, "a job was leased twice");
    enum step end = choose_end(d);
    if (end == STEP_FIRST) {
        job_book_vanished(d->run->book, slice_str(s->id));
        scenario_count(g, "vanished with", 1);
        return NEXT_DONE;
    }
    s->tag = tag_of(end, 0, 0);
    uint64_t hold = dist_draw(&d->random, &d->o->work);
    if (!hold) return NEXT_SEND;
    s->begun_ns += hold;
    c->intended_ns += hold;
    conn_pause(d, c, d->clock.mono_ns + hold);
    return NEXT_PAUSED;
}

/* A worker has ended it. */
static enum next ended(struct driver *d, struct driver_group *g, struct conn *c, struct side *s, bool failed)
{
    if (!job_book_acknowledged(d->run->book, slice_str(s->id), failed))
        return wrong(d, g, c, ERROR_JOB, "a job was finished twice");
    if (failed) scenario_count(g, "jobs that failed", 1);
    return NEXT_DONE;
}

static enum next worked(struct driver *d, struct driver_group *g, struct conn *c, struct slice body)
{
    struct side *s = conn_side(d, c);
    if (step_of(s) == STEP_FIRST) return fetched(d, g, c, body, s);
    if (c->reply.status != 200) return wrong(d, g, c, ERROR_JOB, "the end of a lease is refused");
    if (step_of(s) == STEP_ACK) return ended(d, g, c, s, false);
    struct slice state = text_of(body, SLICE("\"state\":\""));
    if (slice_eq(state, SLICE("discarded"))) return ended(d, g, c, s, true);
    job_book_released(d->run->book, slice_str(s->id));
    return NEXT_DONE;
}

static void resumed(struct driver *d, struct driver_group *g, struct conn *c)
{
    (void)g;
    request_again(d, c);
}

const struct scenario scenario_submit = {.name = "submit",
                                         .reads_body = true,
                                         .judges = true,
                                         .init = init_submit,
                                         .deinit = deinit,
                                         .make = make,
                                         .answered = submitted};
const struct scenario scenario_submit_wait = {.name = "submit-wait",
                                              .reads_body = true,
                                              .judges = true,
                                              .init = init_wait,
                                              .deinit = deinit,
                                              .make = make,
                                              .answered = waited};
const struct scenario scenario_submit_poll = {.name = "submit-poll",
                                              .reads_body = true,
                                              .judges = true,
                                              .init = init_poll,
                                              .deinit = deinit,
                                              .make = make,
                                              .answered = polled,
                                              .resumed = resumed};
const struct scenario scenario_worker = {.name = "worker",
                                         .reads_body = true,
                                         .judges = true,
                                         .init = init_worker,
                                         .deinit = deinit,
                                         .make = make,
                                         .answered = worked,
                                         .resumed = resumed};
