/* thread.c: threads of the simulation: see world.h. */
#include "world.h"

#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#ifdef __SANITIZE_ADDRESS__
#include <dlfcn.h>
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#define THREADS_MAX 256
#define STACK_BYTES (512u << 10)
#define SWITCHES_MAX UINT64_C(3000000) /* a run of a seed needs far fewer: more is a loop without end */
#define END_NS (UINT64_C(3600) * NS_PER_S)

enum { RUNNABLE, WAITING, ENDED };

struct sim_thread {
    ucontext_t context;
    char name[16];
    void *(*fn)(void *);
    void *arg;
    char *stack;
    void *fake_stack; /* AddressSanitizer's */
    int state;
    uint32_t life;
    bool (*ready)(void *arg);
    void *ready_arg;
    uint64_t until_ns;
};

static struct {
    struct sim_thread *all[THREADS_MAX];
    uint32_t n;
    struct sim_thread *running; /* NULL: the scheduler */
    ucontext_t scheduler;
    void *fake_stack;
    char *free_stacks[THREADS_MAX];
    uint32_t n_free;
    const void *bottom; /* of the scheduler's stack */
    size_t bytes;
} threads;

const char *sim_thread_name(void)
{
    return threads.running ? threads.running->name : "-";
}

void sim_thread_rename(const char *name)
{
    (void)snprintf(threads.running->name, sizeof threads.running->name, "%s", name);
}

/* ---- switching ---- */

static void switch_begins(void **fake_stack, const void *bottom, size_t bytes)
{
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_start_switch_fiber(fake_stack, bottom, bytes);
#else
    (void)fake_stack, (void)bottom, (void)bytes;
#endif
}

static void switch_ends(void *fake_stack, const void **bottom, size_t *bytes)
{
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_finish_switch_fiber(fake_stack, bottom, bytes);
#else
    (void)fake_stack, (void)bottom, (void)bytes;
#endif
}

/* AddressSanitizer is told of every switch above; its own swapcontext would wipe what it knows of a whole stack each time. */
static void switch_to(ucontext_t *from, const ucontext_t *to)
{
#ifdef __SANITIZE_ADDRESS__
    static int (*plain)(ucontext_t *, const ucontext_t *);
    if (!plain) *(void **)&plain = dlsym(dlopen("libc.so.6", RTLD_LAZY), "swapcontext");
    assert(plain);
    (void)plain(from, to);
#else
    (void)swapcontext(from, to);
#endif
}

static void to_scheduler(struct sim_thread *t)
{
    switch_begins(t->state == ENDED ? NULL : &t->fake_stack, threads.bottom, threads.bytes);
    switch_to(&t->context, &threads.scheduler);
    switch_ends(t->fake_stack, &threads.bottom, &threads.bytes);
}

static void run_one(struct sim_thread *t)
{
    threads.running = t;
    t->state = RUNNABLE;
    sim.switches++;
    switch_begins(&threads.fake_stack, t->stack, STACK_BYTES);
    switch_to(&threads.scheduler, &t->context);
    switch_ends(threads.fake_stack, NULL, NULL);
    threads.running = NULL;
    sim.now_ns += sim_below(3000);
}

/* ---- stacks ---- */

static char *stack_get(void)
{
    if (threads.n_free) return threads.free_stacks[--threads.n_free];
    void *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert(stack != MAP_FAILED);
    return stack;
}

/* Of a thread that has ended, or that was dropped in the middle of its functions. */
static void stack_put(char *stack)
{
    if (!stack) return;
#ifdef __SANITIZE_ADDRESS__
    __asan_unpoison_memory_region(stack, STACK_BYTES);
#endif
    threads.free_stacks[threads.n_free++] = stack;
}

static void trampoline(void)
{
    struct sim_thread *t = threads.running;
    switch_ends(NULL, &threads.bottom, &threads.bytes);
    (void)t->fn(t->arg);
    t->state = ENDED;
    to_scheduler(t);
}

struct sim_thread *sim_thread_start(const char *name, uint32_t life, void *(*fn)(void *), void *arg)
{
    struct sim_thread *t = calloc(1, sizeof *t);
    assert(t && threads.n < THREADS_MAX);
    *t = (struct sim_thread){.fn = fn, .arg = arg, .life = life, .state = RUNNABLE};
    (void)snprintf(t->name, sizeof t->name, "%s", name);
    t->stack = stack_get();
    getcontext(&t->context);
    t->context.uc_stack.ss_sp = t->stack;
    t->context.uc_stack.ss_size = STACK_BYTES;
    makecontext(&t->context, trampoline, 0);
    threads.all[threads.n++] = t;
    return t;
}

bool sim_thread_ended(const struct sim_thread *t)
{
    return t->state == ENDED;
}

void sim_threads_drop(uint32_t life)
{
    for (uint32_t i = 0; i < threads.n; i++)
        if (threads.all[i]->life == life) {
            assert(threads.all[i] != threads.running);
            threads.all[i]->state = ENDED;
        }
}

/* ---- waiting ---- */

void sim_yield(void)
{
    if (threads.running) to_scheduler(threads.running);
}

bool sim_wait(bool (*ready)(void *arg), void *arg, uint64_t until_ns)
{
    struct sim_thread *t = threads.running;
    assert(t);
    t->state = WAITING;
    t->ready = ready;
    t->ready_arg = arg;
    t->until_ns = until_ns;
    to_scheduler(t);
    return ready && ready(arg);
}

void sim_sleep(uint64_t ns)
{
    sim_wait(NULL, NULL, sim.now_ns + ns);
}

/* ---- who runs next ---- */

static bool can_run(const struct sim_thread *t)
{
    if (t->state != WAITING) return t->state == RUNNABLE;
    return sim.now_ns >= t->until_ns || (t->ready && t->ready(t->ready_arg));
}

/* Forgets those that have ended, in order. */
static uint32_t collect(struct sim_thread **able, uint64_t *next_ns)
{
    uint32_t n = 0, kept = 0;
    *next_ns = sim_next_event_ns();
    for (uint32_t i = 0; i < threads.n; i++) {
        struct sim_thread *t = threads.all[i];
        if (t->state == ENDED) {
            stack_put(t->stack);
            t->stack = NULL;
            continue;
        }
        threads.all[kept++] = t;
        if (can_run(t)) able[n++] = t;
        else if (t->until_ns < *next_ns) *next_ns = t->until_ns;
    }
    threads.n = kept;
    return n;
}

static void tell_threads(void)
{
    for (uint32_t i = 0; i < threads.n; i++)
        (void)fprintf(stderr, "    %s waits%s\n", threads.all[i]->name,
                      threads.all[i]->until_ns == UINT64_MAX ? "" : " for a time");
}

/* Time passes when nobody can run, and now and then although somebody could: a thread that the machine does not get to. */
static void step(void)
{
    struct sim_thread *able[THREADS_MAX];
    uint64_t next_ns;
    sim_run_events();
    uint32_t n = collect(able, &next_ns);
    bool pass = n && next_ns > sim.now_ns && next_ns < sim.now_ns + 2 * NS_PER_MS && sim_one_in(8);
    if (n && !pass) {
        run_one(able[sim_below(n)]);
        return;
    }
    if (next_ns == UINT64_MAX || next_ns > END_NS) {
        tell_threads();
        sim_fail("nothing happens any more: %s", sim.goal);
    }
    if (next_ns > sim.now_ns) sim.now_ns = next_ns;
}

void sim_run(struct sim_thread *t)
{
    while (t->state != ENDED) {
        step();
        if (sim.switches > SWITCHES_MAX) sim_fail("no end: %s", sim.goal);
    }
}
