/* log.h: one line per event, key=value or JSON, through a fixed buffer per thread that one writer thread drains: stderr never
 * blocks a ring. A line that does not fit is dropped and counted.
 *
 *     log_warn("lease.lost", "job=%" PRIu64 " late_ms=%" PRIu64, id, late);
 *
 * The first argument names the event; the rest is printf text of space-separated key=value pairs. A value that may hold blanks
 * is the last one, or quoted by the caller with log_quote(). No bodies, no secrets. */
#ifndef QUERN_BASE_LOG_H
#define QUERN_BASE_LOG_H

#include "slice.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };
enum log_format { LOG_TEXT, LOG_JSON };

struct clock;
struct log;      /* one per server: the writer thread and its lanes */
struct log_lane; /* one per thread */

/* Starts the writer thread, which writes to fd. 0 or -errno. */
int log_open(int fd, enum log_level level, enum log_format format, struct log **out);
/* Writes out what is left (gives up when fd takes nothing for a second), ends the writer, frees. Every thread must have
 * called log_detach. Returns NULL. */
struct log *log_close(struct log *l);
/* Gives the calling thread a lane under a short name ("shard0"); from then on log_* works on this thread. 0 or -ENOMEM. */
int log_attach(struct log *l, const char *thread_name);
void log_detach(void);
/* Waits until everything that this thread has logged is written, 2 s at most: for the ready line and for fatal ends. */
void log_flush(void);
/* Lines dropped by all lanes since start; any thread. */
uint64_t log_dropped(const struct log *l);
bool log_enabled(enum log_level level);

/* More than 10 lines of one event within a second on one thread, at level error and warn, are held back and counted in a
 * later line. Without a lane on this thread, lines of level error and warn go straight to stderr, the others nowhere. */
void log_line(enum log_level level, const char *event, const char *format, ...) __attribute__((format(printf, 3, 4)));
#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)
#define log_warn(...) log_line(LOG_WARN, __VA_ARGS__)
#define log_info(...) (log_enabled(LOG_INFO) ? log_line(LOG_INFO, __VA_ARGS__) : (void)0)
#define log_debug(...) (log_enabled(LOG_DEBUG) ? log_line(LOG_DEBUG, __VA_ARGS__) : (void)0)

/* For the line that comes with every request: its pairs are written where they will stand, each as " key=value" or, in JSON, as
 * ",\"key\":value", at most LOG_BEGUN_BYTES, by a caller who lets nothing through that could be taken for something else; then
 * log_end() with the end of what is written, before this thread logs anything else. now: of this turn; event: a constant. The line may
 * wait for the writer, 50 ms at most, so that it need not be woken for each. NULL: not enabled, or dropped. */
#define LOG_BEGUN_BYTES 1024
char *log_begin(enum log_level level, const char *event, const struct clock *now, enum log_format *format);
void log_end(char *end);

/* s in double quotes with controls, quotes and backslashes escaped and cut to fit, for a value that a peer chose. */
#define LOG_QUOTE_BYTES 256
const char *log_quote(struct slice s, char out[LOG_QUOTE_BYTES]);
/* The same as a value between log_begin() and log_end(), without a NUL: LOG_QUOTE_BYTES are written to at most. Returns the end. */
char *log_put_quoted(char *p, struct slice s, enum log_format format);

#endif
