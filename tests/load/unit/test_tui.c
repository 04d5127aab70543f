#include "base/clock.h"
#include "tools/load/tui.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static struct tui_frame frame;
static FILE *f;
static char *text;
static size_t len;

static void up(void)
{
    frame = (struct tui_frame){
        .scenario = "idle-mass",
        .target = "http://127.0.0.1:8080",
        .phase = PHASE_MEASURE,
        .phase_ns = 42 * NS_PER_S,
        .phase_length_ns = 600 * NS_PER_S,
        .want = 1000000,
        .open = 1000000,
        .busy = 31,
        .ramp_rate = 19830,
        .offered_rate = 10000,
        .done_rate = 9998,
        .p50_ns = 84000,
        .p99_ns = 310000,
        .p999_ns = 1200000,
        .max_ns = 4000000,
        .server_cpu_share = 0.37,
        .server_rss_bytes = 214000000,
        .slab_per_conn_bytes = 4127,
        .loader_cpu_share = 0.61,
        .enters_per_request = 0.2,
        .late_max_ns = 11000,
        .valid = true,
    };
    for (size_t i = 0; i < 32; i++) frame.spark[i] = i < 4 ? 0 : 300000 + i * 10000;
    f = open_memstream(&text, &len);
}

static void down(void)
{
    (void)fclose(f);
    free(text);
}

TestSuite(load_tui, .init = up, .fini = down);

static int count(const char *words)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, words)); at += strlen(words)) n++;
    return n;
}

#define HAS(words) cr_assert(strstr(text, words), "\"%s\" is missing in\n%s", words, text)

Test(load_tui, the_picture)
{
    struct tui *t = tui_open(f);
    tui_draw(t, &frame);
    cr_assert_null(tui_close(t));
    HAS(" quern-load  idle-mass  127.0.0.1:8080   phase: MEASURE 00:42/10:00      VALID");
    HAS(" conns  want 1,000,000  open 1,000,000  connecting 0  lost 0   ramp 19.8k/s");
    HAS(" rate   offered 10,000/s  done 9,998/s  queue 0  in flight 31  errors 0");
    HAS(" resp   p50 84.0us  p99 310us  p99.9 1.20ms  max 4.00ms       ▁");
    HAS(" server cpu 37%  rss 204MB (214B/conn)  kernel 4.03KB/conn");
    HAS(" loader cpu 61%  late max 11.0us  enters/req 0.20  cq-overflow 0  enobufs 0   steal 0.0%");
    cr_assert_eq(count("\n"), 6);
    cr_assert_null(tui_close(NULL));
}

Test(load_tui, without_a_server_to_look_at)
{
    struct tui *t = tui_open(f);
    frame.server_rss_bytes = 0;
    frame.valid = false;
    tui_draw(t, &frame);
    tui_close(t);
    HAS("not looked at (--server-pid)");
    HAS("INVALID");
}

Test(load_tui, a_frame_is_drawn_over_the_last_one)
{
    struct tui *t = tui_open(f);
    tui_draw(t, &frame);
    cr_assert_eq(count("\x1b[6A"), 0);
    frame.phase = PHASE_COOLDOWN;
    tui_draw(t, &frame);
    cr_assert_eq(count("\x1b[6A"), 1);
    cr_assert_eq(count("\n"), 12);
    tui_close(t);
}

Test(load_tui, no_more_than_10_frames_a_second)
{
    struct tui *t = tui_open(f);
    for (int i = 0; i < 100; i++) tui_draw(t, &frame);
    cr_assert_leq(count("idle-mass"), 2, "%d", count("idle-mass")); /* 100 of them do not take 90 ms; on a bad day, they do */
    tui_close(t);
}

Test(load_tui, the_cursor_comes_back)
{
    struct tui *t = tui_open(f);
    HAS("\x1b[?25l");
    cr_assert_eq(count("\x1b[?25h"), 0);
    tui_close(t);
    cr_assert_str_eq(text + len - 6, "\x1b[?25h");
}

/* ---- a terminal ---- */

static int pty;

static void open_terminal(int columns)
{
    struct winsize size = {.ws_row = 24, .ws_col = (unsigned short)columns};
    int slave;
    cr_assert_eq(openpty(&pty, &slave, NULL, NULL, &size), 0);
    (void)fclose(f);
    free(text);
    f = fdopen(slave, "w");
    text = calloc(1, 16384);
    (void)fcntl(pty, F_SETFL, O_NONBLOCK);
}

static void read_terminal(void)
{
    ssize_t n;
    len = 0;
    while (len + 1 < 16384 && (n = read(pty, text + len, 16383 - len)) > 0) len += (size_t)n;
    text[len] = '\0';
}

Test(load_tui, the_terminal_is_as_it_was)
{
    struct termios before, while_open, after;
    open_terminal(80);
    cr_assert_eq(tcgetattr(fileno(f), &before), 0);
    struct tui *t = tui_open(f);
    cr_assert_eq(tcgetattr(fileno(f), &while_open), 0);
    cr_assert_not(while_open.c_lflag & ECHO);
    cr_assert(while_open.c_lflag & ISIG, "the interrupt key works");
    tui_close(t);
    cr_assert_eq(tcgetattr(fileno(f), &after), 0);
    cr_assert_eq(after.c_lflag, before.c_lflag);
    (void)close(pty);
}

/* Columns that a line takes: without escape sequences, a character of UTF-8 as one. */
static int columns_of(const char *line)
{
    int n = 0;
    for (; *line && *line != '\n'; line++) {
        if (*line == '\x1b') line += strcspn(line, "mKAhl");
        else if (*line != '\r' && ((unsigned char)*line & 0xc0) != 0x80) n++;
    }
    return n;
}

Test(load_tui, lines_are_cut_to_the_width)
{
    for (int columns = 20; columns <= 120; columns += 20) {
        open_terminal(columns);
        struct tui *t = tui_open(f);
        frame.errors = 7; /* something red */
        tui_draw(t, &frame);
        tui_close(t);
        read_terminal();
        int widest = 0;
        for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n')
            if (columns_of(line) > widest) widest = columns_of(line);
        cr_assert_leq(widest, columns);
        if (columns <= 60) cr_assert_eq(widest, columns);
        (void)close(pty);
    }
}

Test(load_tui, colours_on_a_terminal_only)
{
    struct tui *t = tui_open(f);
    tui_draw(t, &frame);
    tui_close(t);
    cr_assert_eq(count("\x1b[1;32m"), 0);
    open_terminal(100);
    (void)unsetenv("NO_COLOR");
    t = tui_open(f);
    tui_draw(t, &frame);
    tui_close(t);
    read_terminal();
    cr_assert_eq(count("\x1b[1;32mVALID"), 1);
    (void)close(pty);
}
