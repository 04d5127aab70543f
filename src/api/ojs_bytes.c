/* ojs_bytes.c: what a job was given and what it made, as bytes: whole, a range of them (RFC 9110 §14), or "you have them already". */
#include "api/ojs.h"
#include "api/ojs_handlers.h"
#include "http/condition.h"

#include <inttypes.h>
#include <stdio.h>

/* Bytes inside a block, and what is said of them. */
struct content {
    struct block *block; /* a reference, which moves into the answer */
    struct slice bytes;
    struct slice type; /* media type */
    uint64_t version;
};

static void ask_job(struct exchange *x, void (*on_answer)(struct exchange *x, struct engine_call *call), uint64_t wait_ns)
{
    struct uuid id;
    if (!ojs_path_id(x, &id)) return;
    struct ask *a = ask_new(&x, ENGINE_INFO, on_answer);
    if (!a) return;
    a->call.id = id;
    a->call.wait_ns = wait_ns;
    ask_send(a);
}

/* A peer chose it, and it becomes a field line. */
static struct slice media_type(struct slice type)
{
    for (size_t i = 0; i < type.len; i++)
        if (type.p[i] < ' ' || type.p[i] > '~') return SLICE("application/octet-stream");
    return type.len ? type : SLICE("application/octet-stream");
}

static void add_content_range(struct ojs_head *head, const struct byte_range *part, uint64_t size)
{
    char text[80];
    int n = snprintf(text, sizeof text, "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, part->from, part->from + part->len - 1, size);
    ojs_head_add(head, "Content-Range", slice_make(text, (size_t)n));
}

static void refuse_range(struct exchange *x, uint64_t size)
{
    char text[64], detail[80];
    size_t len = 0;
    int n = snprintf(text, sizeof text, "Content-Range: bytes */%" PRIu64 "\r\n", size);
    len = (size_t)n;
    (void)snprintf(detail, sizeof detail, "The range begins behind the end of %" PRIu64 " bytes.", size);
    exchange_fail_with(x, 416, "range-not-satisfiable", detail, 0, slice_make(text, len));
}

static void answer_content(struct exchange *x, struct content *c)
{
    struct ojs_head head;
    struct byte_range part = {0};
    char tag[ETAG_BYTES];
    if (!ojs_matches(x, c->version)) return;
    ojs_head_start(&head, x);
    ojs_head_add_wait(&head, x);
    if (ojs_is_unchanged(x, &head, c->version)) return;
    enum range_kind kind = condition_range(&x->request, c->bytes.len, etag_text(c->version, tag), &part);
    if (kind == RANGE_NONE) {
        refuse_range(x, c->bytes.len);
        return;
    }
    ojs_head_add(&head, "Accept-Ranges", SLICE("bytes"));
    if (kind == RANGE_PART) add_content_range(&head, &part, c->bytes.len);
    /* Whatever a job made, a browser must not run it in the name of this server. */
    ojs_head_add(&head, "X-Content-Type-Options", SLICE("nosniff"));
    ojs_head_add(&head, "Content-Security-Policy", SLICE("sandbox"));
    struct answer a = {.status = kind == RANGE_PART ? 206 : 200,
                       .type = media_type(c->type),
                       .fields = slice_make(head.text, head.len),
                       .body = c->bytes};
    if (c->bytes.len) { /* else there may be no block, or it has other bytes */
        a.block = c->block;
        c->block = NULL;
        a.part_at = (size_t)(c->bytes.p - a.block->bytes) + part.from;
        a.part_bytes = kind == RANGE_PART ? part.len : c->bytes.len;
    }
    exchange_answer(x, &a);
}

/* They stood in a file that is missing or is not what was written: no bytes rather than others. */
static void refuse_lost(struct exchange *x, const char *what, uint32_t size)
{
    char details[64];
    int len = snprintf(details, sizeof details, "{\"size\":%" PRIu32 "}", size);
    ojs_fail(x, 410, "x_payload_lost", slice_make(details, (size_t)len), "The job's %s was lost: its file is missing or damaged.", what);
}

/* ---- the result ---- */

static void on_result(struct exchange *x, struct engine_call *call)
{
    struct job_view *v = &call->view;
    if (ojs_fail_call(x, call, "show")) return;
    if (v->result_lost_bytes) {
        refuse_lost(x, "result", v->result_lost_bytes);
        return;
    }
    if (v->result) {
        struct slice type = v->result_is_json ? SLICE("application/json") : slice_str(v->result_type);
        struct content c = {.block = v->result, .bytes = block_slice(v->result), .type = type, .version = job_view_version(v)};
        answer_content(x, &c);
        v->result = c.block;
        return;
    }
    ojs_fail_no_result(x, v->state);
}

void ojs_job_result(struct exchange *x)
{
    ask_job(x, on_result, ojs_wait_ns(x, true));
}

/* ---- the input ---- */

/* What a worker of this server gets: the bytes of a call that became a job; of a job that came as an envelope, the text of its args. */
static void on_input(struct exchange *x, struct engine_call *call)
{
    struct job_view *v = &call->view;
    if (ojs_fail_call(x, call, "show")) return;
    if (v->input_lost_bytes) {
        refuse_lost(x, "input", v->input_lost_bytes);
        return;
    }
    struct content c = {.block = v->envelope, .bytes = v->args, .type = SLICE("application/json"), .version = v->created_ns};
    if (v->is_raw) c.bytes = job_raw_input(v->envelope, v->args), c.type = job_raw_type(v->envelope, v->args);
    answer_content(x, &c);
    v->envelope = c.block;
}

void ojs_job_input(struct exchange *x)
{
    ask_job(x, on_input, 0);
}
