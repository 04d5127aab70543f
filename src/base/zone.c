#include "base/zone.h"
#include "base/zone_rule.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRANSITIONS_MAX 2000u /* as the reference code's; today's longest has 244 */
#define TYPES_MAX 256u
#define TIME_MAX (INT64_C(1) << 60) /* the database begins at -2^59; sums with offsets stay within 64 bits */

struct kind {
    int32_t offset_s;
    bool is_dst;
};

struct zone { /* one allocation, the arrays behind it */
    const int64_t *at; /* n transitions, ascending */
    const struct kind *kinds;
    const uint8_t *which; /* by transition: the kind of time that begins there */
    uint32_t n;
    struct zone_rule rule; /* for the time after the last transition; not set: it stays as it is */
};

static const struct kind utc_kind = {0, false};
static const struct zone utc = {.kinds = &utc_kind};

const struct zone *zone_utc(void)
{
    return &utc;
}

/* ---- names ---- */

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_name_char(char c)
{
    return is_capital(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+';
}

bool zone_name_ok(struct slice name)
{
    static const struct slice refused[] = {SLICE_INIT("EST"), SLICE_INIT("MST"), SLICE_INIT("HST"), SLICE_INIT("CET"),
                                           SLICE_INIT("EET"), SLICE_INIT("MET"), SLICE_INIT("WET"), SLICE_INIT("Factory")};
    if (name.len == 0 || name.len > ZONE_NAME_MAX) return false;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (slice_eq(name, refused[i])) return false;
    for (struct slice rest = name; rest.p;) {
        struct slice part = slice_cut(&rest, '/');
        if (part.len == 0 || !is_capital(part.p[0])) return false;
        for (size_t i = 1; i < part.len; i++)
            if (!is_name_char(part.p[i])) return false;
    }
    return true;
}

/* ---- TZif: "TZif", version, 15 bytes, six counts; then a block of that many; from version 2 on the same again with 64-bit
 * times, and a footer: newline, rule, newline. Numbers are big-endian (RFC 9636 §3). ---- */

struct head {
    uint32_t n_ut, n_std, n_leap, n_times, n_types, n_chars;
    char version;
};

#define HEAD_BYTES 44u

static uint32_t be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t be_time(const uint8_t *p, size_t time_bytes)
{
    if (time_bytes == 4) return (int32_t)be32(p);
    return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

static bool take_head(struct slice *in, struct head *out)
{
    const uint8_t *p = (const uint8_t *)in->p;
    if (in->len < HEAD_BYTES || memcmp(p, "TZif", 4) != 0) return false;
    *out = (struct head){be32(p + 20), be32(p + 24), be32(p + 28), be32(p + 32), be32(p + 36), be32(p + 40), (char)p[4]};
    *in = slice_from(*in, HEAD_BYTES);
    return true;
}

static bool take_block(struct slice *in, const struct head *h, size_t time_bytes, const uint8_t **out)
{
    uint64_t bytes = (uint64_t)h->n_times * (time_bytes + 1) + (uint64_t)h->n_types * 6 + h->n_chars +
                     (uint64_t)h->n_leap * (time_bytes + 4) + h->n_std + h->n_ut;
    if (bytes > in->len) return false;
    *out = (const uint8_t *)in->p;
    *in = slice_from(*in, (size_t)bytes);
    return true;
}

static bool counts_ok(const struct head *h)
{
    return h->n_types >= 1 && h->n_types <= TYPES_MAX && h->n_chars >= 1 && h->n_times <= TRANSITIONS_MAX &&
           (h->n_ut == 0 || h->n_ut == h->n_types) && (h->n_std == 0 || h->n_std == h->n_types);
}

static struct zone *new_zone(const struct head *h, int64_t **at, struct kind **kinds, uint8_t **which)
{
    struct zone *z = calloc(1, sizeof *z + h->n_times * (sizeof **at + sizeof **which) + h->n_types * sizeof **kinds);
    if (!z) return NULL;
    *at = (int64_t *)(void *)(z + 1);
    *kinds = (struct kind *)(void *)(*at + h->n_times);
    *which = (uint8_t *)(*kinds + h->n_types);
    z->at = *at, z->kinds = *kinds, z->which = *which;
    z->n = h->n_times;
    return z;
}

static bool read_times(const struct head *h, const uint8_t *p, size_t time_bytes, int64_t *at, uint8_t *which)
{
    const uint8_t *index = p + h->n_times * time_bytes;
    for (uint32_t i = 0; i < h->n_times; i++) {
        at[i] = be_time(p + i * time_bytes, time_bytes);
        which[i] = index[i];
        if (at[i] < -TIME_MAX || at[i] > TIME_MAX || (i && at[i] <= at[i - 1]) || which[i] >= h->n_types) return false;
    }
    return true;
}

static bool read_kinds(const struct head *h, const uint8_t *p, struct kind *kinds)
{
    for (uint32_t i = 0; i < h->n_types; i++, p += 6) {
        int32_t offset_s = (int32_t)be32(p);
        if (offset_s <= -ZONE_OFFSET_MAX_S || offset_s >= ZONE_OFFSET_MAX_S || p[4] > 1 || p[5] >= h->n_chars) return false;
        kinds[i] = (struct kind){offset_s, p[4] == 1};
    }
    return true;
}

static int read_block(const struct head *h, const uint8_t *block, size_t time_bytes, struct zone_rule rule, struct zone **out)
{
    int64_t *at;
    struct kind *kinds;
    uint8_t *which;
    if (!counts_ok(h)) return -EBADMSG;
    if (h->n_leap) return -ENOTSUP; /* its instants are not those of POSIX clocks */
    struct zone *z = new_zone(h, &at, &kinds, &which);
    if (!z) return -ENOMEM;
    z->rule = rule;
    if (!read_times(h, block, time_bytes, at, which) || !read_kinds(h, block + h->n_times * (time_bytes + 1), kinds)) {
        zone_free(z);
        return -EBADMSG;
    }
    *out = z;
    return 0;
}

static bool take_footer(struct slice in, struct slice *rule)
{
    if (in.len < 2 || in.p[0] != '\n' || in.p[in.len - 1] != '\n') return false;
    *rule = slice_make(in.p + 1, in.len - 2);
    return true;
}

int zone_parse(const void *bytes, size_t len, struct zone **out)
{
    struct slice in = slice_make(bytes, len), text = {"", 0};
    size_t time_bytes = 4;
    const uint8_t *block;
    struct head h;
    struct zone_rule rule;
    if (!take_head(&in, &h) || !take_block(&in, &h, time_bytes, &block)) return -EBADMSG;
    if (h.version) {
        time_bytes = 8;
        if (h.version < '2' || !take_head(&in, &h) || h.version < '2') return -EBADMSG;
        if (!take_block(&in, &h, time_bytes, &block) || !take_footer(in, &text)) return -EBADMSG;
    } else if (in.len) return -EBADMSG;
    int rc = zone_rule_parse(text, &rule);
    return rc < 0 ? rc : read_block(&h, block, time_bytes, rule, out);
}

struct zone *zone_free(struct zone *z)
{
    free(z);
    return NULL;
}

/* ---- files ---- */

/* What is cut while it is read is found out by zone_parse(). */
static int read_all(int fd, char *into, size_t room, size_t *len)
{
    for (*len = 0; *len < room;) {
        ssize_t n = read(fd, into + *len, room - *len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return -errno;
        if (n == 0) break;
        *len += (size_t)n;
    }
    return 0;
}

static int read_zone(int fd, struct zone **out)
{
    struct stat st;
    size_t len;
    if (fstat(fd, &st) < 0) return -errno;
    if (!S_ISREG(st.st_mode)) return -ENOENT; /* a region: Europe */
    if (st.st_size <= 0 || st.st_size > ZONE_FILE_MAX) return -EBADMSG;
    char *bytes = malloc((size_t)st.st_size);
    if (!bytes) return -ENOMEM;
    int rc = read_all(fd, bytes, (size_t)st.st_size, &len);
    if (rc == 0) rc = zone_parse(bytes, len, out);
    free(bytes);
    return rc;
}

int zone_open(const char *folder, struct slice name, struct zone **out)
{
    char path[PATH_MAX];
    if (!zone_name_ok(name)) return -EINVAL;
    int len = snprintf(path, sizeof path, "%s/%.*s", folder, SLICE_ARG(name));
    if (len < 0 || (size_t)len >= sizeof path) return -ENAMETOOLONG;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return errno == ENOTDIR ? -ENOENT : -errno;
    int rc = read_zone(fd, out);
    (void)close(fd); /* only read */
    return rc;
}

/* ---- questions ---- */

/* The last transition that is not after t; there is one. */
static uint32_t find(const struct zone *z, int64_t t)
{
    uint32_t low = 0, high = z->n;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (z->at[middle] <= t) low = middle;
        else high = middle;
    }
    return low;
}

struct zone_span zone_span(const struct zone *z, int64_t t)
{
    const struct kind *kind = z->kinds;
    struct zone_span s = {.begin = INT64_MIN, .end = INT64_MAX};
    if (z->rule.is_set && (z->n == 0 || t >= z->at[z->n - 1])) {
        s = zone_rule_span(&z->rule, t);
        if (z->n && s.begin < z->at[z->n - 1]) s.begin = z->at[z->n - 1];
        return s;
    }
    if (z->n && t < z->at[0]) s.end = z->at[0]; /* before the first transition: the first kind */
    else if (z->n) {
        uint32_t i = find(z, t);
        kind = &z->kinds[z->which[i]];
        s.begin = z->at[i];
        if (i + 1 < z->n) s.end = z->at[i + 1];
    }
    s.offset_s = kind->offset_s;
    s.is_dst = kind->is_dst;
    return s;
}

unsigned zone_instants(const struct zone *z, int64_t local_s, int64_t out[2])
{
    int64_t last = local_s + ZONE_OFFSET_MAX_S;
    unsigned n = 0;
    for (struct zone_span s = zone_span(z, local_s - ZONE_OFFSET_MAX_S); s.begin <= last; s = zone_span(z, s.end)) {
        int64_t t = local_s - s.offset_s;
        if (t >= s.begin && t < s.end) out[n++] = t;
        if (n == 2 || s.end == INT64_MAX) break;
    }
    return n;
}
