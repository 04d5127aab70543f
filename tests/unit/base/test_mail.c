#include "base/mail.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

static struct mailbox box, other;
static struct mail_drain drain;
static int n_wakes, n_delivered;

static void count_wake(void *arg)
{
    ++*(int *)arg;
}

static void up(void)
{
    mailbox_init(&box, count_wake, &n_wakes);
    mailbox_init(&other, count_wake, &n_wakes);
}

TestSuite(base_mail, .init = up);

struct letter {
    struct mail mail; /* first: mails are cast back */
    int number;
};

static void in_order(struct mail *m)
{
    cr_assert_eq(((struct letter *)m)->number, n_delivered++);
}

static void fill(struct letter *letters, int n)
{
    for (int i = 0; i < n; i++) {
        letters[i] = (struct letter){.mail.deliver = in_order, .number = i};
        mail_send(&box, &letters[i].mail);
    }
}

Test(base_mail, the_rest_stays_in_order_for_the_next_call)
{
    struct letter letters[10];
    fill(letters, 5);
    cr_assert_eq(mail_deliver(&box, &drain, 2), 2);
    cr_assert(!mailbox_sleep(&box, &drain), "three are left");
    for (int i = 5; i < 10; i++) {
        letters[i] = (struct letter){.mail.deliver = in_order, .number = i};
        mail_send(&box, &letters[i].mail);
    }
    cr_assert_eq(mail_deliver(&box, &drain, 100), 3);
    cr_assert_eq(mail_deliver(&box, &drain, 100), 5);
    cr_assert_eq(mail_deliver(&box, &drain, 100), 0);
    cr_assert_eq(n_delivered, 10);
    cr_assert_eq(n_wakes, 0, "never asleep");
}

Test(base_mail, wakes_once_for_each_sleep)
{
    struct letter letters[3];
    cr_assert(mailbox_sleep(&box, &drain));
    fill(letters, 3);
    cr_assert_eq(n_wakes, 1);
    cr_assert_eq(mail_deliver(&box, &drain, 100), 3);
    cr_assert(mailbox_sleep(&box, &drain));
    letters[0].mail.node.next = &letters[1].mail.node;
    letters[1].mail.node.next = &letters[2].mail.node;
    n_delivered = 0;
    mail_send_chain(&box, &letters[0].mail, &letters[2].mail);
    cr_assert_eq(n_wakes, 2);
    cr_assert_eq(mail_deliver(&box, &drain, 100), 3);
}

static void free_it(struct mail *m)
{
    n_delivered++;
    free(m);
}

static void send_on(struct mail *m)
{
    m->deliver = free_it;
    mail_send(&other, m);
}

static void send_back(struct mail *m)
{
    m->deliver = free_it;
    mail_send(&box, m);
}

Test(base_mail, deliver_may_free_or_send_again)
{
    void (*const what[])(struct mail *) = {free_it, send_on, send_back, free_it};
    struct mail_drain other_drain = {0};
    for (int i = 0; i < 4; i++) {
        struct mail *m = calloc(1, sizeof *m);
        m->deliver = what[i];
        mail_send(&box, m);
    }
    cr_assert_eq(mail_deliver(&box, &drain, 100), 4, "what comes meanwhile waits for the next");
    cr_assert_eq(n_delivered, 2);
    cr_assert_eq(mail_deliver(&box, &drain, 100), 1);
    cr_assert_eq(mail_deliver(&other, &other_drain, 100), 1);
    cr_assert_eq(n_delivered, 4);
}

#define ROUNDS 10000

/* Two threads with a mailbox each; one mail goes to and fro. */
struct peer {
    struct mailbox box;
    struct mail_drain drain;
    struct peer *opposite;
    int fd, n_got;
};

struct ball {
    struct mail mail; /* first: mails are cast back */
    struct peer *at;
};

static void wake_fd(void *arg)
{
    cr_assert_eq(eventfd_write(*(int *)arg, 1), 0);
}

static void hit_back(struct mail *m)
{
    struct ball *b = (struct ball *)m;
    struct peer *here = b->at;
    here->n_got++;
    b->at = here->opposite;
    mail_send(&b->at->box, m);
}

static void *play(void *arg)
{
    struct peer *p = arg;
    while (p->n_got < ROUNDS) {
        if (mail_deliver(&p->box, &p->drain, 16) > 0) continue;
        if (!mailbox_sleep(&p->box, &p->drain)) continue;
        struct pollfd fd = {.fd = p->fd, .events = POLLIN};
        eventfd_t value;
        cr_assert_eq(poll(&fd, 1, 5000), 1, "a wake-up was lost");
        cr_assert_eq(eventfd_read(p->fd, &value), 0);
    }
    return NULL;
}

Test(base_mail, to_and_fro_between_two_sleepers, .timeout = 60)
{
    struct peer peers[2] = {0};
    struct ball ball = {.mail.deliver = hit_back, .at = &peers[0]};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        peers[i].fd = eventfd(0, EFD_CLOEXEC);
        peers[i].opposite = &peers[1 - i];
        mailbox_init(&peers[i].box, wake_fd, &peers[i].fd);
    }
    mail_send(&peers[0].box, &ball.mail);
    for (int i = 0; i < 2; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, play, &peers[i]), 0);
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    cr_assert_eq(peers[0].n_got, ROUNDS);
    cr_assert_eq(peers[1].n_got, ROUNDS);
    for (int i = 0; i < 2; i++) (void)close(peers[i].fd);
}
