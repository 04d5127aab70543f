/* ojs_jobs.c: jobs as a resource: submit, look at, cancel, activate
 * (ojs-http-binding §9). */
#include "api/idempotency.h"
#include "api/ojs_handlers.h"
#include "api/ojs_render.h"
#include "api/ojs_spec.h"
#include "base/clock.h"
#include "http/condition.h"

#include <stdio.h>

/* What has been done is told even when there is no memory to tell all of it: a client that hears 503 does it again. */
static void answer_briefly(struct exchange *x, uint16_t status, const struct ojs_head *head, const struct job_view *v)
{
    char text[768];
    struct json_out o;
    json_out_init(&o, text, sizeof text);
    json_open(&o, '{');
    json_key(&o, "job"), json_open(&o, '{');
    ojs_id_write(&o, "id", v->id);
    json_key(&o, "type"), json_str(&o, slice_str(v->type));
    json_key(&o, "queue"), json_str(&o, slice_str(v->queue));
    json_key(&o, "state"), json_str(&o, slice_str(job_state_name(v->state)));
    json_key(&o, "attempt"), json_u64(&o, v->attempt);
    json_close(&o, '}');
    json_close(&o, '}');
    ojs_answer(x, status, head, slice_make(text, o.len));
}

/* The job, after it was changed. */
static void answer_changed(struct exchange *x, uint16_t status, const struct ojs_head *head, const struct job_view *v,
                           unsigned flags)
{
    struct block *body = ojs_render_job(api_of(x)->budget, v, flags);
    if (body) ojs_answer_block(x, status, head, body);
    else answer_briefly(x, status, head, v);
}

/* ---- submit ---- */

static void on_submitted(struct exchange *x, struct engine_call *call)
{
    struct ojs_head head;
    char id[UUID_TEXT_BYTES], location[64];
    if (ojs_fail_call(x, call, "submit")) return;
    uuid_text(call->view.id, id);
    int len = snprintf(location, sizeof location, "/ojs/v1/jobs/%s", id);
    ojs_head_start(&head, x);
    ojs_head_add(&head, "Location", slice_make(location, (size_t)len));
    ojs_head_add(&head, "Quern-Durability", slice_str(job_durability_name(call->view.durability)));
    ojs_head_add_wait(&head, x);
    ojs_head_add_etag(&head, job_view_version(&call->view));
    if (call->is_replay) ojs_head_add(&head, "Idempotency-Replayed", SLICE("?1"));
    answer_changed(x, 201, &head, &call->view, 0);
}

void ojs_job_submit(struct exchange *x)
{
    struct json_value envelope;
    struct job_spec spec;
    struct ojs_problem why;
    if (!ojs_body(x, &envelope)) return;
    if (!ojs_spec_read(envelope, exchange_wall_ns(x), &spec, &why)) {
        ojs_fail_problem(x, &why);
        return;
    }
    if (!idempotency_read(x, &spec)) return;
    struct ask *a = ask_new(&x, ENGINE_SUBMIT, on_submitted);
    if (!a) return;
    if (!spec.has_durability) spec.durability = api_of(x)->durability;
    spec.envelope = exchange_take_body(x);
    a->call.spec = spec;
    a->call.wait_ns = ojs_wait_ns(x, false);
    ask_send(a);
}

/* ---- info, cancel, activate: a call with an id that answers with the job ---- */

static struct ask *ask_about(struct exchange *x, enum engine_op op,
                             void (*on_answer)(struct exchange *x, struct engine_call *call))
{
    struct uuid id;
    if (!ojs_path_id(x, &id)) return NULL;
    struct ask *a = ask_new(&x, op, on_answer);
    if (a) a->call.id = id;
    return a;
}

static void on_info(struct exchange *x, struct engine_call *call)
{
    struct ojs_head head;
    if (ojs_fail_call(x, call, "show")) return;
    if (!ojs_matches(x, job_view_version(&call->view))) return;
    ojs_head_start(&head, x);
    ojs_head_add_wait(&head, x);
    if (ojs_is_known(x, &head, job_view_version(&call->view))) return;
    ojs_head_add_retry(&head, &call->view);
    ojs_answer_block(x, 200, &head, ojs_render_job(api_of(x)->budget, &call->view, 0));
}

static void on_changed(struct exchange *x, struct engine_call *call, const char *verb)
{
    struct ojs_head head;
    if (ojs_fail_call(x, call, verb)) return;
    ojs_head_start(&head, x);
    answer_changed(x, 200, &head, &call->view, OJS_RENDER_PREVIOUS);
}

static void on_cancelled(struct exchange *x, struct engine_call *call)
{
    on_changed(x, call, "cancel");
}

static void on_activated(struct exchange *x, struct engine_call *call)
{
    on_changed(x, call, "activate");
}

/* With a tag and a wait: until the job is not as the client knows it; without a tag, until it has ended. */
void ojs_job_info(struct exchange *x)
{
    uint64_t wait_ns = ojs_wait_ns(x, true), version = 0;
    bool is_known = condition_version(&x->request, &version);
    struct ask *a = ask_about(x, ENGINE_INFO, on_info);
    if (!a) return;
    a->call.wait_ns = wait_ns;
    a->call.version = is_known ? version : 0;
    ask_send(a);
}

void ojs_job_cancel(struct exchange *x)
{
    uint64_t known[CONDITION_VERSIONS] = {0};
    bool any;
    unsigned n = condition_versions(&x->request, known, &any);
    struct ask *a = ask_about(x, ENGINE_CANCEL, on_cancelled);
    if (!a) return;
    _Static_assert(CONDITION_VERSIONS == ENGINE_KNOWN_MAX, "as many as one asks for");
    memcpy(a->call.known, known, sizeof known); /* of no version of ours: one that no job has */
    a->call.n_known = (uint8_t)(any ? 0 : n ? n : 1);
    ask_send(a);
}

void ojs_job_activate(struct exchange *x)
{
    struct ask *a = ask_about(x, ENGINE_ACTIVATE, on_activated);
    if (a) ask_send(a);
}
