#include "tools/cli/secret.h"

#include "tools/cli/exit_codes.h"
#include "tools/cli/say.h"

#include <errno.h>
#include <termios.h>
#include <unistd.h>

/* Up to a line's end, byte by byte: what follows is not ours, and no buffer keeps a copy. False: the end came first, or too much. */
static bool read_line(int fd, char text[SECRET_ROOM], size_t *len)
{
    for (*len = 0; *len < SECRET_ROOM;) {
        ssize_t n = read(fd, text + *len, 1);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return n == 0 && *len > 0;
        if (text[*len] == '\n') return true;
        ++*len;
    }
    return false;
}

static bool ask(const char *prompt, char text[SECRET_ROOM], size_t *len)
{
    struct termios old, quiet;
    if (tcgetattr(STDIN_FILENO, &old) < 0) return false;
    quiet = old;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) < 0) return false;
    (void)fputs(prompt, stderr); /* from here on what is typed counts, and is not shown */
    bool ok = read_line(STDIN_FILENO, text, len);
    (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &old);
    (void)fputc('\n', stderr);
    return ok;
}

static int ask_twice(const char *what, char text[SECRET_ROOM], size_t *len)
{
    char again[SECRET_ROOM], prompt[128];
    size_t again_len = 0;
    (void)snprintf(prompt, sizeof prompt, "%s: ", what);
    bool ok = ask(prompt, text, len);
    (void)snprintf(prompt, sizeof prompt, "%s, once more: ", what);
    ok = ok && ask(prompt, again, &again_len);
    bool same = ok && slice_eq(slice_make(text, *len), slice_make(again, again_len));
    explicit_bzero(again, sizeof again);
    if (ok && same) return 0;
    say(ok ? "these are two different ones" : "nothing was typed");
    return EXIT_USAGE;
}

int secret_read(const char *what, char text[SECRET_ROOM], size_t *len)
{
    if (isatty(STDIN_FILENO) == 1) return ask_twice(what, text, len);
    if (read_line(STDIN_FILENO, text, len)) return 0;
    say("the first line of stdin must be the %s", what);
    return EXIT_USAGE;
}
