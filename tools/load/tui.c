/* tui.c: see tui.h. A frame is put together in memory and written at once; the next one begins with as many lines up as the last
 * had. Lines are cut to the terminal's width: one that wraps would spoil that. */
#include "tools/load/tui.h"

#include "base/buf.h"
#include "base/clock.h"
#include "tools/load/human.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define INTERVAL_NS (90 * NS_PER_MS) /* ticks come every 100 ms, but not to the ns */
#define FRAME_BYTES_MAX 16384
#define WIDTH_UNKNOWN 100
#define HIDE_CURSOR "\x1b[?25l"
#define SHOW_CURSOR "\x1b[?25h"

struct tui {
    FILE *f;
    struct termios saved;
    bool has_saved, coloured;
    int lines; /* of the last frame */
    uint64_t drawn_ns;
    enum phase_kind phase;
    struct buf frame;
};

struct tui *tui_open(FILE *f)
{
    struct tui *t = calloc(1, sizeof *t);
    if (!t) return NULL;
    t->f = f;
    buf_init(&t->frame, FRAME_BYTES_MAX);
    t->has_saved = tcgetattr(fileno(f), &t->saved) == 0;
    t->coloured = isatty(fileno(f)) && !getenv("NO_COLOR");
    if (t->has_saved) {
        struct termios quiet = t->saved;
        quiet.c_lflag &= ~(tcflag_t)ECHO; /* keys would be drawn into the picture */
        (void)tcsetattr(fileno(f), TCSANOW, &quiet);
    }
    (void)fputs(HIDE_CURSOR, f);
    (void)fflush(f);
    return t;
}

/* The last frame stays. */
struct tui *tui_close(struct tui *t)
{
    if (!t) return NULL;
    (void)fputs(SHOW_CURSOR, t->f);
    (void)fflush(t->f);
    if (t->has_saved) (void)tcsetattr(fileno(t->f), TCSANOW, &t->saved);
    buf_deinit(&t->frame);
    free(t);
    return NULL;
}

/* ---- lines ---- */

static int width_of(const struct tui *t)
{
    struct winsize size;
    if (ioctl(fileno(t->f), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return WIDTH_UNKNOWN;
}

/* The bytes of text that take at most columns places; colours take none, a character of UTF-8 takes one. */
static size_t cut(const char *text, int columns)
{
    size_t at = 0, fits = 0;
    while (text[at]) {
        if (text[at] == '\x1b') {
            while (text[at] && text[at] != 'm') at++;
            if (text[at]) at++;
            fits = at;
            continue;
        }
        if (columns-- == 0) return fits;
        at++;
        while (((unsigned char)text[at] & 0xc0) == 0x80) at++;
        fits = at;
    }
    return fits;
}

static void end_line(struct tui *t, struct buf *line, int width)
{
    struct slice s = buf_slice(line);
    s.len = line->p ? cut(line->p, width) : 0;
    buf_add_str(&t->frame, "\r");
    buf_add(&t->frame, s);
    buf_add_str(&t->frame, t->coloured ? "\x1b[0m\x1b[K\n" : "\x1b[K\n");
    buf_clear(line);
    t->lines++;
}

static void add_marked(const struct tui *t, struct buf *line, bool bad, const char *text)
{
    if (t->coloured) buf_add_str(line, bad ? "\x1b[1;31m" : "\x1b[1;32m");
    buf_add_str(line, text);
    if (t->coloured) buf_add_str(line, "\x1b[0m");
}

/* Red once it is not 0. */
static void add_trouble(const struct tui *t, struct buf *line, const char *name, uint64_t n)
{
    buf_addf(line, "  %s ", name);
    if (n && t->coloured) buf_add_str(line, "\x1b[1;31m");
    buf_add_str(line, human_count(n).text);
    if (n && t->coloured) buf_add_str(line, "\x1b[0m");
}

/* On a logarithmic scale from the lowest to the highest; a tick without answers is a blank. */
static void add_spark(struct buf *line, const uint64_t *values, size_t n)
{
    static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    double low = HUGE_VAL, high = 0;
    for (size_t i = 0; i < n; i++) {
        if (!values[i]) continue;
        low = fmin(low, log((double)values[i]));
        high = fmax(high, log((double)values[i]));
    }
    double step = fmax((high - low) / 8, 0.1); /* small changes stay small */
    for (size_t i = 0; i < n; i++) {
        int level = values[i] ? (int)((log((double)values[i]) - low) / step) : 0;
        buf_add_str(line, values[i] ? bars[level < 7 ? level : 7] : " ");
    }
}

static const char *without_scheme(const char *url)
{
    const char *at = strstr(url, "://");
    return at ? at + 3 : url;
}

static void add_head(struct tui *t, struct buf *line, const struct tui_frame *f)
{
    char phase[16];
    size_t len = 0;
    for (const char *p = phase_name(f->phase); *p && len + 1 < sizeof phase; p++)
        phase[len++] = (char)toupper((unsigned char)*p);
    phase[len] = '\0';
    buf_addf(line, " quern-load  %s  %s   phase: %s %s", f->scenario, without_scheme(f->target), phase,
             human_clock(f->phase_ns).text);
    if (f->phase_length_ns) buf_addf(line, "/%s", human_clock(f->phase_length_ns).text);
    buf_add_str(line, "      ");
    add_marked(t, line, !f->valid, f->valid ? "VALID" : "INVALID");
}

static void add_conns(struct tui *t, struct buf *line, const struct tui_frame *f)
{
    buf_addf(line, " conns  want %s  open %s  connecting %s", human_count(f->want).text, human_count(f->open).text,
             human_count(f->connecting).text);
    add_trouble(t, line, "lost", f->lost);
    if (f->ramp_rate > 0) buf_addf(line, "   ramp %s/s", human_short(f->ramp_rate).text);
}

static void add_rate(struct tui *t, struct buf *line, const struct tui_frame *f)
{
    buf_addf(line, " rate   offered %s/s  done %s/s  queue %s  in flight %s", human_rate(f->offered_rate).text,
             human_rate(f->done_rate).text, human_count(f->queued).text, human_count(f->busy).text);
    add_trouble(t, line, "errors", f->errors);
}

static void add_response(struct buf *line, const struct tui_frame *f)
{
    buf_addf(line, " resp   p50 %s  p99 %s  p99.9 %s  max %s   ", human_time((double)f->p50_ns).text,
             human_time((double)f->p99_ns).text, human_time((double)f->p999_ns).text, human_time((double)f->max_ns).text);
    add_spark(line, f->spark, sizeof f->spark / sizeof *f->spark);
}

static void add_server(struct buf *line, const struct tui_frame *f)
{
    if (f->server_rss_bytes) {
        buf_addf(line, " server cpu %s  rss %s", human_percent(f->server_cpu_share).text,
                 human_bytes((double)f->server_rss_bytes).text);
        if (f->open) buf_addf(line, " (%s/conn)", human_bytes((double)f->server_rss_bytes / (double)f->open).text);
    } else {
        buf_add_str(line, " server not looked at (--server-pid)");
    }
    if (f->slab_per_conn_bytes) buf_addf(line, "  kernel %s/conn", human_bytes((double)f->slab_per_conn_bytes).text);
}

static void add_loader(struct tui *t, struct buf *line, const struct tui_frame *f)
{
    buf_addf(line, " loader cpu %s  late max %s  enters/req %.2f", human_percent(f->loader_cpu_share).text,
             human_time((double)f->late_max_ns).text, f->enters_per_request);
    add_trouble(t, line, "cq-overflow", f->cq_overflows);
    buf_addf(line, "  enobufs %s   steal %.1f%%", human_count(f->enobufs).text, f->steal_share * 100);
}

/* ---- a frame ---- */

void tui_draw(struct tui *t, const struct tui_frame *frame)
{
    uint64_t now = clock_now_ns();
    if (t->drawn_ns && now - t->drawn_ns < INTERVAL_NS && frame->phase == t->phase) return;
    t->drawn_ns = now;
    t->phase = frame->phase;
    int width = width_of(t);
    struct buf line;
    buf_init(&line, FRAME_BYTES_MAX);
    buf_clear(&t->frame);
    if (t->lines) buf_addf(&t->frame, "\x1b[%dA", t->lines);
    t->lines = 0;
    add_head(t, &line, frame);
    end_line(t, &line, width);
    add_conns(t, &line, frame);
    end_line(t, &line, width);
    add_rate(t, &line, frame);
    end_line(t, &line, width);
    add_response(&line, frame);
    end_line(t, &line, width);
    add_server(&line, frame);
    end_line(t, &line, width);
    add_loader(t, &line, frame);
    end_line(t, &line, width);
    buf_deinit(&line);
    (void)fwrite(t->frame.p, 1, t->frame.len, t->f);
    (void)fflush(t->f);
}
