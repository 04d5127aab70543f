/* response.h: status line, fields and body → bytes. One way for all answers, so that no response lacks Date, has two lengths, or
 * has content where RFC 9110 allows none. The shard's thread. */
#ifndef QUERN_HTTP_RESPONSE_H
#define QUERN_HTTP_RESPONSE_H

#include "http/exchange.h"

struct http;

#define RESPONSE_COPY_MAX 2048u /* bodies up to this are copied behind the head; larger ones are sent from their block */
/* For content that others have a hand in, errors too: a browser takes it for what its type says, and nothing else (Fetch §3.6). */
#define RESPONSE_NOSNIFF "X-Content-Type-Options: nosniff\r\n"
#define RESPONSE_FIELDS_MAX 1536u

const char *status_text(uint16_t status); /* "Not Found"; "" for unknown ones */
/* The bytes that an answer has for its content. */
struct slice answer_content(const struct answer *a);
/* Appends the response to out. The block in the answer moves in, also on failure. close: tell the peer. False: out of chunks. */
bool response_write(struct http *h, struct out *out, const struct request *r, const struct answer *a, bool close);
/* 100 (Continue). */
bool response_continue(struct http *h, struct out *out);

#endif
