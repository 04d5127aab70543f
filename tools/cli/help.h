/* help.h: what --help prints, made from the tables of commands.h. Main thread. */
#ifndef QUERN_CLI_HELP_H
#define QUERN_CLI_HELP_H

#include "tools/cli/commands.h"

/* Of one command; COMMAND_NONE: of the program. */
void help_print(enum command_id id);
void help_print_version(void);

#endif
