/* exchange.h: one request and its one answer, in the order of its connection. Owned by the connection's shard.
 *
 * A handler gets an exchange whose bytes stand in a receive buffer. It answers inside the call, or it keeps the exchange: that
 * copies the head into memory of its own and parks it; the answer comes later, from the same thread. A kept exchange is named
 * across threads by its id, never by its pointer: when the connection goes, the exchange goes, and its id finds nothing. */
#ifndef QUERN_HTTP_EXCHANGE_H
#define QUERN_HTTP_EXCHANGE_H

#include "base/arena.h"
#include "base/block.h"
#include "base/ip.h"
#include "base/list.h"
#include "http/request.h"
#include "http/request_id.h"
#include "http/router.h"
#include "net/out.h"

/* Who asks, as far as a filter has found out. */
struct principal {
    struct slice name; /* "user:anna", "token:ci"; in the exchange's arena or in memory that outlives it. Empty: nobody in particular */
    uint64_t key;      /* of the name, for tables; 0: nobody */
    uint32_t scopes;   /* what it may do: bits, accounts/scope.h */
    uint8_t with;      /* how it has said so: a bit, filters/policy.h */
};

/* Where a request comes from, seen through the proxies in front: filters/client.h. */
struct client {
    struct ip ip;     /* all zero: not known, or nobody needs it */
    bool proxied;     /* its connection is that of a proxy of ours */
    bool secure;      /* it has come by TLS from the client itself: to us, or to the first proxy, that says */
    struct span host; /* the authority that it has asked for; of the request's head */
};

struct http; /* a shard's HTTP side: session.h */
struct session;
struct signed_by;

struct exchange_id {
    uint32_t slot, generation; /* within the shard's pool of exchanges */
};

#define EXCHANGE_MORE_MAX 1024u /* bytes of field lines that filters may add */
#define EXCHANGE_FEW_BYTES 128u /* as many need no memory of the arena: those of one limit */
#define EXCHANGE_FIELDS_PAD 32u /* bytes behind them that may be written, too, and count nothing: who copies need not look at each byte */

/* One answer. Date, X-Request-Id, Content-Length and Connection are written by the response writer. */
struct answer {
    uint16_t status;
    bool close;          /* end the connection after it */
    struct slice type;   /* media type; empty: no Content-Type */
    struct slice fields; /* further field lines, each with its CRLF; checked for nothing: build them with answer_field() */
    struct slice body;   /* copied */
    struct block *block; /* or these bytes: the reference moves in, nothing is copied (small ones may be) */
    size_t part_at, part_bytes; /* of the block only these bytes, if there are any */
    struct slice more;  /* private to exchange.c: what filters have added */
    struct slice id;    /* the same: of the request. REQUEST_ID_MAX bytes may be read there. Empty: one is made */
};

struct exchange {
    struct request request;
    struct route_match match;  /* match.param[] are slices of the request's path */
    struct block *body;        /* the request's content; NULL: none. exchange_take_body() moves it out */
    uint32_t body_spare;       /* set by the route's admit: bytes of room to leave behind a body of known length */
    struct arena arena;        /* memory for as long as the exchange lives */
    struct http *http;
    struct session *session;
    uint64_t started_ns;       /* mono: when the head was complete */
    struct principal principal; /* set by filters */
    struct client client;       /* the same */
    bool unlogged;              /* no line in the access log */
    bool filtered;              /* filters have been asked, or field lines added: intake.c clears what they set before the next request */
    char *more;                 /* field lines that filters add to the answer, whatever it is: exchange_add_fields() */
    uint16_t more_bytes;
    uint8_t id_len;             /* of id, 0: it has none yet */
    const struct signed_by *signed_by; /* set by filters/signature.c; NULL: not signed */
    const char *refused;        /* a word for the log: why a filter has answered; NULL: none has */
    bool kept;
    /* For the handler of a kept exchange. */
    const void *admitted;                  /* what the route's admit found, for its handler */
    void *owner;                           /* whatever it needs to find its work */
    void (*on_gone)(struct exchange *x);   /* the connection is gone and the answer with it; called once, then x is freed.
                                              NULL: nobody cares */
    /* private to session.c and exchange.c */
    struct list link; /* in the session's line of kept exchanges, oldest first */
    struct out out;   /* the answer, while older ones are still to come */
    void *large_head; /* from http.large_heads; NULL: the head fits the arena */
    bool answered;
    uint8_t heads_passed, filter_at; /* filter.c: how many filters have passed the head; the one that is asked of the whole */
    char few[EXCHANGE_FEW_BYTES + EXCHANGE_FIELDS_PAD]; /* what more points to at first. From here on nothing is cleared, and what is not used is not copied */
    char id[REQUEST_ID_MAX]; /* exchange_name() */
};

/* Parks x; returns the exchange to use from now on (another address), or NULL when no memory is left: then answer 503 with
 * the old one. Call at most once per exchange; one that a filter has kept already is returned as it is. */
struct exchange *exchange_keep(struct exchange *x);
struct exchange_id exchange_id(const struct exchange *x); /* kept ones only */
struct exchange *exchange_find(struct http *h, struct exchange_id id); /* NULL: gone */
/* Exactly once per exchange. Frees a kept exchange: x is gone when this returns. */
void exchange_answer(struct exchange *x, const struct answer *a);
/* What X-Request-Id of the answer says, whatever answer it is: copied; request_id_ok(). Without a name it is given one that is new. */
void exchange_name(struct exchange *x, struct slice id);
/* Names it as its own X-Request-Id says, if that is sound and the only one: of two, one may be somebody else's. */
bool exchange_take_name(struct exchange *x);
/* The name; empty before it has one. */
static inline struct slice exchange_name_of(const struct exchange *x)
{
    return (struct slice){x->id, x->id_len};
}
/* The owner of the shard's HTTP side, as given in http_options: the api's per-shard struct. */
void *exchange_user(const struct exchange *x);
/* Monotonic and wall time of this turn. */
uint64_t exchange_now_ns(const struct exchange *x);
uint64_t exchange_wall_ns(const struct exchange *x);
struct block *exchange_take_body(struct exchange *x);
/* Field lines, each with its CRLF, for the answer that will come. Without room for them they are left out whole. */
void exchange_add_fields(struct exchange *x, struct slice lines);
/* The same for who writes the lines himself: where so many bytes may go (and EXCHANGE_FIELDS_PAD that count nothing), or NULL where there is
 * no room for them; then the end of what stands there. */
char *exchange_fields_begin(struct exchange *x, size_t bytes);
void exchange_fields_end(struct exchange *x, const char *end);
/* Who is at the other end of its connection; all zero: not known. */
struct ip exchange_peer(const struct exchange *x);
/* Its client's bytes came by TLS as far as its connection tells: net/secured.h. */
bool exchange_is_secured(const struct exchange *x);
/* A PROXY header has said who is at the other end. */
bool exchange_is_proxied(const struct exchange *x);
/* Offers the names of the certificate that its client has shown until one is taken: net/tls_names.h. */
bool exchange_certificate(const struct exchange *x, bool (*take)(void *arg, struct slice name), void *arg);
/* A filter that said LATER of the whole request and kept x lets it pass: the filters behind it, then the route. x may be gone when
 * this returns. */
void exchange_proceed(struct exchange *x);
/* To the route that was found, or an answer that says why there is none: intake.c, filter.c. */
void exchange_route(struct exchange *x);

/* Appends "Name: value\r\n" to text[*len], which has room bytes. A value with CR, LF or NUL is refused (-EINVAL): nothing that
 * a peer chose can break out of its line. -ENOSPC when it does not fit. 0. */
int answer_field(char *text, size_t *len, size_t room, const char *name, struct slice value);

/* Answers with an error in the form of the request's path: RFC 9457, or what was registered for its prefix (error_form). */
void exchange_fail(struct exchange *x, uint16_t status, const char *slug, const char *detail);
/* The same with further field lines and, for 503 and 429, Retry-After (0: none). */
void exchange_fail_with(struct exchange *x, uint16_t status, const char *slug, const char *detail, uint32_t retry_after_s,
                        struct slice fields);

/* How errors under a path prefix look. Constant. */
struct error_form {
    struct slice prefix; /* "/ojs/" */
    struct slice type;   /* media type */
    void (*name)(struct exchange *x); /* names a request that has none, for the document. NULL: need not be */
    /* Writes the document and further field lines. Returns the body's length; *fields_len is in and out. user: of http_options. */
    size_t (*write)(void *user, char *body, size_t room, char *fields, size_t *fields_len, size_t fields_room, uint16_t status,
                    const char *slug, const char *detail, const struct exchange *x);
};

#endif
