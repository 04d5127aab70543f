/* server_harden.c: see server_parts.h: what the process gives up. */
#include "server_parts.h"

#include "base/seccomp.h"
#include "server.h"
#include "server_notify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* For this process, for all that it starts, and for the one that takes its place. */
static int filter_calls(const struct config *c)
{
    struct seccomp p;
    seccomp_init(&p);
    seccomp_deny_machine(&p);
    if (!c->chroot) seccomp_deny(&p, SYS_chroot); /* else it is still to come; after that nobody here is root */
    seccomp_deny_spaces(&p);
    return seccomp_enter_all(&p, handover_is_successor());
}

/* Nothing that is started from here gets more than we have, and memory with secrets in it is not written to a disk. */
int server_harden(struct server *s)
{
    const struct config *c = s->config;
    struct rlimit limit;
    (void)unsetenv("SSLKEYLOGFILE"); /* libcurl would write down the keys of its sessions */
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
        server_complain("cannot give up new privileges: %s", strerror(errno));
        return EXIT_FAILED;
    }
    if (getrlimit(RLIMIT_CORE, &limit) == 0) {
        limit.rlim_cur = c->core_dumps ? limit.rlim_max : 0;
        (void)setrlimit(RLIMIT_CORE, &limit);
    }
    if (c->seccomp) s->unfiltered = filter_calls(c); /* told once there is a log: it serves without, too */
    return 0;
}

int server_become_user(struct server *s)
{
    if (s->config->chroot) server_notify_keep();
    int rc = identity_take(&s->identity, s->config->chroot);
    if (rc == 0 && s->config->core_dumps) (void)prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    if (rc == 0) return 0;
    if (s->config->chroot) server_complain("cannot become %s in %s: %s", s->identity.name, s->config->chroot, strerror(-rc));
    else server_complain("cannot become %s: %s", s->identity.name, strerror(-rc));
    return EXIT_FAILED;
}
