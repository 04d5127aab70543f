/* nonces.h: asks the engine whether a signed request's nonce is new: all shards share its memory, and its journal. The shard's thread. */
#ifndef QUERN_API_NONCES_H
#define QUERN_API_NONCES_H

#include "http/exchange.h"

/* As signing_options.remember (filters/signature.h). */
bool nonces_remember(struct exchange *x, uint64_t ends_ns);

#endif
