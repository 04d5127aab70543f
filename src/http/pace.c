/* pace.c: see pace.h. */
#include "http/pace.h"

#include "base/clock.h"
#include "http/session.h"

uint64_t pace_limit_ns(const struct session *s)
{
    const struct http_options *o = &s->http->o;
    uint64_t whole = o->body_ns, paced = whole;
    if (o->body_rate) paced = BODY_GRACE_NS + (s->body_bytes + s->held_bytes) * (NS_PER_S / o->body_rate);
    return s->body_began_ns + (paced < whole ? paced : whole);
}

void pace_halt(struct session *s)
{
    if (!s->halted_ns) s->halted_ns = s->http->o.clock->mono_ns;
}

void pace_go_on(struct session *s)
{
    uint64_t ns = s->http->o.clock->mono_ns - s->halted_ns;
    s->halted_ns = 0;
    s->body_began_ns += ns;
    if (s->deadline_ns) s->deadline_ns += ns;
}
