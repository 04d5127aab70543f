/* task.c: see task.h. */
#include "workers/task.h"

#include "base/check.h"
#include "base/clock.h"

#include <stdarg.h>
#include <stdio.h>

void task_init(struct task *t, struct block_budget *budget)
{
    t->budget = budget;
    t->input_type[0] = t->result_type[0] = t->fail_code[0] = t->fail_message[0] = 0;
    t->outcome = TASK_DROPPED;
    list_init(&t->link);
}

void task_deinit(struct task *t)
{
    t->input = block_unref(t->input);
    t->result = block_unref(t->result);
    t->reserved = block_unref(t->reserved);
}

void task_run(struct task *t)
{
    /* Relaxed: the inbox has made everything visible that was written before the push; a later cancel may come at any time. */
    atomic_store_explicit(&t->started_ns, clock_now_ns(), memory_order_relaxed);
    if (atomic_load_explicit(&t->cancelled, memory_order_relaxed)) {
        t->outcome = TASK_DROPPED;
    } else {
        int rc = t->type->type->run(task_job(t));
        t->outcome = rc == QUERN_OK && !t->fail_code[0] ? TASK_COMPLETED : TASK_FAILED;
        if (t->outcome == TASK_FAILED && !t->fail_code[0]) {
            (void)snprintf(t->fail_code, sizeof t->fail_code, "handler_error");
            (void)snprintf(t->fail_message, sizeof t->fail_message, "The handler failed without saying why.");
        }
    }
    t->reserved = block_unref(t->reserved);
    if (t->outcome != TASK_COMPLETED) t->result = block_unref(t->result);
    t->ended_ns = clock_now_ns();
}

void task_fail(struct task *t, enum task_outcome outcome, const char *code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    t->outcome = (uint8_t)outcome;
    (void)snprintf(t->fail_code, sizeof t->fail_code, "%s", code);
    (void)vsnprintf(t->fail_message, sizeof t->fail_message, format, args);
    va_end(args);
}
