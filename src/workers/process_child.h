/* process_child.h: the child's side of a process place: runs a plugin's handler for task after task. See shared.h, process.h. */
#ifndef QUERN_WORKERS_PROCESS_CHILD_H
#define QUERN_WORKERS_PROCESS_CHILD_H

struct job_type;

/* In the child, after limits_settle(). fds as in zygote_spawn(). */
_Noreturn void process_child(const struct job_type *type, const int *fds);

#endif
