/* Any bytes as a job's envelope: what is taken keeps the limits that it promises, and what is refused has a sentence. */
#include "api/ojs_spec.h"
#include "base/check.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_within(struct slice part, const char *from, size_t len)
{
    return part.len == 0 || (part.p >= from && part.p + part.len <= from + len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json_value envelope;
    struct job_spec spec = {.priority = 0};
    struct ojs_problem why = {.status = 0};
    size_t at;
    char *copy = malloc(size + 1);
    if (!copy) return 0;
    memcpy(copy, data, size);
    if (json_check(slice_make(copy, size), &envelope, &at) == JSON_OK && envelope.kind == JSON_OBJECT) {
        if (ojs_spec_read(envelope, UINT64_C(1700000000000000000), &spec, &why)) {
            assert(spec.type.len > 0 && spec.queue.len > 0);
            assert(is_within(spec.type, copy, size));
            assert(!spec.envelope);
        } else {
            assert(why.status >= 400 && why.status < 500);
        }
    }
    free(copy);
    return 0;
}
