#include "base/check.h"
#include "jobs/engine_parts.h"
#include "journal/journal.h"

#include <errno.h>

#define TICK_NS NS_PER_S /* those whose time is up go together */

/* ---- the journal ---- */

static size_t record_bytes(void)
{
    return journal_bytes(sizeof(struct record_nonce), 1);
}

static void unplace(struct engine *e, struct nonce *n)
{
    if (n->is_logged && e->log.journal) journal_live_sub(e->log.journal, n->log_segment, record_bytes());
    n->is_logged = false;
}

static void place(struct engine *e, struct nonce *n, uint32_t segment)
{
    unplace(e, n);
    n->log_segment = segment;
    n->is_logged = true;
    journal_live_add(e->log.journal, segment, record_bytes());
}

static void write_down(struct engine *e, struct nonce *n, enum job_durability durability)
{
    struct record_nonce record = {.ends_ns = n->ends_ns};
    memcpy(record.name, n->name, sizeof record.name);
    struct slice part = slice_make(&record, sizeof record);
    uint32_t segment;
    if (log_append(e, RECORD_NONCE, &part, 1, durability, &segment)) place(e, n, segment);
}

void nonce_on_drop(void *engine, struct nonce *n)
{
    unplace(engine, n);
}

int nonce_restore(struct engine *e, const struct journal_record *record)
{
    struct record_nonce r;
    if (record->payload.len != sizeof r) return -EBADMSG;
    memcpy(&r, record->payload.p, sizeof r);
    struct nonce *n = nonces_find(&e->nonces, r.name);
    if (!n) {
        if (r.ends_ns <= engine_wall_ns(e)) return 0;
        if (!nonces_have_room(&e->nonces, engine_wall_ns(e))) return -ENOSPC;
        n = nonces_add(&e->nonces, r.name, r.ends_ns);
    } else {
        nonces_to_back(&e->nonces, n);
    }
    if (n->ends_ns < r.ends_ns) n->ends_ns = r.ends_ns;
    place(e, n, record->segment);
    return 0;
}

/* The first ones stand in the oldest segment, and compaction goes oldest first. */
uint32_t nonce_rewrite(struct engine *e, uint32_t segment, uint32_t n_max)
{
    uint32_t moved = 0;
    for (; moved < n_max; moved++) {
        (void)nonces_have_room(&e->nonces, engine_wall_ns(e)); /* those that have ended need not move */
        struct nonce *n = nonces_first(&e->nonces);
        if (!n || !n->is_logged || n->log_segment != segment || log_admit_rewrite(e, sizeof(struct record_nonce)) < 0) break;
        write_down(e, n, DURABILITY_LOGGED);
        nonces_to_back(&e->nonces, n);
    }
    return moved;
}

/* ---- the call ---- */

void engine_nonce(struct engine *e, struct engine_call *call)
{
    enum job_durability durability = call->spec.durability == DURABILITY_SYNCED ? DURABILITY_SYNCED : DURABILITY_LOGGED;
    if (nonces_find(&e->nonces, call->nonce.name)) {
        engine_answer(e, call, ENGINE_DUPLICATE);
    } else if (!nonces_have_room(&e->nonces, engine_wall_ns(e))) {
        engine_answer(e, call, ENGINE_FULL);
    } else {
        struct nonce *n = nonces_add(&e->nonces, call->nonce.name, call->nonce.ends_ns);
        call->outcome = ENGINE_OK;
        if (!e->log.journal) {
            engine_answer(e, call, ENGINE_OK);
        } else {
            write_down(e, n, durability);
            log_hold(e, call, durability);
        }
    }
}

uint64_t nonce_next_ns(const struct engine *e)
{
    const struct nonce *first = nonces_first(&e->nonces);
    return first ? job_mono_of(e, first->ends_ns + TICK_NS) : UINT64_MAX;
}

void nonce_tick(struct engine *e)
{
    (void)nonces_have_room(&e->nonces, engine_wall_ns(e));
}
