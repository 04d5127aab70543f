/* Tables, sentences without control characters, figures of /metrics. */
#include "tools/cli/metrics.h"
#include "tools/cli/rows.h"
#include "tools/cli/say.h"

#include <criterion/criterion.h>

static void expect_table(const struct rows *r, const char *expected)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    cr_assert(rows_print(r, out));
    (void)fclose(out);
    cr_assert_str_eq(text, expected);
    free(text);
}

Test(cli_rows, columns_are_as_wide_as_what_is_in_them)
{
    struct rows r;
    rows_init(&r, "NAME|>COUNT|NOTE", 4096);
    expect_table(&r, "NAME  COUNT  NOTE\n");
    rows_add(&r, SLICE("a-long-name"));
    rows_addf(&r, "%d", 7);
    rows_add(&r, SLICE(""));
    rows_add(&r, SLICE("\xc3\xa9t\xc3\xa9")); /* three characters */
    rows_addf(&r, "%d", 1234567);
    rows_add(&r, SLICE("last\none\x1b[2J\0x"));
    expect_table(&r, "NAME           COUNT  NOTE\n"
                     "a-long-name        7  -\n"
                     "\xc3\xa9t\xc3\xa9          1234567  last?one?[2J?x\n");
    rows_deinit(&r);
}

Test(cli_rows, too_many)
{
    struct rows r;
    rows_init(&r, "A|B", 32);
    for (int i = 0; i < 100; i++) rows_add(&r, SLICE("cell"));
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    cr_assert_not(rows_print(&r, out));
    (void)fclose(out);
    cr_assert_leq(len, 64);
    free(text);
    rows_deinit(&r);
}

Test(cli_say, control_characters)
{
    char text[] = "a\x1b[31m\r\n\tb\x7f \xc2\x9b"
                  "1m \xc3\xa9 \xc2\xa0 \xc2";
    say_clean(text, sizeof text - 1);
    cr_assert_str_eq(text, "a?[31m???b? ??1m \xc3\xa9 \xc2\xa0 \xc2");
}

Test(cli_metrics, samples)
{
    static const struct slice text =
        SLICE_INIT("# HELP quern_workers Workers.\n# TYPE quern_workers gauge\nquern_workers 3\n"
                   "quern_workers_replaced_total 9\nquern_jobs{state=\"active\"} 1.5e3\n\nlast -2");
    cr_assert_eq(metrics_value(text, "quern_workers"), 3);
    cr_assert_eq(metrics_value(text, "quern_workers_replaced_total"), 9);
    cr_assert_eq(metrics_value(text, "quern_jobs{state=\"active\"}"), 1500);
    cr_assert_eq(metrics_value(text, "last"), -2);
    cr_assert_eq(metrics_value(text, "quern_jobs"), 0);
    cr_assert_eq(metrics_value(text, "nothing"), 0);
    cr_assert_eq(metrics_value(SLICE(""), "nothing"), 0);
    cr_assert_eq(metrics_value(slice_make("quern_workers 37", 15), "quern_workers"), 3, "only the slice is read");
}
