/* The text of an error: what a worker sent is kept as it came, and what is missing is added. */
#include "base/clock.h"
#include "base/json.h"
#include "jobs/failure.h"

#include <criterion/criterion.h>

#define WALL_NS (UINT64_C(1760000000) * NS_PER_S)
#define TIME "\"2025-10-09T08:53:20.000Z\""

static void expect_text(const struct failure *f, const char *expected)
{
    struct block_budget budget;
    struct json_value value;
    size_t at;
    block_budget_init(&budget, 1 << 20, -1);
    struct block *b = failure_text(&budget, f);
    cr_assert(b);
    cr_expect(slice_eq(block_slice(b), slice_str(expected)), "%.*s", SLICE_ARG(block_slice(b)));
    cr_expect_eq(json_check(block_slice(b), &value, &at), JSON_OK);
    block_unref(b);
    cr_expect_eq(atomic_load(&budget.used), 0);
}

Test(jobs_failure, object_is_completed)
{
    struct failure f = {
        .object = SLICE("{\"code\":\"bad\", \"message\":\"x\"}"), .code = SLICE("bad"), .attempt = 2, .wall_ns = WALL_NS};
    expect_text(&f, "{\"code\":\"bad\", \"message\":\"x\",\"type\":\"bad\",\"attempt\":2,\"occurred_at\":" TIME "}");
}

Test(jobs_failure, what_the_worker_said_stands)
{
    struct failure f = {.object = SLICE("{\"type\":\"a.b\",\"attempt\":7,\"occurred_at\":null}"),
                        .code = SLICE("c"),
                        .attempt = 2,
                        .wall_ns = WALL_NS};
    expect_text(&f, "{\"type\":\"a.b\",\"attempt\":7,\"occurred_at\":null}");
}

Test(jobs_failure, empty_object)
{
    struct failure f = {.object = SLICE("{ }"), .attempt = 1, .wall_ns = WALL_NS};
    expect_text(&f, "{ \"attempt\":1,\"occurred_at\":" TIME "}");
}

Test(jobs_failure, without_an_object)
{
    struct failure f = failure_of_timeout();
    f.attempt = 3;
    f.wall_ns = WALL_NS;
    expect_text(&f, "{\"code\":\"timeout\",\"type\":\"timeout\",\"message\":\"the time limit has passed\","
                    "\"retryable\":true,\"attempt\":3,\"occurred_at\":" TIME "}");
}

Test(jobs_failure, the_worst_strings_fit)
{
    char code[64], message[400];
    struct block_budget budget;
    memset(code, 1, sizeof code);
    memset(message, 1, sizeof message);
    struct failure f = {.code = slice_make(code, sizeof code),
                        .message = slice_make(message, sizeof message),
                        .attempt = UINT32_MAX,
                        .wall_ns = WALL_NS};
    block_budget_init(&budget, 1 << 20, -1);
    struct block *b = failure_text(&budget, &f);
    cr_assert(b);
    cr_assert_gt(b->len, 6 * (2 * sizeof code + sizeof message));
    block_unref(b);
}
