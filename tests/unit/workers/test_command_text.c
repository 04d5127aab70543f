/* What a command is told, and what of its stderr is kept. */
#include "workers/command.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const char *text_of(const struct command_tail *tail)
{
    static char text[COMMAND_TAIL_BYTES + 1];
    command_tail_text(tail, text);
    return text;
}

/* However the bytes are cut into reads, the last KiB is what is kept. */
Test(workers_command, tail_is_the_end)
{
    char all[4000];
    for (size_t i = 0; i < sizeof all; i++) all[i] = (char)('a' + i % 23);
    for (size_t step = 1; step < sizeof all; step += step < 40 ? 1 : 97) {
        for (size_t len = 1000; len <= sizeof all; len += 333) {
            struct command_tail tail = {.len = 0};
            for (size_t at = 0; at < len; at += step) command_tail_add(&tail, all + at, at + step < len ? step : len - at);
            size_t kept = len < COMMAND_TAIL_BYTES ? len : COMMAND_TAIL_BYTES;
            cr_assert_eq(tail.len, kept);
            cr_assert_eq(tail.cut, len > COMMAND_TAIL_BYTES);
            cr_assert_eq(memcmp(tail.bytes, all + len - kept, kept), 0, "step %zu, length %zu", step, len);
        }
    }
}

Test(workers_command, tail_reads_as_text)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *text;
    } cases[] = {
        {"", 0, ""},
        {" \n\t ", 4, ""},
        {"  a b\nc \r\n", 10, "a b\nc"},
        {"a\0b", 3, "a?b"},
        {"\x1b[31mred", 8, "?[31mred"},
        {"gr\xc3\xbc\xc3\x9f", 6, "gr\xc3\xbc\xc3\x9f"},
        {"\xff\xc3", 2, "??"},
        {"a\xc3", 2, "a?"}, /* cut at its end */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct command_tail tail = {.len = 0};
        command_tail_add(&tail, cases[i].bytes, cases[i].len);
        cr_assert_str_eq(text_of(&tail), cases[i].text);
    }
}

/* A character that the cut goes through is left out, one that was bad from the start is not. */
Test(workers_command, tail_begins_with_a_character)
{
    char bytes[COMMAND_TAIL_BYTES + 1];
    struct command_tail tail = {.len = 0};
    memset(bytes, 'x', sizeof bytes);
    memcpy(bytes, "\xc3\xbc", 2);
    command_tail_add(&tail, bytes, sizeof bytes);
    cr_assert_eq(text_of(&tail)[0], 'x');
    cr_assert_eq(strlen(text_of(&tail)), COMMAND_TAIL_BYTES - 1);
    tail = (struct command_tail){.len = 0};
    command_tail_add(&tail, "\xbcx", 2);
    cr_assert_str_eq(text_of(&tail), "?x");
}

Test(workers_command, environment)
{
    static const struct quern_param params[] = {
        {.name = "width", .kind = QUERN_TEXT}, {.name = "fit", .kind = QUERN_TEXT, .fallback = "in"}, {.name = "no", .kind = QUERN_TEXT}};
    static const struct quern_type type = {.name = "pdf.render", .params = params, .n_params = 3};
    static const struct job_type job_type = {.type = &type};
    static struct task t;
    static char env[ZYGOTE_ENV_BYTES], shown[ZYGOTE_ENV_BYTES];
    task_init(&t, NULL);
    t.type = &job_type;
    t.n_params = 1;
    t.params[0].name = "width";
    t.params[0].text = "3 4";
    size_t n = command_env(&t, env);
    cr_assert_eq(env[n - 1], 0);
    memcpy(shown, env, n);
    for (size_t i = 0; i + 1 < n; i++)
        if (!shown[i]) shown[i] = '\n';
    cr_assert_str_eq(shown, "PATH=/usr/local/bin:/usr/bin:/bin\nLANG=C.UTF-8\nQUERN_TYPE=pdf.render\nQUERN_PARAM_width=3 4\nQUERN_PARAM_fit=in");
    t.attempt = 2;
    t.job_id = (struct uuid){1, 2};
    (void)snprintf(t.input_type, sizeof t.input_type, "image/png");
    n = command_env(&t, env);
    cr_assert(memmem(env, n, "QUERN_INPUT_TYPE=image/png", 27));
    cr_assert(memmem(env, n, "QUERN_JOB_ID=00000000-0000-0001-0000-000000000002", 50));
    cr_assert(memmem(env, n, "QUERN_ATTEMPT=2", 16));
}

/* The largest that a configuration and a client can bring about is complete. */
Test(workers_command, largest_environment)
{
    static char names[32][64], value[TASK_PARAM_BYTES], env[ZYGOTE_ENV_BYTES];
    static struct quern_param params[32];
    static char type_name[256];
    static struct task t;
    task_init(&t, NULL);
    memset(type_name, 'a', 255);
    for (int i = 0; i < 32; i++) {
        memset(names[i], 'n', 63);
        (void)snprintf(names[i], 64, "%063d", i);
        params[i] = (struct quern_param){.name = names[i], .kind = QUERN_TEXT};
        t.params[i].name = names[i];
        t.params[i].text = "";
    }
    const struct quern_type type = {.name = type_name, .params = params, .n_params = 32};
    const struct job_type job_type = {.type = &type};
    memset(value, 'v', sizeof value - 33);
    memset(t.input_type, 'i', sizeof t.input_type - 1);
    t.params[0].text = value;
    t.n_params = 32;
    t.attempt = UINT32_MAX;
    t.type = &job_type;
    size_t n = command_env(&t, env);
    cr_assert(memmem(env, n, names[31], 63), "%zu bytes", n);
}
