/* bad_name.c: a job type whose name does not fit the pattern. */
#include "bad.h"

static const struct quern_type types[] = {{.name = "Test.Bad", .run = bad_run}};
const struct quern_plugin quern_plugin = {QUERN_ABI, "bad_name", "1", types, 1, NULL};
