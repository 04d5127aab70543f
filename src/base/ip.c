/* ip.c: see ip.h. */
#include "ip.h"
#include "digits.h"

#include <arpa/inet.h>
#include <netinet/in.h>

static const uint8_t v4_prefix[12] = {[10] = 0xff, [11] = 0xff};

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
        memcpy(ip.b, v4_prefix, sizeof v4_prefix);
        if (inet_pton(AF_INET, zero_ended, ip.b + sizeof v4_prefix) != 1) return false;
    }
    *out = ip;
    return true;
}

static char *put_byte(char *p, uint8_t n)
{
    if (n >= 100) return digits_put_3(p, n);
    if (n >= 10) return digits_put_2(p, n);
    *p = (char)('0' + n);
    return p + 1;
}

static char *put_v4(char *p, const uint8_t b[4])
{
    for (int i = 0; i < 4; i++) {
        p = put_byte(p, b[i]);
        *p++ = '.';
    }
    return p - 1;
}

static char *put_group(char *p, unsigned group)
{
    int shift = group >= 0x1000 ? 12 : group >= 0x100 ? 8 : group >= 0x10 ? 4 : 0;
    for (; shift >= 0; shift -= 4) *p++ = "0123456789abcdef"[group >> shift & 15];
    return p;
}

static unsigned group_of(const struct ip *ip, unsigned i)
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
    if (ip_is_v4(ip)) return put_v4(p, ip->b + sizeof v4_prefix);
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
        memcpy(ip.b, v4_prefix, sizeof v4_prefix);
        memcpy(ip.b + sizeof v4_prefix, &((const struct sockaddr_in *)(const void *)address)->sin_addr, 4);
    } else if (address->sa_family == AF_INET6) {
        memcpy(ip.b, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, sizeof ip.b);
    }
    return ip;
}

bool ip_is_v4(const struct ip *ip)
{
    return memcmp(ip->b, v4_prefix, sizeof v4_prefix) == 0;
}

bool ip_is_known(const struct ip *ip)
{
    static const struct ip none;
    return memcmp(ip, &none, sizeof none) != 0;
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

/* The bits in which two halves differ, the first bit highest. */
static uint64_t half_differs(const uint8_t *a, const uint8_t *b)
{
    uint64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return __builtin_bswap64(x ^ y);
}

static bool same_bits(const struct ip *a, const struct ip *b, unsigned bits)
{
    uint64_t high = half_differs(a->b, b->b);
    if (bits <= 64) return bits == 0 || high >> (64 - bits) == 0;
    return high == 0 && half_differs(a->b + 8, b->b + 8) >> (128 - bits) == 0;
}

static bool is_clear_behind(const struct ip *ip, unsigned bits)
{
    for (unsigned i = bits; i < 128; i++)
        if (ip->b[i / 8] & 0x80 >> i % 8) return false;
    return true;
}

bool network_parse(struct slice text, struct network *out)
{
    struct network n = {.bits = 128};
    uint64_t bits;
    struct slice prefix = text, address = slice_cut(&prefix, '/');
    if (!ip_parse(address, &n.base)) return false;
    bool v4 = !memchr(address.p, ':', address.len);
    if (prefix.p) {
        if (!slice_to_u64(prefix, &bits) || prefix.len > 3 || bits > (v4 ? 32u : 128u)) return false;
        n.bits = (uint8_t)(v4 ? bits + 96 : bits);
    }
    if (!is_clear_behind(&n.base, n.bits)) return false;
    *out = n;
    return true;
}

bool network_has(const struct network *n, const struct ip *ip)
{
    return same_bits(&n->base, ip, n->bits);
}

bool networks_have(const struct network *of, uint32_t n, const struct ip *ip)
{
    for (uint32_t i = 0; i < n; i++)
        if (network_has(&of[i], ip)) return true;
    return false;
}
