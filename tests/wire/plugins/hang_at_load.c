/* hang_at_load.c: start() never returns. */
#include "bad.h"

#include <unistd.h>

static int hang(void)
{
    for (;;) (void)pause();
    return 0; /* unreachable */
}

const struct quern_plugin quern_plugin = {QUERN_ABI, "hang_at_load", "1", bad_types, 1, hang};
