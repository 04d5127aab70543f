#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int pipe_fds[2]; /* the log writes to [1] */
static struct log *lg;
static char got[4 << 20]; /* what came out of the pipe */
static size_t got_len;

static void up(void)
{
    cr_assert_eq(pipe2(pipe_fds, O_CLOEXEC), 0);
    got_len = 0;
}

TestSuite(base_log, .init = up, .timeout = 60);

static void open_log(enum log_level level, enum log_format format)
{
    cr_assert_eq(log_open(pipe_fds[1], level, format, &lg), 0);
    cr_assert_eq(log_attach(lg, "shard0"), 0);
}

static void *read_to_end(void *unused)
{
    ssize_t n;
    while ((n = read(pipe_fds[0], got + got_len, sizeof got - got_len - 1)) > 0) got_len += (size_t)n;
    got[got_len] = '\0';
    return unused;
}

static void close_log(void)
{
    log_detach();
    lg = log_close(lg);
    cr_assert_null(lg);
}

/* Everything fits into the pipe, so it can be read when all is over. */
static void close_and_read(void)
{
    close_log();
    (void)close(pipe_fds[1]);
    read_to_end(NULL);
}

static struct slice next_line(struct slice *rest)
{
    struct slice line = slice_cut(rest, '\n');
    cr_assert_not_null(rest->p, "every line ends with a line break: %.*s", SLICE_ARG(line));
    return line;
}

static struct slice all_lines(void)
{
    return slice_make(got, got_len);
}

/* Cuts the time off and checks its shape. */
static struct slice without_time(struct slice line)
{
    const char *shape = "0000-00-00T00:00:00.000Z ";
    cr_assert_gt(line.len, strlen(shape));
    for (size_t i = 0; shape[i]; i++) {
        bool digit = line.p[i] >= '0' && line.p[i] <= '9';
        cr_assert(shape[i] == '0' ? digit : line.p[i] == shape[i], "%.*s", SLICE_ARG(line));
    }
    return slice_from(line, strlen(shape));
}

static void assert_line(struct slice *rest, const char *expected)
{
    struct slice line = without_time(next_line(rest));
    cr_assert(slice_eq(line, slice_str(expected)), "%.*s", SLICE_ARG(line));
}

Test(base_log, text_lines)
{
    open_log(LOG_INFO, LOG_TEXT);
    log_warn("lease.lost", "job=%d late_ms=%d", 1, 3);
    log_error("disk.full", "path=%s", "/tmp/a b");
    log_info("server.ready", "%s", "");
    log_debug("not.shown", "x=%d", 1);
    log_info("one.line", "value=%s", "a\nb\x1b[31m");
    close_and_read();
    struct slice rest = all_lines();
    assert_line(&rest, "warn shard0 lease.lost job=1 late_ms=3");
    assert_line(&rest, "error shard0 disk.full path=/tmp/a b");
    assert_line(&rest, "info shard0 server.ready");
    assert_line(&rest, "info shard0 one.line value=a?b?[31m");
    cr_assert_eq(rest.len, 0);
}

static void assert_member(struct json_value object, const char *name, const char *expected)
{
    struct json_value v;
    cr_assert(json_member(object, slice_str(name), &v), "%s", name);
    cr_assert(slice_eq(v.text, slice_str(expected)), "%s: %.*s", name, SLICE_ARG(v.text));
}

static struct json_value next_object(struct slice *rest)
{
    struct json_value v;
    struct slice line = next_line(rest);
    size_t at;
    cr_assert_eq(json_check(line, &v, &at), JSON_OK, "%.*s", SLICE_ARG(line));
    cr_assert_eq(v.kind, JSON_OBJECT);
    return v;
}

Test(base_log, json_lines)
{
    char quoted[LOG_QUOTE_BYTES];
    open_log(LOG_INFO, LOG_JSON);
    log_warn("lease.lost", "job=%d late_ms=-3 ratio=0.5 id=007 hex=1e5 empty= who=%s", 1,
             log_quote(SLICE("a \"b\" c=d\n\xff"), quoted));
    log_info("disk.full", "path=/tmp/x error=No space left on device");
    log_info("free.text", "no pairs here but n=5");
    log_info("no.pairs", "%s", "");
    log_info("broken.quote", "a=\"b c d=1");
    close_and_read();
    struct slice rest = all_lines();
    struct json_value line = next_object(&rest);
    assert_member(line, "level", "\"warn\"");
    assert_member(line, "thread", "\"shard0\"");
    assert_member(line, "event", "\"lease.lost\"");
    assert_member(line, "job", "1");
    assert_member(line, "late_ms", "-3");
    assert_member(line, "ratio", "0.5");
    assert_member(line, "id", "\"007\"");
    assert_member(line, "hex", "\"1e5\"");
    assert_member(line, "empty", "\"\"");
    assert_member(line, "who", "\"a \\\"b\\\" c=d\\n\xef\xbf\xbd\"");
    line = next_object(&rest);
    assert_member(line, "path", "\"/tmp/x\"");
    assert_member(line, "error", "\"No space left on device\"");
    line = next_object(&rest);
    assert_member(line, "message", "\"no pairs here but\"");
    assert_member(line, "n", "5");
    line = next_object(&rest);
    assert_member(line, "event", "\"no.pairs\"");
    line = next_object(&rest);
    assert_member(line, "a", "\"\\\"b c\"");
    assert_member(line, "d", "1");
    cr_assert_eq(rest.len, 0);
}

Test(base_log, lines_that_are_too_long_are_cut_and_stay_whole)
{
    static char large[5000];
    memset(large, '\x01', sizeof large - 1); /* six bytes each in JSON */
    open_log(LOG_INFO, LOG_JSON);
    log_info("large.escaped", "first=1 value=%s", large);
    memset(large, 'x', sizeof large - 1);
    log_info("large.plain", "first=1 value=%s", large);
    close_and_read();
    struct slice rest = all_lines();
    for (int i = 0; i < 2; i++) assert_member(next_object(&rest), "first", "1");
    cr_assert_eq(rest.len, 0);
}

Test(base_log, quotes_fit_and_are_json)
{
    char out[LOG_QUOTE_BYTES], text[600];
    cr_assert_str_eq(log_quote(SLICE("a\tb\"\\"), out), "\"a\\tb\\\"\\\\\"");
    cr_assert_str_eq(log_quote(SLICE(""), out), "\"\"");
    for (int fill = 1; fill < 255; fill++) {
        struct json_value v;
        size_t at;
        memset(text, fill, sizeof text);
        for (size_t len = 230; len < sizeof text; len += 7) {
            log_quote(slice_make(text, len), out);
            cr_assert_lt(strlen(out), LOG_QUOTE_BYTES);
            cr_assert_eq(json_check(slice_str(out), &v, &at), JSON_OK, "%s", out);
        }
        cr_assert_not_null(strstr(out, "...\""), "cut, and seen to be");
    }
}

Test(base_log, flush_waits_until_it_is_written)
{
    open_log(LOG_INFO, LOG_TEXT);
    cr_assert_eq(fcntl(pipe_fds[0], F_SETFL, O_NONBLOCK), 0);
    for (int i = 0; i < 500; i++) {
        log_info("server.ready", "n=%d", i);
        log_flush();
        cr_assert_gt(read(pipe_fds[0], got, sizeof got), 0);
    }
    close_log();
}

/* Adds up the numbers behind key in all lines. */
static uint64_t sum_of(const char *key)
{
    uint64_t sum = 0;
    for (const char *p = got; (p = strstr(p, key)); p += strlen(key)) sum += strtoull(p + strlen(key), NULL, 10);
    return sum;
}

static uint64_t count_of(const char *part)
{
    uint64_t n = 0;
    for (const char *p = got; (p = strstr(p, part)); p += strlen(part)) n++;
    return n;
}

Test(base_log, repeats_are_suppressed_and_counted)
{
    open_log(LOG_DEBUG, LOG_TEXT);
    for (int i = 0; i < 300; i++) {
        log_warn("peer.bad", "n=%d", i);
        log_error("disk.slow", "n=%d", i);
        log_info("often", "n=%d", i);
    }
    close_and_read();
    cr_assert_eq(count_of(" often "), 300, "only errors and warnings are held back");
    cr_assert_geq(count_of(" warn shard0 peer.bad "), 10);
    cr_assert_lt(count_of(" warn shard0 peer.bad "), 300);
    cr_assert_eq(count_of(" peer.bad ") + count_of(" disk.slow ") + sum_of(" suppressed="), 600);
    cr_assert_neq(count_of("log.suppressed suppressed="), 0);
    cr_assert_neq(count_of(" suppressed_event=peer.bad\n"), 0);
}

Test(base_log, ten_in_a_second_are_not_too_many)
{
    open_log(LOG_INFO, LOG_TEXT);
    for (int i = 0; i < 10; i++) log_warn("peer.bad", "n=%d", i);
    close_and_read();
    cr_assert_eq(count_of(" peer.bad "), 10);
    cr_assert_eq(count_of("log.suppressed"), 0);
}

Test(base_log, more_events_than_are_watched_pass_through)
{
    open_log(LOG_INFO, LOG_TEXT);
    for (int i = 0; i < 40; i++) {
        char event[24];
        (void)snprintf(event, sizeof event, "event.%d", i);
        for (int n = 0; n < 5; n++) log_warn(event, "n=%d", n);
    }
    close_and_read();
    cr_assert_eq(count_of(" event."), 200);
}

#define FLOOD 3000

static void flood_a_full_pipe(void)
{
    cr_assert_gt(fcntl(pipe_fds[1], F_SETPIPE_SZ, 4096), 0);
    open_log(LOG_INFO, LOG_TEXT);
    for (int i = 0; i < FLOOD; i++) log_info("flood", "n=%d filler=..................................................", i);
    cr_assert_gt(log_dropped(lg), 0);
    cr_assert_lt(log_dropped(lg), FLOOD);
}

Test(base_log, drops_are_counted_when_nobody_reads_for_a_while)
{
    pthread_t reader;
    flood_a_full_pipe();
    cr_assert_eq(pthread_create(&reader, NULL, read_to_end, NULL), 0);
    log_flush();
    uint64_t dropped = log_dropped(lg);
    close_log();
    (void)close(pipe_fds[1]);
    pthread_join(reader, NULL);
    cr_assert_eq(count_of(" flood ") + dropped, FLOOD);
    cr_assert_eq(sum_of("log.dropped lines="), dropped, "told in the log itself too");
}

Test(base_log, closes_even_if_nobody_reads)
{
    flood_a_full_pipe();
    close_and_read();
    cr_assert_lt(got_len, 4097);
    cr_assert_eq(got[got_len - 1], '\n', "no line in part");
}

Test(base_log, a_reader_that_went_away_kills_nobody)
{
    (void)close(pipe_fds[0]);
    open_log(LOG_INFO, LOG_TEXT);
    log_info("lost", "n=%d", 1);
    log_flush();
    cr_assert_geq(log_dropped(lg), 1);
    close_log();
}

Test(base_log, without_a_lane_only_the_worst_goes_to_stderr)
{
    int saved = dup(STDERR_FILENO);
    cr_assert(!log_enabled(LOG_INFO));
    cr_assert(log_enabled(LOG_WARN));
    cr_assert_geq(dup2(pipe_fds[1], STDERR_FILENO), 0);
    log_info("not.shown", "n=%d", 1);
    log_error("config.bad", "line=%d", 7);
    log_flush();
    log_detach();
    cr_assert_geq(dup2(saved, STDERR_FILENO), 0);
    (void)close(pipe_fds[1]);
    read_to_end(NULL);
    struct slice rest = all_lines();
    assert_line(&rest, "error - config.bad line=7");
    cr_assert_eq(rest.len, 0);
}

/* A line that is written in place; "pad" x follow its number. */
static void log_in_place(int thread, int n, size_t pad)
{
    struct clock now = {0};
    enum log_format format;
    clock_tick(&now);
    char *p = log_begin(LOG_INFO, "many", &now, &format);
    if (!p) return; /* and counted */
    p += snprintf(p, 60, " thread=%d n=%d pad=", thread, n);
    memset(p, 'x', pad);
    log_end(p + pad);
}

Test(base_log, lines_in_place_go_around_the_ring)
{
    int n_lines = 0, last = -1;
    pthread_t reader;
    open_log(LOG_INFO, LOG_TEXT);
    cr_assert_eq(pthread_create(&reader, NULL, read_to_end, NULL), 0);
    for (int i = 0; i < 6000; i++) {
        log_in_place(0, i, (size_t)(i * 7 % 900));
        if (i % 50 == 0) log_flush();
    }
    log_flush();
    uint64_t dropped = log_dropped(lg);
    close_log();
    (void)close(pipe_fds[1]);
    pthread_join(reader, NULL);
    for (struct slice rest = all_lines(); rest.len;) {
        int n, at;
        struct slice line = without_time(next_line(&rest));
        if (slice_starts(line, SLICE("warn log log.dropped"))) continue;
        cr_assert_eq(sscanf(line.p, "info shard0 many thread=0 n=%d pad=%n", &n, &at), 1);
        cr_assert_gt(n, last);
        cr_assert_eq(line.len, (size_t)(at + n * 7 % 900));
        for (size_t i = (size_t)at; i < line.len; i++) cr_assert_eq(line.p[i], 'x');
        last = n;
        n_lines++;
    }
    cr_assert_eq((uint64_t)n_lines + dropped, 6000u);
}

/* Nobody is woken for the second one, and nobody waits for it. */
Test(base_log, a_line_in_place_comes_by_itself)
{
    open_log(LOG_INFO, LOG_TEXT);
    for (int i = 0; i < 4; i++) {
        log_in_place(0, i, 0);
        for (got_len = 0; got_len == 0 || got[got_len - 1] != '\n';) {
            ssize_t n = read(pipe_fds[0], got + got_len, 1000);
            cr_assert_gt(n, 0);
            got_len += (size_t)n;
        }
        struct slice rest = all_lines();
        char expected[64];
        (void)snprintf(expected, sizeof expected, "info shard0 many thread=0 n=%d pad=", i);
        assert_line(&rest, expected);
    }
    close_log();
}

Test(base_log, lines_in_place_and_others_keep_their_order_and_times)
{
    struct clock now = {0};
    enum log_format format;
    char last[CLOCK_RFC3339_BYTES] = "";
    open_log(LOG_WARN, LOG_TEXT);
    clock_tick(&now);
    cr_assert_null(log_begin(LOG_INFO, "many", &now, &format));
    close_log();
    open_log(LOG_INFO, LOG_TEXT);
    for (int i = 0; i < 200; i += 2) {
        log_info("many", "n=%d", i);
        char *p = log_begin(LOG_INFO, "many", &now, &format); /* always the time of the start */
        cr_assert_not_null(p);
        log_end(p + snprintf(p, 20, " n=%d", i + 1));
    }
    close_and_read();
    struct slice rest = all_lines();
    for (int i = 0; i < 200; i++) {
        char expected[40];
        struct slice line = next_line(&rest);
        cr_assert_geq(memcmp(line.p, last, sizeof last - 1), 0, "%s then %.*s", last, SLICE_ARG(line));
        memcpy(last, line.p, sizeof last - 1);
        (void)snprintf(expected, sizeof expected, "info shard0 many n=%d", i);
        cr_assert(slice_eq(without_time(line), slice_str(expected)), "%.*s", SLICE_ARG(line));
    }
    cr_assert_eq(rest.len, 0);
}

Test(base_log, lines_in_place_that_find_no_room_are_counted)
{
    pthread_t reader;
    cr_assert_gt(fcntl(pipe_fds[1], F_SETPIPE_SZ, 4096), 0);
    open_log(LOG_INFO, LOG_TEXT);
    for (int i = 0; i < 3000; i++) log_in_place(0, i, 50);
    cr_assert_gt(log_dropped(lg), 0);
    cr_assert_eq(pthread_create(&reader, NULL, read_to_end, NULL), 0);
    log_flush();
    uint64_t dropped = log_dropped(lg);
    close_log();
    (void)close(pipe_fds[1]);
    pthread_join(reader, NULL);
    cr_assert_eq(count_of(" many ") + dropped, 3000);
    cr_assert_eq(sum_of("log.dropped lines="), dropped);
}

#define THREADS 3
#define EACH 2000

static void *log_many(void *arg)
{
    char name[16];
    (void)snprintf(name, sizeof name, "worker%d", (int)(intptr_t)arg);
    cr_assert_eq(log_attach(lg, name), 0);
    for (int i = 0; i < EACH; i++) {
        if (i % 3 == 0) log_in_place((int)(intptr_t)arg, i, 30);
        else log_info("many", "thread=%d n=%d", (int)(intptr_t)arg, i);
        if (i == EACH / 2) log_flush();
    }
    log_detach();
    return NULL;
}

/* Lines of one thread keep their order; none is mixed up with another. */
static uint64_t check_many(void)
{
    int last[THREADS] = {-1, -1, -1};
    uint64_t n_lines = 0;
    for (struct slice rest = all_lines(); rest.len;) {
        struct slice line = without_time(next_line(&rest));
        int name, thread, n;
        if (slice_starts(line, SLICE("warn log log.dropped"))) continue;
        cr_assert_eq(sscanf(line.p, "info worker%d many thread=%d n=%d\n", &name, &thread, &n), 3);
        cr_assert(name == thread && thread >= 0 && thread < THREADS);
        cr_assert_gt(n, last[thread]);
        last[thread] = n;
        n_lines++;
    }
    return n_lines;
}

Test(base_log, many_threads)
{
    pthread_t threads[THREADS], reader;
    cr_assert_eq(log_open(pipe_fds[1], LOG_INFO, LOG_TEXT, &lg), 0);
    cr_assert_eq(pthread_create(&reader, NULL, read_to_end, NULL), 0);
    for (intptr_t i = 0; i < THREADS; i++) cr_assert_eq(pthread_create(&threads[i], NULL, log_many, (void *)i), 0);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    uint64_t dropped = log_dropped(lg);
    log_close(lg);
    (void)close(pipe_fds[1]);
    pthread_join(reader, NULL);
    cr_assert_eq(check_many() + dropped, THREADS * EACH);
}
