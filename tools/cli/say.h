/* say.h: sentences for people, on stderr, one line each. Main thread. */
#ifndef QUERN_CLI_SAY_H
#define QUERN_CLI_SAY_H

#include "base/slice.h"

/* "quern: " and the sentence. Control characters in it, which a server may have sent, become '?'. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Replaces control characters (C0, DEL, and C1 in UTF-8) in place, so that no terminal obeys them. */
void say_clean(char *text, size_t len);

#endif
