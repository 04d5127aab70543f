/* test_types.c: job types for the wire tests. Unlike a plugin for others it keeps counts of what has happened to it, for the
 * tests to read (test.counts), and a switch that frees handlers which nothing else frees (test.release). test.held waits for a file
 * (wire_release). */
#include <quern/quern.h>

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static _Atomic long n_started, n_cancelled, n_ended, n_freed;
static _Atomic bool is_released;

#define STEP_MS 2
#define COUNT(n) ((void)atomic_fetch_add(&(n), 1))

static long now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void step(void)
{
    struct timespec t = {0, STEP_MS * 1000000L};
    (void)nanosleep(&t, NULL);
}

static int answer(struct quern_job *job, const char *text)
{
    quern_result_type(job, "text/plain");
    return quern_result_copy(job, text, strlen(text)) == 0 ? QUERN_OK : quern_fail(job, "out_of_memory", "no memory");
}

/* Byte i of every result that is made here. */
static char byte_at(size_t i)
{
    return (char)('a' + i % 26);
}

static void fill(char *at, size_t n)
{
    for (size_t i = 0; i < n; i++) at[i] = byte_at(i);
}

/* ---- handlers that take their time ---- */

/* Deaf to a cancel until its time is over. */
static int stuck(struct quern_job *job)
{
    COUNT(n_started);
    for (long end = now_ms() + quern_param_int(job, "ms"); now_ms() < end && !atomic_load(&is_released);) step();
    COUNT(n_ended);
    return QUERN_OK;
}

static int count_cancel(struct quern_job *job)
{
    COUNT(n_started);
    for (long end = now_ms() + quern_param_int(job, "ms"); now_ms() < end; step()) {
        if (!quern_cancelled(job)) continue;
        COUNT(n_cancelled);
        return QUERN_OK;
    }
    COUNT(n_ended);
    return QUERN_OK;
}

/* Waits, then answers with its text. */
static int tell(struct quern_job *job)
{
    for (long end = now_ms() + quern_param_int(job, "ms"); now_ms() < end && !quern_cancelled(job);) step();
    return answer(job, quern_param_text(job, "text"));
}

/* The same, once the test says so. */
static int held(struct quern_job *job)
{
    COUNT(n_started);
    while (access("released", F_OK) < 0 && !quern_cancelled(job)) step();
    COUNT(n_ended);
    return answer(job, quern_param_text(job, "text"));
}

static int progress(struct quern_job *job)
{
    const double fractions[] = {-1, 0, 0.25, 0.5, 1, 7, INFINITY, -INFINITY, NAN};
    for (size_t i = 0; i < sizeof fractions / sizeof *fractions; i++) quern_progress(job, fractions[i]);
    return answer(job, "done");
}

/* ---- what the tests ask, answered at once ---- */

static int counts(struct quern_job *job)
{
    char text[160];
    (void)snprintf(text, sizeof text, "{\"started\":%ld,\"cancelled\":%ld,\"ended\":%ld,\"freed\":%ld}",
                   atomic_load(&n_started), atomic_load(&n_cancelled), atomic_load(&n_ended), atomic_load(&n_freed));
    return answer(job, text);
}

static int release(struct quern_job *job)
{
    atomic_store(&is_released, quern_param_bool(job, "on"));
    return answer(job, "ok");
}

/* ---- failures ---- */

static int fail(struct quern_job *job)
{
    (void)quern_result_copy(job, "never seen", 10);
    return quern_fail(job, quern_param_text(job, "code"), "about %s", quern_param_text(job, "about"));
}

static int fail_silently(struct quern_job *job)
{
    (void)job;
    return QUERN_FAILED;
}

/* ---- results ---- */

static void free_counted(void *ptr)
{
    COUNT(n_freed);
    free(ptr);
}

static int take(struct quern_job *job)
{
    size_t n = (size_t)quern_param_int(job, "bytes");
    char *bytes = malloc(n + 1);
    if (!bytes) return quern_fail(job, "out_of_memory", "no memory");
    fill(bytes, n);
    quern_result_take(job, bytes, n, free_counted);
    return QUERN_OK;
}

static int take_constant(struct quern_job *job)
{
    static char text[] = "it stays where it is";
    quern_result_take(job, text, sizeof text - 1, NULL);
    return QUERN_OK;
}

/* Gives a result and says afterwards that there is none. */
static int take_and_fail(struct quern_job *job)
{
    (void)take(job);
    return quern_fail(job, "changed_its_mind", "the result is not good enough");
}

static int take_twice(struct quern_job *job)
{
    (void)take(job);
    return take(job);
}

static int reserve(struct quern_job *job)
{
    size_t room = (size_t)quern_param_int(job, "bytes");
    size_t used = quern_param_text(job, "used") ? (size_t)quern_param_int(job, "used") : room;
    char *bytes = quern_result_reserve(job, room);
    if (!bytes) return quern_fail(job, "out_of_memory", "no room for %zu bytes", room);
    fill(bytes, used);
    quern_result_commit(job, used);
    return QUERN_OK;
}

static int reserve_only(struct quern_job *job)
{
    return quern_result_reserve(job, 5000) ? QUERN_OK : quern_fail(job, "out_of_memory", "no memory");
}

static int copy(struct quern_job *job)
{
    size_t n;
    const void *bytes = quern_input(job, &n);
    return quern_result_copy(job, bytes, n) == 0 ? QUERN_OK : quern_fail(job, "out_of_memory", "no memory");
}

static int give_back(struct quern_job *job)
{
    quern_result_input(job);
    return QUERN_OK;
}

static int nothing(struct quern_job *job)
{
    (void)job;
    return QUERN_OK;
}

static int media(struct quern_job *job)
{
    quern_result_type(job, "text/plain\r\nX-Broken-Out: yes");
    return quern_result_copy(job, "x", 1);
}

/* ---- parameters ---- */

static int params(struct quern_job *job)
{
    char text[4096];
    const char *word = quern_param_text(job, "text"), *absent = quern_param_text(job, "no_such_parameter");
    (void)snprintf(text, sizeof text, "n=%lld x=%g b=%d c=%s t=%s %s", (long long)quern_param_int(job, "n"),
                   quern_param_float(job, "x"), quern_param_bool(job, "b"), quern_param_text(job, "colour"),
                   word ? word : "(none)", absent ? "!" : "ok");
    return answer(job, text);
}

static const struct quern_param ms_param[] = {
    {.name = "ms", .kind = QUERN_INT, .fallback = "60000", .min = 0, .max = 600000},
};
static const struct quern_param tell_params[] = {
    {.name = "ms", .kind = QUERN_INT, .fallback = "0", .min = 0, .max = 600000},
    {.name = "text", .kind = QUERN_TEXT, .fallback = "nothing", .min = 1, .max = 64},
};
static const struct quern_param release_params[] = {
    {.name = "on", .kind = QUERN_BOOL, .fallback = "yes"},
};
static const struct quern_param fail_params[] = {
    {.name = "code", .kind = QUERN_TEXT, .fallback = "test_failure"},
    {.name = "about", .kind = QUERN_TEXT, .fallback = "nothing in particular"},
};
static const struct quern_param bytes_params[] = {
    {.name = "bytes", .kind = QUERN_INT, .fallback = "100", .min = 0, .max = 1e12},
    {.name = "used", .kind = QUERN_INT, .min = 0, .max = 1e12},
};
static const struct quern_param all_params[] = {
    {.name = "n", .kind = QUERN_INT, .about = "A whole number.", .required = true, .min = -10, .max = 10},
    {.name = "x", .kind = QUERN_FLOAT, .fallback = "0.5", .min = -1, .max = 1},
    {.name = "free", .kind = QUERN_FLOAT},
    {.name = "big", .kind = QUERN_INT},
    {.name = "b", .kind = QUERN_BOOL, .fallback = "no"},
    {.name = "colour", .kind = QUERN_CHOICE, .fallback = "red", .choices = "red|green|dark blue"},
    {.name = "text", .kind = QUERN_TEXT, .min = 2, .max = 5},
    {.name = "long", .kind = QUERN_TEXT},
};

#define N(list) (sizeof(list) / sizeof *(list))
#define PARAMS(list) .params = list, .n_params = N(list)

static const struct quern_type types[] = {
    {.name = "test.stuck", .run = stuck, PARAMS(ms_param), .run_limit_ms = 200},
    {.name = "test.count_cancel", .run = count_cancel, PARAMS(ms_param)},
    {.name = "test.brief", .run = count_cancel, PARAMS(ms_param), .run_limit_ms = 300},
    {.name = "test.tell", .run = tell, PARAMS(tell_params)},
    {.name = "test.held", .run = held, PARAMS(tell_params), .run_limit_ms = 600000},
    {.name = "test.progress", .run = progress},
    {.name = "test.counts", .run = counts, .flags = QUERN_INLINE},
    {.name = "test.release", .run = release, PARAMS(release_params), .flags = QUERN_INLINE},
    {.name = "test.inline", .run = give_back, .flags = QUERN_INLINE},
    {.name = "test.inline_fail", .run = fail, PARAMS(fail_params), .flags = QUERN_INLINE},
    {.name = "test.fail", .run = fail, PARAMS(fail_params)},
    {.name = "test.fail_silently", .run = fail_silently},
    {.name = "test.take", .run = take, PARAMS(bytes_params)},
    {.name = "test.take_constant", .run = take_constant},
    {.name = "test.take_and_fail", .run = take_and_fail, PARAMS(bytes_params)},
    {.name = "test.take_twice", .run = take_twice, PARAMS(bytes_params)},
    {.name = "test.reserve", .run = reserve, PARAMS(bytes_params)},
    {.name = "test.reserve_only", .run = reserve_only},
    {.name = "test.copy", .run = copy},
    {.name = "test.nothing", .run = nothing},
    {.name = "test.media", .run = media},
    {.name = "test.small", .run = give_back, .input_bytes_max = 1000},
    {.name = "test.params",
     .about = "Says which parameters it was given.",
     .run = params,
     PARAMS(all_params),
     .accepts = "text/plain | application/x-nothing",
     .produces = "text/plain"},
};

const struct quern_plugin quern_plugin = {QUERN_ABI, "test_types", "1.0", types, N(types), NULL};
