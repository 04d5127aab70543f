#include "api/ojs_spec.h"
#include "base/clock.h"
#include "guard.h"

#include <stdio.h>

#define NOW (UINT64_C(1770892200) * NS_PER_S) /* 2026-02-12T10:30:00Z */

/* Envelopes are written with ' for ", which no test needs otherwise. */
static struct slice quoted(const char *text, char *room)
{
    size_t len = strlen(text);
    for (size_t i = 0; i < len; i++) room[i] = text[i] == '\'' ? '"' : text[i];
    return slice_make(room, len);
}

/* Reads an envelope that lies against a guard page. */
static bool read_at_guard(struct guard *g, struct slice text, struct job_spec *spec, struct ojs_problem *why)
{
    struct json_value envelope;
    size_t at;
    cr_assert_eq(json_check(guard_put(g, text), &envelope, &at), JSON_OK, "%.*s", SLICE_ARG(text));
    return ojs_spec_read(envelope, NOW, spec, why);
}

struct bad {
    const char *text;
    int status;
    const char *code, *field;
};

#define A "'type':'a.b','args':[]"
#define OPT(text) "{" A ",'options':{" text "}}"
#define RETRY(text) OPT("'retry':{" text "}")

static const struct bad bad[] = {
    {"{'args':[]}", 400, "invalid_request", "type"},
    {"{'type':null,'args':[]}", 400, "invalid_request", "type"},
    {"{'type':7,'args':[]}", 400, "invalid_request", "type"},
    {"{'type':'','args':[]}", 400, "invalid_request", "type"},
    {"{'type':'Email.Send','args':[]}", 400, "invalid_request", "type"},
    {"{'type':'email send','args':[]}", 400, "invalid_request", "type"},
    {"{'type':'1email.send','args':[]}", 400, "invalid_request", "type"},
    {"{'type':'email.1send','args':[]}", 400, "invalid_request", "type"},
    {"{'type':'email..send','args':[]}", 400, "invalid_request", "type"},
    {"{'type':'.email','args':[]}", 400, "invalid_request", "type"},
    {"{'type':'email.','args':[]}", 400, "invalid_request", "type"},
    {"{'type':'_email','args':[]}", 400, "invalid_request", "type"},
    {"{'type':'email@send!','args':[]}", 400, "invalid_request", "type"},
    {"{'type':'a\\u0000b','args':[]}", 400, "invalid_request", "type"},
    {"{'type':'a\\nb','args':[]}", 400, "invalid_request", "type"},
    {"{'type':'a\\u0022','args':[]}", 400, "invalid_request", "type"},
    {"{'type':'a.b'}", 400, "invalid_request", "args"},
    {"{'type':'a.b','args':null}", 400, "invalid_request", "args"},
    {"{'type':'a.b','args':{}}", 400, "invalid_request", "args"},
    {"{'type':'a.b','args':'x'}", 400, "invalid_request", "args"},
    {"{'type':'a.b','args':42}", 400, "invalid_request", "args"},
    {"{'type':'a.b','args':true}", 400, "invalid_request", "args"},
    {"{" A ",'id':'550e8400-e29b-41d4-a716-446655440000'}", 400, "invalid_request", "id"},
    {"{" A ",'id':'not-a-uuid-at-all'}", 400, "invalid_request", "id"},
    {"{" A ",'id':'019461A8-1A2B-7C3D-8E4F-5A6B7C8D9E0F'}", 400, "invalid_request", "id"},
    {"{" A ",'id':'019461a8-1a2b-7c3d-7e4f-5a6b7c8d9e0f'}", 400, "invalid_request", "id"},
    {"{" A ",'id':''}", 400, "invalid_request", "id"},
    {"{" A ",'id':1}", 400, "invalid_request", "id"},
    {"{" A ",'specversion':'2.0'}", 422, "unsupported", "specversion"},
    {"{" A ",'specversion':1}", 422, "unsupported", "specversion"},
    {"{" A ",'meta':[]}", 400, "invalid_request", "meta"},
    {"{" A ",'meta':'x'}", 400, "invalid_request", "meta"},
    {"{" A ",'options':[]}", 400, "invalid_request", "options"},
    {"{" A ",'options':'x'}", 400, "invalid_request", "options"},
    {OPT("'metadata':3"), 400, "invalid_request", "options.metadata"},
    {OPT("'queue':'Default'"), 400, "invalid_request", "options.queue"},
    {OPT("'queue':'my_queue!'"), 400, "invalid_request", "options.queue"},
    {OPT("'queue':'-invalid'"), 400, "invalid_request", "options.queue"},
    {OPT("'queue':'.invalid'"), 400, "invalid_request", "options.queue"},
    {OPT("'queue':'my queue'"), 400, "invalid_request", "options.queue"},
    {OPT("'queue':''"), 400, "invalid_request", "options.queue"},
    {OPT("'queue':5"), 400, "invalid_request", "options.queue"},
    {"{" A ",'queue':'Default'}", 400, "invalid_request", "queue"},
    {OPT("'priority':101"), 400, "invalid_request", "options.priority"},
    {OPT("'priority':-101"), 400, "invalid_request", "options.priority"},
    {OPT("'priority':999999999999999999999"), 400, "invalid_request", "options.priority"},
    {OPT("'priority':1.5"), 400, "invalid_request", "options.priority"},
    {OPT("'priority':'high'"), 400, "invalid_request", "options.priority"},
    {"{" A ",'priority':101}", 400, "invalid_request", "priority"},
    {OPT("'timeout_ms':-1"), 400, "invalid_request", "options.timeout_ms"},
    {OPT("'timeout_ms':4294967296"), 400, "invalid_request", "options.timeout_ms"},
    {OPT("'timeout_ms':'1s'"), 400, "invalid_request", "options.timeout_ms"},
    {OPT("'timeout':4294968"), 400, "invalid_request", "options.timeout"},
    {OPT("'visibility_timeout_ms':999"), 400, "invalid_request", "options.visibility_timeout_ms"},
    {OPT("'visibility_timeout_ms':43200001"), 400, "invalid_request", "options.visibility_timeout_ms"},
    {OPT("'visibility_timeout':'PT13H'"), 400, "invalid_request", "options.visibility_timeout"},
    {OPT("'visibility_timeout':'PT0.5S'"), 400, "invalid_request", "options.visibility_timeout"},
    {OPT("'visibility_timeout':'30s'"), 400, "invalid_request", "options.visibility_timeout"},
    {OPT("'visibility_timeout':-1"), 400, "invalid_request", "options.visibility_timeout"},
    {OPT("'visibility_timeout':9223372036854775807"), 400, "invalid_request", "options.visibility_timeout"},
    {OPT("'visibility_timeout':true"), 400, "invalid_request", "options.visibility_timeout"},
    {OPT("'delay_until':'tomorrow'"), 400, "invalid_request", "options.delay_until"},
    {OPT("'delay_until':'2026-03-15T09:00:00'"), 400, "invalid_request", "options.delay_until"},
    {OPT("'delay_until':'+2S'"), 400, "invalid_request", "options.delay_until"},
    {OPT("'delay_until':'+'"), 400, "invalid_request", "options.delay_until"},
    {OPT("'delay_until':'+P99999999999999W'"), 400, "invalid_request", "options.delay_until"},
    {OPT("'delay_until':17"), 400, "invalid_request", "options.delay_until"},
    {OPT("'scheduled_at':''"), 400, "invalid_request", "options.scheduled_at"},
    {"{" A ",'scheduled_at':'soon'}", 400, "invalid_request", "scheduled_at"},
    {OPT("'expires_at':'2026-02-30T00:00:00Z'"), 400, "invalid_request", "options.expires_at"},
    {OPT("'tags':'x'"), 400, "invalid_request", "options.tags"},
    {OPT("'tags':['x',1]"), 400, "invalid_request", "options.tags"},
    {OPT("'unique':true"), 400, "invalid_request", "options.unique"},
    {OPT("'pending':'yes'"), 400, "invalid_request", "options.pending"},
    {OPT("'retry':'x'"), 400, "invalid_request", "options.retry"},
    {OPT("'retry_policy':[]"), 400, "invalid_request", "options.retry_policy"},
    {RETRY("'max_attempts':-1"), 422, "validation_error", "options.retry.max_attempts"},
    {RETRY("'max_attempts':1000001"), 422, "validation_error", "options.retry.max_attempts"},
    {RETRY("'max_attempts':'3'"), 422, "validation_error", "options.retry.max_attempts"},
    {RETRY("'backoff_coefficient':0.5"), 422, "validation_error", "options.retry.backoff_coefficient"},
    {RETRY("'backoff_coefficient':1e300"), 422, "validation_error", "options.retry.backoff_coefficient"},
    {RETRY("'backoff_coefficient':'2'"), 422, "validation_error", "options.retry.backoff_coefficient"},
    {RETRY("'initial_interval':'1s'"), 422, "validation_error", "options.retry.initial_interval"},
    {RETRY("'initial_interval':'PT0S'"), 422, "validation_error", "options.retry.initial_interval"},
    {RETRY("'initial_interval':'P1Y'"), 422, "validation_error", "options.retry.initial_interval"},
    {RETRY("'initial_interval':'P99W'"), 422, "validation_error", "options.retry.initial_interval"},
    {RETRY("'initial_interval_ms':0"), 422, "validation_error", "options.retry.initial_interval_ms"},
    {RETRY("'max_interval':'x'"), 422, "validation_error", "options.retry.max_interval"},
    {RETRY("'initial_interval':'PT10S','max_interval':'PT5S'"), 422, "validation_error", "options.retry.max_interval"},
    {RETRY("'max_interval_ms':500"), 422, "validation_error", "options.retry.max_interval"},
    {RETRY("'jitter':1"), 422, "validation_error", "options.retry.jitter"},
    {RETRY("'non_retryable_errors':'x'"), 422, "validation_error", "options.retry.non_retryable_errors"},
    {RETRY("'non_retryable_errors':['']"), 422, "validation_error", "options.retry.non_retryable_errors"},
    {RETRY("'non_retryable_errors':[1]"), 422, "validation_error", "options.retry.non_retryable_errors"},
    {RETRY("'on_exhaustion':'retry'"), 422, "validation_error", "options.retry.on_exhaustion"},
    {RETRY("'backoff_strategy':'random'"), 422, "validation_error", "options.retry.backoff_strategy"},
    {"{" A ",'retry':{'max_attempts':-1}}", 422, "validation_error", "retry.max_attempts"},
};

Test(ojs_spec, refuses_with_the_name_of_the_field)
{
    struct guard g = guard_new(4096);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char room[512];
        struct job_spec spec;
        struct ojs_problem why;
        cr_expect(!read_at_guard(&g, quoted(bad[i].text, room), &spec, &why), "%s", bad[i].text);
        cr_expect_eq(why.status, bad[i].status, "%s: %d", bad[i].text, why.status);
        cr_expect_str_eq(why.code, bad[i].code, "%s: %s", bad[i].text, why.code);
        cr_expect_str_eq(why.field, bad[i].field, "%s: %s", bad[i].text, why.field);
        cr_expect(strstr(why.message, bad[i].field), "%s: %s", bad[i].text, why.message);
        cr_expect_eq(why.message[strlen(why.message) - 1], '.', "cut: %s", why.message);
    }
    guard_free(&g);
}

static const char *const good[] = {
    "{" A "}",
    " {'args' : [ 1 , 'x' ] , 'type' : 'a' } ",
    "{'type':'a-b_c.d9','args':[null,{'a':[[]]}]}",
    "{'type':'test.error_structure','args':['x']}",
    "{" A ",'id':null,'meta':null,'options':null,'specversion':null,'schema':'urn:x'}",
    "{" A ",'specversion':'1.0'}",
    "{" A ",'specversion':'1.0.0-rc.1'}",
    "{" A ",'state':'completed','attempt':'seven','created_at':3,'result':[],'error':1}",
    "{" A ",'x_custom':{'deep':[1,2]},'x_':null}",
    OPT("'queue':'q9.a-b','priority':-100,'tags':[]"),
    OPT("'priority':100,'timeout_ms':0,'visibility_timeout_ms':0,'visibility_timeout':'PT30S'"),
    OPT("'visibility_timeout':30,'pending':true,'unique':{'keys':['type']},'rate_limit':{}"),
    OPT("'delay_until':'2020-01-01T00:00:00Z','expires_at':'+P1D'"),
    RETRY("'max_attempts':0,'jitter':false,'backoff_type':'polynomial','on_exhaustion':'dead_letter'"),
    RETRY("'initial_interval':'PT0.5S','max_interval':'PT0.5S','x_more':1,'jitter':null"),
};

Test(ojs_spec, takes_what_the_spec_allows)
{
    struct guard g = guard_new(4096);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        char room[512];
        struct job_spec spec;
        struct ojs_problem why = {0};
        cr_expect(read_at_guard(&g, quoted(good[i], room), &spec, &why), "%s: %s", good[i], why.message);
    }
    guard_free(&g);
}

static struct job_spec read_good(struct guard *g, const char *text)
{
    char room[1024];
    struct job_spec spec;
    struct ojs_problem why;
    cr_assert(read_at_guard(g, quoted(text, room), &spec, &why), "%s: %s", text, why.message);
    return spec;
}

#define EQ(slice, text) cr_expect(slice_eq((slice), slice_str(text)), "%.*s is not %s", SLICE_ARG(slice), text)

Test(ojs_spec, defaults)
{
    struct guard g = guard_new(4096);
    struct job_spec s = read_good(&g, "{" A "}");
    EQ(s.type, "a.b");
    EQ(s.queue, "default");
    EQ(s.args, "[]");
    cr_expect(!s.has_id && !s.pending && s.priority == 0 && s.timeout_ms == 0 && s.lease_ms == 0);
    cr_expect(s.scheduled_wall_ns == 0 && s.expires_wall_ns == 0 && !s.envelope);
    cr_expect(s.meta.len == 0 && s.tags.len == 0);
    cr_expect_eq(s.retry.max_attempts, JOB_ATTEMPTS_DEFAULT);
    guard_free(&g);
}

Test(ojs_spec, reads_every_option)
{
    struct guard g = guard_new(4096);
    struct job_spec s =
        read_good(&g, "{'id':'019461a8-1a2b-7c3d-8e4f-5a6b7c8d9e0f','type':'report.make','args':[ 42 , {'a':1} ],"
                      "'meta':{'k':'v'},'options':{'queue':'reports','priority':-7,'timeout_ms':300000,"
                      "'visibility_timeout_ms':45000,'scheduled_at':'2026-02-12T12:30:00+02:00','expires_at':'+PT2S',"
                      "'pending':true,'tags':['x','y'],'retry':{'max_attempts':5,'initial_interval':'PT1.5S',"
                      "'backoff_coefficient':3,'max_interval_ms':60000,'jitter':false,'backoff_strategy':'linear',"
                      "'non_retryable_errors':['A.*','B']}}}");
    struct uuid id;
    cr_assert_eq(uuid_parse(SLICE("019461a8-1a2b-7c3d-8e4f-5a6b7c8d9e0f"), &id), 0);
    cr_expect(s.has_id && uuid_eq(s.id, id) && s.pending);
    EQ(s.type, "report.make");
    EQ(s.queue, "reports");
    EQ(s.args, "[ 42 , {\"a\":1} ]");
    EQ(s.meta, "{\"k\":\"v\"}");
    EQ(s.tags, "[\"x\",\"y\"]");
    EQ(s.retry.non_retryable, "[\"A.*\",\"B\"]");
    cr_expect_eq(s.priority, -7);
    cr_expect_eq(s.timeout_ms, 300000);
    cr_expect_eq(s.lease_ms, 45000);
    cr_expect_eq(s.scheduled_wall_ns, NOW);
    cr_expect_eq(s.expires_wall_ns, NOW + 2 * NS_PER_S);
    cr_expect_eq(s.retry.max_attempts, 5);
    cr_expect_eq(s.retry.initial_ms, 1500);
    cr_expect_eq(s.retry.max_ms, 60000);
    cr_expect_eq(s.retry.backoff, BACKOFF_LINEAR);
    cr_expect(s.retry.coefficient > 2.99f && s.retry.coefficient < 3.01f && !s.retry.jitter);
    guard_free(&g);
}

/* What the renderer would still have to look for in the envelope. */
Test(ojs_spec, knows_when_nothing_else_is_shown)
{
    static const char *const bare[] = {
        "{" A "}", "{" A ",'meta':{},'state':'active','retry':null,'options':null}", "{" A ",'options':{'queue':'q','tags':['x'],'unique':null}}",
    };
    static const char *const more[] = {
        "{" A ",'x':1}", "{" A ",'x':null}", "{" A ",'options':{'x':1}}", "{" A ",'options':{'state':1}}", "{" A ",'retry':{}}",
        "{" A ",'options':{'retry_policy':{}}}", "{" A ",'unique':{}}", "{" A ",'meta':{},'options':{'metadata':{}}}", "{" A ",'\\u0078':1}",
    };
    struct guard g = guard_new(4096);
    for (size_t i = 0; i < sizeof bare / sizeof *bare; i++) cr_expect(read_good(&g, bare[i]).is_bare, "%s", bare[i]);
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) cr_expect_not(read_good(&g, more[i]).is_bare, "%s", more[i]);
    guard_free(&g);
}

Test(ojs_spec, aliases_and_their_order)
{
    struct guard g = guard_new(4096);
    struct job_spec s = read_good(&g, "{" A ",'queue':'top','priority':1,'timeout':30,'retry':{'max_attempts':9},"
                                      "'options':{'queue':'inner','metadata':{'a':1},'retry_policy':{'max_attempts':2},"
                                      "'delay_until':'+PT1M','visibility_timeout':'PT1M'}}");
    EQ(s.queue, "inner");
    EQ(s.meta, "{\"a\":1}");
    cr_expect_eq(s.priority, 1);
    cr_expect_eq(s.timeout_ms, 30000);
    cr_expect_eq(s.lease_ms, 60000);
    cr_expect_eq(s.retry.max_attempts, 9, "retry goes before its alias");
    cr_expect_eq(s.scheduled_wall_ns, NOW + 60 * NS_PER_S);
    s = read_good(&g, "{" A ",'meta':{'m':1},'options':{'metadata':{'a':1}}}");
    EQ(s.meta, "{\"m\":1}");
    guard_free(&g);
}

Test(ojs_spec, the_epoch_is_a_time_too)
{
    struct guard g = guard_new(4096);
    struct job_spec s = read_good(&g, OPT("'expires_at':'1970-01-01T00:00:00Z'"));
    cr_expect_eq(s.expires_wall_ns, 1, "0 would mean that it never expires");
    guard_free(&g);
}

Test(ojs_spec, a_long_first_interval_lifts_the_default_cap)
{
    struct guard g = guard_new(4096);
    struct job_spec s = read_good(&g, RETRY("'initial_interval':'PT1H'"));
    cr_expect_eq(s.retry.initial_ms, 3600000);
    cr_expect_eq(s.retry.max_ms, 3600000);
    guard_free(&g);
}

/* Escapes in names that the engine copies are resolved in place, and the envelope stays JSON. */
Test(ojs_spec, escaped_type_and_queue)
{
    struct guard g = guard_new(4096);
    struct json_value v;
    struct job_spec spec;
    struct ojs_problem why;
    size_t at;
    char room[256];
    struct slice text =
        guard_put(&g,
                  quoted("{'t\\u0079pe':'em\\u0061il.send','args':['\\u0041'],'options':{'queue':'\\u0071'}}", room));
    cr_assert_eq(json_check(text, &v, &at), JSON_OK);
    cr_assert(ojs_spec_read(v, NOW, &spec, &why), "%s", why.message);
    EQ(spec.type, "email.send");
    EQ(spec.queue, "q");
    EQ(spec.args, "[\"\\u0041\"]");
    cr_assert_eq(json_check(text, &v, &at), JSON_OK, "%.*s", SLICE_ARG(text));
    cr_assert(ojs_spec_read(v, NOW, &spec, &why));
    EQ(spec.type, "email.send");
    guard_free(&g);
}

Test(ojs_spec, longest_names)
{
    struct guard g = guard_new(4096);
    for (size_t extra = 0; extra < 2; extra++) {
        char text[1024], type[JOB_TYPE_MAX + 2], queue[JOB_QUEUE_MAX + 2];
        struct job_spec spec;
        struct ojs_problem why;
        memset(type, 'a', sizeof type);
        memset(queue, 'q', sizeof queue);
        snprintf(text, sizeof text, "{\"type\":\"%.*s\",\"args\":[]}", (int)(JOB_TYPE_MAX + extra), type);
        cr_expect_eq(read_at_guard(&g, slice_str(text), &spec, &why), extra == 0);
        snprintf(text, sizeof text, "{\"type\":\"a\",\"args\":[],\"queue\":\"%.*s\"}", (int)(JOB_QUEUE_MAX + extra),
                 queue);
        cr_expect_eq(read_at_guard(&g, slice_str(text), &spec, &why), extra == 0);
    }
    guard_free(&g);
}

/* What is cut is never taken for a whole, and nothing looks behind the cut. */
Test(ojs_spec, cut_at_every_byte)
{
    struct guard g = guard_new(4096);
    char room[512];
    struct slice whole =
        quoted("{'id':'019461a8-1a2b-7c3d-8e4f-5a6b7c8d9e0f','type':'a.b','args':['\\u00e9',{'x':[1.5e3]}],"
               "'options':{'queue':'q','retry':{'max_attempts':5,'initial_interval':'PT1S'},'tags':['t']},'x':null}",
               room);
    for (size_t len = 0; len <= whole.len; len++) {
        struct json_value v;
        struct job_spec spec;
        struct ojs_problem why;
        size_t at;
        enum json_error e = json_check(guard_put(&g, slice_make(whole.p, len)), &v, &at);
        cr_expect_eq(e == JSON_OK, len == whole.len, "at %zu", len);
        if (e == JSON_OK) cr_expect(ojs_spec_read(v, NOW, &spec, &why));
    }
    guard_free(&g);
}
