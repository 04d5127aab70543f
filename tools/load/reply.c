/* reply.c: see reply.h. The common answer, whole in one buffer, costs one search for the end of its head and one memchr per field
 * line; only four fields are looked at. */
#include "tools/load/reply.h"

#include "base/check.h"

#define LEFT_MAX ((UINT64_C(1) << 48) - 1)
#define LINE_MAX_BYTES 256 /* of a chunk's line and of a trailer field */

/* What the fields of one head say. */
struct framing {
    uint64_t length;
    bool has_length, chunked, close, keep;
};

/* ---- fields ---- */

static bool parse_length(struct slice v, uint64_t *out)
{
    uint64_t n = 0;
    if (!v.len) return false;
    for (size_t i = 0; i < v.len; i++) {
        if (v.p[i] < '0' || v.p[i] > '9') return false;
        n = n * 10 + (uint64_t)(v.p[i] - '0');
        if (n > LEFT_MAX) return false;
    }
    *out = n;
    return true;
}

/* Whether a comma-separated list has this word. */
static bool list_has(struct slice list, struct slice word)
{
    while (list.len) {
        const char *comma = memchr(list.p, ',', list.len);
        size_t n = comma ? (size_t)(comma - list.p) : list.len;
        if (slice_eq_nocase(slice_trim(slice_make(list.p, n)), word)) return true;
        list = slice_from(list, n + 1);
    }
    return false;
}

static bool name_is(struct slice line, struct slice name)
{
    return line.len > name.len && line.p[name.len] == ':' && slice_eq_nocase(slice_make(line.p, name.len), name);
}

static struct slice value_of(struct slice line, struct slice name)
{
    return slice_trim(slice_from(line, name.len + 1));
}

static bool take_length(struct framing *f, struct slice value)
{
    uint64_t n;
    if (!parse_length(value, &n) || (f->has_length && f->length != n)) return false;
    f->length = n;
    f->has_length = true;
    return true;
}

/* One field line without its line end. False: the head is bad. */
static bool take_field(struct reply_state *r, struct framing *f, struct slice line)
{
    static const struct slice content_length = SLICE_INIT("content-length"), connection = SLICE_INIT("connection"),
                              transfer_encoding = SLICE_INIT("transfer-encoding"), date = SLICE_INIT("date");
    if (!line.len) return false;
    switch (line.p[0] | 0x20) {
    case 'c':
        if (name_is(line, content_length)) return take_length(f, value_of(line, content_length));
        if (!name_is(line, connection)) break;
        f->close |= list_has(value_of(line, connection), SLICE("close"));
        f->keep |= list_has(value_of(line, connection), SLICE("keep-alive"));
        return true;
    case 't':
        if (!name_is(line, transfer_encoding)) break;
        if (f->chunked || !slice_eq_nocase(value_of(line, transfer_encoding), SLICE("chunked"))) return false;
        f->chunked = true;
        return true;
    case 'd':
        if (!name_is(line, date)) break;
        r->date = 1;
        return true;
    default: break;
    }
    const char *colon = memchr(line.p, ':', line.len);
    return colon && colon > line.p && colon[-1] != ' ' && colon[-1] != '\t';
}

/* "HTTP/1.x NNN reason" */
static bool take_status_line(struct reply_state *r, struct framing *f, struct slice line)
{
    if (line.len < 12 || memcmp(line.p, "HTTP/1.", 7) != 0 || line.p[8] != ' ') return false;
    if (line.p[7] != '0' && line.p[7] != '1') return false;
    if (line.len > 12 && line.p[12] != ' ') return false;
    unsigned status = 0;
    for (int i = 9; i < 12; i++) {
        if (line.p[i] < '0' || line.p[i] > '9') return false;
        status = status * 10 + (unsigned)(line.p[i] - '0');
    }
    if (status < 100) return false;
    r->status = (uint16_t)status;
    f->close = line.p[7] == '0'; /* unless it says keep-alive */
    return true;
}

/* Up to the line's end, which is CRLF; p goes behind it. */
static bool next_line(const char **p, const char *end, struct slice *line)
{
    const char *lf = memchr(*p, '\n', (size_t)(end - *p));
    if (!lf || lf == *p || lf[-1] != '\r') return false;
    *line = slice_make(*p, (size_t)(lf - 1 - *p));
    *p = lf + 1;
    return true;
}

/* What follows the head. RFC 9112 §6.3. */
static bool frame(struct reply_state *r, const struct framing *f, bool http10)
{
    if (f->chunked && f->has_length) return false;
    r->close = f->close && !(http10 && f->keep);
    r->chunked = f->chunked;
    r->left = 0;
    r->body_bytes = 0;
    if (r->head_request || r->status == 204 || r->status == 304) {
        r->stage = REPLY_BODY;
    } else if (f->chunked) {
        r->stage = REPLY_CHUNK_LINE;
    } else if (f->has_length) {
        r->left = f->length & LEFT_MAX;
        r->stage = REPLY_BODY;
    } else {
        r->stage = REPLY_TO_END;
        r->close = 1;
    }
    return true;
}

static bool parse_head(struct reply_state *r, struct slice head)
{
    struct framing f = {0};
    struct slice line;
    const char *p = head.p, *end = head.p + head.len - 2; /* without the empty line */
    r->date = 0;
    if (!next_line(&p, end, &line) || !take_status_line(r, &f, line)) return false;
    bool http10 = line.p[7] == '0';
    while (p < end)
        if (!next_line(&p, end, &line) || !take_field(r, &f, line)) return false;
    if (r->status < 200 && r->status != 101) { /* interim: nothing of it counts */
        r->stage = REPLY_HEAD;
        return true;
    }
    return frame(r, &f, http10);
}

/* ---- what is cut ---- */

static void use(struct slice *in, size_t n)
{
    in->p += n;
    in->len -= n;
}

/* The bytes up to and with the mark, from the buffer alone or, where a part of it came before, from the carry. 1: *out; 0: more
 * is needed, all bytes are used; -1: longer than max. */
static int gather_until(struct reply_state *r, struct slice *in, char *carry, struct slice mark, size_t max, struct slice *out)
{
    if (!r->carry_len) {
        const char *at = memmem(in->p, in->len, mark.p, mark.len);
        if (at) {
            *out = slice_make(in->p, (size_t)(at - in->p) + mark.len);
            use(in, out->len);
            return out->len > max ? -1 : 1;
        }
    }
    size_t old = r->carry_len, n = in->len < max - old ? in->len : max - old;
    memcpy(carry + old, in->p, n);
    size_t from = old >= mark.len ? old - (mark.len - 1) : 0;
    const char *at = memmem(carry + from, old + n - from, mark.p, mark.len);
    if (at) {
        *out = slice_make(carry, (size_t)(at - carry) + mark.len);
        use(in, out->len - old);
        r->carry_len = 0;
        return 1;
    }
    if (old + n == max) return -1;
    r->carry_len = (uint16_t)(old + n);
    use(in, n);
    return 0;
}

/* ---- stages ---- */

static enum reply_event read_head(struct reply_state *r, struct slice *in, char *carry, struct slice *head)
{
    int rc = gather_until(r, in, carry, SLICE("\r\n\r\n"), REPLY_HEAD_MAX, head);
    if (rc == 0) { /* what cannot become an answer is told at once */
        struct slice start = slice_make(carry, r->carry_len < 7 ? r->carry_len : 7);
        return slice_starts(SLICE("HTTP/1."), start) ? REPLY_MORE : REPLY_BAD_HEAD;
    }
    return rc > 0 && parse_head(r, *head) ? REPLY_HEAD_DONE : REPLY_BAD_HEAD;
}

static void count_body(struct reply_state *r, size_t n)
{
    uint64_t sum = (uint64_t)r->body_bytes + n;
    r->body_bytes = sum > UINT32_MAX ? UINT32_MAX : (uint32_t)sum;
}

/* At most left bytes. */
static enum reply_event read_part(struct reply_state *r, struct slice *in, struct slice *part)
{
    *part = slice_make(in->p, in->len < r->left ? in->len : (size_t)r->left);
    r->left = (r->left - part->len) & LEFT_MAX;
    count_body(r, part->len);
    use(in, part->len);
    return REPLY_PART;
}

int reply_hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c = slice_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "1a;name=value" */
static bool parse_chunk_line(struct slice line, uint64_t *size)
{
    size_t i = 0;
    *size = 0;
    for (; i < line.len && reply_hex_digit(line.p[i]) >= 0; i++) {
        *size = *size * 16 + (uint64_t)reply_hex_digit(line.p[i]);
        if (*size > LEFT_MAX) return false;
    }
    struct slice rest = slice_trim(slice_from(line, i));
    return i > 0 && (!rest.len || rest.p[0] == ';');
}

static enum reply_event read_chunk_line(struct reply_state *r, struct slice *in, char *carry)
{
    struct slice line;
    uint64_t size;
    int rc = gather_until(r, in, carry, SLICE("\r\n"), LINE_MAX_BYTES, &line);
    if (rc == 0) return REPLY_MORE;
    if (rc < 0 || !parse_chunk_line(slice_make(line.p, line.len - 2), &size)) return REPLY_BAD_BODY;
    r->left = size & LEFT_MAX;
    r->stage = size ? REPLY_CHUNK : REPLY_TRAILER;
    return REPLY_HEAD_DONE; /* stands for: go on */
}

/* The line end after a chunk; left counts the bytes of it that are there. */
static enum reply_event read_chunk_end(struct reply_state *r, struct slice *in)
{
    if (*in->p != "\r\n"[r->left]) return REPLY_BAD_BODY;
    use(in, 1);
    if (++r->left == 2) {
        r->left = 0;
        r->stage = REPLY_CHUNK_LINE;
    }
    return REPLY_HEAD_DONE;
}

static enum reply_event read_trailer(struct reply_state *r, struct slice *in, char *carry)
{
    struct slice line;
    int rc = gather_until(r, in, carry, SLICE("\r\n"), LINE_MAX_BYTES, &line);
    if (rc == 0) return REPLY_MORE;
    if (rc < 0) return REPLY_BAD_BODY;
    if (line.len > 2) return memchr(line.p, ':', line.len) ? REPLY_HEAD_DONE : REPLY_BAD_BODY;
    r->stage = REPLY_HEAD;
    return REPLY_DONE;
}

/* Within a chunked body. REPLY_HEAD_DONE: a step is done, go on. */
static enum reply_event read_chunked(struct reply_state *r, struct slice *in, char *carry, struct slice *part)
{
    switch (r->stage) {
    case REPLY_CHUNK_LINE: return read_chunk_line(r, in, carry);
    case REPLY_CHUNK: {
        enum reply_event event = read_part(r, in, part);
        if (!r->left) r->stage = REPLY_CHUNK_END;
        return event;
    }
    case REPLY_CHUNK_END: return read_chunk_end(r, in);
    default: return read_trailer(r, in, carry);
    }
}

enum reply_event reply_read(struct reply_state *r, struct slice *in, char *carry, struct slice *head, struct slice *part)
{
    for (;;) {
        if (r->stage == REPLY_BODY && !r->left) {
            r->stage = REPLY_HEAD;
            return REPLY_DONE;
        }
        if (!in->len) return REPLY_MORE;
        enum reply_event event;
        switch (r->stage) {
        case REPLY_HEAD:
            event = read_head(r, in, carry, head);
            if (event == REPLY_HEAD_DONE && r->stage == REPLY_HEAD) continue; /* an interim answer */
            return event;
        case REPLY_BODY: return read_part(r, in, part);
        case REPLY_TO_END: r->left = LEFT_MAX; return read_part(r, in, part);
        default:
            event = read_chunked(r, in, carry, part);
            if (event == REPLY_HEAD_DONE) continue;
            return event;
        }
    }
}

bool reply_end(struct reply_state *r)
{
    if (r->stage != REPLY_TO_END) return false;
    r->stage = REPLY_HEAD;
    r->left = 0;
    return true;
}

struct slice reply_field(struct slice head, const char *name)
{
    struct slice want = slice_str(name), line;
    const char *p = head.p, *end = head.p + head.len;
    while (p < end && next_line(&p, end, &line))
        if (name_is(line, want)) return value_of(line, want);
    return (struct slice){NULL, 0};
}
