/* template.h: the bytes of a request, made once; with placeholders filled in for each request: {seq} {rand:a:b} {conn} {job}.
 * A request without placeholders is sent from the one copy. One thread fills; the template is shared and immutable. */
#ifndef QUERN_LOAD_TEMPLATE_H
#define QUERN_LOAD_TEMPLATE_H

#include "base/random.h"
#include "base/slice.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct template;

#define TEMPLATE_JOB_MAX 64 /* bytes of an id; a longer one is cut */

struct template_values {
    uint64_t seq, conn;
    struct slice job;       /* {job}: an id from an earlier answer; may be empty */
    struct random *random;
};

struct template_parts {
    const char *method, *host;   /* host: for the Host field unless headers have one */
    struct slice path;           /* request target; placeholders allowed */
    const char *const *headers;  /* "Name: value"; placeholders allowed */
    int headers_n;
    struct slice body;           /* placeholders allowed if body_placeholders */
    bool body_placeholders;
    const char *id_header;       /* --echo-id: a field of this name with the value {seq} is added; NULL: none */
    bool close;                  /* with "Connection: close" */
};

/* 0; -EINVAL with *why (a static sentence) for a bad placeholder or a header without a colon; -ENOMEM. Content-Length is right
 * for every filling: {seq}, {conn}, {rand:…} in a body are written with a fixed width (decimal, zero-padded inside JSON
 * strings and elsewhere space-padded, so that a JSON number stays one). */
int template_make(const struct template_parts *parts, struct template **out, const char **why);
struct template *template_free(struct template *t);
/* What may stand as one word: neither blanks nor control characters. Also of nothing. */
bool template_is_unbroken(struct slice text);
bool template_is_fixed(const struct template *t);
/* The bytes when fixed; otherwise the longest filling's length. */
struct slice template_fixed(const struct template *t);
size_t template_bytes_max(const struct template *t);
/* Writes one request; room is at least template_bytes_max. Returns its length. */
size_t template_fill(const struct template *t, const struct template_values *v, char *out);

#endif
