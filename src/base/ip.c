/* ip.c: see ip.h. */
#include "ip.h"

#include <arpa/inet.h>
#include <netinet/in.h>

bool ip_parse(struct slice text, struct ip *out)
{
    char zero_ended[IP_TEXT_BYTES];
    struct ip ip = {{0}};
    if (text.len == 0 || text.len >= sizeof zero_ended || memchr(text.p, 0, text.len)) return false;
    memcpy(zero_ended, text.p, text.len);
    zero_ended[text.len] = 0;
    if (memchr(text.p, ':', text.len)) {
        if (inet_pton(AF_INET6, zero_ended, ip.b) != 1) return false;
    } else {
        memcpy(ip.b, ip_v4_prefix, sizeof ip_v4_prefix);
        if (inet_pton(AF_INET, zero_ended, ip.b + sizeof ip_v4_prefix) != 1) return false;
    }
    *out = ip;
    return true;
}

/* A number with a point behind it, so that writing one is a move. */
struct octet {
    char text[4];
    uint32_t len;
};
#define OCTET(literal) {literal ".", sizeof(literal)}
#define TEN(tens)                                                                                                          \
    OCTET(tens "0"), OCTET(tens "1"), OCTET(tens "2"), OCTET(tens "3"), OCTET(tens "4"), OCTET(tens "5"), OCTET(tens "6"), \
        OCTET(tens "7"), OCTET(tens "8"), OCTET(tens "9")
/* clang-format off */
static const struct octet octets[256] = {
    TEN(""), TEN("1"), TEN("2"), TEN("3"), TEN("4"), TEN("5"), TEN("6"), TEN("7"), TEN("8"), TEN("9"), TEN("10"), TEN("11"), TEN("12"),
    TEN("13"), TEN("14"), TEN("15"), TEN("16"), TEN("17"), TEN("18"), TEN("19"), TEN("20"), TEN("21"), TEN("22"), TEN("23"), TEN("24"),
    OCTET("250"), OCTET("251"), OCTET("252"), OCTET("253"), OCTET("254"), OCTET("255")
};
/* clang-format on */

static char *put_octet(char *p, uint8_t n)
{
    memcpy(p, octets[n].text, sizeof octets[n].text);
    return p + octets[n].len;
}

/* The last point is written too, and then not counted. */
static char *put_v4(char *p, const uint8_t b[4])
{
    return put_octet(put_octet(put_octet(put_octet(p, b[0]), b[1]), b[2]), b[3]) - 1;
}

static char *put_group(char *p, unsigned group)
{
    int shift = group >= 0x1000 ? 12 : group >= 0x100 ? 8 : group >= 0x10 ? 4 : 0;
    for (; shift >= 0; shift -= 4) *p++ = "0123456789abcdef"[group >> shift & 15];
    return p;
}

static unsigned group_of(const struct ip *ip, size_t i)
{
    return (unsigned)ip->b[2 * i] << 8 | ip->b[2 * i + 1];
}

/* The longest run of groups that are zero, of two at least; the first of several (RFC 5952 §4.2). Returns its length. */
static unsigned longest_gap(const struct ip *ip, unsigned *start)
{
    unsigned longest = 1, run = 0;
    for (unsigned i = 0; i < 8; i++) {
        run = group_of(ip, i) ? 0 : run + 1;
        if (run <= longest) continue;
        longest = run;
        *start = i + 1 - run;
    }
    return longest > 1 ? longest : 0;
}

/* As inet_ntop: RFC 5952, and what is compatible with IPv4 (RFC 4291 §2.5.5.1) ends in four numbers. */
static char *put_v6(char *p, const struct ip *ip)
{
    unsigned start = 8, gap = longest_gap(ip, &start);
    for (unsigned i = 0; i < 8; i++) {
        if (i == start) {
            *p++ = ':';
            i += gap - 1;
            if (i == 7) *p++ = ':';
            continue;
        }
        if (i) *p++ = ':';
        if (i == 6 && start == 0 && gap == 6) return put_v4(p, ip->b + 12);
        p = put_group(p, group_of(ip, i));
    }
    return p;
}

char *ip_put(char *p, const struct ip *ip)
{
    if (ip_is_v4(ip)) return put_v4(p, ip->b + sizeof ip_v4_prefix);
    if (ip_is_known(ip)) return put_v6(p, ip);
    *p = '-';
    return p + 1;
}

size_t ip_text(const struct ip *ip, char out[IP_TEXT_BYTES])
{
    char *end = ip_put(out, ip);
    *end = '\0';
    return (size_t)(end - out);
}

struct ip ip_of(const struct sockaddr *address)
{
    struct ip ip = {{0}};
    if (address->sa_family == AF_INET) {
        memcpy(ip.b, ip_v4_prefix, sizeof ip_v4_prefix);
        memcpy(ip.b + sizeof ip_v4_prefix, &((const struct sockaddr_in *)(const void *)address)->sin_addr, 4);
    } else if (address->sa_family == AF_INET6) {
        memcpy(ip.b, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, sizeof ip.b);
    }
    return ip;
}

bool ip_is_loopback(const struct ip *ip)
{
    static const struct ip one = {{[15] = 1}};
    return (ip_is_v4(ip) && ip->b[12] == 127) || ip_eq(ip, &one);
}

bool ip_eq(const struct ip *a, const struct ip *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

struct ip ip_client(const struct ip *ip)
{
    struct ip client = *ip;
    if (!ip_is_v4(ip)) memset(client.b + 8, 0, sizeof client.b - 8);
    return client;
}

struct network network_of(const struct ip *base, unsigned bits)
{
    struct network n = {*base, {{0}}};
    for (unsigned i = 0; i < 16; i++, bits -= bits < 8 ? bits : 8) {
        n.mask.b[i] = (uint8_t)(0xff00u >> (bits < 8 ? bits : 8));
        n.base.b[i] &= n.mask.b[i];
    }
    return n;
}

bool network_parse(struct slice text, struct network *out)
{
    struct ip base;
    uint64_t bits;
    struct slice prefix = text, address = slice_cut(&prefix, '/');
    if (!ip_parse(address, &base)) return false;
    bool v4 = !memchr(address.p, ':', address.len);
    unsigned n_bits = 128;
    if (prefix.p) {
        if (!slice_to_u64(prefix, &bits) || prefix.len > 3 || bits > (v4 ? 32u : 128u)) return false;
        n_bits = (unsigned)(v4 ? bits + 96 : bits);
    }
    struct network n = network_of(&base, n_bits);
    if (!ip_eq(&n.base, &base)) return false;
    *out = n;
    return true;
}

static uint64_t half_of(const struct ip *ip, unsigned i)
{
    uint64_t x;
    memcpy(&x, ip->b + i * sizeof x, sizeof x);
    return x;
}

static bool is_within(const struct network *n, uint64_t first, uint64_t second)
{
    return (((first ^ half_of(&n->base, 0)) & half_of(&n->mask, 0)) |
            ((second ^ half_of(&n->base, 1)) & half_of(&n->mask, 1))) == 0;
}

bool network_has(const struct network *n, const struct ip *ip)
{
    return is_within(n, half_of(ip, 0), half_of(ip, 1));
}

bool networks_have(const struct network *of, uint32_t n, const struct ip *ip)
{
    uint64_t first = half_of(ip, 0), second = half_of(ip, 1);
    for (const struct network *end = of + n; of < end; of++)
        if (is_within(of, first, second)) return true;
    return false;
}
