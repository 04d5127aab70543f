/* ojs_spec.h: a job envelope as a client sends it → struct job_spec, with every rule of the spec
 * checked. Any thread. */
#ifndef QUERN_API_OJS_SPEC_H
#define QUERN_API_OJS_SPEC_H

#include "api/ojs.h"

/* envelope: a checked JSON object whose bytes are the caller's alone; escapes in the type and
 * the queue name are resolved in place. The slices of *spec point into it, and spec->envelope
 * stays NULL: the caller hands over the block when all is well. now_wall_ns is what relative
 * times count from. False: *why says which member and what it must be. */
bool ojs_spec_read(struct json_value envelope, uint64_t now_wall_ns, struct job_spec *spec, struct ojs_problem *why);

/* A retry policy object at path ("options.retry") over the defaults in *out. Bad values are 422
 * validation_error. */
bool ojs_retry_read(struct json_value policy, const char *path, struct retry_policy *out, struct ojs_problem *why);
/* Whether a retry policy has such a member; name as in the JSON text. */
bool ojs_retry_has(struct slice name);

#endif
