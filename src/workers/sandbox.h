/* sandbox.h: a filter of system calls for processes that are not trusted. In the child. */
#ifndef QUERN_WORKERS_SANDBOX_H
#define QUERN_WORKERS_SANDBOX_H

#include <stdbool.h>

/* For good, and for all that it starts: no network and no other sockets, no ptrace, no signals or limits for others, no mounts, name spaces,
 * kernel modules, io_uring; and no exec unless may_exec. Such calls fail with EPERM. New privileges (setuid programs) are gone in any
 * case. Files are as reachable as before. 0 or -errno; -ENOSYS on a processor that it does not know. */
int sandbox_enter(bool may_exec);

#endif
