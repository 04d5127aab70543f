/* ojs_render.h: a job as others see it → JSON. What the client sent (args, meta, tags, retry,
 * unique, members that this server does not know) is given back as the bytes received; what the
 * server manages is written from the view. Any thread. */
#ifndef QUERN_API_OJS_RENDER_H
#define QUERN_API_OJS_RENDER_H

#include "base/json.h"
#include "jobs/job.h"

/* A JSON result up to this size stands in the job; any other is shown as {href, type, size}. */
#define OJS_RESULT_INLINE_MAX 65536u

enum ojs_render {
    OJS_RENDER_LEASE = 1, /* with lease_token: for the worker that was granted the job, nobody else */
    OJS_RENDER_PREVIOUS = 2, /* with previous_state */
};

/* Bytes that suffice for one job. */
size_t ojs_job_bound(const struct job_view *v);
void ojs_job_write(struct json_out *o, const struct job_view *v, unsigned flags);

/* {"job":{…}} in a block of its own; NULL: over budget. */
struct block *ojs_render_job(struct block_budget *budget, const struct job_view *v, unsigned flags);
/* {"jobs":[…]} */
struct block *ojs_render_jobs(struct block_budget *budget, const struct job_view *views, uint32_t n, unsigned flags);

/* A block to write JSON into, and its end: the block with what was written. */
struct block *ojs_block_open(struct block_budget *budget, size_t bound, struct json_out *o);
struct block *ojs_block_close(struct block *b, const struct json_out *o);
/* "name":"2026-02-12T10:30:00.123Z"; nothing when wall_ns is 0. */
void ojs_time_write(struct json_out *o, const char *name, uint64_t wall_ns);
void ojs_id_write(struct json_out *o, const char *name, struct uuid id);
/* Six digits: 0.47F is 0.4699999988… */
double ojs_fraction(float fraction);
/* A lease token as text: too large a number for JSON's doubles (ojs-json-format §4.2). */
#define OJS_TOKEN_BYTES 17
void ojs_token_text(uint64_t token, char out[OJS_TOKEN_BYTES]);
bool ojs_token_parse(struct slice text, uint64_t *token);

#endif
