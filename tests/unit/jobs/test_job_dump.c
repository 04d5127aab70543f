/* Records as --dump-journal prints them. */
#include "jobs/job_dump.h"

#include "base/slice.h"
#include "jobs/batch_record.h"
#include "jobs/queue_record.h"
#include "journal/journal.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static void dump_queue(const struct queue_settings *s, bool is_deleted, char text[512])
{
    struct record_queue record = queue_record_make(s, SLICE("mail"), is_deleted);
    char bytes[sizeof record + 4];
    memcpy(bytes, &record, sizeof record);
    memcpy(bytes + sizeof record, "mail", 4);
    memset(text, 0, 512);
    FILE *out = fmemopen(text, 512, "w");
    cr_assert(out);
    job_dump(NULL, out,
             &(struct journal_record){.type = RECORD_QUEUE, .payload = slice_make(bytes, sizeof bytes), .sequence = 7, .segment = 3});
    (void)fclose(out);
}

Test(jobs_dump, a_queue_says_all_that_it_was_told)
{
    char text[512];
    struct queue_settings s = {.config = {.concurrency = 1,
                                          .max_size = 2,
                                          .lease_ms = 3000,
                                          .timeout_ms = 4,
                                          .completed_s = 60,
                                          .cancelled_s = 120,
                                          .discarded_s = 180,
                                          .has_retry = true,
                                          .retry = {.max_attempts = 9,
                                                    .initial_ms = 10,
                                                    .max_ms = 2000,
                                                    .coefficient = 1.5F,
                                                    .backoff = BACKOFF_POLYNOMIAL,
                                                    .jitter = true,
                                                    .dead_letter = true}}};
    dump_queue(&s, false, text);
    cr_assert_str_eq(text, "7 segment=3 queue name=mail paused=0 concurrency=1 max_size=2 lease_ms=3000 timeout_ms=4 completed_s=60 "
                           "cancelled_s=120 discarded_s=180 max_attempts=9 initial_ms=10 max_ms=2000 coefficient=1.5 "
                           "backoff=polynomial jitter=1 on_exhaustion=dead_letter\n");
}

Test(jobs_dump, a_queue_without_a_retry_policy_says_nothing_of_one)
{
    char text[512];
    struct queue_settings s = {.paused_ns = 1};
    dump_queue(&s, false, text);
    cr_assert_str_eq(text, "7 segment=3 queue name=mail paused=1 concurrency=0 max_size=0 lease_ms=0 timeout_ms=0 completed_s=0 "
                           "cancelled_s=0 discarded_s=0\n");
    dump_queue(&s, true, text);
    cr_assert_str_eq(text, "7 segment=3 queue-deleted name=mail\n");
}

Test(jobs_dump, a_batch_says_its_key_and_how_many)
{
    char text[512];
    uint8_t bytes[sizeof(struct record_batch) + 2 * sizeof(struct record_batch_item)];
    struct record_batch head = {.created_ns = UINT64_C(1760000000) * 1000000000, .key.name = {0xab, 1}, .n_items = 2};
    struct record_batch_item items[2] = {{.id = {1, 2}, .what = BATCH_MADE}, {.what = BATCH_NO_JOB}};
    memcpy(bytes, &head, sizeof head);
    memcpy(bytes + sizeof head, items, sizeof items);
    FILE *out = fmemopen(text, sizeof text, "w");
    cr_assert(out);
    job_dump(NULL, out, &(struct journal_record){.type = RECORD_BATCH, .payload = slice_make(bytes, sizeof bytes), .sequence = 7, .segment = 3});
    (void)fclose(out);
    cr_assert_str_eq(text, "7 segment=3 batch key=ab01000000000000 created=2025-10-09T08:53:20.000Z "
                           "first=00000000-0000-0001-0000-000000000002 items=2 made=1\n");
}
