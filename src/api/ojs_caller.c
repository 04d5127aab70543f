/* ojs_caller.c: see ojs_caller.h. */
#include "api/ojs_caller.h"
#include "api/ojs_render.h"

bool ojs_member(struct json_value object, const char *name, struct json_value *v)
{
    return json_member(object, slice_str(name), v) && v->kind != JSON_NULL;
}

static bool read_worker_id(struct json_value body, struct ojs_caller *c, struct ojs_problem *p)
{
    struct json_value v;
    if (!ojs_member(body, "worker_id", &v)) return true;
    long len = v.kind == JSON_STRING ? json_unescape(v, c->worker_id, JOB_WORKER_ID_MAX) : -1;
    if (len < 0 || memchr(c->worker_id, '\0', (size_t)len))
        return ojs_refuse(p, "worker_id", "'worker_id' must be a string of at most %d bytes.", JOB_WORKER_ID_MAX);
    c->worker_id[len] = '\0';
    return true;
}

static bool read_token(struct json_value body, struct ojs_caller *c, struct ojs_problem *p)
{
    struct json_value v;
    struct slice text;
    if (!ojs_member(body, "lease_token", &v)) return true;
    if (v.kind == JSON_STRING && json_plain(v, &text) && ojs_token_parse(text, &c->token)) return true;
    return ojs_refuse(p, "lease_token", "'lease_token' must be the string that came with the job.");
}

bool ojs_caller_read(struct json_value body, struct ojs_caller *c, struct ojs_problem *p)
{
    struct json_value v;
    *c = (struct ojs_caller){0};
    if (!read_worker_id(body, c, p) || !read_token(body, c, p)) return false;
    return !ojs_member(body, "visibility_timeout_ms", &v) || ojs_read_lease_ms(v, "visibility_timeout_ms", &c->lease_ms, p);
}

void ojs_caller_set(struct engine_call *call, const struct ojs_caller *c)
{
    memcpy(call->worker_id, c->worker_id, sizeof call->worker_id);
    call->lease_ms = c->lease_ms;
    call->token = c->token;
}
