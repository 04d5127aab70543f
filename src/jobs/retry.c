#include "jobs/retry.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/random.h"
#include "jobs/store.h"

#include <math.h>

struct retry_policy retry_policy_of(const struct job *job, const struct wishes *w)
{
    return (struct retry_policy){
        .max_attempts = w->max_attempts,
        .initial_ms = w->retry_initial_ms,
        .max_ms = w->retry_max_ms,
        .coefficient = w->retry_coefficient,
        .backoff = w->retry_backoff,
        .jitter = w->retry_jitter,
        .dead_letter = w->dead_letter,
        .non_retryable = job_slice(job, w->non_retryable),
    };
}

static double raw_delay_ms(const struct retry_policy *p, uint32_t n)
{
    double initial = p->initial_ms, coefficient = (double)p->coefficient;
    switch ((enum job_backoff)p->backoff) {
    case BACKOFF_EXPONENTIAL: return initial * pow(coefficient, n - 1.0);
    case BACKOFF_LINEAR: return initial * n;
    case BACKOFF_CONSTANT: return initial;
    case BACKOFF_POLYNOMIAL: return initial * pow(n, coefficient);
    }
    return initial;
}

/* Evenly in [0.5, 1.5). */
static double jitter(struct random *random)
{
    return 0.5 + (double)(random_u64(random) >> 11) * 0x1p-53;
}

uint64_t retry_delay_ns(const struct retry_policy *p, uint32_t n, struct random *random)
{
    double delay_ms = fmin(raw_delay_ms(p, n), p->max_ms); /* fmin: an overflow to infinity is capped too */
    if (p->jitter) delay_ms = fmin(delay_ms * jitter(random), p->max_ms);
    return (uint64_t)(delay_ms * (double)NS_PER_MS);
}

static bool entry_matches(struct slice entry, struct slice error)
{
    bool is_prefix = entry.len >= 2 && entry.p[entry.len - 2] == '.' && entry.p[entry.len - 1] == '*';
    if (!is_prefix) return slice_eq(entry, error);
    struct slice prefix = slice_make(entry.p, entry.len - 1); /* "auth.*" keeps its dot: "auth" is no match */
    return slice_starts(error, prefix);
}

/* An entry longer than any error type that we keep cannot match. */
static bool entry_text(struct json_value entry, char *room, size_t bytes, struct slice *out)
{
    if (entry.kind != JSON_STRING) return false;
    if (json_plain(entry, out)) return true;
    long len = json_unescape(entry, room, bytes);
    if (len < 0) return false;
    *out = slice_make(room, (size_t)len);
    return true;
}

bool retry_is_refused(const struct retry_policy *p, struct slice type, struct slice code)
{
    struct json_value list = {JSON_ARRAY, p->non_retryable}, entry;
    struct slice name, text;
    size_t at = 0;
    char room[256];
    if (p->non_retryable.len == 0) return false;
    while (json_next(list, &at, &name, &entry)) {
        if (!entry_text(entry, room, sizeof room, &text)) continue;
        if (type.len && entry_matches(text, type)) return true;
        if (code.len && entry_matches(text, code)) return true;
    }
    return false;
}

bool retry_code_is_dead_letter(struct slice code)
{
    return slice_eq(code, SLICE("DEAD_LETTER"));
}

bool retry_code_is_final(struct slice code)
{
    return slice_eq(code, SLICE("DISCARD")) || retry_code_is_dead_letter(code) || slice_eq(code, SLICE("FAIL"));
}
