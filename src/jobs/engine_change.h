/* engine_change.h: a transition on its way from engine_move.c, which applies it, to engine_settle.c, which makes it visible. Nobody
 * else includes it. The engine's thread. */
#ifndef QUERN_JOBS_ENGINE_CHANGE_H
#define QUERN_JOBS_ENGINE_CHANGE_H

#include "jobs/engine_parts.h"

/* One applied transition, until it is settled. */
struct change {
    struct job *job;
    struct engine_call *call; /* to be answered with the job; NULL: none */
    enum job_state from;
    const struct lease *lease; /* of the attempt that this begins or ends, while it stands; NULL: none */
    uint64_t ran_ns;           /* how long that attempt took; 0: it begins, or there is none */
    uint64_t token;            /* of the attempt that this ended */
    const struct failure *failure; /* how that attempt failed; NULL: it has not */
    bool is_new, has_error;    /* what the record is to say; is_new: the whole job */
    bool tell_worker;          /* a local worker has the job in hand and is to stop */
    uint32_t slot, generation; /* names the job to that worker */
    struct engine_holder *holder; /* who is to hear of it instead; NULL: nobody */
};

/* Adds the event of it, which nobody sees before it is settled. c->lease must still stand, if there is one. */
void change_note(struct engine *e, const struct change *c, enum job_event_kind kind);
/* All that anybody can see of a transition leaves here and nowhere else: events, answers, the wake-up of those who wait, the
 * word to a worker. Events and answers that show a job wait for the commit of its record. */
void change_settle(struct engine *e, const struct change *c);

#endif
