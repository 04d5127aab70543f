#include "tools/cli/ndjson.h"

#include <criterion/criterion.h>
#include <sys/mman.h>
#include <unistd.h>

static struct ndjson reader;

/* The reader over a file that holds text. */
static void open_text(struct slice text)
{
    int fd = memfd_create("lines", MFD_CLOEXEC);
    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, text.p, text.len), (ssize_t)text.len);
    cr_assert_eq(lseek(fd, 0, SEEK_SET), 0);
    ndjson_init(&reader, fd);
}

static void close_text(void)
{
    (void)close(reader.fd);
    ndjson_deinit(&reader);
}

static void expect_line(unsigned number, const char *text)
{
    struct slice line;
    cr_assert_eq(ndjson_next(&reader, &line), NDJSON_LINE);
    cr_assert_eq(reader.number, number, "%u", reader.number);
    cr_assert(slice_eq(line, slice_str(text)), "'%.*s'", SLICE_ARG(line));
}

static void expect_end(void)
{
    struct slice line;
    for (int i = 0; i < 3; i++) cr_assert_eq(ndjson_next(&reader, &line), NDJSON_END);
}

Test(cli_ndjson, lines_ends_and_blanks)
{
    open_text(SLICE("one\n\n  two \t\r\n\r\n \nthree"));
    expect_line(1, "one");
    expect_line(3, "two");
    expect_line(6, "three");
    expect_end();
    close_text();
}

Test(cli_ndjson, nothing)
{
    open_text(SLICE(""));
    expect_end();
    close_text();
    open_text(SLICE("\n\n\n"));
    expect_end();
    close_text();
}

/* Lines that end just before, at and behind what is read at once. */
Test(cli_ndjson, around_the_piece)
{
    static char text[70000];
    for (size_t len = sizeof reader.piece - 2; len <= sizeof reader.piece + 2; len++) {
        struct slice line;
        memset(text, 'x', sizeof text);
        text[len] = '\n';
        text[len + 1] = 'y';
        open_text(slice_make(text, len + 2));
        cr_assert_eq(ndjson_next(&reader, &line), NDJSON_LINE);
        cr_assert_eq(line.len, len);
        expect_line(2, "y");
        expect_end();
        close_text();
    }
}

Test(cli_ndjson, too_long_and_what_follows)
{
    struct slice line;
    char *text = malloc(NDJSON_LINE_MAX + 8);
    memset(text, 'x', NDJSON_LINE_MAX + 8);
    memcpy(text + NDJSON_LINE_MAX + 1, "\nnext\n", 6);
    open_text(slice_make(text, NDJSON_LINE_MAX + 7));
    cr_assert_eq(ndjson_next(&reader, &line), NDJSON_TOO_LONG);
    cr_assert_eq(reader.number, 1);
    expect_line(2, "next");
    expect_end();
    close_text();
    text[NDJSON_LINE_MAX] = '\n'; /* as long as may be */
    open_text(slice_make(text, NDJSON_LINE_MAX + 1));
    cr_assert_eq(ndjson_next(&reader, &line), NDJSON_LINE);
    cr_assert_eq(line.len, NDJSON_LINE_MAX);
    expect_end();
    close_text();
    free(text);
}

Test(cli_ndjson, a_file_that_cannot_be_read)
{
    struct slice line;
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    ndjson_init(&reader, ends[1]); /* the writing end */
    cr_assert_eq(ndjson_next(&reader, &line), NDJSON_FAILED);
    (void)close(ends[0]);
    close_text();
}
