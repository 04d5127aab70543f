/* driver.h: one load thread: its connections, their rings, the requests that are due and those that are under way. Everything in
 * here belongs to that thread, but for the fields marked otherwise, which the run's main thread reads.
 *
 *   CLOSED ──open──► CONNECTING ──► IDLE ──request──► BUSY ──answer──► IDLE …
 *                        │            │ think, drip ▲   │
 *                        │            └── PAUSED ───┘   │
 *                        └──────── failed ──► ENDING ──operations 0, descriptor closed──► CLOSED
 *
 * A lane is one ring with its share of the connections: an io_uring table of descriptors may not be larger than RLIMIT_NOFILE,
 * so many connections need several. The thread waits on lane 0; the others write an eventfd that lane 0 polls. */
#ifndef QUERN_LOAD_DRIVER_H
#define QUERN_LOAD_DRIVER_H

#include "base/clock.h"
#include "base/heap.h"
#include "base/metric.h"
#include "base/random.h"
#include "ring/ring.h"
#include "ring/wake.h"
#include "tools/load/checks.h"
#include "tools/load/options.h"
#include "tools/load/plan.h"
#include "tools/load/reply.h"
#include "tools/load/result.h"
#include "tools/load/sources.h"
#include "tools/load/template.h"

#include <pthread.h>
#include <sys/un.h>

struct run;
struct scenario;
struct job_book;

#define CONN_NONE UINT32_MAX
#define TICK_NS (100 * NS_PER_MS)

enum conn_state { CONN_CLOSED, CONN_CONNECTING, CONN_IDLE, CONN_BUSY, CONN_PAUSED, CONN_ENDING, CONN_STATES };
enum conn_flag {
    CONN_RECEIVING = 1, /* a receive or poll is armed */
    CONN_SENDING = 2,
    CONN_WRONG = 4, /* the answer under way has failed a check */
    CONN_MEASURED = 8, /* the request under way counts */
    CONN_STARTED = 16, /* its first byte has come */
    CONN_PROBING = 32, /* the request under way is the final probe's */
    CONN_OPENED = 64, /* has been open once: a loss from now on is not part of the ramp */
    CONN_READING = 128, /* RECV_POLL: a single receive is under way */
};

/* 64 bytes: at a million connections this is what the loader costs. */
struct conn {
    uint64_t intended_ns, sent_ns; /* of the request under way; CONNECTING: since when; CLOSED: not to be opened before */
    struct reply_state reply;
    uint32_t first_ns; /* sent to first byte; saturating */
    uint32_t next, prev; /* in the list of its state */
    uint32_t generation : 24;
    uint32_t state : 8;
    uint32_t seq; /* its thread's requests up to the last one under way here, modulo 2^32: request_number() */
    uint32_t side; /* its struct side; CONN_NONE: it needs none */
    uint16_t served; /* requests since it was opened; saturating */
    uint16_t left; /* answers that are still to come (pipelining) */
    uint8_t group, ops, flags, step; /* step: BUSY: enum busy_step; ENDING: conn.c's own */
};
static_assert(sizeof(struct conn) == 64, "one cache line per connection");

enum busy_step {
    BUSY_UNDER_WAY,
    BUSY_ANSWERED, /* all of the answer is there, but the request is not all sent yet */
};

struct conn_list {
    uint32_t first, last, n;
};

/* What a request needs beyond its connection's 64 bytes, while it is under way: filled bytes, a cut head, a body to be read.
 * Pooled; as many as requests were ever under way at once. */
struct side {
    uint32_t next_free;
    uint32_t sent_len;
    char *carry; /* REPLY_HEAD_MAX bytes, once a head was cut; kept with the side */
    struct check_state *check; /* NULL where no body check is on */
    char *body; /* answers of scenarios that read them; body_room bytes; kept */
    uint32_t body_len, body_room;
    char id[40]; /* job scenarios: the job that this connection deals with */
    uint64_t tag; /* the scenario's own */
    uint64_t begun_ns; /* when the operation began, of which this request is a part */
    uint64_t answered_ns; /* 0; BUSY_ANSWERED: since when */
    char *request; /* d->request_max bytes */
};

struct lane {
    struct driver *driver;
    struct ring *ring;
    struct bufring *bufs;
    uint32_t first, n; /* connections */
    bool dirty; /* there is something to submit */
};

/* Requests that were due when no connection was free: a ring buffer of their intended times. */
struct due_queue {
    uint64_t *at_ns;
    uint32_t first, n, room;
};

struct driver_group {
    const struct scenario *scenario;
    const struct group_options *options;
    uint32_t first, n; /* connections */
    struct conn_list idle, busy;
    struct plan *plan; /* NULL: closed loop */
    struct due_queue due;
    uint64_t quota, issued_all; /* -n: requests to issue in the measured time; UINT64_MAX: no limit */
    struct template *template;
    struct slice pipelined; /* pipeline copies of a fixed template; else the template itself */
    struct group_result result; /* histograms and counts of the measured time */
    void *scenario_data;
};

/* One tick's figures of one driver; read by the main thread while written. */
struct driver_tick {
    metric due, issued, completed, errors, late_max_ns, max_ns;
    _Atomic uint32_t bucket[TICK_BUCKETS];
};

/* Joins them by twos; the second half begins anew. The thread that writes them. */
void ticks_fold(struct driver_tick *ticks, uint32_t n);

struct driver {
    struct run *run;
    const struct options *o;
    uint32_t number; /* of run->drivers_n */
    pthread_t thread;
    struct clock clock;
    struct random random;
    struct conn *conns;
    uint32_t conns_n, per_lane;
    struct lane *lanes;
    uint32_t lanes_n;
    struct wake wake; /* lanes 1… write it, lane 0 polls it */
    struct conn_list closed, connecting;
    struct driver_group groups[GROUPS_MAX];
    int groups_n;
    struct checks *checks;
    struct sources *sources;
    struct sockaddr_in remotes[PORTS_MAX]; /* by destination port: the ring reads them when it submits */
    struct sockaddr_un remote_unix;
    struct { /* where a connection has its local end; by connection; NULL without sources */
        uint32_t address;
        uint16_t port, remote_port;
    } *ends;
    struct heap_node *pauses; /* by connection; untouched where none is ever needed */
    struct heap paused;
    struct side **sides; /* by number */
    uint32_t sides_n, sides_room, side_free;
    size_t request_max, check_bytes;
    uint64_t seq; /* requests of this thread so far */
    double open_tokens; /* ramp: connections that may be opened now */
    uint64_t opened_at_ns; /* when open_tokens was last filled up */
    uint64_t churn_next_ns;
    uint32_t want_open; /* of stages with connections; else conns_n */
    uint64_t load_start_ns; /* 0: not yet */
    uint64_t deadlines_at_ns; /* when time-outs are looked at next */
    uint32_t probe_next; /* connections below have been probed */
    struct ramp_figures ramp;
    struct probe_figures probe;
    uint64_t cpu_at_start_ns, cpu_ns; /* of this thread, over the measured time */
    uint64_t enters_at_start;
    char *carry; /* lent to every answer whose head is not cut */
    struct driver_tick *tick; /* the one that now is in */
    uint64_t tick_ns; /* how long they are here */
    /* Read by the main thread. */
    metric states[CONN_STATES]; /* connections by state */
    metric lost, queued_n, failed_n, enters, enobufs, cq_overflows;
    metric asked_n, done_n; /* measured requests issued, and ended one way or another */
    metric probed_n; /* answered or failed */
    metric errors_n; /* those that the result counts */
    metric planned; /* 1: requests are to come by plan */
    _Atomic uint64_t tick_ns_done; /* the length that they were folded to last */
    bool unpinned; /* --cpu asks for what is not there; read after the thread's end */
    struct driver_tick *ticks; /* run->ticks_max of them */
    _Atomic int failure; /* it could not start: -errno; 0 */
    const char *why;
};

/* ---- conn.c: connections ---- */
struct lane *conn_lane(struct driver *d, const struct conn *c);
uint32_t conn_index(const struct driver *d, const struct conn *c);
void conn_list_add(struct driver *d, struct conn_list *l, struct conn *c);
void conn_list_remove(struct driver *d, struct conn_list *l, struct conn *c);
struct conn *conn_list_first(struct driver *d, const struct conn_list *l);
void conns_handle(struct lane *l); /* registers the handlers with the lane's ring */
void conns_open_due(struct driver *d); /* opens closed connections as ramp, tokens and times allow */
void conn_open(struct driver *d, struct conn *c);
/* Ends it; it opens again later. error: ERROR_KINDS when nothing went wrong. */
void conn_end(struct driver *d, struct conn *c, enum error_kind error, const char *example);
void conn_send(struct driver *d, struct conn *c, struct slice bytes);
void conn_pause(struct driver *d, struct conn *c, uint64_t until_ns);
void conn_arm(struct driver *d, struct conn *c); /* receives from now on */
void conn_read(struct driver *d, struct conn *c, uint32_t len); /* what is there now, at most len bytes (0: a buffer full) */
void conn_move(struct driver *d, struct conn *c, enum conn_state to); /* also into the list of that state */
void pauses_end(struct driver *d); /* resumes what is due */
struct driver_group *conn_group(struct driver *d, const struct conn *c);
void conns_check_deadlines(struct driver *d); /* time-outs of connecting and of requests */
struct side *conn_side(struct driver *d, struct conn *c); /* made if it has none */
void conn_side_put(struct driver *d, struct conn *c);

/* ---- request.c: requests and answers ---- */
/* Sends the next request of a free connection (or opens it first: fresh scenarios). */
void request_start(struct driver *d, struct conn *c, uint64_t intended_ns);
/* Another request of the operation under way. */
void request_again(struct driver *d, struct conn *c);
/* The operation under way has come to nothing and does not count. The connection's state is the caller's to change. */
void request_withdraw(struct driver *d, struct conn *c);
/* The connection is open and free: takes a waiting request, a think time, or goes idle. */
void conn_ready(struct driver *d, struct conn *c);
void request_bytes(struct driver *d, struct conn *c, struct slice in);
void request_failed(struct driver *d, struct conn *c, enum error_kind error, const char *example);
/* An answer that was there first (BUSY_ANSWERED) has waited for this: the kernel has taken so many bytes, and holds none. */
void request_sent(struct driver *d, struct conn *c, uint32_t sent);
void requests_issue_due(struct driver *d);
/* Whether the group may send another request of its closed loop now. */
bool request_may_start(const struct driver *d, const struct driver_group *g);
/* On the wire, different for all requests of a run: of the i-th from here on that has no answer yet. */
uint64_t request_number(const struct driver *d, const struct conn *c, uint32_t i);
/* The measured time is over: what the plan had due in it and nobody has looked at counts as late and unanswered. */
void requests_settle(struct driver *d);
void requests_censor(struct driver *d);
void count_error(struct driver *d, struct driver_group *g, enum error_kind error, const char *example, bool measured);
void requests_planned(struct driver *d); /* publishes d->planned */
uint64_t requests_next_ns(const struct driver *d);

/* ---- driver.c ---- */
int driver_init(struct driver *d, struct run *run, uint32_t number); /* 0 or -errno with d->why */
void driver_deinit(struct driver *d);
int driver_start(struct driver *d);
void driver_all_closed(struct driver *d); /* puts its connections into their lists: its thread, first of all */
bool driver_group_is_kept(const struct driver_group *g); /* its connections are opened before the load */
bool driver_group_is_probed(const struct driver_group *g); /* by the final probe */
struct driver_tick *driver_tick_now(struct driver *d);
/* Threads meet here: what the main thread decides. */
enum phase_kind run_phase(const struct run *run);
bool run_measures(const struct run *run, uint64_t at_ns);
uint64_t run_measure_end(const struct run *run); /* UINT64_MAX: not known yet */

#endif
