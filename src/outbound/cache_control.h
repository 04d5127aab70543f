/* cache_control.h: how long an answer may be kept, by its Cache-Control (RFC 9111 §5.2.2) and by how old it is already (§4.2.3). Pure
 * functions; any thread. */
#ifndef QUERN_OUTBOUND_CACHE_CONTROL_H
#define QUERN_OUTBOUND_CACHE_CONTROL_H

#include "base/slice.h"

/* What the fields of an answer say, as far as they have come. */
struct cache_fields {
    uint32_t lifetime_s; /* from when it was made; UINT32_MAX: not said */
    uint32_t age_s;      /* of Age: how long caches have had it */
    uint64_t date_s;     /* of Date: when it was made, since 1970; 0: no date that can be read */
    bool has_age, has_date;
};

void cache_fields_clear(struct cache_fields *f);
/* One field line; name in any case. What does not concern us is passed over. */
void cache_fields_take(struct cache_fields *f, struct slice name, struct slice value);
/* For how many seconds more it may be kept: it came at now_s since 1970, delay_s after it was asked for. UINT32_MAX: not said. */
uint32_t cache_fields_left(const struct cache_fields *f, uint64_t now_s, uint32_t delay_s);
/* Of one value of Cache-Control, in seconds: the least of what it says and of seconds, which earlier lines have said (UINT32_MAX: nothing
 * yet). */
uint32_t cache_control_age(struct slice value, uint32_t seconds);

#endif
