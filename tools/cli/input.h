/* input.h: what a command reads: FILE, "-" or nothing. Main thread. */
#ifndef QUERN_CLI_INPUT_H
#define QUERN_CLI_INPUT_H

#include "base/buf.h"

/* Opens name for reading; "-" is stdin. The descriptor, or -1, said. */
int input_open(const char *name);
void input_close(int fd);
/* Bytes from where fd stands to its end; -1: not known before they have been read. */
int64_t input_bytes(int fd);
/* All of it into b. 0 or an exit code, said; EXIT_USAGE also when there is more than b takes. */
int input_read(int fd, const char *name, struct buf *b);
/* The arguments of a job in the file called name (NULL: none): JSON text of an array inside *b; empty without a file. 0 or an exit
 * code, said. */
int input_args(const char *name, struct buf *b, struct slice *args);

#endif
