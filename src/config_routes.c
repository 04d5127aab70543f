/* config_routes.c: the value of "routes". */
#include "config_reader.h"

#include <errno.h>

static const char *const route_keys[] = {"method", "methods", "path", "job",
                                         "status", "type",    "body"};
enum route_key { METHOD, METHODS, PATH, JOB, STATUS, TYPE, BODY, N_ROUTE_KEYS };

static const struct slice method_names[] = {SLICE_INIT("GET"),   SLICE_INIT("HEAD"),
                                            SLICE_INIT("POST"),  SLICE_INIT("PUT"),
                                            SLICE_INIT("PATCH"), SLICE_INIT("DELETE"),
                                            SLICE_INIT("OPTIONS")};
#define N_METHODS (sizeof method_names / sizeof *method_names)
#define METHODS_TEXT_BYTES 64 /* all names with commas: 40 */

struct method_set {
    unsigned bits; /* by index of method_names */
    char text[METHODS_TEXT_BYTES];
    size_t len;
};

static int add_method(struct config_reader *r, struct method_set *set, struct slice name)
{
    char quoted[CONFIG_QUOTE_BYTES];
    size_t i = 0;
    while (i < N_METHODS && !slice_eq(method_names[i], name)) i++;
    if (i == N_METHODS)
        return config_refuse(r->why,
                             "%s must be GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS, not %s",
                             r->why->subject, config_quote(name, quoted));
    if (set->bits & 1u << i)
        return config_refuse(r->why, "%s names %s twice", r->why->subject, method_names[i].p);
    if (set->bits) set->text[set->len++] = ',';
    set->bits |= 1u << i;
    memcpy(set->text + set->len, name.p, name.len);
    set->len += name.len;
    return 0;
}

/* "GET" or "GET, POST" */
static int add_methods(struct config_reader *r, struct method_set *set, struct json_value value)
{
    struct slice rest;
    config_look_at(r, value.text.p);
    if (!json_plain(value, &rest))
        return config_refuse(r->why, "%s must be the name of a method, or an array of names",
                             r->why->subject);
    while (rest.p) {
        int rc = add_method(r, set, slice_trim(slice_cut(&rest, ',')));
        if (rc < 0) return rc;
    }
    return 0;
}

static int set_methods(struct config_reader *r, struct config_route *route, struct json_value value)
{
    struct slice none;
    struct json_value element;
    struct method_set set = {0};
    int rc = 0;
    if (value.kind != JSON_ARRAY) rc = add_methods(r, &set, value);
    else
        for (size_t i = 0; rc == 0 && json_next(value, &i, &none, &element);)
            rc = add_methods(r, &set, element);
    if (rc < 0) return rc;
    if (!set.bits) return config_refuse(r->why, "%s must not be empty", r->why->subject);
    if (route->methods)
        return config_refuse(r->why, "the keys 'method' and 'methods' exclude each other");
    route->methods = strndup(set.text, set.len);
    return route->methods ? 0 : config_refuse(r->why, "%s: out of memory", r->why->subject);
}

static int set_route_text(struct config_reader *r, char **field, struct json_value value)
{
    char found[CONFIG_QUOTE_BYTES];
    if (value.kind != JSON_STRING)
        return config_refuse(r->why, "%s must be a string, not %s", r->why->subject,
                             config_describe(value, found));
    return config_take_text(r, value, field);
}

/* What ends up on a line of its own, in a request or in an answer. */
bool config_is_printable(const char *text, char from)
{
    for (; *text; text++)
        if (*text < from || *text > '~') return false;
    return true;
}

static int set_path(struct config_reader *r, struct config_route *route, struct json_value value)
{
    int rc = set_route_text(r, &route->path, value);
    if (rc < 0) return rc;
    const char *p = route->path;
    if (p[0] == '/' && config_is_printable(p, '!') && !strpbrk(p, "?#")) return 0;
    return config_refuse(r->why, "%s must begin with / and hold no blanks, ? or #",
                         r->why->subject);
}

static int set_job(struct config_reader *r, struct config_route *route, struct json_value value)
{
    int rc = set_route_text(r, &route->job, value);
    if (rc < 0 || (route->job[0] && config_is_printable(route->job, '!'))) return rc;
    return config_refuse(r->why, "%s must be the name of a job type", r->why->subject);
}

static int set_status(struct config_reader *r, struct config_route *route, struct json_value value)
{
    char found[CONFIG_QUOTE_BYTES];
    uint64_t n;
    if (value.kind != JSON_NUMBER || !slice_to_u64(value.text, &n) || n < 200 || n > 599)
        return config_refuse(r->why, "%s must be a whole number from 200 to 599, not %s",
                             r->why->subject, config_describe(value, found));
    route->status = (uint16_t)n;
    return 0;
}

static int set_type(struct config_reader *r, struct config_route *route, struct json_value value)
{
    int rc = set_route_text(r, &route->type, value);
    if (rc < 0 || (config_is_printable(route->type, ' ') && strchr(route->type, '/'))) return rc;
    return config_refuse(r->why, "%s must be a media type such as text/plain", r->why->subject);
}

static int set_route_member(struct config_reader *r, struct config_route *route, enum route_key key,
                            struct json_value value)
{
    config_set_subject(r->why, route_keys[key]);
    config_look_at(r, value.text.p);
    switch (key) {
    case METHOD:
    case METHODS: return set_methods(r, route, value);
    case PATH: return set_path(r, route, value);
    case JOB: return set_job(r, route, value);
    case STATUS: return set_status(r, route, value);
    case TYPE: return set_type(r, route, value);
    case BODY: return set_route_text(r, &route->body, value);
    case N_ROUTE_KEYS: break;
    }
    return -EINVAL;
}

static int read_route_member(struct config_reader *r, struct config_route *route, struct slice name,
                             struct json_value value)
{
    for (unsigned i = 0; i < N_ROUTE_KEYS; i++)
        if (json_name_is(name, slice_str(route_keys[i])))
            return set_route_member(r, route, (enum route_key)i, value);
    return config_refuse_key(r, name, route_keys, N_ROUTE_KEYS);
}

static bool has_no_body(uint16_t status)
{
    return status == 204 || status == 205 || status == 304; /* RFC 9110 §15 */
}

#ifndef __clang__ /* gcc's analyzer loses sight of the array that owns the text */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif
static int settle_route(struct config_reader *r, struct config_route *route)
{
    const char *fixed = route->status ? "status" : route->type ? "type" : "body";
    bool is_fixed = route->status || route->type || route->body;
    r->why->line = route->line;
    if (!route->path) return config_refuse(r->why, "a route needs the key 'path'");
    if (route->job && is_fixed)
        return config_refuse(r->why, "the keys 'job' and '%s' of a route exclude each other",
                             fixed);
    if (!route->job && !is_fixed)
        return config_refuse(r->why, "a route needs the key 'job', or 'status' or 'body'");
    if (route->body && has_no_body(route->status))
        return config_refuse(r->why, "key 'body': an answer with status %d has none",
                             route->status);
    if (!route->job && !route->status) route->status = 200;
    if (!route->methods) route->methods = strdup(route->job ? "POST" : "GET");
    return route->methods ? 0 : config_refuse(r->why, "out of memory");
}
#ifndef __clang__
#pragma GCC diagnostic pop
#endif

static int read_route(struct config_reader *r, const struct config_setting *s, struct json_value object)
{
    struct slice name;
    struct json_value value;
    if (object.kind != JSON_OBJECT) return config_refuse_kind(r, s, object);
    config_look_at(r, object.text.p);
    if (r->c->n_routes == CONFIG_ROUTES_MAX)
        return config_refuse(r->why, "%s: more than %d of them", r->why->subject,
                             CONFIG_ROUTES_MAX);
    /* Counted before it is whole: config_free finds what there is of it. */
    struct config_route *route = &r->c->routes[r->c->n_routes++];
    route->line = r->why->line;
    for (size_t i = 0; json_next(object, &i, &name, &value);) {
        int rc = read_route_member(r, route, name, value);
        if (rc < 0) return rc;
    }
    return settle_route(r, route);
}

int config_routes_read(struct config_reader *r, const struct config_setting *s, struct json_value value)
{
    struct slice none;
    struct json_value element;
    if (value.kind != JSON_ARRAY) return config_refuse_kind(r, s, value);
    for (size_t i = 0; json_next(value, &i, &none, &element);) {
        config_set_subject(r->why, s->key);
        int rc = read_route(r, s, element);
        if (rc < 0) return rc;
    }
    return 0;
}
