/* document.h: documents of quern's own, in the form and the coding that their reader likes best: JSON or XML (Accept), plain or packed
 * (Accept-Encoding). What jobs have made is not among them: it goes out as it is. The exchange's shard.
 *
 * Packed is what a GET or HEAD asks for of DOCUMENT_PACK_MIN to DOCUMENT_PACK_MAX bytes: shorter ones win nothing, and longer ones would
 * hold up all other connections of the thread for more than a millisecond. Each form has an entity tag of its own: "v", "v-x" as XML,
 * "v-g" packed, "v-xg" both (RFC 9110 §8.8.3.3). */
#ifndef QUERN_API_DOCUMENT_H
#define QUERN_API_DOCUMENT_H

#include "http/accept.h"
#include "http/exchange.h"

#define DOCUMENT_PACK_MIN 1024u
#define DOCUMENT_PACK_MAX 65536u
#define DOCUMENT_XML_MAX 262144u /* bytes of JSON that are written as XML; larger: 406 */
#define DOCUMENT_VARY "Accept, Accept-Encoding"

/* Whether the client takes what a JSON document can be given as, and its coding. False: answered with 406. */
bool document_acceptable(struct exchange *x, struct slice type);
/* Whether it takes this type, of a document that has one form only. */
bool document_acceptable_as(struct exchange *x, struct slice type);
enum accept_form document_form(const struct exchange *x, struct slice type);

/* Answers with JSON: *a without Content-Encoding, Vary, and with the tag of the plain JSON, if it has one. The block moves in. */
void document_answer(struct exchange *x, struct answer *a);
/* The same of a document that is not JSON, or only JSON: its coding alone is chosen. */
void document_answer_packed(struct exchange *x, struct answer *a);

/* True: If-None-Match has the tag of a form that this client would get of this version. tag: that one, or of the plain JSON. type: of
 * the JSON; one that has no XML is named "application/json". */
#define DOCUMENT_TAG_BYTES 24
bool document_is_known(const struct exchange *x, struct slice type, uint64_t version, char tag[DOCUMENT_TAG_BYTES]);

#endif
