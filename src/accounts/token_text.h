/* token_text.h: the form of an API token: qrn_<id>_<secret><check>. The id is 12 characters, the secret 32 random bytes, the check
 * a CRC32C of all that stands before it (big-endian), both in base64url: 43 and 6 characters. The prefix lets scanners for leaked secrets find it, the check
 * refuses what was mistyped before anybody looks it up. Pure functions; any thread. */
#ifndef QUERN_ACCOUNTS_TOKEN_TEXT_H
#define QUERN_ACCOUNTS_TOKEN_TEXT_H

#include "base/sha256.h"

#define TOKEN_ID_CHARS 12
#define TOKEN_SECRET_BYTES 32
#define TOKEN_TEXT_CHARS (4 + TOKEN_ID_CHARS + 1 + 43 + 6)

/* Begins with "qrn_": it wants to be one. */
bool token_text_looks(struct slice text);
/* Letters and digits of an id. */
bool token_id_ok(struct slice id);
/* Reads all of text: *id is a part of it, digest what is stored of its secret. False: it is no token. */
bool token_text_read(struct slice text, struct slice *id, uint8_t digest[SHA256_BYTES]);
/* Makes a new one from the kernel's random numbers. The caller wipes text. */
void token_text_make(char text[TOKEN_TEXT_CHARS], uint8_t digest[SHA256_BYTES]);

#endif
