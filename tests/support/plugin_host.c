/* plugin_host.c: see plugin_host.h. */
#include "plugin_host.h"

#include <criterion/criterion.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void place_input(struct quern_job *job, const void *input, size_t len)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t room = (len + page - 1) / page * page;
    job->mapping_bytes = room + page;
    job->mapping = mmap(NULL, job->mapping_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    cr_assert(job->mapping != MAP_FAILED);
    uint8_t *start = job->mapping + room - len;
    if (len > 0) memcpy(start, input, len);
    cr_assert_eq(mprotect(job->mapping + room, page, PROT_NONE), 0);
    if (room > 0) cr_assert_eq(mprotect(job->mapping, room, PROT_READ), 0); /* "never written to" */
    job->input = start;
    job->input_len = len;
}

struct quern_job *host_job(const char *type, const void *input, size_t len)
{
    cr_assert_eq(quern_plugin.abi, QUERN_ABI);
    for (size_t i = 0; i < quern_plugin.n_types; i++) {
        if (strcmp(quern_plugin.types[i].name, type) != 0) continue;
        struct quern_job *job = calloc(1, sizeof *job);
        cr_assert(job != NULL);
        job->type = &quern_plugin.types[i];
        job->cancel_after = UINT64_MAX;
        place_input(job, input, len);
        return job;
    }
    cr_assert(false, "no such type: %s", type);
    return NULL;
}

static const struct quern_param *param_of(const struct quern_job *job, const char *name)
{
    for (size_t i = 0; i < job->type->n_params; i++)
        if (strcmp(job->type->params[i].name, name) == 0) return &job->type->params[i];
    return NULL;
}

static bool has_choice(const char *choices, const char *value)
{
    size_t len = strlen(value);
    for (const char *at = choices; at; at = strchr(at, '|')) {
        if (*at == '|') at++;
        if (strncmp(at, value, len) == 0 && (at[len] == '|' || at[len] == '\0')) return true;
    }
    return false;
}

void host_param(struct quern_job *job, const char *name, const char *value)
{
    const struct quern_param *param = param_of(job, name);
    cr_assert(param != NULL, "no such parameter: %s", name);
    cr_assert(job->n_params < HOST_PARAMS_MAX);
    if (param->kind == QUERN_CHOICE) cr_assert(has_choice(param->choices, value), "%s=%s", name, value);
    if (param->kind == QUERN_INT && (param->min != 0 || param->max != 0)) {
        double number = strtod(value, NULL);
        cr_assert(number >= param->min && number <= param->max, "%s=%s", name, value);
    }
    job->params[job->n_params].name = name;
    job->params[job->n_params++].value = value;
}

static void drop_result(struct quern_job *job)
{
    if (job->result && job->free_result) job->free_result((void *)(uintptr_t)job->result);
    free(job->reserved);
    job->reserved = NULL;
    job->result = NULL;
    job->result_len = 0;
    job->free_result = NULL;
}

int host_run(struct quern_job *job)
{
    int rc = job->type->run(job);
    bool cancelled = job->polls > job->cancel_after;
    if (cancelled) return rc;
    cr_assert_eq(rc == QUERN_FAILED, job->code[0] != '\0', "returned %d with code '%s'", rc, job->code);
    cr_assert(rc == QUERN_OK || rc == QUERN_FAILED);
    if (rc == QUERN_FAILED) cr_assert(job->result == NULL && job->message[0] != '\0');
    return rc;
}

struct quern_job *host_free(struct quern_job *job)
{
    if (!job) return NULL;
    drop_result(job);
    (void)munmap(job->mapping, job->mapping_bytes);
    free(job);
    return NULL;
}

/* quern.h */

const void *quern_input(const struct quern_job *job, size_t *len)
{
    *len = job->input_len;
    return job->input;
}

const char *quern_input_type(const struct quern_job *job)
{
    (void)job;
    return "";
}

const char *quern_param_text(const struct quern_job *job, const char *name)
{
    for (size_t i = 0; i < job->n_params; i++)
        if (strcmp(job->params[i].name, name) == 0) return job->params[i].value;
    const struct quern_param *param = param_of(job, name);
    return param ? param->fallback : NULL;
}

int64_t quern_param_int(const struct quern_job *job, const char *name)
{
    const char *text = quern_param_text(job, name);
    return text ? strtoll(text, NULL, 10) : 0;
}

double quern_param_float(const struct quern_job *job, const char *name)
{
    const char *text = quern_param_text(job, name);
    return text ? strtod(text, NULL) : 0;
}

bool quern_param_bool(const struct quern_job *job, const char *name)
{
    const char *text = quern_param_text(job, name);
    return text && strcmp(text, "true") == 0;
}

bool quern_cancelled(const struct quern_job *job)
{
    struct quern_job *counted = (struct quern_job *)(uintptr_t)job;
    return counted->polls++ >= job->cancel_after;
}

void quern_progress(struct quern_job *job, double fraction)
{
    cr_assert(fraction >= job->progress && fraction <= 1, "progress %f after %f", fraction, job->progress);
    job->progress = fraction;
}

void *quern_result_reserve(struct quern_job *job, size_t bytes)
{
    drop_result(job);
    job->reserved = malloc(bytes ? bytes : 1);
    return job->reserved;
}

void quern_result_commit(struct quern_job *job, size_t bytes)
{
    cr_assert(job->reserved != NULL);
    job->result = job->reserved;
    job->result_len = bytes;
}

void quern_result_take(struct quern_job *job, void *ptr, size_t len, void (*free_fn)(void *ptr))
{
    drop_result(job);
    job->result = ptr;
    job->result_len = len;
    job->free_result = free_fn;
}

int quern_result_copy(struct quern_job *job, const void *ptr, size_t len)
{
    void *room = quern_result_reserve(job, len);
    if (!room) return -1;
    memcpy(room, ptr, len);
    quern_result_commit(job, len);
    return 0;
}

void quern_result_input(struct quern_job *job)
{
    drop_result(job);
    job->result = job->input;
    job->result_len = job->input_len;
}

void quern_result_type(struct quern_job *job, const char *media_type)
{
    (void)snprintf(job->media_type, sizeof job->media_type, "%s", media_type);
}

int quern_fail(struct quern_job *job, const char *code, const char *format, ...)
{
    va_list args;
    (void)snprintf(job->code, sizeof job->code, "%s", code);
    va_start(args, format);
    (void)vsnprintf(job->message, sizeof job->message, format, args);
    va_end(args);
    return QUERN_FAILED;
}
