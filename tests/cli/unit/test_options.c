#include "base/clock.h"
#include "base/json.h"
#include "tools/cli/envelope.h"
#include "tools/cli/options.h"

#include <criterion/criterion.h>

#define WORDS_MAX 32

static struct options o;
static char why[256];
static char words_text[1024];

/* Reads a command line, cut at '|' so that words may have blanks. */
static enum options_outcome line(const char *text)
{
    static char name[] = "quern";
    static char *words[WORDS_MAX + 1];
    int n = 0;
    options_deinit(&o);
    (void)snprintf(words_text, sizeof words_text, "%s", text);
    words[n++] = name;
    for (char *rest = words_text, *word; n < WORDS_MAX && (word = strsep(&rest, "|"));) words[n++] = word;
    words[n] = NULL;
    return options_read(n, words, &o, why);
}

static void refused(const char *text, const char *sentence)
{
    cr_assert_eq(line(text), OPTIONS_WRONG, "%s", text);
    cr_assert(strstr(why, sentence), "%s: %s", text, why);
}

static void end(void)
{
    options_deinit(&o);
}

TestSuite(cli_options, .fini = end);

Test(cli_options, words_and_options_in_any_order)
{
    cr_assert_eq(line("-u|h:1|submit|-qw|x|--queue=q|-p|a=1|file|-pb=2|--delay|1m|--tag|t|--priority=-3"), OPTIONS_RUN, "%s",
                 why);
    cr_assert_eq(o.command, COMMAND_SUBMIT);
    cr_assert_str_eq(o.url, "h:1");
    cr_assert_eq(o.words_n, 2);
    cr_assert_str_eq(o.words[0], "x");
    cr_assert_str_eq(o.words[1], "file");
    cr_assert(o.quiet && o.wait.given && o.wait.ns == 0);
    cr_assert_eq(o.params.n, 2);
    cr_assert_str_eq(o.params.text[1], "b=2");
    cr_assert_eq(o.delay_ns, 60 * NS_PER_S);
    cr_assert(o.priority.given && o.priority.n == -3);
}

Test(cli_options, commands_of_two_words)
{
    cr_assert_eq(line("dead|retry|a|b"), OPTIONS_RUN);
    cr_assert_eq(o.command, COMMAND_DEAD_RETRY);
    cr_assert_eq(o.words_n, 2);
    cr_assert_eq(line("dead"), OPTIONS_RUN);
    cr_assert_eq(o.command, COMMAND_DEAD_LIST);
    cr_assert_eq(line("dead|-q|list"), OPTIONS_WRONG, "its words stand together");
    cr_assert_eq(line("queues|pause"), OPTIONS_WRONG);
    cr_assert_eq(line("queues|--|pause"), OPTIONS_RUN);
    cr_assert_eq(o.command, COMMAND_QUEUES);
    cr_assert_str_eq(o.words[0], "pause");
    cr_assert_eq(line("queues|resume|--|-q"), OPTIONS_RUN);
    cr_assert_str_eq(o.words[0], "-q");
    cr_assert_not(o.quiet);
}

Test(cli_options, the_same_letter_means_what_the_command_says)
{
    cr_assert_eq(line("run|x|-o|json|-t|text/csv"), OPTIONS_RUN);
    cr_assert_str_eq(o.output, "json");
    cr_assert_str_eq(o.type, "text/csv");
    cr_assert_eq(line("get|x|-o|json"), OPTIONS_RUN);
    cr_assert_eq(o.format, FORMAT_JSON);
    cr_assert_eq(line("-o|table|get|x"), OPTIONS_RUN);
    cr_assert_eq(o.format, FORMAT_TABLE);
    refused("-o|table|run|x", "--format has no meaning for quern run");
}

Test(cli_options, times_that_may_be_left_out)
{
    cr_assert_eq(line("get|x|--watch"), OPTIONS_RUN);
    cr_assert(o.watch.given && o.watch.ns == 0);
    cr_assert_eq(line("get|x|--watch=250ms|--timeout|2"), OPTIONS_RUN);
    cr_assert_eq(o.watch.ns, 250 * NS_PER_MS);
    cr_assert_eq(o.timeout_ns, 2 * NS_PER_S);
    refused("get|x|--watch=0", "--watch must be a time above 0");
    refused("get|x|--watch=", "--watch must be a time above 0");
}

Test(cli_options, refused)
{
    char many[1024] = "submit|x";
    refused("", "there is no command ''");
    refused("get|x|-qz", "-z is no option of quern get");
    refused("get|x|-o", "--format needs a value");
    refused("get|x|-ostone", "must be one of json, table");
    refused("get|x|--priority=1", "--priority is no option of quern get");
    refused("submit|x|--priority|9223372036854775808", "must be an integer");
    refused("submit|x|--meta|[]", "--meta must be a JSON object");
    refused("submit|x|--id=", "its value is empty");
    refused("health|x", "'x' is too much: quern health");
    for (int i = 0; i <= TEXTS_MAX; i++) (void)snprintf(many + strlen(many), sizeof many - strlen(many), "|--tag=%d", i);
    cr_assert_lt(strlen(many), sizeof many - 1);
    cr_assert_eq(line(many), OPTIONS_RUN, "only as many as the test has words");
    cr_assert_eq(o.tags.n, WORDS_MAX - 3);
}

/* ---- envelopes ---- */

static void expect_envelope(const char *text, const char *args, const char *expected)
{
    struct buf b;
    struct json_value v;
    size_t at;
    buf_init(&b, 65536);
    cr_assert_eq(line(text), OPTIONS_RUN, "%s", why);
    cr_assert(envelope_make(&o, o.words[0], slice_str(args), &b, why), "%s", why);
    cr_assert_str_eq(b.p, expected);
    cr_assert_eq(json_check(buf_slice(&b), &v, &at), JSON_OK);
    buf_deinit(&b);
}

static void refused_envelope(const char *text, const char *args, const char *sentence)
{
    struct buf b;
    buf_init(&b, 65536);
    cr_assert_eq(line(text), OPTIONS_RUN, "%s", why);
    cr_assert_not(envelope_make(&o, o.words[0], slice_str(args), &b, why));
    cr_assert(strstr(why, sentence), "%s", why);
    buf_deinit(&b);
}

Test(cli_options, envelopes)
{
    expect_envelope("submit|x", "", "{\"type\":\"x\",\"args\":[],\"options\":{}}");
    expect_envelope("submit|x", "[1.50]", "{\"type\":\"x\",\"args\":[1.50],\"options\":{}}");
    expect_envelope("submit|x|-p|a=1|-p|b=\"\\=", "",
                    "{\"type\":\"x\",\"args\":[{\"a\":\"1\",\"b\":\"\\\"\\\\=\"}],\"options\":{}}");
    expect_envelope("submit|x|--delay=1500ms|--expires=2h", "",
                    "{\"type\":\"x\",\"args\":[],\"options\":{\"delay_until\":\"+PT1.500S\",\"expires_at\":\"+PT7200S\"}}");
    expect_envelope("submit|x|--at=2040-01-31T09:00:00Z|--run-limit=1", "",
                    "{\"type\":\"x\",\"args\":[],\"options\":{\"delay_until\":\"2040-01-31T09:00:00Z\",\"timeout_ms\":1000}}");
    expect_envelope(
        "submit|x|--dead-letter|--tag=\n", "",
        "{\"type\":\"x\",\"args\":[],\"options\":{\"retry\":{\"on_exhaustion\":\"dead_letter\"},\"tags\":[\"\\n\"]}}");
    refused_envelope("submit|x|-p|a", "", "NAME=VALUE");
    refused_envelope("submit|x|-p|a=1|--args=[]", "", "not from two of them");
    refused_envelope("submit|x|--args=[]", "[]", "not from two of them");
    refused_envelope("submit|x|--retry={}|--max-attempts=1", "", "whole policy");
}

Test(cli_options, schedules)
{
    struct buf b;
    buf_init(&b, 65536);
    cr_assert_eq(line("cron|add|n|0 9 * * *|x|--zone|Europe/Paris|--overlap=allow|--disabled|--description|d|--queue=q"),
                 OPTIONS_RUN);
    cr_assert(envelope_make_cron(&o, o.words[0], o.words[1], o.words[2], SLICE(""), &b, why));
    cr_assert_str_eq(b.p,
                     "{\"name\":\"n\",\"cron\":\"0 9 * * *\",\"timezone\":\"Europe/Paris\",\"type\":\"x\",\"args\":[],"
                     "\"options\":{\"queue\":\"q\"},\"overlap_policy\":\"allow\",\"enabled\":false,\"description\":\"d\"}");
    buf_deinit(&b);
}
