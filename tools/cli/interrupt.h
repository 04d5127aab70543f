/* interrupt.h: Ctrl-C and SIGTERM are noticed wherever the program waits, so that it can tidy up: half a file, a line on the
 * terminal, a connection. The second one ends it at once. Main thread. */
#ifndef QUERN_CLI_INTERRUPT_H
#define QUERN_CLI_INTERRUPT_H

#include <stdbool.h>
#include <stdint.h>

/* Also ignores SIGPIPE: a reader that went away is an EPIPE. 0 or -errno. */
int interrupt_init(void);
bool interrupt_seen(void);
/* Readable from then on. */
int interrupt_fd(void);
/* False when interrupted before the time was over. */
bool interrupt_sleep(uint64_t ns);
/* Ends the program by the signal that was seen, as a shell expects. */
_Noreturn void interrupt_leave(void);
/* Ends it by SIGPIPE, as a program that does not mind it would have ended. */
_Noreturn void interrupt_broken_pipe(void);

#endif
