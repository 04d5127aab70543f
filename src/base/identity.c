/* identity.c: see identity.h. */
#include "base/identity.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

int identity_find(const char *user, struct identity *out)
{
    errno = 0;
    const struct passwd *p = getpwnam(user); /* NOLINT(concurrency-mt-unsafe): there is one thread */
    if (!p) return errno && errno != ENOENT && errno != ESRCH ? -errno : -ENOENT;
    *out = (struct identity){.given = geteuid() != p->pw_uid, .uid = p->pw_uid, .gid = p->pw_gid, .name = user};
    return out->given && geteuid() != 0 ? -EPERM : 0;
}

int identity_take(const struct identity *who, const char *root)
{
    if (!who->given) return 0;
    if (initgroups(who->name, who->gid) < 0 || setresgid(who->gid, who->gid, who->gid) < 0) return -errno; /* groups stand in a file */
    if (root && (chroot(root) < 0 || chdir("/") < 0)) return -errno;
    if (setresuid(who->uid, who->uid, who->uid) < 0) return -errno;
    return who->uid != 0 && setuid(0) == 0 ? -EPERM : 0; /* there is no way back */
}
