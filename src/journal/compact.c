/* compact.c: which segments go, and when. See journal.h "Compaction"; docs/journal-format.md §6 argues why nothing comes back.
 *
 * The oldest sealed segment goes when the owner needs nothing in it any more; until then the owner is asked to append again
 * what it needs, if that is worth it (gain.c). A segment goes in this order:
 *     1. a batch whose head says oldest_segment = its number + 1 is written and synced, and with it every record that took the
 *        place of what the segment holds, since all of those were appended before;
 *     2. the file is unlinked (a start removes it if this did not happen), then the folder is synced. */
#include "journal/journal_parts.h"

#include "base/check.h"

#include <errno.h>

#define REWRITE_WAIT_NS (10 * NS_PER_MS) /* when the owner could move nothing: it may only have looked in the wrong place */
#define PATIENCE_NS (5 * NS_PER_S)       /* when it has moved nothing for so long, it cannot */

static void on_closed(void *arg, int32_t res)
{
    (void)arg, (void)res; /* what was in it has been synced */
}

static void drop_first(struct journal *j)
{
    struct segment *s = &j->segs[0];
    room_drop_segment(j, s);
    metric_add(&j->counts.segments_deleted, 1);
    j->n_segs--;
    j->present--;
    memmove(j->segs, j->segs + 1, j->n_segs * sizeof *j->segs);
    j->retry_ns = 0; /* there may be room again */
    j->folder_dirty = true;
}

static void on_trimmed(void *arg, int32_t res)
{
    struct journal *j = arg;
    if (j->trimming_folder) {
        j->trimming_folder = false;
        if (res < 0) journal_fail(j, res);
        return;
    }
    drop_first(j); /* a file that could not be unlinked is in nobody's way: the next start does it */
    (void)res;
}

void compact_init(struct journal *j)
{
    file_op_init(&j->trim, j->o.files, on_trimmed, j);
    file_op_init(&j->closer, j->o.files, on_closed, j);
}

bool compact_idle(const struct journal *j)
{
    return !j->trim.busy && !j->closer.busy;
}

bool compact_announces(const struct journal *j)
{
    return j->oldest > j->oldest_sent;
}

/* Numbers below are sealed: nothing is written there any more, nor waits for its sync. */
static uint32_t sealed_below(const struct journal *j)
{
    uint32_t number = j->segs[j->present].number;
    return j->written_segment && j->written_segment < number ? j->written_segment : number;
}

static void close_sealed(struct journal *j)
{
    if (j->closer.busy) return;
    for (uint32_t i = 0; i < j->n_segs && j->segs[i].number < sealed_below(j); i++) {
        if (j->segs[i].fd < 0) continue;
        file_close(&j->closer, j->segs[i].fd);
        j->segs[i].fd = -1;
        return;
    }
}

static void unlink_trimmed(struct journal *j)
{
    if (j->trim.busy) return;
    if (j->segs[0].number < j->oldest_synced && j->segs[0].fd < 0) {
        segment_name(j->trim_name, j->o.engine, j->segs[0].number, "seg");
        file_unlink(&j->trim, j->dir_fd, j->trim_name);
    } else if (j->folder_dirty) {
        j->folder_dirty = false;
        j->trimming_folder = true;
        file_sync(&j->trim, j->dir_fd, false);
    }
}

/* The segment to be emptied; NULL: none. */
static struct segment *victim(struct journal *j)
{
    struct segment *s = segment_of(j, j->oldest);
    if (!s || s->number >= sealed_below(j) || s->live == 0) return NULL;
    return gain_is_worth_it(j, s) ? s : NULL;
}

static void rewrite(struct journal *j)
{
    struct segment *s = j->o.on_rewrite ? victim(j) : NULL;
    if (!s || j->o.clock->mono_ns < j->rewrite_ns || j->gather.used > j->o.buffer_bytes / 2) return;
    uint32_t moved = j->o.on_rewrite(j->o.arg, s->number, j->o.rewrite_max);
    metric_add(&j->counts.rewritten, moved);
    j->rewrite_ns = moved ? 0 : j->o.clock->mono_ns + REWRITE_WAIT_NS;
    if (moved) j->idle_ns = 0;
    else if (!j->idle_ns) j->idle_ns = j->o.clock->mono_ns;
}

void compact_step(struct journal *j)
{
    if (j->failed || j->stopping) return;
    rewrite(j);
    for (const struct segment *s; j->oldest < sealed_below(j) && (s = segment_of(j, j->oldest)) && s->live == 0;) j->oldest++;
    close_sealed(j);
    unlink_trimmed(j);
}

uint64_t compact_next_ns(const struct journal *j)
{
    if (j->failed || j->stopping || !j->o.on_rewrite) return UINT64_MAX;
    return victim((struct journal *)(uintptr_t)j) ? j->rewrite_ns : UINT64_MAX;
}

bool compact_makes_room(const struct journal *j)
{
    if (j->failed || j->stopping || !j->o.on_rewrite) return false;
    if (j->segs[0].number < j->oldest) return true;
    if (j->idle_ns && j->o.clock->mono_ns - j->idle_ns > PATIENCE_NS) return false;
    return victim((struct journal *)(uintptr_t)j) != NULL;
}

uint64_t journal_dead_wanted(const struct journal *j)
{
    return !journal_is_short(j) || compact_makes_room(j) ? 0 : gain_wanted_bytes(j);
}
