/* outbound.h: asking other servers by HTTPS: a thread of its own that turns libcurl, so that no ring waits for a name, a handshake or a slow
 * peer. Each request has a deadline and a size; redirects are not followed, proxies and other settings of the environment are not looked
 * at, and the address that is connected to is the one that was checked (destination.h). Made and freed by the server's thread; asked by
 * any. */
#ifndef QUERN_OUTBOUND_OUTBOUND_H
#define QUERN_OUTBOUND_OUTBOUND_H

#include "base/ip.h"

#define OUTBOUND_BODY_MAX 65536u /* of an answer */
#define OUTBOUND_FORM_MAX 32768u /* of what is posted */
#define OUTBOUND_AT_ONCE 16u
#define OUTBOUND_QUEUE 128u /* that wait behind; a power of two */
#define OUTBOUND_SECONDS 5u /* from the asking to the whole answer */
#define OUTBOUND_FRESH_UNKNOWN UINT32_MAX

struct log;
struct outbound;
struct outbound_request;

/* Whom one trusts there, and with what; constant while a request is under way. */
struct outbound_peer {
    const char *url;
    struct slice authorities; /* the text of a PEM file; .p NULL: the system's */
    const char *user, *password; /* for Basic; user NULL: neither */
    const struct network *allowed; /* besides the public internet */
    uint32_t n_allowed;
};

/* What came of a request. */
struct outbound_answer {
    uint16_t status; /* 0: none came, and why says why */
    struct slice body; /* good until on_answer() returns */
    uint32_t fresh_s; /* from now on, by Cache-Control less its age; 0: it must not be kept; OUTBOUND_FRESH_UNKNOWN: it does not say */
    const char *why;
};

/* Embedded in what asks; it is the outbound thread's from the push on until it calls on_answer(), the last that it does with it. */
struct outbound_request {
    const struct outbound_peer *peer;
    /* Writes the form that is posted, of at most OUTBOUND_FORM_MAX bytes, and returns its length; NULL: a GET. On the outbound thread. */
    size_t (*write_form)(struct outbound_request *r, char *out);
    void (*on_answer)(struct outbound_request *r, const struct outbound_answer *answer); /* on the outbound thread */
    /* It changes nothing there: who asks an equal one, the same peer with the same form, while this is under way hears what comes of this one, when
     * this one's time is over at the latest. */
    bool is_question;
    uint64_t deadline_ns; /* set by outbound_push() */
    struct outbound_request *next; /* of those that hear the same; the outbound thread's */
};

/* Something that lives on the outbound thread and has its own clock. One request of its own is taken whatever else there is. */
struct outbound_tenant {
    /* On each turn of the thread; returns when it wants the next one at the latest. */
    uint64_t (*on_turn)(void *arg, uint64_t now_ns);
    void *arg;
};

/* 0 or -ENOMEM. No thread yet. tenant: may be {0}. */
int outbound_new(struct log *log, struct outbound_tenant tenant, struct outbound **out);
/* Starts its thread, once. 0 or -errno. The server's thread. */
int outbound_start(struct outbound *o);
/* Any thread. False: too much waits already, or there is no thread. */
bool outbound_push(struct outbound *o, struct outbound_request *r);
/* The tenant's one request, at once. On the outbound thread, from on_turn(). False: for want of memory, and on_answer() is not called. */
bool outbound_begin(struct outbound *o, struct outbound_request *r);
/* Any thread: the tenant has something to do. NULL is fine. */
void outbound_wake(struct outbound *o);
/* After all who push have ended: what is under way or waits is answered with no status. NULL is fine. Returns NULL. */
struct outbound *outbound_free(struct outbound *o);

#endif
