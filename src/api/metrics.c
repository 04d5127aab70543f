/* metrics.c: see metrics.h. */
#include "api/metrics_parts.h"

#include "api/api.h"
#include "api/document.h"
#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>

const uint16_t metrics_codes[METRICS_CODES] = {200, 201, 202, 204, 206, 207, 304, 400, 401, 403, 404, 405, 406, 408, 409, 410, 411, 412,
                                              413, 414, 415, 417, 421, 422, 426, 429, 431, 500, 501, 503, 504, 505, 0};

static int code_row(uint16_t status)
{
    for (int i = 0; metrics_codes[i]; i++)
        if (metrics_codes[i] == status) return i;
    return METRICS_CODES - 1;
}

/* ---- the journey ---- */

static void home(struct mail *m)
{
    struct scrape *s = (struct scrape *)(void *)m;
    struct api *api = s->origin;
    struct exchange *x = exchange_find(api->http, s->exchange);
    s->under_way = false;
    if (!x) return; /* the scraper has gone */
    struct block *b = scrape_render(s, api);
    if (!b) {
        exchange_fail(x, 503, "overloaded", "No memory for the answer.");
        return;
    }
    struct answer a = {.status = 200, .type = SLICE("text/plain; version=0.0.4; charset=utf-8"), .block = b};
    document_answer_packed(x, &a);
}

static void visit(struct mail *m)
{
    struct scrape *s = (struct scrape *)(void *)m;
    const struct metrics_door *doors = s->origin->metrics.doors; /* constant */
    scrape_gather(s, doors[s->at].api);
    s->at++;
    bool last = s->at == s->origin->metrics.n_doors;
    m->deliver = last ? home : visit;
    mail_send(doors[last ? s->origin->metrics.index : s->at].mailbox, m);
}

void metrics_handle(struct exchange *x)
{
    struct api *api = api_of(x);
    struct metrics *m = &api->metrics;
    struct scrape *s = m->scrape;
    struct exchange *k = s->under_way ? NULL : exchange_keep(x);
    if (!k) {
        exchange_fail_with(x, 503, "overloaded", "Another scrape is under way.", 1, (struct slice){0});
        return;
    }
    memset(s, 0, sizeof *s + (m->n_routes + 1) * sizeof s->by_route[0]);
    s->origin = api;
    s->exchange = exchange_id(k);
    s->under_way = true;
    s->mail.deliver = visit;
    mail_send(m->doors[0].mailbox, &s->mail);
}

/* ---- counting ---- */

void metrics_count(struct api *api, const struct exchange *x, uint16_t status, uint64_t bytes)
{
    struct metrics *m = &api->metrics;
    uint32_t row = x->match.route ? x->match.route->id : m->n_routes;
    (void)bytes;
    metric_add(&m->by_route[row][code_row(status)], 1);
    histogram_add(&m->request_ns, api->clock->mono_ns - x->started_ns);
}

int metrics_init(struct metrics *m, const struct router *router)
{
    *m = (struct metrics){.router = router, .n_routes = router_count(router)};
    m->by_route = calloc(m->n_routes + 1, sizeof *m->by_route);
    m->scrape = calloc(1, sizeof *m->scrape + (m->n_routes + 1) * sizeof m->scrape->by_route[0]);
    if (m->by_route && m->scrape) return 0;
    metrics_deinit(m);
    return -ENOMEM;
}

void metrics_deinit(struct metrics *m)
{
    free(m->by_route);
    free(m->scrape);
    m->by_route = NULL;
    m->scrape = NULL;
}
