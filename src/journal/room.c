/* room.c: what still fits, and segments made ahead of need. See journal.h "Room".
 *
 * All is counted in blocks of 4 KiB, as if every transaction were a batch of its own: the worst that can happen. A batch begins
 * only in a segment that has room for the largest one (W blocks), so it is known from its first record on where it stands, and
 * a segment with r free blocks takes exactly r - W + 1 batches of one block: its usable room. Larger batches take no more
 * usable room than they have blocks, and moving on to the next segment costs none. Hence: reserved ≤ usable, kept by every
 * append, means that all that is reserved can be written, in any order and grouping. */
#include "journal/journal_parts.h"

#include "base/check.h"

#include <errno.h>

#define SEGMENTS_KEPT 6u /* files beside leave room for: what is live on a full disk, what compaction keeps, what is made ahead */
#define RETRY_NS (NS_PER_S) /* after a full disk; an unlinked segment makes it try at once */

uint32_t room_blocks_max(const struct journal *j)
{
    return j->o.buffer_bytes / JOURNAL_BLOCK;
}

uint32_t room_cost(size_t bytes)
{
    return (uint32_t)(batch_bytes(sizeof(struct batch_head) + bytes) / JOURNAL_BLOCK);
}

static uint32_t usable(const struct journal *j, const struct segment *s, size_t taken)
{
    uint32_t room = (s->bytes - s->offset) / JOURNAL_BLOCK - (uint32_t)(taken / JOURNAL_BLOCK), largest = room_blocks_max(j);
    return room >= largest ? room - largest + 1 : 0;
}

uint32_t room_usable_when_new(const struct journal *j, uint32_t bytes)
{
    uint32_t room = bytes / JOURNAL_BLOCK - 1, largest = room_blocks_max(j);
    return room >= largest ? room - largest + 1 : 0;
}

/* Left over by all but reserved ends and compaction itself. */
static int64_t kept_for_compaction(const struct journal *j)
{
    return (int64_t)gain_room_needed(j);
}

/* Left over by admission: room for transitions besides. */
static int64_t held_back(const struct journal *j)
{
    return kept_for_compaction(j) + (int64_t)gain_transitions(j);
}

static uint64_t unused(const struct journal *j, size_t gather_bytes)
{
    uint64_t blocks = 0;
    for (uint32_t i = j->present; i < j->n_segs; i++) {
        bool gathers = gather_bytes && j->segs[i].number == j->gather.segment;
        blocks += usable(j, &j->segs[i], gathers ? gather_bytes : 0);
    }
    return blocks;
}

int64_t room_free(const struct journal *j, size_t gather_bytes)
{
    return (int64_t)unused(j, gather_bytes) - (int64_t)j->reserved - j->n_segs - 1; /* one to say that it was closed */
}

static size_t gathered(const struct journal *j)
{
    return j->gather.used ? batch_bytes(j->gather.used) : 0;
}

uint64_t room_unused(const struct journal *j)
{
    return unused(j, gathered(j));
}

int64_t room_free_now(const struct journal *j)
{
    return room_free(j, gathered(j));
}

static bool is_at_bound(const struct journal *j)
{
    uint64_t disk = metric_get(&j->counts.disk_bytes) + metric_get(&j->counts.beside_bytes);
    if (j->n_segs == j->segs_max) return true;
    return j->o.disk_bytes_max && disk + j->o.segment_bytes > j->o.disk_bytes_max;
}

bool room_is_bounded(const struct journal *j)
{
    return is_at_bound(j) || j->full;
}

static bool is_full(const struct journal *j)
{
    return is_at_bound(j) || (j->full && j->o.clock->mono_ns < j->retry_ns);
}

int room_for_batch(struct journal *j)
{
    while (usable(j, &j->segs[j->present], 0) == 0) {
        if (j->present + 1 == j->n_segs) {
            room_prepare(j);
            return segment_maker_busy(&j->maker) ? -EAGAIN : -ENOSPC;
        }
        j->present++;
    }
    return 0;
}

/* ---- reservations ---- */

static int short_of_room(struct journal *j)
{
    room_prepare(j);
    return segment_maker_busy(&j->maker) ? -EAGAIN : -ENOSPC;
}

/* Transitions wait for compaction; what is new does not: it would keep them waiting behind it. */
static int short_of_move(struct journal *j)
{
    int rc = short_of_room(j);
    return rc == -ENOSPC && compact_makes_room(j) ? -EAGAIN : rc;
}

int journal_room_for(struct journal *j, size_t bytes, size_t reserve)
{
    if (j->failed || j->stopping) return -EROFS;
    int64_t wanted = room_cost(bytes) + (reserve ? room_cost(reserve) : 0);
    return room_free_now(j) - held_back(j) >= wanted ? 0 : short_of_room(j);
}

int journal_can_move(struct journal *j, size_t bytes, size_t given_back)
{
    int rc = journal_can_append(j, bytes, given_back);
    if (rc < 0 || bytes <= given_back) return rc;
    int64_t wanted = room_cost(bytes) - (given_back ? room_cost(given_back) : 0);
    return room_free_now(j) - kept_for_compaction(j) >= wanted ? 0 : short_of_move(j);
}

int journal_reserve(struct journal *j, size_t bytes)
{
    uint32_t blocks = room_cost(bytes);
    if (!j->replaying) {
        if (j->failed || j->stopping) return -EROFS;
        if (room_free_now(j) - kept_for_compaction(j) < blocks) return short_of_room(j);
    }
    j->reserved += blocks;
    metric_set(&j->counts.reserved_bytes, j->reserved * JOURNAL_BLOCK);
    return 0;
}

void journal_unreserve(struct journal *j, size_t bytes)
{
    assert(j->reserved >= room_cost(bytes));
    j->reserved -= room_cost(bytes);
    metric_set(&j->counts.reserved_bytes, j->reserved * JOURNAL_BLOCK);
}

/* ---- files beside ---- */

uint64_t journal_beside_keeps(const struct journal *j)
{
    uint64_t one = j->o.segment_bytes, all = SEGMENTS_KEPT * one, disk = metric_get(&j->counts.disk_bytes);
    return disk + one < all ? all - disk : one;
}

int journal_beside_add(struct journal *j, uint64_t bytes)
{
    uint64_t taken = metric_get(&j->counts.disk_bytes) + metric_get(&j->counts.beside_bytes) + journal_beside_keeps(j);
    bool fits = !j->o.disk_bytes_max || (taken <= j->o.disk_bytes_max && bytes <= j->o.disk_bytes_max - taken);
    if (!fits && !j->replaying) return -ENOSPC;
    metric_add(&j->counts.beside_bytes, bytes);
    return 0;
}

void journal_beside_sub(struct journal *j, uint64_t bytes)
{
    metric_sub(&j->counts.beside_bytes, bytes);
    if (bytes) j->retry_ns = 0; /* there may be room again */
}

/* ---- segments ---- */

struct segment_head room_new_head(struct journal *j)
{
    return (struct segment_head){
        .engine = j->o.engine,
        .engines = j->o.engines,
        .number = j->n_segs ? j->segs[j->n_segs - 1].number + 1 : j->oldest,
        .bytes = j->o.segment_bytes,
        .salt = random_u64(&j->random),
        .sequence_floor = j->next_sequence,
        .wall_ns = j->o.clock->wall_ns,
    };
}

void room_add_segment(struct journal *j, const struct segment_head *head, int fd, uint32_t offset)
{
    assert(j->n_segs < j->segs_max);
    j->segs[j->n_segs++] = (struct segment){.number = head->number,
                                            .fd = fd,
                                            .bytes = head->bytes,
                                            .offset = offset,
                                            .seed = segment_seed(head),
                                            .salt = head->salt};
    j->usable += room_usable_when_new(j, head->bytes);
    j->n_small += head->bytes < j->o.segment_bytes;
    if (head->bytes > j->largest) j->largest = head->bytes;
    metric_add(&j->counts.disk_bytes, head->bytes);
}

void room_drop_segment(struct journal *j, const struct segment *s)
{
    assert(s == j->segs && s->live == 0);
    j->usable -= room_usable_when_new(j, s->bytes);
    j->n_small -= s->bytes < j->o.segment_bytes;
    j->largest = j->o.segment_bytes;
    for (uint32_t i = 1; i < j->n_segs; i++)
        if (j->segs[i].bytes > j->largest) j->largest = j->segs[i].bytes;
    metric_sub(&j->counts.disk_bytes, s->bytes);
}

void room_made(void *arg, int rc, bool fatal, int fd)
{
    struct journal *j = arg;
    if (fd >= 0) {
        room_add_segment(j, &j->maker.head, fd, JOURNAL_BLOCK);
        metric_add(&j->counts.segments_made, 1);
        j->full = false;
        return;
    }
    if (fatal) {
        journal_fail(j, rc);
        return;
    }
    j->full = true;
    j->retry_ns = j->o.clock->mono_ns + RETRY_NS;
}

/* So far ahead that admission has half a segment to give while the next one is being made. */
static bool wants_more(const struct journal *j)
{
    return room_free_now(j) < held_back(j) + room_usable_when_new(j, j->o.segment_bytes) / 2;
}

bool room_admits_nothing(const struct journal *j)
{
    return room_free_now(j) <= held_back(j) && !is_full(j);
}

bool journal_is_short(const struct journal *j)
{
    return is_full(j) && wants_more(j);
}

void room_prepare(struct journal *j)
{
    if (j->failed || j->stopping || segment_maker_busy(&j->maker)) return;
    int64_t ahead = room_free_now(j);
    metric_set(&j->counts.free_bytes, ahead > 0 ? (uint64_t)ahead * JOURNAL_BLOCK : 0);
    if (!wants_more(j) || is_full(j)) return;
    struct segment_head head = room_new_head(j);
    segment_make(&j->maker, &head);
}
