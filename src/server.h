/* server.h: builds workers and shards from a configuration, waits for signals, stops them. The calling thread. */
#ifndef QUERN_SERVER_H
#define QUERN_SERVER_H

#include "base/version.h"

#include <stdbool.h>

struct config;

/* Exit codes: other people's scripts rely on them. */
enum { EXIT_STOPPED = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* One line for whoever has typed the command: "quernd: ...". Returns EXIT_FAILED. */
__attribute__((format(printf, 1, 2))) int server_complain(const char *format, ...);
/* Serves until a signal ends it; SIGHUP has it read the configuration again, as argv says. Tells stderr what an operator must know. Returns an exit code. */
int server_run(const struct config *config, int argc, char **argv);
/* Reads a data folder offline and prints what a start would find; and each record. 0, or EXIT_FAILED: a start would refuse it. */
int server_check_journal(const char *folder, bool dump);
/* Only checks: plugins load, routes fit, addresses are well formed. */
int server_check(const struct config *config);

#endif
