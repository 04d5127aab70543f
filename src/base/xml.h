/* xml.h: XML 1.0 text, and JSON documents as XML: a member is an element of its name, an entry of an array is <item>, null is empty,
 * numbers and truth values are written as in JSON, and where that would be read as something else (xml_read.h) the attribute type says what
 * it is. Written straight into memory of the caller's, without a tree. Pure functions; any
 * thread. */
#ifndef QUERN_BASE_XML_H
#define QUERN_BASE_XML_H

#include "slice.h"

#define XML_DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

/* What does not fit is counted, not written: len > room says that it has overflowed. p NULL and room 0: to measure. */
struct xml_out {
    char *p;
    size_t len, room;
};
void xml_raw(struct xml_out *o, struct slice markup);
/* Escapes; a byte that XML has no way to say (most control characters) becomes U+FFFD. text: UTF-8. */
void xml_text(struct xml_out *o, struct slice text);
/* <name>text</name>; name is one of ours. */
void xml_element(struct xml_out *o, const char *name, struct slice text);

/* The document of JSON text that is known to be sound (json_check), with a root element of that name and namespace. Names of members that
 * XML cannot have are written with _xHHHH_ for each character that does not fit, as SQL/XML does. */
void xml_of_json(struct xml_out *o, struct slice json, const char *root, const char *name_space);

#endif
