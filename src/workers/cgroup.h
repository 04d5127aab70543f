/* cgroup.h: a control group (version 2) for each place of a type that has such limits: memory, CPU and processes of the child and of all that
 * it starts. The groups stand in a folder that has been left to the server (systemd: Delegate=), which no process is in. Before any thread
 * exists, but for cgroup_enter. */
#ifndef QUERN_WORKERS_CGROUP_H
#define QUERN_WORKERS_CGROUP_H

#include "workers/types.h"

#define CGROUP_WHY_BYTES 512
#define CGROUP_PERIOD_US 100000u /* cpu.max: a place may use group_cpu % of this in each */
#define CGROUP_FILES 4u

/* A group's files of limits, open; -1: one that this kernel does not have, or that nobody asks for. */
struct cgroup_limits {
    int fds[CGROUP_FILES];
};

bool cgroup_has_limits(const struct run_spec *spec);
/* Whether the folder (NULL: none was named) takes groups with the limits of all types: their controllers are there, and are handed on to what
 * is made in it. 0 or -errno, and then why is one sentence. */
int cgroup_prepare(const char *folder, const struct types *types, char why[CGROUP_WHY_BYTES]);
/* The group of one place of a type with limits, which may be there from an earlier start, with limits of that. Returns the descriptor by which
 * a process goes in (cgroup_enter), the caller's to close; or -errno and why. */
int cgroup_make(const char *folder, const struct job_type *type, uint32_t place, char why[CGROUP_WHY_BYTES]);
/* What is left to do for limits then needs no rights; nothing is written yet. 0 or -errno and why. */
int cgroup_limits_open(const char *folder, const struct job_type *type, uint32_t place, struct cgroup_limits *out, char why[CGROUP_WHY_BYTES]);
/* Writes the limits of the type, and closes the files. 0 or -errno and why. */
int cgroup_limits_write(const char *folder, const struct job_type *type, uint32_t place, struct cgroup_limits *l, char why[CGROUP_WHY_BYTES]);
/* In the child: it is in the group from now on, or has ended. */
void cgroup_enter(int fd);
/* If nobody is in it any more. */
void cgroup_remove(const char *folder, const struct job_type *type, uint32_t place);

#endif
