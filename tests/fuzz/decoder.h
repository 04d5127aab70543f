/* decoder.h: any bytes as the input of a plugin's job type, run as the server runs it: it completes, or fails with a code of its own. For one target each;
 * the plugin stands beside the target in build/fuzz/plugins. */
#ifndef QUERN_TESTS_FUZZ_DECODER_H
#define QUERN_TESTS_FUZZ_DECODER_H

#include "base/check.h"
#include "workers/params.h"
#include "workers/plugin.h"
#include "workers/task.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline const struct job_type *decoder_type(const char *plugin, const char *type)
{
    static struct types types;
    char why[400];
    if (types.n == 0 && plugin_load(plugin, &types, why, sizeof why) < 0) {
        (void)fprintf(stderr, "%s: %s\n", plugin, why);
        abort();
    }
    const struct job_type *found = types_find(&types, slice_str(type));
    assert(found);
    return found;
}

/* params: names and values in turns, NULL at the end. */
static inline void decoder_run(const struct job_type *type, const char *const *params, const uint8_t *data, size_t size)
{
    static struct task t;
    struct block_budget budget;
    char why[160];
    memset(&t, 0, TASK_CLEAR_BYTES);
    block_budget_init(&budget, 64u << 20, -1);
    task_init(&t, &budget);
    t.type = type;
    t.input = block_new_resident(&budget, size ? size : 1);
    if (!t.input) abort();
    block_append(t.input, slice_make((const char *)data, size));
    for (; *params; params += 2) assert(params_add(&t, slice_str(params[0]), slice_str(params[1]), why));
    task_run(&t);
    assert(t.outcome == TASK_COMPLETED || (t.outcome == TASK_FAILED && t.fail_code[0] && t.fail_message[0]));
    task_deinit(&t);
}

#endif
