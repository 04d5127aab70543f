/* outliving.c: job types for the tests of calls that outlive their wait: handlers that end when they are told to or after a time, and
 * two that run on a shard's own thread: one says which it is, one holds it up. A file ends them too (wire_release). */
#include <quern/quern.h>

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static _Atomic long n_begun, n_stopped;

static long now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool is_released(void)
{
    return access("released", F_OK) == 0;
}

static int answer(struct quern_job *job, const void *bytes, size_t len)
{
    quern_result_type(job, "text/plain");
    return quern_result_copy(job, bytes, len) == 0 ? QUERN_OK : quern_fail(job, "out_of_memory", "no memory");
}

/* False: it was told to stop. */
static bool lasts(struct quern_job *job)
{
    struct timespec step = {0, 1000000};
    (void)atomic_fetch_add(&n_begun, 1);
    for (long end = now_ms() + (long)quern_param_int(job, "ms"); now_ms() < end && !is_released(); (void)nanosleep(&step, NULL)) {
        if (!quern_cancelled(job)) continue;
        (void)atomic_fetch_add(&n_stopped, 1);
        return false;
    }
    return true;
}

static int last(struct quern_job *job)
{
    size_t len;
    if (!lasts(job)) return quern_fail(job, "stopped", "it was told to stop");
    const void *input = quern_input(job, &len);
    return answer(job, input, len);
}

static int fail(struct quern_job *job)
{
    if (!lasts(job)) return quern_fail(job, "stopped", "it was told to stop");
    return quern_fail(job, "bad_row", "row %d", 7);
}

static int counts(struct quern_job *job)
{
    char text[96];
    int len = snprintf(text, sizeof text, "{\"begun\":%ld,\"stopped\":%ld}", atomic_load(&n_begun), atomic_load(&n_stopped));
    return answer(job, text, (size_t)len);
}

static int where(struct quern_job *job)
{
    char name[16] = "";
    (void)prctl(PR_GET_NAME, name);
    return answer(job, name, strlen(name));
}

/* Until there is a file "let_go"; "holding" says that it has begun. */
static int hold_up(struct quern_job *job)
{
    struct timespec step = {0, 1000000};
    FILE *f = fopen("holding", "we");
    if (!f || fclose(f) != 0) return quern_fail(job, "no_file", "it cannot say that it holds");
    while (access("let_go", F_OK) < 0) (void)nanosleep(&step, NULL);
    return answer(job, "", 0);
}

static const struct quern_param ms_param[] = {
    {.name = "ms", .kind = QUERN_INT, .fallback = "60000", .min = 0, .max = 600000},
};

static const struct quern_type types[] = {
    {.name = "out.last", .run = last, .params = ms_param, .n_params = 1, .run_limit_ms = 600000},
    {.name = "out.place", .run = last, .params = ms_param, .n_params = 1, .run_limit_ms = 600000},
    {.name = "out.fail", .run = fail, .params = ms_param, .n_params = 1, .run_limit_ms = 600000},
    {.name = "out.brief", .run = last, .params = ms_param, .n_params = 1, .run_limit_ms = 2000},
    {.name = "out.counts", .run = counts, .flags = QUERN_INLINE},
    {.name = "out.where", .run = where, .flags = QUERN_INLINE},
    {.name = "out.hold_up", .run = hold_up, .flags = QUERN_INLINE},
};

const struct quern_plugin quern_plugin = {
    .abi = QUERN_ABI, .name = "outliving", .version = "1.0", .types = types, .n_types = sizeof types / sizeof *types};
