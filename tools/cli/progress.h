/* progress.h: one line on a terminal that changes in place, on stderr. Nothing is shown where stderr is no terminal. Main thread. */
#ifndef QUERN_CLI_PROGRESS_H
#define QUERN_CLI_PROGRESS_H

#include <stdbool.h>

/* quiet: never show anything. */
void progress_init(bool quiet);
bool progress_is_shown(void);
/* Replaces the line. */
void progress_show(const char *format, ...) __attribute__((format(printf, 1, 2)));
void progress_clear(void);

#endif
