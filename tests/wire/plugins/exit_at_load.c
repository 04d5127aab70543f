/* exit_at_load.c: start() ends the process, as if all were well. */
#include "bad.h"

#include <stdlib.h>

static int leave(void)
{
    exit(0);
}

const struct quern_plugin quern_plugin = {QUERN_ABI, "exit_at_load", "1", bad_types, 1, leave};
