/* batch.c: submit --batch: a job per line, many in one request where the server takes that (ojs-bulk-operations §5), one by one where
 * it does not. Lines are reported in their order, the bad ones in their place. */
#include "tools/cli/batch.h"

#include "tools/cli/input.h"
#include "tools/cli/ndjson.h"

#include <errno.h>
#include <inttypes.h>

#define GROUP_MAX 200
#define GROUP_BYTES (512u << 10)
#define REASON_MAX 300

struct item {
    unsigned line;
    size_t at, len; /* of its envelope in batch.text */
    char id[64], state[32];
    char reason[REASON_MAX]; /* why not; empty: it was submitted */
};

struct batch {
    struct client *client;
    struct ndjson in;
    struct buf text, body; /* the group's envelopes; a request */
    struct item items[GROUP_MAX];
    size_t n;
    bool one_by_one; /* the server knows nothing else */
    uint64_t submitted, failed;
};

static bool is_sendable(const struct item *item)
{
    return item->len > 0 && !item->reason[0] && !item->id[0];
}

static void set_reason(struct item *item, struct slice text)
{
    (void)snprintf(item->reason, sizeof item->reason, "%.*s", (int)(text.len < REASON_MAX ? text.len : REASON_MAX - 1), text.p);
    if (!item->reason[0]) (void)snprintf(item->reason, sizeof item->reason, "it was refused without a reason");
}

static void copy_text(struct json_value object, const char *name, char *room, size_t room_bytes)
{
    struct slice text = member_text(object, name, room, room_bytes - 1);
    room[text.len] = '\0';
    say_clean(room, text.len);
}

/* A job that was made, or was there already. */
static void note_job(struct item *item, struct json_value job)
{
    copy_text(job, "id", item->id, sizeof item->id);
    copy_text(job, "state", item->state, sizeof item->state);
    if (!item->id[0]) set_reason(item, SLICE("the answer names no id"));
}

/* ---- sending ---- */

/* One job by itself. 0 also if it was refused; an exit code if there is no sense in going on. */
static int send_one(struct batch *b, struct item *item)
{
    struct client *c = b->client;
    struct json_value answer, job;
    char reason[REASON_MAX];
    struct http_request q = {
        .method = "POST", .path = "/ojs/v1/jobs", .type = OJS_TYPE, .body = slice_make(b->text.p + item->at, item->len)};
    int rc = client_try(c, &q);
    if (rc) return rc;
    if (c->reply.status >= 200 && c->reply.status < 300) {
        rc = client_document(c, &answer);
        if (rc == 0) rc = client_member(&answer, "job", JSON_OBJECT, &job);
        if (rc == 0) note_job(item, job);
        return rc;
    }
    client_reason(c, reason, sizeof reason);
    set_reason(item, slice_str(reason));
    return c->reply.status >= 400 && c->reply.status < 500 ? 0 : EXIT_SERVER;
}

static int send_one_by_one(struct batch *b)
{
    for (size_t i = 0; i < b->n; i++) {
        int rc = is_sendable(&b->items[i]) ? send_one(b, &b->items[i]) : 0;
        if (rc) return rc;
    }
    return 0;
}

static void make_body(struct batch *b)
{
    bool first = true;
    buf_clear(&b->body);
    buf_add_str(&b->body, "{\"atomicity\":\"partial\",\"jobs\":[");
    for (size_t i = 0; i < b->n; i++) {
        if (!is_sendable(&b->items[i])) continue;
        if (!first) buf_add_str(&b->body, ",");
        buf_add(&b->body, slice_make(b->text.p + b->items[i].at, b->items[i].len));
        first = false;
    }
    buf_add_str(&b->body, "]}");
}

static void note_result(struct item *item, struct json_value result)
{
    char reason[REASON_MAX];
    struct json_value v;
    if (json_member(result, SLICE("job"), &v) && v.kind == JSON_OBJECT) note_job(item, v);
    else if (json_member(result, SLICE("error"), &v) && v.kind == JSON_OBJECT)
        set_reason(item, member_text(v, "message", reason, sizeof reason));
    else set_reason(item, SLICE(""));
}

/* {"items": […]}: one for each job that was sent, in order. */
static int read_results(struct batch *b)
{
    struct json_value answer, results, result;
    struct slice none;
    size_t i = 0;
    int rc = client_document(b->client, &answer);
    if (rc == 0) rc = client_member(&answer, "items", JSON_ARRAY, &results);
    for (size_t cursor = 0; rc == 0 && json_next(results, &cursor, &none, &result);) {
        while (i < b->n && !is_sendable(&b->items[i])) i++;
        if (i < b->n) note_result(&b->items[i++], result);
    }
    while (rc == 0 && i < b->n && !is_sendable(&b->items[i])) i++;
    if (rc || i == b->n) return rc;
    say("the answer tells of fewer jobs than were sent");
    return EXIT_SERVER;
}

static int send_bulk(struct batch *b)
{
    struct client *c = b->client;
    make_body(b);
    struct http_request q = {.method = "POST", .path = "/ojs/v1/jobs/bulk", .type = OJS_TYPE, .body = buf_slice(&b->body)};
    int rc = client_try(c, &q);
    long status = c->reply.status;
    if (rc) return rc;
    if ((status >= 200 && status < 300) || status == 422) return read_results(b);
    if (status == 404 || status == 405 || status == 501) b->one_by_one = true;
    else if (status < 400 || status >= 500) return client_refused(c, NULL);
    return send_one_by_one(b); /* refused as a whole: which of them is it? */
}

/* ---- the report ---- */

static void report_json(const struct item *item)
{
    char text[2 * REASON_MAX * 6];
    struct json_out o;
    json_out_init(&o, text, sizeof text);
    json_open(&o, '{');
    json_key(&o, "line"), json_u64(&o, item->line);
    if (item->reason[0]) json_key(&o, "error"), json_str(&o, slice_str(item->reason));
    else json_key(&o, "id"), json_str(&o, slice_str(item->id)), json_key(&o, "state"), json_str(&o, slice_str(item->state));
    json_close(&o, '}');
    (void)printf("%.*s\n", (int)o.len, text);
}

static void report(struct batch *b, struct item *item)
{
    say_clean(item->reason, strlen(item->reason));
    if (item->reason[0]) b->failed++;
    else b->submitted++;
    if (b->client->o->quiet) {
        if (item->reason[0]) say("line %u: %s", item->line, item->reason);
        else (void)printf("%s\n", item->id);
    } else if (b->client->as_json) {
        report_json(item);
    } else {
        (void)printf("%6u  %-36s  %s\n", item->line, item->reason[0] ? "-" : item->id,
                     item->reason[0] ? item->reason : item->state);
    }
}

/* Sends what has been gathered and reports it. What could not even be asked is told, too. */
static int flush(struct batch *b)
{
    size_t sendable = 0;
    for (size_t i = 0; i < b->n; i++) sendable += is_sendable(&b->items[i]);
    int rc = sendable == 0 ? 0 : sendable == 1 || b->one_by_one ? send_one_by_one(b) : send_bulk(b);
    for (size_t i = 0; i < b->n; i++) {
        if (rc && is_sendable(&b->items[i])) set_reason(&b->items[i], SLICE("whether the server took it is not known"));
        report(b, &b->items[i]);
    }
    b->n = 0;
    buf_clear(&b->text);
    return exit_worse(rc, client_flush());
}

/* ---- the lines ---- */

static void add_line(struct batch *b, struct slice text)
{
    struct json_value v;
    size_t at = 0;
    struct item *item = &b->items[b->n++];
    *item = (struct item){.line = b->in.number, .at = b->text.len};
    enum json_error e = json_check(text, &v, &at);
    if (e != JSON_OK) (void)snprintf(item->reason, sizeof item->reason, "%s at byte %zu", json_error_text(e), at);
    else if (v.kind != JSON_OBJECT) set_reason(item, SLICE("it is no JSON object"));
    else item->len = text.len, buf_add(&b->text, text);
    if (b->text.overflow) item->len = 0, set_reason(item, SLICE("there is no memory for it"));
}

/* Reads until a group is full or the file is at its end. 0 or an exit code, said. */
static int gather(struct batch *b, bool *is_over)
{
    while (b->n < GROUP_MAX && b->text.len < GROUP_BYTES) {
        struct slice text;
        switch (ndjson_next(&b->in, &text)) {
        case NDJSON_LINE: add_line(b, text); break;
        case NDJSON_TOO_LONG:
            b->items[b->n] = (struct item){.line = b->in.number};
            set_reason(&b->items[b->n++], SLICE("it is longer than 2 MiB"));
            break;
        case NDJSON_END: *is_over = true; return 0;
        case NDJSON_FAILED:
            if (errno == EINTR) return EXIT_SIGNAL;
            say("cannot read %s: %s", b->client->o->batch, strerror(errno));
            return EXIT_USAGE;
        }
    }
    return 0;
}

static int run(struct batch *b)
{
    bool is_over = false;
    int rc = 0;
    while (rc == 0 && !is_over) {
        rc = gather(b, &is_over);
        int sent = flush(b);
        rc = exit_worse(rc, sent);
        if (rc) say("line %u is the last that was looked at", b->in.number);
    }
    if (b->failed) say("%" PRIu64 " of %" PRIu64 " lines were not submitted", b->failed, b->failed + b->submitted);
    return rc ? rc : b->failed ? EXIT_REFUSED : EXIT_DONE;
}

int batch_submit(struct client *c)
{
    int fd = input_open(c->o->batch);
    if (fd < 0) return EXIT_USAGE;
    struct batch *b = calloc(1, sizeof *b);
    if (!b) {
        say("no memory");
        input_close(fd);
        return EXIT_USAGE;
    }
    b->client = c;
    ndjson_init(&b->in, fd);
    buf_init(&b->text, GROUP_BYTES + NDJSON_LINE_MAX);
    buf_init(&b->body, GROUP_BYTES + NDJSON_LINE_MAX + 4096);
    int rc = run(b);
    buf_deinit(&b->text), buf_deinit(&b->body);
    ndjson_deinit(&b->in);
    free(b);
    input_close(fd);
    return rc;
}
