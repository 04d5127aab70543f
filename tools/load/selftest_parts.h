/* selftest_parts.h: what the subjects of the selftest share. One thread. */
#ifndef QUERN_LOAD_SELFTEST_PARTS_H
#define QUERN_LOAD_SELFTEST_PARTS_H

#include "base/clock.h"
#include "tools/load/report.h"
#include "tools/load/responder_modes.h"
#include "tools/load/result.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* ---- selftest.c: rows ---- */

struct row {
    char name[8], what[96], measured[256], bound[128];
    bool passed, skipped;
    double others;            /* CPUs that something else used meanwhile */
};
#define ROWS_MAX 64

struct selftest {
    const char *quernd;       /* the server's program; NULL: there is none */
    const char *load;         /* the load generator that is put to the test, with its first words; NULL: this program */
    const char *only;         /* "V1,V7"; NULL: all */
    const char *json_path;
    const char *labels[16];   /* "commit=abc" */
    int labels_n;
    bool quick, longer;
    uint64_t started_wall_ns;
    char self[PATH_MAX];      /* this program */
    char dir[64];             /* for children's reports and words; gone at the end */
    struct row rows[ROWS_MAX];
    int rows_n;
};

/* A new row, not passed yet. */
struct row *row_new(struct selftest *t, const char *name, const char *what);
void row_measured(struct row *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
void row_bound(struct row *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* It could not be tried: why. Counts as failed. */
void row_broken(struct row *r, const char *why);
/* A program is not installed. */
void row_skip(struct row *r, const char *program, const char *package);

/* ---- selftest_json.c ---- */
/* The rows, and when and where they came about. 0 or -errno. */
int selftest_json(const struct selftest *t);

/* ---- selftest_quiet.c: what else ran on this machine ---- */

#define OTHERS_MAX 0.10       /* of a CPU; with more, times say little */

struct quiet {
    uint64_t at_ns, others_ns;
};
/* server: 0, or a child with one thread that runs on until the other end. */
void quiet_begin(struct quiet *q, pid_t server);
/* How many CPUs something used since then that is not us, nor a child that has ended, nor the server. */
double quiet_end(const struct quiet *q, pid_t server);

/* ---- selftest_child.c: processes ---- */

struct child {
    pid_t pid;                /* 0: none */
    int pidfd;
    int ready;                /* what it says, as long as we wait for its ready line; -1: goes to out_path */
    char out_path[128];
};

/* args: words with one blank between; program first. cpu -1: any. name: of the file that takes what it says; NULL: it is a server,
 * whose ready line is waited for. 0 or -errno. */
int child_start(struct selftest *t, struct child *c, const char *args, int cpu, const char *name);
/* The port from "… listening on 127.0.0.1:PORT". 0; -ETIMEDOUT; -ECHILD: it ended. */
int child_ready(struct child *c, uint64_t within_ns, uint16_t *port);
/* Its exit code; 128 + n after a signal; -ETIMEDOUT after limit_ns, when it has been killed. */
int child_wait(struct child *c, uint64_t limit_ns);
/* SIGTERM, after a while SIGKILL. Also of one that has ended, or never was. */
void child_end(struct child *c);
/* What it has said, from malloc; "" if nothing. */
char *child_words(const struct child *c);
void selftest_sleep_until(uint64_t mono_ns);

/* ---- selftest_server.c: what is loaded, and what it says about that ---- */

struct target {
    struct child child;
    uint16_t port;
};

/* args: options and modes. 0 or -errno. */
int target_responder(struct selftest *t, struct target *s, const char *args);
/* -ENOENT: there is no quernd. */
int target_quernd(struct selftest *t, struct target *s, const char *args);
void target_end(struct target *s);

/* A responder's counts. */
struct truth {
    uint64_t requests, answered, pending, given_up, open, faults[FAULTS];
    struct hist chosen, actual;
};
int target_truth(const struct target *s, struct truth *out); /* 0 or -errno */
void truth_deinit(struct truth *truth);
/* A metric of quernd's; -1: it does not say. */
int64_t target_metric(const struct target *s, const char *name);

/* ---- selftest_load.c: load generators ---- */

/* A run of our own. */
struct load {
    struct child child;
    struct result result;
    int exit_code;
    char json_path[128];
    const char *why; /* when there is no result */
};

/* args: as on the command line, without URL and outputs; on processor 1. */
int load_start(struct selftest *t, struct load *l, const struct target *s, const char *args);
/* Reads its report. 0, or -errno with l->why. */
int load_finish(struct load *l, uint64_t limit_ns);
int load_run(struct selftest *t, struct load *l, const struct target *s, const char *args, uint64_t limit_ns);
void load_deinit(struct load *l);
/* Sum of all errors but those of this kind (ERROR_KINDS: of all). */
uint64_t load_other_errors(const struct load *l, enum error_kind kind);

/* What another load generator says. */
struct peer_words {
    double per_s;         /* 0: nothing */
    double p50_ns;        /* 0: it does not say, as the next */
    double mean_ns, max_ns;
    char latency[128];    /* its percentiles, in its own words */
    char errors[128];
};
/* selftest_words.c: of wrk, or of h2load. */
void peer_words_read(const char *text, struct peer_words *out);
bool program_is_installed(const char *name);
/* args: "wrk …", "h2load …" without the URL. */
int peer_start(struct selftest *t, struct child *c, const struct target *s, const char *args);
int peer_finish(struct child *c, uint64_t limit_ns, struct peer_words *out);

/* ---- subjects ---- */
void selftest_delay(struct selftest *t); /* V1 */
void selftest_wrk(struct selftest *t); /* V2 */
void selftest_h2load(struct selftest *t); /* V3 */
void selftest_freeze(struct selftest *t); /* V6 */
void selftest_hang(struct selftest *t); /* V7 */
void selftest_wrong(struct selftest *t); /* V8 */
void selftest_count(struct selftest *t); /* V10 */
void selftest_overload(struct selftest *t); /* V11 */
void selftest_crowd(struct selftest *t); /* V12 */

#endif
