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
    struct slice text; /* as it stands there, with its parameters */
    struct slice name; /* "@method", "content-digest" */
    struct slice key;  /* of "key", or of "name" */
    uint8_t params;    /* enum component_param */
    uint8_t kind;      /* enum component_kind */
};
enum component_kind {
    COMPONENT_FIELD,
    COMPONENT_METHOD,
    COMPONENT_AUTHORITY,
    COMPONENT_PATH,
    COMPONENT_QUERY,
    COMPONENT_QUERY_PARAM,
    COMPONENT_TARGET_URI,
    COMPONENT_SCHEME,
    COMPONENT_STATUS,
    COMPONENT_KINDS
};
enum component_param { COMPONENT_SF = 1, COMPONENT_BS = 2, COMPONENT_KEY = 4, COMPONENT_NAME = 8 };

/* What a member of Signature-Input covers. Borrows the field's text. */
struct signed_list {
    struct slice text; /* of the member: what becomes the last line */
    unsigned n;
    struct signed_component of[SIGNATURE_COMPONENTS_MAX];
};
/* The next component, an item of the member. False: there are too many, or it may not be covered, whatever the message. */
bool signed_list_add(struct signed_list *list, const struct sf_member *item);
/* Whether one is named twice, which makes the signature no good. Each is compared with all others: for lists that somebody with a key has
 * made. */
bool signed_list_has_twins(const struct signed_list *list);

/* Writes it for a list that was read of a member in its one form. Its length; -EINVAL: a component that is unknown, is not there, is not
 * ASCII or means several things; -ENOSPC. */
long signature_base(const struct signed_message *m, const struct signed_list *covered, char *out, size_t room);

#endif
