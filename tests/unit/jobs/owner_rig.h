/* owner_rig.h: calls of somebody in particular, for rig.h. */
#ifndef QUERN_TESTS_JOBS_OWNER_RIG_H
#define QUERN_TESTS_JOBS_OWNER_RIG_H

#include "rig.h"

/* Who asks, and sees his own only; "": nobody. */
static inline struct ask *as(const char *owner, struct ask *ask)
{
    ask->call.owner_bytes = (uint8_t)strlen(owner);
    memcpy(ask->call.owner, owner, strlen(owner));
    ask->call.is_limited = true;
    return ask;
}

/* The same, and sees all. */
static inline struct ask *as_admin(const char *owner, struct ask *ask)
{
    as(owner, ask)->call.is_limited = false;
    return ask;
}

static inline struct uuid submit_as(struct rig *rig, const char *owner)
{
    struct job_view view;
    cr_assert_eq(ask_once(as(owner, submit_new(rig, "q", "t.plain")), &view), ENGINE_OK);
    return view.id;
}

static inline enum engine_outcome job_as(struct rig *rig, const char *owner, enum engine_op op, struct uuid id)
{
    struct ask *ask = ask_new(rig, op);
    ask->call.id = id;
    return ask_once(as(owner, ask), NULL);
}

#endif
