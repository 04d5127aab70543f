/* replay.h: reads a journal at start. Private to journal/. Nothing in it needs a ring.
 *
 * Each segment is synced before it is read, so that what is read is on the disk, and read past the page cache. Then, from the
 * first segment that is needed to the last one with data, batch by batch: right head, sequence and previous CRC go on, right as
 * a whole. At the first one that is not:
 *
 *   zeros up to the segment's end                                              clean end
 *   a later segment has data, or a later batch says that this was durable      damage
 *   its first sector is all zero, or it ends within its head                   torn
 *   its head is right, but its last byte is zero, or more of its sectors are zero than its head tells     torn
 *   anything else: every sector has been written, and what they say is wrong   damage
 *
 * A torn batch was never acknowledged as durable: it is dropped as a whole and overwritten with zeros. */
#ifndef QUERN_JOURNAL_REPLAY_H
#define QUERN_JOURNAL_REPLAY_H

#include "journal/journal.h"
#include "journal/segment.h"

struct replay_options {
    struct files *files;
    const char *path;
    int dir_fd;
    uint32_t engine, engines; /* engines 0: any */
    bool direct;              /* read so */
    bool keep; /* the segments that can take more stay open for writing; torn tails are zeroed, what is not needed
                                 is removed. Otherwise nothing is changed */
    bool accept_damage, own_records;
    FILE *out; /* a line per segment; may be NULL */
    void *arg;
    int (*on_record)(void *arg, const struct journal_record *record);
    /* A segment that stays, in order, before its records. */
    int (*on_segment)(void *arg, const struct segment_head *head);
};

/* What a start goes on with. */
struct replay_end {
    struct segment *segs; /* allocated; those that stay, offset: end of data; fd >= 0 from present on */
    uint32_t n_segs, n_max;
    uint32_t present; /* index of the segment to go on with; n_segs: a new one is needed */
    uint64_t next_sequence;
    uint32_t previous_crc;
    uint32_t oldest;
    bool closed; /* the last record is RECORD_CLOSED */
};

/* 0, or as journal_open. n_max: room in segs. The caller frees segs and closes their files, also after an error. */
int replay_run(const struct replay_options *options, uint32_t n_max, struct replay_end *end, struct journal_report *report);

#endif
