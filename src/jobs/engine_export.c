/* engine_export.c: everything an engine holds, as records for other engines. Offline: nobody asks the engine anything meanwhile. */
#include "base/check.h"
#include "jobs/engine_parts.h"
#include "jobs/home.h"
#include "jobs/job_record.h"
#include "jobs/queue_record.h"

#include <errno.h>
#include <stdlib.h>

/* Schedules' numbers are one engine's. Where engines are put together they get new ones: number_first and what follows, in order. */
struct numbers {
    uint32_t *of; /* those of this engine that something names; ascending, each once */
    size_t n;
    uint32_t first;
};

struct exporter {
    struct engine *engine;
    struct engine_export *x;
    struct numbers numbers;
};

/* ---- numbers ---- */

static int ascending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static struct job *job_at(const struct engine *e, uint32_t slot)
{
    return slab_at(&e->store.jobs, slot, slab_generation(&e->store.jobs, slot));
}

static uint32_t number_of_job(const struct engine *e, const struct job *job)
{
    return job->is_firing ? firings_number(&e->firings, slab_slot(&e->store.jobs, job)) : 0;
}

static int collect_numbers(const struct engine *e, uint32_t first, struct numbers *out)
{
    size_t n = 0, most = schedules_count(&e->schedules) + (size_t)e->store.jobs.n_used + 1;
    uint32_t *of = calloc(most, sizeof *of);
    if (!of) return -ENOMEM;
    for (uint32_t slot = 0; slot < e->schedules.slab.n_touched; slot++) {
        const struct schedule *s = schedules_at(&e->schedules, slot);
        if (s) of[n++] = s->number;
    }
    for (uint32_t slot = 0; slot < e->store.jobs.n_touched; slot++) {
        const struct job *job = job_at(e, slot);
        if (job && number_of_job(e, job)) of[n++] = number_of_job(e, job);
    }
    qsort(of, n, sizeof *of, ascending);
    *out = (struct numbers){.of = of, .first = first};
    for (size_t i = 0; i < n; i++)
        if (out->n == 0 || of[out->n - 1] != of[i]) of[out->n++] = of[i];
    return 0;
}

static uint32_t renumber(const struct numbers *all, uint32_t number)
{
    const uint32_t *at = bsearch(&number, all->of, all->n, sizeof *all->of, ascending);
    assert(at);
    return all->first + (uint32_t)(at - all->of);
}

/* ---- records ---- */

static int put_queue(struct exporter *p, const struct queue *queue)
{
    struct slice name = name_slice(&queue->name);
    struct record_queue record = queue_record_make(&queue->settings, name, false);
    struct slice parts[2] = {slice_make(&record, sizeof record), name};
    return p->x->put(p->x->arg, home_of(name, p->x->n_engines), RECORD_QUEUE, parts, 2);
}

static int put_schedule(struct exporter *p, const struct schedule *s)
{
    struct schedule_image image;
    struct slice parts[SCHEDULE_IMAGE_PARTS];
    cron_image(p->engine, s, &image);
    image.state.number = renumber(&p->numbers, s->number);
    size_t n = schedule_image_parts(&image, RECORD_SCHEDULE, parts);
    return p->x->put(p->x->arg, home_of(image.queue, p->x->n_engines), RECORD_SCHEDULE, parts, n);
}

/* A schedule that has been given another queue since may belong to another engine than the jobs that it made before: these are then
 * jobs like any other, and the schedule does not wait for them. */
static uint32_t schedule_of(const struct exporter *p, const struct job *job, uint32_t schedule, uint32_t engine)
{
    uint32_t number = number_of_job(p->engine, job);
    const struct schedule *s = number ? schedules_find_number(&p->engine->schedules, number) : NULL;
    if (!number || (s && home_of(s->spec.job.queue, p->x->n_engines) != engine)) return 0;
    return renumber(&p->numbers, number) | (schedule & RECORD_SERIAL);
}

static int take_blob(const struct exporter *p, uint32_t engine, struct record_blob *blob)
{
    if (!blob->number) return 0;
    return p->x->take_blob(p->x->arg, p->engine->options.index, blob->number, engine, &blob->number);
}

static int put_job(struct exporter *p, struct job *job)
{
    struct job_image image;
    struct slice parts[JOB_IMAGE_PARTS];
    uint32_t lengths[JOB_ERRORS_KEPT];
    log_image(p->engine, job, &image);
    uint32_t engine = home_of(image.queue, p->x->n_engines);
    image.birth.schedule = schedule_of(p, job, image.birth.schedule, engine);
    if (!job_state_is_terminal(job->state)) p->x->unfinished[engine]++;
    if (image.key.len) p->x->keys[engine]++;
    int rc = take_blob(p, engine, &image.input_blob);
    if (rc == 0) rc = take_blob(p, engine, &image.result_blob);
    if (rc < 0) return rc;
    size_t n = job_image_parts(&image, RECORD_SNAPSHOT, parts, lengths);
    return p->x->put(p->x->arg, engine, RECORD_SNAPSHOT, parts, n);
}

/* To the engine that its jobs go to; where they go to several, that of the first. */
static int put_batch_key(struct exporter *p, const struct batch_key *k)
{
    const struct record_batch_item *items = (const struct record_batch_item *)(const void *)k->items->bytes;
    const struct job *job = NULL;
    struct batch_rider record;
    for (uint32_t i = 0; i < k->n_items && !job; i++) job = store_find(&p->engine->store, items[i].id);
    struct slice home = job ? queues_queue_name(&p->engine->store.queues, job) : slice_make(k->key.name, sizeof k->key.name);
    uint32_t engine = home_of(home, p->x->n_engines);
    batch_key_record(k, &record);
    p->x->batch_keys[engine]++;
    p->x->batch_items[engine] += k->n_items;
    return p->x->put(p->x->arg, engine, RECORD_BATCH, record.parts, 2);
}

static int put_nonce(struct exporter *p, const struct nonce *n)
{
    struct record_nonce record = {.ends_ns = n->ends_ns};
    memcpy(record.name, n->name, sizeof record.name);
    struct slice part = slice_make(&record, sizeof record);
    return p->x->put(p->x->arg, home_of(slice_make(n->name, sizeof n->name), p->x->n_engines), RECORD_NONCE, &part, 1);
}

/* ---- all of them ---- */

static int put_all(struct exporter *p)
{
    const struct engine *e = p->engine;
    const struct names *names = &e->store.queues.names;
    int rc = 0;
    for (uint32_t slot = 0; rc == 0 && slot < names_slots(names); slot++) {
        const struct queue *queue = names_at(names, slot);
        if (queue && queue->is_kept) rc = put_queue(p, queue);
    }
    for (uint32_t slot = 0; rc == 0 && slot < e->schedules.slab.n_touched; slot++) {
        const struct schedule *s = schedules_at(&e->schedules, slot);
        if (s) rc = put_schedule(p, s);
    }
    for (uint32_t slot = 0; rc == 0 && slot < e->store.jobs.n_touched; slot++) {
        struct job *job = job_at(e, slot);
        if (job && job->durability != DURABILITY_MEMORY) rc = put_job(p, job);
    }
    for (const struct list *node = e->batch_keys.by_log.next; rc == 0 && node != &e->batch_keys.by_log; node = node->next)
        rc = put_batch_key(p, container_of(node, struct batch_key, by_log));
    for (const struct list *node = e->nonces.order.next; rc == 0 && node != &e->nonces.order; node = node->next)
        rc = put_nonce(p, container_of(node, struct nonce, link));
    return rc;
}

int engine_export(struct engine *e, struct engine_export *x)
{
    struct exporter p = {.engine = e, .x = x};
    int rc = collect_numbers(e, x->number_first, &p.numbers);
    if (rc < 0) return rc;
    rc = put_all(&p);
    x->number_first += (uint32_t)p.numbers.n;
    free(p.numbers.of);
    return rc;
}
