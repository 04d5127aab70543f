#include "workers/params.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct quern_param table[] = {
    {.name = "width", .kind = QUERN_INT, .min = 1, .max = 100},
    {.name = "ratio", .kind = QUERN_FLOAT, .min = -1, .max = 1},
    {.name = "fit", .kind = QUERN_CHOICE, .choices = "in|out", .fallback = "in"},
    {.name = "flag", .kind = QUERN_BOOL},
    {.name = "text", .kind = QUERN_TEXT, .min = 1, .max = 4},
    {.name = "must", .kind = QUERN_TEXT, .required = true},
};

static int nothing(struct quern_job *job)
{
    (void)job;
    return QUERN_OK;
}

static const struct quern_type type = {.name = "t", .run = nothing, .params = table, .n_params = sizeof table / sizeof *table};
static const struct job_type job_type = {.type = &type};
static struct task task;

static void up(void)
{
    memset(&task, 0, sizeof task);
    task_init(&task, NULL);
    task.type = &job_type;
}

static bool add(const char *name, const char *value, char why[160])
{
    return params_add(&task, slice_str(name), slice_str(value), why);
}

Test(workers_params, good_values, .init = up)
{
    char why[160];
    cr_expect(add("width", "100", why));
    cr_expect(add("ratio", "-0.5e0", why));
    cr_expect(add("fit", "out", why));
    cr_expect(add("flag", "yes", why));
    cr_expect(add("text", "abcd", why));
    struct quern_job *job = task_job(&task);
    cr_expect_eq(quern_param_int(job, "width"), 100);
    cr_expect_float_eq(quern_param_float(job, "ratio"), -0.5, 1e-9);
    cr_expect(quern_param_bool(job, "flag"));
    cr_expect_str_eq(quern_param_text(job, "fit"), "out");
    cr_expect_not(params_complete(&task, why));
    cr_expect(strstr(why, "must"));
    cr_expect(add("must", "", why));
    cr_expect(params_complete(&task, why));
}

Test(workers_params, defaults_and_absence, .init = up)
{
    struct quern_job *job = task_job(&task);
    cr_expect_str_eq(quern_param_text(job, "fit"), "in");
    cr_expect_null(quern_param_text(job, "width"));
    cr_expect_eq(quern_param_int(job, "width"), 0);
    cr_expect_null(quern_param_text(job, "nonsense"));
}

Test(workers_params, each_mistake_names_its_parameter, .init = up)
{
    static const struct {
        const char *name, *value;
    } bad[] = {{"width", "0"},    {"width", "101"}, {"width", "1.5"}, {"width", "+1"},  {"width", " 1"},   {"width", ""},
               {"width", "1e1"},  {"width", "99999999999999999999"}, {"ratio", "2"},   {"ratio", "nan"},  {"ratio", "x"},
               {"fit", "inside"}, {"fit", ""},      {"fit", "in|out"}, {"flag", "maybe"}, {"text", "abcde"}, {"text", ""}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char why[160] = "";
        cr_expect_not(add(bad[i].name, bad[i].value, why), "%s=%s", bad[i].name, bad[i].value);
        cr_expect(strstr(why, bad[i].name), "%s", why);
    }
    cr_expect_eq(task.n_params, 0);
}

Test(workers_params, unknown_and_twice, .init = up)
{
    char why[160];
    cr_expect_not(add("nonsense", "1", why));
    cr_expect(strstr(why, "nonsense"));
    cr_expect(add("width", "1", why));
    cr_expect_not(add("width", "2", why));
    cr_expect(strstr(why, "twice"));
}

Test(workers_params, from_json, .init = up)
{
    struct json_value v;
    size_t at;
    char why[160];
    cr_assert_eq(json_check(SLICE("{\"width\":7,\"fit\":\"o\\u0075t\",\"flag\":true,\"ratio\":null}"), &v, &at), JSON_OK);
    cr_assert(params_add_json(&task, v, why), "%s", why);
    struct quern_job *job = task_job(&task);
    cr_expect_eq(quern_param_int(job, "width"), 7);
    cr_expect_str_eq(quern_param_text(job, "fit"), "out");
    cr_expect(quern_param_bool(job, "flag"));
    cr_expect_null(quern_param_text(job, "ratio"));
    cr_assert_eq(json_check(SLICE("{\"text\":[1]}"), &v, &at), JSON_OK);
    cr_expect_not(params_add_json(&task, v, why));
}

Test(workers_params, longer_than_there_is_room, .init = up)
{
    static char text[TASK_PARAM_BYTES + 1];
    char why[160];
    memset(text, 'x', TASK_PARAM_BYTES);
    cr_expect_not(add("must", text, why));
    text[TASK_PARAM_BYTES - 1] = 0;
    cr_expect(add("must", text, why));
    cr_expect_not(add("width", "1", why), "the room is used up");
}

/* ---- as JSON, for a call that becomes a job ---- */

static void expect_json(const char *text)
{
    char room[512];
    struct json_out o;
    json_out_init(&o, room, sizeof room);
    params_write_json(&task, &o);
    cr_assert(slice_eq(slice_make(room, o.len), slice_str(text)), "%.*s", (int)o.len, room);
}

Test(workers_params, as_json_and_back, .init = up)
{
    char why[160];
    size_t at;
    struct json_value object;
    expect_json("{}");
    cr_assert(add("width", "42", why) && add("ratio", "-0.5e0", why) && add("flag", "yes", why) && add("text", "\"\n1", why));
    static const char json[] = "{\"width\":42,\"ratio\":-0.5e0,\"flag\":\"yes\",\"text\":\"\\\"\\n1\"}";
    expect_json(json);
    cr_assert_eq(json_check(slice_str(json), &object, &at), JSON_OK);
    up();
    cr_assert(params_add_json(&task, object, why), "%s", why);
    expect_json(json);
}

Test(workers_params, a_text_stays_a_text, .init = up)
{
    char why[160];
    cr_assert(add("text", "12", why) && add("must", "true", why) && add("flag", "true", why));
    expect_json("{\"text\":\"12\",\"must\":\"true\",\"flag\":true}");
}

Test(workers_params, what_no_json_number_is, .init = up)
{
    char why[160];
    cr_assert(add("width", "007", why), "%s", why);
    expect_json("{\"width\":\"007\"}");
}
