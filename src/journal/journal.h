/* journal.h: a durable, append-only log of records whose meaning is their owner's. One per engine; every call is made on the
 * thread of the engine, whose ring does the writing. After journal_open nothing is allocated.
 *
 *     journal_begin(j); journal_add(j, TYPE, parts, n); … journal_end(j, JOURNAL_SYNCED, &sequence, &segment);
 *     …
 *     journal_flush(j);                        at the end of each turn of the loop
 *     on_committed(arg, written, synced)       sequence ≤ synced: what was appended survives a power cut
 *
 * Group commit without timers: at most one batch is under way; what is appended meanwhile gathers in the other buffer and
 * leaves as the next batch. A batch with a synced transaction is durable when it completes; other batches are made durable
 * within flush_ns.
 *
 * Room. Every reservation (journal_reserve) is one 4 KiB block or more of zero-written room in the present segment and those
 * prepared after it, so that the end of an accepted job can be written when the disk is full. New segments are made ahead.
 *     free room ≥ reserved + one block per segment (to announce that it goes) is kept by every append;
 *     transitions and reservations (journal_can_move, journal_reserve) leave a segment more, the largest there is, so that
 *     compaction can always empty the oldest one, and the next one after that (gain.c);
 *     admission (journal_room_for) leaves half a segment more still, or an eighth of what lives, for transitions.
 *
 * Failure. After a failed or short write or a failed sync nothing is written any more: every append answers -EROFS,
 * on_failed is called once, nothing is tried again (what the kernel could not write it forgets). A full disk is no
 * failure: appends answer -ENOSPC.
 *
 * Compaction. The owner tells how many bytes of records it still needs in which segment, as much as writing them again takes
 * (journal_live_add, journal_live_sub). Segments go strictly oldest first: docs/journal-format.md §6 says why that never brings back
 * what was ended. Compaction never runs without gain: it writes at most as much as it wins (with compact_below = 50), on a full disk
 * at most eight times as much, counted in blocks. */
#ifndef QUERN_JOURNAL_JOURNAL_H
#define QUERN_JOURNAL_JOURNAL_H

#include "base/metric.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct clock;
struct files;
struct journal;

/* A record as it is read back; the payload stands during the call. */
struct journal_record {
    uint8_t type; /* below JOURNAL_TYPES */
    struct slice payload;
    struct slice next; /* payload of the record behind it, which comes at once; empty: there is none in its batch */
    uint64_t sequence;
    uint32_t segment;
    uint16_t index, count; /* within its transaction */
    uint64_t wall_ns;      /* when its batch was written */
};
#define JOURNAL_TYPES 240

enum journal_durability { JOURNAL_LOGGED, JOURNAL_SYNCED };
enum journal_io { JOURNAL_IO_AUTO, JOURNAL_IO_DIRECT, JOURNAL_IO_BUFFERED };

struct journal_options {
    const char *path;        /* folder; made (0700) if it is not there, its parent is not */
    uint32_t engine, engines;
    struct files *files;     /* of the engine's ring, with room for JOURNAL_FILE_OPS more ops */
    const struct clock *clock;
    uint64_t seed;           /* for salts: from random_seed_from_kernel in the end */
    uint32_t segment_bytes;  /* multiple of 4096, at least 4096 + 2 × buffer_bytes, at most 1 GiB; 0: 64 MiB */
    uint32_t buffer_bytes;   /* each of two; bounds a batch and a transaction; multiple of 4096; 0: 1 MiB */
    uint64_t disk_bytes_max; /* of all segments; 0: as many as 65,536 segments take */
    uint64_t flush_ns;       /* logged batches are durable after this and the time of a sync; 0: 50 ms */
    enum journal_io io;
    uint32_t compact_below;  /* percent that moving what lives may cost of what its segments take; 0: 50 */
    uint32_t rewrite_max;    /* jobs that on_rewrite is asked for per turn; 0: 1,024 */
    bool accept_damage;      /* read past damage instead of refusing; what is unreadable is lost */
    void *arg;
    /* Replay: every record of every whole transaction in order, within journal_open. Not 0: open fails with it. */
    int (*on_record)(void *arg, const struct journal_record *record);
    /* All up to written is on its way to the disk, all up to synced is there. Never goes back. */
    void (*on_committed)(void *arg, uint64_t written, uint64_t synced);
    void (*on_failed)(void *arg, int error); /* error: positive errno; once */
    /* Append at most n_max of the live records in segment again, as ordinary transactions, and say with journal_live_sub and
     * journal_live_add that they have moved. Returns how many were moved. NULL: no compaction of what is live. */
    uint32_t (*on_rewrite)(void *arg, uint32_t segment, uint32_t n_max);
};
#define JOURNAL_FILE_OPS 5

enum journal_found {
    JOURNAL_NEW, /* there was none */
    JOURNAL_CLOSED, /* closed in order */
    JOURNAL_ENDED, /* not closed; it ends with a whole batch */
    JOURNAL_TORN, /* an unfinished batch at its end, never acknowledged as durable, was dropped */
    JOURNAL_DAMAGED, /* acknowledged records cannot be read */
};

struct journal_report {
    enum journal_found found;
    char file[40]; /* TORN, DAMAGED: where; DAMAGED: the first place */
    uint64_t offset;
    const char *why; /* for an operator, also where opening failed for another reason; never NULL */
    uint32_t segments; /* with the prepared ones */
    uint32_t damages; /* places that were passed over */
    uint64_t batches, records, payload_bytes, last_sequence;
};

/* Locks the folder, replays, prepares. Everything in it is done when it returns; records appended by it leave with the
 * first journal_flush. 0; -EWOULDBLOCK: another process has it (tried for 2 s); -EBADMSG: damaged, see report;
 * -EPROTONOSUPPORT: another version; -EXDEV: made for other engines; -EINVAL: options; what on_record returned; -errno.
 * *report is filled in any case. *out is set before the first on_record, for journal_reserve and journal_live_add there,
 * and NULL after an error. */
int journal_open(const struct journal_options *options, struct journal **out, struct journal_report *report);
/* Takes no more appends and writes what there is, durably. Then turn the loop (journal_flush, ring_wait, ring_dispatch)
 * while journal_busy. */
void journal_stop(struct journal *j);
bool journal_busy(const struct journal *j);
/* Not busy. Returns NULL. */
struct journal *journal_close(struct journal *j);

/* ---- appending ---- */

/* One transaction at a time. Errors of all three come from journal_end, which then has appended nothing: -EAGAIN: the
 * buffer or the segment is full, hold it until the next on_committed or turn; -ENOSPC: no room beside what is reserved;
 * -EMSGSIZE: more than journal_transaction_max or 65,535 records; -EROFS: failed or stopped. Payloads are copied. */
void journal_begin(struct journal *j);
void journal_add(struct journal *j, uint8_t type, const struct slice *parts, size_t n_parts);
/* *sequence: of the transaction's last record, what on_committed counts. *segment: where it stands. Either may be NULL. */
int journal_end(struct journal *j, enum journal_durability durability, uint64_t *sequence, uint32_t *segment);
/* As journal_end, for a transaction that journal_reserve(j, bytes) has made room for; success gives the reservation back.
 * What is larger than bytes needs ordinary room for the difference. */
int journal_end_reserved(struct journal *j, enum journal_durability durability, size_t bytes, uint64_t *sequence,
                         uint32_t *segment);
void journal_abort(struct journal *j); /* instead of journal_end */
/* Bytes that a transaction of n_records with payload bytes in all takes at most, as all functions here count them. */
static inline size_t journal_bytes(size_t payload, uint32_t n_records)
{
    return payload + (size_t)n_records * 31;
}
/* The largest such number that journal_end takes. */
size_t journal_transaction_max(const struct journal *j);

/* Whether one transaction of bytes can be appended now, given_back bytes of the reservation (0: none) included: 0, or what
 * journal_end would say. Compaction asks this; transitions of what is there ask journal_can_move, what is new journal_room_for. */
int journal_can_append(struct journal *j, size_t bytes, size_t given_back);
/* The same, leaving compaction its room, unless all of bytes has been reserved. -EAGAIN also while compaction makes room. */
int journal_can_move(struct journal *j, size_t bytes, size_t given_back);

/* ---- room ---- */

/* Whether a transaction of bytes can be appended and reserve bytes more be reserved (0: none): 0; -EAGAIN: not yet, a
 * segment is being made; -ENOSPC: no, the disk or disk_bytes_max is used up; -EROFS. */
int journal_room_for(struct journal *j, size_t bytes, size_t reserve);
/* Reserves room for one later transaction of bytes. As journal_room_for, but it may take what that leaves for transitions. Within
 * on_record always 0: what was accepted stays so. */
int journal_reserve(struct journal *j, size_t bytes);
void journal_unreserve(struct journal *j, size_t bytes); /* the same bytes */

/* The owner keeps files beside the segments, whose bytes count within disk_bytes_max as theirs do. 0; -ENOSPC: what would be left is
 * less than journal_beside_keeps(). Within on_record always 0: they are there. */
int journal_beside_add(struct journal *j, uint64_t bytes);
/* Bytes on the disk that such files must leave: for six segments in all, and always for one more. */
uint64_t journal_beside_keeps(const struct journal *j);
void journal_beside_sub(struct journal *j, uint64_t bytes);

/* ---- the loop ---- */

/* At the end of each turn: submits the next batch unless one is under way, prepares, compacts. */
void journal_flush(struct journal *j);
/* When journal_flush must be called at the latest, mono ns; UINT64_MAX: a completion will come first, or an append. */
uint64_t journal_next_ns(const struct journal *j);

/* ---- compaction ---- */

/* The owner needs bytes (journal_bytes) of records in this segment, or does not any more. Also within on_record. What has grown since
 * it was written counts with what it takes now. */
void journal_live_add(struct journal *j, uint32_t segment, size_t bytes);
void journal_live_sub(struct journal *j, uint32_t segment, size_t bytes);

/* The disk, or disk_bytes_max, is used up, and more is wanted. */
bool journal_is_short(const struct journal *j);
/* On a full disk: how many bytes more must not be needed any longer for compaction to begin. 0: it has, or there is room. */
uint64_t journal_dead_wanted(const struct journal *j);

/* ---- looking ---- */

/* Written by the engine's thread, read by any. */
struct journal_counts {
    metric batches, syncs, transactions, records, payload_bytes, written_bytes;
    metric segments_made, segments_deleted, rewritten;
    metric disk_bytes, live_bytes, reserved_bytes, free_bytes; /* now; free: zero-written room */
    metric beside_bytes; /* of the owner's other files */
};
const struct journal_counts *journal_counts(const struct journal *j);
int journal_failed(const struct journal *j); /* positive errno; 0: it works */
bool journal_is_direct(const struct journal *j);

/* ---- offline ---- */

/* Reads everything, changes nothing, and prints a line per segment and a verdict. 0: a start would take it; -EBADMSG: it
 * would refuse; other errors as journal_open. */
int journal_check(struct files *files, const char *path, uint32_t engine, FILE *out);
/* As journal_check, and calls print for each record that a start would replay, with own records of the journal too (types from
 * JOURNAL_TYPES on). */
int journal_dump(struct files *files, const char *path, uint32_t engine, FILE *out,
                 void (*print)(void *arg, FILE *out, const struct journal_record *record), void *arg);

#endif
