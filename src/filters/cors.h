/* cors.h: which pages of other origins browsers let read our answers (the Fetch standard). Off unless origins are configured; never a way
 * to refuse a request, as only browsers ask. */
#ifndef QUERN_FILTERS_CORS_H
#define QUERN_FILTERS_CORS_H

#include "filters/access_options.h"
#include "http/filter.h"

struct cors;

/* *out NULL: off. 0 or -ENOMEM. */
int cors_new(const struct cors_option *o, struct cors **out);
struct cors *cors_free(struct cors *c);

/* Adds Access-Control-Allow-Origin and the like to whatever the answer will be; before all that may refuse. arg: struct gate. */
/* Whether a page of this request's origin may ask here. c NULL: none may. */
bool cors_allows(const struct cors *c, const struct request *r);
enum filter_result cors_on_head(void *arg, struct exchange *x);
/* Answers preflights of configured origins: they come without credentials, so before anybody is asked who he is. */
enum filter_result cors_preflight_on_head(void *arg, struct exchange *x);

#endif
