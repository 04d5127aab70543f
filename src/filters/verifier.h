/* verifier.h: threads that check what takes too long for a ring's thread: a password's hash is tens of milliseconds. Few of them, with a
 * bounded queue each; nice, so that a flood of wrong passwords takes the CPU from nobody. Made by the server's thread; pushed to from
 * any; answers go home by mail. */
#ifndef QUERN_FILTERS_VERIFIER_H
#define QUERN_FILTERS_VERIFIER_H

#include "base/mail.h"

#define VERIFIER_THREADS 2u /* at once: each takes 19 MiB */
#define VERIFIER_QUEUE 32u  /* that wait for each; a power of two */

struct log;
struct verifier;

/* Embedded in what is to be checked; it belongs to the verifier until its mail is delivered. */
struct verifier_task {
    struct mail mail;     /* must stay first; mail.deliver is set by who pushes */
    struct mailbox *home; /* outlives the verifier */
    void (*check)(struct verifier_task *t); /* on a thread of the verifier's */
};

int verifier_new(struct log *log, struct verifier **out); /* 0 or -ENOMEM; no threads yet */
/* Starts its threads, once. 0 or -errno. */
int verifier_start(struct verifier *v);
/* False: too much waits already, or no threads run. */
bool verifier_push(struct verifier *v, struct verifier_task *t);
/* What waits is still checked and sent home. After all who push have ended. NULL is fine. Returns NULL. */
struct verifier *verifier_free(struct verifier *v);

#endif
