/* identity.h: as whom the process goes on once it has what only root can get. At start, before any thread exists. */
#ifndef QUERN_BASE_IDENTITY_H
#define QUERN_BASE_IDENTITY_H

#include <stdbool.h>
#include <sys/types.h>

struct identity {
    bool given; /* false: stay who we are */
    uid_t uid;
    gid_t gid;
    const char *name; /* borrowed */
};

/* Looks up a user. 0, -ENOENT: there is none, -EPERM: we are not root, and somebody else, or -errno. */
int identity_find(const char *user, struct identity *out);
/* Becomes that user with its groups, for good; with a root, that folder is / from now on, for a user that is given. 0 or -errno: then nothing
 * may go on. */
int identity_take(const struct identity *who, const char *root);

#endif
