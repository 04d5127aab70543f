/* filter.h: what may refuse, mark or delay a request before its route sees it: who asks, how often, whether it is signed. One list
 * for all routes of a shard, asked in order; the shard's thread.
 *
 * Each filter is asked twice at most: when the head is here, before a byte of the body is taken, and when the whole request is. What
 * it knows of a route it looks up by x->match.route->id, in tables made at start or when the configuration is read again. Routes
 * that are vital (health) are never filtered. */
#ifndef QUERN_HTTP_FILTER_H
#define QUERN_HTTP_FILTER_H

#include "http/exchange.h"

#define FILTERS_MAX 16

enum filter_result {
    FILTER_PASS,
    FILTER_REPLIED, /* it has answered */
    FILTER_LATER    /* on_head: ask on_whole, and nobody behind me before that. on_whole: it has kept the exchange and will call
                       exchange_proceed(), or answer */
};

/* Constant. Either function may be NULL: it passes. */
struct filter {
    const char *name;
    enum filter_result (*on_head)(void *arg, struct exchange *x); /* never keeps x; LATER needs on_whole */
    enum filter_result (*on_whole)(void *arg, struct exchange *x);
    void *arg;
};

/* ---- for intake.c ---- */
/* At start: which are asked of the head, and which of the whole. */
void filters_sort(struct http *h);
/* No filter has anything to look at. */
bool filters_idle(const struct http *h);
/* All filters in order, until one does not pass. */
enum filter_result filters_on_head(struct exchange *x);
/* Those that could not be asked before, and what all of them say of the whole. */
enum filter_result filters_on_whole(struct exchange *x);

#endif
