/* seccomp.c: see seccomp.h. */
#include "base/seccomp.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#define ARCH 0
#endif

#define X32_BIT 0x40000000u /* the other way into an x86-64 kernel, with numbers of its own */
#define MARK 0x3fff0001u    /* no call: our filter answers it as no kernel does */
#define MARK_ERRNO_FIRST 200u /* above all that Linux has */
#define MARK_ERRNOS 3800u     /* 4095 is the last */

static const unsigned machine[] = {
    SYS_process_vm_readv, SYS_process_vm_writev, SYS_pidfd_getfd, SYS_kcmp, SYS_userfaultfd, SYS_perf_event_open, SYS_bpf,
#if !defined(__SANITIZE_ADDRESS__) /* which looks for leaks by it */
    SYS_ptrace,
#endif
    SYS_mount, SYS_umount2, SYS_move_mount, SYS_open_tree, SYS_mount_setattr, SYS_fsopen, SYS_fsconfig, SYS_fsmount, SYS_fspick,
    SYS_pivot_root, SYS_unshare, SYS_setns, SYS_open_by_handle_at, SYS_quotactl, SYS_quotactl_fd, SYS_fanotify_init,
    SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_kexec_file_load, SYS_reboot, SYS_swapon, SYS_swapoff,
    SYS_acct, SYS_syslog, SYS_vhangup, SYS_sethostname, SYS_setdomainname,
    SYS_settimeofday, SYS_clock_settime, SYS_clock_adjtime, SYS_adjtimex,
    SYS_add_key, SYS_request_key, SYS_keyctl,
#if defined(__x86_64__)
    SYS_iopl, SYS_ioperm, SYS_modify_ldt,
#endif
};

static void add(struct seccomp *p, struct sock_filter f)
{
    if (p->n < SECCOMP_ROOM) p->of[p->n] = f;
    p->n++;
}

static void give(struct seccomp *p, uint32_t what)
{
    add(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, what));
}

static void deny(struct seccomp *p)
{
    give(p, SECCOMP_RET_ERRNO | EPERM);
}

void seccomp_init(struct seccomp *p)
{
    p->n = 0;
    add(p, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)));
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0));
    give(p, SECCOMP_RET_KILL_PROCESS);
    add(p, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)));
#if defined(__x86_64__)
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1));
    deny(p);
#endif
}

static void answer(struct seccomp *p, unsigned nr, uint32_t error)
{
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1));
    give(p, SECCOMP_RET_ERRNO | error);
}

void seccomp_deny(struct seccomp *p, unsigned nr)
{
    answer(p, nr, EPERM);
}

void seccomp_deny_machine(struct seccomp *p)
{
    for (size_t i = 0; i < sizeof machine / sizeof *machine; i++) seccomp_deny(p, machine[i]);
}

void seccomp_deny_spaces(struct seccomp *p)
{
    const uint32_t spaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
    answer(p, SYS_clone3, ENOSYS);
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4));
    add(p, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])));
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, spaces, 0, 1));
    deny(p);
    give(p, SECCOMP_RET_ALLOW);
}

void seccomp_deny_to_others(struct seccomp *p, unsigned nr, uint32_t self)
{
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 4));
    add(p, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])));
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, self, 1, 0));
    deny(p);
    give(p, SECCOMP_RET_ALLOW);
}

static int enter(struct seccomp *p, unsigned flags)
{
    if (ARCH == 0) return -ENOSYS;
    give(p, SECCOMP_RET_ALLOW);
    if (p->n > SECCOMP_ROOM) return -E2BIG;
    struct sock_fprog prog = {.len = (unsigned short)p->n, .filter = p->of};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return -errno;
    long rc = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &prog);
    return rc < 0 ? -errno : rc > 0 ? -EBUSY /* a thread that has another one */ : 0;
}

int seccomp_enter(struct seccomp *p)
{
    return enter(p, 0);
}

/* What this filter answers MARK: another list is answered otherwise. */
static uint32_t mark_of(const struct seccomp *p)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < p->n && i < SECCOMP_ROOM; i++) sum = sum * 31 + (p->of[i].code ^ p->of[i].jt ^ p->of[i].k);
    return MARK_ERRNO_FIRST + sum % MARK_ERRNOS;
}

int seccomp_enter_all(struct seccomp *p, bool inherited)
{
    uint32_t mark = mark_of(p);
    if (inherited && syscall(MARK) < 0 && (uint32_t)errno == mark) return 0;
    answer(p, MARK, mark);
    return enter(p, SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_SPEC_ALLOW);
}
