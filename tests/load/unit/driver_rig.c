#include "driver_rig.h"

#include "options_lines.h"

#include <criterion/criterion.h>
#include <stdlib.h>

struct run rig;

static void open_ring(struct driver *d)
{
    struct ring_options ro = {.sq_entries = 64, .cq_entries = 512, .direct_max = d->per_lane};
    d->lanes = calloc(d->lanes_n, sizeof *d->lanes);
    for (uint32_t i = 0; i < d->lanes_n; i++) {
        d->lanes[i].driver = d;
        cr_assert_eq(ring_open(&ro, &d->lanes[i].ring, &d->why), 0, "%s", d->why);
        conns_handle(&d->lanes[i]);
    }
}

void rig_up(const char *line)
{
    accept_line(line);
    rig = (struct run){
        .o = &o, .rate = o.rate, .drivers_n = o.threads, .ticks_max = 64, .tick_ns = TICK_NS, .phase = PHASE_MEASURE};
    rig.measure_start_ns = 1;
    rig.measure_end_ns = UINT64_MAX;
    rig.start_ns = clock_now_ns();
    rig.drivers = calloc(rig.drivers_n, sizeof *rig.drivers);
    for (uint32_t i = 0; i < rig.drivers_n; i++) {
        struct driver *d = &rig.drivers[i];
        cr_assert_eq(driver_init(d, &rig, i), 0, "%s", d->why);
        driver_all_closed(d);
        open_ring(d);
        for (uint32_t k = 0; k < d->conns_n; k++) conn_move(d, &d->conns[k], CONN_IDLE);
    }
}

void rig_down(void)
{
    for (uint32_t i = 0; i < rig.drivers_n; i++) {
        struct driver *d = &rig.drivers[i];
        for (uint32_t k = 0; k < d->lanes_n; k++) d->lanes[k].ring = ring_close(d->lanes[k].ring);
        free(d->lanes);
        driver_deinit(d);
    }
    free(rig.drivers);
    rig = (struct run){.o = NULL};
    options_lines_end();
}

struct conn *rig_conn(uint32_t i)
{
    return &rig.drivers[0].conns[i];
}

void rig_sent(struct conn *c)
{
    c->flags &= (uint8_t)~CONN_SENDING;
    c->ops--;
}

void rig_ask(struct conn *c, uint64_t intended_ns)
{
    request_start(&rig.drivers[0], c, intended_ns);
    rig_sent(c);
}

void rig_answer(struct conn *c, uint64_t after_ns, const char *bytes)
{
    rig.drivers[0].clock.mono_ns = c->sent_ns + after_ns;
    request_bytes(&rig.drivers[0], c, slice_str(bytes));
}
