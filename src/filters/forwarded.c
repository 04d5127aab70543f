/* forwarded.c: see forwarded.h. */
#include "filters/forwarded.h"

#include "base/token.h"

#include "http/target.h"

/* ---- one hop ---- */

static bool is_port(struct slice s)
{
    uint64_t n;
    return slice_to_u64(s, &n) && s.len <= 5 && n <= 65535;
}

bool forwarded_address(struct slice s, struct ip *out)
{
    if (s.len && s.p[0] == '[') {
        const char *end = memchr(s.p, ']', s.len);
        if (!end) return false;
        struct slice inside = slice_make(s.p + 1, (size_t)(end - s.p) - 1), rest = slice_from(s, (size_t)(end - s.p) + 1);
        if (rest.len && (rest.p[0] != ':' || !is_port(slice_from(rest, 1)))) return false;
        return memchr(inside.p, ':', inside.len) && ip_parse(inside, out);
    }
    const char *colon = s.len ? memchr(s.p, ':', s.len) : NULL;
    if (colon && !memchr(colon + 1, ':', s.len - (size_t)(colon - s.p) - 1)) { /* one: behind it stands a port */
        if (!is_port(slice_from(s, (size_t)(colon - s.p) + 1))) return false;
        s.len = (size_t)(colon - s.p);
    }
    return ip_parse(s, out);
}

/* A step to the left; true while the walk goes on: that one is a proxy of ours, too. */
struct walk {
    const struct network *trusted;
    uint32_t n_trusted, hops;
    struct client *client;
};

static bool step(struct walk *w, struct slice address)
{
    struct ip ip;
    if (!forwarded_address(address, &ip)) return false;
    w->client->ip = ip;
    return ++w->hops < FORWARDED_HOPS_MAX && networks_have(w->trusted, w->n_trusted, &ip);
}

/* ---- X-Forwarded-… ---- */

/* From the right: the last element, which is cut off. */
static struct slice cut_last(struct slice *rest)
{
    const char *comma = rest->p && rest->len ? memrchr(rest->p, ',', rest->len) : NULL;
    struct slice last = *rest;
    if (!comma) {
        *rest = (struct slice){NULL, 0};
        return slice_trim(last);
    }
    last = slice_from(*rest, (size_t)(comma - rest->p) + 1);
    rest->len = (size_t)(comma - rest->p);
    return slice_trim(last);
}

static bool is_line(const struct request *r, unsigned i, struct slice name)
{
    return slice_eq_nocase(request_span(r, r->fields[i].name), name);
}

/* The last element of the last line of that name: what the nearest proxy has written. */
static bool nearest(const struct request *r, struct slice name, struct slice *out)
{
    for (unsigned i = r->n_fields; i-- > 0;) {
        if (!is_line(r, i, name)) continue;
        struct slice rest = request_span(r, r->fields[i].value);
        *out = cut_last(&rest);
        return true;
    }
    return false;
}

static void set_host(const struct request *r, struct slice host, struct client *client)
{
    if (host.len && authority_ok(host)) client->host = (struct span){(uint16_t)(host.p - r->head), (uint16_t)host.len};
}

static void read_x(const struct request *r, struct walk *w)
{
    struct slice text;
    bool on = true;
    for (unsigned i = r->n_fields; on && i-- > 0;) {
        if (!is_line(r, i, SLICE("x-forwarded-for"))) continue;
        for (struct slice rest = request_span(r, r->fields[i].value); on && rest.p;) on = step(w, cut_last(&rest));
    }
    if (nearest(r, SLICE("x-forwarded-proto"), &text)) w->client->secure = slice_eq_nocase(text, SLICE("https"));
    if (nearest(r, SLICE("x-forwarded-host"), &text)) set_host(r, text, w->client);
}

/* ---- Forwarded ---- */

/* Elements of one line, the last FORWARDED_HOPS_MAX of them. */
struct elements {
    struct slice of[FORWARDED_HOPS_MAX];
    uint32_t n; /* all that there were */
};

/* Splits at commas outside of quotes. False: a quote that does not end, so nobody knows what belongs to whom. */
static bool split(struct slice line, struct elements *e)
{
    bool quoted = false;
    size_t start = 0;
    e->n = 0;
    for (size_t i = 0; i <= line.len; i++) {
        if (i == line.len || (!quoted && line.p[i] == ',')) {
            e->of[e->n++ % FORWARDED_HOPS_MAX] = slice_trim(slice_make(line.p + start, i - start));
            start = i + 1;
        } else if (quoted && line.p[i] == '\\') {
            i++;
            if (i == line.len) return false;
        } else if (line.p[i] == '"') {
            quoted = !quoted;
        }
    }
    return !quoted;
}

/* A token, or a string in quotes without escapes: addresses and hosts need none. Some send an address with its port without quotes,
 * which is read all the same. */
static bool value_of(struct slice s, struct slice *out)
{
    if (s.len >= 2 && s.p[0] == '"' && s.p[s.len - 1] == '"') {
        *out = slice_make(s.p + 1, s.len - 2);
        return !memchr(out->p, '"', out->len) && !memchr(out->p, '\\', out->len);
    }
    *out = s;
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] == '"' || s.p[i] == '\\' || s.p[i] == ' ' || s.p[i] == '\t') return false;
    return s.len > 0;
}

struct said {
    struct slice by_for, proto, host; /* p NULL: not said */
};

static bool read_element(struct slice element, struct said *out)
{
    *out = (struct said){{NULL, 0}, {NULL, 0}, {NULL, 0}};
    while (element.p) {
        struct slice value = slice_cut(&element, ';'), name, text; /* no ';' stands in what we understand */
        name = slice_cut(&value, '=');
        if (!token_ok(slice_trim(name)) || !value.p || !value_of(slice_trim(value), &text)) return false;
        name = slice_trim(name);
        struct slice *place = slice_eq_nocase(name, SLICE("for"))     ? &out->by_for
                              : slice_eq_nocase(name, SLICE("proto")) ? &out->proto
                              : slice_eq_nocase(name, SLICE("host"))  ? &out->host
                                                                      : NULL;
        if (place && place->p) return false; /* twice (RFC 7239 §4) */
        if (place) *place = text;
    }
    return true;
}

static void read_rfc7239(const struct request *r, struct walk *w)
{
    struct elements e;
    struct said said;
    bool on = true, first = true;
    for (unsigned i = r->n_fields; on && i-- > 0;) {
        if (!is_line(r, i, SLICE("forwarded"))) continue;
        if (!split(request_span(r, r->fields[i].value), &e)) return;
        uint32_t last = e.n > FORWARDED_HOPS_MAX ? e.n - FORWARDED_HOPS_MAX : 0;
        for (uint32_t k = e.n; on && k-- > last;) {
            if (!read_element(e.of[k % FORWARDED_HOPS_MAX], &said)) return;
            if (first && said.proto.p) w->client->secure = slice_eq_nocase(said.proto, SLICE("https"));
            if (first && said.host.p) set_host(r, said.host, w->client);
            first = false;
            on = said.by_for.p && step(w, said.by_for);
        }
    }
}

void forwarded_read(const struct request *r, enum forwarded_kind kind, const struct network *trusted, uint32_t n_trusted,
                    struct client *client)
{
    struct walk w = {trusted, n_trusted, 0, client};
    switch (kind) {
    case FORWARDED_NONE: break;
    case FORWARDED_X: read_x(r, &w); break;
    case FORWARDED_RFC7239: read_rfc7239(r, &w); break;
    }
}
