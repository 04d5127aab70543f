/* responder_parts.h: what the responder's files share. One thread owns all of it. */
#ifndef QUERN_LOAD_RESPONDER_PARTS_H
#define QUERN_LOAD_RESPONDER_PARTS_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/heap.h"
#include "base/list.h"
#include "tools/load/hist.h"
#include "tools/load/responder_modes.h"

#include <stdbool.h>
#include <stddef.h>

#define PEER_ID_MAX 64
#define PEER_IN_MAX ((size_t)1 << 20)  /* a request with its body */
#define RESPONDER_BODY_MAX 65536
#define RESPONDER_OUT (RESPONDER_BODY_MAX + 4096)
#define RESPONDER_BATCH 256        /* answers that are sent together: pipelining */

/* One connection. It takes one request at a time; what comes before the answer waits in `in`. */
struct peer {
    struct heap_node due;          /* while its answer is delayed or held back */
    struct list link;              /* in peers, or in dead */
    int fd;                        /* -1: closed, freed at the end of the turn */
    bool control;                  /* has asked for the counts: counted nowhere */
    bool hanging;                  /* its request is never answered */
    bool head, close_after;        /* of the request under way */
    uint8_t id_len;
    uint16_t status;
    enum fault fault;
    uint64_t arrived_ns;           /* of the request under way */
    char id[PEER_ID_MAX];          /* its X-Request-Id */
    char *in, *out;                /* from malloc; NULL: nothing waits */
    size_t in_len, out_len, out_at;
};

/* requests = answered + hung + reset + given_up + pending. Exact: nothing is sampled. */
struct responder_counts {
    uint64_t accepted, open, refused; /* connections; refused: no descriptor was left */
    uint64_t requests, answered;      /* answered: well or badly, begun to be sent */
    uint64_t given_up;                /* the client had left before the answer */
    uint64_t pending;                 /* delayed or held now */
    uint64_t bad_requests;            /* not understood; the connection was closed */
    uint64_t faults[FAULTS];          /* played; of a swap each answer counts */
    struct hist chosen, actual;       /* delays drawn; from a request's arrival to its answer sent */
};

struct responder {
    int epoll, listener, spare;       /* spare: given up to accept, and close, when no descriptor is left */
    bool stamp;                       /* a request arrives when the kernel gets it, not when it is read */
    uint64_t work_ns;                 /* of the processor, for each answer */
    struct clock clock;
    struct modes modes;
    struct heap due;
    struct peer *held;                /* its answer waits for another one to swap ids with */
    struct list peers, dead;
    struct responder_counts counts;
    struct buf modes_text;
    char body[RESPONDER_BODY_MAX];
    size_t body_len;
    char date[CLOCK_HTTP_DATE_BYTES];
    uint64_t date_s;
    char in[65536];
    char out[RESPONDER_OUT];          /* of the peer that is being served */
    size_t out_len;
    uint64_t batch_arrived_ns[RESPONDER_BATCH]; /* of the answers in out */
    size_t batch_n;
};

/* ---- responder_peer.c: bytes in and out ---- */
void peer_accept(struct responder *s, int fd);
void peer_readable(struct responder *s, struct peer *p, bool at_end); /* at_end: the other side sends no more */
void peer_writable(struct responder *s, struct peer *p);
void peer_due(struct responder *s, struct peer *p); /* its answer is due now */
void peers_free_dead(struct responder *s);
void peers_end_all(struct responder *s);

/* ---- responder_answer.c: what is sent ---- */
/* What becomes of the connection. */
enum answer_end { ANSWER_KEEP, ANSWER_CLOSE };
/* Adds the answer of p's request to s->out: at most answer_bytes_max(). */
enum answer_end answer_add(struct responder *s, struct peer *p);
size_t answer_bytes_max(const struct responder *s);
/* The answer to GET /counts, in b. */
void answer_counts(const struct responder *s, struct buf *b);

#endif
