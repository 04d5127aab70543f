/* Any bytes as the filter of a bulk request. Nothing crashes; what is read is within bounds, what is refused has a reason, and the same text
 * says the same twice. */
#include "api/ojs_filter.h"
#include "base/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_filter(const struct ojs_filter *f, uint32_t n)
{
    assert(n <= JSON_MEMBERS_MAX && f->states < 1u << JOB_STATES);
    assert(memchr(f->queue, 0, sizeof f->queue) && memchr(f->type, 0, sizeof f->type));
    assert(f->has_priority || f->priority == 0);
    assert(f->priority >= JOB_PRIORITY_MIN && f->priority <= JOB_PRIORITY_MAX);
    assert(!f->queue[0] || ojs_is_queue_name(slice_str(f->queue)));
    bool is_any = !f->states && !f->has_priority && !f->queue[0] && !f->type[0] && !f->type_is_prefix;
    bool is_ever = !f->created_from_ns && !f->created_to_ns && !f->enqueued_from_ns && !f->enqueued_to_ns;
    assert(n > 0 || (is_any && is_ever)); /* who says nothing means everything, and is refused for that */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ojs_filter first, again;
    struct ojs_problem why = {0}, why_again = {0};
    struct json_value object;
    uint32_t n = 0, n_again = 0;
    size_t at;
    if (json_check(slice_make(data, size), &object, &at) != JSON_OK || object.kind != JSON_OBJECT) return 0;
    bool is_fine = ojs_filter_of_object(object, &first, &n, &why);
    bool is_fine_again = ojs_filter_of_object(object, &again, &n_again, &why_again);
    assert(is_fine == is_fine_again && n == n_again);
    if (is_fine) {
        check_filter(&first, n);
        assert(strcmp(first.queue, again.queue) == 0 && strcmp(first.type, again.type) == 0 && first.states == again.states);
    } else {
        assert(why.status >= 400 && why.message[0] && memchr(why.message, 0, sizeof why.message) &&
               memchr(why.field, 0, sizeof why.field));
        assert(strcmp(why.message, why_again.message) == 0);
    }
    return 0;
}
