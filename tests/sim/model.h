/* model.h: what clients have been told about jobs, and what may therefore be true. Written from the Open Job Spec (core §5 to §7, HTTP
 * binding §9 and §10) and docs/, without src/jobs: it knows the states and what leads from one to another, and asks of every answer
 * whether some order of what has been asked explains it.
 *
 * Each request about a job is told to the model before it is sent and again when its answer is there. Between the two, and for ever
 * if no answer comes, it may have happened or not. */
#ifndef SIM_MODEL_H
#define SIM_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cJSON;

#define MODEL_QUEUES 4 /* 0: jobs that the server runs itself; the others: of remote workers */
#define MODEL_TOKENS_MAX 200
#define MODEL_RESULTS_MAX 16

enum model_durability { MODEL_MEMORY, MODEL_LOGGED, MODEL_SYNCED };
enum model_told { TOLD_OPEN, TOLD_COMPLETED, TOLD_CANCELLED, TOLD_DISCARDED, TOLD_LOST };
enum model_end { END_ACK, END_NACK, END_REQUEUE };

struct model_token {
    char text[24];
    uint64_t number;
    uint64_t told_order;
    uint64_t until_ns; /* the lease lasts at least so long */
    uint64_t ttl_ns;
    bool is_ended; /* its end was told */
    enum model_end ended_by;
};

struct model_job {
    char id[40]; /* empty: its submit has not been answered */
    uint64_t nonce; /* first of its args */
    uint32_t pad; /* length of the second */
    int queue, priority;
    enum model_durability durability;
    uint32_t max_attempts;
    bool is_delayed;
    enum model_told told;
    uint64_t asked_order, answered_order, over_order;
    uint64_t changed_ns; /* when a change was last told */
    uint64_t results[MODEL_RESULTS_MAX]; /* sent with an acknowledgement that was not refused */
    uint32_t n_results;
    uint32_t acks_out, nacks_out, requeues_out, cancels_out; /* asked, not answered */
    uint32_t nacks; /* told */
    uint32_t losses; /* leases that may have been lost */
    struct model_token tokens[MODEL_TOKENS_MAX];
    uint32_t n_tokens;
    bool is_vague; /* a power cut may have taken the last things that were told of it: little can be said from then on */
    uint32_t lives_ended; /* of servers, while it was not over: each may have lost an attempt of a worker of its own */
    uint32_t unseen_grants; /* that fetches without an answer may have made */
};

/* A fetch from one queue. */
struct model_fetch {
    int queue;
    uint32_t count;
    uint64_t order, asked_ns, ttl_ns;
    bool has_company; /* another fetch from this queue may have been served at the same time */
    uint64_t n_sets;  /* changes of the queue's settings, asked and told, until then */
    struct model_fetch *next;
};

extern const char *const model_queue_names[MODEL_QUEUES];
extern const char *const model_durability_names[3];

uint32_t model_n(void);
struct model_job *model_at(uint32_t i);
uint64_t model_tick(void); /* a clock that orders what is asked and told */
void model_args(const struct model_job *j, char *out, size_t room); /* the JSON text of its args */

struct model_job *model_submit(const struct model_job *spec);
void model_submitted(struct model_job *j, int status, const struct cJSON *answer, const char *durability, bool waited);

void model_fetch(struct model_fetch *f);
void model_fetched(struct model_fetch *f, int status, const struct cJSON *answer,
                   void (*on_job)(void *arg, struct model_job *j, uint32_t token), void *arg);

/* An attempt is ended with the token of that index. */
void model_end(struct model_job *j, enum model_end what, uint64_t result);
void model_ended(struct model_job *j, uint32_t token, enum model_end what, uint64_t result, uint64_t order, int status,
                 const struct cJSON *answer);
void model_cancel(struct model_job *j);
void model_cancelled(struct model_job *j, uint64_t order, int status);
void model_beaten(struct model_job *j, uint32_t token, uint64_t order, uint64_t asked_ns, uint64_t ttl_ns, int status,
                  const struct cJSON *answer);
/* order: when it was asked. */
void model_seen(struct model_job *j, uint64_t order, int status, const struct cJSON *answer);
void model_seen_result(struct model_job *j, uint64_t order, int status, const char *body);

/* Jobs that were submitted as one; with a key perhaps for the second time. */
void model_batched(struct model_job *const *jobs, uint32_t n, bool is_plain, int status, const struct cJSON *answer);
/* Cancelled as one request, each by itself. */
void model_bulk_cancelled(struct model_job *const *jobs, uint32_t n, uint64_t order, int status, const struct cJSON *answer);

/* A queue's settings: paused or not, or how many of its jobs may be active (0: any number). */
enum model_set { SET_PAUSED, SET_LIMIT };
uint64_t model_set(int queue, enum model_set what); /* when it was asked */
void model_was_set(int queue, enum model_set what, uint32_t value, uint64_t order, int status, const struct cJSON *answer);

/* The server has gone; nothing is under way any more. */
void model_crashed(uint64_t when_ns, bool power);
/* The server is back. */
void model_back(uint64_t began_ns); /* when it began to read its journal */
/* As model_seen, of a job at rest: what may have happened has happened or has not. */
void model_settle(struct model_job *j, int status, const struct cJSON *answer);

#endif
