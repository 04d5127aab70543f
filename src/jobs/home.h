/* home.h: which engine something belongs to, where there are several. These numbers decide in which journal a job stands: they are part
 * of the on-disk format. Pure functions; any thread. */
#ifndef QUERN_JOBS_HOME_H
#define QUERN_JOBS_HOME_H

#include "base/slice.h"
#include "base/uuid.h"

#define ENGINES_MAX 64u /* an id has 6 bits for its engine */

/* FNV-1a of 64 bits, mixed once more: its low bits alone are poor. */
uint64_t home_hash(struct slice bytes);
/* The engine that a queue belongs to, or where a name is registered. */
static inline uint32_t home_of(struct slice name, uint32_t n_engines)
{
    return n_engines == 1 ? 0 : (uint32_t)(home_hash(name) % n_engines);
}

#endif
