/* options_target.c: see options_parts.h. Where connections go to, and where they come from. */
#include "tools/load/options_parts.h"
#include "tools/load/template.h"
#include "tools/load/units.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

#define SOURCES_MAX (1u << 20)

/* Into a field with a NUL; false: too long. */
static bool copy(char *out, size_t room, struct slice text)
{
    if (text.len >= room) return false;
    if (text.len) memcpy(out, text.p, text.len);
    out[text.len] = '\0';
    return true;
}

/* ---- the URL ---- */

bool read_host(struct reading *r, struct slice text)
{
    if (!text.len || !template_is_unbroken(text)) return options_refuse(r, "'%.*s' is not a host", SLICE_ARG(text));
    return copy(r->o->host, sizeof r->o->host, text) || options_refuse(r, "longer than %zu bytes", sizeof r->o->host - 1);
}

bool read_unix(struct reading *r, struct slice text)
{
    const size_t room = sizeof((struct sockaddr_un *)NULL)->sun_path;
    if (!text.len || text.len >= room) return options_refuse(r, "a path has 1 to %zu bytes", room - 1);
    r->o->unix_path = text.p;
    return true;
}

/* Scheme, then host[:port], then the rest from / or ? on. */
struct url {
    struct slice host, port, target;
};

static bool starts_nocase(struct slice text, struct slice prefix)
{
    return text.len >= prefix.len && slice_eq_nocase(slice_make(text.p, prefix.len), prefix);
}

static bool cut_url(struct reading *r, struct slice text, struct url *u)
{
    const struct slice scheme = SLICE("http://");
    if (starts_nocase(text, SLICE("https://"))) return options_refuse(r, "URL: TLS is not spoken; http:// only");
    if (!starts_nocase(text, scheme)) return options_refuse(r, "URL: '%.*s' does not begin with http://", SLICE_ARG(text));
    if (!template_is_unbroken(text)) return options_refuse(r, "URL: a blank or control character stands in it; a blank is written %%20");
    struct slice rest = slice_from(text, scheme.len);
    size_t n = 0;
    while (n < rest.len && !strchr("/?#", rest.p[n])) n++;
    struct slice host = slice_make(rest.p, n);
    u->target = slice_from(rest, n);
    u->target = slice_cut(&u->target, '#');
    if (n && memchr(host.p, '@', n))
        return options_refuse(r, "URL: no name and password in it; give them as --header Authorization");
    if (n && host.p[0] == '[') return options_refuse(r, "URL: IPv4 only, not %.*s", SLICE_ARG(host));
    u->port = host;
    u->host = slice_cut(&u->port, ':');
    return u->host.len > 0 || options_refuse(r, "URL: no host in '%.*s'", SLICE_ARG(text));
}

static bool read_port(struct slice text, uint16_t *port)
{
    uint64_t n;
    if (!slice_to_u64(text, &n) || n < 1 || n > UINT16_MAX) return false;
    *port = (uint16_t)n;
    return true;
}

static bool resolve(struct reading *r, const char *host, uint16_t port)
{
    const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    int rc = getaddrinfo(host, NULL, &hints, &found);
    if (rc != 0) return options_refuse(r, "URL: host %s: %s", host, gai_strerror(rc));
    memcpy(&r->o->target, found->ai_addr, sizeof r->o->target);
    r->o->target.sin_port = htons(port);
    freeaddrinfo(found);
    return true;
}

static bool set_path(struct options *o, struct slice target)
{
    bool slash = target.len && target.p[0] == '/';
    if (!slash) o->path[0] = '/';
    return copy(o->path + !slash, sizeof o->path - !slash, target);
}

static bool set_host_field(struct options *o, const char *host, uint16_t port)
{
    int n = port == 80 ? snprintf(o->host, sizeof o->host, "%s", host) : snprintf(o->host, sizeof o->host, "%s:%u", host, port);
    return n > 0 && (size_t)n < sizeof o->host;
}

bool read_url(struct reading *r, const char *url)
{
    struct options *o = r->o;
    struct url u = {0};
    uint16_t port = 80;
    char host[sizeof o->host];
    o->url = url;
    if (!cut_url(r, slice_str(url), &u)) return false;
    if (u.port.p && u.port.len && !read_port(u.port, &port))
        return options_refuse(r, "URL: '%.*s' is not a port", SLICE_ARG(u.port));
    if (!copy(host, sizeof host, u.host)) return options_refuse(r, "URL: its host is longer than %zu bytes", sizeof host - 1);
    if (!set_path(o, u.target)) return options_refuse(r, "URL: its path is longer than %zu bytes", sizeof o->path - 2);
    if (!o->host[0] && !set_host_field(o, host, port))
        return options_refuse(r, "URL: its host is longer than %zu bytes", sizeof o->host - 1);
    if (!o->dst_ports_n) o->dst_ports[o->dst_ports_n++] = port;
    if (o->unix_path) return true;
    return resolve(r, host, o->dst_ports[0]);
}

/* ---- ports ---- */

bool read_dst_ports(struct reading *r, struct slice text)
{
    struct options *o = r->o;
    o->dst_ports_n = 0;
    for (struct slice rest = text; rest.p;) {
        uint64_t first, last;
        if (!unit_range(slice_cut(&rest, ','), &first, &last) || first < 1 || last > UINT16_MAX)
            return options_refuse(r, "'%.*s' is not a list of ports (8080-8083,9000)", SLICE_ARG(text));
        for (uint64_t port = first; port <= last; port++) {
            for (int i = 0; i < o->dst_ports_n; i++)
                if (o->dst_ports[i] == port) return options_refuse(r, "port %u is there twice", o->dst_ports[i]);
            if (o->dst_ports_n == PORTS_MAX) return options_refuse(r, "more than %d ports", PORTS_MAX);
            o->dst_ports[o->dst_ports_n++] = (uint16_t)port;
        }
    }
    return true;
}

bool read_port_range(struct reading *r, struct slice text)
{
    uint64_t first, last;
    if (!memchr(text.p, '-', text.len) || !unit_range(text, &first, &last) || first < 1 || last > UINT16_MAX)
        return options_refuse(r, "'%.*s' is not a range of ports (20000-60000)", SLICE_ARG(text));
    r->o->port_first = (uint16_t)first;
    r->o->port_last = (uint16_t)last;
    return true;
}

/* ---- source addresses: 127.0.0.2, 127.0.0.2-127.0.0.21, 127.0.0.0/28, dev NAME ---- */

static bool read_address(struct slice text, uint32_t *address)
{
    char digits[INET_ADDRSTRLEN];
    struct in_addr in;
    if (!copy(digits, sizeof digits, text) || inet_pton(AF_INET, digits, &in) != 1) return false;
    *address = ntohl(in.s_addr);
    return *address != INADDR_ANY;
}

/* Addresses first to last, in host order as long as the list is read. */
static bool add_sources(struct reading *r, uint32_t first, uint32_t last)
{
    struct options *o = r->o;
    uint64_t n = (uint64_t)last - first + 1;
    if (n + o->sources_n > SOURCES_MAX) return options_refuse(r, "more than %u addresses", SOURCES_MAX);
    in_addr_t *more = reallocarray(o->sources, o->sources_n + n, sizeof *more);
    if (!more) return options_refuse(r, "no memory");
    o->sources = more;
    for (uint64_t i = 0; i < n; i++) o->sources[o->sources_n + i] = first + (uint32_t)i;
    o->sources_n += (uint32_t)n;
    return true;
}

/* The hosts of a network: without its own address and that for broadcasts, where it has them. */
static bool add_network(struct reading *r, struct slice base, struct slice bits)
{
    uint32_t address;
    uint64_t n;
    if (!read_address(base, &address) || !slice_to_u64(bits, &n) || n < 1 || n > 32)
        return options_refuse(r, "'%.*s/%.*s' is not a network", SLICE_ARG(base), SLICE_ARG(bits));
    uint32_t mask = UINT32_MAX << (32 - n);
    uint32_t first = address & mask, last = address | ~mask;
    if (n <= 30) first++, last--;
    return add_sources(r, first, last);
}

/* All IPv4 addresses of a device and of its aliases (NAME:1). */
static bool add_device(struct reading *r, struct slice name)
{
    struct ifaddrs *all;
    uint32_t before = r->o->sources_n;
    bool ok = true;
    if (getifaddrs(&all) < 0) return options_refuse(r, "the devices cannot be listed");
    for (const struct ifaddrs *i = all; ok && i; i = i->ifa_next) {
        struct slice has = slice_str(i->ifa_name), label = has, device = slice_cut(&label, ':');
        if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET || (!slice_eq(has, name) && !slice_eq(device, name))) continue;
        struct sockaddr_in in;
        memcpy(&in, i->ifa_addr, sizeof in);
        ok = add_sources(r, ntohl(in.sin_addr.s_addr), ntohl(in.sin_addr.s_addr));
    }
    freeifaddrs(all);
    if (ok && r->o->sources_n == before)
        return options_refuse(r, "there is no device '%.*s' with an IPv4 address", SLICE_ARG(name));
    return ok;
}

static bool add_range(struct reading *r, struct slice piece)
{
    uint32_t first = 0, last;
    struct slice to = piece, from = slice_cut(&to, '-');
    bool ok = read_address(from, &first);
    last = first;
    if (ok && to.p) ok = read_address(to, &last) && last >= first;
    if (!ok) return options_refuse(r, "'%.*s' is not an address, A-B, A/BITS or dev NAME", SLICE_ARG(piece));
    return add_sources(r, first, last);
}

static bool add_piece(struct reading *r, struct slice piece)
{
    struct slice bits = piece, base = slice_cut(&bits, '/');
    if (slice_starts(piece, SLICE("dev ")) || slice_starts(piece, SLICE("dev:")))
        return add_device(r, slice_trim(slice_from(piece, 4)));
    if (bits.p) return add_network(r, base, bits);
    return add_range(r, piece);
}

static int compare_addresses(const void *left, const void *right)
{
    in_addr_t a = *(const in_addr_t *)left, b = *(const in_addr_t *)right;
    return (a > b) - (a < b);
}

bool read_src(struct reading *r, struct slice text)
{
    struct options *o = r->o;
    o->sources_n = 0;
    for (struct slice rest = text; rest.p;)
        if (!add_piece(r, slice_trim(slice_cut(&rest, ',')))) return false;
    qsort(o->sources, o->sources_n, sizeof *o->sources, compare_addresses);
    uint32_t n = 0;
    for (uint32_t i = 0; i < o->sources_n; i++)
        if (i == 0 || o->sources[i] != o->sources[i - 1]) o->sources[n++] = o->sources[i];
    o->sources_n = n;
    for (uint32_t i = 0; i < n; i++) o->sources[i] = htonl(o->sources[i]);
    return true;
}
