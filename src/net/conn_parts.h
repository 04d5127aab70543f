/* conn_parts.h: what the connections' own files share. Nobody else includes it.
 *
 *     conn.c      open, send, deadlines, close
 *     receive.c   receive, pause, park
 *     peer.c      who is at the other end
 *     proxied.c   the PROXY header before the first byte
 *     secured.c   TLS */
#ifndef QUERN_NET_CONN_PARTS_H
#define QUERN_NET_CONN_PARTS_H

#include "base/clock.h"
#include "base/slice.h"
#include "net/conn.h"
#include "net/peer.h"
#include "net/wheel.h"

#include <sys/socket.h>
#include <sys/uio.h>

enum conn_flag {
    F_RECEIVING = 1,   /* a receive is armed */
    F_SENDING = 2,     /* one send is in flight */
    F_DIRTY = 4,       /* in the dirty list */
    F_STARVED = 8,     /* in the starved list: a receive is to be armed once buffers are back */
    F_PAUSED = 16,     /* the sink wants no bytes */
    F_ENDED = 32,      /* end of input seen */
    F_CANCELLING = 64, /* a cancel of the receive is under way */
    F_CROWDED = 128,
    F_GONE = 256,      /* on_gone has been called */
    F_PARKING = 512,   /* its receive is being cancelled so that it can be parked */
    F_PARKED = 1024,   /* a poll is armed instead of a receive */
    F_PROXY = 4096,    /* its PROXY header is still to come; session is the chunk with what there is of it, or NULL */
    F_ONCE = 2048,     /* the receive looks once, then a poll takes its place again */
    F_SECURED = 8192,  /* what is in the kernel's hands are TLS records */
    F_HANDSHAKE = 16384, /* its handshake is not done yet */
    F_UNSEALED = 32768,  /* in the unsealed list: it waits for room for records */
};

/* A send of several pieces; the kernel reads it when the operation is submitted, we keep it until it completes. */
struct outvec {
    uint16_t next_free;
    struct msghdr header;
    struct iovec iov[64];
};
#define OUTVECS 256
#define BORN_TICKS 16u

struct ssl_st;
struct tls_server;

/* A connection's TLS, by slot. */
struct secured {
    struct conns *all;
    struct tls_server *server; /* a reference */
    struct ssl_st *ssl;
    struct out wire;      /* records that are to be sent */
    uint64_t deadline_ns; /* of the handshake */
    uint32_t sealed;      /* the first bytes of the connection's out that stand in wire */
    bool broken;          /* an alert may go out, nothing else */
    bool renegotiates;    /* the peer has asked for another handshake; one no has been said, and is the last word */
    bool goodbye;         /* close_notify stands in wire, or has been sent */
    bool waits;           /* for room, since it has had a deadline for that */
    bool news;            /* the sink is to be told once all is sent: not of TLS's own records */
};

/* Slots waiting for something at the end of the turn; each at most once, so n_max places are enough. */
struct waiting {
    uint32_t *slots;
    uint32_t n;
};

struct conns {
    struct conns_options o;
    struct slab slab;
    struct wheel wheel;
    struct outvec outvecs[OUTVECS]; /* 1 KiB each, untouched until used */
    uint16_t outvec_free, n_outvecs_touched;
    struct waiting dirty, starved;
    uint32_t park_ticks; /* idle for so long: parked; 0: never */
    uint32_t n_parking, n_parked;
    void (*on_free)(void *arg);
    void *on_free_arg;
    uint16_t *born;      /* by slot, in units of BORN_TICKS */
    uint32_t age_units;  /* so old they are worn out; 0: never */
    struct peer *peers; /* by slot; NULL: not asked for */
    struct secured *secured; /* by slot; NULL: no listener is secured. With it: */
    struct tls_server *tls;  /* for new connections; a reference */
    struct chunk_pool wire_pool;
    struct waiting unsealed;
    struct slice arrived; /* what of the bytes being handled OpenSSL has not taken yet */
    char *plain;          /* room for one record */
    struct conn_counts counts;
};

static inline struct conn *conn_of(struct conns *all, uint32_t slot)
{
    return (struct conn *)(void *)(all->slab.items + (size_t)slot * sizeof(struct conn));
}

static inline uint32_t conn_tick_now(const struct conns *all)
{
    return wheel_now(&all->wheel);
}

/* Bytes went in or out. */
static inline void conn_mark_active(const struct conns *all, struct conn *c)
{
    c->active_tick = (uint16_t)conn_tick_now(all);
}

static inline void conn_wait_in(struct waiting *w, struct conn *c, enum conn_flag flag)
{
    if (c->flags & flag) return;
    c->flags |= (uint16_t)flag;
    w->slots[w->n++] = c->slot;
}

/* conn.c */
/* What stands before the sink is through, or was not there: it is told, and may get bytes. */
void conn_begin(struct conns *all, struct conn *c);
/* Whenever something has ended: the descriptor is closed once nothing of it is in the kernel's hands, the slot freed once that
 * is done and no list holds it. */
void conn_settle(struct conns *all, struct conn *c);
void conn_begin_close(struct conns *all, struct conn *c);
/* Cancels the operation of that kind; it tells its own end. */
void conn_cancel(struct conns *all, struct conn *c, enum ring_kind kind);

/* proxied.c */
/* passed: enum conn_way. True: it waits for its header. False: it was refused, and is being closed. */
bool proxied_begin(struct conns *all, struct conn *c, bool passed);
void proxied_bytes(struct conns *all, struct conn *c, char *p, size_t n);
/* Its header will not come: end of input, time, or it is no header. */
void proxied_refuse(struct conns *all, struct conn *c, const char *why);

/* secured.c */
void secured_begin(struct conns *all, struct conn *c);
/* Gives back what it has; its slot is about to become free. */
void secured_end(struct conns *all, struct conn *c);
void secured_bytes(struct conns *all, struct conn *c, char *p, size_t n);
/* Makes records of what is queued. True: there is something to send; False: nothing, or it waits for room. */
bool secured_seal(struct conns *all, struct conn *c);
/* Those that wait for room are tried again, if there is some. */
void secured_look_for_room(struct conns *all);
void secured_sent(struct conns *all, struct conn *c, size_t n);
/* All is sent. True: the sink is to hear of it. */
bool secured_has_news(struct conns *all, struct conn *c);
/* All else is sent. True: close_notify still has to be. */
bool secured_say_goodbye(struct conns *all, struct conn *c);
/* Its deadline, before its handshake is done or after it broke. */
void secured_due(struct conns *all, struct conn *c);
uint64_t secured_deadline(const struct conns *all, const struct conn *c);
void secured_deinit(struct conns *all);

/* What is sent is the sink's, or the handshake's: it has a deadline of its own. */
static inline bool conn_sends_own(const struct conns *all, const struct conn *c)
{
    return !(c->flags & F_SECURED) || all->secured[c->slot].sealed || c->flags & F_HANDSHAKE;
}

static inline bool conn_is_broken(const struct conns *all, const struct conn *c)
{
    return c->flags & F_SECURED && all->secured[c->slot].broken;
}

static inline void conn_take(struct conns *all, struct conn *c, char *p, size_t n)
{
    if (c->flags & F_SECURED) secured_bytes(all, c, p, n);
    else all->o.sink.on_bytes(all->o.sink.arg, c, p, n);
}

/* What is sent: the records, where there are any. */
static inline struct out *conn_wire(struct conns *all, struct conn *c)
{
    return c->flags & F_SECURED ? &all->secured[c->slot].wire : &c->out;
}

static inline bool conn_has_unsent(const struct conns *all, const struct conn *c)
{
    return c->out.bytes || (c->flags & F_SECURED && all->secured[c->slot].wire.bytes);
}

/* peer.c */
/* A new connection; from: where the accept says that it comes from, NULL: it does not. */
void peer_begin(struct conns *all, const struct conn *c, const struct sockaddr *from);

/* receive.c */
void receive_init(struct conns *all);
void receive_arm(struct conns *all, struct conn *c);
/* The cancel of a receive has completed with res. */
void receive_cancelled(struct conns *all, struct conn *c, int32_t res);
/* Receives that ended by themselves are armed again after buffers have gone back, not at once: with none there, arming would fail
 * again. */
void receive_flush(struct conns *all);
/* The wheel comes by, and its deadline is not reached. Returns in how many ticks to look again, at most. */
uint32_t receive_look(struct conns *all, struct conn *c);

#endif
