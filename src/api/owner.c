/* owner.c: see owner.h. */
#include "api/owner.h"

#include "accounts/accounts.h"
#include "accounts/key_list.h"
#include "api/ojs.h"
#include "base/base64url.h"
#include "base/check.h"
#include "filters/jwt.h"
#include "jobs/names.h"

/* Of all principals' names only those of certificates may be too long for an owner's. */
static_assert(JOB_OWNER_MAX >= JWT_SUBJECT_MAX + sizeof "oauth-client:" - 1, "an access token's subject fits");
static_assert(JOB_OWNER_MAX >= ACCOUNT_NAME_MAX + sizeof "token:" - 1, "a user's name and a token's owner fit");
static_assert(JOB_OWNER_MAX >= KEY_OWNER_MAX + sizeof "key:" - 1, "a key's owner fits");
static_assert(JOB_OWNER_MAX <= NAME_BYTES_MAX, "so a name's length fits into a byte");

#define DIGEST_CHARS ((SHA256_BYTES * 4 + 2) / 3)
#define SHORT_BYTES (JOB_OWNER_MAX - 1 - DIGEST_CHARS) /* of the name */
static_assert(SHORT_BYTES > sizeof "cert:" - 1, "its kind stays");

static bool is_of_worker(enum engine_op op)
{
    return op == ENGINE_FETCH || op == ENGINE_ACK || op == ENGINE_NACK || op == ENGINE_HEARTBEAT || op == ENGINE_PROGRESS;
}

/* A name that is too long: its first bytes, '#', and the SHA-256 of all of them in base64url. Certificates with an account have no '#' in their
 * names (account_certificate_ok), so it is nobody else's; the journal keeps it, so it must be the same at each start. */
static uint8_t shorten(struct slice name, char out[JOB_OWNER_MAX])
{
    uint8_t digest[SHA256_BYTES];
    sha256(&name, 1, digest);
    memcpy(out, name.p, SHORT_BYTES);
    out[SHORT_BYTES] = '#';
    size_t n = base64url_encode(slice_make(digest, sizeof digest), out + SHORT_BYTES + 1);
    assert(n == DIGEST_CHARS);
    return JOB_OWNER_MAX;
}

static uint8_t name_of(const struct principal *who, char out[JOB_OWNER_MAX])
{
    if (who->name.len > JOB_OWNER_MAX) return shorten(who->name, out);
    if (who->name.len) memcpy(out, who->name.p, who->name.len);
    return (uint8_t)who->name.len;
}

void owner_set(const struct exchange *x, struct engine_call *call)
{
    const struct principal *who = &x->principal;
    uint32_t all = is_of_worker(call->op) ? SCOPE_JOBS_WORK : SCOPE_ALL;
    call->owner_bytes = name_of(who, call->owner);
    call->is_limited = (who->scopes & all) != all || call->op == ENGINE_CRON_PUT; /* what it registers is among its own names */
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
