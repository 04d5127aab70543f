/* command_child.h: the child's side of a command: becomes the program. See command.h. */
#ifndef QUERN_WORKERS_COMMAND_CHILD_H
#define QUERN_WORKERS_COMMAND_CHILD_H

#include <stddef.h>

struct job_type;

/* In the child, after limits_settle(). fds and env as in zygote_spawn(). Ends with 127 when the program cannot be started, and says why
 * on its stderr. */
_Noreturn void command_child(const struct job_type *type, const int *fds, const char *env, size_t n_env);

#endif
