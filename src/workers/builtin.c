/* builtin.c: the job types that every quern has: echo, sleep, burn. */
#include "workers/types.h"

#include "base/check.h"
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

/* The input, as it came. */
static int echo(struct quern_job *job)
{
    const char *type = quern_input_type(job);
    if (*type) quern_result_type(job, type);
    quern_result_input(job);
    return QUERN_OK;
}

#define STEP_NS (5 * NS_PER_MS) /* how long sleep and burn are deaf to a cancel */

static int sleep_ms(struct quern_job *job)
{
    uint64_t end = clock_now_ns() + (uint64_t)quern_param_int(job, "ms") * NS_PER_MS;
    for (uint64_t now; (now = clock_now_ns()) < end && !quern_cancelled(job);) {
        uint64_t left = end - now < STEP_NS ? end - now : STEP_NS;
        struct timespec ts = {.tv_sec = 0, .tv_nsec = (long)left};
        (void)nanosleep(&ts, NULL);
    }
    return QUERN_OK;
}

/* Spins until the thread has used that much CPU time. */
static int burn(struct quern_job *job)
{
    uint64_t start = clock_thread_cpu_ns(), steps = 0, used = 0;
    uint64_t wanted = (uint64_t)quern_param_int(job, "ms") * NS_PER_MS;
    volatile uint64_t x = 1;
    while (used < wanted && !quern_cancelled(job)) {
        for (int i = 0; i < 1000; i++) x = x * 6364136223846793005u + 1442695040888963407u;
        steps++;
        used = clock_thread_cpu_ns() - start;
        if (wanted) quern_progress(job, (double)used / (double)wanted);
    }
    char text[96];
    int n = snprintf(text, sizeof text, "{\"cpu_ms\":%.3f,\"steps\":%llu}\n", (double)used / 1e6,
                     (unsigned long long)steps * 1000);
    quern_result_type(job, "application/json");
    return quern_result_copy(job, text, (size_t)n) < 0 ? quern_fail(job, "out_of_memory", "No memory.") : QUERN_OK;
}

static const struct quern_param ms_param[] = {
    {.name = "ms", .kind = QUERN_INT, .about = "For how many milliseconds.", .fallback = "100", .min = 0, .max = 600000},
};

static const struct quern_type builtin[] = {
    {.name = "echo", .about = "Gives the input back.", .run = echo},
    {.name = "sleep", .about = "Waits without using the CPU.", .run = sleep_ms, .params = ms_param, .n_params = 1},
    {.name = "burn", .about = "Uses the CPU for a given time.", .run = burn, .params = ms_param, .n_params = 1,
     .produces = "application/json"},
};

void types_add_builtin(struct types *t)
{
    for (size_t i = 0; i < sizeof builtin / sizeof *builtin; i++) {
        const char *why;
        int rc = types_add(t, &builtin[i], "built in", &why);
        assert(rc == 0);
    }
}
