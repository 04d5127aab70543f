/* queue_rows.h: the server's queues, printed. Main thread. */
#ifndef QUERN_CLI_QUEUE_ROWS_H
#define QUERN_CLI_QUEUE_ROWS_H

#include "tools/cli/client.h"

/* All queues, or the one called name. 0 or an exit code, said; EXIT_REFUSED: there is none of that name. */
int queue_rows_print(struct client *c, const char *name, bool as_json);

#endif
