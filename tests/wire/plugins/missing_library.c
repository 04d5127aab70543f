/* missing_library.c: needs a function that nobody has. */
#include "bad.h"

int quern_function_of_tomorrow(void);

static int start(void)
{
    return quern_function_of_tomorrow();
}

const struct quern_plugin quern_plugin = {QUERN_ABI, "missing_library", "1", bad_types, 1, start};
