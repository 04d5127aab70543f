/* request_id.h: what stands in X-Request-Id of every answer, so that one request can be found again in the logs of all that it went
 * through. Owned by a shard. */
#ifndef QUERN_HTTP_REQUEST_ID_H
#define QUERN_HTTP_REQUEST_ID_H

#include "base/slice.h"

#define REQUEST_ID_MAX 64u /* bytes of one that comes from outside */
#define REQUEST_ID_BYTES 36u /* of one that is made here */

#define REQUEST_ID_STEPS 3
/* From one id to the next nobody outside can tell how many were made in between. */
struct request_ids {
    uint64_t n; /* counts them; begins anywhere */
    uint64_t factor[REQUEST_ID_STEPS]; /* odd, secret: how n is hidden */
    char start[20]; /* "req_" and 16 hexadecimal digits: of this shard, since it has started */
};

void request_ids_init(struct request_ids *ids, uint64_t seed);
/* REQUEST_ID_BYTES: another one each time. Returns the end; no NUL. */
char *request_id_make(struct request_ids *ids, char *p);
/* One from outside that can stand in a field line and a log: letters, digits, '.', '_', '-', 1 to REQUEST_ID_MAX of them. */
bool request_id_ok(struct slice s);

#endif
