/* accounts_edit.h: the accounts file, changed: under a lock, checked as the server checks it, and replaced whole, so that nobody ever
 * reads half of one. Main thread. */
#ifndef QUERN_CLI_ACCOUNTS_EDIT_H
#define QUERN_CLI_ACCOUNTS_EDIT_H

#include "accounts/accounts.h"
#include "base/buf.h"

enum accounts_list { ACCOUNTS_USERS, ACCOUNTS_TOKENS, ACCOUNTS_CERTIFICATES, ACCOUNTS_KEYS, ACCOUNTS_LISTS };

struct accounts_edit {
    const char *path;
    int lock_fd;
    struct slice text; /* the file as it is; "{}" where there is none */
    struct json_value lists[ACCOUNTS_LISTS]; /* arrays in text */
    struct accounts *accounts; /* the same, read */
};

/* path: NULL: $QUERN_ACCOUNTS. to_change: takes the lock; may wait for another who changes it. 0 or an exit code, said. */
int accounts_edit_open(struct accounts_edit *e, const char *path, bool to_change);
void accounts_edit_close(struct accounts_edit *e);
/* Writes the file anew: without the elements of list whose member has this value (member NULL: with all), and with element (a JSON
 * object; .p NULL: none) at the end. 0 or an exit code, said: then the file is as it was. */
int accounts_edit_write(struct accounts_edit *e, enum accounts_list list, const char *member, const char *value, struct slice element);

#endif
