/* events.c: what happened to jobs lately, by polling (ojs-events §6.4): the last
 * ENGINE_EVENTS_KEPT events, oldest first. */
#include "api/ojs_handlers.h"
#include "api/ojs_page.h"
#include "api/ojs_render.h"
#include "api/ojs.h"
#include "base/clock.h"

#include <errno.h>

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 1000
#define ID_PREFIX "evt_"
#define SOURCE "ojs://quern/engine/0"
#define CRON_SOURCE "ojs://quern/cron"

struct wish {
    struct names types, queues, job_types;
    struct uuid after; /* an event's id; zero: none */
    uint64_t limit;
    uint32_t kinds; /* mask; 0: all */
    bool nothing; /* only types that this server does not emit */
};

static bool read_after(struct slice query, struct wish *w)
{
    char text[64];
    long len = query_text(query, SLICE("after"), text, sizeof text);
    struct slice id = slice_make(text, len < 0 ? 0 : (size_t)len);
    if (id.len == 0) return len != -EINVAL;
    if (slice_starts(id, SLICE(ID_PREFIX))) id = slice_from(id, sizeof ID_PREFIX - 1);
    return uuid_parse(id, &w->after) == 0;
}

static void find_kinds(struct wish *w)
{
    for (int k = 0; k < EVENT_KINDS; k++)
        if (w->types.n && names_have(&w->types, slice_str(job_event_name((enum job_event_kind)k)))) w->kinds |= 1u << k;
    w->nothing = w->types.n && !w->kinds;
}

static bool read_wish(const struct exchange *x, struct wish *w)
{
    struct slice query = request_span(&x->request, x->request.query);
    w->limit = LIMIT_DEFAULT;
    w->after = (struct uuid){0};
    w->kinds = 0;
    if (query_u64(query, SLICE("limit"), &w->limit) < 0 || w->limit < 1 || w->limit > LIMIT_MAX) return false;
    if (query_names(query, SLICE("types"), &w->types) < 0 || query_names(query, SLICE("queues"), &w->queues) < 0 ||
        query_names(query, SLICE("job_types"), &w->job_types) < 0 || !read_after(query, w))
        return false;
    find_kinds(w);
    return true;
}

/* ---- rendering ---- */

static bool is_wanted(const struct wish *w, const struct job_event *e)
{
    bool later = e->id.high > w->after.high || (e->id.high == w->after.high && e->id.low > w->after.low);
    return later && names_have(&w->queues, slice_str(e->queue)) && names_have(&w->job_types, slice_str(e->type));
}

static bool has_duration(const struct job_event *e)
{
    return e->kind == EVENT_COMPLETED || e->kind == EVENT_FAILED || e->duration_ns != 0;
}

static void write_error(struct json_out *o, const struct job_event *e)
{
    json_key(o, e->kind == EVENT_DISCARDED ? "last_error" : "error"), json_open(o, '{');
    json_key(o, "code"), json_str(o, slice_str(e->error.code));
    json_key(o, "message"), json_str(o, slice_str(e->error.message));
    json_key(o, "retryable"), json_bool(o, e->error.retryable);
    json_close(o, '}');
}

static void write_expiry(struct json_out *o, const struct job_event *e)
{
    ojs_time_write(o, "created_at", e->created_ns);
    ojs_time_write(o, "expired_at", e->wall_ns);
    json_key(o, "ttl_ms"), json_u64(o, e->expires_ns > e->created_ns ? (e->expires_ns - e->created_ns) / NS_PER_MS : 0);
}

/* The members that ojs-events §4.1 asks for by kind of event. The result, and all of an error, are the job's: the subject says
 * where to look. */
static void write_data(struct json_out *o, const struct job_event *e)
{
    json_key(o, "data"), json_open(o, '{');
    ojs_id_write(o, "job_id", e->job);
    json_key(o, "job_type"), json_str(o, slice_str(e->type));
    json_key(o, "queue"), json_str(o, slice_str(e->queue));
    json_key(o, "state"), json_str(o, slice_str(job_state_name(e->to)));
    json_key(o, "attempt"), json_u64(o, e->attempt);
    json_key(o, "max_attempts"), json_u64(o, e->max_attempts);
    if (e->kind == EVENT_DISCARDED) json_key(o, "total_attempts"), json_u64(o, e->attempt);
    if (e->error.is_there) write_error(o, e);
    if (e->kind == EVENT_SCHEDULED) ojs_time_write(o, "scheduled_at", e->next_ns);
    if (e->kind == EVENT_RETRYING) ojs_time_write(o, "next_retry_at", e->next_ns);
    if (e->kind == EVENT_EXPIRED) write_expiry(o, e);
    if (e->kind == EVENT_HEARTBEAT) ojs_time_write(o, "visible_until", e->due_ns);
    if (e->kind == EVENT_PROGRESS) json_key(o, "progress_percent"), json_u64(o, (uint64_t)(e->progress * 100 + 0.5F));
    if (e->worker_id[0]) json_key(o, "worker_id"), json_str(o, slice_str(e->worker_id));
    if (has_duration(e)) json_key(o, "duration_ms"), json_u64(o, e->duration_ns / NS_PER_MS);
    json_close(o, '}');
}

/* Members by the names of both texts, ojs-cron §9 and ojs-events §4.5. */
static void write_cron_data(struct json_out *o, const struct job_event *e)
{
    bool is_run = e->kind == EVENT_CRON_TRIGGERED;
    json_key(o, "data"), json_open(o, '{');
    json_key(o, "cron_name"), json_str(o, schedule_name(&e->schedule));
    json_key(o, "cron_expr"), json_str(o, schedule_expression(&e->schedule));
    json_key(o, "cron_expression"), json_str(o, schedule_expression(&e->schedule));
    json_key(o, "timezone"), json_str(o, schedule_zone(&e->schedule));
    json_key(o, "job_type"), json_str(o, slice_str(e->type));
    if (is_run) ojs_id_write(o, "job_id", e->job);
    if (is_run) json_key(o, "run_count"), json_u64(o, e->run_count);
    ojs_time_write(o, "scheduled_at", e->due_ns);
    ojs_time_write(o, "scheduled_time", e->due_ns);
    if (is_run) ojs_time_write(o, "actual_time", e->wall_ns);
    else json_key(o, "reason"), json_str(o, e->reason == SKIP_GAP ? SLICE("dst_skip") : SLICE("overlap_skip"));
    if (!is_run && e->job.high) ojs_id_write(o, "existing_job_id", e->job), ojs_id_write(o, "active_job_id", e->job);
    json_close(o, '}');
}

static void id_text(const struct job_event *e, char text[sizeof ID_PREFIX + UUID_TEXT_BYTES])
{
    memcpy(text, ID_PREFIX, sizeof ID_PREFIX);
    uuid_text(e->id, text + sizeof ID_PREFIX - 1);
}

static void write_event(struct json_out *o, const struct job_event *e)
{
    char id[sizeof ID_PREFIX + UUID_TEXT_BYTES];
    id_text(e, id);
    json_open(o, '{');
    json_key(o, "specversion"), json_str(o, SLICE("1.0"));
    json_key(o, "id"), json_str(o, slice_str(id));
    json_key(o, "type"), json_str(o, slice_str(job_event_name(e->kind)));
    json_key(o, "source"), json_str(o, e->schedule.block ? SLICE(CRON_SOURCE) : SLICE(SOURCE));
    ojs_time_write(o, "time", e->wall_ns);
    if (e->schedule.block) json_key(o, "subject"), json_str(o, schedule_name(&e->schedule)), write_cron_data(o, e);
    else ojs_id_write(o, "subject", e->job), write_data(o, e);
    json_close(o, '}');
}

/* Fixed text, ids, times and numbers; and the worker's name and its error's texts with every byte escaped. */
static size_t event_bound(const struct job_event *e)
{
    size_t names = (size_t)2 * (e->schedule.name_bytes + e->schedule.expression_bytes) + e->schedule.zone_bytes;
    return 900 + strlen(e->type) + strlen(e->queue) + 6 * (strlen(e->worker_id) + strlen(e->error.code) + strlen(e->error.message)) + names;
}

struct listing {
    const struct job_event *last; /* the last one shown */
    const struct job_event *settled; /* the last one shown before which none will come any more */
    uint64_t n;
    size_t bound;
    bool has_more;
};

static bool is_before(struct uuid a, struct uuid b)
{
    return a.high < b.high || (a.high == b.high && a.low < b.low);
}

static struct listing measure(const struct wish *w, const struct job_event *events, uint32_t n_events, struct uuid settled)
{
    struct listing l = {.bound = 128};
    for (uint32_t i = 0; i < n_events; i++) {
        if (!is_wanted(w, &events[i])) continue;
        if (l.n == w->limit) {
            l.has_more = true;
            break;
        }
        l.n++;
        l.bound += event_bound(&events[i]);
        l.last = &events[i];
        if (is_before(events[i].id, settled)) l.settled = l.last;
    }
    return l;
}

/* Events of several engines are told as they come, so that of two with nearly the same time the earlier may be told later: the cursor
 * stops short of where that can be, and what is behind it is told again. */
static struct block *render(struct block_budget *budget, const struct wish *w, const struct job_event *events,
                            uint32_t n_events, struct uuid settled)
{
    struct json_out o;
    struct listing l = measure(w, events, n_events, settled);
    char cursor[sizeof ID_PREFIX + UUID_TEXT_BYTES];
    struct block *b = ojs_block_open(budget, l.bound, &o);
    if (!b) return NULL;
    json_open(&o, '{');
    json_key(&o, "events"), json_open(&o, '[');
    for (const struct job_event *e = events; l.last && e <= l.last; e++)
        if (is_wanted(w, e)) write_event(&o, e);
    json_close(&o, ']');
    if (l.settled) id_text(l.settled, cursor), json_key(&o, "cursor"), json_str(&o, slice_str(cursor));
    json_key(&o, "has_more"), json_bool(&o, l.has_more);
    json_close(&o, '}');
    return ojs_block_close(b, &o);
}

static void answer(struct exchange *x, const struct wish *w, const struct job_event *events, uint32_t n, struct uuid settled)
{
    struct ojs_head head;
    ojs_head_start(&head, x);
    ojs_answer_block(x, 200, &head, render(api_of(x)->budget, w, events, n, settled));
}

/* ---- asking ---- */

static void on_listed(struct exchange *x, struct engine_call *call)
{
    struct wish w;
    if (ojs_fail_call(x, call, "list")) return;
    (void)read_wish(x, &w); /* was fine when the question was asked */
    const struct job_event *events = call->views ? (const struct job_event *)(void *)call->views->bytes : NULL;
    answer(x, &w, events, events ? call->n_views : 0, call->events.settled);
}

/* Lets the engine filter where it can: by one queue, by one type. Then one event more than
 * wanted tells whether there are more. What it cannot filter (several names, an event's id) is
 * done here, over all that it keeps. */
static bool set_filter(struct engine_call *call, const struct wish *w, struct block_budget *budget)
{
    bool all_by_engine = w->queues.n <= 1 && w->job_types.n <= 1 && w->after.high == 0;
    struct slice queue = w->queues.n == 1 ? w->queues.name[0] : SLICE("");
    struct slice type = w->job_types.n == 1 ? w->job_types.name[0] : SLICE("");
    call->events.kinds = w->kinds;
    call->events.limit = all_by_engine ? (uint32_t)w->limit + 1 : ENGINE_EVENTS_KEPT;
    if (queue.len + type.len == 0) return true;
    call->args = block_new(budget, queue.len + type.len);
    if (!call->args) return false;
    block_append(call->args, queue);
    block_append(call->args, type);
    call->events.queue = slice_make(call->args->bytes, queue.len);
    call->events.type = slice_make(call->args->bytes + queue.len, type.len);
    return true;
}

void ojs_event_list(struct exchange *x)
{
    struct wish w;
    if (!read_wish(x, &w)) {
        ojs_fail(x, 400, "invalid_request", SLICE(""),
                 "'limit' must be from 1 to %d, 'after' the id of an event, and 'types', 'queues' and 'job_types' lists of at "
                 "most %d names.",
                 LIMIT_MAX, NAMES_MAX);
        return;
    }
    if (w.nothing) {
        answer(x, &w, NULL, 0, (struct uuid){0});
        return;
    }
    struct ask *a = ask_new(&x, ENGINE_EVENTS, on_listed);
    if (!a) return;
    if (!set_filter(&a->call, &w, api_of(x)->budget)) {
        ojs_fail_memory(x);
        ask_drop(a);
        return;
    }
    ask_send(a);
}
