/* scope.h: what a caller may do, as words ("jobs:read") and as bits of a mask. The words are those below and up to SCOPES_OWN_MAX
 * that an operator's rules name. Built at start, constant afterwards: any thread. */
#ifndef QUERN_ACCOUNTS_SCOPE_H
#define QUERN_ACCOUNTS_SCOPE_H

#include "base/slice.h"

#define SCOPE_JOBS_READ (1u << 0)   /* look at jobs, their inputs and results */
#define SCOPE_JOBS_WRITE (1u << 1)  /* submit, call, retry, activate, delete */
#define SCOPE_JOBS_CANCEL (1u << 2) /* cancel */
#define SCOPE_JOBS_WORK (1u << 3)   /* fetch jobs and report on them: workers */
#define SCOPE_QUEUES_READ (1u << 4)
#define SCOPE_QUEUES_ADMIN (1u << 5) /* make, configure, pause, delete */
#define SCOPE_CRON_READ (1u << 6)
#define SCOPE_CRON_WRITE (1u << 7)
#define SCOPE_EVENTS_READ (1u << 8)
#define SCOPE_METRICS_READ (1u << 9)
#define SCOPES_BUILTIN 10u
#define SCOPES_OWN_MAX 16u
#define SCOPE_ALL UINT32_MAX /* the word "admin": every scope there is, own ones too */

#define SCOPE_NAME_MAX 63

struct scope_names {
    char own[SCOPES_OWN_MAX][SCOPE_NAME_MAX + 1]; /* bit SCOPES_BUILTIN + place */
    uint32_t n_own;
};

/* A word that RFC 6749 §3.3 allows, and not too long. */
bool scope_name_ok(struct slice name);
/* Its bit; SCOPE_ALL for "admin"; 0: no rule knows the word. */
uint32_t scope_bit(const struct scope_names *names, struct slice name);
/* The same, and takes the word in when it is new. 0: no word, or no room. */
uint32_t scope_take(struct scope_names *names, struct slice name);
/* Bits of a text of words with single blanks between (RFC 6749 §3.3); words that nobody knows count nothing. */
uint32_t scope_read(const struct scope_names *names, struct slice text);
/* The words of a mask with blanks between, as many as fit into out. Returns the length. */
size_t scope_text(const struct scope_names *names, uint32_t mask, char *out, size_t room);

#endif
