/* proxy.c: see proxy.h. The sections named are those of proxy-protocol.txt. */
#include "net/proxy.h"

#include "base/digest.h"

/* ---- version 1: one line of text (§2.1) ---- */

#define LINE_MAX_BYTES 107u /* with its CRLF */

/* Digits without a leading zero. */
static bool is_port(struct slice s)
{
    uint64_t n;
    return slice_to_u64(s, &n) && n <= 65535 && (s.len == 1 || s.p[0] != '0');
}

static bool is_of(struct slice text, bool v6, struct ip *out)
{
    return (memchr(text.p, ':', text.len) != NULL) == v6 && ip_parse(text, out);
}

/* Exactly "TCP4 from to port port", one blank between two. */
static bool read_line(struct slice rest, struct ip *from)
{
    struct ip to;
    if (slice_eq(rest, SLICE("UNKNOWN")) || slice_starts(rest, SLICE("UNKNOWN ")))
        return true; /* whatever follows is skipped */
    struct slice family = slice_cut(&rest, ' '), piece[4];
    bool v6 = slice_eq(family, SLICE("TCP6"));
    if (!v6 && !slice_eq(family, SLICE("TCP4"))) return false;
    for (int i = 0; i < 4; i++) {
        if (!rest.p) return false;
        piece[i] = slice_cut(&rest, ' ');
        if (piece[i].len == 0) return false;
    }
    return !rest.p && is_of(piece[0], v6, from) && is_of(piece[1], v6, &to) && is_port(piece[2]) && is_port(piece[3]);
}

static enum proxy_outcome parse_v1(struct slice in, struct proxy_header *out)
{
    size_t look = in.len < LINE_MAX_BYTES ? in.len : LINE_MAX_BYTES;
    const char *end = memchr(in.p, '\n', look);
    if (!end) return in.len < LINE_MAX_BYTES ? PROXY_MORE : PROXY_BAD;
    size_t n = (size_t)(end - in.p) + 1;
    if (n < sizeof "PROXY \r\n" || in.p[n - 2] != '\r') return PROXY_BAD;
    struct slice line = slice_make(in.p + 6, n - 8);
    if (memchr(line.p, '\r', line.len) || memchr(line.p, 0, line.len) || !read_line(line, &out->from)) return PROXY_BAD;
    out->bytes = n;
    return PROXY_WHOLE;
}

/* ---- version 2: binary (§2.2) ---- */

static const uint8_t signature[12] = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
#define FIXED 16u
#define TYPE_CRC32C 3
#define TYPE_SSL 0x20
#define SSL_FIXED 5u      /* a byte of flags, a verdict about the client's certificate */
#define SSL_CLIENT_SSL 1u /* PP2_CLIENT_SSL */

static uint32_t big_endian(const uint8_t *p, int n)
{
    uint32_t value = 0;
    while (n--) value = value << 8 | *p++;
    return value;
}

/* The header's sum with zeros where it stands itself (§2.2.3). */
static bool sum_is_right(const uint8_t *p, size_t bytes, size_t at)
{
    static const uint8_t zero[4];
    uint32_t sum = crc32c(0, p, at);
    sum = crc32c(sum, zero, sizeof zero);
    sum = crc32c(sum, p + at + 4, bytes - at - 4);
    return sum == big_endian(p + at, 4);
}

/* Each has a type, a length and so many bytes; together they fill the header. Those that mean nothing to us are skipped. */
static bool read_extras(const uint8_t *p, size_t at, size_t bytes, bool *secure)
{
    bool said = false;
    while (at < bytes) {
        if (bytes - at < 3) return false;
        uint32_t len = big_endian(p + at + 1, 2);
        if (len > bytes - at - 3) return false;
        if (p[at] == TYPE_CRC32C && (len != 4 || !sum_is_right(p, bytes, at + 3))) return false;
        if (p[at] == TYPE_SSL) {
            if (said || len < SSL_FIXED) return false;
            *secure = p[at + 3] & SSL_CLIENT_SSL;
            said = true;
        }
        at += 3 + len;
    }
    return true;
}

static enum proxy_outcome parse_v2(const uint8_t *p, size_t n, struct proxy_header *out)
{
    static const size_t addresses[] = {0, 12, 36, 216}; /* bytes, by family: none, IPv4, IPv6, Unix */
    bool secure = false;
    if (n < FIXED) return PROXY_MORE;
    unsigned version = p[12] >> 4, command = p[12] & 15, family = p[13] >> 4, transport = p[13] & 15;
    size_t bytes = FIXED + big_endian(p + 14, 2);
    if (version != 2 || command > 1 || family > 3 || transport > 2 || bytes > PROXY_BYTES_MAX) return PROXY_BAD;
    if (command == 1 && bytes - FIXED < addresses[family]) return PROXY_BAD;
    if (n < bytes) return PROXY_MORE;
    out->bytes = bytes;
    if (command == 0) return PROXY_WHOLE; /* LOCAL: of the balancer itself; what comes along is skipped unread */
    if (!read_extras(p, FIXED + addresses[family], bytes, &secure)) return PROXY_BAD;
    if (transport != 1) return PROXY_WHOLE; /* not said, or no stream: nothing that could be the client of one */
    if (family == 1) {
        out->from.b[10] = out->from.b[11] = 0xff;
        memcpy(out->from.b + 12, p + FIXED, 4);
    } else if (family == 2) {
        memcpy(out->from.b, p + FIXED, 16);
    }
    out->secure = secure && ip_is_known(&out->from);
    return PROXY_WHOLE;
}

enum proxy_outcome proxy_parse(const void *p, size_t n, struct proxy_header *out)
{
    size_t common = n < sizeof signature ? n : sizeof signature, line = n < 6 ? n : 6;
    *out = (struct proxy_header){.bytes = 0};
    if (memcmp(p, signature, common) == 0) return n < sizeof signature ? PROXY_MORE : parse_v2(p, n, out);
    if (memcmp(p, "PROXY ", line) == 0) return n < 6 ? PROXY_MORE : parse_v1(slice_make(p, n), out);
    return PROXY_BAD;
}
