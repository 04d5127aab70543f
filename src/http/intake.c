/* intake.c: see intake.h. */
#include "http/intake.h"

#include "base/check.h"
#include "base/clock.h"
#include "http/filter.h"

#include <stdio.h>

/* Answers before the body is there. What is left of it is not worth reading: the connection ends. */
void intake_refuse(struct session *s, uint16_t status, const char *slug, const char *detail)
{
    s->early = true;
    s->continue_due = false;
    exchange_fail_raw(&s->current, true, status, slug, detail);
}

static bool expects_body(const struct request *r)
{
    return r->chunked || r->content_length > 0;
}

static void begin_unwanted_body(struct session *s)
{
    s->drop_body = true;
    s->body_room = SESSION_DROP_MAX;
    if (s->current.request.content_length > SESSION_DROP_MAX || s->current.request.expect_continue)
        s->early = true; /* on_head answers at once */
}

/* Nothing here decodes, and who gets the content would take it for what it is not (RFC 9110 §15.5.16, §12.5.3). */
static void refuse_coding(struct session *s)
{
    s->early = true;
    s->current.request.keep_alive = false;
    exchange_fail_with(&s->current, 415, "unsupported-media-type", "Content-Encoding: no coding but identity is taken.", 0,
                       SLICE("Accept-Encoding: identity\r\n"));
}

static void begin_body(struct session *s, uint64_t max)
{
    struct exchange *x = &s->current;
    const struct request *r = &x->request;
    char why[96];
    if (r->coded) {
        refuse_coding(s);
        return;
    }
    if (r->content_length > max) {
        (void)snprintf(why, sizeof why, "This route takes at most %llu bytes.", (unsigned long long)max);
        intake_refuse(s, 413, "content-too-large", why);
        return;
    }
    s->drop_body = false;
    s->body_room = max;
    x->body = block_new(s->http->o.budget, r->chunked ? 4096 : (size_t)r->content_length + x->body_spare);
    if (!x->body) {
        intake_refuse(s, 503, "overloaded", "No memory for the request's content.");
        return;
    }
    if (r->expect_continue) s->continue_due = true;
}

void intake_body(struct session *s, struct slice bytes)
{
    struct exchange *x = &s->current;
    s->deadline_ns = s->http->o.clock->mono_ns + s->http->o.body_idle_ns;
    s->body_bytes += bytes.len;
    if (bytes.len > s->body_room) {
        intake_refuse(s, 413, "content-too-large", "The content is larger than this route takes.");
        return;
    }
    s->body_room -= bytes.len;
    if (s->drop_body) return;
    size_t need = x->body->len + bytes.len;
    if (need > x->body->capacity) {
        size_t room = x->body->capacity * 2;
        if (room < need) room = need;
        if (block_grow(x->body, room) < 0) {
            intake_refuse(s, 503, "overloaded", "No memory for the request's content.");
            return;
        }
    }
    block_append(x->body, bytes);
}

/* ---- requests ---- */

static void answer_options(struct exchange *x, uint32_t allow)
{
    char methods[128], text[192];
    size_t len = 0;
    size_t n = router_allow_text(allow, methods, sizeof methods);
    (void)answer_field(text, &len, sizeof text, "Allow", slice_make(methods, n));
    exchange_answer(x, &(struct answer){.status = 204, .fields = {text, len}});
}

static void fail_method(struct exchange *x)
{
    char methods[128], text[192];
    size_t len = 0;
    size_t n = router_allow_text(x->match.allow, methods, sizeof methods);
    (void)answer_field(text, &len, sizeof text, "Allow", slice_make(methods, n)); /* RFC 9110 §15.5.6: must */
    exchange_fail_with(x, 405, "method-not-allowed", "This resource does not know this method.", 0,
                       (struct slice){text, len});
}

/* On a slot kept for refusals only health is answered. */
static bool turned_away(const struct session *s)
{
    const struct route *route = s->current.match.route;
    return conn_crowded(s->conn) && !(route && route->vital);
}

void exchange_route(struct exchange *x)
{
    const struct request *r = &x->request;
    if (r->asterisk)
        answer_options(x, router_all_methods(x->http->o.router));
    else if (x->match.route)
        x->match.route->handle(x);
    else if (r->method == METHOD_OPTIONS && x->match.allow)
        answer_options(x, x->match.allow);
    else if (x->match.allow)
        fail_method(x);
    else
        exchange_fail(x, 404, "not-found", "There is nothing under this path.");
}

/* The whole request is here, or nothing more of it is wanted. */
void intake_whole(struct session *s)
{
    struct exchange *x = &s->current;
    if (turned_away(s))
        exchange_fail_with(x, 503, "overloaded", "All connections are taken.", 1, (struct slice){0});
    else if (!x->filtered || filters_on_whole(x) == FILTER_PASS)
        exchange_route(x);
    assert(!s->conn || x->answered || x->kept);
}

/* Asks filters and the route before a byte of the body is taken. A refusal is the answer; a body that follows it is not worth
 * reading, so the refusal also says that the connection ends. */
static bool admitted(struct session *s, uint64_t *max)
{
    struct exchange *x = &s->current;
    const struct route *route = x->match.route;
    bool keep_alive = x->request.keep_alive;
    if (expects_body(&x->request)) x->request.keep_alive = false;
    if ((!x->filtered || filters_on_head(x) != FILTER_REPLIED) && (!route || !route->admit || route->admit(x, max))) {
        x->request.keep_alive = keep_alive;
        return true;
    }
    s->early = true;
    return false;
}

static void forget_filters(struct exchange *x)
{
    x->principal = (struct principal){0};
    x->client = (struct client){0};
    x->signed_by = NULL;
    x->refused = NULL;
    x->unlogged = x->filtered = false;
    x->more = NULL;
    x->more_bytes = 0;
}

static bool is_of_our_proxy(const struct exchange *x)
{
    const struct http_options *o = &x->http->o;
    struct ip peer = exchange_peer(x);
    return o->trusts && o->trusts(o->gate, &peer);
}

void intake_head(struct session *s)
{
    struct http *h = s->http;
    struct exchange *x = &s->current;
    x->request = s->parser.request;
    x->body = NULL;
    x->owner = NULL;
    x->admitted = NULL;
    x->body_spare = 0;
    x->id_len = 0;
    if (x->request.has_id && is_of_our_proxy(x)) (void)exchange_take_name(x); /* else it gets one that is new */
    if (x->filtered) forget_filters(x); /* of the request before this one */
    x->on_gone = NULL;
    x->kept = x->answered = false;
    x->started_ns = h->o.clock->mono_ns;
    arena_init(&x->arena, h->o.chunks, 4);
    metric_add(&h->counts.requests, 1);
    s->reading = true;
    s->early = false;
    const struct request *r = &x->request;
    if (router_match(h->o.router, (enum method)r->method, request_path(r), r->escaped_slash, &x->match) != ROUTE_FOUND)
        x->match.route = NULL;
    bool is_vital = x->match.route && x->match.route->vital; /* not filtered */
    x->filtered = !is_vital && !filters_idle(h);
    if (!expects_body(r) && !x->filtered && !(x->match.route && x->match.route->admit)) return;
    if (turned_away(s)) { /* not a byte of the body is taken; the answer ends the connection */
        s->early = true;
        intake_whole(s);
        return;
    }
    uint64_t max = x->match.route ? x->match.route->body_max : 0;
    if (!admitted(s, &max) || !expects_body(r)) return;
    s->body_bytes = 0;
    s->body_began_ns = h->o.clock->mono_ns;
    s->deadline_ns = s->body_began_ns + h->o.body_idle_ns;
    if (max) {
        begin_body(s, max);
    } else {
        begin_unwanted_body(s);
        if (s->early) {
            x->request.keep_alive = false;
            intake_whole(s);
            s->closing = true;
        }
    }
}

void intake_error(struct session *s)
{
    struct exchange *x = &s->current;
    bool has_head = s->reading;
    metric_add(&s->http->counts.parse_errors, 1);
    if (has_head && x->answered) { /* the body of a request that was answered early */
        s->closing = true;
        return;
    }
    if (!has_head) {
        struct exchange fresh = {.http = s->http, .session = s, .started_ns = s->http->o.clock->mono_ns};
        *x = fresh;
        x->request.minor = 1;
        x->request.method = s->parser.line.method == METHOD_HEAD ? METHOD_HEAD : METHOD_OTHER; /* no content: RFC 9110 §9.3.2 */
        arena_init(&x->arena, s->http->o.chunks, 1);
    }
    exchange_fail_raw(x, has_head, s->parser.status, s->parser.slug, s->parser.detail);
}
