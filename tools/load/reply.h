/* reply.h: reads HTTP/1.x answers from a stream of bytes, in place. What is kept between two buffers is small (it stands in the
 * connection's 64 bytes); an answer whose head is cut borrows a carry until the head is whole. One thread. */
#ifndef QUERN_LOAD_REPLY_H
#define QUERN_LOAD_REPLY_H

#include "base/slice.h"
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

enum reply_stage {
    REPLY_HEAD, /* at the first byte of an answer, or inside its head (then carry_len > 0) */
    REPLY_BODY, /* left bytes of Content-Length to go */
    REPLY_CHUNK_LINE,
    REPLY_CHUNK,
    REPLY_CHUNK_END,
    REPLY_TRAILER,
    REPLY_TO_END, /* body ends with the connection */
};

/* Between two buffers. 16 bytes; zero is the start of an answer. */
struct reply_state {
    uint64_t left : 48; /* of the body or chunk; REPLY_CHUNK_LINE, …: the parser's own */
    uint64_t stage : 4;
    uint64_t head_request : 1; /* set by the owner: HEAD was asked, no body follows */
    uint64_t close : 1; /* the connection ends after this answer */
    uint64_t date : 1; /* a Date field was there */
    uint64_t chunked : 1;
    uint16_t status;
    uint16_t carry_len; /* bytes of an unfinished head (or chunk line) in the carry */
    uint32_t body_bytes; /* seen so far, saturating */
};
static_assert(sizeof(struct reply_state) == 16, "stands in every connection");

#define REPLY_HEAD_MAX 16384

/* 0 to 15; -1: none. */
int reply_hex_digit(char c);

/* What reply_read met. */
enum reply_event {
    REPLY_MORE, /* all bytes are used, the answer goes on */
    REPLY_HEAD_DONE, /* status and fields are known: *head is the whole head, standing until the next call */
    REPLY_PART, /* *part: bytes of the body */
    REPLY_DONE, /* the answer is complete; what follows belongs to the next */
    REPLY_BAD_HEAD,
    REPLY_BAD_BODY, /* the stream is of no more use */
};

/* Reads from *in and advances it, up to the next event. carry: REPLY_HEAD_MAX bytes of the caller's, needed while
 * r->carry_len > 0 (the caller may lend the same one to all connections whose carry_len is 0: it asks for a private one
 * when it sees carry_len > 0 after REPLY_MORE). 1xx answers are skipped. After REPLY_DONE the state is ready for the next answer,
 * but status, close, date and body_bytes are those of this one until the next REPLY_HEAD_DONE. */
enum reply_event reply_read(struct reply_state *r, struct slice *in, char *carry, struct slice *head, struct slice *part);
/* The connection has ended: true if that completes the answer (REPLY_TO_END). */
bool reply_end(struct reply_state *r);
/* A field of a head given by REPLY_HEAD_DONE; name in lower case, compared without case. Empty slice with p NULL: none. */
struct slice reply_field(struct slice head, const char *name);

#endif
