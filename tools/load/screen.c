/* screen.c: see screen.h. */
#include "tools/load/screen.h"

#include "tools/load/merge.h"
#include "tools/load/report.h"
#include "tools/load/tui.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct screen {
    struct tui *tui;
    uint32_t tick_drawn;
    uint64_t errors;
    double cpus;
};

struct screen *screen_open(void)
{
    if (!isatty(STDOUT_FILENO)) return NULL;
    struct screen *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->cpus = (double)sysconf(_SC_NPROCESSORS_ONLN);
    s->tui = tui_open(stdout);
    return s->tui ? s : screen_close(s);
}

struct screen *screen_close(struct screen *s)
{
    if (!s) return NULL;
    s->tui = tui_close(s->tui);
    free(s);
    return NULL;
}

/* The last second. */
static void fill_from_ticks(struct screen *s, struct tui_frame *f, const struct run *run, const struct result *r)
{
    const uint32_t spark_n = sizeof f->spark / sizeof *f->spark;
    uint32_t n = r->ticks_n, back = (uint32_t)(NS_PER_S / run->tick_ns);
    uint64_t due = 0, done = 0, server = 0, loader = 0, steal = 0;
    if (!back) back = 1;
    if (back > n) back = n;
    for (uint32_t i = n - back; i < n; i++) {
        const struct tick *t = &r->ticks[i];
        due += t->due ? t->due : t->issued;
        done += t->completed;
        server += t->server_cpu_ns;
        loader += t->loader_cpu_ns;
        steal += t->steal_ns;
        if (t->max_ns > f->max_ns) f->max_ns = t->max_ns;
        if (t->late_max_ns > f->late_max_ns) f->late_max_ns = t->late_max_ns;
    }
    double seconds = (double)(back * run->tick_ns) / 1e9;
    const double percents[] = {50, 99, 99.9};
    uint64_t ns[3];
    merge_span(run, n - back, n, percents, ns, 3);
    f->p50_ns = ns[0] < f->max_ns ? ns[0] : f->max_ns;
    f->p99_ns = ns[1] < f->max_ns ? ns[1] : f->max_ns;
    f->p999_ns = ns[2] < f->max_ns ? ns[2] : f->max_ns;
    for (uint32_t i = 0; i < spark_n && i < n; i++) f->spark[spark_n - 1 - i] = r->ticks[n - 1 - i].p99_ns;
    if (seconds > 0) {
        f->offered_rate = (double)due / seconds;
        f->done_rate = (double)done / seconds;
        f->server_cpu_share = (double)server / 1e9 / seconds;
        f->loader_cpu_share = (double)loader / 1e9 / seconds;
        f->steal_share = (double)steal / 1e9 / seconds / s->cpus;
    }
    for (; s->tick_drawn < n; s->tick_drawn++) s->errors += r->ticks[s->tick_drawn].errors;
    f->errors = s->errors;
}

static void fill_from_threads(struct tui_frame *f, const struct run *run)
{
    uint64_t enters = 0, done = 0;
    for (uint32_t i = 0; i < run->drivers_n; i++) {
        const struct driver *d = &run->drivers[i];
        enters += metric_get(&d->enters);
        done += metric_get(&d->done_n);
        f->enobufs += metric_get(&d->enobufs);
        f->cq_overflows += metric_get(&d->cq_overflows);
    }
    if (done) f->enters_per_request = (double)enters / (double)done;
}

void screen_draw(struct screen *s, const struct run *run, const struct result *r, uint64_t phase_ns, uint64_t phase_length_ns)
{
    if (!r->ticks_n) return;
    const struct tick *last = &r->ticks[r->ticks_n - 1], *first = &r->ticks[0];
    struct tui_frame f = {
        .scenario = run->o->groups_n > 1 ? "mix" : run->o->groups[0].name,
        .target = run->o->url,
        .phase = run_phase(run),
        .phase_ns = phase_ns,
        .phase_length_ns = phase_length_ns,
        .want = run->o->connections,
        .open = last->open,
        .connecting = last->connecting,
        .lost = last->lost,
        .queued = last->queued,
        .busy = last->busy,
        .server_rss_bytes = last->server_rss_bytes,
        .valid = true,
    };
    if (f.phase == PHASE_RAMP && phase_ns) f.ramp_rate = (double)f.open / ((double)phase_ns / 1e9);
    if (last->open && last->slab_bytes > first->slab_bytes)
        f.slab_per_conn_bytes = (last->slab_bytes - first->slab_bytes) / last->open;
    fill_from_ticks(s, &f, run, r);
    fill_from_threads(&f, run);
    f.valid = verdict_so_far(run->o, run->rate > 0, f.loader_cpu_share / run->drivers_n, f.offered_rate, f.steal_share) &&
              f.cq_overflows == 0;
    tui_draw(s->tui, &f);
}
