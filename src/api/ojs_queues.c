/* ojs_queues.c: the queues that jobs have named, with how many jobs of each are in which state
 * (ojs-http-binding §11.1). */
#include "api/ojs_handlers.h"
#include "api/ojs_page.h"
#include "api/ojs_queue.h"
#include "api/ojs_render.h"
#include "api/ojs.h"

#include <stdio.h>

const char *ojs_queue_status(const struct queue_view *q)
{
    return q->settings.paused_ns ? "paused" : "active";
}

static void write_number(struct json_out *o, const char *name, uint64_t n)
{
    if (n) json_key(o, name), json_u64(o, n);
}

static void write_seconds(struct json_out *o, const char *name, double seconds)
{
    char text[40];
    (void)snprintf(text, sizeof text, "PT%.10gS", seconds);
    json_key(o, name), json_str(o, slice_str(text));
}

static void write_retention(struct json_out *o, const struct queue_config *c)
{
    if (!c->completed_s && !c->cancelled_s && !c->discarded_s) return;
    json_key(o, "retention"), json_open(o, '{');
    if (c->completed_s) write_seconds(o, "completed", c->completed_s);
    if (c->discarded_s) write_seconds(o, "discarded", c->discarded_s);
    if (c->cancelled_s) write_seconds(o, "cancelled", c->cancelled_s);
    json_close(o, '}');
}

static void write_retry(struct json_out *o, const struct retry_policy *p)
{
    static const char *const names[] = {[BACKOFF_EXPONENTIAL] = "exponential",
                                        [BACKOFF_LINEAR] = "linear",
                                        [BACKOFF_CONSTANT] = "constant",
                                        [BACKOFF_POLYNOMIAL] = "polynomial"};
    json_key(o, "default_retry"), json_open(o, '{');
    json_key(o, "max_attempts"), json_u64(o, p->max_attempts);
    write_seconds(o, "initial_interval", p->initial_ms / 1e3);
    json_key(o, "backoff_coefficient"), json_double(o, ojs_fraction(p->coefficient));
    write_seconds(o, "max_interval", p->max_ms / 1e3);
    json_key(o, "jitter"), json_bool(o, p->jitter);
    json_key(o, "backoff_type"), json_str(o, slice_str(names[p->backoff]));
    json_key(o, "on_exhaustion"), json_str(o, p->dead_letter ? SLICE("dead_letter") : SLICE("discard"));
    json_close(o, '}');
}

static void write_config(struct json_out *o, const struct queue_config *c)
{
    json_key(o, "config"), json_open(o, '{');
    write_number(o, "concurrency", c->concurrency);
    write_number(o, "max_size", c->max_size);
    if (c->max_size) json_key(o, "overflow_policy"), json_str(o, SLICE("reject"));
    write_number(o, "visibility_timeout", c->lease_ms / 1000);
    write_number(o, "default_timeout", c->timeout_ms / 1000);
    write_retention(o, c);
    if (c->has_retry) write_retry(o, &c->retry);
    json_close(o, '}');
}

void ojs_queue_write(struct json_out *o, const struct queue_view *q, bool is_whole)
{
    json_open(o, '{');
    json_key(o, "name"), json_str(o, slice_str(q->name));
    json_key(o, "status"), json_str(o, slice_str(ojs_queue_status(q)));
    json_key(o, "state"), json_str(o, slice_str(ojs_queue_status(q)));
    json_key(o, "paused"), json_bool(o, q->settings.paused_ns != 0);
    ojs_time_write(o, "paused_at", q->settings.paused_ns);
    json_key(o, "depth"), json_u64(o, q->depth);
    json_key(o, "counts"), json_open(o, '{');
    for (int s = 0; s < JOB_STATES; s++) json_key(o, job_state_name((enum job_state)s)), json_u64(o, q->by_state[s]);
    json_close(o, '}');
    if (is_whole) write_config(o, &q->settings.config);
    if (is_whole) ojs_time_write(o, "created_at", q->settings.created_ns);
    if (is_whole) ojs_time_write(o, "updated_at", q->settings.updated_ns);
    json_close(o, '}');
}

static struct block *render(struct block_budget *budget, const struct queue_view *queues, uint64_t total,
                            const struct ojs_page *page)
{
    struct json_out o;
    uint64_t start = page->offset < total ? page->offset : total;
    uint64_t end = total - start < page->limit ? total : start + page->limit;
    struct block *b = ojs_block_open(budget, 256 + (end - start) * OJS_QUEUE_BYTES, &o);
    if (!b) return NULL;
    json_open(&o, '{');
    json_key(&o, "queues"), json_open(&o, '[');
    for (uint64_t i = start; i < end; i++) ojs_queue_write(&o, &queues[i], false);
    json_close(&o, ']');
    ojs_page_write(&o, page, end, total);
    json_close(&o, '}');
    return ojs_block_close(b, &o);
}

static void on_listed(struct exchange *x, struct engine_call *call)
{
    struct ojs_head head;
    struct ojs_page page;
    if (ojs_fail_call(x, call, "list")) return;
    (void)ojs_page_read(x, OJS_QUEUES_LIMIT, &page); /* was fine when the question was asked */
    const void *queues = call->views ? call->views->bytes : NULL;
    ojs_head_start(&head, x);
    ojs_answer_block(x, 200, &head, render(api_of(x)->budget, queues, queues ? call->n_views : 0, &page));
}

void ojs_queue_list(struct exchange *x)
{
    struct ojs_page page;
    if (!ojs_page_read(x, OJS_QUEUES_LIMIT, &page)) {
        ojs_fail(x, 400, "invalid_request", SLICE(""), "'limit' must be from 1 to %d, 'offset' and 'cursor' must be numbers.",
                 OJS_QUEUES_LIMIT);
        return;
    }
    struct ask *a = ask_new(&x, ENGINE_QUEUES, on_listed);
    if (a) ask_send(a);
}
