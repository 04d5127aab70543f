/* adopt.h: calls that outlive their wait: a client that said how long it waits (Prefer: wait=N) is not told 504 then, but where the job
 * is that its call has become. A task that still waits for a worker is taken back, and the job waits in its queue; one that a worker
 * has goes on, and is the job's first attempt.
 *
 * Of two events the first that the shard sees decides: the task comes home, and that is the answer (the job is withdrawn); or the
 * engine has the job, and the answer is 202 (how the task ends is then the engine's to hear). A job that nobody has heard of, since
 * its client has gone meanwhile, is withdrawn. If the engine takes no job the call is cancelled. The shard's thread. */
#ifndef QUERN_API_ADOPT_H
#define QUERN_API_ADOPT_H

struct call;
struct exchange;

/* A call whose input is there and whose task has not begun: sees to it that adopting it takes no copy of a large body. */
void adopt_prepare(struct call *c);
/* The wait of x, the call's parked request, is over. */
void adopt_begin(struct call *c, struct exchange *x);
/* A call that is not CALL_PLAIN: its task has come home; */
void adopt_task_home(struct call *c);
/* the server stops. */
void adopt_cancel(struct call *c);

#endif
