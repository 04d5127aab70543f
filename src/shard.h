/* shard.h: one thread: a ring and all that it owns: listeners, connections, HTTP, calls, and the engines that live on it. Others reach it
 * by mail only. Made by the server's thread before any shard runs; then its own thread's. */
#ifndef QUERN_SHARD_H
#define QUERN_SHARD_H

#include "base/block.h"
#include "base/mail.h"
#include "base/siphash.h"
#include "ring/ring.h"

#include <stdbool.h>
#include <stdint.h>

struct access;
struct fetched_keys;
struct gate_helpers;
struct log;
struct metrics_door;
struct routes;
struct shard;
struct spill;
struct strategy;
struct types;
struct pools;
struct tls_server;
struct ask_door;

#define SHARD_CROWDED 16u /* the last connection slots: for saying 503 and answering health */

/* What may change while it runs. */
struct shard_settings {
    struct access *access; /* what filters decide by; NULL: there are no filters */
    struct tls_server *tls; /* what secured listeners answer with; NULL: there are none */
    uint64_t first_byte_ns, idle_ns, trusted_idle_ns, head_ns, body_idle_ns, age_ns;
    uint32_t body_rate;
    uint32_t wait_max_s;
    bool access_log;
};

struct shard_options {
    uint32_t index, n_shards;
    int cpu;              /* -1: not pinned */
    const int *listeners; /* its listening sockets, which it closes in the end */
    uint32_t n_listeners;
    const uint8_t *ways;  /* of each listener: enum conn_way; NULL: nothing comes before HTTP */
    uint32_t conns_max;
    bool direct;          /* direct descriptors */
    struct ring_force force;
    uint32_t receive_buffers, receive_buffer_bytes, chunks, sessions;
    uint64_t busy_ns;     /* how long to look for work before sleeping */
    uint64_t park_ns;
    uint32_t calls_max, queue_length;
    struct shard_settings first; /* until the first shard_reload(); the shard takes references of its own */
    uint32_t n_engines;   /* of the server; engine k lives on shard k mod n_shards */
    uint32_t jobs_max;    /* of all engines, as is disk_max_bytes */
    const char *data;     /* folder of the journal; NULL: jobs are kept in memory only */
    uint64_t disk_max_bytes;
    uint64_t blob_bytes; /* engine.h */
    struct block_budget *blob_budget;
    uint32_t segment_bytes; /* of a file of the journal */
    uint32_t journal_buffer_bytes; /* engine.h: buffer_bytes */
    bool accept_damage;
    uint8_t durability;   /* enum job_durability: of jobs that do not ask for another */
    bool by_owner;        /* jobs and schedules are seen by who made them: api/owner.h */
    uint64_t started_ns;
    const struct siphash_key *cursor_key; /* api.h; borrowed */
    /* Of the server, shared. */
    struct block_budget *budget;
    struct spill *spill;        /* this shard's, if an engine lives here */
    uint64_t resident_max;      /* bytes of the budget in use from which on payloads go there */
    const struct types *types;
    const struct routes *routes;
    struct pools *pools; /* of workers */
    const struct gate_helpers *helpers;
    const struct strategy *strategy;
    struct block *openapi;
    struct log *log;
    const char *version;
    void (*on_event)(void *arg); /* any thread: something that shard_state() shows has changed */
    void *on_event_arg;
};

enum shard_state { SHARD_STARTING, SHARD_RUNNING, SHARD_QUIET /* draining, and nothing left to do */, SHARD_ENDED, SHARD_FAILED };

/* 0 or -ENOMEM. */
int shard_new(const struct shard_options *options, struct shard **out);
/* After all are made: who is who. */
void shard_connect(struct shard *s, const struct ask_door *engines, const struct metrics_door *doors, uint32_t n_doors);
/* Sets the doors of the engines that live here, of n_engines. */
void shard_ask_doors(struct shard *s, struct ask_door *doors);
struct metrics_door shard_door(struct shard *s);
int shard_start(struct shard *s); /* 0 or -errno */
enum shard_state shard_state(const struct shard *s);
const char *shard_why(const struct shard *s); /* after SHARD_FAILED: for an operator */
bool shard_lost_disk(const struct shard *s); /* its journal cannot be written any more */

/* Any thread. Each may be sent once. */
enum shard_command { SHARD_UNREADY, SHARD_DISK_LOST, SHARD_DRAIN, SHARD_STOP, SHARD_COMMANDS };
void shard_send(struct shard *s, enum shard_command command);

/* Any thread: other settings, from the turn on in which they arrive; what is under way keeps what it has asked for. Each call takes
 * references of its own. 0, or -ENOMEM and nothing changes. */
int shard_reload(struct shard *s, const struct shard_settings *settings);

/* Any thread: keys of an issuer, of which it takes a reference. 0, or -ENOMEM and nothing changes. */
int shard_take_keys(struct shard *s, struct fetched_keys *keys);

void shard_join(struct shard *s);
/* After all shards and workers have been joined: delivers mail that came too late for the loop. False: there was none. */
bool shard_settle(struct shard *s);
struct shard *shard_free(struct shard *s);

#endif
