/* conn.h: one TCP stream: receive, send queue, deadline, close. Knows nothing of HTTP: bytes go to a sink. A shard's thread owns
 * its connections. One that has been idle for a while is parked (receive.c): it costs the kernel less, and nobody sees a difference.
 *
 *   OPEN ──conn_finish()──► DRAINING ──all sent──► LINGERING ──end of input, time──► CLOSING ──ops 0──► CLOSED ──► free
 *     └───────────conn_abort(), reset by peer─────────────────────────────────────────▲
 *
 * LINGERING discards input so that our last answer is not destroyed by a reset (RFC 9112 §9.6). What the kernel holds for a
 * connection is counted; a slot goes back only when that is zero and the descriptor is closed. */
#ifndef QUERN_NET_CONN_H
#define QUERN_NET_CONN_H

#include "net/out.h"
#include "base/slab.h"
#include "base/metric.h"
#include "ring/ring.h"
#include "ring/timer.h"

struct bufring;
struct clock;
struct conns;
struct ip;
struct sockaddr;

#define CONN_TICK_NS (UINT64_C(1) << 28) /* deadlines are this coarse: 268 ms */
#define CONN_WHEEL 512
#define CONN_OUT_HIGH 65536u /* bytes queued: above, the sink should stop making more */
#define CONN_STALL_NS (30 * UINT64_C(1000000000)) /* no progress in sending: abort */
#define CONN_LINGER_IDLE_NS (2 * UINT64_C(1000000000))
#define CONN_LINGER_NS (10 * UINT64_C(1000000000))
#define CONN_LINGER_BYTES 262144u

#define CONN_WORN_OUT UINT16_MAX /* requests of a connection that is too old for more than one */

enum conn_state { CONN_OPEN, CONN_DRAINING, CONN_LINGERING, CONN_CLOSING, CONN_CLOSED };

/* The idle connection in full: 64 bytes. */
struct conn {
    void *session; /* the sink's; NULL while it keeps nothing for this connection */
    struct out out;
    ring_fd fd;
    uint32_t slot;
    uint32_t wheel_prev, wheel_next; /* slots; SLAB_NONE: none */
    uint32_t deadline_tick; /* when the sink is asked; the wheel may look earlier */
    uint16_t outvec; /* pieces of the send in flight; UINT16_MAX: a plain send */
    union {
        uint16_t active_tick; /* of the last bytes in or out, low bits */
        uint16_t discarded_kib; /* while lingering */
    };
    uint16_t wheel_at; /* which list of the wheel; CONN_WHEEL: none */
    uint16_t requests; /* the sink's: answered so far, or CONN_WORN_OUT; while lingering: the tick it began */
    uint8_t state; /* enum conn_state */
    uint8_t ops_in_flight;
    uint16_t flags; /* conn_parts.h */
};

/* Whom bytes and events go to. All on the shard's thread. */
struct conn_sink {
    void *arg;
    /* A connection is there; one that is proxied, once its header is. */
    void (*on_open)(void *arg, struct conn *c);
    /* Bytes in a receive buffer, valid during the call and writable. The sink keeps what it needs. */
    void (*on_bytes)(void *arg, struct conn *c, char *p, size_t n);
    /* The peer has ended its sending side. */
    void (*on_end)(void *arg, struct conn *c);
    /* Everything queued has been sent. */
    void (*on_sent)(void *arg, struct conn *c);
    /* The deadline set by conn_deadline() is reached. */
    void (*on_deadline)(void *arg, struct conn *c);
    /* The connection is lost or ends: the sink forgets it now (c->session is set to NULL afterwards). */
    void (*on_gone)(void *arg, struct conn *c);
};

struct conns_options {
    uint32_t n_max; /* connections, with the slots kept for refusals */
    uint32_t n_crowded; /* the last so many of them */
    struct ring *ring;
    struct bufring *bufs;
    struct timers *timers;
    struct chunk_pool *chunks;
    const struct clock *clock;
    uint32_t phase_ns; /* of the wheel, see there */
    uint64_t park_ns; /* idle for so long: parked; 0: never */
    struct conn_sink sink;
    bool (*may_proxy)(void *arg, const struct ip *peer); /* who may send such headers; NULL: nobody */
    void *may_proxy_arg;
};

struct conn_counts {
    metric opened, closed, aborted, crowded, stalled, received_bytes, sent_bytes, sends, recv_starved, unparked, proxy_refused;
    metric tls_handshakes, tls_resumed, tls_failed;
};

int conns_new(const struct conns_options *options, struct conns **out); /* 0 or -ENOMEM */
struct conns *conns_free(struct conns *all);
struct conn_counts *conns_counts(struct conns *all);
uint32_t conns_used(const struct conns *all);
uint32_t conns_max(const struct conns *all);
uint32_t conns_parked(const struct conns *all);
/* Bytes of user memory for one idle connection, bookkeeping and all. */
size_t conns_bytes_per_idle(const struct conns *all);
/* Called with each slot that becomes free, once it is; NULL: nobody cares. */
void conns_on_free(struct conns *all, void (*on_free)(void *arg), void *arg);

/* What comes before a connection's first byte for the sink; both: in this order. */
enum conn_way {
    CONN_PROXIED = 1, /* a header of the PROXY protocol */
    CONN_SECURED = 2, /* a TLS handshake: secured.h */
    CONN_PASSED = 4,  /* behind such a header: what the balancer passes on is its client's own TLS */
};

/* Takes a descriptor just accepted; from: its peer's address, NULL when the accept did not tell. False: no slot; the descriptor is being
 * closed. ways: of enum conn_way. */
bool conns_open(struct conns *all, ring_fd fd, const struct sockaddr *from, uint8_t ways);
/* So old a connection is worn out, give or take a tenth: those that came together do not all go together. It is seen within CONN_WHEEL
 * ticks. 0: never. */
void conns_age(struct conns *all, uint64_t ns);
/* At the end of each turn: sends what has been queued, arms receives that had to wait. */
void conns_flush(struct conns *all);
/* Every open connection: fn may finish or abort it. */
void conns_each(struct conns *all, void (*fn)(void *arg, struct conn *c), void *arg);

/* Sink's calls. */
uint32_t conn_generation(const struct conns *all, const struct conn *c);
struct conn *conns_at(struct conns *all, uint32_t slot, uint32_t generation); /* NULL: gone */
/* Something was added to c->out. */
void conn_dirty(struct conns *all, struct conn *c);
/* Stop receiving (bytes that are under way still come), and go on. */
void conn_pause(struct conns *all, struct conn *c);
void conn_resume(struct conns *all, struct conn *c);
void conn_deadline(struct conns *all, struct conn *c, uint64_t mono_ns);
bool conn_sending(const struct conn *c);
bool conn_ended(const struct conn *c); /* the peer's end of input has been seen */
bool conn_crowded(const struct conn *c); /* stands on a slot kept for refusals */
/* Send what is queued, then close gently. No more on_bytes, on_end, on_sent, on_deadline; on_gone still comes. */
void conn_finish(struct conns *all, struct conn *c);
/* Close at once. */
void conn_abort(struct conns *all, struct conn *c);

#endif
