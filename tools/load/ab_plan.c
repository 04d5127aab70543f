/* ab_plan.c: the order of the slices. In A B B A what changes steadily with time counts for both alike. */
#include "tools/load/ab_parts.h"

#include <stdlib.h>

const char *ab_discard_name(enum ab_discard reason)
{
    static const char *const names[AB_DISCARDS] = {
        [AB_KEPT] = "kept",
        [AB_INVALID] = "invalid",
        [AB_CHECKS] = "checks failed",
        [AB_ERRORS] = "errors",
        [AB_SERVER_IDLE] = "server not busy",
        [AB_FAILED] = "no report",
        [AB_NOT_RUN] = "not run",
    };
    return names[reason];
}

struct series {
    size_t pairs, planned;
};

/* One block: a pair, and if there is one more, the same backwards. */
static size_t add_block(struct ab_slice *at, enum ab_series kind, struct series *s, size_t block)
{
    static const bool second[] = {false, true, true, false};
    size_t n = s->pairs - s->planned > 1 ? 4 : 2;
    for (size_t i = 0; i < n; i++) {
        at[i] = (struct ab_slice){
            .series = kind,
            .pair = s->planned + i / 2,
            .block = block,
            .second = second[i],
            .discard = AB_NOT_RUN,
        };
    }
    s->planned += n / 2;
    return n;
}

struct ab_slice *ab_plan(size_t pairs_n, size_t aa_pairs_n, size_t *n)
{
    struct series ab = {.pairs = pairs_n}, aa = {.pairs = aa_pairs_n};
    struct ab_slice *slices = calloc(2 * (pairs_n + aa_pairs_n) + 1, sizeof *slices);
    *n = 0;
    if (!slices) return NULL;
    for (size_t block = 0; ab.planned < ab.pairs || aa.planned < aa.pairs; block++) {
        /* whichever of the two is further behind; products, as a series may be empty */
        bool aa_next = aa.planned < aa.pairs && (ab.planned == ab.pairs || aa.planned * ab.pairs < ab.planned * aa.pairs);
        *n += aa_next ? add_block(slices + *n, AA_SERIES, &aa, block) : add_block(slices + *n, AB_SERIES, &ab, block);
    }
    return slices;
}
