/* openapi.h: GET /openapi.json, built once at start from the route table and the job types, so that it cannot name what is not
 * there. */
#ifndef QUERN_API_OPENAPI_H
#define QUERN_API_OPENAPI_H

#include "http/exchange.h"

struct types;

/* The document, one reference. NULL: no memory. */
struct block *openapi_build(const struct router *router, const struct types *types, struct block_budget *budget,
                            const char *version);
/* Another number for other bytes: of its entity tag. */
uint64_t openapi_version(const struct block *document);
void openapi_handle(struct exchange *x);

#endif
