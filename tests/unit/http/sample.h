/* sample.h: a request's head made of a few lines. */
#ifndef QUERN_TESTS_HTTP_SAMPLE_H
#define QUERN_TESTS_HTTP_SAMPLE_H

#include "http/request.h"

/* A request whose fields are "name: value" lines. */
struct sample {
    struct request request;
    struct field fields[8];
};

static inline struct sample sample(const char *lines)
{
    struct sample s = {.request = {.head = lines}};
    for (const char *at = lines; *at; at = strchr(at, '\n') + 1) {
        const char *colon = strchr(at, ':'), *end = strchr(at, '\n');
        struct field *f = &s.fields[s.request.n_fields++];
        f->name = (struct span){(uint16_t)(at - lines), (uint16_t)(colon - at)};
        f->value = (struct span){(uint16_t)(colon + 2 - lines), (uint16_t)(end - colon - 2)};
    }
    return s;
}

#endif
