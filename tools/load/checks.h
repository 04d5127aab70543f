/* checks.h: what an answer must be like: status, body, Date, id. A check is made once from the options; each answer under check
 * has a small state of its own (a pool: only while its body arrives, and only where a body check is on). One thread per state. */
#ifndef QUERN_LOAD_CHECKS_H
#define QUERN_LOAD_CHECKS_H

#include "base/slice.h"
#include "tools/load/options.h"
#include "tools/load/reply.h"
#include "tools/load/result.h"

struct checks;
struct check_state; /* of one body; bytes: check_state_bytes() */

/* 0 or -EINVAL with *why: a mistake in --expect-body. */
int checks_make(const struct options *o, struct checks **out, const char **why);
struct checks *checks_free(struct checks *c);
/* True if bodies have to be looked at. */
bool checks_want_body(const struct checks *c);
size_t check_state_bytes(const struct checks *c);

/* At REPLY_HEAD_DONE: ERROR_KINDS if all is well. example (160 bytes) says what was wrong. */
enum error_kind checks_head(const struct checks *c, const struct reply_state *r, struct slice head, char *example);
/* Whether the id that came back (field id_header of the head) is this request's. */
enum error_kind checks_id(struct slice head, const char *id_header, uint64_t seq, char *example);
void checks_body_begin(const struct checks *c, struct check_state *s);
void checks_body_part(const struct checks *c, struct check_state *s, struct slice part);
enum error_kind checks_body_end(const struct checks *c, struct check_state *s, char *example);

#endif
