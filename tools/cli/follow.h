/* follow.h: waiting for a job's end by long polls. Main thread. */
#ifndef QUERN_CLI_FOLLOW_H
#define QUERN_CLI_FOLLOW_H

#include "tools/cli/client.h"

/* Waits until job id has ended, or until_ns (monotonic; 0: no limit) or the client's deadline has come. 0 and *job, which lives until
 * the next question; EXIT_LATE or another exit code, said: then job->text.p is NULL unless its last state is known. On a terminal it shows how far the job is. */
int follow(struct client *c, const char *id, uint64_t until_ns, struct json_value *job);
/* {"job": {…}} of an answer. 0 or an exit code, said. */
int follow_job(struct client *c, struct json_value *job);
/* --wait as a monotonic time; 0: no limit. */
uint64_t follow_until(const struct client *c);

#endif
