/* batch.h: many jobs from a file with one envelope per line. Main thread. */
#ifndef QUERN_CLI_BATCH_H
#define QUERN_CLI_BATCH_H

#include "tools/cli/client.h"

/* Submits the lines of --batch and reports each. An exit code: EXIT_REFUSED if a line was not submitted. */
int batch_submit(struct client *c);

#endif
