/* destination.c: see destination.h. */
#include "outbound/destination.h"

/* ---- addresses ---- */

struct range {
    uint8_t base[16];
    uint8_t bits;
};

#define V4(a, b, c, d, n) {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d}, 96 + (n)}

/* The special-purpose registries of IANA (RFC 6890 and its updates). */
static const struct range denied[] = {
    V4(0, 0, 0, 0, 8),        /* this network */
    V4(10, 0, 0, 0, 8),       /* private */
    V4(100, 64, 0, 0, 10),    /* shared, RFC 6598 */
    V4(127, 0, 0, 0, 8),      /* loopback */
    V4(169, 254, 0, 0, 16),   /* link-local: clouds' metadata */
    V4(172, 16, 0, 0, 12),    /* private */
    V4(192, 0, 0, 0, 24),     /* protocol assignments */
    V4(192, 0, 2, 0, 24),     /* documentation, as the next two */
    V4(198, 51, 100, 0, 24),
    V4(203, 0, 113, 0, 24),
    V4(192, 88, 99, 0, 24),   /* 6to4 relays */
    V4(192, 168, 0, 0, 16),   /* private */
    V4(198, 18, 0, 0, 15),    /* benchmarks */
    V4(224, 0, 0, 0, 4),      /* multicast */
    V4(240, 0, 0, 0, 4),      /* reserved, and broadcast */
};

/* Of IPv6 only this is handed out; what of it leads elsewhere is denied. */
static const struct range global = {{0x20}, 3};
static const struct range denied_global[] = {
    {{0x20, 0x01}, 23},             /* protocol assignments: Teredo, which has an IPv4 address within, benchmarks, ORCHID */
    {{0x20, 0x02}, 16},             /* 6to4: an IPv4 address within */
    {{0x20, 0x01, 0x0d, 0xb8}, 32}, /* documentation */
    {{0x3f, 0xff}, 20},             /* documentation */
};

static bool range_has(const struct range *r, const struct ip *ip)
{
    struct ip base;
    memcpy(base.b, r->base, sizeof base.b);
    struct network n = network_of(&base, r->bits);
    return network_has(&n, ip);
}

static bool any_has(const struct range *of, size_t n, const struct ip *ip)
{
    for (size_t i = 0; i < n; i++)
        if (range_has(&of[i], ip)) return true;
    return false;
}

bool destination_is_public(const struct ip *ip)
{
    if (!ip_is_known(ip)) return false;
    if (ip_is_v4(ip)) return !any_has(denied, sizeof denied / sizeof *denied, ip);
    return range_has(&global, ip) && !any_has(denied_global, sizeof denied_global / sizeof *denied_global, ip);
}

bool destination_allowed(const struct ip *ip, const struct network *allowed, uint32_t n)
{
    return destination_is_public(ip) || (ip_is_known(ip) && networks_have(allowed, n, ip));
}

/* ---- URLs ---- */

static bool is_host_character(char c, bool brackets)
{
    bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (brackets) return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == ':' || c == '.';
    return alnum || c == '.' || c == '-' || c == '_';
}

/* A port, or nothing. */
static bool is_port(struct slice text)
{
    uint64_t port = 0;
    if (!text.p) return true;
    return text.len <= 5 && slice_to_u64(text, &port) && port > 0 && port < 65536;
}

static bool authority_ok(struct slice authority)
{
    struct slice host, port = {NULL, 0};
    bool brackets = authority.len && authority.p[0] == '[';
    if (brackets) {
        const char *end = memchr(authority.p, ']', authority.len);
        if (!end) return false;
        size_t len = (size_t)(end - authority.p) + 1, rest = authority.len - len;
        host = slice_make(authority.p + 1, len - 2);
        if (rest && end[1] != ':') return false;
        if (rest) port = slice_make(end + 2, rest - 1);
    } else {
        port = authority;
        host = slice_cut(&port, ':');
    }
    for (size_t i = 0; i < host.len; i++)
        if (!is_host_character(host.p[i], brackets)) return false;
    return host.len > 0 && host.len <= 255 && is_port(port);
}

bool destination_url_ok(struct slice url, const char **why)
{
    static const struct slice scheme = SLICE_INIT("https://");
    *why = "must begin with https://";
    if (url.len <= scheme.len || !slice_eq_nocase(slice_make(url.p, scheme.len), scheme)) return false;
    *why = "is longer than 2048 bytes";
    if (url.len > DESTINATION_URL_MAX) return false;
    *why = "must be printable ASCII, without blanks, #, \\ and user names";
    for (size_t i = 0; i < url.len; i++)
        if (url.p[i] <= ' ' || url.p[i] > '~' || strchr("#\\\"<>^`{|}", url.p[i])) return false;
    size_t end = scheme.len;
    while (end < url.len && url.p[end] != '/' && url.p[end] != '?') end++;
    struct slice authority = slice_make(url.p + scheme.len, end - scheme.len);
    if (memchr(authority.p, '@', authority.len)) return false;
    *why = "must name a host, and a port below 65536 if any";
    return authority_ok(authority);
}
