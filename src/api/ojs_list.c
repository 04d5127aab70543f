/* ojs_list.c: the jobs of a server, filtered, page by page (ojs-admin-api §7.1). In no order of time: a page begins where the one before
 * ended, so a job that is there all the while is shown once, however many come and go. */
#include "api/ojs_filter.h"
#include "api/ojs_handlers.h"
#include "api/ojs_page.h"
#include "api/ojs_render.h"

#include <inttypes.h>
#include <stdio.h>

/* cursor: where the last page ended; offset: entries to pass over from there. page and per_page are offset and limit in other words. */
struct list_wish {
    struct ojs_filter filter;
    uint64_t limit, offset, cursor, page;
};

static bool read_wish(const struct exchange *x, struct list_wish *w, struct ojs_problem *why)
{
    struct slice query = request_span(&x->request, x->request.query);
    *w = (struct list_wish){.limit = OJS_PAGE_DEFAULT, .page = 1};
    bool are_numbers = query_u64(query, SLICE("limit"), &w->limit) == 0 &&
                       query_u64(query, SLICE("per_page"), &w->limit) == 0 &&
                       query_u64(query, SLICE("offset"), &w->offset) == 0 &&
                       query_u64(query, SLICE("cursor"), &w->cursor) == 0 && query_u64(query, SLICE("page"), &w->page) == 0;
    if (!are_numbers || w->limit < 1 || w->limit > ENGINE_LIST_MAX || w->page < 1 || w->page > UINT32_MAX ||
        w->offset > UINT32_MAX)
        return ojs_refuse(why, "limit", "'limit' must be from 1 to %d; 'offset', 'cursor' and 'page' must be numbers.",
                          ENGINE_LIST_MAX);
    if (w->page > 1) w->offset = (w->page - 1) * w->limit;
    if (w->offset > UINT32_MAX) w->offset = UINT32_MAX;
    return ojs_filter_of_query(x, &w->filter, why);
}

/* ---- cursors ---- */

static uint32_t mac_of(const struct exchange *x, const struct engine_call *call, char use, uint32_t number)
{
    char text[1 + sizeof number + JOB_OWNER_MAX];
    text[0] = use;
    memcpy(text + 1, &number, sizeof number);
    memcpy(text + 1 + sizeof number, call->owner, call->owner_bytes);
    return (uint32_t)siphash24_128(*api_of(x)->cursor_key, slice_make(text, 1 + sizeof number + call->owner_bytes)).h[0];
}

/* A place among the jobs of all tells how many there are. So who sees its own only gets it encrypted, under what authenticates it: good for
 * that owner, on servers of the same data folder. */
static uint64_t cursor_of(const struct exchange *x, const struct engine_call *call)
{
    uint32_t at = call->walk.at;
    if (!call->is_limited) return at;
    uint32_t tag = mac_of(x, call, 't', at);
    return (uint64_t)tag << 32 | (at ^ mac_of(x, call, 'p', tag));
}

/* False: it is none that it has been given. */
static bool take_cursor(const struct exchange *x, uint64_t cursor, struct engine_call *call)
{
    uint32_t tag = (uint32_t)(cursor >> 32);
    call->walk.at = (uint32_t)cursor;
    if (!call->is_limited || cursor == 0) return tag == 0;
    call->walk.at ^= mac_of(x, call, 'p', tag);
    return mac_of(x, call, 't', call->walk.at) == tag;
}

/* ---- pages ---- */

static void write_page(const struct exchange *x, struct json_out *o, const struct engine_call *call, const struct list_wish *w)
{
    char cursor[24];
    json_key(o, "pagination"), json_open(o, '{');
    if (call->walk.has_total) json_key(o, "total"), json_u64(o, call->n_total);
    json_key(o, "limit"), json_u64(o, w->limit);
    json_key(o, "offset"), json_u64(o, w->offset);
    json_key(o, "page"), json_u64(o, w->page);
    json_key(o, "per_page"), json_u64(o, w->limit);
    json_key(o, "has_more"), json_bool(o, call->walk.more);
    int len = snprintf(cursor, sizeof cursor, "%" PRIu64, cursor_of(x, call));
    if (call->walk.more) json_key(o, "next_cursor"), json_str(o, slice_make(cursor, (size_t)len));
    json_close(o, '}');
}

/* What the list is called: openapi has the queues' and dead letters' lists as jobs, the admin API has items. */
static const char *list_name(const struct exchange *x)
{
    struct slice path = request_span(&x->request, x->request.path);
    return slice_starts(path, SLICE("/ojs/v1/admin/")) ? "items" : "jobs";
}

static struct block *render(struct exchange *x, const struct engine_call *call, const struct list_wish *w)
{
    const struct job_view *views = (const struct job_view *)(const void *)call->views->bytes;
    struct json_out o;
    size_t bound = 512;
    for (uint32_t i = 0; i < call->n_views; i++) bound += ojs_job_bound(&views[i]) + 1;
    struct block *b = ojs_block_open(api_of(x)->budget, bound, &o);
    if (!b) return NULL;
    json_open(&o, '{');
    json_key(&o, list_name(x)), json_open(&o, '[');
    for (uint32_t i = 0; i < call->n_views; i++) ojs_job_write(&o, &views[i], 0);
    json_close(&o, ']');
    write_page(x, &o, call, w);
    json_close(&o, '}');
    return ojs_block_close(b, &o);
}

static void on_listed(struct exchange *x, struct engine_call *call)
{
    struct ojs_head head;
    struct list_wish w;
    struct ojs_problem why;
    if (ojs_fail_call(x, call, "list")) return;
    (void)read_wish(x, &w, &why); /* was fine when the question was asked */
    ojs_head_start(&head, x);
    ojs_answer_block(x, 200, &head, render(x, call, &w));
}

void ojs_job_list(struct exchange *x)
{
    struct list_wish w;
    struct ojs_problem why;
    if (!read_wish(x, &w, &why)) {
        ojs_fail_problem(x, &why);
        return;
    }
    struct ask *a = ask_new(&x, ENGINE_LIST, on_listed);
    if (!a) return;
    a->call.walk.limit = (uint32_t)w.limit;
    a->call.walk.offset = (uint32_t)w.offset;
    if (!take_cursor(x, w.cursor, &a->call)) {
        (void)ojs_refuse(&why, "cursor", "'cursor' must be the one of a page before.");
        ojs_fail_problem(x, &why);
        ask_drop(a);
        return;
    }
    if (ojs_filter_put(&w.filter, api_of(x)->budget, &a->call)) {
        ask_send(a);
        return;
    }
    ojs_fail_memory(x);
    ask_drop(a);
}
