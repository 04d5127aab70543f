/* options_lines.h: command lines as the tests of options write them: words with '|' between, so that a word may have blanks. */
#ifndef QUERN_TESTS_LOAD_OPTIONS_LINES_H
#define QUERN_TESTS_LOAD_OPTIONS_LINES_H

#include "tools/load/options.h"

#define URL "http://127.0.0.1:8080/x"

extern struct options o; /* what the last line asked for */
extern char said[4096]; /* by the last read, on stdout or stderr */

/* Reads the line with fd 1 or 2 caught. */
enum options_outcome read_caught(const char *line, int which);
/* Asserts that it is taken without a word. */
void accept_line(const char *line);
/* Asserts that it is refused in one sentence with the text in it. */
void refuse_line(const char *line, const char *text);
/* A file with this text: file_path, until the next one. */
extern char file_path[64];
const char *write_file(const char *text);
void options_lines_end(void);

#endif
