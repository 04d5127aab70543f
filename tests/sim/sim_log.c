/* sim_log.c: log.h: lines go into the trace. */
#include "base/log.h"

#include "world.h"

#include <stdarg.h>
#include <stdio.h>

int log_attach(struct log *l, const char *thread_name)
{
    (void)l, (void)thread_name;
    return 0;
}

void log_detach(void)
{
}

uint64_t log_dropped(const struct log *l)
{
    (void)l;
    return 0;
}

bool log_enabled(enum log_level level)
{
    return level <= LOG_INFO;
}

void log_line(enum log_level level, const char *event, const char *format, ...)
{
    char pairs[400];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(pairs, sizeof pairs, format, args);
    va_end(args);
    sim_trace("log %d %s %s", (int)level, event, pairs);
}

static char place[LOG_BEGUN_BYTES + 1];

char *log_begin(enum log_level level, const char *event, const struct clock *now, enum log_format *format)
{
    (void)level, (void)event, (void)now;
    *format = LOG_TEXT;
    return place;
}

void log_end(char *end)
{
    sim_trace("log begun %.*s", (int)(end - place), place);
}
