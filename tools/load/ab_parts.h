/* ab_parts.h: what the files ab*.c share. Main thread. */
#ifndef QUERN_LOAD_AB_PARTS_H
#define QUERN_LOAD_AB_PARTS_H

#include "tools/load/measures.h"
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ab_options {
    const char *command_a, *command_b; /* shell commands, each a run of quern-load */
    const char *url_a, *url_b;         /* put behind them; NULL: nothing */
    const char *between;               /* run before each block; NULL: nothing */
    size_t pairs_n, aa_pairs_n;
    const char *json_path, *keep_path; /* NULL: none */
    double server_busy;                /* a slice whose server used less CPU than this is discarded; 0: not looked at */
    uint64_t limit_ns;                 /* for one command */
    bool force, quiet;
};

/* ---- ab_child.c: commands ---- */
/* Blocks the signals that ab_child_run() waits for. Call once. */
void ab_child_prepare(void);
/* Runs it with /bin/sh -c in a process group of its own, its input empty; ends the group when limit_ns are over or SIGINT or
 * SIGTERM comes. *exit_code: as a shell says it. 0; -EINTR (a signal), -ETIMEDOUT, or another -errno. */
int ab_child_run(const char *command, uint64_t limit_ns, int *exit_code);

/* ---- ab_plan.c: who is next ---- */
enum ab_series { AB_SERIES, AA_SERIES };
enum ab_discard { AB_KEPT, AB_INVALID, AB_CHECKS, AB_ERRORS, AB_SERVER_IDLE, AB_FAILED, AB_NOT_RUN, AB_DISCARDS };
const char *ab_discard_name(enum ab_discard reason);

/* One run. */
struct ab_slice {
    enum ab_series series;
    size_t pair, block;
    bool second; /* of its pair: B, or A again */
    enum ab_discard discard;
    struct measured measured;
    char why[160];
};

/* Blocks of A B B A, and among them blocks of A A A A: two pairs each, the last of a series maybe one. *n of them, from malloc;
 * all AB_NOT_RUN. NULL: no memory. */
struct ab_slice *ab_plan(size_t pairs_n, size_t aa_pairs_n, size_t *n);

/* ---- ab_outcome.c: what came out ---- */
struct ab_outcome {
    struct comparison comparison; /* of the pairs that were kept; unset when there is none */
    size_t kept, aa_kept; /* pairs */
    size_t discarded[AB_DISCARDS]; /* slices, by reason */
};
/* open: see comparison_make(). 0 or -ENOMEM. */
int ab_outcome_make(const struct ab_slice *slices, size_t n, bool open, struct ab_outcome *out);
void ab_outcome_print(FILE *f, const struct ab_outcome *out, const struct ab_options *o);
/* 0 or -errno. */
int ab_outcome_save(const char *path, const struct ab_outcome *out, const struct ab_options *o, const struct ab_slice *slices,
                    size_t n);

#endif
