/* How long a retry waits, and which errors are not retried: the numbers of ojs-retry §3 to §6. */
#include "base/clock.h"
#include "base/random.h"
#include "jobs/retry.h"

#include <criterion/criterion.h>

static struct retry_policy policy_of(enum job_backoff backoff, uint32_t initial_ms, float coefficient, uint32_t max_ms)
{
    struct retry_policy p = retry_policy_default();
    p.backoff = (uint8_t)backoff;
    p.initial_ms = initial_ms;
    p.coefficient = coefficient;
    p.max_ms = max_ms;
    p.jitter = false;
    return p;
}

static void check_delays(struct retry_policy p, const uint32_t *seconds, uint32_t n)
{
    struct random random;
    random_seed(&random, 1);
    for (uint32_t retry = 1; retry <= n; retry++)
        cr_expect_eq(retry_delay_ns(&p, retry, &random), seconds[retry - 1] * NS_PER_S, "retry %u", retry);
}

Test(jobs_retry, exponential)
{
    static const uint32_t seconds[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300};
    check_delays(policy_of(BACKOFF_EXPONENTIAL, 1000, 2, 300000), seconds, 11);
}

Test(jobs_retry, exponential_overflow_is_capped)
{
    struct retry_policy p = policy_of(BACKOFF_EXPONENTIAL, 1000, 1000, 300000);
    struct random random;
    random_seed(&random, 1);
    cr_expect_eq(retry_delay_ns(&p, UINT32_MAX, &random), 300 * NS_PER_S);
}

Test(jobs_retry, coefficient_one_is_constant)
{
    static const uint32_t seconds[] = {5, 5, 5};
    check_delays(policy_of(BACKOFF_EXPONENTIAL, 5000, 1, 300000), seconds, 3);
}

Test(jobs_retry, linear)
{
    static const uint32_t seconds[] = {5, 10, 15, 20};
    check_delays(policy_of(BACKOFF_LINEAR, 5000, 2, 300000), seconds, 4);
}

Test(jobs_retry, constant)
{
    static const uint32_t seconds[] = {5, 5, 5, 5};
    check_delays(policy_of(BACKOFF_CONSTANT, 5000, 2, 300000), seconds, 4);
}

Test(jobs_retry, polynomial)
{
    static const uint32_t seconds[] = {1, 16, 81, 256, 300};
    check_delays(policy_of(BACKOFF_POLYNOMIAL, 1000, 4, 300000), seconds, 5);
}

/* §5.2 and the second cap of §5.3. */
Test(jobs_retry, jitter_stays_within_its_bounds)
{
    struct retry_policy p = policy_of(BACKOFF_EXPONENTIAL, 10000, 2, 300000);
    struct random random;
    random_seed(&random, 7);
    p.jitter = true;
    for (uint32_t retry = 1; retry <= 8; retry++) {
        uint64_t full =
            retry_delay_ns(&(struct retry_policy){.initial_ms = 10000, .max_ms = 300000, .coefficient = 2}, retry, &random);
        uint64_t low = UINT64_MAX, high = 0, max = full * 3 / 2 < 300 * NS_PER_S ? full * 3 / 2 : 300 * NS_PER_S;
        for (int i = 0; i < 2000; i++) {
            uint64_t delay = retry_delay_ns(&p, retry, &random);
            if (delay < low) low = delay;
            if (delay > high) high = delay;
        }
        cr_expect_geq(low, full / 2);
        cr_expect_leq(high, max);
        cr_expect_lt(low, full * 6 / 10); /* it does spread */
        cr_expect_gt(high, max * 9 / 10);
    }
}

static bool refused(const char *list, const char *type, const char *code)
{
    struct retry_policy p = {.non_retryable = slice_str(list)};
    return retry_is_refused(&p, slice_str(type), slice_str(code));
}

/* The examples of §6.2. */
Test(jobs_retry, non_retryable_errors)
{
    static const char list[] = "[\"validation.payload_invalid\", \"auth.*\"]";
    cr_expect(refused(list, "validation.payload_invalid", ""));
    cr_expect_not(refused(list, "validation.schema_error", ""));
    cr_expect(refused(list, "auth.token_expired", ""));
    cr_expect(refused(list, "auth.forbidden", ""));
    cr_expect_not(refused(list, "auth", ""));
    cr_expect_not(refused(list, "external.auth.failure", ""));
    cr_expect(refused(list, "", "auth.forbidden"));
    cr_expect_not(refused(list, "", ""));
    cr_expect_not(refused("[]", "auth.forbidden", ""));
    cr_expect_not(refused("", "auth.forbidden", ""));
    cr_expect(refused("[\"\\u0061uth.x\"]", "auth.x", ""));
    cr_expect_not(refused("[\"*\"]", "anything", ""));
}

Test(jobs_retry, final_codes)
{
    cr_expect(retry_code_is_final(SLICE("DISCARD")));
    cr_expect(retry_code_is_final(SLICE("DEAD_LETTER")));
    cr_expect(retry_code_is_final(SLICE("FAIL")));
    cr_expect_not(retry_code_is_final(SLICE("RETRY")));
    cr_expect_not(retry_code_is_final(SLICE("")));
}

Test(jobs_retry, defaults)
{
    struct retry_policy p = retry_policy_default();
    cr_expect_eq(p.max_attempts, 3);
    cr_expect_eq(p.initial_ms, 1000);
    cr_expect_eq(p.max_ms, 300000);
    cr_expect(p.jitter);
    cr_expect_eq(p.backoff, BACKOFF_EXPONENTIAL);
}
