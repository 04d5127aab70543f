/* fail_start.c: start() says no. */
#include "bad.h"

static int refuse(void)
{
    return -1;
}

const struct quern_plugin quern_plugin = {QUERN_ABI, "fail_start", "1", bad_types, 1, refuse};
