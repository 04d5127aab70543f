/* bench_journal.c: what the journal costs, on the disk under DIR.
 *
 *     make bench-journal, or build/release/bench/bench_journal DIR [append|replay] [N] [buffered]
 *
 * append  N records of 128 bytes, 64 gathered per batch, all synced, one batch under way: records and syncs per second, latency
 *         of a batch. Then one record per batch: the latency of a lonely synced record.
 * replay  writes N records of 64 bytes in full batches, logged, and reads them back: records and bytes per second of a start.
 */
#include "base/clock.h"
#include "journal/journal.h"
#include "ring/file.h"
#include "ring/ring.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct bench {
    struct ring *ring;
    struct clock clock;
    struct journal *j;
    uint64_t synced, written, replayed;
};

static void on_committed(void *arg, uint64_t written, uint64_t synced)
{
    struct bench *b = arg;
    b->written = written;
    b->synced = synced;
}

static void on_failed(void *arg, int error)
{
    (void)arg;
    (void)fprintf(stderr, "the journal failed: %s\n", strerror(error));
    exit(1);
}

static int on_record(void *arg, const struct journal_record *record)
{
    struct bench *b = arg;
    b->replayed++;
    journal_live_add(b->j, record->segment, journal_bytes(record->payload.len, 1));
    return 0;
}

static void turn(struct bench *b)
{
    clock_tick(&b->clock);
    journal_flush(b->j);
    ring_wait(b->ring, ring_in_flight(b->ring) > 0, b->clock.mono_ns, UINT64_MAX);
    (void)ring_dispatch(b->ring, 64);
}

static uint64_t append(struct bench *b, size_t len, enum journal_durability d)
{
    static const char bytes[256];
    struct slice part = {bytes, len};
    uint64_t sequence;
    uint32_t segment;
    for (int rc = -EAGAIN; rc;) {
        journal_begin(b->j);
        journal_add(b->j, 1, &part, 1);
        rc = journal_end(b->j, d, &sequence, &segment);
        if (rc == -EAGAIN) turn(b);
        else if (rc < 0) on_failed(b, -rc);
    }
    journal_live_add(b->j, segment, journal_bytes(len, 1));
    return sequence;
}

static void open_journal(struct bench *b, struct files *files, const char *path, enum journal_io io)
{
    struct journal_report report;
    struct journal_options o = {.path = path,
                                .engines = 1,
                                .files = files,
                                .clock = &b->clock,
                                .seed = clock_now_ns(),
                                .io = io,
                                .arg = b,
                                .on_record = on_record,
                                .on_committed = on_committed,
                                .on_failed = on_failed};
    int rc = journal_open(&o, &b->j, &report);
    if (rc == 0) return;
    (void)fprintf(stderr, "%s: %s (%s)\n", path, report.why, strerror(-rc));
    exit(1);
}

static void close_journal(struct bench *b)
{
    journal_stop(b->j);
    while (journal_busy(b->j)) turn(b);
    b->j = journal_close(b->j);
}

static int compare(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Batches of gathered records one after the other, each begun when the one before is durable. */
static void bench_append(struct bench *b, uint64_t n, uint32_t gathered)
{
    uint64_t batches = n / gathered, *took = calloc(batches + 1, sizeof *took);
    const struct journal_counts *c = journal_counts(b->j);
    uint64_t syncs = metric_get(&c->syncs), bytes = metric_get(&c->written_bytes), start = clock_now_ns(),
             cpu = clock_thread_cpu_ns();
    for (uint64_t i = 0; i < batches; i++) {
        uint64_t from = clock_now_ns(), last = 0;
        for (uint32_t k = 0; k < gathered; k++) last = append(b, 128, JOURNAL_SYNCED);
        while (b->synced < last) turn(b);
        took[i] = clock_now_ns() - from;
    }
    double seconds = (double)(clock_now_ns() - start) / 1e9, cpu_us = (double)(clock_thread_cpu_ns() - cpu) / 1e3;
    qsort(took, batches, sizeof *took, compare);
    printf(
        "append 128 B, %u per batch, %s: %.0f records/s, %.0f syncs/s, batch p50 %.0f us p99 %.0f us, %.2f us CPU per record, "
        "%.1f MB/s written\n",
        gathered, journal_is_direct(b->j) ? "direct" : "buffered", (double)(batches * gathered) / seconds,
        (double)(metric_get(&c->syncs) - syncs) / seconds, (double)took[batches / 2] / 1e3,
        (double)took[batches * 99 / 100] / 1e3, cpu_us / (double)(batches * gathered),
        (double)(metric_get(&c->written_bytes) - bytes) / 1e6 / seconds);
    free(took);
}

static void bench_replay(struct bench *b, struct files *files, const char *path, uint64_t n, enum journal_io io)
{
    for (uint64_t i = 0; i < n; i++) (void)append(b, 64, JOURNAL_LOGGED);
    uint64_t bytes = metric_get(&journal_counts(b->j)->written_bytes);
    close_journal(b);
    b->replayed = 0;
    uint64_t start = clock_now_ns(), cpu = clock_thread_cpu_ns();
    open_journal(b, files, path, io);
    double seconds = (double)(clock_now_ns() - start) / 1e9;
    printf("replay of %" PRIu64 " records of 64 B, %.0f MB: %.2f s (%.2f s CPU), %.1f M records/s, %.0f MB/s\n", b->replayed,
           (double)bytes / 1e6, seconds, (double)(clock_thread_cpu_ns() - cpu) / 1e9, (double)b->replayed / 1e6 / seconds,
           (double)bytes / 1e6 / seconds);
}

int main(int argc, char **argv)
{
    static struct bench b;
    struct files *files;
    const char *why, *what = argc > 2 ? argv[2] : "append";
    uint64_t n = argc > 3 ? strtoull(argv[3], NULL, 10) : 200000;
    struct ring_options ro = {.sq_entries = 64, .cq_entries = 256};
    if (argc < 2 || n == 0) return 2;
    if (ring_open(&ro, &b.ring, &why) < 0 || files_new(b.ring, JOURNAL_FILE_OPS, &files) < 0) return 1;
    clock_tick(&b.clock);
    enum journal_io io = argc > 4 ? JOURNAL_IO_BUFFERED : JOURNAL_IO_AUTO;
    open_journal(&b, files, argv[1], io);
    if (strcmp(what, "replay") == 0) bench_replay(&b, files, argv[1], n, io);
    else {
        bench_append(&b, n, 64);
        bench_append(&b, n / 64, 1);
    }
    close_journal(&b);
    files_free(files);
    ring_close(b.ring);
    return 0;
}
