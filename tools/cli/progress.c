#include "tools/cli/progress.h"

#include "tools/cli/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

static bool enabled, on_screen; /* the terminal is one thing of the whole process */

void progress_init(bool quiet)
{
    enabled = !quiet && isatty(STDERR_FILENO) == 1;
}

bool progress_is_shown(void)
{
    return enabled;
}

/* A longer line would wrap, and then could not be replaced. */
static int columns(void)
{
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - 1 : 79;
}

void progress_show(const char *format, ...)
{
    char text[256];
    va_list args;
    if (!enabled) return;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (len < 0) return;
    say_clean(text, (size_t)len < sizeof text ? (size_t)len : sizeof text - 1);
    (void)fprintf(stderr, "\r\033[K%.*s", columns(), text);
    (void)fflush(stderr);
    on_screen = true;
}

void progress_clear(void)
{
    if (!on_screen) return;
    (void)fputs("\r\033[K", stderr);
    (void)fflush(stderr);
    on_screen = false;
}
