/* signature_base.h: the text that a signature is made over (RFC 9421 §2.5). Pure functions; any thread. */
#ifndef QUERN_FILTERS_SIGNATURE_BASE_H
#define QUERN_FILTERS_SIGNATURE_BASE_H

#include "base/structured.h"
#include "http/request.h"

#define SIGNATURE_COMPONENTS_MAX 64
#define SIGNATURE_BASE_MAX 65536u /* bytes: every field of a head, named once, fits */

/* What is signed. Of a response (status not 0) only the fields of request count. */
struct signed_message {
    const struct request *request;
    unsigned status;
    struct slice authority; /* that the client has asked for; empty: the request's own */
    struct slice scheme; /* "https", where it is known what the client used; empty: it is not, @scheme and @target-uri cannot be covered */
};

/* One covered component. */
struct signed_component {
    struct slice name; /* "@method", "content-digest" */
    uint8_t params;    /* enum component_param */
    struct slice key;  /* of "key", or of "name" */
};
enum component_param { COMPONENT_SF = 1, COMPONENT_BS = 2, COMPONENT_KEY = 4, COMPONENT_NAME = 8 };
/* False: no component that may be covered, whatever the message. */
bool signed_component_read(const struct sf_member *item, struct signed_component *out);

/* Writes it for a member of Signature-Input, an inner list in canonical form, whose text becomes the last line. Its length; -EINVAL:
 * a component that is unknown, is named twice, is not there, is not ASCII or means several things; -ENOSPC. */
long signature_base(const struct signed_message *m, const struct sf_member *input, char *out, size_t room);

#endif
