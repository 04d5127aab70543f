/* condition.h: what a request makes its answer depend on: entity tags (RFC 9110 §8.8.3, §13.1) and a range of bytes (§14). Pure
 * functions over a request's head. Tags of this server are strong: 16 hexadecimal digits of a version, which is another whenever the
 * bytes are. */
#ifndef QUERN_HTTP_CONDITION_H
#define QUERN_HTTP_CONDITION_H

#include "http/request.h"

#define ETAG_BYTES 19 /* two quotes, 16 digits, NUL */
/* "\"0123456789abcdef\"" */
struct slice etag_text(uint64_t version, char room[ETAG_BYTES]);

/* If-None-Match names this tag or is "*": answer 304. Weak comparison; what is no tag matches nothing. */
bool condition_none_match(const struct request *r, struct slice etag);
/* The version in the first tag of If-None-Match that is made as ours are, of whatever form of it; false: there is none. */
bool condition_version(const struct request *r, uint64_t *version);

/* If-Match lets this version pass: it names it, in whatever form, is "*", or is not there. Strong comparison (§13.1.1). */
bool condition_match(const struct request *r, uint64_t version);
#define CONDITION_VERSIONS 3
/* The versions that If-Match names, the first CONDITION_VERSIONS of them; *any: it is "*" or not there. Returns how many. */
unsigned condition_versions(const struct request *r, uint64_t versions[CONDITION_VERSIONS], bool *any);

struct byte_range {
    uint64_t from, len; /* within the content */
};
enum range_kind {
    RANGE_WHOLE, /* none was asked for, or one that is to be ignored: 200 with all */
    RANGE_PART, /* 206 with *out, at least a byte */
    RANGE_NONE, /* it lies behind the end: 416 */
};
/* Which bytes of size a GET wants of the content with this tag. Several ranges at once, other units and malformed ranges are
 * ignored; so is a range whose If-Range is not this tag (a date never is: there are no dates here). */
enum range_kind condition_range(const struct request *r, uint64_t size, struct slice etag, struct byte_range *out);

#endif
