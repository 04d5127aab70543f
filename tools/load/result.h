/* result.h: everything that a run has found out, in one place: made by the run (after its threads have ended), or read back
 * from a report; printed by report_*.c, weighed by verdict.c and compare.c. Durations in ns. */
#ifndef QUERN_LOAD_RESULT_H
#define QUERN_LOAD_RESULT_H

#include "tools/load/hist.h"
#include "tools/load/options.h"
#include <stdbool.h>
#include <stdint.h>

/* Counted per group. The names in reports: error_name(). */
enum error_kind {
    ERROR_CONNECT_REFUSED,
    ERROR_CONNECT_TIMEOUT,
    ERROR_CONNECT_RESET,
    ERROR_CONNECT_NO_ADDRESS, /* EADDRNOTAVAIL, EADDRINUSE: no local port left */
    ERROR_CONNECT_OTHER,
    ERROR_RESET,              /* while a request was under way */
    ERROR_CLOSED_EARLY,       /* the answer did not come, or ended in the middle */
    ERROR_EARLY_ANSWER,       /* answered before it was sent, and then the rest of it was not wanted */
    ERROR_SEND,
    ERROR_TIMEOUT,            /* --timeout ran out */
    ERROR_BAD_HEAD,           /* not an HTTP/1.x answer */
    ERROR_BAD_LENGTH,         /* more or fewer bytes than announced, a bad chunk, bytes after the answer */
    ERROR_STATUS,             /* not an expected one */
    ERROR_NO_DATE,
    ERROR_BODY,               /* --expect-body does not hold */
    ERROR_ID,                 /* another request's id came back */
    ERROR_JOB,                /* a job's state went backwards, its result does not match, a lease was given twice */
    ERROR_KINDS
};
const char *error_name(enum error_kind kind); /* "connect-refused", … */

/* HIST_LATENESS: sent - intended. HIST_LAG: the loader's own share of that, from intended until it looked at its plan; the rest is
 * the wait for a free connection. */
enum hist_kind {
    HIST_RESPONSE,
    HIST_SERVICE,
    HIST_LATENESS,
    HIST_LAG,
    HIST_TTFB,
    HIST_TOLERATED, /* how long the server put up with a slow client */
    HIST_LEASE, /* a worker's fetch that brought a job */
    HIST_POLL, /* a look at a job's state */
    HIST_CENSORED, /* ages of requests without an answer, and of slow clients that are still there */
    HIST_KINDS
};
const char *hist_name(enum hist_kind kind); /* "response", … */

struct error_count {
    uint64_t n;
    char first_example[160];
};

/* A scenario's own figures. */
struct group_result {
    char name[32], scenario[24];
    uint32_t connections;
    uint64_t issued, completed, censored, dropped, failed; /* due in the measured time; completed: with all checks passed */
    uint64_t in_time; /* answers that came in the measured time with all checks passed, whenever they were due */
    uint64_t queued_max; /* most requests that waited for a free connection */
    uint64_t bytes_in, bytes_out;
    struct hist hist[HIST_KINDS];
    struct error_count errors[ERROR_KINDS];
    uint64_t status[6]; /* answers by first digit; [0]: others */
    struct extra { /* what only this scenario counts: polls per job, leases, … */
        char name[32];
        uint64_t n;
    } extras[16];
    int extras_n;
};

/* Answers' latencies of one tick: 16 buckets per octave from 1 us (bucket 0: below) to 67 s. */
#define TICK_BUCKETS 417
uint32_t tick_bucket(uint64_t ns);
uint64_t tick_bucket_high_ns(uint32_t bucket);

/* One tick (100 ms) of the whole run, from the start of the ramp on. Counters are of this tick, gauges at its end. */
struct tick {
    uint64_t at_ns; /* end of the tick, since the start of the run */
    uint64_t due, issued, completed, errors; /* due: by the plan (open loop) */
    uint64_t p50_ns, p99_ns, max_ns;
    uint32_t open, connecting, busy, lost; /* connections by state */
    uint32_t queued;
    uint64_t late_max_ns;
    uint64_t loader_cpu_ns; /* of the tick */
    uint64_t server_cpu_ns, server_rss_bytes; /* 0 without --server-pid */
    uint64_t slab_bytes; /* the kernel's Slab */
    uint64_t steal_ns;
    uint32_t heat[48]; /* latencies of the tick: 2 buckets per octave from 1 us, for the heat map */
};

enum phase_kind { PHASE_RAMP, PHASE_HOLD, PHASE_WARMUP, PHASE_MEASURE, PHASE_COOLDOWN, PHASE_PROBE, PHASE_KINDS };
const char *phase_name(enum phase_kind kind);
struct phase {
    enum phase_kind kind;
    uint64_t start_ns, end_ns; /* since the start of the run */
};

/* One point of --sweep or one step of --find-max. */
struct point {
    double rate, achieved;
    uint64_t p50_ns, p90_ns, p99_ns, p999_ns, max_ns, errors, censored;
    bool met, valid, checks; /* checks: no answer failed one */
};

struct host {
    char kernel[128], cpu[128], clocksource[32], mitigations[256];
    uint32_t cpus;
    uint64_t memory_bytes, nofile_soft, nofile_hard;
    struct {
        char name[64], value[64];
    } sysctls[16];
    int sysctls_n;
};

/* Of the server's process over the measured time; all 0 without --server-pid. */
struct server_figures {
    int pid;
    char command[256];
    uint64_t cpu_ns, user_ns, system_ns, switches_voluntary, switches_involuntary;
    uint32_t threads, fds;
    uint64_t rss_before_bytes, rss_after_bytes; /* before the ramp, and after it */
    uint64_t slab_before_bytes, slab_after_bytes;
    uint64_t tcp_before_bytes, tcp_after_bytes; /* of the whole machine, as slabs and page tables are */
    uint64_t tables_before_bytes, tables_after_bytes;
    uint64_t rss_end_bytes; /* at the end of the measured time */
};

struct loader_figures {
    uint64_t cpu_ns, wall_ns; /* all threads, over the measured time */
    uint64_t bytes_per_connection; /* the loader's own memory, by sizes */
    uint64_t rss_bytes;
    uint64_t enters, cq_overflows, enobufs;
    uint32_t unpinned; /* threads that --cpu could not put where it says */
    uint64_t major_faults, steal_ns;
};

/* The ramp. */
struct ramp_figures {
    uint64_t opened, failed, length_ns, reopened, lost; /* lost: closed by the server while nothing was asked of it */
    double rate;
    struct hist connect;
};

/* The final probe of idle-mass: one request on each connection. */
struct probe_figures {
    uint64_t asked, answered, failed, length_ns;
};

/* What the queue says after a job scenario against what was submitted. */
struct conservation {
    bool checked, holds;
    uint64_t submitted, finished, failed, queued, doubled, missing, order_violations;
    char note[200];
};

struct verdict {
    bool valid;
    char reasons[16][160];
    int reasons_n;
    bool checks_passed; /* no answer failed a check, conservation holds */
    bool slo_met; /* --find-max: a rate was found */
};

struct result {
    const struct options *options; /* NULL when read back from a report */
    char version[64], command_line[4096];
    uint64_t seed;
    uint64_t started_wall_ns;
    char target[300], plan[64]; /* "http://127.0.0.1:8080/x", "closed", "const", … */
    double rate_asked; /* 0: closed loop */
    uint32_t connections, threads, rings;
    char verify[24];
    struct phase phases[PHASE_KINDS];
    int phases_n;
    uint64_t measured_ns; /* length of the measured time */
    struct group_result *groups; /* groups_n of them, then nothing; from calloc */
    int groups_n;
    struct group_result all; /* their sum */
    struct tick *ticks; /* from calloc */
    uint32_t ticks_n;
    struct point *points; /* sweep, find-max; from calloc */
    uint32_t points_n;
    double found_rate; /* --find-max; 0: none */
    bool found_limited; /* what stopped the search were invalid runs only: the server can do more */
    bool stopped_by_errors; /* --max-errors */
    struct host host;
    struct server_figures server;
    struct loader_figures loader;
    struct ramp_figures ramp;
    struct probe_figures probe;
    struct conservation conservation;
    struct verdict verdict;
    char labels[LABELS_MAX][64];
    int labels_n;
};

/* into += from: counts, histograms (both initialised alike), examples of errors that into has not seen. The names stay. */
void group_add(struct group_result *into, const struct group_result *from);
/* Only what a group that measures something else has in common with the others: connections, errors. */
void group_add_apart(struct group_result *into, const struct group_result *from);
/* Frees what it points to, histograms too; the options are not its own. Also of a struct that is all zero, or twice. */
void result_deinit(struct result *r);

#endif
