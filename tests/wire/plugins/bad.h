/* bad.h: a job type for plugins that never get as far as running it. */
#ifndef QUERN_TESTS_WIRE_PLUGINS_BAD_H
#define QUERN_TESTS_WIRE_PLUGINS_BAD_H

#include <quern/quern.h>

static inline int bad_run(struct quern_job *job)
{
    return quern_fail(job, "unreachable", "this plugin must not have been loaded");
}

static const struct quern_type bad_types[] = {{.name = "test.bad", .run = bad_run}};

#endif
