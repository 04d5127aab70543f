/* ojs_bulk.c: many jobs cancelled, tried again or deleted by one request, by their ids or by a filter (ojs-bulk-operations §6 to §8). Each
 * by itself, with a result of its own. */
#include "api/ojs_filter.h"
#include "api/ojs_handlers.h"
#include "api/ojs_render.h"

#include <stdio.h>

/* ---- words ---- */

static const struct {
    const char *verb, *done; /* "Cannot cancel a job …", "cancelled" */
} words[] = {
    [BULK_CANCEL] = {"cancel", "cancelled"}, [BULK_RETRY] = {"retry", "retried"}, [BULK_DELETE] = {"delete", "deleted"}};

static void refuse_size(struct exchange *x, uint32_t n)
{
    ojs_fail(x, 413, "batch_size_exceeded", SLICE("{\"max_batch_size\":" OJS_BATCH_MAX_TEXT "}"),
             "%u jobs in one request are more than the maximum of %d.", n, ENGINE_BULK_MAX);
}

static bool refuse(struct exchange *x, const char *field, const char *message)
{
    struct ojs_problem why;
    (void)ojs_refuse(&why, field, "%s", message);
    ojs_fail_problem(x, &why);
    return false;
}

/* ---- what is asked ---- */

struct bulk_wish {
    struct json_value ids; /* kind JSON_ARRAY: n of them; else by filter */
    uint32_t n;
    struct ojs_filter filter;
};

static bool count_ids(struct exchange *x, struct bulk_wish *w)
{
    struct slice name;
    struct json_value each;
    struct uuid id;
    struct ojs_problem why;
    if (w->ids.kind != JSON_ARRAY) return refuse(x, "job_ids", "'job_ids' must be an array of job ids.");
    for (size_t i = 0; json_next(w->ids, &i, &name, &each); w->n++) {
        if (ojs_read_id(each, "job_ids", &id, &why)) continue;
        ojs_fail_problem(x, &why);
        return false;
    }
    if (w->n > 0 && w->n <= ENGINE_BULK_MAX) return true;
    if (w->n == 0) return refuse(x, "job_ids", "'job_ids' must have at least one id.");
    refuse_size(x, w->n);
    return false;
}

/* States that a filter means when it names none. */
static uint32_t usual_states(enum bulk_action action)
{
    static const uint32_t states[] = {
        [BULK_CANCEL] = 1u << JOB_AVAILABLE | 1u << JOB_SCHEDULED,
        [BULK_RETRY] = 1u << JOB_DISCARDED | 1u << JOB_RETRYABLE,
        [BULK_DELETE] = 1u << JOB_COMPLETED | 1u << JOB_CANCELLED | 1u << JOB_DISCARDED,
    };
    return states[action];
}

static bool read_filter(struct exchange *x, struct json_value v, enum bulk_action action, struct ojs_filter *f)
{
    struct ojs_problem why;
    uint32_t n;
    if (v.kind != JSON_OBJECT) return refuse(x, "filter", "'filter' must be an object.");
    if (!ojs_filter_of_object(v, f, &n, &why)) {
        ojs_fail_problem(x, &why);
        return false;
    }
    if (n == 0) return refuse(x, "filter", "A filter must say something: an empty one would mean every job.");
    if (!f->states) f->states = usual_states(action);
    return true;
}

static bool read_wish(struct exchange *x, enum bulk_action action, struct bulk_wish *w)
{
    struct json_value body, filter;
    bool is_atomic;
    if (!ojs_body(x, &body) || !ojs_read_atomicity(x, body, &is_atomic)) return false;
    if (is_atomic) {
        ojs_fail(x, 422, "unsupported", SLICE("{\"field\":\"atomicity\"}"),
                 "Only \"partial\" is supported here: each job by itself.");
        return false;
    }
    bool has_ids = json_member(body, SLICE("job_ids"), &w->ids), has_filter = json_member(body, SLICE("filter"), &filter);
    if (has_ids == has_filter) return refuse(x, "job_ids", "Either 'job_ids' or 'filter' is required, and not both.");
    return has_ids ? count_ids(x, w) : read_filter(x, filter, action, &w->filter);
}

static bool put_ids(struct exchange *x, const struct bulk_wish *w, struct engine_call *call)
{
    struct slice name;
    struct json_value each;
    struct ojs_problem why;
    call->views = block_new(api_of(x)->budget, w->n * sizeof(struct bulk_item));
    if (!call->views) return false;
    struct bulk_item *items = (struct bulk_item *)(void *)call->views->bytes;
    for (size_t i = 0; json_next(w->ids, &i, &name, &each);) {
        struct bulk_item *item = &items[call->n_views++];
        *item = (struct bulk_item){0};
        (void)ojs_read_id(each, "job_ids", &item->id, &why); /* was fine when it was counted */
    }
    return true;
}

/* ---- the answer ---- */

#define ITEM_BYTES 768u /* an index, an id, a reason, a catalogue entry */

static const char *code_of(enum engine_outcome outcome)
{
    switch (outcome) {
    case ENGINE_NOT_FOUND: return "not_found";
    case ENGINE_CONFLICT: return "conflict";
    case ENGINE_QUEUE_FULL: return "queue_full";
    case ENGINE_TOO_MANY_QUEUES: return "x_too_many_queues";
    case ENGINE_TOO_LARGE: return "envelope_too_large";
    default: return "backend_error";
    }
}

/* The server's doing, and none of the job's: the same may succeed later. */
static bool is_of_server(enum engine_outcome outcome)
{
    return outcome == ENGINE_DISK_FULL || outcome == ENGINE_FAILED || outcome == ENGINE_DRAINING;
}

static const char *reason_of(enum engine_outcome outcome)
{
    switch (outcome) {
    case ENGINE_NOT_FOUND: return "There is no such job";
    case ENGINE_QUEUE_FULL: return "The queue holds as many jobs as its max_size allows";
    case ENGINE_TOO_MANY_QUEUES: return "There is no room for another queue or job type";
    case ENGINE_TOO_LARGE: return "This is more than the server's journal takes at once";
    case ENGINE_DISK_FULL: return "The disk is full";
    case ENGINE_FAILED: return "The server cannot write its journal";
    case ENGINE_DRAINING: return "The server is shutting down";
    default: return "The server could not do it";
    }
}

static void write_refusal(struct json_out *o, const struct bulk_item *item, const char *verb)
{
    char conflict[96];
    const char *reason = reason_of(item->outcome);
    if (item->outcome == ENGINE_CONFLICT) {
        (void)snprintf(conflict, sizeof conflict, "Cannot %s a job in state '%s'", verb, job_state_name(item->state));
        reason = conflict;
    }
    json_key(o, "status"), json_str(o, SLICE("skipped"));
    json_key(o, "reason"), json_str(o, slice_str(reason));
    json_key(o, "error");
    ojs_error_write(o, code_of(item->outcome), "", slice_str(reason));
}

static void write_item(struct json_out *o, const struct bulk_item *item, uint32_t index, enum bulk_action action)
{
    json_open(o, '{');
    json_key(o, "index"), json_u64(o, index);
    ojs_id_write(o, "job_id", item->id);
    if (item->outcome == ENGINE_OK) json_key(o, "status"), json_str(o, slice_str(words[action].done));
    else write_refusal(o, item, words[action].verb);
    json_close(o, '}');
}

static struct block *render(struct exchange *x, const struct engine_call *call, uint32_t n_done)
{
    const struct bulk_item *items = (const struct bulk_item *)(const void *)call->views->bytes;
    struct json_out o;
    struct block *b = ojs_block_open(api_of(x)->budget, 256 + call->n_views * (size_t)ITEM_BYTES, &o);
    if (!b) return NULL;
    json_open(&o, '{');
    json_key(&o, "total_matched"), json_u64(&o, call->n_views);
    json_key(&o, words[call->walk.action].done), json_u64(&o, n_done);
    json_key(&o, "skipped"), json_u64(&o, call->n_views - n_done);
    json_key(&o, "has_more"), json_bool(&o, call->walk.more);
    json_key(&o, "items"), json_open(&o, '[');
    for (uint32_t i = 0; i < call->n_views; i++) write_item(&o, &items[i], i, call->walk.action);
    json_close(&o, ']');
    json_close(&o, '}');
    return ojs_block_close(b, &o);
}

/* How many were done. If none, and the server is why for one of them, the call has that outcome: the client is to come again. */
static uint32_t count_done(struct engine_call *call)
{
    const struct bulk_item *items = (const struct bulk_item *)(const void *)call->views->bytes;
    uint8_t of_server = ENGINE_OK;
    uint32_t n_done = 0;
    for (uint32_t i = 0; i < call->n_views; i++) {
        n_done += items[i].outcome == ENGINE_OK;
        if (is_of_server(items[i].outcome)) of_server = items[i].outcome;
    }
    if (n_done == 0) call->outcome = of_server;
    return n_done;
}

static void on_bulk(struct exchange *x, struct engine_call *call)
{
    struct ojs_head head;
    char text[16];
    uint32_t n_done = call->outcome == ENGINE_OK ? count_done(call) : 0;
    if (ojs_fail_call(x, call, words[call->walk.action].verb)) return;
    uint16_t status = n_done == call->n_views ? 200 : n_done ? 207 : 422;
    int len = snprintf(text, sizeof text, "%u", call->n_views);
    ojs_head_start(&head, x);
    ojs_head_add(&head, "X-OJS-Batch-Size", slice_make(text, (size_t)len));
    ojs_answer_block(x, status, &head, render(x, call, n_done));
}

/* ---- the handlers ---- */

static void act(struct exchange *x, enum bulk_action action)
{
    struct bulk_wish w = {0};
    if (!read_wish(x, action, &w)) return;
    struct ask *a = ask_new(&x, ENGINE_BULK, on_bulk);
    if (!a) return;
    a->call.walk.action = (uint8_t)action;
    a->call.walk.limit = ENGINE_BULK_MAX;
    bool has_memory = w.n ? put_ids(x, &w, &a->call) : ojs_filter_put(&w.filter, api_of(x)->budget, &a->call);
    if (has_memory) {
        ask_send(a);
        return;
    }
    ojs_fail_memory(x);
    ask_drop(a);
}

void ojs_bulk_cancel(struct exchange *x)
{
    act(x, BULK_CANCEL);
}

void ojs_bulk_retry(struct exchange *x)
{
    act(x, BULK_RETRY);
}

void ojs_bulk_delete(struct exchange *x)
{
    act(x, BULK_DELETE);
}
