/* ojs_dead.c: dead letters: jobs that were tried to their end and are kept for somebody to look at (ojs-http-binding §12). */
#include "api/ojs_handlers.h"
#include "api/ojs_page.h"
#include "api/ojs_render.h"
#include "api/ojs.h"

#include <errno.h>

/* ---- list ---- */

struct dead_wish {
    struct ojs_page page;
    char queue[JOB_QUEUE_MAX + 1], type[JOB_TYPE_MAX + 1];
    long queue_len, type_len; /* negative: not asked for */
};

static bool read_wish(const struct exchange *x, struct dead_wish *w)
{
    struct slice query = request_span(&x->request, x->request.query);
    w->queue_len = query_text(query, SLICE("queue"), w->queue, sizeof w->queue);
    w->type_len = query_text(query, SLICE("type"), w->type, sizeof w->type);
    return w->queue_len != -EINVAL && w->type_len != -EINVAL && ojs_page_read(x, ENGINE_DEAD_LIST_MAX, &w->page);
}

static struct slice put_name(struct block *room, const char *text, long len)
{
    size_t at = room->len;
    if (len <= 0) return SLICE("");
    block_append(room, slice_make(text, (size_t)len));
    return slice_make(room->bytes + at, (size_t)len);
}

static struct block *render(struct block_budget *budget, const struct job_view *views, const struct engine_call *call,
                            const struct ojs_page *page)
{
    struct json_out o;
    size_t bound = 512;
    for (uint32_t i = 0; i < call->n_views; i++) bound += ojs_job_bound(&views[i]) + 1;
    struct block *b = ojs_block_open(budget, bound, &o);
    if (!b) return NULL;
    json_open(&o, '{');
    json_key(&o, "jobs"), json_open(&o, '[');
    for (uint32_t i = 0; i < call->n_views; i++) ojs_job_write(&o, &views[i], 0);
    json_close(&o, ']');
    ojs_page_write(&o, page, page->offset + call->n_views, call->n_total);
    json_close(&o, '}');
    return ojs_block_close(b, &o);
}

static void on_listed(struct exchange *x, struct engine_call *call)
{
    struct ojs_head head;
    struct dead_wish w;
    if (ojs_fail_call(x, call, "list")) return;
    (void)read_wish(x, &w); /* was fine when the question was asked */
    const struct job_view *views = call->views ? (const struct job_view *)(const void *)call->views->bytes : NULL;
    ojs_head_start(&head, x);
    ojs_answer_block(x, 200, &head, render(api_of(x)->budget, views, call, &w.page));
}

void ojs_dead_list(struct exchange *x)
{
    struct dead_wish w;
    if (!read_wish(x, &w)) {
        ojs_fail(x, 400, "invalid_request", SLICE(""),
                 "'limit' must be from 1 to %d, 'offset' and 'cursor' must be numbers, 'queue' and 'type' names.",
                 ENGINE_DEAD_LIST_MAX);
        return;
    }
    struct ask *a = ask_new(&x, ENGINE_DEAD_LIST, on_listed);
    if (!a) return;
    a->call.args = block_new(api_of(x)->budget, sizeof w.queue + sizeof w.type);
    if (!a->call.args) {
        ojs_fail_memory(x);
        ask_drop(a);
        return;
    }
    a->call.dead.queue = put_name(a->call.args, w.queue, w.queue_len);
    a->call.dead.type = put_name(a->call.args, w.type, w.type_len);
    a->call.dead.offset = w.page.offset < UINT32_MAX ? (uint32_t)w.page.offset : UINT32_MAX;
    a->call.dead.limit = (uint32_t)w.page.limit;
    ask_send(a);
}

/* ---- one of them ---- */

static void ask_about(struct exchange *x, enum engine_op op, void (*on_answer)(struct exchange *x, struct engine_call *call))
{
    struct uuid id;
    if (!ojs_path_id(x, &id)) return;
    struct ask *a = ask_new(&x, op, on_answer);
    if (!a) return;
    a->call.id = id;
    ask_send(a);
}

static void on_retried(struct exchange *x, struct engine_call *call)
{
    struct ojs_head head;
    if (ojs_fail_call(x, call, "retry")) return;
    ojs_head_start(&head, x);
    ojs_answer_block(x, 200, &head, ojs_render_job(api_of(x)->budget, &call->view, OJS_RENDER_PREVIOUS));
}

void ojs_dead_retry(struct exchange *x)
{
    ask_about(x, ENGINE_DEAD_RETRY, on_retried);
}

static void on_deleted(struct exchange *x, struct engine_call *call)
{
    char text[128];
    struct json_out o;
    struct ojs_head head;
    if (ojs_fail_call(x, call, "delete")) return;
    json_out_init(&o, text, sizeof text);
    json_open(&o, '{');
    json_key(&o, "deleted"), json_bool(&o, true);
    ojs_id_write(&o, "job_id", call->id);
    json_close(&o, '}');
    ojs_head_start(&head, x);
    ojs_answer(x, 200, &head, slice_make(text, o.len));
}

void ojs_dead_delete(struct exchange *x)
{
    ask_about(x, ENGINE_DEAD_DELETE, on_deleted);
}
