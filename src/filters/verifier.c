/* verifier.c: see verifier.h. */
#include "filters/verifier.h"

#include "base/inbox.h"
#include "base/log.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

struct checker {
    struct inbox inbox;
    sem_t due; /* one for each task pushed, and one more at the end */
    pthread_t thread;
    struct log *log;
    bool runs; /* the server's thread */
};

struct verifier {
    struct checker of[VERIFIER_THREADS];
    _Atomic uint32_t next; /* any thread: whose turn it is */
    _Atomic bool started;
};

int verifier_new(struct log *log, struct verifier **out)
{
    struct verifier *v = calloc(1, sizeof *v);
    int rc = v ? 0 : -ENOMEM;
    for (unsigned i = 0; rc == 0 && i < VERIFIER_THREADS; i++) {
        v->of[i].log = log;
        (void)sem_init(&v->of[i].due, 0, 0);
        rc = inbox_init(&v->of[i].inbox, VERIFIER_QUEUE);
    }
    if (rc == 0) *out = v;
    else free(v); /* the process ends */
    return rc;
}

/* A count of the semaphore stands for a task that is there; one that is being pushed may stand before it. NULL: the end. */
static struct verifier_task *next(struct checker *c)
{
    struct verifier_task *t;
    while (sem_wait(&c->due) < 0) continue; /* EINTR */
    while (!(t = inbox_pop(&c->inbox)) && inbox_depth(&c->inbox) > 0) (void)sched_yield();
    return t;
}

static void *run(void *arg)
{
    struct checker *c = arg;
    (void)pthread_setname_np(pthread_self(), "verifier");
    if (c->log) (void)log_attach(c->log, "verifier");
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), 19); /* of this thread alone */
    for (struct verifier_task *t; (t = next(c));) {
        t->check(t);
        mail_send(t->home, &t->mail);
    }
    log_detach();
    return NULL;
}

int verifier_start(struct verifier *v)
{
    for (unsigned i = 0; i < VERIFIER_THREADS; i++) {
        struct checker *c = &v->of[i];
        if (c->runs) continue;
        int rc = -pthread_create(&c->thread, NULL, run, c);
        if (rc < 0) return rc;
        c->runs = true;
    }
    atomic_store_explicit(&v->started, true, memory_order_release);
    return 0;
}

bool verifier_push(struct verifier *v, struct verifier_task *t)
{
    if (!atomic_load_explicit(&v->started, memory_order_acquire)) return false;
    uint32_t first = atomic_fetch_add_explicit(&v->next, 1, memory_order_relaxed);
    for (uint32_t i = 0; i < VERIFIER_THREADS; i++) {
        struct checker *c = &v->of[(first + i) % VERIFIER_THREADS];
        if (!inbox_push(&c->inbox, t)) continue;
        (void)sem_post(&c->due);
        return true;
    }
    return false;
}

struct verifier *verifier_free(struct verifier *v)
{
    if (!v) return NULL;
    for (unsigned i = 0; i < VERIFIER_THREADS; i++) {
        struct checker *c = &v->of[i];
        (void)sem_post(&c->due); /* behind all that was pushed */
        if (c->runs) (void)pthread_join(c->thread, NULL);
        inbox_deinit(&c->inbox);
        (void)sem_destroy(&c->due);
    }
    free(v);
    return NULL;
}
