/* blob_check.h: a journal and its files of payloads, looked at while nobody writes them. Any thread. */
#ifndef QUERN_JOBS_BLOB_CHECK_H
#define QUERN_JOBS_BLOB_CHECK_H

#include <stdint.h>
#include <stdio.h>

struct files;

/* As journal_check, and reads every file that a job still names: a line for each that is missing or is not what was written, and how many
 * there are. 0; -EBADMSG: also where one of them is lost, which a start would take; other errors as journal_check. */
int blob_check(struct files *files, const char *path, uint32_t engine, FILE *out);

#endif
