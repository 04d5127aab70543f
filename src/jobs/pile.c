#include "jobs/pile.h"
#include "base/check.h"
#include "jobs/store.h"

bool job_before(const struct job *a, const struct job *b)
{
    return a->priority != b->priority ? a->priority > b->priority : a->sequence < b->sequence;
}

/* Two tops become one; either may be NULL. The upper one's siblings are the caller's business. */
static struct job *meld(struct job *a, struct job *b)
{
    if (!a) return b;
    if (!b) return a;
    if (job_before(b, a)) {
        struct job *swap = a;
        a = b;
        b = swap;
    }
    b->pile.sibling = a->pile.child;
    if (a->pile.child) a->pile.child->pile_up = b;
    b->pile_up = a;
    a->pile.child = b;
    return a;
}

static struct job *single_out(struct job *job)
{
    if (job) {
        job->pile.sibling = NULL;
        job->pile_up = NULL;
    }
    return job;
}

/* Siblings become one pile: melded in pairs from the left, then the pairs from the right, which is
 * what makes removal logarithmic. A loop, not recursion: there may be a million siblings. */
static struct job *meld_siblings(struct job *first)
{
    struct job *pairs = NULL, *all = NULL;
    while (first) {
        struct job *a = first, *b = first->pile.sibling;
        first = b ? b->pile.sibling : NULL;
        struct job *pair = meld(single_out(a), single_out(b));
        pair->pile.sibling = pairs;
        pairs = pair;
    }
    while (pairs) {
        struct job *next = pairs->pile.sibling;
        all = meld(all, single_out(pairs));
        pairs = next;
    }
    return all;
}

struct job *pile_add(struct job *top, struct job *job)
{
    job->pile.child = NULL;
    return meld(top, single_out(job));
}

static void cut_out(struct job *job)
{
    struct job *up = job->pile_up, *next = job->pile.sibling;
    assert(up);
    if (up->pile.child == job) up->pile.child = next;
    else up->pile.sibling = next;
    if (next) next->pile_up = up;
}

struct job *pile_remove(struct job *top, struct job *job)
{
    struct job *below = meld_siblings(job->pile.child);
    if (job != top) {
        cut_out(job);
        below = meld(top, below);
    }
    job->pile.child = NULL;
    single_out(job);
    return below;
}
