/* patience.c: the time-out that a test names is what a fast build takes at most on a machine of its own; a sanitizer's on a crowded one
 * takes ten times that. It ends a test that hangs, nothing else. (tests/support/plain/main.c has the same for its own tests.) */
#include <criterion/criterion.h>
#include <criterion/hooks.h>

#define TIMES 10

ReportHook(PRE_ALL)(struct criterion_test_set *all)
{
    FOREACH_SET(struct criterion_suite_set *suite, all->suites) {
        FOREACH_SET(struct criterion_test *test, suite->tests) test->data->timeout *= TIMES;
    }
}
