/* run_job.h: calls that become jobs: raw bytes in, a job of the engine in between, its result as raw bytes. The shard's thread. */
#ifndef QUERN_API_RUN_JOB_H
#define QUERN_API_RUN_JOB_H

#include "http/exchange.h"
#include "jobs/engine.h"
#include "workers/task.h"

struct prefer;

/* Whether this call is to be a job from the start: its client asks for that (Prefer: respond-async; p is what request_prefer says), or
 * may send it again (Idempotency-Key). */
bool run_job_is_wanted(const struct exchange *x, const struct prefer *p);
/* Room to leave behind the body of such a call, so that it need not be copied: bytes. */
uint32_t run_job_spare(const struct exchange *x);
/* What such a job is: of the type and with the parameters of t, on these bytes (body moves in; NULL: empty) of that media type. False:
 * no memory, and nothing is left. spec's key stays. */
bool run_job_spec(struct block_budget *budget, const struct task *t, struct block *body, struct slice media_type,
                  struct job_spec *spec);
/* Bodies up to this many bytes are copied into a block of exactly the size that the job keeps. */
#define RUN_JOB_COPY_MAX 65536u
/* 202, and where the job is. */
void run_job_accepted(struct exchange *x, const struct job_view *v, bool is_replay);
/* What kept the job from being made, in the words of calls. */
void run_job_refused(struct exchange *x, enum engine_outcome outcome);
/* Answers x with 202 when the job is where its durability wants it, or, as far as the client waits, with the job's result. t: the call's
 * type and parameters; read before this returns. */
void run_job_submit(struct exchange *x, const struct task *t);

#endif
