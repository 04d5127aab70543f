/* Any bytes as the file of a journal's first segment. The first byte says how it is read: 1: checksums are made right first, so that what
 * they guard is reached; 2: damage is accepted. What the checker takes a start takes, and the next start finds the same again. */
#include "base/check.h"
#include "base/clock.h"
#include "base/digest.h"
#include "jobs/job_dump.h"
#include "journal/journal.h"
#include "journal/segment.h"
#include "ring/ring.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEND 1u
#define ACCEPT 2u
#define SEGMENT_MAX (16u * JOURNAL_BLOCK)
#define BUFFER_BYTES (2u * JOURNAL_BLOCK)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t image[SEGMENT_MAX] __attribute__((aligned(8)));
static char folder[64];
static FILE *null;
static struct files *files; /* of a ring that is never used: a start and the checker need none */

/* ---- checksums ---- */

static uint32_t crc_without(uint32_t before, uint8_t *p, size_t len, size_t at)
{
    memset(p + at, 0, sizeof(uint32_t));
    uint32_t crc = crc32c(before, p, len);
    memcpy(p + at, &crc, sizeof crc);
    return crc;
}

/* Of the batch of so many bytes at p. Returns what the next one repeats. */
static uint32_t mend_batch(uint8_t *p, size_t bytes, uint64_t salt, uint32_t seed, uint32_t previous)
{
    memcpy(p + offsetof(struct batch_head, salt), &salt, sizeof salt);
    memcpy(p + offsetof(struct batch_head, previous_crc), &previous, sizeof previous);
    uint32_t crc = crc_without(seed, p, sizeof(struct batch_head), offsetof(struct batch_head, crc));
    for (size_t at = sizeof(struct batch_head); at + sizeof(struct record_head) <= bytes;) {
        struct record_head r;
        memcpy(&r, p + at, sizeof r);
        if (record_bytes(r.length) > bytes - at) break;
        crc = crc_without(crc, p + at, record_bytes(r.length), offsetof(struct record_head, crc));
        if (r.type == RECORD_END) break;
        at += record_bytes(r.length);
    }
    return crc;
}

static void mend(size_t bytes)
{
    struct segment_head head;
    uint32_t previous = 0;
    memcpy(&head, image, sizeof head);
    head.engine = 0;
    head.engines = 1;
    head.number = 1;
    head.bytes = (uint32_t)bytes;
    segment_put_head(image, &head);
    for (size_t at = JOURNAL_BLOCK; at < bytes;) {
        struct batch_head b;
        memcpy(&b, image + at, sizeof b);
        if (b.magic != BATCH_MAGIC || b.bytes == 0 || b.bytes % JOURNAL_BLOCK || b.bytes > bytes - at) break;
        previous = mend_batch(image + at, b.bytes, head.salt, segment_seed(&head), previous);
        at += b.bytes;
    }
}

/* ---- the folder ---- */

static void start(void)
{
    (void)snprintf(folder, sizeof folder, "%s/quern-fuzz-journal-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    null = fopen("/dev/null", "w");
    if (!mkdtemp(folder) || !null) abort();
    const char *why;
    static struct ring *ring;
    struct ring_options o = {.sq_entries = 8, .cq_entries = 16};
    if (ring_open(&o, &ring, &why) != 0 || files_new(ring, JOURNAL_FILE_OPS, &files) != 0) abort();
}

static int remove_name(void *arg, const char *name)
{
    return unlinkat(*(int *)arg, name, 0) == 0 ? 0 : -errno;
}

static void empty(void)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || file_list(files, fd, remove_name, &fd) != 0) abort();
    (void)close(fd);
}

static void put(size_t bytes)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/journal-0-0000000001.seg", folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, image, bytes) != (ssize_t)bytes || close(fd) != 0) abort();
}

/* ---- reading ---- */

struct found {
    uint64_t records, sum;
};

static int on_record(void *arg, const struct journal_record *r)
{
    struct found *found = arg;
    assert(r->type < JOURNAL_TYPES && r->index < r->count && r->segment >= 1);
    found->records++;
    found->sum = found->sum * 31 + crc32c(r->type, r->payload.p, r->payload.len);
    return 0;
}

static int open_once(bool accept, struct found *found, struct journal_report *report)
{
    struct clock clock = {.mono_ns = NS_PER_S, .wall_ns = NS_PER_S};
    struct journal *j;
    struct journal_options o = {.path = folder,
                                .engines = 1,
                                .files = files,
                                .clock = &clock,
                                .seed = 1,
                                .segment_bytes = 6 * JOURNAL_BLOCK,
                                .buffer_bytes = BUFFER_BYTES,
                                .io = JOURNAL_IO_BUFFERED,
                                .accept_damage = accept,
                                .arg = found,
                                .on_record = on_record};
    *found = (struct found){0};
    int rc = journal_open(&o, &j, report);
    if (rc == 0) journal_close(j); /* as if killed: nothing of its own has been written */
    return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct found first, second;
    struct journal_report report;
    if (size < 2) return 0;
    if (!null) start();
    uint8_t how = *data++;
    if (--size > SEGMENT_MAX) size = SEGMENT_MAX;
    size_t bytes = (size + JOURNAL_BLOCK - 1) / JOURNAL_BLOCK * JOURNAL_BLOCK;
    memset(image, 0, sizeof image);
    memcpy(image, data, size);
    if (how & MEND) mend(bytes);
    put(how & MEND ? bytes : size);
    int said = journal_dump(files, folder, 0, null, job_dump, NULL), rc = open_once((how & ACCEPT) != 0, &first, &report);
    if (how & MEND && !(how & ACCEPT)) assert((said == 0) == (rc == 0));
    if (rc == 0) {
        assert((how & ACCEPT) || report.damages == 0);
        rc = open_once((how & ACCEPT) != 0, &second, &report);
        assert(rc == 0 && first.records == second.records && first.sum == second.sum);
    }
    empty();
    return 0;
}
