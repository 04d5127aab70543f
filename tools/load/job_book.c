/* job_book.c: see job_book.h. */
#include "tools/load/job_book.h"

#include "base/clock.h"
#include "tools/load/job_lookup.h"
#include "tools/load/run.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STRIPES 64u
#define LOOK_UP_MAX 100000u /* jobs asked about at the end */
#define LOOK_UP_NS (120 * NS_PER_S)

enum entry_flag {
    SUBMITTED = 1,
    LEASED = 2,
    VANISHED = 4, /* leased, and nobody will answer */
    FINISHED = 8,
    FAILED = 16,
    ACKNOWLEDGED = 32, /* by a worker of ours; FINISHED or FAILED too */
};

struct entry {
    char id[40];      /* "": free */
    uint32_t number;  /* of its submission, from 1; 0: not submitted here */
    uint8_t flags;
};

/* Open addressing, linear probing, at most half full. */
struct stripe {
    pthread_mutex_t lock;
    struct entry *entries;
    uint32_t n, room; /* room: a power of two, or 0 */
};

struct job_book {
    struct stripe stripes[STRIPES];
    _Atomic uint32_t submitted;
    _Atomic uint64_t doubled, out_of_order, lost_for_memory;
    bool ordered;
    _Atomic uint32_t leased_last; /* number of the job leased last */
};

struct job_book *job_book_new(void)
{
    struct job_book *b = calloc(1, sizeof *b);
    for (uint32_t i = 0; b && i < STRIPES; i++) (void)pthread_mutex_init(&b->stripes[i].lock, NULL);
    return b;
}

struct job_book *job_book_free(struct job_book *b)
{
    if (!b) return NULL;
    for (uint32_t i = 0; i < STRIPES; i++) {
        (void)pthread_mutex_destroy(&b->stripes[i].lock);
        free(b->stripes[i].entries);
    }
    free(b);
    return NULL;
}

/* ---- the table ---- */

/* FNV-1a: ids are long and differ in many places. */
static uint64_t hash_of(struct slice id)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < id.len; i++) h = (h ^ (uint8_t)id.p[i]) * UINT64_C(0x100000001b3);
    return h ^ h >> 29;
}

static struct entry *probe(struct entry *entries, uint32_t room, struct slice id, uint64_t hash)
{
    for (uint32_t i = (uint32_t)(hash >> 8) & (room - 1);; i = (i + 1) & (room - 1)) {
        struct entry *e = &entries[i];
        if (!e->id[0] || slice_eq(slice_str(e->id), id)) return e;
    }
}

static bool grow(struct stripe *s)
{
    uint32_t room = s->room ? s->room * 2 : 256;
    struct entry *entries = calloc(room, sizeof *entries);
    if (!entries) return false;
    for (uint32_t i = 0; i < s->room; i++) {
        struct slice id = slice_str(s->entries[i].id);
        if (id.len) *probe(entries, room, id, hash_of(id)) = s->entries[i];
    }
    free(s->entries);
    s->entries = entries;
    s->room = room;
    return true;
}

/* Found or made; its stripe is locked until entry_put. NULL: no memory, or an id that is none; nothing is locked then. */
static struct entry *entry_get(struct job_book *b, struct slice id, struct stripe **stripe)
{
    uint64_t hash = hash_of(id);
    struct stripe *s = *stripe = &b->stripes[hash % STRIPES];
    if (!id.len || id.len >= sizeof s->entries->id) return NULL;
    (void)pthread_mutex_lock(&s->lock);
    if (s->n * 2 >= s->room && !grow(s)) {
        (void)pthread_mutex_unlock(&s->lock);
        b->lost_for_memory++;
        return NULL;
    }
    struct entry *e = probe(s->entries, s->room, id, hash);
    if (!e->id[0]) {
        memcpy(e->id, id.p, id.len);
        s->n++;
    }
    return e;
}

static void entry_put(struct stripe *s)
{
    (void)pthread_mutex_unlock(&s->lock);
}

/* ---- what happens to a job ---- */

static bool well(struct job_book *b, bool is)
{
    if (!is) b->doubled++;
    return is;
}

bool job_book_submitted(struct job_book *b, struct slice id)
{
    struct stripe *s;
    struct entry *e = entry_get(b, id, &s);
    if (!e) return true;
    bool fresh = !(e->flags & SUBMITTED);
    if (fresh) e->number = ++b->submitted;
    e->flags |= SUBMITTED;
    entry_put(s);
    return well(b, fresh);
}

static void look_at_order(struct job_book *b, const struct entry *e)
{
    if (!b->ordered || !e->number) return;
    if (e->number < b->leased_last) b->out_of_order++;
    else b->leased_last = e->number;
}

bool job_book_leased(struct job_book *b, struct slice id)
{
    struct stripe *s;
    struct entry *e = entry_get(b, id, &s);
    if (!e) return true;
    bool again = (e->flags & VANISHED) != 0;
    bool fine = again || !(e->flags & (LEASED | FINISHED | FAILED));
    if (fine && !again) look_at_order(b, e);
    e->flags = (uint8_t)((e->flags & ~VANISHED) | LEASED);
    entry_put(s);
    return well(b, fine);
}

static void change(struct job_book *b, struct slice id, uint8_t take, uint8_t give)
{
    struct stripe *s;
    struct entry *e = entry_get(b, id, &s);
    if (!e) return;
    e->flags = (uint8_t)((e->flags & ~take) | give);
    entry_put(s);
}

void job_book_vanished(struct job_book *b, struct slice id)
{
    change(b, id, 0, VANISHED);
}

/* A job that comes again comes out of its turn. */
void job_book_released(struct job_book *b, struct slice id)
{
    change(b, id, LEASED, VANISHED);
}

bool job_book_acknowledged(struct job_book *b, struct slice id, bool failed)
{
    struct stripe *s;
    struct entry *e = entry_get(b, id, &s);
    if (!e) return true;
    bool first = !(e->flags & ACKNOWLEDGED);
    e->flags = (uint8_t)((e->flags & ~(LEASED | VANISHED)) | ACKNOWLEDGED | (failed ? FAILED : FINISHED));
    entry_put(s);
    return well(b, first);
}

void job_book_seen_over(struct job_book *b, struct slice id, bool failed)
{
    change(b, id, VANISHED, failed ? FAILED : FINISHED);
}

void job_book_expect_order(struct job_book *b)
{
    b->ordered = true;
}

/* ---- at the end ---- */

struct look_up {
    struct job_lookup lookup;
    uint64_t asked, unknown, not_asked, end_ns;
};

/* The server's word about a job that is not over for us. */
static void ask(struct look_up *u, const struct entry *e, struct conservation *out)
{
    if (u->asked == LOOK_UP_MAX || clock_now_ns() > u->end_ns || run_was_interrupted()) {
        u->not_asked++;
        return;
    }
    u->asked++;
    switch (job_lookup_state(&u->lookup, e->id)) {
    case JOB_FINISHED: out->finished++; break;
    case JOB_FAILED: out->failed++; break;
    case JOB_QUEUED: out->queued++; break;
    case JOB_MISSING: out->missing++; break;
    case JOB_UNKNOWN: u->unknown++; break;
    }
}

static void count_entry(struct look_up *u, const struct entry *e, struct conservation *out)
{
    if (!(e->flags & SUBMITTED)) return;
    if (e->flags & FAILED) out->failed++;
    else if (e->flags & FINISHED) out->finished++;
    else ask(u, e, out);
}

/* What nobody was asked about is neither well nor lost; a server that gives no answer may have lost it. */
static void judge(const struct job_book *b, const struct look_up *u, struct conservation *out)
{
    out->holds = !out->doubled && !out->missing && !out->order_violations && !b->lost_for_memory && !u->unknown;
    out->checked = !out->holds || !u->not_asked;
    if (u->unknown)
        (void)snprintf(out->note, sizeof out->note, "%llu jobs could not be looked up: the server gave no answer of use",
                       (unsigned long long)u->unknown);
    else if (u->not_asked)
        (void)snprintf(out->note, sizeof out->note, "%llu jobs were not looked up: %s", (unsigned long long)u->not_asked,
                       u->asked == LOOK_UP_MAX ? "too many" : "it would have taken too long");
}

void job_book_check(struct job_book *b, const struct options *o, struct conservation *out)
{
    struct look_up u = {.end_ns = clock_now_ns() + LOOK_UP_NS};
    *out = (struct conservation){.submitted = b->submitted, .doubled = b->doubled, .order_violations = b->out_of_order};
    job_lookup_open(&u.lookup, o);
    for (uint32_t i = 0; i < STRIPES; i++)
        for (uint32_t k = 0; k < b->stripes[i].room; k++) count_entry(&u, &b->stripes[i].entries[k], out);
    job_lookup_close(&u.lookup);
    judge(b, &u, out);
}
