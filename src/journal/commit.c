/* commit.c: batches to the disk, one at a time. See journal.h.
 *
 * What is under way (journal.flying):
 *     WRITE   a batch of logged transactions: written, then waits for a sync
 *     DSYNC   a batch that is durable when it completes, nothing unsynced before it
 *     LINKED  a write and the fdatasync linked to it, which makes durable what was written before, too
 *     SYNC    an fdatasync alone: logged batches have waited long enough, or the journal moves on to the next segment,
 * whose batches
 *             prove that all segments before are durable (replay.h) */
#include "journal/journal_parts.h"

#include "base/check.h"

#include <errno.h>

static void committed(struct journal *j)
{
    if (!j->failed && j->o.on_committed) j->o.on_committed(j->o.arg, j->written, j->synced);
}

static void all_synced(struct journal *j)
{
    j->flying = FLIGHT_NONE;
    j->synced = j->sync_target;
    j->unflushed = false;
    j->oldest_synced = j->oldest_sent;
    metric_add(&j->counts.syncs, 1);
}

static void on_written(void *arg, int32_t res)
{
    struct journal *j = arg;
    if (res != (int32_t)batch_bytes(j->flight.used)) {
        if (j->flying != FLIGHT_LINKED) j->flying = FLIGHT_NONE;
        journal_fail(j, res < 0 ? res : -EIO);
        return;
    }
    j->written = j->flight.first_sequence + j->flight.records - 1;
    j->unflushed = true;
    if (j->flying == FLIGHT_DSYNC) all_synced(j);
    else if (j->flying == FLIGHT_WRITE) j->flying = FLIGHT_NONE;
    committed(j);
}

static void on_synced(void *arg, int32_t res)
{
    struct journal *j = arg;
    if (res < 0) {
        j->flying = FLIGHT_NONE;
        journal_fail(j, res);
        return;
    }
    all_synced(j);
    committed(j);
}

void commit_init(struct journal *j)
{
    file_op_init(&j->write, j->o.files, on_written, j);
    file_op_init(&j->sync, j->o.files, on_synced, j);
    j->flush_ns = UINT64_MAX;
}

bool commit_idle(const struct journal *j)
{
    if (j->write.busy || j->sync.busy) return false;
    return j->failed || (!j->gather.used && !j->unflushed);
}

static bool sync_is_due(const struct journal *j)
{
    return j->stopping || j->o.clock->mono_ns >= j->flush_ns;
}

static void sync_alone(struct journal *j)
{
    const struct segment *s = segment_of(j, j->written_segment);
    assert(s && s->fd >= 0); /* closed only when it is sealed: written, synced, another one written */
    j->flying = FLIGHT_SYNC;
    j->sync_target = j->written;
    file_sync(&j->sync, s->fd, true);
}

static void launch(struct journal *j, struct segment *s, bool synced)
{
    const struct batch *b = &j->flight;
    size_t bytes = batch_bytes(b->used);
    uint32_t offset = s->offset;
    s->offset += (uint32_t)bytes;
    assert(s->offset <= s->bytes);
    j->written_segment = s->number;
    metric_add(&j->counts.batches, 1);
    metric_add(&j->counts.written_bytes, bytes);
    if (!synced) {
        j->flying = FLIGHT_WRITE;
        file_write(&j->write, s->fd, b->p, bytes, offset, 0);
        return;
    }
    j->flush_ns = UINT64_MAX;
    j->sync_target = b->first_sequence + b->records - 1;
    j->flying = j->direct && !j->unflushed ? FLIGHT_DSYNC : FLIGHT_LINKED;
    if (j->flying == FLIGHT_DSYNC) file_write(&j->write, s->fd, b->p, bytes, offset, FILE_DSYNC);
    else file_write_then_sync(&j->write, &j->sync, s->fd, b->p, bytes, offset);
}

static void submit(struct journal *j)
{
    struct segment *s = segment_of(j, j->gather.segment);
    assert(s && s->fd >= 0);
    if (j->unflushed && j->written_segment != s->number) {
        sync_alone(j);
        return;
    }
    bool synced = j->gather.synced || j->oldest > j->oldest_sent || sync_is_due(j);
    struct batch b = j->gather;
    j->gather = (struct batch){.p = j->flight.p};
    j->flight = b;
    struct batch_head head = {
        .salt = s->salt,
        .first_sequence = b.first_sequence,
        .synced_sequence = j->synced,
        .records = b.records,
        .previous_crc = j->previous_crc,
        .oldest_segment = j->oldest,
        .wall_ns = j->o.clock->wall_ns,
    };
    j->oldest_sent = j->oldest;
    j->previous_crc = batch_seal(b.p, b.used, &head, s->seed);
    launch(j, s, synced);
}

void commit_flush(struct journal *j)
{
    if (j->flying != FLIGHT_NONE || j->failed) return;
    if (j->gather.used) submit(j);
    else if (j->unflushed && sync_is_due(j)) {
        j->flush_ns = UINT64_MAX;
        sync_alone(j);
    }
}
