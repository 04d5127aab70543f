/* owner.c: whose jobs are, where the profile says that they are somebody's. Nobody is asked for credentials here: a field of the request says
 * who asks, and the linker leads owner_set() to it. The clients are all one owner; a stranger is another. */
#include "api/owner.h"
#include "http/request.h"

#include <string.h>

void __wrap_owner_set(const struct exchange *x, struct engine_call *call);
void __wrap_owner_set(const struct exchange *x, struct engine_call *call)
{
    struct slice name = SLICE("");
    bool is_worker = call->op == ENGINE_FETCH || call->op == ENGINE_ACK || call->op == ENGINE_NACK || call->op == ENGINE_HEARTBEAT || call->op == ENGINE_PROGRESS;
    (void)request_field(&x->request, SLICE("x-sim-owner"), &name);
    if (name.len) memcpy(call->owner, name.p, name.len);
    call->owner_bytes = (uint8_t)name.len;
    call->is_limited = !is_worker;
}

/* There are no scopes. */
bool __wrap_owner_admits_worker(struct exchange *x);
bool __wrap_owner_admits_worker(struct exchange *x)
{
    (void)x;
    return true;
}

bool __wrap_owner_is_there(struct exchange *x);
bool __wrap_owner_is_there(struct exchange *x)
{
    (void)x;
    return true;
}
