/* options_lines.c: see options_lines.h. */
#include "options_lines.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define WORDS_MAX 64

struct options o;
char said[4096];
static char words_text[8192];
char file_path[64];
static char *words[WORDS_MAX + 1];

void options_lines_end(void)
{
    options_deinit(&o);
    if (file_path[0]) (void)unlink(file_path);
}

/* Cuts the line at '|', so that a word may have blanks; the first word is the program's name. */
static int split(const char *line)
{
    int n = 0;
    (void)snprintf(words_text, sizeof words_text, "%s", line);
    static char name[] = "quern-load";
    words[n++] = name;
    for (char *rest = words_text, *word; n < WORDS_MAX && (word = strsep(&rest, "|"));) words[n++] = word;
    words[n] = NULL;
    return n;
}

static void catch_said(int fd)
{
    ssize_t n = pread(fd, said, sizeof said - 1, 0);
    said[n > 0 ? n : 0] = '\0';
}

/* Reads the line with fd 1 or 2 caught. */
enum options_outcome read_caught(const char *line, int which)
{
    int argc = split(line), fd = memfd_create("said", MFD_CLOEXEC), old = dup(which);
    cr_assert(fd >= 0 && old >= 0);
    (void)fflush(NULL);
    cr_assert(dup2(fd, which) == which);
    enum options_outcome outcome = options_read(argc, words, &o);
    (void)fflush(NULL);
    cr_assert(dup2(old, which) == which);
    catch_said(fd);
    (void)close(fd);
    (void)close(old);
    return outcome;
}

void accept_line(const char *line)
{
    options_deinit(&o);
    enum options_outcome outcome = read_caught(line, STDERR_FILENO);
    cr_assert_eq(outcome, OPTIONS_RUN, "%s: %s", line, said);
    cr_assert_str_eq(said, "");
}

/* One sentence, with the text in it. */
void refuse_line(const char *line, const char *text)
{
    enum options_outcome outcome = read_caught(line, STDERR_FILENO);
    cr_assert_eq(outcome, OPTIONS_EXIT_USAGE, "%s", line);
    cr_assert_not_null(strstr(said, text), "%s: %s", line, said);
    const char *end = strchr(said, '\n');
    cr_assert(end && end[1] == '\0', "%s: one line, not %s", line, said);
}

const char *write_file(const char *text)
{
    (void)snprintf(file_path, sizeof file_path, "/tmp/quern-options-XXXXXX");
    int fd = mkstemp(file_path);
    cr_assert(fd >= 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    (void)close(fd);
    return file_path;
}
