/* target.h: the four forms of a request target (RFC 9112 §3.2), its authority, path and query.
 * Any thread. */
#ifndef QUERN_HTTP_TARGET_H
#define QUERN_HTTP_TARGET_H

#include "http/refusal.h"
#include "http/request.h"

struct line;

/* Takes apart the target of a scanned request line; fills target, path, query, asterisk,
 * escaped_slash and, for absolute-form, host. Percent-decodes the path in place: head is what
 * request->head points to. NULL: no fault. */
const struct refusal *target_parse(const struct line *line, char *head, struct request *request);
/* uri-host [ ":" port ] (RFC 9112 §3.2), not empty; names of letters, digits and "-._~" only. */
bool authority_ok(struct slice authority);

#endif
