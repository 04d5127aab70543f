/* no_types.c: a plugin without job types. */
#include "bad.h"

const struct quern_plugin quern_plugin = {QUERN_ABI, "no_types", "1", bad_types, 0, NULL};
