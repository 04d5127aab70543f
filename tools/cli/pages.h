/* pages.h: lists that a server gives in pages (ojs-http-binding §17). Main thread. */
#ifndef QUERN_CLI_PAGES_H
#define QUERN_CLI_PAGES_H

#include "tools/cli/client.h"

/* Calls one() for every element of the arrays called list in the pages of path, until it returns an exit code. path has a query
 * already ("?limit=50"). max: so many elements at most; 0: all. 0 or an exit code, said. is_missing: set
 * where the server has no such list (404, 405), which is then no failure; NULL: it is one. */
int pages_each(struct client *c, const char *path, const char *list, uint64_t max, int (*one)(void *arg, struct json_value v),
               void *arg, bool *is_missing);

#endif
