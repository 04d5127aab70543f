/* template.c: see template.h. A request is a row of pieces: text and what is filled in. */
#include "tools/load/template.h"

#include "base/buf.h"
#include "base/check.h"

#include <errno.h>
#include <stdlib.h>

#define REQUEST_BYTES_MAX ((size_t)1 << 30)
#define U64_DIGITS 20

enum piece_kind { PIECE_TEXT, PIECE_SEQ, PIECE_CONN, PIECE_RAND, PIECE_JOB, PIECE_LENGTH };

struct piece {
    enum piece_kind kind;
    uint32_t width;       /* numbers: at least so many characters, filled up with pad; 0: as many as it takes */
    char pad;
    size_t at, len;       /* PIECE_TEXT: in the text */
    uint64_t low, spread; /* PIECE_RAND: low to low + spread - 1; spread 0: all of 64 bits */
};

struct template
{
    struct buf text;
    struct piece *pieces;
    size_t pieces_n, pieces_room;
    size_t bytes_max;
    size_t body_fixed, body_jobs; /* PIECE_LENGTH: body_fixed + body_jobs × the job's length */
};

/* What is being made. */
struct maker {
    struct template *t;
    const char *why;
    bool no_memory;
};

static bool refuse(struct maker *m, const char *why)
{
    m->why = why;
    return false;
}

/* ---- pieces ---- */

static bool add_piece(struct maker *m, struct piece piece)
{
    struct template *t = m->t;
    if (t->pieces_n == t->pieces_room) {
        size_t room = t->pieces_room ? t->pieces_room * 2 : 8;
        struct piece *more = reallocarray(t->pieces, room, sizeof *more);
        if (!more) {
            m->no_memory = true;
            return false;
        }
        t->pieces = more;
        t->pieces_room = room;
    }
    t->pieces[t->pieces_n++] = piece;
    return true;
}

/* Text after text is one piece. */
static bool add_text(struct maker *m, struct slice s)
{
    struct template *t = m->t;
    if (!s.len) return true;
    size_t at = t->text.len;
    buf_add(&t->text, s);
    if (t->text.overflow) {
        m->no_memory = true;
        return false;
    }
    if (t->pieces_n && t->pieces[t->pieces_n - 1].kind == PIECE_TEXT) {
        t->pieces[t->pieces_n - 1].len += s.len;
        return true;
    }
    return add_piece(m, (struct piece){.kind = PIECE_TEXT, .at = at, .len = s.len});
}

static bool add_str(struct maker *m, const char *text)
{
    return add_text(m, slice_str(text));
}

static uint32_t count_digits(uint64_t n)
{
    uint32_t digits = 1;
    while (n >= 10) n /= 10, digits++;
    return digits;
}

/* ---- placeholders ---- */

/* "a:b" of {rand:a:b} */
static bool read_rand(struct slice text, struct piece *piece)
{
    struct slice rest = text, from = slice_cut(&rest, ':');
    uint64_t low, high;
    if (!rest.p || !slice_to_u64(from, &low) || !slice_to_u64(rest, &high) || high < low) return false;
    piece->kind = PIECE_RAND;
    piece->low = low;
    piece->spread = high - low + 1;
    piece->width = count_digits(high);
    return true;
}

static bool starts_like_rand(struct slice inside)
{
    return slice_starts(inside, SLICE("rand")) && (inside.len == 4 || inside.p[4] == ':');
}

/* What stands between braces: true with *piece for a placeholder; false for what is none or, with m->why, a wrong one. */
static bool read_placeholder(struct maker *m, struct slice inside, struct piece *piece)
{
    *piece = (struct piece){.width = U64_DIGITS};
    if (slice_eq(inside, SLICE("seq"))) piece->kind = PIECE_SEQ;
    else if (slice_eq(inside, SLICE("conn"))) piece->kind = PIECE_CONN;
    else if (slice_eq(inside, SLICE("job"))) piece->kind = PIECE_JOB;
    else if (!starts_like_rand(inside)) return false;
    else if (!read_rand(slice_from(inside, inside.len < 5 ? 4 : 5), piece))
        return refuse(m, "a placeholder {rand:A:B} needs two whole numbers, the smaller one first");
    return true;
}

/* Whether a text in braces could be the name of a placeholder: lower-case letters. */
static bool is_word(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.p[i] < 'a' || text.p[i] > 'z') return false;
    return text.len > 0;
}

/* Where a piece of text stands: in a body numbers have a fixed width, and other braces are the body's own. */
struct place {
    bool body, in_string, escaped; /* in_string: of JSON */
};

static void walk_json(struct place *at, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.p[i];
        if (at->escaped) at->escaped = false;
        else if (c == '\\' && at->in_string) at->escaped = true;
        else if (c == '"') at->in_string = !at->in_string;
    }
}

static bool add_placeholder(struct maker *m, struct place *at, struct piece piece)
{
    piece.pad = at->in_string ? '0' : ' ';
    if (!at->body) piece.width = 0;
    if (piece.kind == PIECE_JOB) piece.width = 0;
    return add_piece(m, piece);
}

/* Text with placeholders. */
static bool add_filled(struct maker *m, struct slice text, bool body)
{
    struct place at = {.body = body};
    size_t from = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.p[i] != '{') continue;
        const char *end = memchr(text.p + i, '}', text.len - i);
        if (!end) break;
        struct slice inside = slice_make(text.p + i + 1, (size_t)(end - text.p) - i - 1);
        struct piece piece;
        if (!read_placeholder(m, inside, &piece)) {
            if (m->why) return false;
            if (!body && is_word(inside))
                return refuse(m, "an unknown placeholder; there are {seq}, {rand:A:B}, {conn}, {job}");
            continue;
        }
        struct slice before = slice_make(text.p + from, i - from);
        walk_json(&at, before);
        if (!add_text(m, before) || !add_placeholder(m, &at, piece)) return false;
        i = (size_t)(end - text.p);
        from = i + 1;
    }
    return add_text(m, slice_from(text, from));
}

/* ---- the head ---- */

static bool has_control(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f) {
            if (text.p[i] != '\t') return true;
        }
    return false;
}

bool template_is_unbroken(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.p[i] <= ' ' || text.p[i] == 0x7f) return false;
    return true;
}

static bool has_header(const struct template_parts *parts, struct slice name)
{
    for (int i = 0; i < parts->headers_n; i++) {
        struct slice value = slice_str(parts->headers[i]);
        if (slice_eq_nocase(slice_cut(&value, ':'), name)) return true;
    }
    return false;
}

static bool add_header(struct maker *m, struct slice line)
{
    struct slice value = line, name = slice_cut(&value, ':');
    if (!value.p) return refuse(m, "a header has no colon");
    if (!name.len || !template_is_unbroken(name) || has_control(line))
        return refuse(m, "a header's name has a blank, or a header a control character");
    return add_text(m, name) && add_str(m, ": ") && add_filled(m, slice_trim(value), false) && add_str(m, "\r\n");
}

static bool add_request_line(struct maker *m, const struct template_parts *parts)
{
    struct slice method = slice_str(parts->method);
    if (!method.len || !template_is_unbroken(method)) return refuse(m, "a method is one word");
    if (!parts->path.len || !template_is_unbroken(parts->path))
        return refuse(m, "a path has at least a / and neither blanks nor control characters");
    return add_text(m, method) && add_str(m, " ") && add_filled(m, parts->path, false) && add_str(m, " HTTP/1.1\r\n");
}

static bool add_fields(struct maker *m, const struct template_parts *parts)
{
    if (parts->host && !has_header(parts, SLICE("host"))) {
        if (has_control(slice_str(parts->host))) return refuse(m, "a control character stands in the host");
        if (!add_str(m, "Host: ") || !add_str(m, parts->host) || !add_str(m, "\r\n")) return false;
    }
    for (int i = 0; i < parts->headers_n; i++)
        if (!add_header(m, slice_str(parts->headers[i]))) return false;
    if (parts->id_header) {
        if (!add_str(m, parts->id_header) || !add_str(m, ": ")) return false;
        if (!add_piece(m, (struct piece){.kind = PIECE_SEQ}) || !add_str(m, "\r\n")) return false;
    }
    if (parts->close && !has_header(parts, SLICE("connection"))) return add_str(m, "Connection: close\r\n");
    return true;
}

/* ---- body and length ---- */

/* RFC 9110 §8.6: these say 0 where there is no body. */
static bool wants_length(const struct template_parts *parts)
{
    if (has_header(parts, SLICE("content-length")) || has_header(parts, SLICE("transfer-encoding"))) return false;
    struct slice method = slice_str(parts->method);
    return parts->body.p || slice_eq(method, SLICE("POST")) || slice_eq(method, SLICE("PUT")) ||
           slice_eq(method, SLICE("PATCH"));
}

static size_t piece_bytes(const struct piece *p)
{
    switch (p->kind) {
    case PIECE_TEXT: return p->len;
    case PIECE_RAND: return p->spread ? count_digits(p->low + (p->spread - 1)) : U64_DIGITS;
    case PIECE_JOB: return TEMPLATE_JOB_MAX;
    case PIECE_SEQ:
    case PIECE_CONN:
    case PIECE_LENGTH: return U64_DIGITS;
    }
    unreachable_state("a value of enum piece_kind");
}

/* Of the pieces from the first on: what always is there, and how often the job's id is. */
static void measure(const struct template *t, size_t first, size_t *fixed, size_t *jobs)
{
    *fixed = *jobs = 0;
    for (size_t i = first; i < t->pieces_n; i++) {
        const struct piece *p = &t->pieces[i];
        if (p->kind == PIECE_JOB) ++*jobs;
        else *fixed += p->kind == PIECE_TEXT ? p->len : p->width;
    }
}

static bool add_body(struct maker *m, const struct template_parts *parts)
{
    if (!parts->body.len) return true;
    return parts->body_placeholders ? add_filled(m, parts->body, true) : add_text(m, parts->body);
}

/* The length stands before the body and is known after it: the body is made twice, once to be measured. */
static bool add_length_and_body(struct maker *m, const struct template_parts *parts)
{
    struct template body = {0};
    struct maker measuring = {.t = &body};
    buf_init(&body.text, REQUEST_BYTES_MAX);
    bool ok = add_body(&measuring, parts);
    if (ok) measure(&body, 0, &m->t->body_fixed, &m->t->body_jobs);
    buf_deinit(&body.text);
    free(body.pieces);
    m->why = measuring.why;
    m->no_memory = measuring.no_memory;
    if (ok && wants_length(parts)) {
        char digits[U64_DIGITS + 1];
        (void)snprintf(digits, sizeof digits, "%zu", m->t->body_fixed);
        ok = add_str(m, "Content-Length: ") &&
             (m->t->body_jobs ? add_piece(m, (struct piece){.kind = PIECE_LENGTH}) : add_str(m, digits)) && add_str(m, "\r\n");
    }
    return ok && add_str(m, "\r\n") && add_body(m, parts);
}

int template_make(const struct template_parts *parts, struct template **out, const char **why)
{
    struct maker m = {.t = calloc(1, sizeof *m.t)};
    if (!m.t) return -ENOMEM;
    buf_init(&m.t->text, REQUEST_BYTES_MAX);
    if (!add_request_line(&m, parts) || !add_fields(&m, parts) || !add_length_and_body(&m, parts)) {
        template_free(m.t);
        if (m.no_memory) return -ENOMEM;
        *why = m.why;
        return -EINVAL;
    }
    for (size_t i = 0; i < m.t->pieces_n; i++) m.t->bytes_max += piece_bytes(&m.t->pieces[i]);
    *out = m.t;
    return 0;
}

struct template *template_free(struct template *t)
{
    if (!t) return NULL;
    buf_deinit(&t->text);
    free(t->pieces);
    free(t);
    return NULL;
}

/* ---- filling ---- */

bool template_is_fixed(const struct template *t)
{
    return t->pieces_n == 1; /* text: the request line begins every request */
}

struct slice template_fixed(const struct template *t)
{
    return slice_make(template_is_fixed(t) ? t->text.p : NULL, t->bytes_max);
}

size_t template_bytes_max(const struct template *t)
{
    return t->bytes_max;
}

static char *put_number(char *out, uint64_t n, uint32_t width, char pad)
{
    char digits[U64_DIGITS];
    uint32_t len = 0;
    do digits[U64_DIGITS - ++len] = (char)('0' + n % 10);
    while (n /= 10);
    for (; width > len; width--) *out++ = pad;
    memcpy(out, digits + U64_DIGITS - len, len);
    return out + len;
}

static struct slice job_of(const struct template_values *v)
{
    return slice_make(v->job.p, v->job.len < TEMPLATE_JOB_MAX ? v->job.len : TEMPLATE_JOB_MAX);
}

static char *put_piece(const struct template *t, const struct piece *p, const struct template_values *v, char *out)
{
    struct slice bytes;
    switch (p->kind) {
    case PIECE_SEQ: return put_number(out, v->seq, p->width, p->pad);
    case PIECE_CONN: return put_number(out, v->conn, p->width, p->pad);
    case PIECE_RAND: {
        uint64_t above = p->spread ? random_below(v->random, p->spread) : random_u64(v->random);
        return put_number(out, p->low + above, p->width, p->pad);
    }
    case PIECE_LENGTH: return put_number(out, t->body_fixed + t->body_jobs * job_of(v).len, 0, ' ');
    case PIECE_JOB: bytes = job_of(v); break;
    case PIECE_TEXT: bytes = slice_make(t->text.p + p->at, p->len); break;
    default: unreachable_state("a value of enum piece_kind");
    }
    if (bytes.len) memcpy(out, bytes.p, bytes.len);
    return out + bytes.len;
}

size_t template_fill(const struct template *t, const struct template_values *v, char *out)
{
    char *p = out;
    for (size_t i = 0; i < t->pieces_n; i++) p = put_piece(t, &t->pieces[i], v, p);
    assert((size_t)(p - out) <= t->bytes_max);
    return (size_t)(p - out);
}
