/* options.h: what the command line asks for. Filled once by options_read(), read by every thread. Durations in ns, sizes in
 * bytes, rates per second. */
#ifndef QUERN_LOAD_OPTIONS_H
#define QUERN_LOAD_OPTIONS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QUERN_LOAD_VERSION "0.1.0"

enum arrival { ARRIVAL_CONST, ARRIVAL_POISSON, ARRIVAL_BURST, ARRIVAL_TRACE };
enum on_full { ON_FULL_QUEUE, ON_FULL_DROP };
enum recv_mode { RECV_MULTISHOT, RECV_POLL };
enum pick { PICK_LRU, PICK_MRU };
enum verify { VERIFY_FULL, VERIFY_SAMPLE, VERIFY_STATUS };
enum scenario_kind {
    SCENARIO_GET,
    SCENARIO_SUBMIT,
    SCENARIO_SUBMIT_WAIT,
    SCENARIO_SUBMIT_POLL,
    SCENARIO_WORKER,
    SCENARIO_SLOW_HEADER,
    SCENARIO_SLOW_BODY,
    SCENARIO_SLOW_READ,
    SCENARIO_IDLE_MASS,
    SCENARIO_CHURN,
    SCENARIO_RUN,
    SCENARIO_KINDS
};

/* 0, const:T, exp:T */
struct dist {
    enum { DIST_ZERO, DIST_CONST, DIST_EXP } kind;
    uint64_t mean_ns;
};

/* One stretch of --stages: a rate or a number of connections that goes from one value to another. */
struct stage {
    uint64_t length_ns;
    double from, to;
    bool connections;
};

/* --find-max EXPR: conditions joined by &&. */
struct condition {
    enum { COND_PERCENTILE, COND_ERRORS, COND_MEAN, COND_MAX, COND_CENSORED, COND_ERROR_RATE } what;
    double percent; /* COND_PERCENTILE */
    enum { CMP_LT, CMP_LE, CMP_EQ } compare;
    double bound; /* ns for times, a count, or a share for COND_ERROR_RATE */
};

/* A share of the connections with one scenario and its own rate (mix). */
struct group_options {
    enum scenario_kind scenario;
    double weight;      /* share of the connections and, unless rate is set, of the rate */
    double rate;        /* 0: from the weight */
    char name[32];      /* unique: scenario's name, with a number where it stands twice */
};
#define GROUPS_MAX 12
#define STAGES_MAX 64
#define CONDITIONS_MAX 8
#define HEADERS_MAX 32
#define LABELS_MAX 16
#define PORTS_MAX 64

struct options {
    /* target */
    const char *url;
    char host[256];            /* for the Host field: --host, else from the URL */
    char path[4096];           /* with query */
    struct sockaddr_in target; /* resolved */
    const char *unix_path;     /* --unix */
    uint16_t dst_ports[PORTS_MAX];
    int dst_ports_n;           /* at least 1 (the URL's) */

    /* load */
    uint32_t connections, threads, conns_per_ring; /* conns_per_ring 0: from RLIMIT_NOFILE */
    uint64_t duration_ns, warmup_ns, cooldown_ns, timeout_ns; /* timeout 0: none */
    uint64_t requests;         /* 0: by duration */
    double rate;               /* per second; 0: closed loop */
    enum arrival arrival;
    uint32_t burst;            /* ARRIVAL_BURST: requests at once */
    const char *trace_path;    /* ARRIVAL_TRACE: a file with one offset in seconds per line */
    uint64_t seed;
    enum on_full on_full;
    enum pick pick;
    struct stage stages[STAGES_MAX];
    int stages_n;
    struct condition find_max[CONDITIONS_MAX];
    int find_max_n;
    double sweep_from, sweep_to, sweep_step; /* sweep_step 0: no sweep */
    uint32_t pipeline;
    struct dist think;

    /* connections */
    in_addr_t *sources;        /* network order, ascending, each once; from malloc; sources_n 0: the kernel chooses */
    uint32_t sources_n;
    uint16_t port_first, port_last; /* 0: the kernel assigns unless sources are given (then 1024 to 65535) */
    double ramp_rate;          /* connects per second; 0: as fast as max_connecting allows */
    uint64_t ramp_ns;          /* or: reach the number in this time */
    uint32_t max_connecting;
    uint64_t hold_ns;
    double churn_rate;         /* connections closed and opened again per second */
    uint32_t reqs_per_conn;    /* 0: without limit */
    enum recv_mode recv_mode;
    bool nodelay, linger0;
    uint32_t rcvbuf, sndbuf;   /* 0: the system's */

    /* request */
    char method[24];
    const char *headers[HEADERS_MAX];
    int headers_n;
    const char *body;          /* not NUL-terminated in general; body_len bytes */
    size_t body_len;
    struct group_options groups[GROUPS_MAX];
    int groups_n;              /* at least 1 */
    uint32_t job_size;         /* bytes of a job's argument (submit…) */
    const char *job_type, *queue;
    struct dist work;          /* worker: how long it holds a job */
    double fail_share, vanish_share; /* worker */
    uint64_t poll_ns;
    bool poll_backoff;
    uint64_t drip_ns;
    uint32_t drip_bytes, announce; /* announce: Content-Length of slow-body */
    double active_share;       /* idle-mass: share of the connections that send per second; 0: by rate */

    /* checks */
    uint16_t expect_status[8];
    int expect_status_n;       /* 0: 200 to 299 */
    const char *expect_body;   /* "sha256:…", "substr:…", "json:PATH=VAL"; NULL: none */
    const char *echo_id; /* --echo-id[=FIELD]: the request field that the server gives back [X-Request-Id]; NULL: none */
    bool require_date;
    enum verify verify;
    uint32_t verify_every; /* VERIFY_SAMPLE: one in so many */
    uint64_t max_errors; /* 0: no limit */

    /* output */
    bool latency, quiet, tui;
    int fps;
    const char *json_path, *hlog_path, *hgrm_path, *csv_path, *html_path;
    int server_pid; /* 0: none */
    const char *labels[LABELS_MAX];
    int labels_n;
    int cpus[256];
    int cpus_n;
    uint64_t spin_ns;
    bool busy; /* never sleep in the kernel */
    char command_line[4096]; /* as typed, for the report */
};

/* What became of reading: go on, or exit with this code (0 after --help and --version, 1 after a mistake told on stderr). */
enum options_outcome { OPTIONS_RUN, OPTIONS_EXIT_OK, OPTIONS_EXIT_USAGE };
/* argv[0] is skipped. One sentence on stderr for a mistake, naming the option. */
enum options_outcome options_read(int argc, char **argv, struct options *o);
void options_deinit(struct options *o);
const char *scenario_name(enum scenario_kind kind);

#endif
