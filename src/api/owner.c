/* owner.c: see owner.h. */
#include "api/owner.h"

#include "accounts/scope.h"
#include "api/ojs.h"
#include "base/check.h"
#include "filters/jwt.h"

/* The longest names are those of access tokens' subjects: "oauth-client:" stands before. */
static_assert(JOB_OWNER_MAX >= JWT_SUBJECT_MAX + sizeof "oauth-client:" - 1, "a principal's name fits");

static bool is_of_worker(enum engine_op op)
{
    return op == ENGINE_FETCH || op == ENGINE_ACK || op == ENGINE_NACK || op == ENGINE_HEARTBEAT || op == ENGINE_PROGRESS;
}

void owner_set(const struct exchange *x, struct engine_call *call)
{
    const struct principal *who = &x->principal;
    uint32_t all = is_of_worker(call->op) ? SCOPE_JOBS_WORK : SCOPE_ALL;
    assert(who->name.len <= JOB_OWNER_MAX);
    if (who->name.len) memcpy(call->owner, who->name.p, who->name.len);
    call->owner_bytes = (uint8_t)who->name.len;
    call->is_limited = (who->scopes & all) != all;
}

bool owner_admits_worker(struct exchange *x)
{
    if (!api_of(x)->asker.by_owner || x->principal.scopes & SCOPE_JOBS_WORK) return true;
    ojs_fail(x, 403, "invalid_request", SLICE(""), "Workers get jobs of all owners: that takes the scope jobs:work.");
    return false;
}

bool owner_is_there(struct exchange *x)
{
    if (!api_of(x)->asker.by_owner || x->principal.name.len) return true;
    ojs_fail(x, 403, "invalid_request", SLICE(""), "A cron job needs an owner, and this route asks nobody who it is.");
    return false;
}
