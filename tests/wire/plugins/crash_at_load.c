/* crash_at_load.c: dies of a signal before the server has seen any of it. */
#include "bad.h"

#include <signal.h>

__attribute__((constructor)) static void crash(void)
{
    (void)signal(SIGSEGV, SIG_DFL); /* sanitizers would catch it and exit in good order */
    (void)raise(SIGSEGV);
}

const struct quern_plugin quern_plugin = {QUERN_ABI, "crash_at_load", "1", bad_types, 1, NULL};
