/* ojs_cron.c: cron jobs as a resource (ojs-cron §8, ojs-http-binding §13, openapi Cron). Each answer has them twice, in the forms of the
 * two texts: `cron` and `crons` as openapi has them, `cron_job` and `cron_jobs` as the others do. */
#include "api/ojs_cron.h"
#include "api/ojs_handlers.h"
#include "api/ojs_page.h"
#include "api/ojs_render.h"
#include "api/owner.h"
#include "base/check.h"

#include <errno.h>
#include <stdio.h>

static const struct schedule_view *views_of(const struct engine_call *call)
{
    return call->views ? (const struct schedule_view *)(const void *)call->views->bytes : NULL;
}

static struct slice name_of(const struct engine_call *call)
{
    const struct schedule_view *v = views_of(call);
    return call->n_views && v ? schedule_name(&v->text) : call->cron.name;
}

static bool fail_call(struct exchange *x, const struct engine_call *call, const char *verb)
{
    struct slice name = name_of(call);
    switch ((enum engine_outcome)call->outcome) {
    case ENGINE_NOT_FOUND:
        ojs_fail(x, 404, "not_found", SLICE(""), "There is no cron job '%.*s'.", (int)name.len, name.p);
        return true;
    case ENGINE_DUPLICATE:
        ojs_fail(x, 409, "duplicate", SLICE("{\"field\":\"name\"}"),
                 "A cron job with this 'name' exists already; PUT /ojs/v1/cron/%.*s replaces it.",
                 (int)(name.len < 200 ? name.len : 200), name.p);
        return true;
    case ENGINE_FULL:
        ojs_fail(x, 503, "backend_error", SLICE(""), "There is no memory for the answer at present.");
        return true;
    case ENGINE_APART:
        ojs_fail(x, 422, "x_several_engines", SLICE("{\"field\":\"job.queue\"}"),
                 "This 'queue' and that of the present definition belong to different engines of this server; DELETE the cron job first.");
        return true;
    case ENGINE_OK:
    case ENGINE_CONFLICT:
    case ENGINE_KEY_REUSED:
    case ENGINE_QUEUE_FULL:
    case ENGINE_TOO_MANY_KEYS:
    case ENGINE_LEASE_LOST:
    case ENGINE_TOO_LARGE:
    case ENGINE_TOO_MANY_QUEUES:
    case ENGINE_TOO_MANY_OWNERS:
    case ENGINE_TOO_MANY_SCHEDULES:
    case ENGINE_NO_ZONE:
    case ENGINE_NEVER_DUE:
    case ENGINE_STALE:
    case ENGINE_DRAINING:
    case ENGINE_DISK_FULL:
    case ENGINE_FAILED: break;
    }
    return ojs_fail_call(x, call, verb);
}

/* ---- one of them ---- */

static struct block *render(struct block_budget *budget, const struct schedule_view *v, bool is_deleted)
{
    struct json_out o;
    assert(v);
    struct block *b = ojs_block_open(budget, ojs_cron_bound(v) + SCHEDULE_NAME_MAX + 64, &o);
    if (!b) return NULL;
    json_open(&o, '{');
    if (is_deleted) json_key(&o, "deleted"), json_bool(&o, true), json_key(&o, "name"), json_str(&o, schedule_name(&v->text));
    json_key(&o, "cron"), ojs_cron_write(&o, v, OJS_CRON_TEMPLATE);
    json_key(&o, "cron_job"), ojs_cron_write(&o, v, OJS_CRON_PLAIN);
    json_close(&o, '}');
    return ojs_block_close(b, &o);
}

static void answer(struct exchange *x, const struct engine_call *call, uint16_t status, bool is_deleted)
{
    char location[SCHEDULE_NAME_MAX + 32];
    struct slice name = name_of(call);
    struct ojs_head head;
    ojs_head_start(&head, x);
    int len = snprintf(location, sizeof location, "/ojs/v1/cron/%.*s", (int)name.len, name.p);
    if (status == 201) ojs_head_add(&head, "Location", slice_make(location, (size_t)len));
    ojs_answer_block(x, status, &head, render(api_of(x)->budget, views_of(call), is_deleted));
}

static void on_put(struct exchange *x, struct engine_call *call)
{
    if (!fail_call(x, call, "register")) answer(x, call, call->cron.is_new ? 201 : 200, false);
}

static void on_one(struct exchange *x, struct engine_call *call)
{
    if (!fail_call(x, call, "show")) answer(x, call, 200, false);
}

static void on_deleted(struct exchange *x, struct engine_call *call)
{
    if (!fail_call(x, call, "delete")) answer(x, call, 200, true);
}

static void put(struct exchange *x, struct slice path_name, bool may_replace)
{
    struct json_value body;
    struct schedule_spec spec;
    struct ojs_problem why;
    if (!owner_is_there(x) || !ojs_body(x, &body)) return;
    if (!ojs_cron_read(body, path_name, api_of(x)->budget, api_of(x)->durability, &spec, &why)) {
        ojs_fail_problem(x, &why);
        return;
    }
    struct ask *a = ask_new(&x, ENGINE_CRON_PUT, on_put);
    if (!a) {
        block_unref(spec.text.block);
        return;
    }
    a->call.cron.text = spec.text;
    a->call.cron.stamp_at = spec.stamp_at;
    a->call.cron.overlap = spec.overlap;
    a->call.cron.enabled = spec.enabled;
    a->call.cron.may_replace = may_replace;
    a->call.spec = spec.job;
    ask_send(a);
}

void ojs_cron_register(struct exchange *x)
{
    put(x, SLICE(""), false);
}

static void not_found(struct exchange *x, struct slice name)
{
    ojs_fail(x, 404, "not_found", SLICE(""), "There is no cron job '%.*s'.", (int)(name.len < 64 ? name.len : 64), name.p);
}

void ojs_cron_replace(struct exchange *x)
{
    struct slice name = x->match.param[0];
    if (ojs_is_cron_name(name)) put(x, name, true);
    else not_found(x, name);
}

static void ask_about(struct exchange *x, enum engine_op op, void (*on_answer)(struct exchange *x, struct engine_call *call),
                      bool enabled)
{
    struct slice name = x->match.param[0];
    if (!ojs_is_cron_name(name)) {
        not_found(x, name);
        return;
    }
    struct block *args = block_new(api_of(x)->budget, name.len);
    if (!args) {
        ojs_fail_memory(x);
        return;
    }
    block_append(args, name);
    struct ask *a = ask_new(&x, op, on_answer);
    if (!a) {
        block_unref(args);
        return;
    }
    a->call.args = args;
    a->call.cron.name = block_slice(args);
    a->call.cron.enabled = enabled;
    ask_send(a);
}

void ojs_cron_info(struct exchange *x)
{
    ask_about(x, ENGINE_CRON_GET, on_one, false);
}

void ojs_cron_delete(struct exchange *x)
{
    ask_about(x, ENGINE_CRON_DELETE, on_deleted, false);
}

void ojs_cron_toggle(struct exchange *x)
{
    struct json_value body, v;
    if (!ojs_body(x, &body)) return;
    if (!json_member(body, SLICE("enabled"), &v) || (v.kind != JSON_TRUE && v.kind != JSON_FALSE))
        ojs_fail(x, 400, "invalid_request", SLICE("{\"field\":\"enabled\"}"),
                 "'enabled' must be true or false; for anything else PUT the whole cron job.");
    else ask_about(x, ENGINE_CRON_ENABLE, on_one, v.kind == JSON_TRUE);
}

/* ---- list ---- */

struct wish {
    struct ojs_page page;
    bool any, enabled;
};

static bool read_wish(const struct exchange *x, struct wish *w)
{
    char text[8];
    long len = query_text(request_span(&x->request, x->request.query), SLICE("enabled"), text, sizeof text);
    w->any = len == -ENOENT;
    w->enabled = len == 4 && memcmp(text, "true", 4) == 0;
    bool is_false = len == 5 && memcmp(text, "false", 5) == 0;
    return (w->any || w->enabled || is_false) && ojs_page_read(x, ENGINE_CRON_LIST_MAX, &w->page);
}

static void write_list(struct json_out *o, const char *key, const struct schedule_view *views, uint32_t n,
                       enum ojs_cron_form form)
{
    json_key(o, key), json_open(o, '[');
    for (uint32_t i = 0; i < n; i++) ojs_cron_write(o, &views[i], form);
    json_close(o, ']');
}

static struct block *render_list(struct block_budget *budget, const struct engine_call *call, const struct ojs_page *page)
{
    const struct schedule_view *views = views_of(call);
    struct json_out o;
    size_t bound = 512;
    for (uint32_t i = 0; i < call->n_views; i++) bound += ojs_cron_bound(&views[i]) + 2;
    struct block *b = ojs_block_open(budget, bound, &o);
    if (!b) return NULL;
    json_open(&o, '{');
    write_list(&o, "crons", views, call->n_views, OJS_CRON_TEMPLATE);
    write_list(&o, "cron_jobs", views, call->n_views, OJS_CRON_PLAIN);
    json_key(&o, "count"), json_u64(&o, call->n_total);
    ojs_page_write(&o, page, page->offset + call->n_views, call->n_total);
    json_close(&o, '}');
    return ojs_block_close(b, &o);
}

static void on_listed(struct exchange *x, struct engine_call *call)
{
    struct ojs_head head;
    struct wish w = {0};
    if (fail_call(x, call, "list")) return;
    (void)read_wish(x, &w); /* was fine when the question was asked */
    ojs_head_start(&head, x);
    ojs_answer_block(x, 200, &head, render_list(api_of(x)->budget, call, &w.page));
}

void ojs_cron_list(struct exchange *x)
{
    struct wish w;
    if (!read_wish(x, &w)) {
        ojs_fail(x, 400, "invalid_request", SLICE(""),
                 "'limit' must be from 1 to %d, 'offset' and 'cursor' must be numbers, 'enabled' true or false.",
                 ENGINE_CRON_LIST_MAX);
        return;
    }
    struct ask *a = ask_new(&x, ENGINE_CRON_LIST, on_listed);
    if (!a) return;
    a->call.cron.any = w.any;
    a->call.cron.enabled = w.enabled;
    a->call.cron.offset = w.page.offset < UINT32_MAX ? (uint32_t)w.page.offset : UINT32_MAX;
    a->call.cron.limit = (uint32_t)w.page.limit;
    ask_send(a);
}
