/* wrong_abi.c: built for a server of another time. */
#include "bad.h"

const struct quern_plugin quern_plugin = {QUERN_ABI + 41, "wrong_abi", "1", bad_types, 1, NULL};
