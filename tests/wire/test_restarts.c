/* Restarts that no client notices, seen from outside: restarts.py. */
#include <criterion/criterion.h>
#include <stdlib.h>

/* It says itself what went wrong. */
static void expect_right(const char *command)
{
    int status = system(command);
    cr_assert_eq(status, 0, "%s", command);
}

Test(wire_restarts, sockets_of_a_manager, .timeout = 200) { expect_right("exec python3 tests/wire/restarts.py Activation"); }
Test(wire_restarts, taken_over, .timeout = 300) { expect_right("exec python3 tests/wire/restarts.py TakeOver"); }
