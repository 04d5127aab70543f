/* The access log's lines, against the same ones made by printf. */
#include "filters/access_log.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define PAIRS 12 /* of lines at a time: a pipe holds them */

static int pipe_fds[2];
static struct log *lg;
static struct random seeded;
static char head[512];

static void up(enum log_format format)
{
    cr_assert_eq(pipe2(pipe_fds, O_CLOEXEC), 0);
    cr_assert_eq(log_open(pipe_fds[1], LOG_INFO, format, &lg), 0);
    cr_assert_eq(log_attach(lg, "shard0"), 0);
    random_seed(&seeded, 7);
}

static void down(void)
{
    log_detach();
    lg = log_close(lg);
    close(pipe_fds[0]);
    close(pipe_fds[1]);
}

static void by_printf(const struct exchange *x, const struct clock *now, uint16_t status, uint64_t bytes)
{
    char target[LOG_QUOTE_BYTES], client[IP_TEXT_BYTES];
    uint64_t us = (now->mono_ns - x->started_ns) / NS_PER_US;
    (void)ip_text(&x->client.ip, client);
    log_info("request", "client=%s method=%s status=%u bytes=%" PRIu64 " ms=%" PRIu64 ".%03" PRIu64 "%s%s id=%.*s path=%s", client,
             x->request.method == METHOD_OTHER ? "-" : method_text((enum method)x->request.method).p, status, bytes, us / 1000,
             us % 1000, x->refused ? " refused=" : "", x->refused ? x->refused : "", SLICE_ARG(exchange_name_of(x)),
             log_quote(x->request.head ? request_path(&x->request) : SLICE(""), target));
}

static uint64_t any_u64(void)
{
    return random_u64(&seeded) >> random_below(&seeded, 64);
}

/* Mostly what stands for itself, of any length; some of all bytes. */
static void make_path(struct exchange *x, uint16_t len, bool plain)
{
    for (uint16_t i = 0; i < len; i++)
        head[i] = (char)(plain ? ' ' + (char)random_below(&seeded, 95) : (int)random_below(&seeded, 256));
    for (uint16_t i = 0; plain && i < len; i++)
        if (head[i] == '"' || head[i] == '\\') head[i] = '/';
    x->request.head = head;
    x->request.path = (struct span){0, len};
}

static struct exchange any_exchange(uint64_t now_ns)
{
    struct exchange x = {.request.method = (uint8_t)random_below(&seeded, METHOD_OTHER + 1)};
    uint64_t address[2] = {random_u64(&seeded), random_u64(&seeded)};
    memcpy(x.client.ip.b, address, sizeof address);
    if (random_below(&seeded, 2))
        x.client.ip = (struct ip){{[10] = 0xff, [11] = 0xff, [12] = (uint8_t)address[0], [13] = 9, [15] = 123}};
    x.started_ns = now_ns - (any_u64() >> 20);
    char id[REQUEST_ID_MAX + 1] = "r";
    for (size_t i = 1 + random_below(&seeded, REQUEST_ID_MAX); i > 1; i--) id[i - 1] = "0aZ._-"[random_below(&seeded, 6)];
    exchange_name(&x, slice_str(id));
    if (random_below(&seeded, 4) == 0) x.refused = "rate_limit";
    if (random_below(&seeded, 8)) make_path(&x, (uint16_t)random_below(&seeded, 300), random_below(&seeded, 3) > 0);
    return x;
}

static struct slice all_lines(char *text, size_t room)
{
    log_flush();
    ssize_t n = read(pipe_fds[0], text, room);
    cr_assert_gt(n, 0);
    return slice_make(text, (size_t)n);
}

static void compare(enum log_format format)
{
    static char text[65536];
    size_t time_at = format == LOG_JSON ? strlen("{\"time\":\"") : 0, time_len = CLOCK_RFC3339_BYTES - 1;
    char time[CLOCK_RFC3339_BYTES];
    struct clock now = {.wall_ns = UINT64_C(4000000000) * NS_PER_S}; /* later than what the other lines are stamped with */
    up(format);
    for (int round = 0; round < 3000; round++) {
        uint64_t times[PAIRS];
        for (int i = 0; i < PAIRS; i++) {
            now.mono_ns = UINT64_C(1) << 50;
            times[i] = now.wall_ns += any_u64() >> 30;
            struct exchange x = any_exchange(now.mono_ns);
            uint16_t status = (uint16_t)(200 + random_below(&seeded, 400));
            uint64_t bytes = any_u64();
            access_log(&x, &now, status, bytes);
            by_printf(&x, &now, status, bytes);
        }
        struct slice rest = all_lines(text, sizeof text);
        for (int i = 0; i < PAIRS; i++) {
            struct slice got = slice_cut(&rest, '\n'), expected = slice_cut(&rest, '\n');
            cr_assert_gt(got.len, time_at + time_len);
            clock_rfc3339(times[i], time);
            cr_assert_eq(memcmp(got.p + time_at, time, time_len), 0, "%.*s is not at %s", SLICE_ARG(got), time);
            cr_assert(slice_eq(slice_make(got.p, time_at), slice_make(expected.p, time_at)));
            got = slice_from(got, time_at + time_len);
            expected = slice_from(expected, time_at + time_len);
            cr_assert(slice_eq(got, expected), "%.*s\n%.*s", SLICE_ARG(got), SLICE_ARG(expected));
        }
        cr_assert_eq(rest.len, 0);
    }
    down();
}

Test(filters_access_log, lines_of_text, .timeout = 120)
{
    compare(LOG_TEXT);
}

Test(filters_access_log, lines_of_json, .timeout = 120)
{
    compare(LOG_JSON);
}

/* Every length, and in each place every byte. */
Test(filters_access_log, a_path_makes_no_line_of_its_own, .timeout = 120)
{
    static char text[65536];
    struct clock now = {.wall_ns = NS_PER_S};
    up(LOG_TEXT);
    for (int byte = 0; byte < 256; byte++) {
        for (uint16_t len = 1; len <= 40; len++) {
            struct exchange x = {.client.ip = {{[15] = 1}}};
            make_path(&x, len, true);
            head[random_below(&seeded, len)] = (char)byte;
            access_log(&x, &now, 200, 0);
            by_printf(&x, &now, 200, 0);
        }
        struct slice rest = all_lines(text, sizeof text);
        for (int i = 0; i < 40; i++) {
            struct slice got = slice_from(slice_cut(&rest, '\n'), CLOCK_RFC3339_BYTES);
            cr_assert(slice_eq(got, slice_from(slice_cut(&rest, '\n'), CLOCK_RFC3339_BYTES)), "%.*s", SLICE_ARG(got));
            for (size_t k = 0; k < got.len; k++) cr_assert((uint8_t)got.p[k] >= ' ' && got.p[k] != 0x7f);
        }
        cr_assert_eq(rest.len, 0);
    }
    down();
}

Test(filters_access_log, what_is_ignored_leaves_no_line)
{
    static char text[4096];
    struct clock now = {.wall_ns = NS_PER_S};
    struct exchange x = {.client.ip = {{[15] = 1}}, .unlogged = true};
    up(LOG_TEXT);
    access_log(&x, &now, 204, 0);
    log_info("other", "n=%d", 1);
    struct slice rest = all_lines(text, sizeof text);
    cr_assert(memmem(slice_cut(&rest, '\n').p, 50, "other n=1", 9));
    cr_assert_eq(rest.len, 0);
    down();
}
