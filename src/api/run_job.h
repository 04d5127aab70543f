/* run_job.h: calls that become jobs: raw bytes in, a job of the engine in between, its result as raw bytes. The shard's thread. */
#ifndef QUERN_API_RUN_JOB_H
#define QUERN_API_RUN_JOB_H

#include "http/exchange.h"
#include "jobs/job.h"
#include "workers/task.h"

struct prefer;

/* Whether this call is to be a job from the start: its client asks for that (Prefer: respond-async; p is what request_prefer says), or
 * may send it again (Idempotency-Key). */
bool run_job_is_wanted(const struct exchange *x, const struct prefer *p);
/* Room to leave behind the body of such a call, so that it need not be copied: bytes. */
uint32_t run_job_spare(const struct exchange *x);
/* Answers x with 202 when the job is where its durability wants it, or, as far as the client waits, with the job's result. t: the call's
 * type and parameters; read before this returns. */
void run_job_submit(struct exchange *x, const struct task *t);

#endif
