/* handler_api.c: the functions of quern.h that a handler calls, on the thread that runs it. */
#include "workers/task.h"

#include "base/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define EXPORT __attribute__((visibility("default")))

#define HANDLER_MESSAGE_BYTES 401 /* quern.h */

static struct task *task_of(struct quern_job *job)
{
    return (struct task *)(void *)job;
}

static const struct task *const_task_of(const struct quern_job *job)
{
    return (const struct task *)(const void *)job;
}

EXPORT const void *quern_input(const struct quern_job *job, size_t *len)
{
    struct slice s = block_slice(const_task_of(job)->input);
    *len = s.len;
    return s.p;
}

EXPORT const char *quern_input_type(const struct quern_job *job)
{
    return const_task_of(job)->input_type;
}

EXPORT const char *quern_param_text(const struct quern_job *job, const char *name)
{
    const struct task *t = const_task_of(job);
    for (uint8_t i = 0; i < t->n_params; i++)
        if (strcmp(t->params[i].name, name) == 0) return t->params[i].text;
    const struct quern_param *p = type_param(t->type->type, slice_str(name));
    return p ? p->fallback : NULL;
}

EXPORT int64_t quern_param_int(const struct quern_job *job, const char *name)
{
    const char *text = quern_param_text(job, name);
    return text ? strtoll(text, NULL, 10) : 0;
}

EXPORT double quern_param_float(const struct quern_job *job, const char *name)
{
    const char *text = quern_param_text(job, name);
    return text ? strtod(text, NULL) : 0;
}

EXPORT bool quern_param_bool(const struct quern_job *job, const char *name)
{
    const char *text = quern_param_text(job, name);
    return text && (text[0] == 't' || text[0] == 'y' || text[0] == '1');
}

EXPORT bool quern_cancelled(const struct quern_job *job)
{
    return atomic_load_explicit(&const_task_of(job)->cancelled, memory_order_relaxed);
}

EXPORT void quern_progress(struct quern_job *job, double fraction)
{
    double clamped = fraction > 1 ? 1 : fraction > 0 ? fraction : 0; /* not a number: 0 */
    atomic_store_explicit(&task_of(job)->progress, (uint32_t)(clamped * 1e6), memory_order_relaxed);
}

static void set_result(struct task *t, struct block *b)
{
    block_unref(t->result);
    t->result = b;
}

static struct block *make_room(struct task *t, size_t bytes)
{
    return t->make_room ? t->make_room(t->room_arg, bytes) : block_new(t->budget, bytes);
}

EXPORT void *quern_result_reserve(struct quern_job *job, size_t bytes)
{
    struct task *t = task_of(job);
    block_unref(t->reserved);
    t->reserved = NULL;
    t->reserved = make_room(t, bytes);
    return t->reserved ? t->reserved->bytes : NULL;
}

EXPORT void quern_result_commit(struct quern_job *job, size_t bytes)
{
    struct task *t = task_of(job);
    assert(t->reserved && bytes <= t->reserved->capacity); /* a plugin that wrote past its room has broken more than this */
    t->reserved->len = bytes;
    set_result(t, t->reserved);
    t->reserved = NULL;
}

EXPORT void quern_result_take(struct quern_job *job, void *ptr, size_t len, void (*free_fn)(void *ptr))
{
    struct task *t = task_of(job);
    struct block *b = block_adopt(t->budget, ptr, len, free_fn);
    if (!b) {
        if (free_fn) free_fn(ptr);
        (void)quern_fail(job, "out_of_memory", "No memory for a result of %zu bytes.", len);
    }
    set_result(t, b);
}

EXPORT int quern_result_copy(struct quern_job *job, const void *ptr, size_t len)
{
    struct task *t = task_of(job);
    struct block *b = make_room(t, len);
    if (!b) return -1;
    block_append(b, slice_make(ptr, len));
    set_result(t, b);
    return 0;
}

EXPORT void quern_result_input(struct quern_job *job)
{
    struct task *t = task_of(job);
    set_result(t, t->input ? block_ref(t->input) : NULL);
}

EXPORT void quern_result_type(struct quern_job *job, const char *media_type)
{
    struct task *t = task_of(job);
    size_t n = 0;
    /* It goes into a field line: nothing that could end the line gets through. */
    for (; media_type[n] && n < sizeof t->result_type - 1 && media_type[n] >= ' ' && media_type[n] != 0x7f; n++)
        t->result_type[n] = media_type[n];
    t->result_type[n] = 0;
}

EXPORT int quern_fail(struct quern_job *job, const char *code, const char *format, ...)
{
    struct task *t = task_of(job);
    va_list args;
    va_start(args, format);
    (void)snprintf(t->fail_code, sizeof t->fail_code, "%s", code);
    (void)vsnprintf(t->fail_message, HANDLER_MESSAGE_BYTES, format, args);
    va_end(args);
    return QUERN_FAILED;
}
