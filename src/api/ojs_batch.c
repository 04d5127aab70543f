/* ojs_batch.c: many jobs in one request: all or none (ojs-http-binding §9.2), or each by itself with a result of its own
 * (ojs-bulk-operations §5). One question to the engine, one transaction of its journal. With a key the same request again has the same jobs
 * (ojs-bulk-operations §10). */
#include "api/idempotency.h"
#include "api/ojs_handlers.h"
#include "api/ojs_render.h"
#include "api/ojs_spec.h"
#include "api/ojs.h"

#include <stdio.h>

/* ---- what is asked ---- */

struct batch_wish {
    uint32_t n;
    bool is_atomic;
    struct slice jobs[ENGINE_BATCH_MAX]; /* JSON values: n of them */
};

static void refuse_size(struct exchange *x, uint32_t n)
{
    ojs_fail(x, 413, "batch_size_exceeded", SLICE("{\"max_batch_size\":" OJS_BATCH_MAX_TEXT "}"),
             "A batch of %u jobs is larger than the maximum of %d.", n, ENGINE_BATCH_MAX);
}

static bool read_jobs(struct exchange *x, struct json_value body, struct batch_wish *w)
{
    struct slice name;
    struct json_value all, each;
    if (!json_member(body, SLICE("jobs"), &all) || all.kind != JSON_ARRAY) {
        ojs_fail(x, 400, "invalid_request", SLICE("{\"field\":\"jobs\"}"),
                 "The required field 'jobs' must be an array of jobs.");
        return false;
    }
    for (size_t i = 0; json_next(all, &i, &name, &each); w->n++)
        if (w->n < ENGINE_BATCH_MAX) w->jobs[w->n] = each.text;
    if (w->n > 0 && w->n <= ENGINE_BATCH_MAX) return true;
    if (w->n) refuse_size(x, w->n);
    else ojs_fail(x, 400, "invalid_request", SLICE("{\"field\":\"jobs\"}"), "'jobs' must have at least one job.");
    return false;
}

bool ojs_read_atomicity(struct exchange *x, struct json_value body, bool *is_atomic)
{
    struct json_value v;
    struct slice text;
    *is_atomic = false;
    if (!json_member(body, SLICE("atomicity"), &v)) return true;
    bool is_text = v.kind == JSON_STRING && json_plain(v, &text);
    *is_atomic = is_text && slice_eq(text, SLICE("atomic"));
    if (*is_atomic || (is_text && slice_eq(text, SLICE("partial")))) return true;
    ojs_fail(x, 400, "invalid_request", SLICE("{\"field\":\"atomicity\"}"), "'atomicity' must be \"atomic\" or \"partial\".");
    return false;
}

/* The field line goes before the member (ojs-bulk-operations §11.3), which only bulk has. */
static bool read_key(struct exchange *x, struct json_value body, bool is_bulk, struct job_spec *spec)
{
    struct json_value v;
    if (!idempotency_read(x, spec)) return false;
    if (spec->has_key || !is_bulk || !json_member(body, SLICE("idempotency_key"), &v)) return true;
    if (v.kind == JSON_STRING && idempotency_take(x, v, spec)) return true;
    ojs_fail(x, 400, "invalid_request", SLICE("{\"field\":\"idempotency_key\"}"),
             "'idempotency_key' must be a string of 1 to %d characters.", IDEMPOTENCY_KEY_MAX);
    return false;
}

/* ---- its jobs ---- */

static bool read_item(struct batch_item *item, uint64_t now_ns, struct ojs_problem *why)
{
    struct json_value envelope = {JSON_OBJECT, block_slice(item->spec.envelope)};
    struct block *bytes = item->spec.envelope;
    bool is_object = envelope.text.p[0] == '{';
    bool is_fine =
        is_object ? ojs_spec_read(envelope, now_ns, &item->spec, why) : ojs_refuse(why, "", "It must be a JSON object.");
    item->spec.envelope = bytes;
    return is_fine;
}

/* NULL: no memory. */
static struct block *copy_item(struct block_budget *budget, struct slice text)
{
    if (text.len <= BLOCK_SPOOL_BYTES) return block_copy(budget, text);
    struct block *b = block_new(budget, text.len);
    if (b) block_append(b, text);
    return b;
}

/* Each job gets its envelope's bytes for itself: they stay as long as the job does. False: no memory. */
static bool copy_items(struct exchange *x, const struct batch_wish *w, struct engine_call *call)
{
    struct block_budget *budget = api_of(x)->budget;
    call->items = block_new(budget, w->n * sizeof(struct batch_item));
    if (!call->items) return false;
    struct batch_item *items = engine_call_items(call);
    for (; call->n_items < w->n; call->n_items++) {
        struct batch_item *item = &items[call->n_items];
        *item = (struct batch_item){.spec.envelope = copy_item(budget, w->jobs[call->n_items])};
        if (!item->spec.envelope) return false;
    }
    return true;
}

/* How many of them are no jobs; of the first: *index and *why. */
static uint32_t read_items(struct exchange *x, struct engine_call *call, uint32_t *index, struct ojs_problem *why)
{
    struct batch_item *items = engine_call_items(call);
    struct ojs_problem other;
    uint32_t n_bad = 0;
    for (uint32_t i = 0; i < call->n_items; i++) {
        struct batch_item *item = &items[i];
        item->is_void = !read_item(item, exchange_wall_ns(x), n_bad ? &other : why);
        if (!item->spec.has_durability) item->spec.durability = api_of(x)->durability;
        if (item->is_void && n_bad++ == 0) *index = i;
    }
    return n_bad;
}

/* ---- all or none: answers ---- */

#define BATCH_ANSWER_MAX (8u << 20) /* bytes of jobs that have ended: the loop writes them in one go */

static void refuse_item(struct exchange *x, uint32_t index, const struct ojs_problem *p)
{
    char details[160];
    struct json_out o;
    json_out_init(&o, details, sizeof details);
    json_open(&o, '{');
    json_key(&o, "index"), json_u64(&o, index);
    if (p->field[0]) json_key(&o, "field"), json_str(&o, slice_str(p->field));
    json_close(&o, '}');
    ojs_fail(x, p->status, p->code, slice_make(details, o.overflow ? 0 : o.len), "Batch validation failed: job at index %u: %s",
             index, p->message);
}

/* What the engine says of one job in words. */
static struct ojs_problem problem_of(const struct batch_item *item)
{
    struct ojs_problem p = {.status = 503, .code = "backend_error"};
    if (item->outcome == ENGINE_DUPLICATE) {
        (void)ojs_refuse(&p, "id", "A job with this 'id' exists already.");
        p.status = 409;
        p.code = "duplicate";
    } else if (item->outcome == ENGINE_QUEUE_FULL) {
        (void)ojs_refuse(&p, "queue", "The queue holds as many jobs as its max_size allows.");
        p.status = 429;
        p.code = "queue_full";
    } else if (item->outcome == ENGINE_TOO_MANY_QUEUES) {
        (void)ojs_refuse(&p, "queue", "There is no room for another queue or job type.");
        p.status = 422;
        p.code = "x_too_many_queues";
    } else if (item->outcome == ENGINE_TOO_MANY_OWNERS) {
        (void)snprintf(p.message, sizeof p.message, "There is no room for the jobs of another owner.");
    } else {
        (void)snprintf(p.message, sizeof p.message, "The server holds as many jobs as it may.");
    }
    return p;
}

static bool is_of_an_item(const struct engine_call *call)
{
    return call->outcome == ENGINE_DUPLICATE || call->outcome == ENGINE_FULL || call->outcome == ENGINE_QUEUE_FULL || call->outcome == ENGINE_TOO_MANY_QUEUES ||
           call->outcome == ENGINE_TOO_MANY_OWNERS;
}

/* False: none of the jobs was refused, and nothing was answered. */
static bool fail_item(struct exchange *x, const struct engine_call *call)
{
    const struct batch_item *items = engine_call_items(call);
    uint32_t i = 0;
    if (!is_of_an_item(call)) return false;
    while (items[i].outcome == ENGINE_OK) i++;
    struct ojs_problem p = problem_of(&items[i]);
    refuse_item(x, i, &p);
    return true;
}

/* A job as it was made, but for its state; borrows all from the item. */
static void view_of(const struct batch_item *item, struct job_view *v)
{
    const struct job_spec *s = &item->spec;
    *v = (struct job_view){
        .id = item->id,
        .state = item->state,
        .previous_state = item->state,
        .priority = s->priority,
        .durability = item->durability,
        .max_attempts = s->retry.max_attempts ? s->retry.max_attempts : 1,
        .timeout_ms = s->timeout_ms,
        .lease_ms = s->lease_ms,
        .created_ns = item->created_ns,
        .enqueued_ns = item->enqueued_ns,
        .scheduled_ns = s->scheduled_wall_ns,
        .expires_ns = s->expires_wall_ns,
        .envelope = s->envelope,
        .args = s->args,
        .meta = s->meta,
        .tags = s->tags,
        .is_bare = s->is_bare,
    };
    memcpy(v->queue, s->queue.p, s->queue.len);
    memcpy(v->type, s->type.p, s->type.len);
}

static size_t batch_bound(const struct engine_call *call)
{
    const struct batch_item *items = engine_call_items(call);
    struct job_view view = {0};
    size_t bound = 64;
    for (uint32_t i = 0; i < call->n_items; i++) {
        view.envelope = items[i].spec.envelope;
        bound += ojs_job_bound(&view) + 1;
    }
    return bound;
}

/* Jobs that have been made are told in any case, or a client would make them again: the room for the answer (args) is there before the
 * engine is asked. */
static struct block *take_room(struct engine_call *call, struct json_out *o)
{
    struct block *b = call->args;
    call->args = NULL;
    json_out_init(o, b->bytes, b->capacity);
    return b;
}

/* The job as it is by now, if the engine has shown it; else as it was made, in *room. */
static const struct job_view *view_at(const struct engine_call *call, uint32_t i, struct job_view *room)
{
    const struct job_view *views = call->n_views ? (const struct job_view *)(const void *)call->views->bytes : NULL;
    if (views && (views[i].id.high || views[i].id.low)) return &views[i];
    view_of(&engine_call_items(call)[i], room);
    return room;
}

/* For jobs with their results and errors. NULL: they are too many bytes, or there is no memory: then they go without. */
static struct block *large_room(struct exchange *x, const struct engine_call *call, struct json_out *o)
{
    struct job_view room;
    size_t bound = 64;
    if (call->n_views == 0) return NULL;
    for (uint32_t i = 0; i < call->n_items; i++) bound += ojs_job_bound(view_at(call, i, &room)) + 1;
    return bound <= BATCH_ANSWER_MAX ? ojs_block_open(api_of(x)->budget, bound, o) : NULL;
}

static struct block *render_batch(struct exchange *x, struct engine_call *call)
{
    struct job_view room;
    struct json_out o;
    struct block *b = large_room(x, call, &o);
    bool is_large = b != NULL;
    if (!is_large) b = take_room(call, &o);
    json_open(&o, '{');
    json_key(&o, "jobs"), json_open(&o, '[');
    for (uint32_t i = 0; i < call->n_items; i++) {
        if (!is_large) view_of(&engine_call_items(call)[i], &room);
        ojs_job_write(&o, is_large ? view_at(call, i, &room) : &room, 0);
    }
    json_close(&o, ']');
    json_key(&o, "count"), json_u64(&o, call->n_items);
    json_close(&o, '}');
    return ojs_block_close(b, &o);
}

/* ---- each by itself: answers ---- */

#define ITEM_BYTES 2560u /* a catalogue entry and a message, every byte of it escaped; a job takes less */

static bool is_created(const struct batch_item *item)
{
    return !item->is_void && item->outcome == ENGINE_OK;
}

/* And may be shown: a job of somebody else's that has the id is not. */
static bool is_there(const struct batch_item *item)
{
    return !item->is_void && (item->outcome == ENGINE_OK || (item->outcome == ENGINE_DUPLICATE && item->state < JOB_STATES));
}

static void write_job(struct json_out *o, const struct batch_item *item)
{
    json_key(o, "status"), json_str(o, is_created(item) ? SLICE("created") : SLICE("duplicate"));
    json_key(o, "job"), json_open(o, '{');
    ojs_id_write(o, "id", item->id);
    json_key(o, "type"), json_str(o, item->spec.type);
    json_key(o, "queue"), json_str(o, item->spec.queue);
    json_key(o, "state"), json_str(o, slice_str(job_state_name(item->state)));
    json_close(o, '}');
}

/* is_void: read again for its mistake, which nothing has kept. */
static void write_failure(struct json_out *o, struct batch_item *item, uint64_t now_ns)
{
    struct ojs_problem p = {.code = "x_not_attempted", .message = "Another job of this atomic batch could not be taken."};
    if (item->is_void) (void)read_item(item, now_ns, &p);
    else if (item->outcome != ENGINE_OK) p = problem_of(item);
    json_key(o, "status"), json_str(o, SLICE("failed"));
    json_key(o, "error");
    ojs_error_write(o, p.code, p.field, slice_str(p.message));
}

static struct block *render_bulk(struct exchange *x, struct engine_call *call, bool is_undone, uint32_t n_there)
{
    struct batch_item *items = engine_call_items(call);
    struct json_out o;
    struct block *b = take_room(call, &o);
    json_open(&o, '{');
    json_key(&o, "total"), json_u64(&o, call->n_items);
    json_key(&o, "succeeded"), json_u64(&o, n_there);
    json_key(&o, "failed"), json_u64(&o, call->n_items - n_there);
    json_key(&o, "items"), json_open(&o, '[');
    for (uint32_t i = 0; i < call->n_items; i++) {
        json_open(&o, '{');
        json_key(&o, "index"), json_u64(&o, i);
        if (!is_undone && is_there(&items[i])) write_job(&o, &items[i]);
        else write_failure(&o, &items[i], exchange_wall_ns(x));
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_close(&o, '}');
    return ojs_block_close(b, &o);
}

/* The weakest promise among the jobs that were made. */
static void add_durability(struct ojs_head *head, const struct engine_call *call)
{
    const struct batch_item *items = engine_call_items(call);
    enum job_durability least = DURABILITY_SYNCED;
    bool has = false;
    for (uint32_t i = 0; i < call->n_items; i++) {
        if (!is_created(&items[i])) continue;
        has = true;
        if (items[i].durability < least) least = items[i].durability;
    }
    if (has) ojs_head_add(head, "Quern-Durability", slice_str(job_durability_name(least)));
}

static void head_of(struct exchange *x, const struct engine_call *call, bool is_undone, struct ojs_head *head)
{
    char text[24];
    int len = snprintf(text, sizeof text, "%u", call->n_items);
    ojs_head_start(head, x);
    ojs_head_add(head, "X-OJS-Batch-Size", slice_make(text, (size_t)len));
    if (is_undone) return;
    add_durability(head, call);
    ojs_head_add_wait(head, x);
    if (call->is_replay) ojs_head_add(head, "Idempotency-Replayed", SLICE("?1"));
}

/* is_undone: a batch of which all or none was wanted, and none was taken. */
static void answer_bulk(struct exchange *x, struct engine_call *call, bool is_undone)
{
    const struct batch_item *items = engine_call_items(call);
    struct ojs_head head;
    uint32_t n_there = 0, n_created = 0;
    for (uint32_t i = 0; !is_undone && i < call->n_items; i++)
        n_there += is_there(&items[i]), n_created += is_created(&items[i]);
    uint16_t status = n_there == 0 ? 422 : n_there < call->n_items ? 207 : n_created ? 201 : 200;
    head_of(x, call, is_undone, &head);
    ojs_answer_block(x, status, &head, render_bulk(x, call, is_undone, n_there));
}

/* ---- the handlers ---- */

static bool fail_key(struct exchange *x, const struct engine_call *call, uint16_t status)
{
    if (call->outcome != ENGINE_KEY_REUSED) return false;
    ojs_fail(x, status, "x_idempotency_key_reused", SLICE(""), "This Idempotency-Key came with another request before.");
    return true;
}

static void on_batch(struct exchange *x, struct engine_call *call)
{
    struct ojs_head head;
    if (fail_item(x, call) || fail_key(x, call, 422) || ojs_fail_call(x, call, "submit")) return;
    head_of(x, call, false, &head);
    ojs_answer_block(x, 201, &head, render_batch(x, call));
}

static void on_bulk(struct exchange *x, struct engine_call *call)
{
    if (is_of_an_item(call)) answer_bulk(x, call, true);
    else if (!fail_key(x, call, 409) && !ojs_fail_call(x, call, "submit")) answer_bulk(x, call, false); /* ojs-bulk-operations §11.2 */
}

/* Takes the ask, whose items are read. */
static void send_batch(struct exchange *x, struct ask *a, bool is_bulk)
{
    struct ojs_problem why;
    uint32_t index = 0, n_bad = read_items(x, &a->call, &index, &why);
    if (n_bad == 0 || (!a->call.is_atomic && n_bad < a->call.n_items)) {
        ask_send(a);
        return;
    }
    if (is_bulk) answer_bulk(x, &a->call, a->call.is_atomic);
    else refuse_item(x, index, &why);
    ask_drop(a);
}

static void submit(struct exchange *x, bool is_bulk)
{
    struct json_value body;
    struct batch_wish w;
    w.n = 0;
    w.is_atomic = true;
    struct job_spec key = {0};
    if (!ojs_body(x, &body) || !read_jobs(x, body, &w)) return;
    if (is_bulk && !ojs_read_atomicity(x, body, &w.is_atomic)) return;
    if (!read_key(x, body, is_bulk, &key)) return;
    struct ask *a = ask_new(&x, ENGINE_BATCH, is_bulk ? on_bulk : on_batch);
    if (!a) return;
    a->call.is_atomic = w.is_atomic;
    a->call.spec = key;
    a->call.wait_ns = ojs_wait_ns(x, false);
    a->call.batch.with_views = !is_bulk;
    bool has_memory = copy_items(x, &w, &a->call);
    if (has_memory)
        a->call.args = block_new(api_of(x)->budget, is_bulk ? 256 + w.n * (size_t)ITEM_BYTES : batch_bound(&a->call));
    block_unref(exchange_take_body(x)); /* what is kept of it has been copied */
    if (a->call.args) {
        send_batch(x, a, is_bulk);
        return;
    }
    ojs_fail(x, 503, "backend_error", SLICE(""), "There is no memory for the batch at present.");
    ask_drop(a);
}

void ojs_batch_submit(struct exchange *x)
{
    submit(x, false);
}

void ojs_bulk_submit(struct exchange *x)
{
    submit(x, true);
}
