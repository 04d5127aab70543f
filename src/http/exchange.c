/* exchange.c: see exchange.h. */
#include "http/exchange.h"

#include "base/check.h"
#include "base/clock.h"
#include "http/condition.h"
#include "http/problem.h"
#include "http/response.h"
#include "http/session.h"
#include "net/peer.h"
#include "net/secured.h"

#include <stdio.h>

void *exchange_user(const struct exchange *x)
{
    return x->http->o.user;
}

uint64_t exchange_now_ns(const struct exchange *x)
{
    return x->http->o.clock->mono_ns;
}

uint64_t exchange_wall_ns(const struct exchange *x)
{
    return x->http->o.clock->wall_ns;
}

struct ip exchange_peer(const struct exchange *x)
{
    const struct peer *p = conn_peer(x->http->conns, x->session->conn);
    return p ? p->ip : (struct ip){{0}};
}

bool exchange_is_secured(const struct exchange *x)
{
    return conn_is_secured(x->http->conns, x->session->conn);
}

bool exchange_is_proxied(const struct exchange *x)
{
    return conn_is_proxied(x->http->conns, x->session->conn);
}

bool exchange_certificate(const struct exchange *x, bool (*take)(void *arg, struct slice name), void *arg)
{
    return conn_certificate(x->http->conns, x->session->conn, take, arg);
}

struct block *exchange_take_body(struct exchange *x)
{
    struct block *b = x->body;
    x->body = NULL;
    return b;
}

/* To where there is room for all that there may be. */
static bool move_fields(struct exchange *x)
{
    char *p = arena_get(&x->arena, EXCHANGE_MORE_MAX + EXCHANGE_FIELDS_PAD);
    if (!p) return false;
    memcpy(p, x->few, x->more_bytes);
    x->more = p;
    return true;
}

char *exchange_fields_begin(struct exchange *x, size_t bytes)
{
    size_t all = x->more_bytes + bytes;
    x->filtered = true;
    if (!x->more) x->more = x->few;
    if (x->more == x->few && all > EXCHANGE_FEW_BYTES && !move_fields(x)) return NULL;
    return all <= EXCHANGE_MORE_MAX ? x->more + x->more_bytes : NULL;
}

void exchange_fields_end(struct exchange *x, const char *end)
{
    x->more_bytes = (uint16_t)(end - x->more);
}

void exchange_add_fields(struct exchange *x, struct slice lines)
{
    char *p = exchange_fields_begin(x, lines.len);
    if (!p) return;
    memcpy(p, lines.p, lines.len);
    exchange_fields_end(x, p + lines.len);
}

void exchange_name(struct exchange *x, struct slice id)
{
    assert(request_id_ok(id));
    memcpy(x->id, id.p, id.len);
    x->id_len = (uint8_t)id.len;
}

bool exchange_take_name(struct exchange *x)
{
    struct slice name = SLICE("x-request-id"), id;
    if (!x->request.has_id || request_field_count(&x->request, name) != 1) return false;
    if (!request_field(&x->request, name, &id) || !request_id_ok(id)) return false;
    exchange_name(x, id);
    return true;
}

/* ---- keeping ---- */

/* The bytes of a head and its fields, in one piece of the exchange's own. */
static char *room_for_head(struct exchange *x, size_t bytes)
{
    if (bytes <= CHUNK_ROOM) return arena_get(&x->arena, bytes);
    uint32_t slot;
    assert(bytes <= LARGE_HEAD_BYTES);
    return x->large_head = slab_get(&x->http->large_heads, &slot);
}

bool exchange_own_head(struct exchange *x, struct request *from)
{
    size_t fields_bytes = from->n_fields * sizeof *from->fields;
    if (from->head_bytes == 0) return true; /* an answer to something that was no request */
    char *memory = room_for_head(x, fields_bytes + from->head_bytes);
    if (!memory) return false;
    const char *old = from->head;
    if (fields_bytes) memcpy(memory, from->fields, fields_bytes);
    memcpy(memory + fields_bytes, old, from->head_bytes);
    x->request.fields = (struct field *)(void *)memory;
    x->request.head = memory + fields_bytes;
    for (uint8_t i = 0; i < x->match.n_params; i++)
        x->match.param[i].p = x->request.head + (x->match.param[i].p - old);
    return true;
}

/* Each parked request takes a chunk and may need another for its answer; the spare ones are for refusals. */
bool http_has_room(const struct http *h)
{
    return chunk_pool_left(h->o.chunks) > h->exchanges.n_used + HTTP_CHUNKS_SPARE;
}

static void copy_exchange(struct exchange *to, const struct exchange *x)
{
    memcpy(to, x, offsetof(struct exchange, few));
    memcpy(to->id, x->id, x->id_len);
    if (x->more != x->few) return;
    memcpy(to->few, x->few, x->more_bytes);
    to->more = to->few;
}

struct exchange *exchange_keep(struct exchange *x)
{
    struct session *s = x->session;
    struct http *h = x->http;
    if (x != &s->current) return x; /* by a filter */
    assert(!x->kept);
    uint32_t slot;
    struct exchange *k = NULL;
    bool owned = x->request.fields != s->parser.fields; /* its body came later than its head: session.c has copied that */
    if (http_has_room(h)) k = slab_get(&h->exchanges, &slot);
    if (!k) return NULL;
    copy_exchange(k, x);
    if (!owned && !exchange_own_head(k, &x->request)) {
        arena_reset(&k->arena); /* x's too: the chunks are the same */
        arena_init(&x->arena, h->o.chunks, 2);
        if (x->more != x->few) { /* these stood there */
            x->more = NULL;
            x->more_bytes = 0;
        }
        x->principal = (struct principal){0};
        x->signed_by = NULL;
        slab_put(&h->exchanges, k);
        metric_add(&h->counts.no_memory, 1);
        return NULL;
    }
    k->kept = true;
    x->body = NULL; /* everything of x lives on in k */
    x->large_head = NULL;
    arena_init(&x->arena, h->o.chunks, 2);
    x->kept = true;
    list_push_back(&s->in_flight, &k->link);
    s->n_in_flight++;
    if (!method_is_safe((enum method)k->request.method)) s->unsafe_in_flight = true;
    return k;
}

struct exchange_id exchange_id(const struct exchange *x)
{
    uint32_t slot = slab_slot(&x->http->exchanges, x);
    return (struct exchange_id){slot, slab_generation(&x->http->exchanges, slot)};
}

struct exchange *exchange_find(struct http *h, struct exchange_id id)
{
    return slab_at(&h->exchanges, id.slot, id.generation);
}

void exchange_release(struct exchange *x)
{
    struct http *h = x->http;
    x->body = block_unref(x->body);
    x->large_head = slab_put(&h->large_heads, x->large_head);
    arena_reset(&x->arena);
    out_drop(&x->out, h->o.chunks);
    if (x != &x->session->current) {
        list_remove(&x->link);
        x->session->n_in_flight--;
        slab_put(&h->exchanges, x);
    }
}

/* ---- answering ---- */

static bool is_oldest(const struct exchange *x)
{
    const struct session *s = x->session;
    return x == &s->current ? s->n_in_flight == 0 : s->in_flight.next == &x->link;
}

/* Sends what has become the oldest, as far as it is answered. */
static void flush_answered(struct session *s)
{
    while (!list_empty(&s->in_flight)) {
        struct exchange *x = container_of(s->in_flight.next, struct exchange, link);
        if (!x->answered) return;
        out_join(&s->conn->out, &x->out);
        exchange_release(x);
    }
    s->unsafe_in_flight = false;
}

static bool must_close(const struct exchange *x, const struct answer *a)
{
    const struct session *s = x->session;
    return a->close || !x->request.keep_alive || x->http->draining || conn_crowded(s->conn) ||
           s->conn->requests + 1 >= SESSION_REQUESTS_MAX;
}

/* Only the last answer of a connection may say close: a client need not read what follows it (RFC 9112 §9.6). */
static bool is_last(const struct exchange *x)
{
    const struct session *s = x->session;
    if (x == &s->current) return true;
    return s->in_flight.prev == &x->link && (!s->reading || s->current.kept);
}

/* No memory for an answer: the connection cannot be kept in order. Frees the session with all its exchanges. */
static void give_up(struct exchange *x)
{
    struct http *h = x->http;
    struct conn *c = x->session->conn;
    metric_add(&h->counts.no_memory, 1);
    if (x == &x->session->current) exchange_release(x); /* the others go with the session */
    conn_abort(h->conns, c);
}

static bool has_tag(const struct answer *a)
{
    return a->fields.len && memmem(a->fields.p, a->fields.len, "ETag: ", 6);
}

/* Conditions on what has no entity tag: of If-Match only "*" is true, and "*" alone names it in If-None-Match. Who gives a tag has
 * looked before. RFC 9110 §13.1.1, §13.1.2; §13.2.1: not where the answer is an error anyhow. 304 or 412 in place of this answer, or 0. */
static int status_by_condition(const struct request *r, const struct answer *a)
{
    uint64_t versions[CONDITION_VERSIONS];
    bool any;
    if ((r->method != METHOD_GET && r->method != METHOD_HEAD) || a->status / 100 != 2 || has_tag(a)) return 0;
    (void)condition_versions(r, versions, &any);
    if (any && !condition_none_match(r, (struct slice){0})) return 0;
    return any ? 304 : 412;
}

static void answer_as_is(struct exchange *x, const struct answer *a)
{
    struct session *s = x->session;
    struct http *h = x->http;
    assert(!x->answered && (x == &s->current) == !x->kept);
    if (x == &s->current && s->n_in_flight) {
        struct exchange *k = exchange_keep(x); /* its turn has not come */
        if (!k) {
            block_unref(a->block);
            give_up(x);
            return;
        }
        x = k;
    }
    bool close = must_close(x, a);
    bool oldest = is_oldest(x);
    struct out *out = oldest ? &s->conn->out : &x->out;
    uint64_t bytes = answer_content(a).len;
    struct answer full = *a;
    full.more = slice_make(x->more, x->more_bytes);
    if (x->id_len == 0) x->id_len = (uint8_t)(request_id_make(&h->ids, x->id) - x->id);
    full.id = exchange_name_of(x);
    x->answered = true;
    if (s->conn->requests < CONN_WORN_OUT) s->conn->requests++;
    if (close) s->closing = true;
    if (!response_write(h, out, &x->request, &full, close && is_last(x))) {
        give_up(x);
        return;
    }
    if (h->o.on_answered) h->o.on_answered(h->o.user, x, a->status, bytes);
    if (x == &s->current) {
        exchange_release(x);
    } else if (oldest) {
        exchange_release(x);
        flush_answered(s);
    }
    if (s->conn->out.bytes) conn_dirty(h->conns, s->conn);
    session_after_answer(s);
}

void exchange_answer(struct exchange *x, const struct answer *a)
{
    int status = x->request.conditional ? status_by_condition(&x->request, a) : 0;
    if (status == 0) {
        answer_as_is(x, a);
        return;
    }
    block_unref(a->block);
    struct answer unmodified = {.status = 304, .fields = a->fields, .close = a->close};
    if (status == 304) answer_as_is(x, &unmodified);
    else exchange_fail(x, 412, "precondition-failed", "This has no entity tag that If-Match could name.");
}

/* ---- errors ---- */

static const struct error_form *form_for(const struct http *h, const struct request *r)
{
    const struct error_form *form = &problem_form;
    for (size_t i = 0; r && i < h->o.n_forms; i++)
        if (slice_starts(request_path(r), h->o.forms[i].prefix)) form = &h->o.forms[i];
    return form;
}

static void fail(struct exchange *x, bool has_request, uint16_t status, const char *slug, const char *detail,
                 uint32_t retry_after_s, struct slice fields, bool close)
{
    char body[2048], text[RESPONSE_FIELDS_MAX];
    size_t len = 0;
    const struct request *r = has_request ? &x->request : NULL;
    const struct error_form *form = form_for(x->http, r);
    if (form->name) form->name(x);
    if (r && problem_is_xml(r, form->type)) form = &problem_xml_form;
    assert(fields.len < sizeof text / 2);
    if (fields.len) memcpy(text, fields.p, fields.len);
    len = fields.len;
    memcpy(text + len, RESPONSE_NOSNIFF, sizeof RESPONSE_NOSNIFF - 1);
    len += sizeof RESPONSE_NOSNIFF - 1;
    if (retry_after_s) {
        char number[16];
        int n = snprintf(number, sizeof number, "%u", retry_after_s);
        (void)answer_field(text, &len, sizeof text, "Retry-After", slice_make(number, (size_t)n));
    }
    size_t n = form->write(x->http->o.user, body, sizeof body, text, &len, sizeof text, status, slug, detail, x);
    struct answer a = {.status = status, .close = close, .type = form->type, .fields = {text, len}, .body = {body, n}};
    exchange_answer(x, &a);
}

void exchange_fail(struct exchange *x, uint16_t status, const char *slug, const char *detail)
{
    fail(x, true, status, slug, detail, 0, (struct slice){0}, false);
}

void exchange_fail_with(struct exchange *x, uint16_t status, const char *slug, const char *detail, uint32_t retry_after_s,
                        struct slice fields)
{
    fail(x, true, status, slug, detail, retry_after_s, fields, false);
}

void exchange_fail_raw(struct exchange *x, bool has_request, uint16_t status, const char *slug, const char *detail)
{
    fail(x, has_request, status, slug, detail, 0, (struct slice){0}, true);
}
