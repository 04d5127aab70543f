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
#define MODEL_WORDS_MAX 8

enum model_durability { MODEL_MEMORY, MODEL_LOGGED, MODEL_SYNCED };
enum model_told { TOLD_OPEN, TOLD_COMPLETED, TOLD_CANCELLED, TOLD_DISCARDED, TOLD_LOST, TOLD_DELETED };
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
    bool is_letter;  /* one that is tried to its end becomes a dead letter */
    bool is_refused; /* its submit was, and it must never be seen */
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
    bool is_settled; /* it has been looked at since the last life has ended */
    bool is_vague; /* a power cut may have taken the last things that were told of it: little can be said from then on */
    uint32_t lives_ended; /* of servers, while it was not over: each may have lost an attempt of a worker of its own */
    uint32_t unseen_grants; /* that fetches without an answer may have made */
    /* Words of progress, in this life of the server. */
    uint64_t said; /* the last one that counted; 0: none */
    uint32_t said_token;
    uint64_t words[MODEL_WORDS_MAX]; /* asked, not answered */
    uint32_t n_words;
    uint64_t word_order; /* when one was last answered */
    /* Ended jobs that are tried again, or deleted. */
    uint32_t retries_out, deletes_out; /* asked, not answered */
    bool may_be_deleted; /* by an earlier life, before it had a name here */
    uint64_t stirred_order;            /* when one of either was last answered */
    uint32_t retry_tokens, retry_lives; /* n_tokens and lives_ended when the first of retries_out was asked */
    uint32_t tokens_before, lives_before; /* those that are surely of the time before it was last tried again */
};

/* A fetch, from one queue or several. */
struct model_fetch {
    uint32_t queues; /* bits */
    uint32_t count;
    uint64_t order, asked_ns, ttl_ns;
    bool has_company; /* another fetch from one of its queues may have been served at the same time */
    bool is_partial;  /* an engine that could not answer may have been left out */
    uint64_t n_sets[MODEL_QUEUES]; /* by queue: changes of its settings, asked and told, until then */
    struct model_fetch *next[MODEL_QUEUES]; /* of those from the same queue that are under way */
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
/* A word of progress: its number, which is when it is asked; 0: it cannot be said now. */
uint64_t model_word(struct model_job *j);
double model_word_fraction(uint64_t word);
void model_word_answered(struct model_job *j, uint32_t token, uint64_t word, uint64_t asked_ns, int status, const struct cJSON *answer);
void model_progress_seen(const struct model_job *j, uint64_t order, int status, const struct cJSON *answer);
/* order: when it was asked. */
void model_seen(struct model_job *j, uint64_t order, int status, const struct cJSON *answer);
void model_seen_result(struct model_job *j, uint64_t order, int status, const char *body);

/* Jobs that were submitted as one; with a key perhaps for the second time. */
void model_batched(struct model_job *const *jobs, uint32_t n, bool is_plain, int status, const struct cJSON *answer);

/* ---- what has ended, and many at once: model_dead.c ---- */

enum model_act { ACT_CANCEL, ACT_RETRY, ACT_DELETE };
extern const char *const model_act_names[3];
void model_act(struct model_job *j, enum model_act what);
/* A dead letter is tried again, or deleted. */
void model_letter_answered(struct model_job *j, enum model_act what, uint64_t order, int status, const struct cJSON *answer);
/* As one request, each by itself: those that are named, or all of a queue that can be. */
struct model_bulk {
    enum model_act what;
    struct model_job *jobs[3];
    uint32_t n;
    bool by_filter;
    int queue;
    uint64_t order;
};
void model_bulk(struct model_bulk *b);
void model_bulk_answered(const struct model_bulk *b, int status, const struct cJSON *answer);
/* A list of all dead letters, newest first. */
void model_letters_seen(uint64_t order, int status, const struct cJSON *answer);
/* It has all that are known. While nobody disturbs: the list of several engines is not of one moment. */
bool model_letters_whole(const struct cJSON *answer);

/* A queue's settings: paused or not, or how many of its jobs may be active (0: any number). */
enum model_set { SET_PAUSED, SET_LIMIT };
uint64_t model_set(int queue, enum model_set what); /* when it was asked */
void model_was_set(int queue, enum model_set what, uint32_t value, uint64_t order, int status, const struct cJSON *answer);

/* ---- calls that have become jobs: model_call.c ---- */

struct model_call {
    char id[40];
    char *body; /* that it is to give back; NULL: nothing */
    enum model_told told;
    uint64_t over_order;
    uint32_t n_cancels, lives_ended;
    bool is_given_up; /* not there any more: the disk was full */
};
uint32_t model_n_calls(void);
struct model_call *model_call_at(uint32_t i);
void model_call_adopted(const char *body, uint64_t order, const struct cJSON *answer);
void model_call_seen(struct model_call *c, uint64_t order, int status, const struct cJSON *answer);
void model_call_result(struct model_call *c, uint64_t order, int status, const char *body);
void model_call_cancelled(struct model_call *c, uint64_t order, int status);

/* ---- schedules: model_cron.c ---- */

#define MODEL_CRONS 2 /* names */
enum model_overlap { MODEL_SKIP, MODEL_ALLOW, MODEL_CANCEL_PREVIOUS, MODEL_ENQUEUE };
extern const char *const model_overlap_names[4];
/* Its number, which is when it is asked for and what its jobs have as their argument; 0: no more can be. */
uint64_t model_cron_put(uint32_t name, uint64_t period_ms, enum model_overlap overlap);
void model_cron_was_put(uint64_t number, int status, const struct cJSON *answer);
/* False: there is no answer. */
bool model_cron_seen(uint32_t name, uint64_t order, int status, const struct cJSON *answer);
void model_cron_delete(uint32_t name);
void model_cron_deleted(uint32_t name, uint64_t order, int status, const struct cJSON *answer);
/* Nothing is under way: what is seen now is what has come of it all. */
void model_cron_settle(uint32_t name, int status, const struct cJSON *answer);
/* The list of their jobs, page by page, each of one moment. In the end there must be one for each firing that had been told. */
void model_cron_jobs_begin(void);
void model_cron_jobs_page(const struct cJSON *answer);
void model_cron_jobs_end(void);
/* It has been looked at since: there was none but for a firing. */
void model_cron_compare(uint32_t name);
/* It has been looked at: nothing kept it from firing when its time had come. */
void model_cron_check_late(uint32_t name, uint64_t wall_ms);

/* The server has gone; nothing is under way any more. */
void model_crashed(uint64_t when_ns, bool power);
/* The server is back. */
void model_back(uint64_t began_ns); /* when it began to read its journal */
/* As model_seen, of a job at rest: what may have happened has happened or has not. */
void model_settle(struct model_job *j, int status, const struct cJSON *answer);

#endif
