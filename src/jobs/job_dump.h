/* job_dump.h: a job's record as one line of text, for operators. */
#ifndef QUERN_JOBS_JOB_DUMP_H
#define QUERN_JOBS_JOB_DUMP_H

#include <stdio.h>

struct journal_record;

/* As journal_dump() calls it; arg is not used. */
void job_dump(void *arg, FILE *out, const struct journal_record *record);

#endif
