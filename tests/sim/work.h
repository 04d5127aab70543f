/* work.h: what clients do: each is a thread with a connection of its own that takes one random step after the other, and leaves in the
 * middle of some. Everything that is asked and told goes through the model. */
#ifndef SIM_WORK_H
#define SIM_WORK_H

#include "http.h"
#include "model.h"

#define WORK_HANDS_MAX 12
#define WORK_BATCH_MAX 5

struct client {
    char name[16];
    uint32_t index;
    uint64_t n_asked; /* for request ids */
    struct http_conn c;
    struct {
        struct model_job *job;
        uint32_t token;
    } hands[WORK_HANDS_MAX]; /* what it has fetched and not ended */
    uint32_t n_hands;
    struct {
        struct model_job *jobs[WORK_BATCH_MAX];
        uint32_t n;
        char *body;
        char key[24]; /* empty: it may not be sent again */
    } batch; /* the last one */
    bool is_stranger; /* asks as one to whom nothing of it belongs */
    bool resting; /* stands before the gate */
};

/* Clients take steps while it is open. */
extern bool work_gate_open;
void *work_run(void *client);

/* ---- single requests: work_ask.c ---- */

struct asked {
    int status; /* 0: there is no answer, and never will be */
    bool sent; /* false: the server has not heard of it */
    struct cJSON *json; /* of an answer that is JSON, or NULL */
    struct http_answer raw;
};
/* Fails when it names another request than that of this client and number. Ids that the server makes, of calls and of what it could not read,
 * begin with "req_". */
void work_check_is_mine(const struct client *k, uint64_t number, const struct http_answer *a);
/* Sends a request and reads its answer. may_leave: now and then goes away in the middle. */
struct asked work_ask(struct client *k, const char *method, const char *path, const char *fields, const char *body,
                      bool may_leave);
void work_forget(struct asked *a);
void work_hang_up(struct client *k, bool hard);

/* ---- steps: work_steps.c ---- */
void work_submit(struct client *k);
void work_fetch(struct client *k, uint32_t queues /* bits */, uint32_t count, uint32_t wait_s, bool may_leave);
void work_end(struct client *k);
void work_ack(struct client *k, struct model_job *j, uint32_t token, bool may_leave);
void work_end_outdated(struct client *k);
void work_heartbeat(struct client *k);
void work_progress(struct client *k); /* of what it has in hand */
void work_cancel(struct client *k);

/* ---- steps: work_many.c ---- */
void work_batch(struct client *k);       /* several submits in one request, with a key or without */
void work_batch_again(struct client *k); /* the last one with its key: the same jobs, whatever became of its answers */
void work_set_queue(struct client *k);   /* pauses it, resumes it, limits it */
bool work_set(struct client *k, int queue, enum model_set what, uint32_t value, bool may_leave); /* whether it is so now */

/* ---- steps: work_call.c ---- */
void work_call(struct client *k);
void work_adopted(struct client *k); /* a call that has become a job is looked at, or cancelled */
bool work_call_look(struct client *k, struct model_call *c, bool may_leave); /* false: there was no answer */

/* ---- steps: work_cron.c ---- */
void work_cron(struct client *k);
/* False: there was no answer. */
bool work_cron_look(struct client *k, uint32_t name, bool may_leave);
bool work_cron_settle(struct client *k, uint32_t name);
bool work_cron_pause(struct client *k, bool pause, bool may_leave);
bool work_cron_count(struct client *k); /* looks through their jobs */

/* ---- steps: work_dead.c ---- */
void work_letter(struct client *k);                   /* a dead letter is tried again, or deleted */
bool work_letters(struct client *k, bool may_leave);  /* whether all that are known are in the list */
void work_bulk(struct client *k);

/* ---- steps: work_stranger.c ---- */
void work_stranger(struct client *k);

/* ---- steps: work_steps.c ---- */
void work_look(struct client *k);
void work_burst(struct client *k);
void work_nonsense(struct client *k);
void work_dawdle(struct client *k);

#endif
