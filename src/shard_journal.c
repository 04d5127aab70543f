/* shard_journal.c: see shard_journal.h. */
#include "shard_journal.h"

#include "base/clock.h"
#include "base/log.h"
#include "jobs/blob.h"
#include "jobs/engine.h"
#include "journal/journal.h"
#include "ring/ring.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TURN_COMPLETIONS 64u

/* ---- open ---- */

static const char *const found_texts[] = {
    [JOURNAL_NEW] = "new",   [JOURNAL_CLOSED] = "closed",   [JOURNAL_ENDED] = "ended",
    [JOURNAL_TORN] = "torn", [JOURNAL_DAMAGED] = "damaged",
};

static const char *explain(struct shard_journal *j, int rc, const struct journal_report *r, const char *what)
{
    char place[96] = "";
    if (r->file[0]) (void)snprintf(place, sizeof place, "%s at offset %" PRIu64 ": ", r->file, r->offset);
    const char *hint = r->found == JOURNAL_DAMAGED ? "--check-journal tells more, --accept-damage starts without what is lost"
                       : rc == -EWOULDBLOCK        ? "one server at a time"
                                                   : strerror(-rc);
    (void)snprintf(j->why, sizeof j->why, "the journal in %s cannot be used: %s%s (%s)", j->o.data, place, what, hint);
    return j->why;
}

static void say_found(const struct shard_journal *j, const struct journal_report *r, uint64_t took_ns)
{
    log_info("journal.open", "data=%s found=%s segments=%u records=%" PRIu64 " jobs=%" PRIu64 " damages=%u ms=%" PRIu64, j->o.data,
             found_texts[r->found], r->segments, r->records, engine_stats(j->o.engine).jobs, r->damages, took_ns / NS_PER_MS);
    if (r->found == JOURNAL_TORN)
        log_warn("journal.torn",
                 "file=%s offset=%" PRIu64 " effect=\"an unfinished write was dropped; nothing that was told as done\"", r->file,
                 r->offset);
    if (r->damages)
        log_error("journal.damaged", "file=%s offset=%" PRIu64 " places=%u effect=\"what was there is lost\"", r->file, r->offset,
                  r->damages);
}

int shard_journal_open(struct shard_journal *j, const struct shard_journal_options *options, const char **why)
{
    struct journal_report report;
    const char *what = "";
    j->o = *options;
    struct engine_log_options o = {
        .path = j->o.data,
        .n_engines = j->o.n_engines,
        .files = j->o.files,
        .seed = j->o.seed,
        .segment_bytes = j->o.segment_bytes,
        .buffer_bytes = j->o.buffer_bytes,
        .disk_bytes_max = j->o.disk_max_bytes,
        .blob_bytes = j->o.blob_bytes,
        .accept_damage = j->o.accept_damage,
    };
    clock_tick(j->o.clock);
    uint64_t began_ns = j->o.clock->mono_ns;
    int rc = engine_open_log(j->o.engine, &o, &report, &what);
    clock_tick(j->o.clock);
    if (rc != 0) {
        *why = explain(j, rc, &report, what);
        return rc < 0 ? rc : -EBADMSG;
    }
    j->is_open = true;
    say_found(j, &report, j->o.clock->mono_ns - began_ns);
    return 0;
}

/* ---- close ---- */

void shard_journal_drain(struct shard_journal *j)
{
    engine_stop_log(j->o.engine);
    for (engine_flush(j->o.engine); engine_log_busy(j->o.engine); engine_flush(j->o.engine)) {
        ring_wait(j->o.ring, true, j->o.clock->mono_ns, UINT64_MAX);
        clock_tick(j->o.clock);
        (void)ring_dispatch(j->o.ring, TURN_COMPLETIONS);
    }
}

void shard_journal_close(struct shard_journal *j)
{
    engine_close_log(j->o.engine);
    j->is_open = false;
}
