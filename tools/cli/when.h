/* when.h: times as people type and read them. Any thread. */
#ifndef QUERN_CLI_WHEN_H
#define QUERN_CLI_WHEN_H

#include "base/slice.h"

#define WHEN_DURATION_MAX_NS UINT64_C(315360000000000000) /* ten years */

/* "10" (seconds), "250ms", "1.5s", "90m", "1h30m", "2d" into ns: numbers with units ms s m h d, larger units first, none twice;
 * only the last may have a fraction. False on anything else and above WHEN_DURATION_MAX_NS. */
bool when_duration(struct slice text, uint64_t *ns);
/* "PT90.5S" (ISO 8601), to the millisecond. */
#define WHEN_ISO_BYTES 32
void when_iso(uint64_t ns, char out[WHEN_ISO_BYTES]);
/* "250 ms", "4.2 s", "3 m", "5 h", "12 d": one unit, for tables. */
#define WHEN_SHORT_BYTES 32
void when_short(uint64_t ns, char out[WHEN_SHORT_BYTES]);

#endif
