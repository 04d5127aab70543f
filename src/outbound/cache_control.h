/* cache_control.h: how long an answer may be kept, by its Cache-Control (RFC 9111 §5.2.2). Pure functions; any thread. */
#ifndef QUERN_OUTBOUND_CACHE_CONTROL_H
#define QUERN_OUTBOUND_CACHE_CONTROL_H

#include "base/slice.h"

/* Of one field value, in seconds: the least of what it says and of seconds, which earlier lines have said (UINT32_MAX: nothing yet). */
uint32_t cache_control_age(struct slice value, uint32_t seconds);

#endif
