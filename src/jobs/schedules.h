/* schedules.h: the book of an engine's schedules: by name, and when each is due. Wall-clock times throughout: a clock that is set
 * back lets nothing fire again, one that is set forward makes one firing of all that it passes over. Owned by the engine's thread.
 * Adding allocates nothing; a time zone is read from its file when the first schedule names it. */
#ifndef QUERN_JOBS_SCHEDULES_H
#define QUERN_JOBS_SCHEDULES_H

#include "base/heap.h"
#include "base/slab.h"
#include "base/table.h"
#include "jobs/names.h"
#include "jobs/schedule.h"

struct schedule_clock; /* a time zone that some schedule names */

struct schedule {
    struct table_node by_name, by_number;
    struct heap_node time; /* key: wall ns at which it is to be looked at */
    struct schedule_spec spec;
    struct cron cron;
    struct schedule_clock *clock; /* NULL: there is no such time zone (any more), and it never fires */
    uint32_t number;
    uint32_t owner; /* owners.h; the engine's reference */
    uint64_t created_ns, anchor_ns;
    uint64_t until_ns; /* its times up to here have been dealt with */
    uint64_t next_ns; /* the next one; 0: none, or not enabled */
    uint64_t gap_ns; /* on the way there the clocks jump over a time of this schedule, here; 0: they do not */
    uint64_t last_run_ns, run_count, skip_count, missed_count;
    struct uuid last_job;
    uint64_t log_mark; /* the journal's sequence of its last record */
    uint32_t log_segment, log_bytes; /* where its newest whole record stands; 0 bytes: nowhere */
};

struct schedules {
    struct slab slab;
    struct table by_name, by_number;
    struct heap times;
    struct names clocks; /* struct schedule_clock */
    uint32_t number_last;
    uint32_t n_stranded;
};

/* 0 or -ENOMEM. */
int schedules_init(struct schedules *b, uint32_t n_max, uint64_t seed);
/* Drops all references. */
void schedules_deinit(struct schedules *b);
/* The schedule of that name that is owner's; with any, if there is none, the oldest of that name. NULL: none. */
struct schedule *schedules_find(const struct schedules *b, struct slice name, uint32_t owner, bool any);
struct schedule *schedules_find_number(const struct schedules *b, uint32_t number);
/* In a slot, or NULL; slots from n_touched of the slab on have never been used. */
struct schedule *schedules_at(const struct schedules *b, uint32_t slot);
static inline uint32_t schedules_count(const struct schedules *b)
{
    return b->slab.n_used;
}

enum schedules_outcome { SCHEDULES_OK, SCHEDULES_FULL, SCHEDULES_NO_ZONE, SCHEDULES_BAD_EXPRESSION, SCHEDULES_NEVER };
/* A schedule that its owner has none of by this name: set owner next. Its text's reference moves in on SCHEDULES_OK, and schedule_arm() is next. number 0: a
 * new one. Times up to now_ns do not count. With is_kept a zone that is not there, or an expression that is not understood, strands
 * it, and all else is as with one that was there before. */
enum schedules_outcome schedules_add(struct schedules *b, const struct schedule_spec *spec, uint32_t number, uint64_t now_ns,
                                     bool is_kept, struct schedule **out);
/* Another definition under the same name; what has been counted stays. The times go on undisturbed where expression and zone are the
 * same. On anything but SCHEDULES_OK nothing has changed. */
enum schedules_outcome schedules_replace(struct schedules *b, struct schedule *s, const struct schedule_spec *spec,
                                         uint64_t now_ns);
/* While it was not enabled nothing was due. */
void schedules_enable(struct schedules *b, struct schedule *s, bool enabled, uint64_t now_ns);
void schedules_remove(struct schedules *b, struct schedule *s);

/* Computes what comes after until_ns and puts it into the heap. */
void schedule_arm(struct schedules *b, struct schedule *s);
/* The jump at gap_ns is behind it. */
void schedule_pass_gap(struct schedules *b, struct schedule *s);
/* Looks at it again at wall_ns, due or not. */
void schedule_put_off(struct schedules *b, struct schedule *s, uint64_t wall_ns);
/* Its times in (until_ns, now_ns]. */
struct cron_missed schedule_missed(const struct schedule *s, uint64_t now_ns);
/* When to look at the first one, wall ns; UINT64_MAX: none. */
uint64_t schedules_next_ns(const struct schedules *b);
struct schedule *schedules_first(const struct schedules *b);
/* A text that other threads may keep. */
void schedule_view_fill(const struct schedule *s, struct schedule_view *v);

#endif
