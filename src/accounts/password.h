/* password.h: passwords as they are stored: Argon2id in the PHC form ("$argon2id$v=19$m=19456,t=2,p=1$salt$hash"). Pure functions; any
 * thread, but one evaluation takes 19 MiB of memory and tens of milliseconds: never a ring's thread. */
#ifndef QUERN_ACCOUNTS_PASSWORD_H
#define QUERN_ACCOUNTS_PASSWORD_H

#include "base/slice.h"

#define PASSWORD_MAX 256      /* bytes of a password */
#define PASSWORD_HASH_MAX 256 /* of the stored form, with its NUL */

/* What new ones get, and the least that is taken (OWASP: 19 MiB, two passes). */
#define PASSWORD_MEMORY_KIB 19456u
#define PASSWORD_PASSES 2u

enum password_form {
    PASSWORD_GOOD,
    PASSWORD_WEAK, /* sound, but with less memory or fewer passes than new ones get: should be made anew */
    PASSWORD_BAD   /* not the PHC form of Argon2id; or parameters that would take more than 256 MiB or 16 passes */
};
/* What a stored text is. Its parameters alone, no evaluation. */
enum password_form password_form(const char *stored);
/* True: the password is the one. stored is not PASSWORD_BAD. In constant time as far as the password goes. */
bool password_matches(const char *stored, struct slice password);
/* 0, or -ENOMEM. */
int password_hash(struct slice password, char out[PASSWORD_HASH_MAX]);

#endif
