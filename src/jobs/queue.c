#include "jobs/queue.h"
#include "base/check.h"
#include "jobs/pile.h"
#include "jobs/store.h"

#include <errno.h>
#include <stdlib.h>

/* Most queues hold few types, and a type with nothing to do holds no lane. */
#define LANES_PER_QUEUE 4
/* Type names are also kept by finished jobs, which outnumber the queues' present types. */
#define TYPES_PER_QUEUE 4

static size_t local_words(const struct queues *q)
{
    return (q->options.n_local_types + 63u) / 64u;
}

static int init_local(struct queues *q)
{
    size_t words = local_words(q), types = q->options.n_local_types;
    q->local_ready = calloc(words + types + 1, sizeof(uint64_t)); /* +1: calloc(0) may be NULL */
    if (!q->local_ready) return -ENOMEM;
    q->n_local_ready = q->local_ready + words;
    return 0;
}

int queues_init(struct queues *q, const struct queues_options *options, uint64_t seed)
{
    uint32_t n = options->queues_max;
    *q = (struct queues){.options = *options};
    list_init(&q->turns);
    int rc = names_init(&q->names, sizeof(struct queue), n, seed);
    if (rc < 0) return rc;
    rc = names_init(&q->types, sizeof(struct job_type), n * TYPES_PER_QUEUE, seed);
    if (rc < 0) goto free_names;
    rc = slab_init(&q->lanes, sizeof(struct lane), n * LANES_PER_QUEUE);
    if (rc < 0) goto free_types;
    rc = table_init(&q->lanes_by_pair, n * LANES_PER_QUEUE, seed);
    if (rc < 0) goto free_lanes;
    rc = init_local(q);
    if (rc < 0) goto free_table;
    return 0;
free_table:
    table_deinit(&q->lanes_by_pair);
free_lanes:
    slab_deinit(&q->lanes);
free_types:
    names_deinit(&q->types);
free_names:
    names_deinit(&q->names);
    return rc;
}

void queues_deinit(struct queues *q)
{
    free(q->local_ready);
    table_deinit(&q->lanes_by_pair);
    slab_deinit(&q->lanes);
    names_deinit(&q->types);
    names_deinit(&q->names);
}

/* ---- names and lanes ---- */

static uint16_t find_local(const struct queues *q, struct slice type)
{
    for (uint16_t i = 0; i < q->options.n_local_types; i++)
        if (slice_eq(slice_str(q->options.local_types[i]), type)) return i;
    return NOT_LOCAL;
}

static struct queue *queue_ref(struct queues *q, struct slice name)
{
    struct queue *queue = names_ref(&q->names, name);
    if (queue && queue->name.refs == 1) {
        list_init(&queue->lanes);
        list_init(&queue->turn);
    }
    return queue;
}

static struct job_type *type_ref(struct queues *q, struct slice name)
{
    struct job_type *type = names_ref(&q->types, name);
    if (type && type->name.refs == 1) type->local = find_local(q, name);
    return type;
}

static struct lane *lane_at(const struct queues *q, const struct job *job)
{
    struct lane *lane = slab_at(&q->lanes, job->lane, slab_generation(&q->lanes, job->lane));
    assert(lane);
    return lane;
}

static struct lane *lane_find(const struct queues *q, uint32_t queue, uint32_t type, uint64_t hash)
{
    for (struct table_node *n = table_first(&q->lanes_by_pair, hash); n; n = table_next(n)) {
        struct lane *lane = container_of(n, struct lane, by_pair);
        if (lane->queue == queue && lane->type == type) return lane;
    }
    return NULL;
}

/* NULL: no room. */
static struct lane *lane_make(struct queues *q, uint32_t queue, uint32_t type, uint16_t local)
{
    uint32_t pair[2] = {queue, type};
    uint64_t hash = table_hash(&q->lanes_by_pair, slice_make(pair, sizeof pair));
    struct lane *lane = lane_find(q, queue, type, hash);
    if (lane) return lane;
    lane = slab_get(&q->lanes, NULL);
    if (!lane) return NULL;
    lane->queue = queue;
    lane->type = type;
    lane->local = local;
    list_init(&lane->link);
    table_add(&q->lanes_by_pair, &lane->by_pair, hash);
    return lane;
}

static struct lane *lane_ref(struct queues *q, uint32_t queue, uint32_t type, uint16_t local)
{
    struct lane *latest = q->lane_latest;
    if (!latest || latest->queue != queue || latest->type != type) q->lane_latest = lane_make(q, queue, type, local);
    if (q->lane_latest) q->lane_latest->refs++;
    return q->lane_latest;
}

bool queues_enter(struct queues *q, struct job *job, struct slice queue_name, struct slice type_name)
{
    struct queue *queue = queue_ref(q, queue_name);
    if (!queue) return false;
    struct job_type *type = type_ref(q, type_name);
    if (!type) goto drop_queue;
    job->queue = names_slot(&q->names, queue);
    struct lane *lane = lane_ref(q, job->queue, names_slot(&q->types, type), type->local);
    if (!lane) goto drop_type;
    job->lane = slab_slot(&q->lanes, lane);
    return true;
drop_type:
    names_unref(&q->types, type);
drop_queue:
    names_unref(&q->names, queue);
    return false;
}

void queues_retire(struct queues *q, struct job *job)
{
    struct lane *lane = lane_at(q, job);
    job->type = lane->type;
    if (--lane->refs > 0) return;
    assert(lane->n_ready == 0);
    if (q->lane_latest == lane) q->lane_latest = NULL;
    table_remove(&q->lanes_by_pair, &lane->by_pair);
    slab_put(&q->lanes, lane);
}

bool queues_revive(struct queues *q, struct job *job)
{
    const struct job_type *type = names_at(&q->types, job->type);
    struct lane *lane = lane_ref(q, job->queue, job->type, type->local);
    if (lane) job->lane = slab_slot(&q->lanes, lane);
    return lane != NULL;
}

void queues_leave(struct queues *q, struct job *job)
{
    names_unref(&q->types, names_at(&q->types, job->type));
    names_unref(&q->names, queues_queue(q, job));
}

struct queue *queues_queue(const struct queues *q, const struct job *job)
{
    struct queue *queue = names_at(&q->names, job->queue);
    assert(queue);
    return queue;
}

struct slice queues_queue_name(const struct queues *q, const struct job *job)
{
    return name_slice(&queues_queue(q, job)->name);
}

struct slice queues_type_name(const struct queues *q, const struct job *job)
{
    uint32_t slot = job_state_is_terminal(job->state) ? job->type : lane_at(q, job)->type;
    const struct job_type *type = names_at(&q->types, slot);
    return name_slice(&type->name);
}

uint16_t queues_local_type(const struct queues *q, const struct job *job)
{
    return lane_at(q, job)->local;
}

struct queue *queues_find(const struct queues *q, struct slice name)
{
    return names_find(&q->names, name);
}

struct queue *queues_keep(struct queues *q, struct slice name)
{
    struct queue *queue = queues_find(q, name);
    if (queue && queue->is_kept) return queue;
    queue = queue_ref(q, name);
    if (!queue) return NULL;
    queue->is_kept = true;
    q->n_kept++;
    return queue;
}

void queues_forget(struct queues *q, struct queue *queue)
{
    if (!queue->is_kept) return;
    queue->is_kept = false;
    q->n_kept--;
    queue->settings = (struct queue_settings){0};
    queue->is_blocked = false; /* it has no job that is ready */
    names_unref(&q->names, queue);
}

uint64_t queue_depth(const struct queue *queue)
{
    uint64_t ended = queue->by_state[JOB_COMPLETED] + queue->by_state[JOB_CANCELLED] + queue->by_state[JOB_DISCARDED];
    return queue->name.refs - queue->is_kept - queue->n_stragglers - ended;
}

void queue_straggler_add(struct queue *queue)
{
    queue->name.refs++;
    queue->n_stragglers++;
}

bool queues_straggler_end(struct queues *q, struct queue *queue)
{
    assert(queue->n_stragglers > 0);
    queue->n_stragglers--;
    return names_unref(&q->names, queue);
}

/* ---- ready jobs ---- */

static unsigned line_of(const struct job *job)
{
    return (unsigned)(JOB_PRIORITY_MAX - job->priority);
}

static void line_add(struct lane *lane, struct job *job)
{
    unsigned i = line_of(job);
    uint64_t bit = UINT64_C(1) << (i % 64);
    if (!(lane->filled[i / 64] & bit)) list_init(&lane->lines[i]);
    lane->filled[i / 64] |= bit;
    list_push_back(&lane->lines[i], &job->link);
}

static void line_remove(struct lane *lane, struct job *job)
{
    unsigned i = line_of(job);
    list_remove(&job->link);
    if (list_empty(&lane->lines[i])) lane->filled[i / 64] &= ~(UINT64_C(1) << (i % 64));
}

static struct job *line_best(const struct lane *lane)
{
    for (unsigned word = 0; word < sizeof lane->filled / sizeof *lane->filled; word++) {
        if (!lane->filled[word]) continue;
        unsigned i = word * 64 + (unsigned)__builtin_ctzll(lane->filled[word]);
        return container_of(lane->lines[i].next, struct job, link);
    }
    return NULL;
}

static struct job *better(struct job *a, struct job *b)
{
    if (!a || !b) return a ? a : b;
    return job_before(b, a) ? b : a;
}

static struct job *lane_best(const struct lane *lane)
{
    return better(line_best(lane), lane->pile);
}

/* n more jobs of a local type are ready for the workers of this server. True: it had none. */
static bool local_add(struct queues *q, struct queue *queue, uint16_t local, uint32_t n)
{
    if (local == NOT_LOCAL || n == 0) return false;
    if (queue->n_local_ready == 0) list_push_back(&q->turns, &queue->turn);
    queue->n_local_ready += n;
    q->local_ready[local / 64] |= UINT64_C(1) << (local % 64);
    q->n_local_ready[local] += n;
    return q->n_local_ready[local] == n;
}

static void local_remove(struct queues *q, struct queue *queue, uint16_t local, uint32_t n)
{
    if (local == NOT_LOCAL || n == 0) return;
    assert(queue->n_local_ready >= n && q->n_local_ready[local] >= n);
    queue->n_local_ready -= n;
    if (queue->n_local_ready == 0) list_remove(&queue->turn);
    q->n_local_ready[local] -= n;
    if (q->n_local_ready[local] == 0) q->local_ready[local / 64] &= ~(UINT64_C(1) << (local % 64));
}

static bool is_held_back(const struct queue *queue)
{
    uint32_t most = queue->settings.config.concurrency;
    return queue->settings.paused_ns || (most && queue->by_state[JOB_ACTIVE] + queue->n_stragglers >= most);
}

unsigned queue_gauge(struct queues *q, struct queue *queue)
{
    bool is_blocked = is_held_back(queue), has_news = false;
    if (is_blocked == queue->is_blocked) return 0;
    queue->is_blocked = is_blocked;
    list_for_each (node, &queue->lanes) {
        const struct lane *lane = container_of(node, struct lane, link);
        if (is_blocked) local_remove(q, queue, lane->local, lane->n_ready);
        else has_news |= local_add(q, queue, lane->local, lane->n_ready);
    }
    return is_blocked ? 0 : QUEUE_OPENED | (has_news ? QUEUE_NEWS : 0);
}

/* Whether the job's place is behind all that are in its line. */
static bool is_behind_line(const struct lane *lane, const struct job *job)
{
    unsigned i = line_of(job);
    if (!(lane->filled[i / 64] >> (i % 64) & 1)) return true;
    return container_of(lane->lines[i].prev, struct job, link)->sequence < job->sequence;
}

static bool add(struct queues *q, struct job *job, bool to_pile)
{
    struct queue *queue = queues_queue(q, job);
    struct lane *lane = lane_at(q, job);
    job->is_returned = to_pile;
    if (to_pile) lane->pile = pile_add(lane->pile, job);
    else line_add(lane, job);
    if (lane->n_ready++ == 0) list_push_back(&queue->lanes, &lane->link);
    return !queue->is_blocked && local_add(q, queue, lane->local, 1);
}

bool queue_add(struct queues *q, struct job *job)
{
    bool is_returned = job->sequence != 0;
    if (!is_returned) job->sequence = ++queues_queue(q, job)->sequence_last;
    return add(q, job, is_returned);
}

bool queue_restore(struct queues *q, struct job *job)
{
    struct queue *queue = queues_queue(q, job);
    if (job->sequence == 0) return queue_add(q, job);
    if (job->sequence > queue->sequence_last) queue->sequence_last = job->sequence;
    return add(q, job, !is_behind_line(lane_at(q, job), job));
}

void queue_remove(struct queues *q, struct job *job)
{
    struct lane *lane = lane_at(q, job);
    if (job->is_returned) lane->pile = pile_remove(lane->pile, job);
    else line_remove(lane, job);
    assert(lane->n_ready > 0);
    if (--lane->n_ready == 0) list_remove(&lane->link);
    if (!queues_queue(q, job)->is_blocked) local_remove(q, queues_queue(q, job), lane->local, 1);
}

struct job *queue_best(const struct queue *queue)
{
    struct job *best = NULL;
    if (queue->is_blocked) return NULL;
    list_for_each (node, &queue->lanes) best = better(best, lane_best(container_of(node, struct lane, link)));
    return best;
}

static bool has_bit(const uint64_t *words, uint16_t bit)
{
    return words[bit / 64] >> (bit % 64) & 1;
}

static struct job *best_local(const struct queue *queue, const uint64_t *types)
{
    struct job *best = NULL;
    list_for_each (node, &queue->lanes) {
        const struct lane *lane = container_of(node, struct lane, link);
        if (lane->local != NOT_LOCAL && has_bit(types, lane->local)) best = better(best, lane_best(lane));
    }
    return best;
}

static bool any_ready(const struct queues *q, const uint64_t *types)
{
    for (size_t i = 0; i < local_words(q); i++)
        if (q->local_ready[i] & types[i]) return true;
    return false;
}

struct job *queues_best_local(const struct queues *q, const uint64_t *types)
{
    if (!any_ready(q, types)) return NULL; /* most asks of idle workers end here */
    list_for_each (node, &q->turns) {
        struct job *best = best_local(container_of(node, struct queue, turn), types);
        if (best) return best;
    }
    return NULL;
}

void queues_turn(struct queues *q, const struct job *job)
{
    struct queue *queue = queues_queue(q, job);
    if (queue->n_local_ready == 0) return; /* not in line any more */
    list_remove(&queue->turn);
    list_push_back(&q->turns, &queue->turn);
}
