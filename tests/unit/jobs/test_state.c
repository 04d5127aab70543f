/* Every move from every state: what the table allows, what not, and that the counts follow. */
#include "jobs/state.h"
#include "jobs/store.h"

#include <criterion/criterion.h>

#define NO (-1)

/* Written out a second time, by columns of enum job_cause:
 * due, activate, grant, ack, retry, fail, lost, crash, release, cancel, expire. */
static const int expected[JOB_STATES][JOB_CAUSES] = {
    [JOB_SCHEDULED] = {JOB_AVAILABLE, NO, NO, NO, NO, NO, NO, NO, NO, JOB_CANCELLED, JOB_DISCARDED, NO},
    [JOB_AVAILABLE] = {NO, NO, JOB_ACTIVE, NO, NO, NO, NO, NO, NO, JOB_CANCELLED, JOB_DISCARDED, NO},
    [JOB_PENDING] = {NO, JOB_AVAILABLE, NO, NO, NO, NO, NO, NO, NO, JOB_CANCELLED, JOB_DISCARDED, NO},
    [JOB_ACTIVE] = {NO, NO, NO, JOB_COMPLETED, JOB_RETRYABLE, JOB_DISCARDED, JOB_AVAILABLE, JOB_DISCARDED, JOB_AVAILABLE,
                    JOB_CANCELLED, JOB_DISCARDED, NO},
    [JOB_COMPLETED] = {NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO},
    [JOB_RETRYABLE] = {JOB_AVAILABLE, NO, NO, NO, NO, NO, NO, NO, NO, JOB_CANCELLED, JOB_DISCARDED, NO},
    [JOB_CANCELLED] = {NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO},
    [JOB_DISCARDED] = {NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, JOB_AVAILABLE},
};

static struct store store;

static void up(void)
{
    const struct queues_options options = {.queues_max = 4};
    cr_assert_eq(store_init(&store, 8, &options, 1), 0);
}

static void down(void)
{
    store_deinit(&store);
}

/* A shortest way to each state. */
static struct job *job_in(enum job_state state)
{
    struct job *job;
    cr_assert_eq(store_add(&store, (struct uuid){1, 2}, SLICE("q"), SLICE("t"), &job), STORE_OK);
    if (state == JOB_SCHEDULED || state == JOB_AVAILABLE || state == JOB_PENDING) {
        state_begin(&store, job, state);
        return job;
    }
    state_begin(&store, job, JOB_AVAILABLE);
    cr_assert(state_move(&store, job, CAUSE_GRANT));
    if (state == JOB_COMPLETED) state_move(&store, job, CAUSE_ACK);
    if (state == JOB_RETRYABLE) state_move(&store, job, CAUSE_RETRY);
    if (state == JOB_CANCELLED) state_move(&store, job, CAUSE_CANCEL);
    if (state == JOB_DISCARDED) state_move(&store, job, CAUSE_FAIL);
    cr_assert_eq(job->state, state);
    return job;
}

static uint64_t all_jobs(const uint64_t *by_state)
{
    uint64_t n = 0;
    for (int s = 0; s < JOB_STATES; s++) n += by_state[s];
    return n;
}

static void check_counts(const struct job *job)
{
    const struct queue *queue = queues_find(&store.queues, SLICE("q"));
    cr_assert_eq(store.by_state[job->state], 1);
    cr_assert_eq(queue->by_state[job->state], 1);
    cr_assert_eq(all_jobs(store.by_state), 1);
    cr_assert_eq(all_jobs(queue->by_state), 1);
}

static void check_move(enum job_state from, enum job_cause cause)
{
    int want = expected[from][cause];
    enum job_state to = from;
    up();
    struct job *job = job_in(from);
    cr_assert_eq(state_next(from, cause, &to), want != NO);
    cr_assert_eq(state_move(&store, job, cause), want != NO, "from %s by %d", job_state_name(from), (int)cause);
    cr_assert_eq(job->state, want == NO ? from : (enum job_state)want);
    if (want != NO) {
        cr_assert_eq(to, (enum job_state)want);
        cr_assert_eq(job->previous_state, from);
    }
    check_counts(job);
    down();
}

Test(jobs_state, every_move)
{
    for (int from = 0; from < JOB_STATES; from++)
        for (int cause = 0; cause < JOB_CAUSES; cause++) check_move((enum job_state)from, (enum job_cause)cause);
}

/* But for dead letters, which somebody may want to be tried again. */
Test(jobs_state, terminal_states_are_those_without_a_way_out)
{
    for (int from = 0; from < JOB_STATES; from++) {
        bool has_way_out = false;
        enum job_state to;
        for (int cause = 0; cause < JOB_CAUSES; cause++)
            if (cause != CAUSE_REVIVE) has_way_out |= state_next((enum job_state)from, (enum job_cause)cause, &to);
        cr_expect_eq(has_way_out, !job_state_is_terminal((enum job_state)from));
    }
}

Test(jobs_state, names)
{
    cr_expect_str_eq(job_state_name(JOB_AVAILABLE), "available");
    cr_expect_str_eq(job_state_name(JOB_DISCARDED), "discarded");
    for (int s = 0; s < JOB_STATES; s++) cr_expect(job_state_name((enum job_state)s)[0] != '\0');
}
