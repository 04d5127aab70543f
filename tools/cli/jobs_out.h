/* jobs_out.h: jobs as people and programs see them. Main thread. */
#ifndef QUERN_CLI_JOBS_OUT_H
#define QUERN_CLI_JOBS_OUT_H

#include "tools/cli/client.h"
#include "tools/cli/rows.h"

/* Jobs that come one after the other: as JSON each on its line at once, with --quiet just its id, else as a table at the end. */
struct jobs_out {
    struct client *client;
    struct rows rows;
    bool is_detailed; /* a table has all members of the one job that there is */
};

void jobs_out_init(struct jobs_out *out, struct client *c, bool is_detailed);
void jobs_out_add(struct jobs_out *out, struct json_value job);
/* Prints what is left, and ends. An exit code. */
int jobs_out_end(struct jobs_out *out);

/* The code for a job in its last state; 0 for one that is not there yet. */
int job_exit_code(struct json_value job);
bool job_has_ended(struct json_value job);

#endif
