/* session_bytes.h: bytes that a session keeps because the buffer that they came in goes back to the ring: those of a head that is
 * cut, in its carry, and those that may not be parsed yet. Memory of the shard's pools; the shard's thread. */
#ifndef QUERN_HTTP_SESSION_BYTES_H
#define QUERN_HTTP_SESSION_BYTES_H

#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

struct parser_carry;
struct session;

/* parser_carry.grow of a session's: a chunk at first, then LARGE_HEAD_BYTES; what it has moves along. NULL: no memory, or room is
 * more than that. */
char *session_grow_carry(struct parser_carry *carry, uint32_t room);
void session_drop_carry(struct session *s);
/* Copies bytes behind those that are held. False: no memory. Who sends more than may be parsed pays for it, not those whose answers
 * need the chunks that are left. */
bool session_hold(struct session *s, struct slice in);
void session_drop_held(struct session *s);

#endif
