/* request.h: a parsed request head: offsets into its bytes. The bytes stand in a receive buffer while the handler's first call
 * lasts and in memory of the request's own after exchange_keep(). Owned by the connection's shard. */
#ifndef QUERN_HTTP_REQUEST_H
#define QUERN_HTTP_REQUEST_H

#include "base/slice.h"

/* Limits of one head (RFC 9110 §5.4, §4.1; RFC 6585 §5). */
#define REQUEST_LINE_MAX 8192u    /* with its CRLF: over → 414 */
#define REQUEST_FIELD_MAX 8192u   /* one field line: over → 431 */
#define REQUEST_FIELDS_BYTES_MAX 32768u
#define REQUEST_FIELDS_MAX 100u
#define REQUEST_HEAD_MAX (REQUEST_LINE_MAX + REQUEST_FIELDS_BYTES_MAX + 16u) /* fits 16-bit offsets */
#define REQUEST_METHOD_MAX 64u
#define REQUEST_TRAILERS_MAX 16u
#define REQUEST_TRAILER_BYTES_MAX 4096u
#define REQUEST_CHUNK_EXT_MAX 4096u /* bytes of chunk extensions in one request */

enum method { METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_PUT, METHOD_PATCH, METHOD_DELETE, METHOD_OPTIONS, METHOD_TRACE,
              METHOD_CONNECT, METHOD_OTHER };
#define METHOD_BIT(m) (1u << (m))
/* GET, HEAD, OPTIONS, TRACE (RFC 9110 §9.2.1). */
static inline bool method_is_safe(enum method m)
{
    return (METHOD_BIT(m) &
            (METHOD_BIT(METHOD_GET) | METHOD_BIT(METHOD_HEAD) | METHOD_BIT(METHOD_OPTIONS) | METHOD_BIT(METHOD_TRACE))) != 0;
}
struct slice method_text(enum method m); /* "GET"; METHOD_OTHER: "" */

/* Bytes of the head, by offset, so that a head can move. */
struct span {
    uint16_t at, len;
};
struct field {
    struct span name, value; /* value without blanks around it */
};

struct request {
    const char *head;    /* what the offsets count from */
    uint32_t head_bytes; /* up to and with the empty line */
    uint8_t method;      /* enum method */
    uint8_t minor;       /* HTTP/1.minor: 0 or 1 */
    uint8_t n_fields;
    bool keep_alive;      /* RFC 9112 §9.3, from version and Connection */
    bool expect_continue; /* Expect: 100-continue, HTTP/1.1, with a body to come */
    bool chunked;
    bool has_length; /* Content-Length present */
    bool if_match;    /* If-Match present */
    bool conditional; /* If-Match or If-None-Match present */
    bool has_digest; /* Content-Digest or Repr-Digest present */
    bool has_id;     /* X-Request-Id present */
    bool coded;      /* Content-Encoding names a coding other than identity */
    bool asterisk;   /* target is "*" (OPTIONS only) */
    bool escaped_slash; /* path holds %2F or %5C, left as they came: no route with parameters may match (RFC 3986 §2.2) */
    uint16_t n_escapes; /* that have been decoded in the path */
    uint64_t content_length;
    struct span target; /* as received. Its path may have been percent-decoded in place: see path */
    struct span path;   /* percent-decoded once; starts with '/'; "/" for authority-only absolute-form; "*" if asterisk */
    struct span query;  /* behind '?', still encoded; len 0 when there is none */
    struct span host;   /* authority: of the target in absolute-form, else of Host; len 0 for HTTP/1.0 without */
    struct field *fields; /* n_fields of them */
};

static inline struct slice request_span(const struct request *r, struct span s)
{
    return (struct slice){r->head + s.at, s.len};
}
static inline struct slice request_path(const struct request *r)
{
    return request_span(r, r->path);
}
/* The path as it was received, before any escape was decoded. Its length, or -ENOSPC. */
long request_raw_path(const struct request *r, char *out, size_t room);
/* A field's value by lower-case name; false when absent. The first one, when there are several. */
bool request_field(const struct request *r, struct slice name, struct slice *value);
/* How many lines of that name there are. */
unsigned request_field_count(const struct request *r, struct slice name);

/* Walks a query (or application/x-www-form-urlencoded text): cursor starts at 0. Names and values are still encoded.
 * False at the end. */
bool query_next(struct slice query, size_t *cursor, struct slice *name, struct slice *value);
/* Percent-decodes ('+' is a blank) into out. Returns the length, -EINVAL (bad escape, not UTF-8, %00) or -ENOSPC. */
long query_decode(struct slice encoded, char *out, size_t room);

/* Prefer (RFC 7240): what quern understands of it. Unknown preferences and invalid waits are ignored. */
struct prefer {
    bool respond_async, has_wait;
    uint8_t n_waits; /* wait preferences, valid or not; the parser refuses more than one */
    uint32_t wait_s;
};
struct prefer request_prefer(const struct request *r);

#endif
