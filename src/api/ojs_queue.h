/* ojs_queue.h: a queue as others see it → JSON. Any thread. */
#ifndef QUERN_API_OJS_QUEUE_H
#define QUERN_API_OJS_QUEUE_H

#include "api/ojs.h"

#define OJS_QUEUE_BYTES 2048u /* suffices for one: name twice, counts of up to 20 digits, times, configuration */

const char *ojs_queue_status(const struct queue_view *q); /* "active", "paused" */
/* {"name", "status", "counts", …}; is_whole: with its configuration. */
void ojs_queue_write(struct json_out *o, const struct queue_view *q, bool is_whole);

#endif
