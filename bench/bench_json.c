/* bench_json.c: strict JSON in, JSON out, and a job's envelope between them. */
#include "api/ojs_spec.h"
#include "base/json.h"
#include "micro.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LARGE (64u * 1024)

/* An envelope of exactly len bytes: many small values, as arguments have, and a text that fills the rest. */
static char *make_job(size_t len, unsigned n_values)
{
    char *text = malloc(len + 128);
    micro_check(text != NULL, "memory");
    const size_t room = len + 128;
    size_t at = (size_t)snprintf(text, room, "{\"type\":\"mail.send\",\"args\":[");
    for (unsigned i = 0; i < n_values && at < len; i++)
        at += (size_t)snprintf(text + at, room - at, "{\"to\":\"user%u@example.org\",\"n\":%u},", i, i);
    text[at++] = '"';
    const char end[] = "\"],\"options\":{\"queue\":\"mail\",\"priority\":3}}";
    micro_check(at + sizeof end - 1 <= len, "a job of that size");
    memset(text + at, 'x', len - at - (sizeof end - 1));
    memcpy(text + len - (sizeof end - 1), end, sizeof end);
    return text;
}

static void check(void *arg, uint64_t n)
{
    const struct slice *text = arg;
    for (uint64_t i = 0; i < n; i++) {
        struct json_value v;
        size_t at;
        micro_check(json_check(*text, &v, &at) == JSON_OK, "checking");
        micro_keep(v.text.p);
    }
}

static void read_spec(void *arg, uint64_t n)
{
    const struct slice *text = arg;
    struct json_value v;
    size_t at;
    micro_check(json_check(*text, &v, &at) == JSON_OK, "checking");
    for (uint64_t i = 0; i < n; i++) {
        struct job_spec spec;
        struct ojs_problem why;
        micro_check(ojs_spec_read(v, UINT64_C(1800000000000000000), &spec, &why), "reading the envelope");
        micro_keep(&spec);
    }
}

static void write_job(void *arg, uint64_t n)
{
    (void)arg;
    for (uint64_t i = 0; i < n; i++) {
        char room[512];
        struct json_out o;
        micro_keep(room);
        json_out_init(&o, room, sizeof room);
        json_open(&o, '{');
        json_key(&o, "id");
        json_str(&o, SLICE("0198c0de-7a1b-7c2d-8e3f-4a5b6c7d8e9f"));
        json_key(&o, "type");
        json_str(&o, SLICE("mail.send"));
        json_key(&o, "state");
        json_str(&o, SLICE("available"));
        json_key(&o, "attempt");
        json_u64(&o, i % 10);
        json_key(&o, "ok");
        json_bool(&o, true);
        json_key(&o, "args");
        json_raw(&o, SLICE("[1,2,3]"));
        json_close(&o, '}');
        micro_check(!o.overflow, "writing");
    }
}

static void write_text(void *arg, uint64_t n)
{
    static char room[2 * LARGE];
    for (uint64_t i = 0; i < n; i++) {
        struct json_out o;
        json_out_init(&o, room, sizeof room);
        json_str(&o, *(const struct slice *)arg);
        micro_check(!o.overflow, "writing");
        micro_keep(room);
    }
}

int main(int argc, char **argv)
{
    micro_begin(argc, argv, "json");
    char *small_text = make_job(128, 1), *large_text = make_job(LARGE, 1200);
    struct slice small_job = slice_make(small_text, 128), large_job = slice_make(large_text, LARGE);
    micro_run("check, job of 128 bytes", check, &small_job, small_job.len);
    micro_run("check, job of 64 KiB", check, &large_job, large_job.len);
    micro_run("envelope, job of 128 bytes", read_spec, &small_job, small_job.len);
    micro_run("envelope, job of 64 KiB", read_spec, &large_job, large_job.len);
    micro_run("write an object of 6 members", write_job, NULL, 0);
    micro_run("write a string of 64 KiB", write_text, &large_job, large_job.len);
    free(small_text);
    free(large_text);
    return micro_end();
}
