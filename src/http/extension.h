/* extension.h: chunk extensions, by the letter of RFC 9112 §7.1.1 and without the blanks that it calls bad: what one reader skips and
 * another takes for the end of a line is how requests get smuggled. Reads the bytes of a chunk's line as they come. Pure: any thread. */
#ifndef QUERN_HTTP_EXTENSION_H
#define QUERN_HTTP_EXTENSION_H

#include "base/slice.h"

/* Where in a chunk's line reading stands: 0 at its start. The caller keeps it from one piece to the next. */
typedef uint8_t extension_at;

/* Reads the next bytes of the line, up to its LF at most. False: they are no extension. */
bool extension_scan(extension_at *at, struct slice bytes);

#endif
