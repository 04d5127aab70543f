/* scenario_slow.c: clients that hold the server up: slow-header and slow-body send a few bytes now and then, slow-read asks for much
 * and reads little. Measured is how long the server puts up with it, and counted how it ends: a 408, another answer, a silent close,
 * a reset. Then the connection is opened again. */
#include "tools/load/scenario.h"

#include "base/check.h"
#include "tools/load/run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define READER_REQUESTS 256    /* that a slow reader sends at once */
#define BODY_BYTES 1000000000u /* that a slow body announces */

static const char field[] = "X-Slow: and so it goes on\r\n";

struct slow_data {
    char *first;       /* sent when the connection is open */
    size_t first_len;
    char *drops;       /* then pieces of this, in turn: drip_bytes from any of the first `cycle` places */
    size_t cycle;
};

static void deinit(struct driver *d, struct driver_group *g)
{
    struct slow_data *s = g->scenario_data;
    (void)d;
    if (!s) return;
    free(s->first);
    free(s->drops);
    free(s);
    g->scenario_data = NULL;
}

static int make_drops(struct slow_data *s, const char *text, size_t bytes)
{
    s->cycle = strlen(text);
    s->drops = malloc(s->cycle + bytes);
    if (!s->drops) return -ENOMEM;
    for (size_t i = 0; i < s->cycle + bytes; i++) s->drops[i] = text[i % s->cycle];
    return 0;
}

static int make_data(struct driver *d, struct driver_group *g, const char *drops)
{
    struct slow_data *s = g->scenario_data = calloc(1, sizeof *s);
    return s ? make_drops(s, drops, d->o->drip_bytes) : -ENOMEM;
}

/* The beginning of a head, without the line end that ends it. */
static int make_first(struct driver_group *g, const char *method, const struct options *o, const char *rest)
{
    struct slow_data *s = g->scenario_data;
    int n = asprintf(&s->first, "%s %s HTTP/1.1\r\nHost: %s\r\n%s", method, o->path, o->host, rest);
    if (n < 0) {
        s->first = NULL;
        return -ENOMEM;
    }
    s->first_len = (size_t)n;
    return 0;
}

static int init_header(struct driver *d, struct driver_group *g, const char **why)
{
    (void)why;
    int rc = make_data(d, g, field);
    return rc < 0 ? rc : make_first(g, "GET", d->o, "");
}

static int init_body(struct driver *d, struct driver_group *g, const char **why)
{
    char length[64];
    (void)why;
    (void)snprintf(length, sizeof length, "Content-Length: %u\r\n\r\n", BODY_BYTES);
    int rc = make_data(d, g, "x");
    return rc < 0 ? rc : make_first(g, "POST", d->o, length);
}

static int init_read(struct driver *d, struct driver_group *g, const char **why)
{
    (void)why;
    int rc = make_data(d, g, "x");
    if (rc == 0) rc = make_first(g, "GET", d->o, "\r\n");
    if (rc < 0) return rc;
    struct slow_data *s = g->scenario_data;
    char *many = malloc(s->first_len * READER_REQUESTS);
    if (!many) return -ENOMEM;
    for (size_t i = 0; i < READER_REQUESTS; i++) memcpy(many + i * s->first_len, s->first, s->first_len);
    free(s->first);
    s->first = many;
    s->first_len *= READER_REQUESTS;
    return 0;
}

/* ---- at work ---- */

static void started(struct driver *d, struct driver_group *g, struct conn *c)
{
    const struct slow_data *s = g->scenario_data;
    c->intended_ns = c->sent_ns = d->clock.mono_ns;
    c->reply.status = 0;
    c->seq = 0;  /* bytes dripped */
    c->left = 1; /* it waits, it does not think */
    g->result.bytes_out += s->first_len;
    conn_send(d, c, slice_make(s->first, s->first_len));
    /* Spread over the first interval: they do not all drip in the same instant. */
    conn_pause(d, c, d->clock.mono_ns + 1 + random_below(&d->random, (uint32_t)(d->o->drip_ns / NS_PER_US + 1)) * NS_PER_US);
}

static void drip(struct driver *d, struct driver_group *g, struct conn *c)
{
    const struct slow_data *s = g->scenario_data;
    if (!(c->flags & CONN_SENDING)) {
        conn_send(d, c, slice_make(s->drops + c->seq % s->cycle, d->o->drip_bytes));
        c->seq = (uint32_t)((c->seq + d->o->drip_bytes) % s->cycle);
        g->result.bytes_out += d->o->drip_bytes;
    }
    conn_pause(d, c, d->clock.mono_ns + d->o->drip_ns);
}

static void sip(struct driver *d, struct driver_group *g, struct conn *c)
{
    (void)g;
    conn_read(d, c, d->o->drip_bytes);
    conn_pause(d, c, d->clock.mono_ns + d->o->drip_ns);
}

/* The first bytes that come back are an answer's status line. */
static void bytes(struct driver *d, struct driver_group *g, struct conn *c, struct slice in)
{
    (void)d;
    (void)g;
    if (c->reply.status || in.len < 12 || !slice_starts(in, SLICE("HTTP/1."))) return;
    c->reply.status = (uint16_t)((in.p[9] - '0') * 100 + (in.p[10] - '0') * 10 + (in.p[11] - '0'));
}

/* The server has had enough. */
static void closed(struct driver *d, struct driver_group *g, struct conn *c)
{
    uint64_t now = d->clock.mono_ns, lasted = now - c->intended_ns;
    metric_add(&d->tick->completed, 1);
    if (run_phase(d->run) == PHASE_MEASURE) {
        char name[32];
        if (c->reply.status) (void)snprintf(name, sizeof name, "ended with a %u", (unsigned)c->reply.status);
        else (void)snprintf(name, sizeof name, "%s", "ended without an answer");
        scenario_count(g, name, 1);
        hist_add(&g->result.hist[HIST_RESPONSE], lasted);
        hist_add(&g->result.hist[HIST_SERVICE], lasted);
        g->result.completed++;
        g->result.issued++;
        unsigned digit = c->reply.status / 100u;
        g->result.status[digit <= 5 ? digit : 0]++;
    }
    conn_end(d, c, ERROR_KINDS, NULL);
}

const struct scenario scenario_slow_header = {.name = "slow-header", .drips = true, .init = init_header, .deinit = deinit,
                                              .started = started, .resumed = drip, .bytes = bytes, .closed = closed};
const struct scenario scenario_slow_body = {.name = "slow-body", .drips = true, .init = init_body, .deinit = deinit,
                                            .started = started, .resumed = drip, .bytes = bytes, .closed = closed};
const struct scenario scenario_slow_read = {.name = "slow-read", .drips = true, .reads_itself = true, .init = init_read,
                                            .deinit = deinit, .started = started, .resumed = sip, .bytes = bytes, .closed = closed};
