/* ojs_progress.c: how far a job has come: said by its worker, asked by anybody (ojs-progress §6, §7). */
#include "api/ojs_handlers.h"
#include "api/ojs_caller.h"
#include "api/ojs_render.h"

/* ---- reading ---- */

static bool read_fraction(struct json_value v, struct progress *p, struct ojs_problem *why)
{
    double x;
    if (v.kind != JSON_NUMBER || !json_to_double(v, &x)) return ojs_refuse(why, "progress", "'progress' must be a number.");
    p->has_fraction = true;
    p->fraction = x < 0 ? 0 : x > 1 ? 1 : (float)x; /* §5.1: clamped, not refused */
    return true;
}

/* Without memory it is not kept: a lost word of progress must not disturb the worker (§4). */
static bool read_object(struct exchange *x, struct json_value v, const char *name, struct block **out, struct ojs_problem *why)
{
    if (v.kind != JSON_OBJECT) return ojs_refuse(why, name, "'%s' must be an object.", name);
    *out = block_new(api_of(x)->budget, v.text.len);
    if (*out) block_append(*out, v.text);
    return true;
}

/* What has been read into p is the caller's to drop, also after false. */
static bool read_progress(struct exchange *x, struct json_value body, struct progress *p, struct ojs_problem *why)
{
    struct json_value v;
    bool is_something = false;
    if (ojs_member(body, "progress", &v)) {
        is_something = true;
        if (!read_fraction(v, p, why)) return false;
    }
    if (ojs_member(body, "data", &v)) {
        is_something = true;
        if (!read_object(x, v, "data", &p->data, why)) return false;
    }
    if (ojs_member(body, "checkpoint", &v) && !read_object(x, v, "checkpoint", &p->checkpoint, why)) return false;
    return is_something || ojs_refuse(why, "progress", "'progress' or 'data' must be there.");
}

/* ---- answering ---- */

static void on_shown(struct exchange *x, struct engine_call *call)
{
    struct ojs_head head;
    struct json_out o;
    const struct job_view *v = &call->view;
    if (ojs_fail_call(x, call, "show")) return;
    struct slice data = v->said.data ? block_slice(v->said.data) : SLICE("null");
    struct block *body = ojs_block_open(api_of(x)->budget, 256 + data.len, &o);
    if (body) {
        json_open(&o, '{');
        ojs_id_write(&o, "job_id", v->id);
        json_key(&o, "state"), json_str(&o, slice_str(job_state_name(v->state)));
        json_key(&o, "attempt"), json_u64(&o, v->attempt);
        json_key(&o, "progress");
        if (v->said.has_fraction) json_double(&o, ojs_fraction(v->said.fraction));
        else json_raw(&o, SLICE("null"));
        json_key(&o, "data"), json_raw(&o, data);
        ojs_time_write(&o, "updated_at", v->said.wall_ns);
        json_close(&o, '}');
        body = ojs_block_close(body, &o);
    }
    ojs_head_start(&head, x);
    ojs_answer_block(x, 200, &head, body);
}

/* ---- asking ---- */

void ojs_progress_show(struct exchange *x)
{
    struct uuid id;
    if (!ojs_path_id(x, &id)) return;
    struct ask *a = ask_new(&x, ENGINE_INFO, on_shown);
    if (!a) return;
    a->call.id = id;
    ask_send(a);
}

void ojs_progress_report(struct exchange *x)
{
    struct json_value body;
    struct ojs_problem why;
    struct ojs_caller caller;
    struct progress said = {0};
    struct uuid id;
    if (!ojs_path_id(x, &id) || !ojs_body(x, &body)) return;
    bool is_fine = ojs_caller_read(body, &caller, &why) && read_progress(x, body, &said, &why);
    if (!is_fine) ojs_fail_problem(x, &why);
    struct ask *a = is_fine ? ask_new(&x, ENGINE_PROGRESS, on_shown) : NULL;
    if (!a) {
        block_unref(said.data);
        block_unref(said.checkpoint);
        return;
    }
    ojs_caller_set(&a->call, &caller);
    a->call.id = id;
    a->call.progress = said;
    ask_send(a);
}
