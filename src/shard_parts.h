/* shard_parts.h: what the files of a shard share: shard.c (its life), shard_mail.c (what others tell it), shard_build.c (made before its
 * thread), shard_open.c (made on its thread: the ring belongs to it). Not for others. */
#ifndef QUERN_SHARD_PARTS_H
#define QUERN_SHARD_PARTS_H

#include "api/api.h"
#include "base/clock.h"
#include "base/random.h"
#include "filters/gate.h"
#include "http/session.h"
#include "net/listener.h"
#include "ring/bufring.h"
#include "ring/timer.h"
#include "ring/wake.h"
#include "shard.h"
#include "shard_engines.h"

#include <pthread.h>

struct command {
    struct mail mail; /* must stay first */
    struct shard *shard;
    enum shard_command what;
};

/* The shard's thread's, once it runs; before, whoever makes it. */
struct shard {
    struct shard_options o;
    pthread_t thread;
    struct wake wake;
    struct mailbox mailbox;
    struct mail_drain mail_rest;
    struct clock clock;
    struct random random;
    struct ring *ring;
    struct bufring *bufs;
    struct timers timers;
    struct timer supervise;
    struct chunk_pool chunks;
    struct conns *conns;
    struct listeners *listeners;
    struct gate gate; /* what the filters share */
    struct filter filters[FILTERS_MAX];
    struct http http;
    struct api api;
    struct dispatch *dispatch;
    struct shard_engines engines; /* that live here; n 0: none */
    struct command commands[SHARD_COMMANDS];
    bool draining, stopping, closed_listeners;
    _Atomic uint32_t state; /* enum shard_state; this thread writes */
    _Atomic bool lost_disk; /* this thread writes */
    const char *why;
};

/* ---- shard_mail.c ---- */

void shard_prepare_commands(struct shard *s);
/* What may change without a restart. */
void shard_apply(struct shard *s, const struct shard_settings *settings);
/* Addresses of peers are kept from now on, if something asks for them. */
void shard_know_peers(struct shard *s, const struct access *access);

/* ---- shard_open.c: on the shard's thread ---- */

/* 0, or -errno with a sentence in s->why. */
int shard_open(struct shard *s);
void shard_say_features(const struct shard *s);
/* Once nothing is in flight that is waited for, and the journals are closed (shard.c, which tells when their disk has failed): cancels the rest and lets go of all that the kernel may write to. */
void shard_close(struct shard *s);
/* What came before has been accepted. From here on the kernel refuses: a connection that nobody will accept must not look like one that
 * waits. */
void shard_close_listeners(struct shard *s);

#endif
