/* secret.h: a password, typed without being shown. Main thread. */
#ifndef QUERN_CLI_SECRET_H
#define QUERN_CLI_SECRET_H

#include "base/slice.h"

#define SECRET_ROOM 512

/* From the terminal, twice, without echo; where stdin is none, its first line. Never from the command line or the environment, which
 * others can see. *len bytes of text; the caller wipes it. 0 or an exit code, said. */
int secret_read(const char *what, char text[SECRET_ROOM], size_t *len);

#endif
