/* access_log.h: one line per answered request. */
#ifndef QUERN_FILTERS_ACCESS_LOG_H
#define QUERN_FILTERS_ACCESS_LOG_H

#include "http/exchange.h"

/* The shard's thread, once the answer is written. bytes: of its body. */
void access_log(const struct exchange *x, uint16_t status, uint64_t bytes);

#endif
