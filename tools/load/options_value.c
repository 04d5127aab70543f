/* options_value.c: see options_parts.h. Options whose value has a form of its own. */
#include "base/buf.h"
#include "base/clock.h"
#include "tools/load/options_parts.h"
#include "tools/load/units.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define BODY_BYTES_MAX ((size_t)1 << 28)
#define SPIN_NS_MAX NS_PER_S
#define SWEEP_POINTS_MAX 1000
#define CPUS_MAX 1024 /* what a cpu_set_t holds */

/* Takes prefix off the front. */
static bool take_prefix(struct slice *text, const char *prefix)
{
    struct slice p = slice_str(prefix);
    if (!slice_starts(*text, p)) return false;
    *text = slice_from(*text, p.len);
    return true;
}

/* ---- load ---- */

bool read_arrival(struct reading *r, struct slice text)
{
    struct options *o = r->o;
    uint64_t n;
    if (slice_eq(text, SLICE("const"))) {
        o->arrival = ARRIVAL_CONST;
    } else if (slice_eq(text, SLICE("poisson"))) {
        o->arrival = ARRIVAL_POISSON;
    } else if (take_prefix(&text, "burst:")) {
        if (!unit_count(text, &n) || n < 1 || n > 1000000) return options_refuse(r, "a burst is of 1 to 1000000 requests");
        o->arrival = ARRIVAL_BURST;
        o->burst = (uint32_t)n;
    } else if (take_prefix(&text, "trace:") && text.len) {
        o->arrival = ARRIVAL_TRACE;
        o->trace_path = text.p;
    } else {
        return options_refuse(r, "'%.*s' is not const, poisson, burst:N or trace:FILE", SLICE_ARG(text));
    }
    return true;
}

bool read_sweep(struct reading *r, struct slice text)
{
    struct slice rest = text, from = slice_cut(&rest, ':'), to = slice_cut(&rest, ':');
    struct options *o = r->o;
    if (!rest.p || !unit_rate(from, &o->sweep_from) || !unit_rate(to, &o->sweep_to) || !unit_rate(rest, &o->sweep_step))
        return options_refuse(r, "'%.*s' is not three rates A:B:STEP (1k:10k:500)", SLICE_ARG(text));
    if (o->sweep_to < o->sweep_from) return options_refuse(r, "the last rate is below the first");
    if ((o->sweep_to - o->sweep_from) / o->sweep_step <= SWEEP_POINTS_MAX) return true;
    return options_refuse(r, "more than %d points", SWEEP_POINTS_MAX);
}

/* 0, const:T, T alone, exp:T. */
static bool read_dist(struct reading *r, struct slice text, struct dist *dist)
{
    struct slice time = text;
    bool is_exp = take_prefix(&time, "exp:");
    if (!is_exp) (void)take_prefix(&time, "const:");
    uint64_t ns;
    if (!unit_time(time, NS_PER_S, &ns)) return options_refuse(r, "'%.*s' is not 0, const:T or exp:T", SLICE_ARG(text));
    if (ns == 0) *dist = (struct dist){.kind = DIST_ZERO};
    else if (is_exp) *dist = (struct dist){.kind = DIST_EXP, .mean_ns = ns};
    else *dist = (struct dist){.kind = DIST_CONST, .mean_ns = ns};
    return true;
}

bool read_think(struct reading *r, struct slice text)
{
    return read_dist(r, text, &r->o->think);
}

bool read_work(struct reading *r, struct slice text)
{
    return read_dist(r, text, &r->o->work);
}

/* ---- connections ---- */

bool read_ramp(struct reading *r, struct slice text)
{
    double rate = 0;
    uint64_t ns = 0;
    bool is_rate = memchr(text.p, '/', text.len) != NULL;
    if (is_rate ? !unit_rate(text, &rate) : !unit_time(text, NS_PER_S, &ns))
        return options_refuse(r, "'%.*s' is neither a rate (20k/s) nor a time (10s)", SLICE_ARG(text));
    r->o->ramp_rate = rate;
    r->o->ramp_ns = ns;
    return true;
}

bool read_poll(struct reading *r, struct slice text)
{
    uint64_t ns = r->o->poll_ns;
    bool backoff = slice_eq(text, SLICE("backoff")), timed = backoff;
    if (!backoff) {
        backoff = take_prefix(&text, "backoff:");
        timed = unit_time(text, NS_PER_S, &ns);
    }
    if (!timed || ns == 0) return options_refuse(r, "'%.*s' is not a time above 0, backoff or backoff:T", SLICE_ARG(text));
    r->o->poll_ns = ns;
    r->o->poll_backoff = backoff;
    return true;
}

bool read_spin(struct reading *r, struct slice text)
{
    uint64_t ns;
    if (!unit_time(text, NS_PER_US, &ns))
        return options_refuse(r, "'%.*s' is not a time (50us; a number alone is in microseconds)", SLICE_ARG(text));
    if (ns > SPIN_NS_MAX) return options_refuse(r, "more than a second; --busy never sleeps at all");
    r->o->spin_ns = ns;
    return true;
}

/* Numbers and ranges: 0,2-3. */
bool read_cpus(struct reading *r, struct slice text)
{
    struct options *o = r->o;
    o->cpus_n = 0;
    for (struct slice rest = text; rest.p;) {
        uint64_t first, last;
        if (!unit_range(slice_cut(&rest, ','), &first, &last) || last >= CPUS_MAX)
            return options_refuse(r, "'%.*s' is not a list of CPUs (0,2-3)", SLICE_ARG(text));
        for (uint64_t i = first; i <= last; i++) {
            if (o->cpus_n == (int)(sizeof o->cpus / sizeof *o->cpus)) return options_refuse(r, "too many CPUs");
            o->cpus[o->cpus_n++] = (int)i;
        }
    }
    return true;
}

/* ---- request ---- */

/* RFC 9110 §5.6.2 */
static bool is_token(struct slice text)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < text.len; i++) {
        char c = text.p[i];
        bool letter = slice_lower(c) >= 'a' && slice_lower(c) <= 'z', digit = c >= '0' && c <= '9';
        if (!letter && !digit && !(c && strchr(others, c))) return false;
    }
    return text.len > 0;
}

bool read_method(struct reading *r, struct slice text)
{
    if (!is_token(text) || text.len >= sizeof r->o->method) return options_refuse(r, "'%.*s' is not a method", SLICE_ARG(text));
    (void)snprintf(r->o->method, sizeof r->o->method, "%.*s", SLICE_ARG(text));
    return true;
}

bool read_header(struct reading *r, struct slice text)
{
    struct options *o = r->o;
    struct slice rest = text, name = slice_cut(&rest, ':');
    if (!rest.p || !is_token(name)) return options_refuse(r, "'%.*s' is not Name: value", SLICE_ARG(text));
    for (size_t i = 0; i < rest.len; i++)
        if ((rest.p[i] >= 0 && rest.p[i] < ' ' && rest.p[i] != '\t') || rest.p[i] == 0x7f)
            return options_refuse(r, "a control character stands in the value of %.*s", SLICE_ARG(name));
    if (o->headers_n == HEADERS_MAX) return options_refuse(r, "more than %d", HEADERS_MAX);
    o->headers[o->headers_n++] = text.p;
    return true;
}

/* All of the file. 0 or -errno. */
static int add_file(struct buf *b, const char *path)
{
    char part[16384];
    ssize_t n;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -errno;
    while ((n = read(fd, part, sizeof part)) > 0 && !b->overflow) buf_add(b, slice_make(part, (size_t)n));
    int rc = n < 0 ? -errno : 0;
    (void)close(fd); /* only read */
    return rc;
}

bool read_body(struct reading *r, struct slice text)
{
    struct buf b;
    buf_init(&b, BODY_BYTES_MAX);
    buf_add(&b, SLICE("")); /* an empty body is one, too */
    if (take_prefix(&text, "@")) {
        int rc = add_file(&b, text.p);
        if (rc < 0) {
            buf_deinit(&b);
            return options_refuse(r, "cannot read %.200s: %s", text.p, strerror(-rc));
        }
    } else {
        buf_add(&b, text);
    }
    if (b.overflow) {
        buf_deinit(&b);
        return options_refuse(r, "more than %zu bytes", BODY_BYTES_MAX);
    }
    free((void *)(uintptr_t)r->o->body);
    r->o->body = b.p;
    r->o->body_len = b.len;
    return true;
}

/* ---- checks ---- */

bool read_verify(struct reading *r, struct slice text)
{
    struct options *o = r->o;
    uint64_t every;
    if (slice_eq(text, SLICE("full"))) {
        o->verify = VERIFY_FULL;
    } else if (slice_eq(text, SLICE("status"))) {
        o->verify = VERIFY_STATUS;
    } else if (take_prefix(&text, "sample:") && unit_count(text, &every) && every >= 1 && every <= UINT32_MAX) {
        o->verify = VERIFY_SAMPLE;
        o->verify_every = (uint32_t)every;
    } else {
        return options_refuse(r, "'%.*s' is not full, sample:N or status", SLICE_ARG(text));
    }
    return true;
}

bool read_expect_status(struct reading *r, struct slice text)
{
    struct options *o = r->o;
    const int max = (int)(sizeof o->expect_status / sizeof *o->expect_status);
    o->expect_status_n = 0;
    for (struct slice rest = text; rest.p;) {
        uint64_t status;
        if (!slice_to_u64(slice_cut(&rest, ','), &status) || status < 100 || status > 599)
            return options_refuse(r, "'%.*s' is not a list of statuses (200,404)", SLICE_ARG(text));
        if (o->expect_status_n == max) return options_refuse(r, "more than %d statuses", max);
        o->expect_status[o->expect_status_n++] = (uint16_t)status;
    }
    return true;
}

bool read_echo_id(struct reading *r, struct slice text)
{
    r->o->echo_id = text.p ? text.p : "X-Request-Id";
    if (!text.p || is_token(text)) return true;
    return options_refuse(r, "'%.*s' is not the name of a field", SLICE_ARG(text));
}

/* ---- output ---- */

bool read_label(struct reading *r, struct slice text)
{
    struct options *o = r->o;
    const char *equals = memchr(text.p, '=', text.len);
    if (!equals || equals == text.p) return options_refuse(r, "'%.*s' is not KEY=VALUE", SLICE_ARG(text));
    if (text.len > 63) return options_refuse(r, "'%.*s' is longer than 63 bytes", SLICE_ARG(text));
    if (o->labels_n == LABELS_MAX) return options_refuse(r, "more than %d", LABELS_MAX);
    o->labels[o->labels_n++] = text.p;
    return true;
}
