#include "jobs/store.h"
#include "base/check.h"
#include "base/table.h"
#include "jobs/state.h"

/* With what slab, heap and index keep per job: see engine_bytes_per_job(). */
static_assert(sizeof(struct job) <= 168, "a queued job must stay small");
static_assert(JOB_CRASHES_MAX < 4, "job.crashes has 2 bits");

/* How many finished jobs a call gives up at most in order to free a queue or type name. */
#define DROPS_FOR_A_NAME 64u

/* ojs-retry §8, and nothing else. */
static struct wishes usual_wishes(void)
{
    struct retry_policy p = retry_policy_default();
    return (struct wishes){
        .max_attempts = p.max_attempts,
        .retry_initial_ms = p.initial_ms,
        .retry_max_ms = p.max_ms,
        .retry_coefficient = p.coefficient,
        .retry_backoff = p.backoff,
        .retry_jitter = p.jitter,
        .dead_letter = p.dead_letter,
    };
}

int store_init(struct store *s, uint32_t jobs_max, const struct queues_options *queues, uint64_t seed)
{
    *s = (struct store){.usual = usual_wishes(), .seed = seed};
    list_init(&s->terminal);
    list_init(&s->termed);
    list_init(&s->dead);
    int rc = slab_init(&s->jobs, sizeof(struct job), jobs_max);
    if (rc < 0) return rc;
    rc = slab_init(&s->histories, sizeof(struct history), jobs_max); /* one a job at most */
    if (rc < 0) goto free_jobs;
    rc = slab_init(&s->wishes, sizeof(struct wishes), jobs_max);
    if (rc < 0) goto free_histories;
    rc = heap_init(&s->terms, jobs_max);
    if (rc < 0) goto free_wishes;
    rc = slot_index_init(&s->by_id, jobs_max);
    if (rc < 0) goto free_terms;
    rc = queues_init(&s->queues, queues, seed);
    if (rc < 0) goto free_index;
    return 0;
free_index:
    slot_index_deinit(&s->by_id);
free_terms:
    heap_deinit(&s->terms);
free_wishes:
    slab_deinit(&s->wishes);
free_histories:
    slab_deinit(&s->histories);
free_jobs:
    slab_deinit(&s->jobs);
    return rc;
}

static struct wishes *wishes_at(const struct store *s, uint32_t slot)
{
    return slab_item(&s->wishes, slot);
}

static void drop_parts(struct store *s, struct job *job)
{
    block_unref(job->envelope);
    if (job_state_is_terminal(job->state)) block_unref(job->result);
    if (job->wishes != SLAB_NONE) slab_put(&s->wishes, wishes_at(s, job->wishes));
    if (job->history == SLAB_NONE) return;
    struct history *h = store_history(s, job);
    for (uint8_t i = 0; i < h->n_errors; i++) block_unref(h->errors[i]);
    block_unref(h->progress.data);
    block_unref(h->progress.checkpoint);
    slab_put(&s->histories, h);
}

void store_deinit(struct store *s)
{
    for (uint32_t slot = 0; slot < s->jobs.n_touched; slot++) {
        struct job *job = slab_at(&s->jobs, slot, slab_generation(&s->jobs, slot));
        if (job) drop_parts(s, job);
    }
    queues_deinit(&s->queues);
    slot_index_deinit(&s->by_id);
    heap_deinit(&s->terms);
    slab_deinit(&s->wishes);
    slab_deinit(&s->histories);
    slab_deinit(&s->jobs);
}

static uint64_t hash_of(const struct store *s, struct uuid id)
{
    return hash_seeded(s->seed, slice_make(&id, sizeof id));
}

struct job *store_find(const struct store *s, struct uuid id)
{
    for (struct slot_search at = slot_index_search(&s->by_id, hash_of(s, id)); slot_index_next(&s->by_id, &at);) {
        struct job *job = slab_item(&s->jobs, at.slot);
        if (uuid_eq(job->id, id)) return job;
    }
    return NULL;
}

void store_expect(const struct store *s, struct uuid id)
{
    slot_index_expect(&s->by_id, hash_of(s, id));
}

struct job *store_oldest_terminal(const struct store *s)
{
    return list_empty(&s->terminal) ? NULL : container_of(s->terminal.next, struct job, link);
}

struct job *store_oldest_dead(const struct store *s)
{
    return list_empty(&s->dead) ? NULL : container_of(s->dead.next, struct job, link);
}

struct job *store_first_to_go(const struct store *s)
{
    struct job *oldest = store_oldest_terminal(s);
    struct job *termed = list_empty(&s->termed) ? NULL : container_of(s->termed.next, struct job, link);
    if (!oldest || (termed && termed->ended_ns < oldest->ended_ns)) oldest = termed;
    return oldest ? oldest : store_oldest_dead(s); /* kept as long as there is room for what is alive */
}

static bool drop_oldest(struct store *s)
{
    struct job *oldest = store_first_to_go(s);
    if (oldest) store_drop(s, oldest);
    return oldest != NULL;
}

/* There is no room for a name: finished jobs keep some, so giving one up may free it. False: no more are given up. A start goes on as
 * long as there are any: what had been dropped for its age left no record, so it is back and so are its names. */
static bool give_up_for_a_name(struct store *s, uint32_t *drops)
{
    if (!s->is_restoring && (*drops)++ == DROPS_FOR_A_NAME) return false;
    return drop_oldest(s);
}

static bool enter_queue(struct store *s, struct job *job, struct slice queue, struct slice type)
{
    for (uint32_t drops = 0; !queues_enter(&s->queues, job, queue, type);)
        if (!give_up_for_a_name(s, &drops)) return false;
    return true;
}

struct queue *store_keep_queue(struct store *s, struct slice name)
{
    struct queue *queue;
    for (uint32_t drops = 0; (queue = queues_keep(&s->queues, name)) == NULL;)
        if (!give_up_for_a_name(s, &drops)) return NULL;
    return queue;
}

enum store_outcome store_add(struct store *s, struct uuid id, struct slice queue, struct slice type, struct job **out)
{
    if (s->jobs.n_used == s->jobs.n_max && !drop_oldest(s)) return STORE_FULL;
    uint32_t slot;
    struct job *job = slab_get(&s->jobs, &slot);
    assert(job);
    if (!enter_queue(s, job, queue, type)) {
        slab_put(&s->jobs, job);
        return STORE_NAMES_FULL;
    }
    job->id = id;
    job->history = job->wishes = SLAB_NONE;
    heap_node_init(&job->time);
    slot_index_add(&s->by_id, hash_of(s, id), slot);
    *out = job;
    return STORE_OK;
}

static void leave_index(struct store *s, const struct job *job)
{
    slot_index_remove(&s->by_id, hash_of(s, job->id), slab_slot(&s->jobs, job));
}

void store_take_back(struct store *s, struct job *job)
{
    assert(!job->envelope && job->history == SLAB_NONE && job->wishes == SLAB_NONE);
    queues_retire(&s->queues, job);
    queues_leave(&s->queues, job);
    leave_index(s, job);
    slab_put(&s->jobs, job);
}

void store_retire(struct store *s, struct job *job, uint64_t until_ns)
{
    assert(job_state_is_terminal(job->state) && job->time.index == HEAP_OUT);
    job->time.key = until_ns;
    if (!job->is_dead) {
        list_push_back(&s->terminal, &job->link);
        return;
    }
    list_push_back(&s->dead, &job->link);
    if (++s->n_dead > JOB_DEAD_MAX) store_drop(s, container_of(s->dead.next, struct job, link));
}

void store_retire_until(struct store *s, struct job *job, uint64_t wall_ns)
{
    assert(job_state_is_terminal(job->state) && !job->is_dead);
    job->has_term = 1;
    list_push_back(&s->termed, &job->link);
    heap_add(&s->terms, &job->time, wall_ns);
}

struct job *store_first_term(const struct store *s)
{
    struct heap_node *first = heap_first(&s->terms);
    return first ? container_of(first, struct job, time) : NULL;
}

/* ---- order after a replay ---- */

static uint64_t ended_ns(const struct list *node)
{
    return container_of(node, struct job, link)->ended_ns;
}

/* a and b: sorted, linked by next only, ended by NULL; of equal ones those of a come first. */
static struct list *merge(struct list *a, struct list *b)
{
    struct list first, *last = &first;
    while (a && b) {
        struct list **from = ended_ns(b) < ended_ns(a) ? &b : &a;
        last->next = *from;
        last = *from;
        *from = last->next;
    }
    last->next = a ? a : b;
    return first.next;
}

static bool is_sorted(const struct list *head)
{
    for (const struct list *node = head->next; node != head && node->next != head; node = node->next)
        if (ended_ns(node->next) < ended_ns(node)) return false;
    return true;
}

/* Merge sort from the bottom: runs[i] has 2^i nodes, or none. */
static void sort_ended(struct list *head)
{
    struct list *runs[32] = {NULL}, *all = NULL, *node, *rest;
    if (is_sorted(head)) return;
    rest = head->next;
    head->prev->next = NULL;
    list_init(head);
    while ((node = rest) != NULL) {
        size_t i = 0;
        rest = node->next;
        for (node->next = NULL; runs[i]; runs[i++] = NULL) node = merge(runs[i], node);
        runs[i] = node;
    }
    for (size_t i = 0; i < 32; i++) all = runs[i] ? merge(runs[i], all) : all;
    while ((node = all) != NULL) {
        all = node->next;
        list_push_back(head, node);
    }
}

void store_sort_ended(struct store *s)
{
    sort_ended(&s->terminal);
    sort_ended(&s->termed);
    sort_ended(&s->dead);
}

void store_exhume(struct store *s, struct job *job)
{
    assert(job_state_is_terminal(job->state));
    list_remove(&job->link);
    if (job->has_term) heap_remove(&s->terms, &job->time);
    s->n_dead -= job->is_dead;
    job->is_dead = 0;
    job->has_term = 0;
}

void store_forget(struct store *s, struct job *job)
{
    assert(job->n_waits == 0 && (job->has_term || job->time.index == HEAP_OUT));
    if (s->on_drop) s->on_drop(s->drop_arg, job);
    state_end(s, job);
    if (job_state_is_terminal(job->state)) store_exhume(s, job);
    else queues_retire(&s->queues, job);
    leave_index(s, job);
    queues_leave(&s->queues, job);
    drop_parts(s, job);
    slab_put(&s->jobs, job);
}

void store_drop(struct store *s, struct job *job)
{
    assert(job_state_is_terminal(job->state));
    store_forget(s, job);
}

static struct history *history_at(const struct store *s, uint32_t slot)
{
    return slab_at(&s->histories, slot, slab_generation(&s->histories, slot));
}

struct history *store_history(struct store *s, struct job *job)
{
    if (job->history != SLAB_NONE) return history_at(s, job->history);
    struct history *h = slab_get(&s->histories, &job->history);
    assert(h);
    return h;
}

const struct history *store_history_if(const struct store *s, const struct job *job)
{
    return job->history == SLAB_NONE ? NULL : history_at(s, job->history);
}

const struct wishes *store_wishes(const struct store *s, const struct job *job)
{
    return job->wishes == SLAB_NONE ? &s->usual : wishes_at(s, job->wishes);
}

static uint32_t bits_of(float f)
{
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    return bits;
}

static bool is_usual(const struct store *s, const struct wishes *w)
{
    const struct wishes *u = &s->usual;
    if (w->expires_ns || w->meta.len || w->tags.len || w->non_retryable.len) return false;
    return w->max_attempts == u->max_attempts && w->retry_initial_ms == u->retry_initial_ms && w->retry_max_ms == u->retry_max_ms &&
           bits_of(w->retry_coefficient) == bits_of(u->retry_coefficient) &&
           w->retry_backoff == u->retry_backoff && w->retry_jitter == u->retry_jitter && w->dead_letter == u->dead_letter;
}

void store_wish(struct store *s, struct job *job, const struct wishes *w)
{
    if (is_usual(s, w)) {
        if (job->wishes != SLAB_NONE) slab_put(&s->wishes, wishes_at(s, job->wishes));
        job->wishes = SLAB_NONE;
        return;
    }
    struct wishes *own = job->wishes == SLAB_NONE ? slab_get(&s->wishes, &job->wishes) : wishes_at(s, job->wishes);
    assert(own); /* there are as many as jobs */
    *own = *w;
}

void store_error_add(struct store *s, struct job *job, struct block *text)
{
    if (!text) return;
    struct history *h = store_history(s, job);
    if (h->n_errors == JOB_ERRORS_KEPT) block_unref(h->errors[--h->n_errors]);
    memmove(h->errors + 1, h->errors, h->n_errors * sizeof *h->errors);
    h->errors[0] = text;
    h->n_errors++;
}
