/* line.h: the request line, strictly (RFC 9112 §3): one space, one space, CRLF. Scans as bytes
 * come and refuses at the first byte that cannot be right, so that garbage never has to be waited
 * for. Pure: any thread. */
#ifndef QUERN_HTTP_LINE_H
#define QUERN_HTTP_LINE_H

#include "http/refusal.h"
#include "http/request.h"

enum line_phase { LINE_METHOD, LINE_TARGET, LINE_VERSION, LINE_DONE };

/* What the target contains: saves looking again. */
#define LINE_HAS_PERCENT 0x01
#define LINE_HAS_DOT 0x02
#define LINE_HAS_BRACKET 0x04 /* '[' or ']' */

struct line {
    uint16_t at;       /* bytes scanned; at LINE_DONE: length of the line with its CRLF */
    uint16_t phase_at; /* where the phase began */
    uint8_t phase;     /* enum line_phase */
    uint8_t method;    /* enum method; METHOD_OTHER never at LINE_DONE without a fault */
    uint8_t minor;
    uint8_t marks; /* LINE_HAS_ bits */
    struct span target;
};

void line_init(struct line *line);
/* n bytes of the head are at head, of which the first line->at have been seen before. NULL: no
 * fault so far; look at line->phase whether the line is complete. */
const struct refusal *line_scan(struct line *line, const char *head, size_t n);

#endif
