/* command_child.c: see command_child.h. */
#include "workers/command_child.h"

#include "workers/limits.h"
#include "workers/sandbox.h"
#include "workers/types.h"

#include <stdio.h>
#include <unistd.h>

#define ENV_MAX 64
#define CANNOT_START 127

_Noreturn void command_child(const struct job_type *type, const int *fds, const char *env, size_t n_env)
{
    const struct run_spec *spec = type->spec;
    char *envp[ENV_MAX + 1];
    size_t n = 0;
    limits_keep(fds, 3);
    for (size_t at = 0; at < n_env && n < ENV_MAX; at += strnlen(env + at, n_env - at) + 1) envp[n++] = (char *)env + at;
    envp[n] = NULL;
    if (limits_apply(spec, true) < 0 || (spec->sandbox && sandbox_enter(true) < 0)) {
        (void)dprintf(STDERR_FILENO, "its limits cannot be set: %m");
        _exit(CANNOT_START);
    }
    (void)execve(spec->argv[0], (char *const *)spec->argv, envp);
    (void)dprintf(STDERR_FILENO, "%s cannot be started: %m", spec->argv[0]);
    _exit(CANNOT_START);
}
