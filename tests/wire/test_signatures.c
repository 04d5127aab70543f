/* Signed requests and digests, by clients that share no code with the server: signatures.py. */
#include <criterion/criterion.h>
#include <stdlib.h>

/* It says itself what went wrong. */
static void expect_right(const char *command)
{
    int status = system(command);
    cr_assert_eq(status, 0, "%s", command);
}

Test(wire_signatures, signed_requests, .timeout = 300) { expect_right("exec python3 tests/wire/signatures.py SignedRequests"); }
Test(wire_signatures, wrong_ones, .timeout = 120) { expect_right("exec python3 tests/wire/signatures.py WrongSignatures"); }
Test(wire_signatures, digests, .timeout = 120) { expect_right("exec python3 tests/wire/signatures.py Digests"); }
