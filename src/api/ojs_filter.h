/* ojs_filter.h: which jobs are meant, as a listing's query or the filter of a bulk request says it. The exchange's shard. */
#ifndef QUERN_API_OJS_FILTER_H
#define QUERN_API_OJS_FILTER_H

#include "api/ojs.h"

/* Read first, while nothing is parked; names are copied. */
struct ojs_filter {
    uint32_t states; /* mask; 0: any */
    bool type_is_prefix, has_priority;
    int8_t priority;
    uint64_t created_from_ns, created_to_ns, enqueued_from_ns, enqueued_to_ns; /* wall; 0: any */
    char queue[JOB_QUEUE_MAX + 1], type[JOB_TYPE_MAX + 1];                     /* empty: any */
};

/* state (names, with commas), queue, type ("mail.*": a prefix), since, until. False: *why. */
bool ojs_filter_of_query(const struct exchange *x, struct ojs_filter *f, struct ojs_problem *why);
/* state (a name or an array of them), queue, type, priority, enqueued_after, enqueued_before, since, until. *n: how many of them. */
bool ojs_filter_of_object(struct json_value object, struct ojs_filter *f, uint32_t *n, struct ojs_problem *why);
/* Into call->walk, the names into call->args. False: no memory. */
bool ojs_filter_put(const struct ojs_filter *f, struct block_budget *budget, struct engine_call *call);

#endif
