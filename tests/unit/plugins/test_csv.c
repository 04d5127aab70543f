/* test_csv.c: src/plugins/common: the CSV reader, cells, tables, JSON text. */
#include "../../../src/plugins/common/cell.h"
#include "../../../src/plugins/common/csv.h"
#include "../../../src/plugins/common/json_text.h"
#include "../../../src/plugins/common/table.h"

#include <criterion/criterion.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Renders what was read, "a|b/" per row, then the outcome: ".", or "!" and the line of an error. */
static void render(const char *text, size_t len, char delimiter, char *out, size_t room)
{
    struct csv csv;
    enum csv_status status;
    size_t at = 0;
    out[0] = '\0';
    csv_init(&csv, text, len, delimiter);
    while ((status = csv_row(&csv)) == CSV_ROW) {
        for (size_t i = 0; i < csv.n_fields; i++) {
            struct csv_text value = csv_value(&csv, &csv.fields[i]);
            at += (size_t)snprintf(out + at, room - at, "%s%.*s", i ? "|" : "", (int)value.len, value.at);
        }
        at += (size_t)snprintf(out + at, room - at, "/");
    }
    if (status == CSV_END) (void)snprintf(out + at, room - at, ".");
    else (void)snprintf(out + at, room - at, "!%" PRIu64, csv.line);
    cr_assert_eq(csv_row(&csv), CSV_END, "nothing follows the end or an error");
    csv_deinit(&csv);
}

static void expect(const char *text, const char *wanted)
{
    char has[512];
    render(text, strlen(text), ',', has, sizeof has);
    cr_assert_str_eq(has, wanted, "from \"%s\"", text);
}

Test(csv, rows_and_fields)
{
    expect("", ".");
    expect("a", "a/.");
    expect("a,b\n1,2\n", "a|b/1|2/.");
    expect("a,b\r\n1,2\r\n", "a|b/1|2/.");
    expect("a,b\r1,2", "a|b/1|2/.");
    expect("a,\n,b\n,", "a|/|b/|/.");
    expect("\n\na\n\n\r\nb\n\n", "a/b/.");
    expect(" a , b ", " a | b /.");
    expect("\xef\xbb\xbf"
           "a,b",
           "a|b/.");
    expect("\xef\xbb\xbf", ".");
}

Test(csv, quotes)
{
    expect("\"a\",\"b\"\n", "a|b/.");
    expect("\"a,b\",c", "a,b|c/.");
    expect("\"a\nb\r\nc\",d\ne,f", "a\nb\r\nc|d/e|f/.");
    expect("\"say \"\"hi\"\"\",\"\"", "say \"hi\"|/.");
    expect("\"\"\"\"", "\"/.");
    expect("\"\"\"\"\"\"\n\"\"", "\"\"//.");
    expect("\"a\"\n\"b\"\r", "a/b/.");
}

Test(csv, broken_quotes_have_their_line)
{
    expect("a\"b", "!1");
    expect("x\n\"a\"b", "x/!2");
    expect("x\n\"a\nb\"c", "x/!3");
    expect("x\ny\n\"open\n\n\n", "x/y/!3");
    expect("\"", "!1");
    expect("\"a\"\"", "!1");
    expect("a,b\n\"1\n2\",3\n4,\"5\"6\n", "a|b/1\n2|3/!4");
}

Test(csv, limits)
{
    char *text = malloc(CSV_FIELD_BYTES_MAX + 2);
    memset(text, ',', CSV_COLUMNS_MAX);
    struct csv csv;
    csv_init(&csv, text, CSV_COLUMNS_MAX - 1, ',');
    cr_assert_eq(csv_row(&csv), CSV_ROW);
    cr_assert_eq(csv.n_fields, CSV_COLUMNS_MAX);
    csv_deinit(&csv);
    csv_init(&csv, text, CSV_COLUMNS_MAX, ',');
    cr_assert_eq(csv_row(&csv), CSV_TOO_MANY_COLUMNS);
    csv_deinit(&csv);
    memset(text, 'x', CSV_FIELD_BYTES_MAX + 1);
    csv_init(&csv, text, CSV_FIELD_BYTES_MAX, ',');
    cr_assert_eq(csv_row(&csv), CSV_ROW);
    csv_deinit(&csv);
    csv_init(&csv, text, CSV_FIELD_BYTES_MAX + 1, ',');
    cr_assert_eq(csv_row(&csv), CSV_FIELD_TOO_LONG);
    csv_deinit(&csv);
    free(text);
}

/* Every beginning of a text with all there is, its last byte against a page that must not be touched. */
Test(csv, cut_at_every_byte)
{
    static const char text[] = "\xef\xbb\xbfid,\"na\"\"me\"\r\n1,\"a\r\nb\"\n\n2,\"\"\r3,x\"y\n";
    uint8_t *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    cr_assert(pages != MAP_FAILED);
    cr_assert_eq(mprotect(pages + 4096, 4096, PROT_NONE), 0);
    for (size_t len = 0; len < sizeof text; len++) {
        char has[512], *start = (char *)pages + 4096 - len;
        memcpy(start, text, len);
        render(start, len, ',', has, sizeof has);
        char last = has[strlen(has) - 1];
        cr_assert(last == '.' || (last >= '1' && last <= '6'), "%zu bytes: %s", len, has);
        (void)csv_sniff(start, len);
    }
}

Test(csv, sniffing)
{
    static const struct {
        const char *text;
        char wanted;
    } cases[] = {
        {"a,b\n1,2", ','},           {"a\tb\n1\t2", '\t'},           {"a;b\n1;2", ';'},
        {"a|b\n1|2", '|'},           {"alone\n1\n2", ','},           {"", ','},
        {"a;b;c\n1,5;2,5;3\n", ';'}, {"x y\tz\n1,2\t3\n4\t5", '\t'}, {"\"a,b\";c\n1;2", ';'},
        {"a|b|c,d\n1|2|3,4\n", '|'},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_assert_eq(csv_sniff(cases[i].text, strlen(cases[i].text)), cases[i].wanted, "%s", cases[i].text);
}

static enum cell_kind kind_of(const char *text)
{
    return cell_read(text, strlen(text)).kind;
}

Test(cell, kinds)
{
    static const char *const of_kind[][12] = {
        [CELL_MISSING] = {"", " ", "\t "},
        [CELL_INTEGER] = {"0", "-7", "+7", " 42 ", "007", "9223372036854775807", "-9223372036854775808"},
        [CELL_NUMBER] = {"1.5", "-.5", "5.", "1e3", "1E-3", "9223372036854775808", "1e-400", "-0.0"},
        [CELL_BOOLEAN] = {"true", "FALSE", "Yes", "no"},
        [CELL_DATE] = {"2024-02-29", "2024-01-31T23:59", "2024-01-31 00:00:60", "2024-01-31T10:00:00.123Z",
                       "2024-01-31T10:00+02:00", "0000-01-01"},
        [CELL_TEXT] = {"nan", "inf", "-Infinity", "0x10", "1e", "1e999", "2023-02-29", "2024-13-01", ".", "-", "1 2",
                       "2024-01-31T24:00"},
    };
    for (int kind = CELL_MISSING; kind <= CELL_TEXT; kind++)
        for (int i = 0; i < 12 && of_kind[kind][i]; i++)
            cr_assert_eq((int)kind_of(of_kind[kind][i]), kind, "\"%s\"", of_kind[kind][i]);
}

/* Against strtod, over decimals of all lengths and magnitudes: the same double, bit by bit. */
Test(cell, numbers_are_correctly_rounded)
{
    uint64_t random = 1;
    for (int i = 0; i < 200000; i++) {
        char text[64];
        random = random * 6364136223846793005u + 1442695040888963407u;
        uint64_t digits = (random >> 11) >> (random % 53);
        int exponent = (int)(random >> 59) * 20 - 310;
        (void)snprintf(text, sizeof text, i % 2 ? "%" PRIu64 "e%d" : "%" PRIu64 ".%03d25", digits, i % 2 ? exponent : i % 1000);
        double wanted = strtod(text, NULL);
        struct cell cell = cell_read(text, strlen(text));
        if (!isfinite(wanted)) cr_assert_eq((int)cell.kind, CELL_TEXT, "%s", text);
        else cr_assert(memcmp(&cell.number, &wanted, sizeof wanted) == 0, "%s: %.17g, %.17g", text, cell.number, wanted);
    }
    cr_assert_eq(cell_read("-9223372036854775808", 20).integer, INT64_MIN);
    cr_assert_eq(cell_read("9223372036854775807", 19).integer, INT64_MAX);
}

Test(table, header_is_guessed_or_told)
{
    static const struct {
        const char *text, *word;
        bool wanted;
    } cases[] = {
        {"a,b\n1,2", "auto", true}, {"1,2\n3,4", "auto", false}, {"1,2\n3,4", "yes", true},       {"a,b\nc,d", "no", false},
        {"a,b\nc,d", NULL, true},   {"a,\nc,d", "auto", true},   {"a,true\nc,no", "auto", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct table table;
        char name[TABLE_NAME_BYTES];
        cr_assert_eq(table_init(&table, cases[i].text, strlen(cases[i].text), "comma", cases[i].word), TABLE_ROW);
        cr_assert_eq(table.header, cases[i].wanted, "%s", cases[i].text);
        while (table_row(&table) == TABLE_ROW) continue;
        cr_assert_eq(table.rows, cases[i].wanted ? 1 : 2);
        cr_assert_eq(strncmp(table_name(&table, 1, name).at, "column_2", 8) == 0, !cases[i].wanted);
        table_deinit(&table);
    }
}

Test(table, uneven_rows_have_their_line)
{
    static const char text[] = "a,b\n1,2\n\"x\ny\",3\n4\n";
    struct table table;
    cr_assert_eq(table_init(&table, text, strlen(text), NULL, NULL), TABLE_ROW);
    cr_assert_eq(table_row(&table), TABLE_ROW);
    cr_assert_eq(table_row(&table), TABLE_ROW);
    cr_assert_eq(table_row(&table), TABLE_BAD);
    cr_assert_str_eq(table.code, "bad_csv");
    cr_assert(strncmp(table.problem, "line 5:", 7) == 0, "%s", table.problem);
    table_deinit(&table);
}

static void expect_string(const char *bytes, size_t len, const char *wanted)
{
    struct json_text json = {0};
    json_string(&json, bytes, len);
    cr_assert(json.len == strlen(wanted) && memcmp(json.bytes, wanted, json.len) == 0, "%.*s instead of %s", (int)json.len,
              json.bytes, wanted);
    free(json.bytes);
}

Test(json_text, strings_are_always_valid)
{
#define BAD "\xef\xbf\xbd"
    expect_string("", 0, "\"\"");
    expect_string("a\"b\\c\n\t\x01\x7f", 9, "\"a\\\"b\\\\c\\n\\t\\u0001\\u007f\"");
    expect_string("\xc3\xa4\xe2\x82\xac\xf0\x9f\x8c\xbe", 9, "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x8c\xbe\"");
    expect_string("a\xff"
                  "b",
                  3, "\"a" BAD "b\"");
    expect_string("\xc0\xaf", 2, "\"" BAD BAD "\"");                /* overlong */
    expect_string("\xed\xa0\x80", 3, "\"" BAD BAD BAD "\"");        /* a surrogate */
    expect_string("\xf4\x90\x80\x80", 4, "\"" BAD BAD BAD BAD "\""); /* over U+10FFFF */
    expect_string("\xe2\x82", 2, "\"" BAD BAD "\"");                /* cut off */
    expect_string("\0", 1, "\"\\u0000\"");
}

Test(json_text, numbers_read_back_as_they_were)
{
    static const double values[] = {0, -0.0, 1, 0.1, 1e300, 5e-324, 1.0 / 3, 123456789012345680.0};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct json_text json = {0};
        json_number(&json, values[i]);
        char text[64];
        (void)snprintf(text, sizeof text, "%.*s", (int)json.len, json.bytes);
        cr_assert_eq(strtod(text, NULL), values[i], "%s", text);
        free(json.bytes);
    }
    struct json_text json = {0};
    json_open(&json, '[');
    json_number(&json, NAN);
    json_number(&json, INFINITY);
    json_open(&json, '{');
    json_key(&json, "k");
    json_bool(&json, true);
    json_close(&json, '}');
    json_integer(&json, INT64_MIN);
    json_close(&json, ']');
    static const char wanted[] = "[null,null,{\"k\":true},-9223372036854775808]";
    cr_assert(json.len == strlen(wanted) && memcmp(json.bytes, wanted, json.len) == 0);
    free(json.bytes);
}
