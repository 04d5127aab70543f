/* intake.h: the way of one request into the server, once the parser has something of it: its head finds a route, filters look at
 * it, the route admits it, its body is taken, the route gets the whole. The current exchange of a session; the shard's thread. */
#ifndef QUERN_HTTP_INTAKE_H
#define QUERN_HTTP_INTAKE_H

#include "http/session.h"

/* The parser has a head: s->parser.request. May answer; then s->early says that what follows of the request is only read. */
void intake_head(struct session *s);
/* Bytes of its body. */
void intake_body(struct session *s, struct slice bytes);
/* All of it is here: filters that had to wait for that, then the route. */
void intake_whole(struct session *s);
/* The parser has met a mistake: one answer, nothing after it. */
void intake_error(struct session *s);
/* Answers before the body is there. What is left of it is not worth reading: the connection ends. */
void intake_refuse(struct session *s, uint16_t status, const char *slug, const char *detail);

#endif
