/* run_spec.h: where a job type runs if not in a thread, and what it may use there. From the configuration; constant. */
#ifndef QUERN_WORKERS_RUN_SPEC_H
#define QUERN_WORKERS_RUN_SPEC_H

#include <stdbool.h>
#include <stdint.h>

#define RUN_PLACES_MAX 64          /* of one type */
#define RUN_KILL_AFTER_MS 5000     /* default */
#define RUN_IDLE_MS 60000          /* default */
#define RUN_RESULT_MAX (UINT64_C(64) << 20) /* default */

enum run_kind {
    RUN_THREAD,  /* in the pool of threads: a spec says nothing more */
    RUN_PROCESS, /* the plugin's handler in a child process that runs task after task */
    RUN_COMMAND, /* any program, a process for each task */
};

struct run_spec {
    enum run_kind kind;
    uint32_t places;        /* tasks at once */
    uint32_t places_min;    /* of a process: children that are always there */
    uint32_t idle_ms;       /* of a process: so long a child above these may have nothing to do */
    uint32_t kill_after_ms; /* between SIGTERM and SIGKILL */
    uint64_t result_max;    /* bytes */
    /* 0: no limit. */
    uint32_t cpu_max_s;     /* CPU seconds of one task */
    uint64_t memory_max;    /* bytes of address space; of a process: beyond what it has before its first task */
    uint32_t files_max;     /* open files; 0: RUN_FILES_MAX */
    uint64_t group_memory;  /* bytes of a place's control group (cgroup.h): of the child and of all that it starts */
    uint32_t group_cpu;     /* % of one CPU, of the same */
    uint32_t group_pids;    /* processes and threads, of the same */
    bool sandbox;           /* no network, no ptrace, a process also no exec */
    /* Of a command. */
    const char *const *argv; /* ends with NULL; argv[0] is an absolute path */
    const char *result_type; /* media type; NULL: application/octet-stream */
};
#define RUN_FILES_MAX 256

#endif
