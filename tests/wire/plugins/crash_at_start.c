/* crash_at_start.c: loads well and dies of a signal in start(). */
#include "bad.h"

#include <signal.h>

static int crash(void)
{
    (void)signal(SIGABRT, SIG_DFL);
    return raise(SIGABRT);
}

const struct quern_plugin quern_plugin = {QUERN_ABI, "crash_at_start", "1", bad_types, 1, crash};
