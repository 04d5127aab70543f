#include "mail.h"
#include "check.h"

#include <stddef.h>

static_assert(offsetof(struct mail, node) == 0, "a node is turned back into its mail by a cast");

void mailbox_init(struct mailbox *box, void (*wake)(void *arg), void *wake_arg)
{
    pushlist_init(&box->list);
    box->wake = wake;
    box->wake_arg = wake_arg;
}

void mail_send(struct mailbox *to, struct mail *m)
{
    assert(m->deliver);
    if (pushlist_push(&to->list, &m->node)) to->wake(to->wake_arg);
}

void mail_send_chain(struct mailbox *to, struct mail *first, struct mail *last)
{
    assert(first->deliver && last->deliver);
    if (pushlist_push_chain(&to->list, &first->node, &last->node)) to->wake(to->wake_arg);
}

uint32_t mail_deliver(struct mailbox *box, struct mail_drain *drain, uint32_t n_max)
{
    uint32_t n = 0;
    if (!drain->rest) drain->rest = pushlist_take(&box->list);
    for (; drain->rest && n < n_max; n++) {
        struct mail *m = (struct mail *)(void *)drain->rest;
        drain->rest = m->node.next; /* before the call: deliver may free the mail or send it on */
        m->deliver(m);
    }
    return n;
}

bool mailbox_any(const struct mailbox *box, const struct mail_drain *drain)
{
    return drain->rest || pushlist_any(&box->list);
}

bool mailbox_sleep(struct mailbox *box, struct mail_drain *drain)
{
    return !drain->rest && pushlist_sleep(&box->list);
}
