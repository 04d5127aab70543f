/* Raw jobs: an input's bytes, its parameters and its media type in one envelope, in memory, in the journal, in a worker's hands. */
#include "jobs/job_dump.h"
#include "jobs/job_record.h"
#include "log_rig.h"

#define INPUT "\x01\x02\0raw", 6
#define ARGS "[{\"width\":320}]"
#define TYPE "image/png"

static struct ask *raw_new(struct rig *rig, struct slice input, const char *media_type)
{
    struct ask *ask = ask_new(rig, ENGINE_SUBMIT);
    struct block *b = block_new(&rig->budget, input.len + sizeof ARGS - 1 + strlen(media_type));
    block_append(b, input);
    block_append(b, SLICE(ARGS));
    block_append(b, slice_str(media_type));
    ask->call.spec = (struct job_spec){
        .queue = SLICE("default"),
        .type = SLICE("local.a"),
        .retry = retry_policy_default(),
        .envelope = b,
        .args = slice_make(b->bytes + input.len, sizeof ARGS - 1),
        .is_raw = true,
        .durability = DURABILITY_SYNCED,
    };
    return ask;
}

static void expect_view(const struct job_view *v, struct slice input, const char *media_type)
{
    cr_assert(v->is_raw);
    cr_assert(slice_eq(v->args, SLICE(ARGS)), "%.*s", SLICE_ARG(v->args));
    cr_assert(slice_eq(job_raw_input(v->envelope, v->args), input));
    cr_assert(slice_eq(job_raw_type(v->envelope, v->args), slice_str(media_type)));
}

static void expect_info(struct log_rig *g, struct uuid id, struct slice input, const char *media_type)
{
    struct ask *ask = log_do(g, log_job_new(g, ENGINE_INFO, id));
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    expect_view(&ask->call.view, input, media_type);
    ask_free(ask);
}

Test(jobs_raw, the_input_is_all_before_args)
{
    struct rig *rig = rig_up();
    struct ask *ask = ask_do(raw_new(rig, slice_make(INPUT), TYPE));
    expect_view(&ask->call.view, slice_make(INPUT), TYPE);
    ask_free(ask);
    ask = ask_do(raw_new(rig, SLICE(""), ""));
    expect_view(&ask->call.view, SLICE(""), "");
    ask_free(ask);
    rig_down(rig);
}

Test(jobs_raw, a_worker_is_told_that_it_is_raw)
{
    struct rig *rig = rig_up();
    struct local_grant g;
    ask_free(ask_do(raw_new(rig, slice_make(INPUT), TYPE)));
    submit(rig, "default", "local.a", 0);
    uint64_t all = ~UINT64_C(0);
    cr_assert(engine_grant_local(rig->engine, &all, &g));
    cr_assert(g.is_raw);
    cr_assert(slice_eq(job_raw_input(g.envelope, g.args), slice_make(INPUT)));
    block_unref(g.envelope);
    cr_assert(engine_grant_local(rig->engine, &all, &g));
    cr_assert(!g.is_raw);
    block_unref(g.envelope);
    rig_down(rig);
}

Test(jobs_raw, it_comes_back_after_a_kill_and_a_stop)
{
    struct log_rig *g = log_rig_up();
    struct job_view full, empty;
    cr_assert_eq(log_once(g, raw_new(g->r, slice_make(INPUT), TYPE), &full), ENGINE_OK);
    cr_assert_eq(log_once(g, raw_new(g->r, SLICE(""), ""), &empty), ENGINE_OK);
    for (int in_order = 0; in_order < 2; in_order++) {
        log_restart(g, in_order);
        expect_info(g, full.id, slice_make(INPUT), TYPE);
        expect_info(g, empty.id, SLICE(""), "");
    }
    log_rig_down(g);
}

/* ---- the record ---- */

struct sample_record {
    struct job_image image;
    char bytes[512];
    size_t len;
};

static void write_record(struct sample_record *s, struct slice envelope, struct record_span args, uint8_t made)
{
    struct slice parts[JOB_IMAGE_PARTS];
    uint32_t lengths[JOB_ERRORS_KEPT];
    s->image = (struct job_image){.state = {.state = JOB_AVAILABLE},
                                  .birth = {.max_attempts = 3, .args = args, .made = made},
                                  .queue = SLICE("q"),
                                  .type = SLICE("t"),
                                  .envelope = envelope};
    size_t n = job_image_parts(&s->image, RECORD_SNAPSHOT, parts, lengths);
    s->len = 0;
    for (size_t i = 0; i < n; i++) {
        if (parts[i].len) memcpy(s->bytes + s->len, parts[i].p, parts[i].len);
        s->len += parts[i].len;
    }
}

static bool reads(const struct sample_record *s)
{
    struct job_image image;
    return job_image_read(&image, RECORD_SNAPSHOT, slice_make(s->bytes, s->len));
}

Test(jobs_raw, records_that_cannot_be)
{
    struct sample_record s;
    char long_type[1 + 2 + JOB_MEDIA_TYPE_MAX + 1];
    memset(long_type, 'x', sizeof long_type);
    write_record(&s, SLICE("x[]t/t"), (struct record_span){1, 2}, 1);
    cr_expect(reads(&s));
    write_record(&s, SLICE("x[]t/t"), (struct record_span){1, 2}, 0);
    cr_expect(reads(&s));
    s.bytes[sizeof(struct record_state) + offsetof(struct record_birth, made)] = 4;
    cr_expect(!reads(&s), "nobody knows what that is");
    write_record(&s, SLICE("x[]t/t"), (struct record_span){1, 0}, 1);
    cr_expect(!reads(&s), "a raw job has args");
    write_record(&s, slice_make(long_type, sizeof long_type - 1), (struct record_span){1, 2}, 1);
    cr_expect(reads(&s), "the longest media type");
    write_record(&s, slice_make(long_type, sizeof long_type), (struct record_span){1, 2}, 1);
    cr_expect(!reads(&s), "a longer one");
}

Test(jobs_raw, the_dump_says_what_it_holds)
{
    struct sample_record s;
    char text[512] = "";
    write_record(&s, SLICE("\x01\x02[{}]a\tb"), (struct record_span){2, 4}, 1);
    FILE *out = fmemopen(text, sizeof text, "w");
    cr_assert(out);
    job_dump(NULL, out,
             &(struct journal_record){.type = RECORD_SNAPSHOT, .payload = slice_make(s.bytes, s.len), .sequence = 7});
    (void)fclose(out);
    cr_expect(strstr(text, " envelope_bytes=9 input_bytes=2 input_type=a?b\n"), "%s", text);
}
