/* ojs_xml.h: requests as XML: what a client may post as JSON below /ojs/, it may post as the XML that document.h makes of it, or by hand
 * (base/xml_read.h). It becomes JSON before anybody reads it; digests and signatures are of the bytes that have come. The exchange's shard. */
#ifndef QUERN_API_OJS_XML_H
#define QUERN_API_OJS_XML_H

#include "api/ojs.h"

/* Whether a body of this media type is such a document; parameters: what stands behind the first semicolon. Other charsets than UTF-8 are
 * none. */
bool ojs_xml_is_type(struct slice name, struct slice parameters);
/* Makes of x->body the JSON that it means; *value: all of it, checked. False: answered. */
bool ojs_xml_body(struct exchange *x, struct json_value *value);

#endif
