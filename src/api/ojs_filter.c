#include "api/ojs_filter.h"
#include "api/ojs_page.h"
#include "base/clock.h"

#include <errno.h>

/* ---- values, from wherever they come ---- */

static bool add_state(struct ojs_filter *f, struct slice name, struct ojs_problem *why)
{
    for (unsigned s = 0; s < JOB_STATES; s++) {
        if (!slice_eq(name, slice_str(job_state_name((enum job_state)s)))) continue;
        f->states |= 1u << s;
        return true;
    }
    return ojs_refuse(why, "state", "'%.*s' is no state of a job.", (int)(name.len < 32 ? name.len : 32), name.p);
}

static bool set_queue(struct ojs_filter *f, struct slice name, struct ojs_problem *why)
{
    if (!ojs_is_queue_name(name)) return ojs_refuse(why, "queue", "'queue' must be the name of a queue.");
    memcpy(f->queue, name.p, name.len);
    return true;
}

static bool set_type(struct ojs_filter *f, struct slice name, struct ojs_problem *why)
{
    if (name.len == 0 || name.len > JOB_TYPE_MAX)
        return ojs_refuse(why, "type", "'type' must be a job type, or its beginning and '*'.");
    f->type_is_prefix = name.p[name.len - 1] == '*';
    memcpy(f->type, name.p, name.len - f->type_is_prefix);
    return true;
}

static bool set_time(uint64_t *wall_ns, const char *name, struct slice text, struct ojs_problem *why)
{
    if (clock_parse_rfc3339(text.p, text.len, wall_ns) == 0) return true;
    return ojs_refuse(why, name, "'%s' must be an RFC 3339 time with its offset from UTC.", name);
}

static uint64_t *time_of(struct ojs_filter *f, struct slice name)
{
    if (json_name_is(name, SLICE("since"))) return &f->created_from_ns;
    if (json_name_is(name, SLICE("until"))) return &f->created_to_ns;
    if (json_name_is(name, SLICE("enqueued_after"))) return &f->enqueued_from_ns;
    if (json_name_is(name, SLICE("enqueued_before"))) return &f->enqueued_to_ns;
    return NULL;
}

/* ---- a query ---- */

static bool query_is_fine(struct slice query, const char *name, char *room, size_t room_bytes, struct slice *text,
                          bool *is_there, struct ojs_problem *why)
{
    long len = query_text(query, slice_str(name), room, room_bytes);
    *is_there = len >= 0;
    *text = slice_make(room, len > 0 ? (size_t)len : 0);
    return len != -EINVAL || ojs_refuse(why, name, "'%s' is too long or badly encoded.", name);
}

static bool read_states(struct ojs_filter *f, struct slice query, struct ojs_problem *why)
{
    struct names names;
    if (query_names(query, SLICE("state"), &names) < 0) return ojs_refuse(why, "state", "'state' is no list of states.");
    for (uint32_t i = 0; i < names.n; i++)
        if (!add_state(f, names.name[i], why)) return false;
    return true;
}

static bool read_time(struct ojs_filter *f, struct slice query, const char *name, struct ojs_problem *why)
{
    char room[48];
    struct slice text;
    bool is_there;
    if (!query_is_fine(query, name, room, sizeof room, &text, &is_there, why)) return false;
    return !is_there || set_time(time_of(f, slice_str(name)), name, text, why);
}

bool ojs_filter_of_query(const struct exchange *x, struct ojs_filter *f, struct ojs_problem *why)
{
    struct slice query = request_span(&x->request, x->request.query), text;
    char room[JOB_TYPE_MAX + 1];
    bool is_there;
    *f = (struct ojs_filter){0};
    if (!read_states(f, query, why) || !read_time(f, query, "since", why) || !read_time(f, query, "until", why)) return false;
    if (!query_is_fine(query, "queue", room, sizeof room, &text, &is_there, why)) return false;
    if (is_there && !set_queue(f, text, why)) return false;
    if (!query_is_fine(query, "type", room, sizeof room, &text, &is_there, why)) return false;
    return !is_there || set_type(f, text, why);
}

/* ---- an object ---- */

static bool read_state_value(struct ojs_filter *f, struct json_value v, struct ojs_problem *why)
{
    struct slice name, text;
    struct json_value each;
    if (v.kind == JSON_STRING && json_plain(v, &text)) return add_state(f, text, why);
    if (v.kind != JSON_ARRAY) return ojs_refuse(why, "state", "'state' must be a state or an array of states.");
    for (size_t i = 0; json_next(v, &i, &name, &each);) {
        if (each.kind != JSON_STRING || !json_plain(each, &text))
            return ojs_refuse(why, "state", "'state' must be an array of states.");
        if (!add_state(f, text, why)) return false;
    }
    return f->states || ojs_refuse(why, "state", "'state' must name at least one state: an empty array means no job.");
}

static bool read_priority(struct ojs_filter *f, struct json_value v, struct ojs_problem *why)
{
    int64_t n;
    if (v.kind != JSON_NUMBER || !json_to_i64(v, &n) || n < JOB_PRIORITY_MIN || n > JOB_PRIORITY_MAX)
        return ojs_refuse(why, "priority", "'priority' must be an integer from %d to %d.", JOB_PRIORITY_MIN, JOB_PRIORITY_MAX);
    f->priority = (int8_t)n;
    f->has_priority = true;
    return true;
}

static bool read_member(struct ojs_filter *f, struct slice name, struct json_value v, struct ojs_problem *why)
{
    struct slice text;
    uint64_t *wall_ns = time_of(f, name);
    char room[32];
    const char *plain = ojs_name_text(name, room, sizeof room);
    if (json_name_is(name, SLICE("state"))) return read_state_value(f, v, why);
    if (json_name_is(name, SLICE("priority"))) return read_priority(f, v, why);
    bool is_text = v.kind == JSON_STRING && json_plain(v, &text);
    if (!is_text) return ojs_refuse(why, plain, "'%s' of a filter must be a plain string, or is not supported.", plain);
    if (wall_ns) return set_time(wall_ns, plain, text, why);
    if (json_name_is(name, SLICE("queue"))) return set_queue(f, text, why);
    if (json_name_is(name, SLICE("type"))) return set_type(f, text, why);
    return ojs_refuse(why, plain, "'%s' is no member of a filter that this server supports.", plain);
}

bool ojs_filter_of_object(struct json_value object, struct ojs_filter *f, uint32_t *n, struct ojs_problem *why)
{
    struct slice name;
    struct json_value v;
    *f = (struct ojs_filter){0};
    *n = 0;
    for (size_t i = 0; json_next(object, &i, &name, &v);) {
        if (v.kind == JSON_NULL) continue;
        if (!read_member(f, name, v, why)) return false;
        ++*n;
    }
    return true;
}

/* ---- to the engine ---- */

static struct slice put_name(struct block *room, const char *text)
{
    struct slice name = slice_str(text);
    size_t at = room->len;
    block_append(room, name);
    return slice_make(room->bytes + at, name.len);
}

bool ojs_filter_put(const struct ojs_filter *f, struct block_budget *budget, struct engine_call *call)
{
    call->args = block_new(budget, sizeof f->queue + sizeof f->type);
    if (!call->args) return false;
    call->walk.states = f->states;
    call->walk.queue = put_name(call->args, f->queue);
    call->walk.type = put_name(call->args, f->type);
    call->walk.type_is_prefix = f->type_is_prefix;
    call->walk.has_priority = f->has_priority;
    call->walk.priority = f->priority;
    call->walk.created_from_ns = f->created_from_ns;
    call->walk.created_to_ns = f->created_to_ns;
    call->walk.enqueued_from_ns = f->enqueued_from_ns;
    call->walk.enqueued_to_ns = f->enqueued_to_ns;
    return true;
}
