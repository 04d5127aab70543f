/* base64.h: RFC 4648 §4, with padding, on one line. */
#ifndef QUERN_LOAD_BASE64_H
#define QUERN_LOAD_BASE64_H

#include "base/buf.h"

void base64_append(struct buf *out, struct slice bytes);
/* False if text is not base64 as we write it: padded, without blanks, unused bits zero. out->overflow tells
 * of no memory. */
bool base64_read(struct buf *out, struct slice text);

#endif
