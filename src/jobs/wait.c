#include "jobs/wait.h"
#include "base/check.h"
#include "jobs/engine.h"
#include "jobs/store.h"

/* Parked calls belong to requests, whose number is bounded elsewhere; past this one a call is
 * answered at once. Memory is touched only as far as it is used. */
#define CALLS_MAX (1u << 20)
#define PLACES_MAX (1u << 18)
#define CALLS_PER_JOB_MAX \
    4096 /* so that the end of one job does not hold up the engine for long \
                                */

struct waited_queue {
    struct name name; /* one reference per place */
    struct list places;
};

/* A parked fetch, in line for one of its queues. */
struct wait_place {
    struct list in_queue; /* in waited_queue.places, in order of arrival */
    struct list of_call;  /* in call->link, which heads the places of a parked fetch */
    struct waited_queue *queue;
    struct engine_call *call;
};

int waits_init(struct waits *w, uint32_t queues_max, uint64_t seed)
{
    for (size_t i = 0; i < WAIT_BUCKETS; i++) list_init(&w->by_job[i]);
    int rc = heap_init(&w->deadlines, CALLS_MAX);
    if (rc < 0) return rc;
    rc = names_init(&w->queues, sizeof(struct waited_queue), queues_max, seed);
    if (rc < 0) goto free_deadlines;
    rc = slab_init(&w->places, sizeof(struct wait_place), PLACES_MAX);
    if (rc < 0) goto free_queues;
    return 0;
free_queues:
    names_deinit(&w->queues);
free_deadlines:
    heap_deinit(&w->deadlines);
    return rc;
}

void waits_deinit(struct waits *w)
{
    assert(w->deadlines.n == 0);
    slab_deinit(&w->places);
    names_deinit(&w->queues);
    heap_deinit(&w->deadlines);
}

/* By its place in memory: a client may choose the id. */
static struct list *bucket_of(const struct waits *w, const struct job *job)
{
    return (struct list *)&w->by_job[(uintptr_t)job / sizeof *job % WAIT_BUCKETS];
}

bool waits_for_job(struct waits *w, struct engine_call *call, struct job *job, uint64_t deadline_ns)
{
    if (job->n_waits == CALLS_PER_JOB_MAX || w->deadlines.n == CALLS_MAX) return false;
    job->n_waits++;
    call->id = job->id;
    list_push_back(bucket_of(w, job), &call->link);
    heap_add(&w->deadlines, &call->deadline, deadline_ns);
    return true;
}

struct engine_call *waits_of_job(const struct waits *w, const struct job *job)
{
    if (job->n_waits == 0) return NULL;
    struct list *bucket = bucket_of(w, job), *node = bucket->next;
    while (!uuid_eq(container_of(node, struct engine_call, link)->id, job->id)) {
        node = node->next;
        assert(node != bucket); /* n_waits says that it is there */
    }
    return container_of(node, struct engine_call, link);
}

struct engine_call *waits_watching(const struct waits *w, const struct job *job, const struct engine_call *after)
{
    if (job->n_waits == 0) return NULL;
    const struct list *bucket = bucket_of(w, job), *node = after ? after->link.next : bucket->next;
    for (; node != bucket; node = node->next) {
        struct engine_call *call = container_of((struct list *)node, struct engine_call, link);
        if (call->version && uuid_eq(call->id, job->id)) return call;
    }
    return NULL;
}

static bool place_add(struct waits *w, struct engine_call *call, struct slice queue)
{
    if (queue.len > NAME_BYTES_MAX) return false;
    struct wait_place *place = slab_get(&w->places, NULL);
    if (!place) return false;
    place->queue = names_ref(&w->queues, queue);
    if (!place->queue) {
        slab_put(&w->places, place);
        return false;
    }
    if (place->queue->name.refs == 1) list_init(&place->queue->places);
    place->call = call;
    list_push_back(&place->queue->places, &place->in_queue);
    list_push_back(&call->link, &place->of_call);
    return true;
}

static void places_drop(struct waits *w, struct engine_call *call)
{
    for (struct list *node = list_pop_front(&call->link); node; node = list_pop_front(&call->link)) {
        struct wait_place *place = container_of(node, struct wait_place, of_call);
        list_remove(&place->in_queue);
        names_unref(&w->queues, place->queue);
        slab_put(&w->places, place);
    }
}

bool waits_for_queues(struct waits *w, struct engine_call *call, uint64_t deadline_ns)
{
    if (w->deadlines.n == CALLS_MAX) return false;
    list_init(&call->link);
    for (uint16_t i = 0; i < call->n_queues; i++) {
        if (place_add(w, call, call->queues[i])) continue;
        places_drop(w, call);
        return false;
    }
    heap_add(&w->deadlines, &call->deadline, deadline_ns);
    return true;
}

struct engine_call *waits_first(const struct waits *w, struct slice queue)
{
    const struct waited_queue *waited = w->places.n_used ? names_find(&w->queues, queue) : NULL;
    if (!waited) return NULL;
    return container_of(waited->places.next, struct wait_place, in_queue)->call;
}

uint32_t waits_queue_slots(const struct waits *w)
{
    return names_slots(&w->queues);
}

struct slice waits_queue_name(const struct waits *w, uint32_t slot)
{
    const struct waited_queue *waited = names_at(&w->queues, slot);
    return waited ? name_slice(&waited->name) : (struct slice){NULL, 0};
}

struct engine_call *waits_next(const struct waits *w)
{
    struct heap_node *first = heap_first(&w->deadlines);
    return first ? container_of(first, struct engine_call, deadline) : NULL;
}

void waits_leave(struct waits *w, struct engine_call *call, struct job *job)
{
    assert((job != NULL) == (call->op != ENGINE_FETCH));
    heap_remove(&w->deadlines, &call->deadline);
    if (job) {
        job->n_waits--;
        list_remove(&call->link);
    } else {
        places_drop(w, call);
    }
}
