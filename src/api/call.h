/* call.h: one call of run.h, for run.c and adopt.c alone. The shard's thread. */
#ifndef QUERN_API_CALL_H
#define QUERN_API_CALL_H

#include "api/run.h"
#include "jobs/engine.h"
#include "workers/task.h"

struct ask;

/*     PLAIN ──► ADOPTING ──► ADOPTED ──► TELLING ◄──► RETRYING
 *                   │ withdrawn            ▲
 *                   └──────────────────────┘          adopt.h */
enum call_phase {
    CALL_PLAIN,    /* the client waits, or has gone and the task is still to come home */
    CALL_ADOPTING, /* the engine has been asked to make a job of it */
    CALL_ADOPTED,  /* it is one, and its client has been told */
    CALL_TELLING,  /* the engine has been told how the task ended, or that the job is to be withdrawn */
    CALL_RETRYING, /* … and could not take it: its disk was full */
};

struct call {
    struct run *run;
    struct timer timer; /* the client's wait, or the type's limit; later, when to tell the engine again */
    struct exchange_id exchange;
    bool has_client; /* somebody still waits for the answer */
    bool may_adopt;  /* the client has said how long it waits; then this becomes a job */
    uint8_t phase;   /* enum call_phase */
    /* From CALL_ADOPTING on. */
    bool is_out;     /* a worker has the task */
    bool is_stopped; /* the engine's word that the task is to stop has come */
    uint8_t durability;
    struct ask *ask;     /* all questions about the job; NULL: there is none left to ask */
    struct block *whole; /* of a large body, which the task has a part of: with room for what a job has behind it; NULL: none */
    struct uuid id;
    uint64_t token;
    struct engine_holder holder;
    struct task task;        /* only its front is zeroed … */
    struct local_result end; /* … and nothing of this, which counts in CALL_TELLING only */
};

void call_put(struct call *c);
/* The end of the task, which is home, as the answer. */
void call_answer(struct call *c, struct exchange *x);

#endif
