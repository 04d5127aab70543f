/* ojs_caller.h: what every request of a remote worker may carry: who it is, for which grant it speaks, how long a lease it wants.
 * Private to api/. */
#ifndef QUERN_API_OJS_CALLER_H
#define QUERN_API_OJS_CALLER_H

#include "api/ojs.h"

struct ojs_caller {
    char worker_id[JOB_WORKER_ID_MAX + 1]; /* empty: not said, as 0 below */
    uint32_t lease_ms;
    uint64_t token;
};

/* False: *p says what is wrong. */
bool ojs_caller_read(struct json_value body, struct ojs_caller *c, struct ojs_problem *p);
void ojs_caller_set(struct engine_call *call, const struct ojs_caller *c);
/* False also for null, which means absent (ojs-json-format §14.2). */
bool ojs_member(struct json_value object, const char *name, struct json_value *v);

#endif
