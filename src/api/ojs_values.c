/* Values of members, checked, with what to say when they are wrong. Any thread. */
#include "api/ojs.h"

#include <stdarg.h>
#include <stdio.h>

bool ojs_refuse(struct ojs_problem *p, const char *field, const char *format, ...)
{
    va_list args;
    p->status = 400;
    p->code = "invalid_request";
    (void)snprintf(p->field, sizeof p->field, "%s", field);
    va_start(args, format);
    (void)vsnprintf(p->message, sizeof p->message, format, args);
    va_end(args);
    return false;
}

bool ojs_read_u32(struct json_value v, const char *field, int64_t min, int64_t max, uint32_t *out, struct ojs_problem *p)
{
    int64_t n;
    if (v.kind != JSON_NUMBER || !json_to_i64(v, &n) || n < min || n > max)
        return ojs_refuse(p, field, "'%s' must be an integer from %lld to %lld.", field, (long long)min, (long long)max);
    *out = (uint32_t)n;
    return true;
}

bool ojs_read_id(struct json_value v, const char *field, struct uuid *out, struct ojs_problem *p)
{
    struct slice text;
    if (v.kind != JSON_STRING || !json_plain(v, &text) || uuid_parse(text, out) < 0 || uuid_version(*out) != 7 ||
        out->low >> 62 != 2)
        return ojs_refuse(p, field, "'%s' must be a UUIDv7 in lower case.", field);
    return true;
}

static bool is_plain(const char *p, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (p[i] == '"' || p[i] == '\\' || (unsigned char)p[i] < 0x20) return false;
    return true;
}

bool ojs_read_text(struct json_value *v, const char *field, struct slice *out, struct ojs_problem *p)
{
    if (v->kind != JSON_STRING) return ojs_refuse(p, field, "'%s' must be a string.", field);
    if (json_plain(*v, out)) return true;
    char *at = (char *)(uintptr_t)v->text.p + 1; /* the caller's own bytes, see ojs.h */
    long len = json_unescape(*v, at, v->text.len - 2);
    if (len < 0 || !is_plain(at, (size_t)len)) return ojs_refuse(p, field, "'%s' must be plain text.", field);
    at[len] = '"';
    memset(at + len + 1, ' ', v->text.len - 2 - (size_t)len);
    v->text.len = (size_t)len + 2;
    *out = slice_make(at, (size_t)len);
    return true;
}

/* 0 asks for the default (openapi: minimum 0). */
bool ojs_read_lease_ms(struct json_value v, const char *field, uint32_t *out, struct ojs_problem *p)
{
    int64_t n;
    bool is_number = v.kind == JSON_NUMBER && json_to_i64(v, &n);
    if (!is_number || (n != 0 && (n < JOB_LEASE_MIN_MS || n > JOB_LEASE_MAX_MS)))
        return ojs_refuse(p, field, "'%s' must be 0 or an integer from %d to %d (milliseconds).", field, JOB_LEASE_MIN_MS,
                          JOB_LEASE_MAX_MS);
    *out = (uint32_t)n;
    return true;
}

bool ojs_is_queue_name(struct slice s)
{
    if (s.len == 0 || s.len > JOB_QUEUE_MAX || s.p[0] == '-' || s.p[0] == '.') return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
        if (!fine) return false;
    }
    return true;
}
