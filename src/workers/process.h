/* process.h: job types whose handlers run in child processes: the kind of their pools. A place has a child that runs task after task;
 * when it ends, another is started, and meanwhile nobody can claim the place.
 *
 * The thread of a place hands a task over by a futex in shared memory (shared.h) and then sleeps in one epoll_wait on three things:
 * the child's eventfd (a run has ended), its pidfd (it has), and the worker's own eventfd (the task is not wanted any more, or there is
 * a new one). So an end is seen at once, by the thread that has the task, and no shard knows of processes. */
#ifndef QUERN_WORKERS_PROCESS_H
#define QUERN_WORKERS_PROCESS_H

#include "workers/place.h"

extern const struct worker_kind worker_kind_process;

/* Its memory and descriptors; type, spec and socket are set. 0 or -errno. */
int process_place_open(struct place *p);
void process_place_close(struct place *p);
/* How long the n-th child in a row that did not finish a task keeps the next one waiting. */
uint64_t process_backoff_ns(uint32_t n_deaths);

#endif
