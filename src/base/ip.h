/* ip.h: IP addresses and networks as 16 bytes; IPv4 is ::ffff:a.b.c.d (RFC 4291 §2.5.5.2), so both kinds compare alike. Any thread. */
#ifndef QUERN_BASE_IP_H
#define QUERN_BASE_IP_H

#include "slice.h"

struct sockaddr;

struct ip {
    uint8_t b[16]; /* all zero: not known */
};
#define IP_TEXT_BYTES 46
static const uint8_t ip_v4_prefix[12] = {[10] = 0xff, [11] = 0xff};

struct network {
    struct ip base, mask; /* mask: the bits of base that count; all others of it are zero */
};

/* "192.0.2.1", "2001:db8::1"; no brackets, no port, no zone, no leading zeros. False: not one. */
bool ip_parse(struct slice text, struct ip *out);
/* "192.0.2.1", "2001:db8::1"; "-" when it is not known. Returns the length. */
size_t ip_text(const struct ip *ip, char out[IP_TEXT_BYTES]);
/* The same without a NUL at its end: at most IP_TEXT_BYTES - 1 bytes. Returns the end. */
char *ip_put(char *p, const struct ip *ip);
/* Unknown for anything but AF_INET and AF_INET6. */
struct ip ip_of(const struct sockaddr *address);
static inline bool ip_is_v4(const struct ip *ip)
{
    return memcmp(ip->b, ip_v4_prefix, sizeof ip_v4_prefix) == 0;
}
static inline bool ip_is_known(const struct ip *ip)
{
    static const struct ip none;
    return memcmp(ip, &none, sizeof none) != 0;
}
bool ip_is_loopback(const struct ip *ip); /* 127.0.0.0/8, ::1 */
bool ip_eq(const struct ip *a, const struct ip *b);
/* Who counts as one client: an address of IPv4, the /64 of one of IPv6 (whoever has one of these addresses has them all). The same for
 * all of one client; another for any other. */
struct ip ip_client(const struct ip *ip);

/* "10.0.0.0/8", "2001:db8::/32", or an address alone. Bits behind the prefix must be zero: who writes 10.1.2.3/8 means something
 * else. */
bool network_parse(struct slice text, struct network *out);
/* The first bits of base: 0 to 128 of them. */
struct network network_of(const struct ip *base, unsigned bits);
bool network_has(const struct network *n, const struct ip *ip);
/* Whether one of n networks has it. */
bool networks_have(const struct network *of, uint32_t n, const struct ip *ip);

#endif
