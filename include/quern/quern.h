/* quern.h: everything a plugin needs to add job types to quern.
 *
 * A plugin is a shared object that defines one constant, quern_plugin, and includes nothing else of quern:
 *
 *     #include <quern/quern.h>
 *
 *     static int upper(struct quern_job *job)
 *     {
 *         size_t n;
 *         const char *in = quern_input(job, &n);
 *         char *out = quern_result_reserve(job, n);
 *         if (!out) return quern_fail(job, "out_of_memory", "no room for %zu bytes", n);
 *         for (size_t i = 0; i < n; i++) out[i] = (char)toupper((unsigned char)in[i]);
 *         quern_result_commit(job, n);
 *         return QUERN_OK;
 *     }
 *
 *     static const struct quern_type types[] = {{.name = "text.upper", .about = "Upper-cases ASCII text.", .run = upper}};
 *     const struct quern_plugin quern_plugin = {QUERN_ABI, "text", "1.0", types, 1, NULL};
 *
 *     cc -shared -fPIC -o text.so text.c        quernd --plugin ./text.so
 *
 * Threads: a handler runs on one worker thread at a time for one job, and on several threads at once for several jobs;
 * keep no mutable globals. All functions below are called from inside the handler, on its thread, unless said otherwise. */
#ifndef QUERN_QUERN_H
#define QUERN_QUERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Changes whenever a struct below changes its layout; a plugin with another number is refused by name. */
#define QUERN_ABI 1u

struct quern_job; /* one run of a handler; lives until the handler returns */

/* What a handler returns. */
enum quern_outcome {
    QUERN_OK = 0,     /* the result stands; an uncommitted or absent result is an empty one */
    QUERN_FAILED = 1, /* what quern_fail() returns: this input cannot be processed (HTTP 422) */
};

typedef int quern_handler(struct quern_job *job);

enum quern_param_kind { QUERN_TEXT, QUERN_INT, QUERN_FLOAT, QUERN_BOOL, QUERN_CHOICE };

/* One parameter of a job type. The server checks values before the handler runs: an unknown name, a wrong form or a
 * value outside the bounds is refused (HTTP 400) with the parameter's name, so a handler need not check again. */
struct quern_param {
    const char *name;
    enum quern_param_kind kind;
    const char *about;    /* one sentence, for people */
    const char *fallback; /* text of the default value; NULL: none, and the parameter reads as absent */
    double min, max;      /* QUERN_INT and QUERN_FLOAT: inclusive; QUERN_TEXT: bytes; both 0: unbounded */
    const char *choices;  /* QUERN_CHOICE: the allowed words, separated by '|' */
    bool required;        /* refuse the job if it is absent */
};

/* Run on the ring thread itself, between two requests: only for handlers that need a few microseconds. */
#define QUERN_INLINE 1u

struct quern_type {
    const char *name;  /* lower-case segments joined by dots: "image.thumbnail" */
    const char *about; /* one sentence, for people */
    quern_handler *run;
    const struct quern_param *params;
    size_t n_params;
    const char *accepts;      /* media types of the input, separated by '|'; NULL: anything. For people, not checked */
    const char *produces;     /* likewise of the result */
    uint64_t input_bytes_max; /* 0: the server's default, 64 MiB */
    uint32_t run_limit_ms;    /* 0: the server's default, 30 s. Past it the client gets 504 and the job reads as cancelled */
    unsigned flags;           /* QUERN_INLINE or 0 */
};

/* A plugin's one exported symbol. Everything it points to is constant for the life of the process. */
struct quern_plugin {
    uint32_t abi;     /* QUERN_ABI */
    const char *name; /* for logs */
    const char *version;
    const struct quern_type *types;
    size_t n_types;
    int (*start)(void); /* once, before any thread exists; 0, or anything else to refuse to load. NULL: nothing to do.
                           It also runs once in a throw-away child process that tries the plugin out first (5 s limit). */
};
#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
extern const struct quern_plugin quern_plugin;

/* The input's bytes, valid until the handler returns, never written to. *len is set; never NULL, even when *len is 0. */
const void *quern_input(const struct quern_job *job, size_t *len);
/* The input's media type as the client sent it ("image/jpeg"), or "" when it said none. */
const char *quern_input_type(const struct quern_job *job);

/* A parameter as text: the client's, else the fallback, else NULL. Unknown names: NULL. */
const char *quern_param_text(const struct quern_job *job, const char *name);
/* As numbers. A parameter that is absent and has no fallback reads as 0; ask quern_param_text() to tell. */
int64_t quern_param_int(const struct quern_job *job, const char *name);
double quern_param_float(const struct quern_job *job, const char *name);
bool quern_param_bool(const struct quern_job *job, const char *name);

/* True once nobody wants the result any more: the client is gone, the job was cancelled, its time is up. Cheap (one
 * relaxed atomic load): ask every few thousand steps and return, with anything, when it says true. */
bool quern_cancelled(const struct quern_job *job);
/* Tell how far the job is, 0 to 1. Cheap. */
void quern_progress(struct quern_job *job, double fraction);

/* The result, one of four ways. A second call replaces the first. All but _copy avoid copying.
 * reserve: room for up to `bytes` in quern's own block, written in place, then committed with the true length.
 *          NULL when there is no memory. The bytes start undefined. */
void *quern_result_reserve(struct quern_job *job, size_t bytes);
void quern_result_commit(struct quern_job *job, size_t bytes);
/* take: hand over memory of your own. free_fn(ptr) is called exactly once, later, on any thread. NULL: never freed. */
void quern_result_take(struct quern_job *job, void *ptr, size_t len, void (*free_fn)(void *ptr));
/* copy: 0, or -1 when there is no memory. */
int quern_result_copy(struct quern_job *job, const void *ptr, size_t len);
/* input: the result is the input itself. */
void quern_result_input(struct quern_job *job);
/* The result's media type; copied, at most 127 bytes. Default: application/octet-stream. */
void quern_result_type(struct quern_job *job, const char *media_type);

/* Say why this input cannot be processed, in words for the client. code: lower_snake_case, at most 63 bytes; the message
 * is cut at 400 bytes. Returns QUERN_FAILED, so: return quern_fail(job, "bad_image", "truncated at row %d", y); */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
int quern_fail(struct quern_job *job, const char *code, const char *format, ...);

#ifdef __cplusplus
}
#endif
#endif
