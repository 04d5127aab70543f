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
#include <strings.h>

#define READER_REQUESTS 256 /* that a slow reader sends at once */
#define STATUS_END 12 /* bytes of "HTTP/1.1 200" */

static const char field[] = "X-Slow: and so it goes on\r\n";

struct slow_data {
    char *first; /* sent when the connection is open */
    size_t first_len;
    char *drops; /* then pieces of this, in turn: drip_bytes from any of the first `cycle` places */
    size_t cycle;
    uint64_t bytes; /* that are dripped in all; UINT64_MAX: without end */
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
    if (s) s->bytes = UINT64_MAX;
    return s ? make_drops(s, drops, d->o->drip_bytes) : -ENOMEM;
}

static bool names_host(const struct options *o)
{
    for (int i = 0; i < o->headers_n; i++)
        if (strncasecmp(o->headers[i], "Host:", 5) == 0) return true;
    return false;
}

/* The beginning of a head, without the line end that ends it. */
static int make_first(struct driver_group *g, const char *method, const struct options *o, const char *rest)
{
    struct slow_data *s = g->scenario_data;
    FILE *f = open_memstream(&s->first, &s->first_len);
    if (!f) return -ENOMEM;
    (void)fprintf(f, "%s %s HTTP/1.1\r\n", method, o->path);
    if (!names_host(o)) (void)fprintf(f, "Host: %s\r\n", o->host);
    for (int i = 0; i < o->headers_n; i++) (void)fprintf(f, "%s\r\n", o->headers[i]);
    (void)fputs(rest, f);
    return fclose(f) == 0 ? 0 : -ENOMEM;
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
    (void)snprintf(length, sizeof length, "Content-Length: %u\r\n\r\n", d->o->announce);
    int rc = make_data(d, g, "x");
    if (rc < 0) return rc;
    ((struct slow_data *)g->scenario_data)->bytes = d->o->announce;
    return make_first(g, "POST", d->o, length);
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
    c->seq = 0; /* place in the drops */
    c->first_ns = 0; /* bytes dripped */
    c->reply.carry_len = 0; /* bytes of the status line seen */
    c->left = 1; /* it waits, it does not think */
    g->result.bytes_out += s->first_len;
    conn_send(d, c, slice_make(s->first, s->first_len));
    /* Spread over the first interval: they do not all drip in the same instant. */
    conn_pause(d, c, d->clock.mono_ns + 1 + random_below(&d->random, (uint32_t)(d->o->drip_ns / NS_PER_US + 1)) * NS_PER_US);
}

/* The server has taken all of it: it was not too slow for that. */
static void whole(struct driver *d, struct driver_group *g, struct conn *c)
{
    if (run_phase(d->run) == PHASE_MEASURE) scenario_count(g, "sent to the end", 1);
    conn_end(d, c, ERROR_KINDS, NULL);
}

static void drip(struct driver *d, struct driver_group *g, struct conn *c)
{
    const struct slow_data *s = g->scenario_data;
    if (c->flags & CONN_SENDING) {
        conn_pause(d, c, d->clock.mono_ns + d->o->drip_ns);
        return;
    }
    uint64_t left = s->bytes - c->first_ns;
    uint32_t n = left < d->o->drip_bytes ? (uint32_t)left : d->o->drip_bytes;
    if (n == 0) {
        whole(d, g, c);
        return;
    }
    conn_send(d, c, slice_make(s->drops + c->seq % s->cycle, n));
    c->seq = (uint32_t)((c->seq + n) % s->cycle);
    if (s->bytes != UINT64_MAX) c->first_ns += n;
    g->result.bytes_out += n;
    conn_pause(d, c, d->clock.mono_ns + d->o->drip_ns);
}

static void sip(struct driver *d, struct driver_group *g, struct conn *c)
{
    (void)g;
    conn_read(d, c, d->o->drip_bytes);
    conn_pause(d, c, d->clock.mono_ns + d->o->drip_ns);
}

/* The first bytes that come back are an answer's status line, in pieces as small as they are read. */
static void bytes(struct driver *d, struct driver_group *g, struct conn *c, struct slice in)
{
    static const char start[] = "HTTP/1.";
    (void)d;
    (void)g;
    for (size_t i = 0; i < in.len && c->reply.carry_len < STATUS_END; i++) {
        size_t at = c->reply.carry_len;
        char byte = in.p[i];
        bool fits = at < sizeof start - 1 ? byte == start[at] : at == 8 ? byte == ' ' : byte >= '0' && byte <= '9';
        if (at == 0) c->reply.status = 0;
        if (!fits) {
            c->reply.status = 0;
            c->reply.carry_len = STATUS_END;
            return;
        }
        if (at > 8) c->reply.status = (uint16_t)(c->reply.status * 10 + (byte - '0'));
        c->reply.carry_len++;
    }
}

static void count_ending(struct driver_group *g, const struct conn *c, uint64_t lasted_ns)
{
    char name[32];
    bool answered = c->reply.status && c->reply.carry_len == STATUS_END;
    unsigned digit = answered ? c->reply.status / 100u : 0;
    if (answered) (void)snprintf(name, sizeof name, "ended with a %u", (unsigned)c->reply.status);
    else (void)snprintf(name, sizeof name, "%s", "ended without an answer");
    scenario_count(g, name, 1);
    hist_add(&g->result.hist[HIST_TOLERATED], lasted_ns);
    g->result.issued++;
    g->result.completed++;
    g->result.in_time++;
    g->result.status[digit <= 5 ? digit : 0]++;
}

/* The server has had enough. One that has so at once is not asked again at once: slow clients are no flood of connects. */
static void closed(struct driver *d, struct driver_group *g, struct conn *c)
{
    uint64_t now = d->clock.mono_ns, lasted = now - c->intended_ns;
    metric_add(&d->tick->completed, 1);
    if (run_phase(d->run) == PHASE_MEASURE) count_ending(g, c, lasted);
    conn_end(d, c, ERROR_KINDS, NULL);
    if (lasted < d->o->drip_ns) c->sent_ns = now + d->o->drip_ns;
}

const struct scenario scenario_slow_header = {.name = "slow-header",
                                              .drips = true,
                                              .init = init_header,
                                              .deinit = deinit,
                                              .started = started,
                                              .resumed = drip,
                                              .bytes = bytes,
                                              .closed = closed};
const struct scenario scenario_slow_body = {.name = "slow-body",
                                            .drips = true,
                                            .init = init_body,
                                            .deinit = deinit,
                                            .started = started,
                                            .resumed = drip,
                                            .bytes = bytes,
                                            .closed = closed};
const struct scenario scenario_slow_read = {.name = "slow-read",
                                            .drips = true,
                                            .reads_itself = true,
                                            .init = init_read,
                                            .deinit = deinit,
                                            .started = started,
                                            .resumed = sip,
                                            .bytes = bytes,
                                            .closed = closed};
