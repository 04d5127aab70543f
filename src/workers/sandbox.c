/* sandbox.c: see sandbox.h. */
#include "workers/sandbox.h"

#include "base/seccomp.h"

#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

static const unsigned denied[] = {
    SYS_socket, SYS_socketpair, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4, SYS_sendto, SYS_recvfrom,
    SYS_ptrace, SYS_chroot, SYS_pidfd_open, SYS_pidfd_send_signal, SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register,
};
static const unsigned execs[] = {SYS_execve, SYS_execveat};
static const unsigned kills[] = {SYS_kill, SYS_tkill, SYS_tgkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo}; /* the first argument: whom */

#define COUNT(list) (sizeof(list) / sizeof *(list))

int sandbox_enter(bool may_exec)
{
    struct seccomp p;
    seccomp_init(&p);
    seccomp_deny_machine(&p);
    for (size_t i = 0; i < COUNT(denied); i++) seccomp_deny(&p, denied[i]);
    for (size_t i = 0; !may_exec && i < COUNT(execs); i++) seccomp_deny(&p, execs[i]);
    for (size_t i = 0; i < COUNT(kills); i++) seccomp_deny_to_others(&p, kills[i], (uint32_t)getpid()); /* abort() and raise() work */
    seccomp_deny_to_others(&p, SYS_prlimit64, 0);
    seccomp_deny_spaces(&p);
    return seccomp_enter(&p);
}
