/* ab_outcome.c: the pairs that were kept, what they say, and that as JSON:
 *
 *   schema 1, tool {name, version}, a, b {command, url}, pairs {planned, kept}, aa_pairs {planned, kept}
 *   discarded  {reason: slices}
 *   measures   {key: {a, b (geometric means), ratio (B ÷ A), low, high (95 %), aa_low, aa_high, verdict}} of those that are known
 *   headline   the measure that the verdict is about; verdict
 *   slices     [{series, pair, side, block, outcome, why, key: value}] in their order in time; 0: not known */
#include "tools/load/ab_parts.h"

#include "tools/load/options.h"
#include "tools/load/report_doc.h"
#include "tools/load/report_parts.h"

#include <errno.h>
#include <stdlib.h>

/* ---- pairs ---- */

/* Both slices of a pair, if both were kept. */
struct pair {
    const struct ab_slice *first, *second;
};

static size_t pairs_of(const struct ab_slice *slices, size_t n, enum ab_series kind, struct pair *pairs)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (slices[i].series == kind && slices[i].discard == AB_KEPT)
            *(slices[i].second ? &pairs[slices[i].pair].second : &pairs[slices[i].pair].first) = &slices[i];
    for (size_t i = 0; i < n; i++) /* a series has fewer pairs than there are slices */
        if (pairs[i].first && pairs[i].second) pairs[kept++] = pairs[i];
    return kept;
}

/* Their figures, in two columns. */
static void fill(const struct pair *pairs, size_t n, struct measured *first, struct measured *second)
{
    for (size_t i = 0; i < n; i++) {
        first[i] = pairs[i].first->measured;
        second[i] = pairs[i].second->measured;
    }
}

int ab_outcome_make(const struct ab_slice *slices, size_t n, bool open, struct ab_outcome *out)
{
    struct pair *ab = calloc(n + 1, sizeof *ab), *aa = calloc(n + 1, sizeof *aa);
    struct measured *columns = calloc(4 * n + 1, sizeof *columns);
    int rc = ab && aa && columns ? 0 : -ENOMEM;
    *out = (struct ab_outcome){0};
    for (size_t i = 0; i < n; i++) out->discarded[slices[i].discard]++;
    if (rc == 0) {
        out->kept = pairs_of(slices, n, AB_SERIES, ab);
        out->aa_kept = pairs_of(slices, n, AA_SERIES, aa);
        fill(ab, out->kept, columns, columns + n);
        fill(aa, out->aa_kept, columns + 2 * n, columns + 3 * n);
    }
    if (rc == 0 && out->kept)
        rc = comparison_make(columns, columns + n, out->kept, columns + 2 * n, columns + 3 * n, out->aa_kept, open,
                             &out->comparison);
    free(ab);
    free(aa);
    free(columns);
    return rc;
}

/* ---- for people ---- */

static void print_side(FILE *f, const char *name, const char *command, const char *url)
{
    (void)fprintf(f, "%s: %s%s%s\n", name, command, url ? " " : "", url ? url : "");
}

void ab_outcome_print(FILE *f, const struct ab_outcome *out, const struct ab_options *o)
{
    print_side(f, "A", o->command_a, o->url_a);
    print_side(f, "B", o->command_b, o->url_b);
    (void)fprintf(f, "%zu of %zu pairs kept, %zu of %zu of A with itself", out->kept, o->pairs_n, out->aa_kept, o->aa_pairs_n);
    const char *before = "; slices discarded: ";
    for (int i = AB_KEPT + 1; i < AB_DISCARDS; i++) {
        if (!out->discarded[i]) continue;
        (void)fprintf(f, "%s%zu %s", before, out->discarded[i], ab_discard_name((enum ab_discard)i));
        before = ", ";
    }
    (void)fputs("\n\n", f);
    if (out->kept) comparison_print(f, &out->comparison);
    else (void)fputs("verdict: none, no pair was left\n", f);
}

/* ---- for programs ---- */

static void add_pairs(struct doc *d, const char *name, size_t planned, size_t kept)
{
    cJSON *pairs = doc_object(d, d->root, name);
    doc_u64(d, pairs, "planned", planned);
    doc_u64(d, pairs, "kept", kept);
}

static void add_measure(struct doc *d, cJSON *in, enum measure m, const struct measure_outcome *o)
{
    if (!o->known) return;
    cJSON *measure = doc_object(d, in, measure_key(m));
    doc_double(d, measure, "a", o->a);
    doc_double(d, measure, "b", o->b);
    doc_double(d, measure, "ratio", o->ratio.ratio);
    doc_double(d, measure, "low", o->ratio.low);
    doc_double(d, measure, "high", o->ratio.high);
    if (o->aa_known) {
        doc_double(d, measure, "aa_low", o->aa.low);
        doc_double(d, measure, "aa_high", o->aa.high);
    }
    doc_text(d, measure, "verdict", measure_verdict(m, o->outcome));
}

static void add_slice(struct doc *d, cJSON *in, const struct ab_slice *s)
{
    cJSON *slice = doc_object(d, in, NULL);
    doc_text(d, slice, "series", s->series == AB_SERIES ? "ab" : "aa");
    doc_u64(d, slice, "pair", s->pair);
    doc_u64(d, slice, "block", s->block);
    doc_text(d, slice, "side", s->series == AB_SERIES && s->second ? "b" : "a");
    doc_text(d, slice, "outcome", ab_discard_name(s->discard));
    if (s->why[0]) doc_text(d, slice, "why", s->why);
    for (int m = 0; m < MEASURES_N; m++) doc_double(d, slice, measure_key((enum measure)m), s->measured.value[m]);
}

static void add_side(struct doc *d, const char *name, const char *command, const char *url)
{
    cJSON *side = doc_object(d, d->root, name);
    doc_text(d, side, "command", command);
    if (url) doc_text(d, side, "url", url);
}

struct saved {
    const struct ab_outcome *out;
    const struct ab_options *o;
    const struct ab_slice *slices;
    size_t n;
};

static void build(struct doc *d, const struct saved *s)
{
    doc_u64(d, d->root, "schema", 1);
    cJSON *tool = doc_object(d, d->root, "tool");
    doc_text(d, tool, "name", "quern-load ab");
    doc_text(d, tool, "version", QUERN_LOAD_VERSION);
    add_side(d, "a", s->o->command_a, s->o->url_a);
    add_side(d, "b", s->o->command_b, s->o->url_b);
    add_pairs(d, "pairs", s->o->pairs_n, s->out->kept);
    add_pairs(d, "aa_pairs", s->o->aa_pairs_n, s->out->aa_kept);
    cJSON *discarded = doc_object(d, d->root, "discarded");
    for (int i = AB_KEPT + 1; i < AB_DISCARDS; i++)
        doc_u64(d, discarded, ab_discard_name((enum ab_discard)i), s->out->discarded[i]);
    if (s->out->kept) {
        const struct comparison *c = &s->out->comparison;
        cJSON *measures = doc_object(d, d->root, "measures");
        for (int m = 0; m < MEASURES_N; m++) add_measure(d, measures, (enum measure)m, &c->of[m]);
        doc_text(d, d->root, "headline", measure_key(c->headline));
        doc_text(d, d->root, "verdict", measure_verdict(c->headline, c->of[c->headline].outcome));
    }
    cJSON *slices = doc_array(d, d->root, "slices");
    for (size_t i = 0; i < s->n; i++) add_slice(d, slices, &s->slices[i]);
}

static int write_outcome(FILE *f, const void *what)
{
    struct doc d;
    doc_init(&d);
    build(&d, what);
    int rc = doc_print(&d, f);
    doc_deinit(&d);
    return rc;
}

int ab_outcome_save(const char *path, const struct ab_outcome *out, const struct ab_options *o, const struct ab_slice *slices,
                    size_t n)
{
    const struct saved s = {out, o, slices, n};
    return report_save(path, write_outcome, &s);
}
