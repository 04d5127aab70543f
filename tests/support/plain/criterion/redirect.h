/* redirect.h: a stand-in for <criterion/redirect.h>: see criterion.h beside. What the test writes goes to a file in memory, and can be
 * read on from where the last reader stopped. */
#ifndef QUERN_TESTS_PLAIN_REDIRECT_H
#define QUERN_TESTS_PLAIN_REDIRECT_H

#include <stdio.h>

void cr_redirect_stdout(void);
void cr_redirect_stderr(void);
FILE *cr_get_redirected_stdout(void);
FILE *cr_get_redirected_stderr(void);

#endif
