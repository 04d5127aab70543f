/* job_lookup.h: asks the server what it knows of a job, one request after another on one blocking connection. For after the load;
 * the calling thread. */
#ifndef QUERN_LOAD_JOB_LOOKUP_H
#define QUERN_LOAD_JOB_LOOKUP_H

#include "tools/load/options.h"

enum job_fate { JOB_QUEUED, JOB_FINISHED, JOB_FAILED, JOB_MISSING, JOB_UNKNOWN };

struct job_lookup {
    const struct options *o;
    int fd; /* -1: not connected */
    bool given_up; /* it was away for too long, or kept us waiting once */
};

void job_lookup_open(struct job_lookup *l, const struct options *o);
/* JOB_UNKNOWN: the server does not answer, or not as it should. A server that refuses connections is waited for, WAIT_S once. */
enum job_fate job_lookup_state(struct job_lookup *l, const char *id);
void job_lookup_close(struct job_lookup *l);
/* Where the Open Job Spec's paths begin: the path of the URL, or "/ojs/v1" when that has none. Without a slash at the end. */
void job_api_base(const struct options *o, char *out, size_t room);

#endif
