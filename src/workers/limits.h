/* limits.h: what a child process does to itself before it runs foreign code: signals, descriptors, limits, who it dies with.
 * Called in the child, which has one thread. */
#ifndef QUERN_WORKERS_LIMITS_H
#define QUERN_WORKERS_LIMITS_H

#include "workers/run_spec.h"

#include <sys/types.h>

/* Signals as after a fresh exec, none blocked; a session of its own, and orphans among its descendants are its own again, so that all it
 * starts can be ended at once; SIGKILL when parent ends. Ends the process if parent has ended already. */
void limits_settle(pid_t parent);
/* Keeps fds[i] as descriptor i, closes all others. n at most 8. */
void limits_keep(const int *fds, int n);
/* Resource limits: no core files, open files, memory, and CPU time if with_cpu. It yields to threads that serve connections, and is
 * the first to go when the machine is out of memory. 0 or -errno. */
int limits_apply(const struct run_spec *spec, bool with_cpu);
/* For a process that runs task after task: the next one has all of spec->cpu_max_s again. */
void limits_renew_cpu(const struct run_spec *spec);

#endif
