/* token.h: tokens (RFC 9110 §5.6.2). Pure: any thread. */
#ifndef QUERN_BASE_TOKEN_H
#define QUERN_BASE_TOKEN_H

#include "base/slice.h"

bool token_byte(char c); /* tchar */
bool token_ok(struct slice s); /* at least one byte, all of them tchar */

#endif
