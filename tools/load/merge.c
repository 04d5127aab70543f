/* merge.c: see merge.h. */
#include "tools/load/merge.h"

#include "tools/load/scenario.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- ticks ---- */

static uint64_t bucket_percentile(const uint64_t *buckets, uint64_t all, double percent)
{
    uint64_t seen = 0, wanted = (uint64_t)((double)all * percent / 100 + 0.5);
    if (!all) return 0;
    if (!wanted) wanted = 1;
    for (uint32_t b = 0; b < TICK_BUCKETS; b++) {
        seen += buckets[b];
        if (seen >= wanted) return tick_bucket_high_ns(b);
    }
    return tick_bucket_high_ns(TICK_BUCKETS - 1);
}

void merge_span(const struct run *run, uint32_t first, uint32_t end, const double *percents, uint64_t *ns, size_t n)
{
    uint64_t buckets[TICK_BUCKETS] = {0}, all = 0;
    for (uint32_t d = 0; d < run->drivers_n; d++)
        for (uint32_t i = first; i < end; i++)
            for (uint32_t b = 0; b < TICK_BUCKETS; b++) {
                uint32_t more = atomic_load_explicit(&run->drivers[d].ticks[i].bucket[b], memory_order_relaxed);
                buckets[b] += more;
                all += more;
            }
    for (size_t i = 0; i < n; i++) ns[i] = bucket_percentile(buckets, all, percents[i]);
}

/* 16 buckets per octave become 2. */
static uint32_t heat_row(uint32_t bucket)
{
    uint32_t rows = sizeof((struct tick *)0)->heat / sizeof(uint32_t);
    uint32_t row = bucket ? (bucket - 1) / 8 : 0;
    return row < rows ? row : rows - 1;
}

void merge_tick(const struct run *run, uint32_t i, struct tick *t)
{
    uint64_t buckets[TICK_BUCKETS] = {0}, all = 0;
    for (uint32_t d = 0; d < run->drivers_n; d++) {
        const struct driver_tick *from = &run->drivers[d].ticks[i];
        t->due += metric_get(&from->due);
        t->issued += metric_get(&from->issued);
        t->completed += metric_get(&from->completed);
        t->errors += metric_get(&from->errors);
        if (metric_get(&from->late_max_ns) > t->late_max_ns) t->late_max_ns = metric_get(&from->late_max_ns);
        if (metric_get(&from->max_ns) > t->max_ns) t->max_ns = metric_get(&from->max_ns);
        for (uint32_t b = 0; b < TICK_BUCKETS; b++) {
            uint32_t n = atomic_load_explicit(&from->bucket[b], memory_order_relaxed);
            buckets[b] += n;
            all += n;
            t->heat[heat_row(b)] += n;
        }
    }
    t->p50_ns = bucket_percentile(buckets, all, 50);
    t->p99_ns = bucket_percentile(buckets, all, 99);
    if (t->p50_ns > t->max_ns) t->p50_ns = t->max_ns;
    if (t->p99_ns > t->max_ns) t->p99_ns = t->max_ns;
}

void ticks_fold(struct driver_tick *ticks, uint32_t n)
{
    for (uint32_t i = 0; i < n / 2; i++) {
        struct driver_tick *to = &ticks[i], sum = ticks[2 * (size_t)i];
        const struct driver_tick *more = &ticks[2 * (size_t)i + 1];
        metric_add(&sum.due, metric_get(&more->due));
        metric_add(&sum.issued, metric_get(&more->issued));
        metric_add(&sum.completed, metric_get(&more->completed));
        metric_add(&sum.errors, metric_get(&more->errors));
        if (metric_get(&more->late_max_ns) > metric_get(&sum.late_max_ns)) sum.late_max_ns = more->late_max_ns;
        if (metric_get(&more->max_ns) > metric_get(&sum.max_ns)) sum.max_ns = more->max_ns;
        for (uint32_t b = 0; b < TICK_BUCKETS; b++) sum.bucket[b] += more->bucket[b];
        *to = sum;
    }
    memset(ticks + n / 2, 0, (n - n / 2) * sizeof *ticks);
}

static struct tick join(const struct tick *a, const struct tick *b)
{
    struct tick t = *b; /* gauges at the end */
    t.due += a->due;
    t.issued += a->issued;
    t.completed += a->completed;
    t.errors += a->errors;
    t.loader_cpu_ns += a->loader_cpu_ns;
    t.server_cpu_ns += a->server_cpu_ns;
    t.steal_ns += a->steal_ns;
    if (a->p50_ns > t.p50_ns) t.p50_ns = a->p50_ns; /* at the end of the run they are worked out again */
    if (a->p99_ns > t.p99_ns) t.p99_ns = a->p99_ns;
    if (a->max_ns > t.max_ns) t.max_ns = a->max_ns;
    if (a->late_max_ns > t.late_max_ns) t.late_max_ns = a->late_max_ns;
    for (size_t i = 0; i < sizeof t.heat / sizeof *t.heat; i++) t.heat[i] += a->heat[i];
    return t;
}

void merge_fold(struct result *r)
{
    for (uint32_t i = 0; i < r->ticks_n / 2; i++) r->ticks[i] = join(&r->ticks[2 * (size_t)i], &r->ticks[2 * (size_t)i + 1]);
    memset(r->ticks + r->ticks_n / 2, 0, (r->ticks_n - r->ticks_n / 2) * sizeof *r->ticks);
    r->ticks_n /= 2;
}

/* The threads counted on after their ticks had been shown: once more, now that they rest. */
static void merge_ticks_again(const struct run *run, struct result *r)
{
    for (uint32_t i = 0; i < r->ticks_n; i++) {
        struct tick *t = &r->ticks[i];
        t->due = t->issued = t->completed = t->errors = t->late_max_ns = t->max_ns = 0;
        memset(t->heat, 0, sizeof t->heat);
        merge_tick(run, i, t);
    }
}

/* ---- the run ---- */

static int init_group(struct group_result *into, const struct group_result *like)
{
    memset(into, 0, sizeof *into);
    memcpy(into->name, like->name, sizeof into->name);
    memcpy(into->scenario, like->scenario, sizeof into->scenario);
    for (int k = 0; k < HIST_KINDS; k++) {
        int rc = hist_init(&into->hist[k], like->hist[k].max_trackable_ns, like->hist[k].digits);
        if (rc < 0) return rc;
    }
    return 0;
}

/* Slow clients have figures of their own: beside requests, how long they were put up with says nothing. */
static bool counts_for_all(const struct driver *d, int group)
{
    if (!d->groups[group].scenario->drips) return true;
    for (int i = 0; i < d->groups_n; i++)
        if (!d->groups[i].scenario->drips) return false;
    return true; /* there are no others */
}

static int merge_groups(const struct run *run, struct result *r)
{
    const struct driver *first = &run->drivers[0];
    r->groups = calloc((size_t)first->groups_n, sizeof *r->groups);
    if (!r->groups) return -ENOMEM;
    int rc = init_group(&r->all, &first->groups[0].result);
    (void)snprintf(r->all.name, sizeof r->all.name, "all");
    for (int g = 0; rc == 0 && g < first->groups_n; g++) {
        rc = init_group(&r->groups[g], &first->groups[g].result);
        r->groups_n = g + 1;
        for (uint32_t d = 0; rc == 0 && d < run->drivers_n; d++) group_add(&r->groups[g], &run->drivers[d].groups[g].result);
        if (rc == 0 && counts_for_all(first, g)) group_add(&r->all, &r->groups[g]);
        else if (rc == 0) group_add_apart(&r->all, &r->groups[g]);
    }
    return rc;
}

static int merge_ramp(const struct run *run, struct result *r)
{
    const struct hist *like = &run->drivers[0].ramp.connect;
    int rc = hist_init(&r->ramp.connect, like->max_trackable_ns, like->digits);
    for (uint32_t d = 0; rc == 0 && d < run->drivers_n; d++) {
        const struct driver *from = &run->drivers[d];
        r->ramp.opened += from->ramp.opened;
        r->ramp.failed += from->ramp.failed;
        r->ramp.reopened += from->ramp.reopened;
        r->ramp.lost += from->ramp.lost;
        hist_merge(&r->ramp.connect, &from->ramp.connect);
        r->probe.asked += from->probe.asked;
        r->probe.answered += from->probe.answered;
        r->probe.failed += from->probe.failed;
    }
    for (int i = 0; i < r->phases_n; i++) {
        uint64_t length = r->phases[i].end_ns - r->phases[i].start_ns;
        if (r->phases[i].kind == PHASE_RAMP) r->ramp.length_ns = length;
        if (r->phases[i].kind == PHASE_PROBE) r->probe.length_ns = length;
    }
    if (r->ramp.length_ns) r->ramp.rate = (double)r->ramp.opened / ((double)r->ramp.length_ns / 1e9);
    return rc;
}

/* "closed", a kind of plan, or both where some groups of a mix have a plan and others none. */
static void name_plan(const struct run *run, char *out, size_t room)
{
    static const char *const arrivals[] = {
        [ARRIVAL_CONST] = "const", [ARRIVAL_POISSON] = "poisson", [ARRIVAL_BURST] = "burst", [ARRIVAL_TRACE] = "trace"};
    const struct driver *d = &run->drivers[0];
    const struct options *o = run->o;
    int planned = 0, closed = 0;
    for (int i = 0; i < d->groups_n; i++) {
        if (d->groups[i].plan) planned++;
        else if (!d->groups[i].scenario->drips && !d->groups[i].scenario->holds) closed++;
    }
    bool staged = o->stages_n && !o->stages[0].connections && o->arrival != ARRIVAL_TRACE;
    const char *arrival = staged && o->arrival == ARRIVAL_CONST ? "" : arrivals[o->arrival];
    (void)snprintf(out, room, "%s%s%s%s", planned && staged ? "stages" : "", planned && staged && *arrival ? " " : "",
                   planned ? arrival : "closed", planned && closed ? ", closed" : "");
}

static void describe(const struct run *run, struct result *r)
{
    const struct options *o = run->o;
    const char *const verify[] = {[VERIFY_FULL] = "full", [VERIFY_SAMPLE] = "sample", [VERIFY_STATUS] = "status"};
    struct clock now = {0};
    clock_tick(&now);
    r->options = o;
    (void)snprintf(r->version, sizeof r->version, "%s", QUERN_LOAD_VERSION);
    (void)snprintf(r->command_line, sizeof r->command_line, "%s", o->command_line);
    (void)snprintf(r->target, sizeof r->target, "%s", o->url);
    name_plan(run, r->plan, sizeof r->plan);
    (void)snprintf(r->verify, sizeof r->verify, "%s", verify[o->verify]);
    r->seed = o->seed;
    r->started_wall_ns = now.wall_ns - (now.mono_ns - run->start_ns);
    r->rate_asked = run->rate;
    r->connections = o->connections;
    r->threads = o->threads;
    r->rings = run->lanes_n;
    r->labels_n = o->labels_n;
    for (int i = 0; i < o->labels_n; i++) (void)snprintf(r->labels[i], sizeof r->labels[i], "%s", o->labels[i]);
    host_read(&r->host);
}

static void merge_loader(const struct run *run, struct result *r)
{
    struct loader_figures *l = &r->loader;
    l->bytes_per_connection = sizeof(struct conn);
    if (run->drivers[0].ends) l->bytes_per_connection += sizeof *run->drivers[0].ends;
    for (uint32_t d = 0; d < run->drivers_n; d++) {
        l->cpu_ns += run->drivers[d].cpu_ns;
        l->enters += metric_get(&run->drivers[d].enters);
        l->enobufs += metric_get(&run->drivers[d].enobufs);
        l->cq_overflows += metric_get(&run->drivers[d].cq_overflows);
        l->unpinned += run->drivers[d].unpinned;
    }
    l->wall_ns = r->measured_ns * run->drivers_n;
}

int merge_run(struct run *run, struct result *r)
{
    describe(run, r);
    merge_loader(run, r);
    merge_ticks_again(run, r);
    int rc = merge_groups(run, r);
    return rc < 0 ? rc : merge_ramp(run, r);
}

void merge_samples(struct result *r, const struct sample *before, const struct sample *ready, const struct sample *start,
                   const struct sample *end)
{
    struct server_figures *s = &r->server;
    s->cpu_ns = end->server_cpu_ns - start->server_cpu_ns;
    s->user_ns = end->server_user_ns - start->server_user_ns;
    s->system_ns = end->server_system_ns - start->server_system_ns;
    s->switches_voluntary = end->server_switches_voluntary - start->server_switches_voluntary;
    s->switches_involuntary = end->server_switches_involuntary - start->server_switches_involuntary;
    s->threads = end->server_threads;
    s->fds = end->server_fds;
    s->rss_before_bytes = before->server_rss_bytes;
    s->rss_after_bytes = ready->server_rss_bytes;
    s->slab_before_bytes = before->slab_bytes;
    s->slab_after_bytes = ready->slab_bytes;
    s->tcp_before_bytes = before->tcp_memory_bytes;
    s->tcp_after_bytes = ready->tcp_memory_bytes;
    s->tables_before_bytes = before->page_table_bytes;
    s->tables_after_bytes = ready->page_table_bytes;
    s->rss_end_bytes = end->server_rss_bytes;
    r->loader.rss_bytes = end->loader_rss_bytes;
    r->loader.major_faults = end->loader_major_faults - start->loader_major_faults;
    r->loader.steal_ns = end->steal_ns - start->steal_ns;
}
