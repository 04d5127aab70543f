/* watch.h: --watch: the same again and again. Main thread. */
#ifndef QUERN_CLI_WATCH_H
#define QUERN_CLI_WATCH_H

#include "tools/cli/client.h"

/* Calls show() once, or with --watch again and again, on a terminal always at its top, until it returns an exit code or the time of
 * --timeout is over, which is no failure then. */
int watch(struct client *c, int (*show)(struct client *c));
/* The same with a pause of its own. */
int watch_every(struct client *c, uint64_t pause_ns, int (*show)(struct client *c));

#endif
