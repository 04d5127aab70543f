/* parser.h: bytes → struct request and body bytes, through llhttp, with the checks that llhttp leaves to its embedder
 * (RFC 9112 §2 to §7). Pull style: the caller asks for the next event and so decides when parsing goes on. Parses in place;
 * only a head that is cut is copied, into a carry buffer that the caller supplies. One per connection that is in the middle
 * of a request; owned by the connection's shard. Works the same however the bytes are cut. */
#ifndef QUERN_HTTP_PARSER_H
#define QUERN_HTTP_PARSER_H

#include "http/fields.h"
#include "http/line.h"
#include "http/request.h"
#include <llhttp.h>

enum parser_event {
    PARSER_MORE,  /* all input is used up, more is needed */
    PARSER_HEAD,  /* parser->request is complete; its bytes stand until the caller's buffer or the carry goes */
    PARSER_BODY,  /* *body: decoded bytes, inside the input */
    PARSER_END,   /* the request is complete; the next call starts a new one */
    PARSER_ERROR, /* parser->status says how to answer; the connection must close after that. Final */
};

/* Where a cut head is kept. grow is asked for at least `room` bytes: PARSER_CARRY_FIRST, and PARSER_CARRY_MAX when that is
 * full. It returns the new memory with the old `len` bytes at its start, or NULL when there is none (the parser then reports
 * 503). The parser sets p and, unless grow has set it to more, room. Start with all zero. To take the memory back between two
 * requests, zero p, len and room; the next cut head overwrites the last one. */
#define PARSER_CARRY_FIRST 4080u
#define PARSER_CARRY_MAX REQUEST_HEAD_MAX
struct parser_carry {
    char *p;
    uint32_t len, room;
    char *(*grow)(struct parser_carry *carry, uint32_t room);
};

struct parser {
    llhttp_t core;          /* must be first: llhttp's callbacks get its address */
    struct request request; /* request.fields points to fields[] below */
    struct parser_carry *carry;
    uint16_t status; /* of PARSER_ERROR */
    const char *slug; /* short machine-readable reason: "malformed-http", "uri-too-long", "header-too-large", … */
    const char *detail; /* one sentence for people */
    /* all below: private to parser.c */
    uint8_t state;
    uint8_t n_empty_lines;
    bool after_cr;      /* of an empty line before the request line */
    bool name_under_way;
    char *base;         /* start of the head being parsed: in the input or in the carry */
    uint32_t got, fed;  /* bytes of it that are here, that llhttp has seen or need not see */
    uint32_t line_at;   /* start of the first field line not yet checked against the limits */
    llhttp_t behind_line; /* core as it is behind any request line */
    struct line line;
    struct fields facts;
    struct field field; /* being parsed */
    const struct refusal *fault; /* found in a callback */
    struct slice chunk_data;     /* found in a callback */
    uint64_t body_left;          /* of Content-Length or of the chunk */
    uint64_t body_bytes, overhead_bytes; /* of a chunked body: data, everything else */
    uint32_t section_bytes; /* seen of the chunk's line or of the trailers */
    uint32_t ext_bytes;     /* of chunk extensions */
    uint8_t n_trailers;
    uint8_t extension; /* of the chunk's line: extension.h */
    struct field fields[REQUEST_FIELDS_MAX];
};

void parser_init(struct parser *p, struct parser_carry *carry);
/* The next event in *in, which is moved past the bytes used. *in must stay in place between calls that belong to one receive
 * buffer, until PARSER_MORE. Writes to the bytes of *in (percent-decoding in place), so they must be writable. */
enum parser_event parser_next(struct parser *p, struct slice *in, struct slice *body);
/* True between two requests: nothing of the next one has come (empty lines do not count). */
bool parser_idle(const struct parser *p);
/* True while a head is under way: its first byte is here, its last is not. */
bool parser_in_head(const struct parser *p);
/* The same, or empty lines before a request line have come: a drip of them must not look like a connection at rest, and a parser
 * that has seen one must not go to another connection. */
bool parser_started(const struct parser *p);

#endif
