/* head.h: a request's head, parsed from text. */
#ifndef QUERN_TESTS_HTTP_HEAD_H
#define QUERN_TESTS_HTTP_HEAD_H

#include "http/parser.h"

struct head {
    struct parser parser; /* its request is the head */
    struct parser_carry carry;
    char text[8192];
};

static inline char *head_grow(struct parser_carry *carry, uint32_t room)
{
    (void)carry, (void)room;
    return NULL; /* heads come whole */
}

/* False: refused. */
static inline bool head_read(struct head *h, struct slice text)
{
    struct slice in = {h->text, text.len}, body;
    if (text.len > sizeof h->text) return false;
    memset(h, 0, offsetof(struct head, text));
    memcpy(h->text, text.p, text.len);
    h->carry.grow = head_grow;
    parser_init(&h->parser, &h->carry);
    return parser_next(&h->parser, &in, &body) == PARSER_HEAD;
}

#endif
