#include "tools/cli/say.h"

#include "tools/cli/progress.h"

#include <stdarg.h>
#include <stdio.h>

#define SENTENCE_MAX 2048

void say_clean(char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i], next = i + 1 < len ? (unsigned char)text[i + 1] : 0;
        if (c < 0x20 || c == 0x7f) text[i] = '?';
        else if (c == 0xc2 && next >= 0x80 && next < 0xa0) text[i] = text[i + 1] = '?';
    }
}

void say(const char *format, ...)
{
    char text[SENTENCE_MAX];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (len < 0) return;
    say_clean(text, (size_t)len < sizeof text ? (size_t)len : sizeof text - 1);
    progress_clear();
    (void)fprintf(stderr, "quern: %s\n", text);
}
