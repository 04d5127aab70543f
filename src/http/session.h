/* session.h: a shard's HTTP side: the requests of each connection, in order. A session is attached to a connection at the first
 * byte of a request and given back when nothing of one is left, so an idle connection costs none. The shard's thread. */
#ifndef QUERN_HTTP_SESSION_H
#define QUERN_HTTP_SESSION_H

#include "base/metric.h"
#include "http/exchange.h"
#include "http/parser.h"
#include "http/request_id.h"
#include "net/peer.h"

struct clock;
struct filter;

#define SESSION_PIPELINE_MAX 16  /* requests in flight per connection */
#define SESSION_REQUESTS_MAX 10000 /* then Connection: close */
#define SESSION_HELD_MAX 65536u  /* bytes held unparsed: above, receiving stops */
#define SESSION_DROP_MAX 65536u  /* bytes of an unwanted body that are read to keep the connection */
#define BODY_GRACE_NS (10 * UINT64_C(1000000000))
#define LARGE_HEAD_BYTES 49152u  /* REQUEST_HEAD_MAX, its fields, room to spare */
#define HTTP_CHUNKS_SPARE 64u    /* chunks kept for answers: parsing stops before they are touched */

struct http_options {
    struct chunk_pool *chunks;
    struct block_budget *budget;
    const struct clock *clock;
    const struct router *router;
    const struct error_form *forms; /* by prefix; constant */
    size_t n_forms;
    const struct filter *filters; /* filter.h; constant */
    uint32_t n_filters;           /* at most FILTERS_MAX */
    const uint32_t *filters_on;   /* bit i: filter i has something to look at; may change from call to call. NULL: all have */
    uint32_t sessions_max, exchanges_max, large_heads_max;
    uint64_t first_byte_ns; /* idle_ns before the first request */
    uint64_t idle_ns, head_ns, body_idle_ns, body_ns, half_close_ns;
    uint32_t body_rate;     /* bytes per second that a body must come with, after BODY_GRACE_NS; 0: any */
    uint64_t trusted_idle_ns; /* idle_ns of proxies of ours */
    void *user; /* exchange_user() */
    /* A connection whose peer is known comes, and goes. The first returns what there is to note of it (enum peer_flag); with PEER_REFUSED
     * it is closed at once. NULL: all are welcome. */
    uint32_t (*on_open)(void *arg, const struct ip *peer);
    void (*on_closed)(void *arg, const struct peer *peer);
    /* Whether a peer is a proxy of ours, whose X-Request-Id is taken. NULL: none is. */
    bool (*trusts)(void *arg, const struct ip *peer);
    void *gate; /* their arg */
    uint64_t id_seed; /* of the ids that are made for requests */
    /* After each answer; bytes: of the body. NULL: nobody looks. */
    void (*on_answered)(void *user, const struct exchange *x, uint16_t status, uint64_t bytes);
};

struct http_counts {
    metric requests, parse_errors, timeouts_head, timeouts_body, no_memory, gone;
};

struct session {
    struct http *http;
    struct conn *conn;
    struct session *next_free;
    struct list in_flight; /* kept exchanges, oldest first */
    struct chunk *held_first, *held_last; /* bytes that came while parsing was stopped */
    uint64_t deadline_ns;  /* of the head or the body that is being read */
    uint64_t body_began_ns;
    uint64_t halted_ns;    /* since when nothing is parsed, for reasons of ours; 0: all is. pace.h */
    uint64_t body_room;    /* bytes that the body may still grow by */
    uint64_t body_bytes;   /* that have come of it */
    uint32_t held_bytes;
    uint8_t n_in_flight;
    bool unsafe_in_flight; /* after an unsafe method parsing waits for its answer (RFC 9112 §9.3.2) */
    bool running;          /* inside the parsing loop */
    bool closing;          /* no request after this one */
    bool reading;          /* current has a head, its body is coming */
    bool drop_body;        /* of that body nobody wants anything */
    bool continue_due;     /* 100 (Continue) as soon as all earlier answers are out */
    bool early;            /* current was answered before its body was there */
    struct parser_carry carry;
    struct chunk *carry_chunk;
    void *carry_large;
    struct exchange current;
    struct parser parser;
};

struct http {
    struct http_options o;
    struct conns *conns;
    struct session *sessions, *session_free; /* sessions: mapped, untouched until used */
    uint32_t n_sessions_touched, n_sessions;
    struct slab exchanges, large_heads;
    struct http_counts counts;
    uint32_t filters_head, filters_whole; /* bit i: filter i is asked of that */
    bool draining; /* every answer ends its connection */
    uint64_t date_s;
    char date_line[64]; /* "Date: …\r\n", of date_s */
    uint32_t date_len;
    struct request_ids ids;
};

int http_init(struct http *h, const struct http_options *options); /* 0 or -ENOMEM */
void http_deinit(struct http *h);
/* What conns_new() wants; http_attach() afterwards tells h its connections. */
struct conn_sink http_sink(struct http *h);
void http_attach(struct http *h, struct conns *conns);
/* Idle connections end now, those of trusted proxies a little later, busy ones after their answers. */
void http_drain(struct http *h);
size_t http_bytes_per_session(void);

/* ---- between session.c and exchange.c ---- */
void session_after_answer(struct session *s);
/* Chunks are left beyond those that answers may need. */
bool http_has_room(const struct http *h);
/* Bytes of a head kept for x; rebases what points into it. False: no memory. */
bool exchange_own_head(struct exchange *x, struct request *from);
void exchange_release(struct exchange *x);
/* Answers an exchange that may have no request at all (parser errors). */
void exchange_fail_raw(struct exchange *x, bool has_request, uint16_t status, const char *slug, const char *detail);

#endif
