/* scenario.h: what a connection does: which bytes it sends, what becomes of an answer. A scenario is a table of functions; its
 * data belong to the driver's group. The load thread. */
#ifndef QUERN_LOAD_SCENARIO_H
#define QUERN_LOAD_SCENARIO_H

#include "tools/load/driver.h"

enum next {
    NEXT_DONE,    /* the operation is complete: it is recorded, the connection is free */
    NEXT_SEND,    /* another request of the same operation, now */
    NEXT_PAUSED,  /* the scenario has called conn_pause(); resumed() follows */
    NEXT_FAILED,  /* request_failed() has been called */
};

struct scenario {
    const char *name;
    bool fresh;       /* a new connection for each request */
    bool at_random;   /* the connection for a due request is drawn, not taken in turn */
    bool reads_body;  /* answered() wants the answer's body */
    bool judges;      /* answered() judges the status itself */
    bool holds;       /* without a rate it sends nothing */
    bool reads_itself; /* nothing is armed: it calls conn_read() */
    bool drips;       /* not requests and answers: started() and resumed() do all of it */
    /* 0 or -errno with *why. Called once per driver and group, before the thread starts; may set request_max's part. */
    int (*init)(struct driver *d, struct driver_group *g, const char **why);
    void (*deinit)(struct driver *d, struct driver_group *g);
    /* The bytes to send now: the group's own or in the connection's side. */
    struct slice (*make)(struct driver *d, struct driver_group *g, struct conn *c);
    /* All of an answer is there. */
    enum next (*answered)(struct driver *d, struct driver_group *g, struct conn *c, struct slice body);
    /* The pause is over. */
    void (*resumed)(struct driver *d, struct driver_group *g, struct conn *c);
    /* drips: the connection is open; bytes have come; it has been closed by the server. */
    void (*started)(struct driver *d, struct driver_group *g, struct conn *c);
    void (*bytes)(struct driver *d, struct driver_group *g, struct conn *c, struct slice in);
    void (*closed)(struct driver *d, struct driver_group *g, struct conn *c);
};

const struct scenario *scenario_of(enum scenario_kind kind);
/* Adds to a figure that only this scenario has. */
void scenario_count(struct driver_group *g, const char *name, uint64_t n);

#endif
