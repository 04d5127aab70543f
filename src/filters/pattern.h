/* pattern.h: paths in rules and limits: bytes as they are, and a star for any run of bytes, slashes too. Compared with the path that the
 * router sees (decoded once). Linear in the path's length, however many stars there are. Any thread. */
#ifndef QUERN_FILTERS_PATTERN_H
#define QUERN_FILTERS_PATTERN_H

#include "base/slice.h"

/* pattern NULL or empty: all paths. */
bool pattern_has(const char *pattern, struct slice path);

#endif
