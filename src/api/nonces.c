/* nonces.c: see nonces.h. */
#include "api/nonces.h"

#include "api/api.h"
#include "base/check.h"
#include "filters/signature.h"

static_assert(sizeof((struct engine_call){0}.nonce.name) == sizeof((struct signed_by){0}.nonce), "one digest");

static enum nonce_answer answer_of(enum engine_outcome outcome)
{
    if (outcome == ENGINE_OK) return NONCE_NEW;
    if (outcome == ENGINE_DUPLICATE) return NONCE_KNOWN;
    return outcome == ENGINE_FULL || outcome == ENGINE_DISK_FULL ? NONCE_FULL : NONCE_FAILED;
}

static void on_answer(struct exchange *x, struct engine_call *call)
{
    signing_remembered(api_of(x)->gate, x, answer_of((enum engine_outcome)call->outcome));
}

bool nonces_remember(struct exchange *x, uint64_t ends_ns)
{
    struct ask *a = ask_new(&x, ENGINE_NONCE, on_answer);
    if (!a) return false;
    memcpy(a->call.nonce.name, x->signed_by->nonce, sizeof a->call.nonce.name);
    a->call.nonce.ends_ns = ends_ns;
    a->call.spec.durability = api_of(x)->durability;
    ask_send(a);
    return true;
}
