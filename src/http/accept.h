/* accept.h: what a client takes: Accept and Accept-Encoding with their qualities (RFC 9110 §12.4.2, §12.5.1, §12.5.3). Pure functions over
 * a request's head. */
#ifndef QUERN_HTTP_ACCEPT_H
#define QUERN_HTTP_ACCEPT_H

#include "http/request.h"

#define ACCEPT_BEST 1000u /* qualities are thousandths; 0: not acceptable */

/* How well the client likes a media type, "application/json": by its name, else by "application/" and a star, else by two stars.
 * Parameters of ranges other than q are not looked at. Without Accept: ACCEPT_BEST. */
unsigned accept_media(const struct request *r, struct slice type);
/* Which coding an answer gets that exists plain and as gzip. Gzip when it is asked for and not liked less than identity, which is
 * acceptable unless it is excluded. */
enum accept_coding { ACCEPT_IDENTITY, ACCEPT_GZIP, ACCEPT_NO_CODING };
enum accept_coding accept_coding(const struct request *r);

/* A document that exists as JSON and as XML. Ties are JSON's. */
enum accept_form { ACCEPT_JSON, ACCEPT_XML, ACCEPT_NEITHER };
/* json: a media type that is as good as application/json. */
enum accept_form accept_form(const struct request *r, struct slice json, struct slice xml);

#endif
