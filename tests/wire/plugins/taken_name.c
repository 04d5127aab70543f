/* taken_name.c: a job type that every server has already. */
#include "bad.h"

static const struct quern_type types[] = {{.name = "echo", .run = bad_run}};
const struct quern_plugin quern_plugin = {QUERN_ABI, "taken_name", "1", types, 1, NULL};
