/* access_log.h: one line per answered request. */
#ifndef QUERN_FILTERS_ACCESS_LOG_H
#define QUERN_FILTERS_ACCESS_LOG_H

#include "http/exchange.h"

struct clock;

/* The shard's thread, once the answer is written. now: of this turn. bytes: of its body. */
void access_log(const struct exchange *x, const struct clock *now, uint16_t status, uint64_t bytes);

#endif
