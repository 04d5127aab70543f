/* The retry policy of an envelope (ojs-retry §2, §11). */
#include "api/ojs_spec.h"
#include "base/clock.h"

#include <stdio.h>

#define ATTEMPTS_MAX 1000000
#define COEFFICIENT_MAX 1e6 /* beyond it every delay is max_interval anyway */

struct policy {
    struct retry_policy *out;
    bool has_max_interval;
};

/* Values of a retry policy are refused with 422, unlike all others (level 1 suites). */
static bool refuse(struct ojs_problem *why, const char *path, const char *name, const char *must)
{
    char field[sizeof why->field];
    (void)snprintf(field, sizeof field, "%s.%s", path, name);
    (void)ojs_refuse(why, field, "'%s' must be %s.", field, must);
    why->status = 422;
    why->code = "validation_error";
    return false;
}

static bool to_ms(uint64_t ns, uint32_t *out_ms)
{
    uint64_t ms = (ns + NS_PER_MS - 1) / NS_PER_MS; /* a positive interval does not become 0 */
    if (ns == 0 || ns > UINT32_MAX * NS_PER_MS) return false;
    *out_ms = (uint32_t)ms;
    return true;
}

static bool interval(struct json_value v, uint32_t *out_ms)
{
    struct slice text;
    uint64_t ns;
    return v.kind == JSON_STRING && json_plain(v, &text) && clock_parse_duration(text.p, text.len, &ns) == 0 &&
           to_ms(ns, out_ms);
}

static bool interval_ms(struct json_value v, uint32_t *out_ms)
{
    int64_t n;
    if (v.kind != JSON_NUMBER || !json_to_i64(v, &n) || n < 1 || n > UINT32_MAX) return false;
    *out_ms = (uint32_t)n;
    return true;
}

static bool set_max_attempts(struct policy *p, struct json_value v)
{
    int64_t n;
    if (v.kind != JSON_NUMBER || !json_to_i64(v, &n) || n < 0 || n > ATTEMPTS_MAX) return false;
    p->out->max_attempts = (uint32_t)n;
    return true;
}

static bool set_initial(struct policy *p, struct json_value v)
{
    return interval(v, &p->out->initial_ms);
}

static bool set_initial_ms(struct policy *p, struct json_value v)
{
    return interval_ms(v, &p->out->initial_ms);
}

static bool set_max(struct policy *p, struct json_value v)
{
    p->has_max_interval = true;
    return interval(v, &p->out->max_ms);
}

static bool set_max_ms(struct policy *p, struct json_value v)
{
    p->has_max_interval = true;
    return interval_ms(v, &p->out->max_ms);
}

static bool set_coefficient(struct policy *p, struct json_value v)
{
    double x;
    if (v.kind != JSON_NUMBER || !json_to_double(v, &x) || !(x >= 1.0 && x <= COEFFICIENT_MAX)) return false;
    p->out->coefficient = (float)x;
    return true;
}

static bool set_jitter(struct policy *p, struct json_value v)
{
    p->out->jitter = v.kind == JSON_TRUE;
    return v.kind == JSON_TRUE || v.kind == JSON_FALSE;
}

static bool set_non_retryable(struct policy *p, struct json_value v)
{
    struct slice name;
    struct json_value item;
    if (v.kind != JSON_ARRAY) return false;
    for (size_t i = 0; json_next(v, &i, &name, &item);)
        if (item.kind != JSON_STRING || item.text.len <= 2) return false;
    p->out->non_retryable = v.text;
    return true;
}

static bool text_is(struct json_value v, const char *text)
{
    struct slice plain;
    return v.kind == JSON_STRING && json_plain(v, &plain) && slice_eq(plain, slice_str(text));
}

static bool set_backoff(struct policy *p, struct json_value v)
{
    static const struct {
        const char *name;
        enum job_backoff backoff;
    } known[] = {{"exponential", BACKOFF_EXPONENTIAL},
                 {"linear", BACKOFF_LINEAR},
                 {"constant", BACKOFF_CONSTANT},
                 {"none", BACKOFF_CONSTANT},
                 {"polynomial", BACKOFF_POLYNOMIAL}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (!text_is(v, known[i].name)) continue;
        p->out->backoff = (uint8_t)known[i].backoff;
        return true;
    }
    return false;
}

static bool set_on_exhaustion(struct policy *p, struct json_value v)
{
    p->out->dead_letter = text_is(v, "dead_letter");
    return p->out->dead_letter || text_is(v, "discard");
}

struct rule {
    const char *name;
    bool (*set)(struct policy *p, struct json_value v);
    const char *must;
};

#define DURATION "an ISO 8601 duration above zero and below PT1193H"
#define MILLISECONDS "an integer from 1 to 4294967295 (milliseconds)"
#define BACKOFF "\"exponential\", \"linear\", \"constant\" or \"polynomial\""

static const struct rule rules[] = {
    {"max_attempts", set_max_attempts, "an integer from 0 to 1000000"},
    {"initial_interval", set_initial, DURATION},
    {"initial_interval_ms", set_initial_ms, MILLISECONDS},
    {"backoff_coefficient", set_coefficient, "a number from 1.0 to 1000000"},
    {"max_interval", set_max, DURATION},
    {"max_interval_ms", set_max_ms, MILLISECONDS},
    {"jitter", set_jitter, "true or false"},
    {"non_retryable_errors", set_non_retryable, "an array of non-empty strings"},
    {"on_exhaustion", set_on_exhaustion, "\"discard\" or \"dead_letter\""},
    {"backoff_type", set_backoff, BACKOFF},
    {"backoff_strategy", set_backoff, BACKOFF},
};

static const struct rule *find_rule(struct slice name)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (json_name_is(name, slice_str(rules[i].name))) return &rules[i];
    return NULL;
}

bool ojs_retry_has(struct slice name)
{
    return find_rule(name) != NULL;
}

static bool read_member(struct policy *p, const char *path, struct slice name, struct json_value v, struct ojs_problem *why)
{
    const struct rule *rule = find_rule(name);
    return !rule || rule->set(p, v) || refuse(why, path, rule->name, rule->must); /* unknown ones are kept */
}

bool ojs_retry_read(struct json_value policy, const char *path, struct retry_policy *out, struct ojs_problem *why)
{
    struct policy p = {.out = out};
    struct slice name;
    struct json_value v;
    if (policy.kind != JSON_OBJECT) return ojs_refuse(why, path, "'%s' must be a JSON object.", path);
    for (size_t i = 0; json_next(policy, &i, &name, &v);)
        if (v.kind != JSON_NULL && !read_member(&p, path, name, v, why)) return false;
    if (out->max_ms >= out->initial_ms) return true;
    if (p.has_max_interval) return refuse(why, path, "max_interval", "at least initial_interval");
    out->max_ms = out->initial_ms; /* the default cap must not undercut a longer first interval */
    return true;
}
