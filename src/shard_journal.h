/* shard_journal.h: the journal of a shard's engine: opened with words for an operator, closed with everything on the disk. The shard's
 * thread. */
#ifndef QUERN_SHARD_JOURNAL_H
#define QUERN_SHARD_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

struct clock;
struct engine;
struct files;
struct ring;

struct shard_journal_options {
    const char *data; /* folder */
    struct engine *engine;
    uint32_t n_engines; /* of the folder */
    struct ring *ring;
    struct files *files; /* of the ring, with room for what each engine's journal needs */
    struct clock *clock; /* the shard's: ticked here */
    uint64_t seed;
    uint32_t segment_bytes, buffer_bytes;
    uint64_t disk_max_bytes, blob_bytes;
    bool accept_damage;
};

struct shard_journal {
    struct shard_journal_options o;
    bool is_open;
    char why[512];
};

/* 0, or a negative number with *why, a sentence. What was found is logged. */
int shard_journal_open(struct shard_journal *j, const struct shard_journal_options *options, const char **why);
/* Takes nothing more, and turns the ring until what there is has been written. */
void shard_journal_drain(struct shard_journal *j);
/* Drained. */
void shard_journal_close(struct shard_journal *j);

#endif
