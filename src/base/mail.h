/* mail.h: a message to another thread's shard. A node has a target's mailbox and a deliver function; every parked request
 * owns exactly one node, used for its question and its answer, so sending cannot fail. */
#ifndef QUERN_BASE_MAIL_H
#define QUERN_BASE_MAIL_H

#include "pushlist.h"

/* Embedded in whatever is sent. While in flight it belongs to the receiver. */
struct mail {
    struct pushlist_node node; /* must stay first */
    void (*deliver)(struct mail *m); /* runs on the receiver's thread */
};

/* One per shard; outlives every sender. */
struct mailbox {
    struct pushlist list;
    void (*wake)(void *arg); /* any thread; called at most once per sleep of the receiver */
    void *wake_arg;
};

void mailbox_init(struct mailbox *box, void (*wake)(void *arg), void *wake_arg);
/* Any thread. m->deliver must be set. */
void mail_send(struct mailbox *to, struct mail *m);
/* The same for a chain of mails linked by node.next, oldest first. */
void mail_send_chain(struct mailbox *to, struct mail *first, struct mail *last);
/* Receiver's thread: delivers what has arrived, at most n_max; the rest stays in order for the next call. Returns how many. */
struct mail_drain {
    struct pushlist_node *rest; /* taken, not yet delivered; receiver's thread */
};
uint32_t mail_deliver(struct mailbox *box, struct mail_drain *drain, uint32_t n_max);
/* Receiver's thread: whether there is mail. A look in passing. */
bool mailbox_any(const struct mailbox *box, const struct mail_drain *drain);
/* Receiver's thread, before it sleeps. False: there is mail. */
bool mailbox_sleep(struct mailbox *box, struct mail_drain *drain);

#endif
