/* Queues that are paused or have limits of their own; their settings over restarts. */
#include "log_rig.h"

#include "jobs/engine_parts.h"
#include "jobs/queue_record.h"

#include <errno.h>

static struct rig *r;

static void up(void)
{
    r = rig_up();
}

static void down(void)
{
    rig_down(r);
}

TestSuite(jobs_queues, .init = up, .fini = down);

static struct ask *set_new(struct rig *rig, enum engine_op op, const char *queue, unsigned set)
{
    struct ask *ask = ask_new(rig, op);
    ask->call.args = rig_block(rig, queue);
    ask->call.queue.name = block_slice(ask->call.args);
    ask->call.queue.set = set;
    return ask;
}

static struct queue_view view_of(struct ask *ask)
{
    cr_assert_eq(ask->call.n_views, 1);
    return *(struct queue_view *)(void *)ask->call.views->bytes;
}

static struct queue_view change(const char *queue, unsigned set, uint32_t concurrency, uint32_t max_size)
{
    struct ask *ask = set_new(r, ENGINE_QUEUE_SET, queue, set);
    ask->call.queue.config =
        (struct queue_config){.concurrency = concurrency, .max_size = max_size, .lease_ms = 7000, .timeout_ms = 9000};
    ask_do(ask);
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    struct queue_view view = view_of(ask);
    ask_free(ask);
    return view;
}

Test(jobs_queues, a_paused_queue_takes_jobs_and_grants_none)
{
    struct uuid first = submit_plain(r);
    struct queue_view view = change("q", QUEUE_SET_PAUSE, 0, 0);
    cr_assert_eq(view.settings.paused_ns, RIG_WALL_NS);
    cr_assert_eq(view.depth, 1);
    (void)submit_plain(r);
    cr_assert_not(fetch(r, "q", NULL));
    (void)submit(r, "other", "t.plain", 0);
    cr_assert_str_eq(fetch_one(r, "q,other").queue, "other");
    view = change("q", QUEUE_SET_RESUME, 0, 0);
    cr_assert_eq(view.settings.paused_ns, 0);
    cr_assert(uuid_eq(fetch_one(r, "q").id, first), "the order is kept");
}

Test(jobs_queues, pausing_twice_keeps_the_first_time)
{
    (void)submit_plain(r);
    (void)change("q", QUEUE_SET_PAUSE, 0, 0);
    rig_pass(r, NS_PER_S);
    struct queue_view view = change("q", QUEUE_SET_PAUSE, 0, 0);
    cr_assert_eq(view.settings.paused_ns, RIG_WALL_NS);
    cr_assert_eq(view.settings.updated_ns, RIG_WALL_NS + NS_PER_S);
}

Test(jobs_queues, who_waits_is_served_when_it_is_resumed)
{
    (void)submit_plain(r);
    (void)change("q", QUEUE_SET_PAUSE, 0, 0);
    struct ask *ask = fetch_new(r, "q", 1);
    ask->call.wait_ns = NS_PER_S;
    ask_do(ask);
    cr_assert_eq(ask->n_replies, 0);
    (void)submit_plain(r);
    cr_assert_eq(ask->n_replies, 0);
    (void)change("q", QUEUE_SET_RESUME, 0, 0);
    cr_assert_eq(ask->n_replies, 1);
    cr_assert_eq(ask->call.n_views, 1);
    ask_free(ask);
}

Test(jobs_queues, local_workers_respect_it_and_hear_of_its_end)
{
    struct local_grant out;
    (void)submit(r, "q", "local.a", 0);
    cr_assert_eq(r->n_ready, 1);
    (void)change("q", QUEUE_SET_PAUSE, 0, 0);
    cr_assert_not(grant(r, 7, &out));
    (void)submit(r, "q", "local.a", 0);
    cr_assert_eq(r->n_ready, 1, "nothing to do for them");
    (void)submit(r, "other", "local.b", 0);
    cr_assert(grant(r, 7, &out));
    cr_assert_eq(out.type, 1);
    (void)change("q", QUEUE_SET_RESUME, 0, 0);
    cr_assert_eq(r->n_ready, 3);
    cr_assert(grant(r, 7, &out));
    cr_assert(grant(r, 7, &out));
    cr_assert_not(grant(r, 7, &out));
}

Test(jobs_queues, jobs_come_and_go_while_it_is_paused)
{
    struct uuid ids[3] = {submit(r, "q", "local.a", 0), submit(r, "q", "t.plain", 0), submit(r, "q", "local.a", 0)};
    struct local_grant out;
    (void)change("q", QUEUE_SET_PAUSE, 0, 0);
    cr_assert_eq(ask_job(r, ENGINE_CANCEL, ids[0], NULL), ENGINE_OK);
    (void)change("q", QUEUE_SET_RESUME, 0, 0);
    cr_assert(grant(r, 7, &out));
    cr_assert(uuid_eq(out.id, ids[2]));
    cr_assert(uuid_eq(fetch_one(r, "q").id, ids[1]));
}

Test(jobs_queues, no_more_are_active_than_may_be)
{
    for (int i = 0; i < 5; i++) (void)submit_plain(r);
    (void)change("q", QUEUE_SET_CONCURRENCY, 2, 0);
    struct ask *ask = ask_do(fetch_new(r, "q", 5)), *waiting = fetch_new(r, "q", 1);
    cr_assert_eq(ask->call.n_views, 2);
    struct uuid first = ask_views(ask)[0].id;
    cr_assert_not(fetch(r, "q", NULL));
    waiting->call.wait_ns = NS_PER_S;
    ask_do(waiting);
    cr_assert_eq(waiting->n_replies, 0);
    cr_assert_eq(ack(r, first, 0), ENGINE_OK);
    cr_assert_eq(waiting->n_replies, 1, "one has ended, one may begin");
    cr_assert_eq(waiting->call.n_views, 1);
    cr_assert_not(fetch(r, "q", NULL));
    (void)change("q", QUEUE_SET_CONCURRENCY, 0, 0);
    (void)fetch_one(r, "q");
    ask_free(ask);
    ask_free(waiting);
}

Test(jobs_queues, local_and_remote_workers_share_a_limit)
{
    struct local_grant out, other;
    (void)change("q", QUEUE_SET_MAKE | QUEUE_SET_CONCURRENCY, 1, 0);
    for (int i = 0; i < 2; i++) (void)submit(r, "q", "local.a", 0);
    (void)submit_plain(r);
    cr_assert(grant(r, 7, &out));
    cr_assert_not(grant(r, 7, &other));
    cr_assert_not(fetch(r, "q", NULL));
    int n_ready = r->n_ready;
    engine_local_done(r->engine, out.slot, out.generation, out.token, &(struct local_result){.outcome = LOCAL_COMPLETED});
    cr_assert_eq(r->n_ready, n_ready + 1, "they hear that there is something again");
    cr_assert(grant(r, 7, &other));
}

Test(jobs_queues, a_lease_that_is_lost_makes_room)
{
    for (int i = 0; i < 2; i++) (void)submit_plain(r);
    (void)change("q", QUEUE_SET_CONCURRENCY, 1, 0);
    struct uuid first = fetch_one(r, "q").id;
    cr_assert_not(fetch(r, "q", NULL));
    rig_pass(r, 31 * NS_PER_S);
    cr_assert(uuid_eq(fetch_one(r, "q").id, first), "at its old place");
}

Test(jobs_queues, no_more_jobs_than_fit)
{
    struct job_view view;
    (void)change("q", QUEUE_SET_MAKE | QUEUE_SET_MAX_SIZE, 0, 2);
    struct uuid first = submit_plain(r);
    (void)submit_plain(r);
    cr_assert_eq(ask_once(submit_new(r, "q", "t.plain"), NULL), ENGINE_QUEUE_FULL);
    (void)submit(r, "other", "t.plain", 0);
    (void)fetch_one(r, "q");
    cr_assert_eq(ask_once(submit_new(r, "q", "t.plain"), NULL), ENGINE_QUEUE_FULL, "active ones have not ended");
    cr_assert_eq(ack(r, first, 0), ENGINE_OK);
    cr_assert_eq(ask_once(submit_new(r, "q", "t.plain"), &view), ENGINE_OK);
}

Test(jobs_queues, new_jobs_get_what_they_do_not_say)
{
    struct job_view view;
    struct uuid before = submit_plain(r);
    (void)change("q", QUEUE_SET_LEASE | QUEUE_SET_TIMEOUT, 0, 0);
    struct job_view after = info(r, submit_plain(r));
    cr_assert_eq(after.lease_ms, 7000);
    cr_assert_eq(after.timeout_ms, 9000);
    struct ask *ask = submit_new(r, "q", "t.plain");
    ask->call.spec.lease_ms = 1000;
    ask->call.spec.timeout_ms = 2000;
    cr_assert_eq(ask_once(ask, &view), ENGINE_OK);
    cr_assert_eq(view.lease_ms, 1000);
    cr_assert_eq(view.timeout_ms, 2000);
    cr_assert_eq(info(r, before).timeout_ms, 0, "what is there stays as it is");
}

Test(jobs_queues, names_that_nobody_has_used)
{
    struct ask *ask = ask_do(set_new(r, ENGINE_QUEUE_SET, "q", QUEUE_SET_PAUSE));
    cr_assert_eq(ask->call.outcome, ENGINE_NOT_FOUND);
    ask_free(ask);
    ask = ask_do(set_new(r, ENGINE_QUEUE_INFO, "q", 0));
    cr_assert_eq(ask->call.outcome, ENGINE_NOT_FOUND);
    ask_free(ask);
    ask = ask_do(set_new(r, ENGINE_QUEUE_DELETE, "q", 0));
    cr_assert_eq(ask->call.outcome, ENGINE_NOT_FOUND);
    ask_free(ask);
    ask = ask_do(set_new(r, ENGINE_QUEUE_SET, "q", QUEUE_SET_MAKE));
    cr_assert(ask->call.outcome == ENGINE_OK && ask->call.queue.is_new);
    ask_free(ask);
    for (int i = 0; i < 15; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "n%d", i);
        (void)change(name, QUEUE_SET_MAKE, 0, 0);
    }
    ask = ask_do(set_new(r, ENGINE_QUEUE_SET, "one-more", QUEUE_SET_MAKE));
    cr_assert_eq(ask->call.outcome, ENGINE_TOO_MANY_QUEUES);
    ask_free(ask);
}

Test(jobs_queues, deleted_when_nothing_is_left_to_do)
{
    struct uuid id = submit_plain(r);
    (void)change("q", QUEUE_SET_PAUSE, 0, 0);
    struct ask *ask = ask_do(set_new(r, ENGINE_QUEUE_DELETE, "q", 0));
    cr_assert_eq(ask->call.outcome, ENGINE_CONFLICT);
    cr_assert_eq(view_of(ask).depth, 1);
    ask_free(ask);
    cr_assert_eq(ask_job(r, ENGINE_CANCEL, id, NULL), ENGINE_OK);
    ask = ask_do(set_new(r, ENGINE_QUEUE_DELETE, "q", 0));
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    ask_free(ask);
    (void)submit_plain(r);
    (void)fetch_one(r, "q"); /* it is not paused any more */
}

/* ---- with a journal ---- */

static struct log_rig *g;

static void log_up(void)
{
    g = log_rig_up();
}

static void log_down(void)
{
    log_rig_down(g);
}

TestSuite(jobs_log_queues, .init = log_up, .fini = log_down);

static void log_set(const char *queue, unsigned set, uint32_t concurrency)
{
    struct ask *ask = set_new(g->r, ENGINE_QUEUE_SET, queue, set);
    ask->call.queue.config.concurrency = concurrency;
    log_do(g, ask);
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    ask_free(ask);
}

static struct queue_view log_look(const char *queue)
{
    struct ask *ask = log_do(g, set_new(g->r, ENGINE_QUEUE_INFO, queue, 0));
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    struct queue_view view = view_of(ask);
    ask_free(ask);
    return view;
}

Test(jobs_log_queues, a_pause_is_told_when_it_lasts)
{
    (void)log_submit(g, "q", "t.plain");
    struct ask *ask = ask_do(set_new(g->r, ENGINE_QUEUE_SET, "q", QUEUE_SET_PAUSE));
    cr_assert_eq(ask->n_replies, 0);
    log_settle(g);
    cr_assert_eq(ask->n_replies, 1);
    ask_free(ask);
}

Test(jobs_log_queues, a_paused_queue_is_paused_after_a_kill)
{
    struct uuid id = log_submit(g, "q", "t.plain");
    struct local_grant out;
    (void)log_submit(g, "q", "local.a");
    log_set("q", QUEUE_SET_PAUSE, 0);
    log_set("made", QUEUE_SET_MAKE | QUEUE_SET_CONCURRENCY, 3);
    log_restart(g, false);
    cr_assert_eq(log_look("q").settings.paused_ns, RIG_WALL_NS);
    cr_assert_eq(log_look("made").settings.config.concurrency, 3);
    cr_assert_eq(log_fetch(g, "q").id.high, 0);
    cr_assert_not(grant(g->r, 7, &out));
    log_set("q", QUEUE_SET_RESUME, 0);
    log_restart(g, false);
    cr_assert_eq(log_look("q").settings.paused_ns, 0);
    cr_assert(uuid_eq(log_fetch(g, "q").id, id));
    cr_assert(grant(g->r, 7, &out));
}

Test(jobs_log_queues, what_was_active_counts_after_a_restart)
{
    for (int i = 0; i < 2; i++) (void)log_submit(g, "q", "t.plain");
    log_set("q", QUEUE_SET_CONCURRENCY, 1);
    cr_assert_neq(log_fetch(g, "q").id.high, 0);
    log_restart(g, false);
    cr_assert_eq(log_fetch(g, "q").id.high, 0);
}

Test(jobs_log_queues, deleted_settings_stay_deleted)
{
    log_set("q", QUEUE_SET_MAKE | QUEUE_SET_PAUSE, 0);
    struct ask *ask = log_do(g, set_new(g->r, ENGINE_QUEUE_DELETE, "q", 0));
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    ask_free(ask);
    log_restart(g, false);
    ask = log_do(g, set_new(g->r, ENGINE_QUEUE_INFO, "q", 0));
    cr_assert_eq(ask->call.outcome, ENGINE_NOT_FOUND);
    ask_free(ask);
}

Test(jobs_log_queues, settings_move_on_when_their_segment_goes)
{
    log_set("kept", QUEUE_SET_MAKE | QUEUE_SET_PAUSE, 0);
    for (int i = 0; i < 3000 && metric_get(&engine_log_counts(g->r->engine)->segments_deleted) < 2; i++) {
        struct ask *ask = log_submit_new(g, "q", "t.plain", DURABILITY_LOGGED);
        struct block *large = block_new(&g->r->budget, 60000);
        struct job_view view;
        memset(large->bytes, ' ', large->capacity);
        large->len = large->capacity;
        block_unref(ask->call.spec.envelope);
        ask->call.spec.envelope = large;
        ask->call.spec.args = slice_make(large->bytes, 2);
        ask->call.spec.meta = ask->call.spec.retry.non_retryable = (struct slice){0};
        cr_assert_eq(log_once(g, ask, &view), ENGINE_OK);
        cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, view.id), NULL), ENGINE_OK);
        rig_pass(g->r, 3700 * NS_PER_S); /* and forgotten */
    }
    cr_assert_geq(metric_get(&engine_log_counts(g->r->engine)->segments_deleted), 2);
    log_restart(g, false);
    cr_assert_neq(log_look("kept").settings.paused_ns, 0);
}

/* ---- the record ---- */

Test(jobs_queue_record, reads_what_it_writes_and_nothing_else)
{
    struct queue_settings s = {.config = {1, 2, 3000, 4}, .paused_ns = 5, .created_ns = 6, .updated_ns = 7}, read;
    struct record_queue record = queue_record_make(&s, SLICE("mail"), true);
    char bytes[sizeof record + 5];
    struct slice name;
    bool is_deleted;
    memcpy(bytes, &record, sizeof record);
    memcpy(bytes + sizeof record, "mail!", 5);
    cr_assert(queue_record_read(slice_make(bytes, sizeof record + 4), &read, &name, &is_deleted));
    cr_assert(memcmp(&s, &read, sizeof s) == 0 && is_deleted && slice_eq(name, SLICE("mail")));
    cr_assert_not(queue_record_read(slice_make(bytes, sizeof record + 5), &read, &name, &is_deleted));
    for (size_t n = 0; n < sizeof record + 4; n++)
        cr_assert_not(queue_record_read(slice_make(bytes, n), &read, &name, &is_deleted), "%zu bytes", n);
    bytes[offsetof(struct record_queue, retry_backoff)] = 1; /* without the flag */
    cr_assert_not(queue_record_read(slice_make(bytes, sizeof record + 4), &read, &name, &is_deleted));
    bytes[offsetof(struct record_queue, retry_backoff)] = 0;
    bytes[offsetof(struct record_queue, flags)] = 2; /* a policy whose coefficient is 0 */
    cr_assert_not(queue_record_read(slice_make(bytes, sizeof record + 4), &read, &name, &is_deleted));
}

/* ---- retention, retries ---- */

static struct queue_view configure(struct rig *rig, const char *queue, unsigned set, const struct queue_config *config)
{
    struct ask *ask = set_new(rig, ENGINE_QUEUE_SET, queue, set);
    ask->call.queue.config = *config;
    ask_do(ask);
    struct queue_view view = view_of(ask);
    ask_free(ask);
    return view;
}

static bool is_there(struct rig *rig, struct uuid id)
{
    return ask_job(rig, ENGINE_INFO, id, NULL) == ENGINE_OK;
}

static struct uuid finished(struct rig *rig, const char *queue)
{
    struct uuid id = submit(rig, queue, "t.plain", 0);
    cr_assert_eq(ack(rig, id, fetch_one(rig, queue).lease_token), ENGINE_OK);
    return id;
}

Test(jobs_queues, a_queue_says_how_long_what_has_ended_is_kept)
{
    struct uuid usual = finished(r, "usual"), before = finished(r, "q");
    (void)configure(r, "q", QUEUE_SET_MAKE | QUEUE_SET_KEEP_COMPLETED | QUEUE_SET_KEEP_CANCELLED,
                    &(struct queue_config){.completed_s = 60, .cancelled_s = 120});
    struct uuid done = finished(r, "q"), cancelled = submit_plain(r);
    cr_assert_eq(ask_job(r, ENGINE_CANCEL, cancelled, NULL), ENGINE_OK);
    rig_pass(r, 59 * NS_PER_S);
    cr_assert(is_there(r, done));
    rig_pass(r, NS_PER_S);
    cr_assert_not(is_there(r, done));
    cr_assert(is_there(r, cancelled));
    rig_pass(r, 60 * NS_PER_S);
    cr_assert_not(is_there(r, cancelled));
    cr_assert(is_there(r, before), "it had ended before");
    cr_assert(is_there(r, usual));
}

/* One that is kept for long does not hold up those behind it, and goes when its room is needed. */
Test(jobs_queues, what_is_kept_longer_is_in_nobodys_way)
{
    (void)configure(r, "q", QUEUE_SET_MAKE | QUEUE_SET_KEEP_COMPLETED, &(struct queue_config){.completed_s = 30 * 86400});
    struct uuid longer = finished(r, "q"), usual = finished(r, "usual");
    rig_pass(r, 3601 * NS_PER_S); /* the engine keeps what has ended for 3,600 s */
    cr_assert_not(is_there(r, usual));
    cr_assert(is_there(r, longer));
    for (uint64_t n = rig_stats(r).jobs; n <= rig_stats(r).jobs_max; n++) (void)submit(r, "other", "t.plain", 0);
    cr_assert_not(is_there(r, longer));
    cr_assert_eq(rig_stats(r).jobs, rig_stats(r).jobs_max);
}

Test(jobs_queues, a_queue_has_a_retry_policy)
{
    struct queue_config config = {.has_retry = true,
                                  .retry = {.max_attempts = 2, .initial_ms = 5000, .max_ms = 5000, .coefficient = 1, .dead_letter = true}};
    (void)configure(r, "q", QUEUE_SET_MAKE | QUEUE_SET_RETRY, &config);
    struct uuid id = submit_plain(r);
    cr_assert_eq(info(r, id).max_attempts, 2);
    (void)fetch_one(r, "q");
    cr_assert_eq(nack(r, id).retry_in_ns, 5 * NS_PER_S);
    rig_pass(r, 5 * NS_PER_S);
    (void)fetch_one(r, "q");
    cr_assert_eq(nack(r, id).state, JOB_DISCARDED);
    cr_assert_eq(ask_job(r, ENGINE_DEAD_RETRY, id, NULL), ENGINE_OK, "it is a dead letter");
    struct ask *ask = submit_new(r, "q", "t.plain");
    ask->call.spec.has_retry = true;
    ask->call.spec.retry.max_attempts = 7;
    struct job_view view;
    cr_assert_eq(ask_once(ask, &view), ENGINE_OK);
    cr_assert_eq(view.max_attempts, 7);
    config.has_retry = false;
    cr_assert_not(configure(r, "q", QUEUE_SET_RETRY, &config).settings.config.has_retry);
    cr_assert_eq(info(r, submit_plain(r)).max_attempts, JOB_ATTEMPTS_DEFAULT);
}

static void log_keep(uint32_t completed_s)
{
    struct ask *ask = set_new(g->r, ENGINE_QUEUE_SET, "q", QUEUE_SET_MAKE | QUEUE_SET_KEEP_COMPLETED | QUEUE_SET_RETRY);
    ask->call.queue.config = (struct queue_config){
        .completed_s = completed_s,
        .has_retry = true,
        .retry = {.max_attempts = 9, .initial_ms = 1, .max_ms = 2, .coefficient = 1.5F, .backoff = BACKOFF_LINEAR, .jitter = true}};
    cr_assert_eq(log_once(g, ask, NULL), ENGINE_OK);
}

static struct uuid log_finished(void)
{
    struct uuid id = log_submit(g, "q", "t.plain");
    cr_assert_eq(log_once(g, log_ack_new(g, id, log_fetch(g, "q").lease_token, "[1]"), NULL), ENGINE_OK);
    return id;
}

Test(jobs_log_queues, a_retry_policy_outlives_a_restart)
{
    log_keep(60);
    for (int in_order = 0; in_order < 2; in_order++) {
        log_restart(g, in_order);
        struct queue_config c = log_look("q").settings.config;
        cr_assert(c.has_retry && c.completed_s == 60);
        cr_assert_eq(c.retry.max_attempts, 9);
        cr_assert_eq(c.retry.backoff, BACKOFF_LINEAR);
        cr_assert(c.retry.jitter && !c.retry.dead_letter && c.retry.coefficient == 1.5F);
        cr_assert(c.retry.initial_ms == 1 && c.retry.max_ms == 2);
    }
}

/* What counts is what was set when a job ended, over restarts as well: what has gone stays away, what was to stay stays. */
Test(jobs_log_queues, retention_is_settled_when_a_job_ends)
{
    struct uuid usual = log_finished(); /* 3,600 s, the engine's own */
    log_keep(30 * 86400);
    struct uuid longer = log_finished();
    log_keep(10);
    struct uuid brief = log_finished();
    rig_pass(g->r, 11 * NS_PER_S);
    cr_assert_not(is_there(g->r, brief));
    log_keep(0);
    for (int in_order = 0; in_order < 2; in_order++) {
        log_restart(g, in_order);
        cr_assert_not(is_there(g->r, brief));
        cr_assert(is_there(g->r, usual));
        cr_assert(is_there(g->r, longer));
    }
    rig_pass(g->r, 2 * 86400 * NS_PER_S);
    log_restart(g, true);
    cr_assert_not(is_there(g->r, usual));
    cr_assert(is_there(g->r, longer));
    rig_pass(g->r, 29 * 86400 * NS_PER_S);
    cr_assert_not(is_there(g->r, longer));
}

/* To forget takes nothing of the journal, so it does not wait for it. */
Test(jobs_log_queues, what_is_over_goes_though_the_journal_has_failed)
{
    log_keep(60);
    struct uuid id = log_finished();
    (void)log_submit(g, "other", "t.plain");
    (void)log_fetch(g, "other"); /* its lease will be over first */
    log_on_failed(g->r->engine, 5);
    rig_pass(g->r, 61 * NS_PER_S);
    cr_assert_not(is_there(g->r, id));
}

Test(jobs_log_queues, counts_wait_for_the_jobs_that_they_count)
{
    (void)log_submit(g, "q", "t.plain");
    struct ask *first = ask_do(set_new(g->r, ENGINE_QUEUE_INFO, "q", 0));
    cr_assert_eq(first->n_replies, 1, "there is no commit to come");
    ask_free(first);
    struct ask *submit_ask = ask_do(log_submit_new(g, "q", "t.plain", DURABILITY_SYNCED));
    struct ask *look = ask_do(set_new(g->r, ENGINE_QUEUE_INFO, "q", 0)), *no = ask_do(set_new(g->r, ENGINE_QUEUE_DELETE, "q", 0));
    cr_assert_eq(submit_ask->n_replies, 0);
    cr_assert_eq(look->n_replies, 0, "the job may never have been");
    cr_assert_eq(no->n_replies, 0, "nor what is in the way");
    log_settle(g);
    cr_assert_eq(view_of(look).depth, 2);
    cr_assert_eq(no->call.outcome, ENGINE_CONFLICT);
    cr_assert_eq(view_of(no).depth, 2);
    ask_free(submit_ask);
    ask_free(look);
    ask_free(no);
}

Test(jobs_log_queues, counts_are_told_when_the_journal_has_failed)
{
    (void)log_submit(g, "q", "t.plain");
    struct ask *submit_ask = ask_do(log_submit_new(g, "q", "t.plain", DURABILITY_SYNCED));
    log_on_failed(g->r->engine, EIO);
    engine_give_answers(g->r->engine);
    struct ask *look = ask_do(set_new(g->r, ENGINE_QUEUE_INFO, "q", 0));
    cr_assert_eq(look->n_replies, 1);
    cr_assert_eq(look->call.outcome, ENGINE_OK, "reads go on");
    ask_free(submit_ask);
    ask_free(look);
}
