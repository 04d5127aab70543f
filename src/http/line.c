#include "http/line.h"

#define VERSION_BYTES 10u /* HTTP/d.d CR LF */

static const struct refusal bad_method = {400, "malformed-http", "The method is not a token."};
static const struct refusal long_method = {400, "malformed-http", "The method is too long."};
static const struct refusal other_method = {501, "not-implemented",
                                            "The method is not implemented here."};
static const struct refusal bad_target = {
    400, "malformed-http", "The request target holds a byte that a URI may not have."};
static const struct refusal no_target = {400, "malformed-http", "The request target is empty."};
static const struct refusal bad_version = {400, "malformed-http",
                                           "The request line does not end in a protocol version."};
static const struct refusal other_version = {505, "version-not-supported",
                                             "Only HTTP/1.0 and HTTP/1.1 are supported."};
static const struct refusal long_line = {414, "uri-too-long", "The request line is too long."};

/* Classes of bytes. */
#define TOKEN 0x80 /* tchar, RFC 9110 §5.6.2 */
#define TARGET 0x40 /* may stand in a target: RFC 3986 §2, without '#' (RFC 9112 §3.2) */
#define BOTH (TOKEN | TARGET)

/* clang-format off */
static const uint8_t classes[256] = {
    ['A' ... 'Z'] = BOTH, ['a' ... 'z'] = BOTH, ['0' ... '9'] = BOTH,
    ['-'] = BOTH, ['_'] = BOTH, ['~'] = BOTH, ['!'] = BOTH, ['$'] = BOTH,
    ['&'] = BOTH, ['\''] = BOTH, ['*'] = BOTH, ['+'] = BOTH,
    ['.'] = BOTH | LINE_HAS_DOT, ['%'] = BOTH | LINE_HAS_PERCENT,
    ['#'] = TOKEN, ['^'] = TOKEN, ['`'] = TOKEN, ['|'] = TOKEN,
    ['/'] = TARGET, [':'] = TARGET, ['@'] = TARGET, ['('] = TARGET, [')'] = TARGET,
    [','] = TARGET, [';'] = TARGET, ['='] = TARGET, ['?'] = TARGET,
    ['['] = TARGET | LINE_HAS_BRACKET, [']'] = TARGET | LINE_HAS_BRACKET
};
/* clang-format on */

static uint8_t class_of(char c)
{
    return classes[(unsigned char)c];
}

void line_init(struct line *line)
{
    *line = (struct line){.method = METHOD_OTHER};
}

static void enter(struct line *line, enum line_phase phase)
{
    line->at++; /* the space */
    line->phase = (uint8_t)phase;
    line->phase_at = line->at;
}

/* Methods are case-sensitive (RFC 9110 §9.1). One that nobody knows stays METHOD_OTHER until the line is complete: only then is it
 * sure that this is HTTP, and of which version. */
static void know_method(struct line *line, struct slice name)
{
    for (unsigned m = METHOD_GET; m < METHOD_OTHER; m++) {
        if (!slice_eq(name, method_text((enum method)m))) continue;
        line->method = (uint8_t)m;
        return;
    }
}

static const struct refusal *scan_method(struct line *line, const char *head, size_t n)
{
    uint32_t at = line->at;
    while (at < n && (class_of(head[at]) & TOKEN))
        if (at++ == REQUEST_METHOD_MAX) return &long_method;
    line->at = (uint16_t)at;
    if (at == n) return NULL;
    if (head[at] != ' ' || at == 0) return &bad_method;
    know_method(line, slice_make(head, at));
    enter(line, LINE_TARGET);
    return NULL;
}

static const struct refusal *scan_target(struct line *line, const char *head, size_t n)
{
    uint32_t at = line->at;
    uint8_t class, marks = 0;
    while (at < n && ((class = class_of(head[at])) & TARGET)) {
        marks |= class;
        at++;
    }
    line->at = (uint16_t)at;
    line->marks |= (uint8_t)(marks & ~BOTH);
    if (at == n) return NULL;
    if (head[at] != ' ') return &bad_target; /* a CR too: that was HTTP/0.9 (RFC 9112 App. C.1) */
    if (at == line->phase_at) return &no_target;
    line->target = (struct span){line->phase_at, (uint16_t)(at - line->phase_at)};
    enter(line, LINE_VERSION);
    return NULL;
}

static const struct refusal *finish(struct line *line, const char *version)
{
    line->phase = LINE_DONE;
    if (version[5] != '1' || version[7] > '1') return &other_version; /* RFC 9110 §15.6.6; also the preface of HTTP/2 */
    line->minor = (uint8_t)(version[7] - '0');
    return line->method == METHOD_OTHER ? &other_method : NULL;
}

static const struct refusal *scan_version(struct line *line, const char *head, size_t n)
{
    static const char form[VERSION_BYTES + 1] = "HTTP/0.0\r\n"; /* 0 for any digit */
    const char *version = head + line->phase_at;
    if (n - line->phase_at >= VERSION_BYTES &&
        memcmp(version, "HTTP/1.1\r\n", VERSION_BYTES) == 0) {
        line->at = (uint16_t)(line->phase_at + VERSION_BYTES);
        return finish(line, version);
    }
    while (line->at < n) {
        uint32_t i = (uint32_t)(line->at - line->phase_at);
        bool is_digit = version[i] >= '0' && version[i] <= '9';
        if (form[i] == '0' ? !is_digit : version[i] != form[i]) return &bad_version;
        line->at++;
        if (i + 1 == VERSION_BYTES) return finish(line, version);
    }
    return NULL;
}

const struct refusal *line_scan(struct line *line, const char *head, size_t n)
{
    const struct refusal *fault = NULL;
    if (n > REQUEST_LINE_MAX) n = REQUEST_LINE_MAX; /* what lies beyond does not count */
    if (line->phase == LINE_METHOD) fault = scan_method(line, head, n);
    if (!fault && line->phase == LINE_TARGET) fault = scan_target(line, head, n);
    if (!fault && line->phase == LINE_VERSION) fault = scan_version(line, head, n);
    if (fault || line->phase == LINE_DONE) return fault;
    return line->at == REQUEST_LINE_MAX ? &long_line : NULL; /* RFC 9110 §15.5.15 */
}
