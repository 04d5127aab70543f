#include "http/target.h"
#include "http/line.h"
#include "http/percent.h"
#include <arpa/inet.h>
#include <assert.h>

static const struct refusal bad_form = {
    400, "malformed-http", "The request target is none of the forms that fit its method."};
static const struct refusal bad_scheme = {
    400, "malformed-http", "The request target has a scheme other than http and https."};
static const struct refusal bad_authority = {
    400, "malformed-http",
    "The authority in the request target is not a host with an optional port."};
static const struct refusal bad_escape = {
    400, "malformed-http", "A percent sign is not followed by two hexadecimal digits."};
static const struct refusal bad_control = {400, "malformed-http",
                                           "The path holds an escaped control byte."};
static const struct refusal bad_bracket = {400, "malformed-http",
                                           "The path holds a square bracket that is not escaped."};
static const struct refusal bad_utf8 = {400, "malformed-http", "The decoded path is not UTF-8."};
static const struct refusal dot_segment = {400, "malformed-http", "The path holds a dot segment."};

/* Authority. */

static bool is_name_byte(char c)
{
    static const uint8_t ok[256] = {
        ['A' ... 'Z'] = 1, ['a' ... 'z'] = 1, ['0' ... '9'] = 1, ['-'] = 1, ['_'] = 1, ['~'] = 1};
    return ok[(unsigned char)c];
}

/* Labels with one dot between them; one dot at the end is allowed (a fully qualified name). */
static bool name_ok(struct slice name)
{
    bool after_dot = true; /* also refuses the empty name and one dot alone */
    for (size_t i = 0; i < name.len; i++) {
        bool is_dot = name.p[i] == '.';
        if (is_dot ? after_dot : !is_name_byte(name.p[i])) return false;
        after_dot = is_dot;
    }
    return name.len > 1 || !after_dot;
}

static bool port_ok(struct slice port)
{
    uint64_t number = 0;
    if (port.len == 0) return true; /* "host:" (RFC 3986 §3.2.3) */
    return port.len <= 5 && slice_to_u64(port, &number) && number <= UINT16_MAX;
}

/* "[" IPv6address "]", no zone (RFC 6874 is for links on one host). Sets *rest to what follows. */
static bool literal_ok(struct slice s, struct slice *rest)
{
    char text[INET6_ADDRSTRLEN];
    struct in6_addr address;
    const char *end = memchr(s.p, ']', s.len);
    size_t n = end ? (size_t)(end - s.p) - 1 : 0;
    if (n == 0 || n >= sizeof text) return false;
    memcpy(text, s.p + 1, n);
    text[n] = '\0';
    *rest = slice_from(s, n + 2);
    return strlen(text) == n && inet_pton(AF_INET6, text, &address) == 1;
}

static bool host_port_ok(struct slice authority, bool needs_port)
{
    struct slice rest = {NULL, 0};
    if (authority.len == 0) return false;
    if (authority.p[0] == '[') {
        if (!literal_ok(authority, &rest)) return false;
    } else {
        const char *colon = memchr(authority.p, ':', authority.len);
        size_t n = colon ? (size_t)(colon - authority.p) : authority.len;
        if (!name_ok(slice_make(authority.p, n))) return false;
        rest = slice_from(authority, n);
    }
    if (rest.len == 0) return !needs_port;
    return rest.p[0] == ':' && port_ok(slice_from(rest, 1)) && (!needs_port || rest.len > 1);
}

bool authority_ok(struct slice authority)
{
    return host_port_ok(authority, false);
}

/* Path. */

/* Of what an escape was: where its byte stands now, and which of its two digits were small letters. Each decoded one leaves two bytes
 * free behind the path, which take this: request_raw_path() puts it back. */
static uint16_t note_of(size_t at, const char *digits)
{
    static_assert(REQUEST_LINE_MAX <= 1u << 14, "a place in a path and two bits");
    return (uint16_t)(at << 2 | (digits[0] >= 'a' ? 2u : 0u) | (digits[1] >= 'a' ? 1u : 0u));
}

/* Decodes in place, once. "%2F" and "%5C" stay: they are data, not separators (RFC 3986 §2.2). */
static const struct refusal *decode_path(char *p, size_t n, struct request *request)
{
    uint16_t notes[REQUEST_LINE_MAX / 3];
    size_t out = 0, n_notes = 0;
    bool has_high = false;
    for (size_t i = 0; i < n; i++) {
        if (p[i] != '%') {
            p[out++] = p[i];
            continue;
        }
        int byte = i + 2 < n ? percent_byte(p + i + 1) : -1;
        if (byte < 0) return &bad_escape;
        if (byte < 0x20 || byte == 0x7F) return &bad_control;
        if (byte == '/' || byte == '\\') {
            request->escaped_slash = true;
            memmove(p + out, p + i, 3);
            out += 3;
        } else {
            has_high |= byte >= 0x80;
            notes[n_notes++] = note_of(out, p + i + 1);
            p[out++] = (char)byte;
        }
        i += 2;
    }
    request->path.len = (uint16_t)out;
    request->n_escapes = (uint16_t)n_notes;
    memcpy(p + out, notes, n_notes * sizeof *notes);
    return has_high && !utf8_ok(slice_make(p, out)) ? &bad_utf8 : NULL;
}

/* "." or "..", also before path parameters (";"), which other servers cut off. */
static bool is_dot_segment(struct slice segment)
{
    size_t dots = 0;
    while (dots < segment.len && segment.p[dots] == '.') dots++;
    return (dots == 1 || dots == 2) && (dots == segment.len || segment.p[dots] == ';');
}

/* The next segment of *rest, which is cut behind it; escaped slashes separate here, so that they
 * cannot hide dots. */
static struct slice cut_segment(struct slice *rest, bool escaped_slash)
{
    for (size_t i = 0; i < rest->len; i++) {
        bool is_escape =
            escaped_slash && rest->p[i] == '%' && rest->len - i >= 3 &&
            (percent_byte(rest->p + i + 1) == '/' || percent_byte(rest->p + i + 1) == '\\');
        if (rest->p[i] != '/' && !is_escape) continue;
        struct slice segment = {rest->p, i};
        *rest = slice_from(*rest, i + (is_escape ? 3 : 1));
        return segment;
    }
    struct slice segment = *rest;
    *rest = (struct slice){NULL, 0};
    return segment;
}

static bool has_dot_segment(struct slice path, bool escaped_slash)
{
    struct slice rest = path;
    while (rest.p)
        if (is_dot_segment(cut_segment(&rest, escaped_slash))) return true;
    return false;
}

static bool has_bracket(struct slice s)
{
    return s.len && (memchr(s.p, '[', s.len) || memchr(s.p, ']', s.len));
}

/* Brackets in a query are not in RFC 3986 §3.4, but form libraries send them and nothing can
 * mistake them. */
static const struct refusal *check_path(const struct line *line, char *head, struct request *r)
{
    const struct refusal *fault = NULL;
    if ((line->marks & LINE_HAS_BRACKET) && has_bracket(request_path(r))) return &bad_bracket;
    if (line->marks & LINE_HAS_PERCENT) {
        if (!percent_ok(request_span(r, r->query))) return &bad_escape;
        fault = decode_path(head + r->path.at, r->path.len, r);
    }
    if (fault || !(line->marks & (LINE_HAS_DOT | LINE_HAS_PERCENT))) return fault;
    return has_dot_segment(request_path(r), r->escaped_slash) ? &dot_segment : NULL;
}

/* Splits [at, end) of the head at the first '?'. */
static void split_query(struct request *r, uint32_t at, uint32_t end)
{
    const char *mark = memchr(r->head + at, '?', end - at);
    uint32_t path_end = mark ? (uint32_t)(mark - r->head) : end;
    r->path = (struct span){(uint16_t)at, (uint16_t)(path_end - at)};
    if (mark) r->query = (struct span){(uint16_t)(path_end + 1), (uint16_t)(end - path_end - 1)};
}

/* Forms. */

static const struct refusal *parse_absolute(const struct line *line, char *head, struct request *r)
{
    struct slice target = request_span(r, line->target);
    size_t scheme = 0;
    if (target.len > 7 && slice_eq_nocase(slice_make(target.p, 7), SLICE("http://"))) scheme = 7;
    if (target.len > 8 && slice_eq_nocase(slice_make(target.p, 8), SLICE("https://"))) scheme = 8;
    if (scheme == 0) return memmem(target.p, target.len, "://", 3) ? &bad_scheme : &bad_form;
    struct slice authority = slice_from(target, scheme);
    for (size_t i = 0; i < authority.len; i++)
        if (authority.p[i] == '/' || authority.p[i] == '?') authority.len = i;
    if (!authority_ok(authority))
        return &bad_authority; /* also user information: RFC 9110 §4.2.4 */
    uint32_t host_at = (uint32_t)(line->target.at + scheme);
    uint32_t path_at = host_at + (uint32_t)authority.len, end = line->target.at + line->target.len;
    r->host = (struct span){(uint16_t)host_at, (uint16_t)authority.len};
    split_query(r, path_at, end);
    if (r->path.len == 0)
        r->path = (struct span){(uint16_t)(host_at - 1), 1}; /* the second of "//" */
    return check_path(line, head, r);
}

/* OPTIONS for the whole server (RFC 9112 §3.2.4). */
static const struct refusal *parse_asterisk(const struct line *line, struct request *r)
{
    if (line->method != METHOD_OPTIONS || line->target.len != 1) return &bad_form;
    r->asterisk = true;
    r->path = line->target;
    return NULL;
}

const struct refusal *target_parse(const struct line *line, char *head, struct request *request)
{
    char first = head[line->target.at];
    request->target = line->target;
    if (line->method == METHOD_CONNECT) /* RFC 9112 §3.2.3: the port is not optional */
        return host_port_ok(request_span(request, line->target), true) ? NULL : &bad_form;
    if (first == '*') return parse_asterisk(line, request);
    if (first != '/') return parse_absolute(line, head, request);
    split_query(request, line->target.at, line->target.at + line->target.len);
    return check_path(line, head, request);
}
