#include "jobs/schedules.h"

#include "base/check.h"
#include "base/list.h"
#include "base/zone.h"

#include <errno.h>

/* Names of time zones at a time: the database has some 600. */
#define CLOCKS_MAX 1024u

struct schedule_clock {
    struct name name;
    struct zone *own; /* NULL: UTC, which is not read from a file */
};

const char *schedule_overlap_name(enum schedule_overlap o)
{
    static const char *const names[SCHEDULE_OVERLAPS] = {"skip", "allow", "cancel_previous", "enqueue"};
    return names[o];
}

void schedule_view_drop(struct schedule_view *v)
{
    v->text.block = block_unref(v->text.block);
}

/* ---- time zones ---- */

static const struct zone *zone_of(const struct schedule_clock *c)
{
    return c->own ? c->own : zone_utc();
}

/* NULL: there is no such zone. */
static struct schedule_clock *clock_ref(struct schedules *b, struct slice name)
{
    struct schedule_clock *c = names_find(&b->clocks, name);
    struct zone *own = NULL;
    if (!c && !slice_eq(name, SLICE("UTC")) && zone_open(ZONE_FOLDER, name, &own) < 0) return NULL;
    bool is_new = !c;
    c = names_ref(&b->clocks, name);
    if (c && is_new) c->own = own;
    else zone_free(own);
    return c;
}

static void clock_unref(struct schedules *b, struct schedule_clock *c)
{
    if (!c) return;
    struct zone *own = c->own;
    if (!names_unref(&b->clocks, c)) zone_free(own);
}

/* ---- the book ---- */

int schedules_init(struct schedules *b, uint32_t n_max, uint64_t seed)
{
    *b = (struct schedules){0};
    int rc = slab_init(&b->slab, sizeof(struct schedule), n_max);
    if (rc < 0) return rc;
    rc = table_init(&b->by_name, n_max, seed);
    if (rc < 0) goto free_slab;
    rc = table_init(&b->by_number, n_max, seed);
    if (rc < 0) goto free_by_name;
    rc = heap_init(&b->times, n_max);
    if (rc < 0) goto free_by_number;
    rc = names_init(&b->clocks, sizeof(struct schedule_clock), CLOCKS_MAX, seed);
    if (rc < 0) goto free_times;
    return 0;
free_times:
    heap_deinit(&b->times);
free_by_number:
    table_deinit(&b->by_number);
free_by_name:
    table_deinit(&b->by_name);
free_slab:
    slab_deinit(&b->slab);
    return rc;
}

struct schedule *schedules_at(const struct schedules *b, uint32_t slot)
{
    return slab_at(&b->slab, slot, slab_generation(&b->slab, slot));
}

void schedules_deinit(struct schedules *b)
{
    for (uint32_t slot = 0; slot < b->slab.n_touched; slot++) {
        struct schedule *s = schedules_at(b, slot);
        if (s) schedules_remove(b, s);
    }
    names_deinit(&b->clocks);
    heap_deinit(&b->times);
    table_deinit(&b->by_number);
    table_deinit(&b->by_name);
    slab_deinit(&b->slab);
}

struct schedule *schedules_find(const struct schedules *b, struct slice name, uint32_t owner, bool any)
{
    struct schedule *oldest = NULL;
    for (struct table_node *n = table_first(&b->by_name, table_hash(&b->by_name, name)); n; n = table_next(n)) {
        struct schedule *s = container_of(n, struct schedule, by_name);
        if (!slice_eq(schedule_name(&s->spec.text), name)) continue;
        if (s->owner == owner) return s;
        if (!oldest || s->number < oldest->number) oldest = s;
    }
    return any ? oldest : NULL;
}

static uint64_t hash_of_number(const struct schedules *b, uint32_t number)
{
    return table_hash(&b->by_number, slice_make(&number, sizeof number));
}

struct schedule *schedules_find_number(const struct schedules *b, uint32_t number)
{
    for (struct table_node *n = table_first(&b->by_number, hash_of_number(b, number)); n; n = table_next(n)) {
        struct schedule *s = container_of(n, struct schedule, by_number);
        if (s->number == number) return s;
    }
    return NULL;
}

/* ---- what is due ---- */

static const struct zone *zone(const struct schedule *s)
{
    return zone_of(s->clock);
}

/* The next one after after_ns. */
static void find_gap(struct schedules *b, struct schedule *s, uint64_t after_ns)
{
    uint64_t gap = cron_gap(&s->cron, zone(s), after_ns, s->next_ns);
    s->gap_ns = gap == CRON_NEVER ? 0 : gap;
    heap_set(&b->times, &s->time, s->gap_ns ? s->gap_ns : s->next_ns);
}

void schedule_arm(struct schedules *b, struct schedule *s)
{
    s->next_ns = s->gap_ns = 0;
    heap_remove(&b->times, &s->time);
    if (!s->spec.enabled || !s->clock) return;
    uint64_t next = cron_next(&s->cron, zone(s), s->anchor_ns, s->until_ns);
    if (next == CRON_NEVER) return;
    s->next_ns = next;
    find_gap(b, s, s->until_ns);
}

void schedule_pass_gap(struct schedules *b, struct schedule *s)
{
    find_gap(b, s, s->gap_ns);
}

void schedule_put_off(struct schedules *b, struct schedule *s, uint64_t wall_ns)
{
    heap_set(&b->times, &s->time, wall_ns);
}

struct cron_missed schedule_missed(const struct schedule *s, uint64_t now_ns)
{
    return cron_missed(&s->cron, zone(s), s->anchor_ns, s->until_ns, now_ns);
}

struct schedule *schedules_first(const struct schedules *b)
{
    return container_of(heap_first(&b->times), struct schedule, time);
}

uint64_t schedules_next_ns(const struct schedules *b)
{
    const struct heap_node *first = heap_first(&b->times);
    return first ? first->key : UINT64_MAX;
}

/* ---- changes ---- */

/* Whether there is a zone and a time: *cron and *clock are set. */
static enum schedules_outcome read_times(struct schedules *b, const struct schedule_text *text, uint64_t now_ns,
                                         struct cron *cron, struct schedule_clock **clock)
{
    struct cron_error error;
    *clock = NULL;
    if (cron_parse(schedule_expression(text), cron, &error) < 0) return SCHEDULES_BAD_EXPRESSION;
    *clock = clock_ref(b, schedule_zone(text));
    if (!*clock) return SCHEDULES_NO_ZONE;
    return cron_next(cron, zone_of(*clock), now_ns, now_ns) == CRON_NEVER ? SCHEDULES_NEVER : SCHEDULES_OK;
}

enum schedules_outcome schedules_add(struct schedules *b, const struct schedule_spec *spec, uint32_t number, uint64_t now_ns,
                                     bool is_kept, struct schedule **out)
{
    struct cron cron = {0};
    struct schedule_clock *clock;
    if (b->slab.n_used == b->slab.n_max) return SCHEDULES_FULL;
    enum schedules_outcome outcome = read_times(b, &spec->text, now_ns, &cron, &clock);
    if (outcome != SCHEDULES_OK && !is_kept) {
        clock_unref(b, clock);
        return outcome;
    }
    struct schedule *s = slab_get(&b->slab, NULL);
    s->spec = *spec;
    s->cron = cron;
    s->clock = clock;
    s->created_ns = s->anchor_ns = s->until_ns = now_ns;
    s->number = number ? number : ++b->number_last;
    if (s->number > b->number_last) b->number_last = s->number;
    if (!clock) b->n_stranded++;
    heap_node_init(&s->time);
    table_add(&b->by_name, &s->by_name, table_hash(&b->by_name, schedule_name(&s->spec.text)));
    table_add(&b->by_number, &s->by_number, hash_of_number(b, s->number));
    *out = s;
    return SCHEDULES_OK;
}

static bool has_same_times(const struct schedule_text *a, const struct schedule_text *b)
{
    return slice_eq(schedule_expression(a), schedule_expression(b)) && slice_eq(schedule_zone(a), schedule_zone(b));
}

static void set_clock(struct schedules *b, struct schedule *s, struct schedule_clock *clock)
{
    if (!s->clock) b->n_stranded--;
    clock_unref(b, s->clock);
    s->clock = clock;
}

enum schedules_outcome schedules_replace(struct schedules *b, struct schedule *s, const struct schedule_spec *spec,
                                         uint64_t now_ns)
{
    struct cron cron;
    struct schedule_clock *clock;
    enum schedules_outcome outcome = read_times(b, &spec->text, now_ns, &cron, &clock);
    if (outcome != SCHEDULES_OK) {
        clock_unref(b, clock);
        return outcome;
    }
    bool is_same = has_same_times(&s->spec.text, &spec->text) && s->clock;
    set_clock(b, s, clock);
    s->cron = cron;
    if (!is_same) s->anchor_ns = s->until_ns = now_ns;
    bool was_enabled = s->spec.enabled, enabled = spec->enabled;
    block_unref(s->spec.text.block);
    s->spec = *spec;
    s->spec.enabled = was_enabled;
    schedules_enable(b, s, enabled, now_ns);
    return SCHEDULES_OK;
}

void schedules_enable(struct schedules *b, struct schedule *s, bool enabled, uint64_t now_ns)
{
    bool begins = enabled && !s->spec.enabled;
    s->spec.enabled = enabled;
    if (begins && s->until_ns < now_ns) s->until_ns = now_ns;
    schedule_arm(b, s);
}

void schedules_remove(struct schedules *b, struct schedule *s)
{
    if (!s->clock) b->n_stranded--;
    clock_unref(b, s->clock);
    heap_remove(&b->times, &s->time);
    table_remove(&b->by_name, &s->by_name);
    table_remove(&b->by_number, &s->by_number);
    block_unref(s->spec.text.block);
    slab_put(&b->slab, s);
}

/* ---- looking ---- */

void schedule_view_fill(const struct schedule *s, struct schedule_view *v)
{
    *v = (struct schedule_view){
        .text = s->spec.text,
        .created_ns = s->created_ns,
        .next_ns = s->next_ns,
        .last_run_ns = s->last_run_ns,
        .run_count = s->run_count,
        .skip_count = s->skip_count,
        .missed_count = s->missed_count,
        .last_job = s->last_job,
        .overlap = s->spec.overlap,
        .enabled = s->spec.enabled,
        .is_stranded = !s->clock,
    };
    block_ref(v->text.block);
}
