/* journal_parts.h: private to journal/: the parts of struct journal and what its files call of each other.
 *
 *     journal.c  open, stop, append          commit.c   batches to the disk, one at a time
 *     room.c     reservations, new segments  compact.c  which segments go, and how
 *     gain.c     whether that is worth it    replay.c   start: read, verify
 *     loader.c   whole segments from the disk  check.c    a start's look, offline */
#ifndef QUERN_JOURNAL_PARTS_H
#define QUERN_JOURNAL_PARTS_H

#include "journal/journal.h"
#include "journal/segment.h"
#include "journal/replay.h"

#include "base/clock.h"
#include "base/random.h"

/* A batch that gathers, or is under way. */
struct batch {
    uint8_t *p;              /* buffer_bytes, aligned */
    size_t used;             /* head and records; 0: empty */
    uint32_t records;
    uint32_t segment;        /* number; chosen when the first record comes */
    uint64_t first_sequence;
    bool synced;             /* holds a synced transaction */
};

struct journal {
    struct journal_options o;
    struct journal_counts counts;
    struct random random;
    int dir_fd, lock_fd;
    bool direct, replaying, stopping;
    int failed; /* positive errno */

    /* numbers segs[0].number, + 1, …; segs[present] takes batches, those before are sealed, those after prepared */
    struct segment *segs;
    uint32_t n_segs, segs_max, present;

    struct batch gather, flight;
    struct {
        bool open;
        int rc;
        size_t at; /* end of its records in the gathering buffer */
        uint32_t n;
        size_t start;
    } txn;
    uint64_t next_sequence;
    uint32_t previous_crc;

    /* commit.c */
    struct file_op write, sync;
    enum flight { FLIGHT_NONE, FLIGHT_WRITE, FLIGHT_DSYNC, FLIGHT_LINKED, FLIGHT_SYNC } flying;
    uint64_t written, synced;  /* sequences */
    uint64_t sync_target;      /* what the sync under way makes durable */
    bool unflushed;            /* written, not synced, all in written_segment */
    uint32_t written_segment;  /* number; of the last batch */
    uint64_t flush_ns;         /* mono; when what is logged must be synced; UINT64_MAX: nothing is */

    /* room.c; in blocks */
    struct segment_maker maker;
    uint64_t reserved;
    uint64_t retry_ns;         /* mono; no segment is made before; 0: none failed */
    bool full;                 /* the last attempt found no room */
    uint64_t usable;           /* of all segments when they were new */
    uint32_t largest;          /* bytes of the largest segment there is or will be made */
    uint32_t n_small;          /* segments smaller than those that are made now */

    /* gain.c; in blocks */
    uint64_t cost, loss, rounding; /* of moving what lives: sums over all segments */

    /* compact.c */
    struct file_op trim, closer;
    uint32_t oldest, oldest_sent, oldest_synced; /* numbers: lower ones are not needed; a batch says so; it is durable */
    uint64_t live;             /* bytes in all segments */
    uint64_t rewrite_ns;       /* mono; on_rewrite is not asked before */
    uint64_t idle_ns;          /* mono; since when it has moved nothing; 0: it has */
    bool trimming_folder, folder_dirty;
    char trim_name[SEGMENT_NAME_BYTES];
};

static inline struct segment *segment_of(struct journal *j, uint32_t number)
{
    uint32_t i = number - j->segs[0].number;
    return j->n_segs && i < j->n_segs ? &j->segs[i] : NULL;
}

void journal_fail(struct journal *j, int error); /* error: negative errno */
/* Appends one record of the journal's own. 0 or as journal_end. */
int journal_append_own(struct journal *j, uint8_t type, const void *p, size_t len);

/* ---- commit.c ---- */
void commit_init(struct journal *j);
bool commit_idle(const struct journal *j);
void commit_flush(struct journal *j);

/* ---- room.c ---- */
uint32_t room_blocks_max(const struct journal *j); /* of the largest batch */
/* Blocks that single-block batches can still fill when the batch that gathers has grown to gather_bytes (0: there is none),
 * less what is reserved and what segments' ends need: negative after a torn tail has taken room away. */
int64_t room_free(const struct journal *j, size_t gather_bytes);
int64_t room_free_now(const struct journal *j);
/* The same without what is reserved and held. */
uint64_t room_unused(const struct journal *j);
/* No more segments can be made, as far as is known. */
bool room_is_bounded(const struct journal *j);
/* Blocks that single-block batches fill in an empty segment of so many bytes. */
uint32_t room_usable_when_new(const struct journal *j, uint32_t bytes);
uint32_t room_cost(size_t bytes); /* blocks of a batch with just this transaction */
/* Whether the present segment takes another batch; moves on to the next one. 0, -EAGAIN, -ENOSPC. */
int room_for_batch(struct journal *j);
void room_prepare(struct journal *j);
struct segment_head room_new_head(struct journal *j);
void room_add_segment(struct journal *j, const struct segment_head *head, int fd, uint32_t offset);
void room_drop_segment(struct journal *j, const struct segment *s); /* s: the first; the caller takes it out */
void room_made(void *arg, int rc, bool fatal, int fd);
/* There is nothing for new transactions, and another segment may be made. */
bool room_admits_nothing(const struct journal *j);

/* ---- compact.c ---- */
void compact_init(struct journal *j);
void compact_step(struct journal *j);
bool compact_idle(const struct journal *j);
/* Whether a batch must be written to say which segments go. */
bool compact_announces(const struct journal *j);
uint64_t compact_next_ns(const struct journal *j);
/* A segment is being emptied, or on its way out: there will be room. */
bool compact_makes_room(const struct journal *j);

/* ---- gain.c ---- */
/* The live bytes of s have changed. */
void gain_live_changed(struct journal *j, const struct segment *s, uint64_t live_before);
/* Blocks that are to be left free for compaction, and for transitions besides. */
uint64_t gain_room_needed(const struct journal *j);
uint64_t gain_transitions(const struct journal *j);
/* Whether to empty s, the oldest segment, in which something lives. */
bool gain_is_worth_it(const struct journal *j, const struct segment *s);
/* It is not: how many bytes more must not be needed any longer. */
uint64_t gain_wanted_bytes(const struct journal *j);

#endif
