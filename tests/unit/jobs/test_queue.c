/* Which job is next: priority, then sequence, whatever order jobs come back in. */
#include "rig.h"
#include "base/random.h"
#include "jobs/pile.h"
#include "jobs/queue.h"
#include "jobs/store.h"

#define JOBS 300

struct model {
    struct queues queues;
    struct random random;
    struct job jobs[JOBS];
    enum { OUT, READY, TAKEN } where[JOBS];
};

static const char *const queue_names[] = {"qa", "qb"};
static const char *const type_names[] = {"local.a", "t.x", "local.c", "t.y", "t.z"};

static struct job *naive_best(struct model *m, const char *queue, uint64_t locals)
{
    struct job *best = NULL;
    for (int i = 0; i < JOBS; i++) {
        struct job *job = &m->jobs[i];
        if (m->where[i] != READY || !slice_eq(queues_queue_name(&m->queues, job), slice_str(queue))) continue;
        uint16_t local = queues_local_type(&m->queues, job);
        if (locals && (local == NOT_LOCAL || !(locals >> local & 1))) continue;
        bool wins = !best || job->priority > best->priority;
        if (best && job->priority == best->priority) wins = job->sequence < best->sequence;
        if (wins) best = job;
    }
    return best;
}

static void add(struct model *m, int i)
{
    struct job *job = &m->jobs[i];
    if (m->where[i] == OUT) {
        *job = (struct job){.priority = (int8_t)((int)random_below(&m->random, 5) * 50 - 100), .state = JOB_AVAILABLE};
        const char *queue = queue_names[random_below(&m->random, 2)], *type = type_names[random_below(&m->random, 5)];
        cr_assert(queues_enter(&m->queues, job, slice_str(queue), slice_str(type)));
    }
    queue_add(&m->queues, job);
    m->where[i] = READY;
}

static void forget(struct model *m, int i)
{
    m->jobs[i].state = JOB_COMPLETED;
    queues_retire(&m->queues, &m->jobs[i]);
    queues_leave(&m->queues, &m->jobs[i]);
    m->where[i] = OUT;
}

static void check_best(struct model *m)
{
    for (int q = 0; q < 2; q++) {
        const struct queue *queue = queues_find(&m->queues, slice_str(queue_names[q]));
        cr_assert_eq(queue ? queue_best(queue) : NULL, naive_best(m, queue_names[q], 0));
    }
    uint64_t types = 1 + random_below(&m->random, 7);
    struct job *local = queues_best_local(&m->queues, &types);
    struct job *a = naive_best(m, "qa", types), *b = naive_best(m, "qb", types);
    cr_assert(local == a || local == b);
    cr_assert(local || (!a && !b));
    if (local) queues_turn(&m->queues, local);
}

static void step(struct model *m)
{
    int i = (int)random_below(&m->random, JOBS);
    switch (m->where[i]) {
    case OUT: add(m, i); break;
    case READY:
        queue_remove(&m->queues, &m->jobs[i]);
        m->where[i] = TAKEN;
        break;
    case TAKEN:
        if (random_below(&m->random, 3)) add(m, i);
        else forget(m, i);
        break;
    }
    check_best(m);
}

Test(jobs_queue, against_a_list_that_is_searched)
{
    struct model *m = calloc(1, sizeof *m);
    const struct queues_options options = {.queues_max = 3, .local_types = rig_local_types, .n_local_types = RIG_LOCALS};
    cr_assert_eq(queues_init(&m->queues, &options, 3), 0);
    random_seed(&m->random, 11);
    for (int n = 0; n < 20000; n++) step(m);
    for (int i = 0; i < JOBS; i++) {
        if (m->where[i] == READY) queue_remove(&m->queues, &m->jobs[i]);
        if (m->where[i] != OUT) forget(m, i);
    }
    cr_assert_eq(m->queues.lanes.n_used, 0);
    cr_assert_eq(m->queues.types.items.n_used, 0);
    cr_assert_eq(m->queues.names.items.n_used, 0);
    queues_deinit(&m->queues);
    free(m);
}

/* Many come back in a bad order; taking them in order must neither recurse deeply nor take for
 * ever. */
Test(jobs_queue, a_large_pile)
{
    enum { N = 200000 };
    struct job *jobs = calloc(N, sizeof *jobs), *top = NULL;
    for (uint64_t i = 0; i < N; i++) {
        jobs[i].sequence = i % 2 ? i + 1 : N * 2 - i;
        top = pile_add(top, &jobs[i]);
    }
    uint64_t last = 0;
    for (uint64_t i = 0; i < N; i++) {
        cr_assert_gt(top->sequence, last);
        last = top->sequence;
        top = pile_remove(top, top);
    }
    cr_assert_null(top);
    free(jobs);
}

Test(jobs_queue, names_and_lanes_have_a_limit)
{
    struct queues q;
    struct job jobs[2] = {{.state = JOB_AVAILABLE}, {.state = JOB_AVAILABLE}};
    const struct queues_options options = {.queues_max = 1};
    cr_assert_eq(queues_init(&q, &options, 3), 0);
    cr_assert(queues_enter(&q, &jobs[0], SLICE("one"), SLICE("t")));
    cr_assert_not(queues_enter(&q, &jobs[1], SLICE("two"), SLICE("u")));
    cr_assert_eq(q.types.items.n_used, 1, "nothing is left of the refused one");
    jobs[0].state = JOB_COMPLETED;
    queues_retire(&q, &jobs[0]);
    queues_leave(&q, &jobs[0]);
    cr_assert(queues_enter(&q, &jobs[1], SLICE("two"), SLICE("u")));
    queues_deinit(&q);
}

/* How many jobs fit when each has a queue and a type of its own out of so many. */
static uint32_t enter_all(uint32_t queues_max, uint32_t n_queues, uint32_t n_types)
{
    struct queues q;
    struct job jobs[64] = {0};
    const struct queues_options options = {.queues_max = queues_max};
    uint32_t n = 0, left;
    cr_assert_eq(queues_init(&q, &options, 3), 0);
    for (uint32_t i = 0; i < n_queues * n_types; i++) {
        char queue[2] = {(char)('a' + i % n_queues), 0}, type[2] = {(char)('a' + i / n_queues), 0};
        n += queues_enter(&q, &jobs[n], slice_str(queue), slice_str(type));
    }
    left = q.lanes.n_used;
    for (uint32_t i = 0; i < n; i++) {
        jobs[i].state = JOB_COMPLETED;
        queues_retire(&q, &jobs[i]);
        queues_leave(&q, &jobs[i]);
    }
    cr_assert_eq(left, n);
    cr_assert_eq(q.names.items.n_used + q.types.items.n_used + q.lanes.n_used, 0, "the refused ones have left nothing");
    queues_deinit(&q);
    return n;
}

Test(jobs_queue, limits_of_queues_types_and_lanes)
{
    cr_expect_eq(enter_all(3, 3, 4), 12, "4 lanes a queue");
    cr_expect_eq(enter_all(3, 4, 1), 3, "queues");
    cr_expect_eq(enter_all(1, 1, 5), 4, "types");
    cr_expect_eq(enter_all(3, 3, 5), 12, "lanes");
}

/* ---- through the engine ---- */

static void expect_order(struct rig *rig, const char *queues, const struct uuid *ids, int n)
{
    for (int i = 0; i < n; i++) cr_expect(uuid_eq(fetch_one(rig, queues).id, ids[i]), "job %d", i);
    cr_expect_not(fetch(rig, queues, NULL));
}

Test(jobs_queue, first_in_first_out_over_types)
{
    struct rig *rig = rig_up();
    struct uuid ids[6];
    for (int i = 0; i < 6; i++) ids[i] = submit(rig, "q", type_names[i % 3], 0);
    expect_order(rig, "q", ids, 6);
    rig_down(rig);
}

Test(jobs_queue, priority_goes_first)
{
    struct rig *rig = rig_up();
    static const int priorities[] = {0, -100, 100, 10, -10, 99, 0};
    static const int order[] = {2, 5, 3, 0, 6, 4, 1};
    struct uuid ids[7], expected[7];
    for (int i = 0; i < 7; i++) ids[i] = submit(rig, "q", i % 2 ? "t.x" : "t.y", priorities[i]);
    for (int i = 0; i < 7; i++) expected[i] = ids[order[i]];
    expect_order(rig, "q", expected, 7);
    rig_down(rig);
}

Test(jobs_queue, queues_in_the_order_of_the_client)
{
    struct rig *rig = rig_up();
    struct uuid low = submit(rig, "low", "t.x", 100), high = submit(rig, "high", "t.x", -100);
    submit(rig, "other", "t.x", 0);
    expect_order(rig, "high,none,low", (struct uuid[]){high, low}, 2);
    rig_down(rig);
}

Test(jobs_queue, many_in_one_fetch)
{
    struct rig *rig = rig_up();
    struct uuid ids[40];
    for (int i = 0; i < 40; i++) ids[i] = submit(rig, i < 3 ? "a" : "b", "t.x", 0);
    struct ask *ask = ask_do(fetch_new(rig, "a,b", 5));
    cr_assert_eq(ask->call.n_views, 5);
    for (int i = 0; i < 5; i++) cr_assert(uuid_eq(ask_views(ask)[i].id, ids[i]));
    ask_free(ask);
    ask = ask_do(fetch_new(rig, "a,b", 1000));
    cr_assert_eq(ask->call.n_views, ENGINE_FETCH_MAX);
    ask_free(ask);
    ask = ask_do(fetch_new(rig, "a,b", 0));
    cr_assert_eq(ask->call.n_views, 1, "0 reads as 1");
    ask_free(ask);
    rig_down(rig);
}

Test(jobs_queue, sequence_is_kept_over_retry_and_loss)
{
    struct rig *rig = rig_up();
    struct uuid ids[4];
    for (int i = 0; i < 4; i++) ids[i] = submit_plain(rig);
    for (int i = 0; i < 3; i++) fetch_one(rig, "q");
    nack(rig, ids[1]);            /* back after 1 s */
    rig_pass(rig, 30 * NS_PER_S); /* 0 and 2 lose their leases */
    struct uuid late = submit_plain(rig);
    expect_order(rig, "q", (struct uuid[]){ids[0], ids[1], ids[2], ids[3], late}, 5);
    rig_down(rig);
}
