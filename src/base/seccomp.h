/* seccomp.h: a filter of system calls, put together call by call, then in force for good and for all that is started later. What it denies
 * fails with EPERM. Where nothing but numbers of calls is asked for, a kernel since 5.11 runs no filter for those that pass. Any thread. */
#ifndef QUERN_BASE_SECCOMP_H
#define QUERN_BASE_SECCOMP_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>

#define SECCOMP_ROOM 320u

struct seccomp {
    struct sock_filter of[SECCOMP_ROOM];
    uint32_t n; /* more than there is room for: never in force */
};

/* Denies no call of this processor's own, and all that come by other ways into the kernel. */
void seccomp_init(struct seccomp *p);
void seccomp_deny(struct seccomp *p, unsigned nr);
/* What neither a server nor a handler has a use for, and who has got into one has: memory and descriptors of other processes, mounts,
 * kernel modules, BPF, performance counters, keys, clocks, names and power of the machine. */
void seccomp_deny_machine(struct seccomp *p);
/* New name spaces, also by clone(2). clone3(2), whose flags no filter sees, does not exist then: the C library takes clone. */
void seccomp_deny_spaces(struct seccomp *p);
/* The call, unless its first argument is self. */
void seccomp_deny_to_others(struct seccomp *p, unsigned nr, uint32_t self);
/* For the calling thread. New privileges (setuid programs) are gone, too. 0 or -errno; -ENOSYS: a processor that is not known here. */
int seccomp_enter(struct seccomp *p);
/* For all threads of the process; once: 0 without another filter where the same has been put in force before, also by the program that has
 * started this one. */
int seccomp_enter_all(struct seccomp *p, bool inherited);

#endif
