/* gain.c: what it costs to empty segments, what that gives, and so when it is worth it. See journal.h "Compaction".
 *
 * All in blocks of usable room (room.c). What is needed of a segment is written again by batches of at least half the largest one,
 * or of as many records as the owner moves in one go: so many blocks, and some more for their last ones (rounding). A segment that
 * has gone gives the room of a new one back. Where its live records take more than that (a segment takes W - 1 blocks more than its
 * usable room when large batches fill it to its end) moving it loses some. Kept free for compaction, by all but reserved ends:
 *
 *     usable room of the largest segment + W + all losses + all rounding
 *     ⇒ after any segment has been moved and has gone there is enough for the next one: what has begun comes to its end
 *
 * The bound. If all segments were emptied, that would cost `cost` and win `gain`: the room that has been used, less the cost.
 * Compaction begins with a segment, or goes on, only if gain ≥ cost / 8, or that segment wins so much by itself: on a full disk
 * it never writes more than eight blocks for one that it wins. Elsewhere, with compact_below = 50, it writes no more than it wins.
 * Admission leaves to transitions as much as gain is still short of that: what they write is soon needed no more, so when they have
 * used it up compaction is worth it. */
#include "journal/journal_parts.h"

#include "base/check.h"

#define COST_PER_GAIN 8u   /* on a full disk */
#define MOVED_TOGETHER 64u /* blocks: what the owner moves in one go comes to as much, but for the last of a segment */

static uint64_t blocks_of(uint64_t live)
{
    return (live + JOURNAL_BLOCK - 1) / JOURNAL_BLOCK;
}

static uint64_t cost_of_blocks(const struct journal *j, uint64_t n)
{
    return n ? n + n / MOVED_TOGETHER + 2 * n / room_blocks_max(j) + 1 : 0;
}

static uint64_t cost_of(const struct journal *j, const struct segment *s)
{
    return cost_of_blocks(j, blocks_of(s->live));
}

static uint64_t loss_of(const struct journal *j, const struct segment *s, uint64_t cost)
{
    uint64_t given = room_usable_when_new(j, s->bytes);
    return cost > given ? cost - given : 0;
}

void gain_live_changed(struct journal *j, const struct segment *s, uint64_t live_before)
{
    uint64_t n = blocks_of(live_before);
    if (n == blocks_of(s->live)) return;
    uint64_t before = cost_of_blocks(j, n), now = cost_of(j, s);
    j->cost = j->cost - before + now;
    j->rounding = j->rounding - (before - n) + (now - blocks_of(s->live));
    j->loss = j->loss - loss_of(j, s, before) + loss_of(j, s, now);
}

/* What goes away gives first in whole new segments: of smaller ones several are needed for that. */
static uint64_t given_late(const struct journal *j)
{
    return j->n_small ? room_usable_when_new(j, j->o.segment_bytes) : 0;
}

uint64_t gain_room_needed(const struct journal *j)
{
    return room_usable_when_new(j, j->largest) + room_blocks_max(j) + j->loss + j->rounding + given_late(j);
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* If all segments were emptied: the usable room that has been taken, less the cost. */
static int64_t gain_of_all(const struct journal *j)
{
    uint64_t usable = j->usable;
    for (uint32_t i = 0; i < j->n_segs && j->segs[i].number < j->oldest; i++)
        usable -= room_usable_when_new(j, j->segs[i].bytes);
    return (int64_t)usable - (int64_t)room_unused(j) - (int64_t)j->cost;
}

/* Whether s, the oldest, can be emptied where no more segments can be made, and then the others, or s alone gives room. */
static bool is_affordable(const struct journal *j, const struct segment *s)
{
    int64_t room = room_free_now(j), cost = (int64_t)cost_of(j, s), given = room_usable_when_new(j, s->bytes);
    if (!room_is_bounded(j)) return true;
    if (room < cost) return false;
    uint64_t others = j->loss - loss_of(j, s, (uint64_t)cost);
    return (given > cost && !j->n_small) ||
           room - cost + given >= (int64_t)(room_usable_when_new(j, j->largest) + others + given_late(j));
}

/* The least that is worth to go through the whole journal for on a full disk. */
static int64_t worth_it(const struct journal *j)
{
    return (int64_t)larger(room_usable_when_new(j, j->largest) / 4, (j->cost + COST_PER_GAIN - 1) / COST_PER_GAIN);
}

uint64_t gain_transitions(const struct journal *j)
{
    int64_t short_of = worth_it(j) - gain_of_all(j) + (int64_t)j->rounding + (j->cost ? room_blocks_max(j) : 0);
    uint64_t least = room_usable_when_new(j, j->largest) / 2;
    return short_of > (int64_t)least ? (uint64_t)short_of : least;
}

bool gain_is_worth_it(const struct journal *j, const struct segment *s)
{
    int64_t cost = (int64_t)cost_of(j, s), given = room_usable_when_new(j, s->bytes), all = gain_of_all(j),
            below = j->o.compact_below;
    if (!is_affordable(j, s)) return false;
    if (s->damaged || cost * 100 < given * below) return true;
    if (journal_is_short(j)) return all >= worth_it(j) || (given - cost) * (int64_t)COST_PER_GAIN >= cost;
    if (all < room_usable_when_new(j, j->largest)) return false;
    return (int64_t)j->cost * 100 < ((int64_t)j->cost + all) * below;
}

uint64_t gain_wanted_bytes(const struct journal *j)
{
    int64_t short_of = worth_it(j) - gain_of_all(j);
    if (short_of <= 0)
        short_of = room_usable_when_new(j, j->largest) / 4; /* it is worth it, but there is no room to begin with */
    return (uint64_t)short_of * JOURNAL_BLOCK;
}

/* ---- what is needed ---- */

void journal_live_add(struct journal *j, uint32_t segment, size_t bytes)
{
    struct segment *s = segment_of(j, segment);
    assert(s && segment >= j->oldest);
    s->live += bytes;
    j->live += bytes;
    gain_live_changed(j, s, s->live - bytes);
    metric_set(&j->counts.live_bytes, j->live);
}

void journal_live_sub(struct journal *j, uint32_t segment, size_t bytes)
{
    struct segment *s = segment_of(j, segment);
    assert(s && s->live >= bytes);
    s->live -= bytes;
    j->live -= bytes;
    gain_live_changed(j, s, s->live + bytes);
    metric_set(&j->counts.live_bytes, j->live);
}
