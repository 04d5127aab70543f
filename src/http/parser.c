#include "http/parser.h"
#include "http/extension.h"
#include "http/target.h"
#include "base/check.h"

/* What chunked coding may cost: a flood of tiny chunks is work without data (RFC 9112 §7.1.1). */
#define OVERHEAD_SLACK UINT64_C(102400)
#define OVERHEAD_PER_BYTE 4u
#define CHUNK_DIGITS 16u /* of the largest size */
#define CHUNK_MAX ((UINT64_C(1) << 40) - 1) /* no route takes as much: refused before a byte of it comes */

enum state {
    AT_START,      /* before the first byte of a request */
    IN_LINE,       /* in the request line */
    IN_FIELDS,     /* behind it, up to the empty line */
    IN_BODY,       /* body_left bytes to come */
    IN_CHUNK_LINE, /* CRLF of the chunk before, size, extensions, CRLF */
    IN_CHUNK_DATA, /* body_left bytes of this chunk to come */
    IN_TRAILERS,
    AT_END, /* PARSER_END is due */
    FAILED,
};

static const struct refusal bad_start = {
    400, "malformed-http", "Only whole empty lines, two at most, may stand before a request line."};
static const struct refusal no_carry = {503, "overloaded", "There is no memory for the request head."};
static const struct refusal long_field = {431, "header-too-large", "A field line is too long."};
static const struct refusal long_fields = {431, "header-too-large", "The field lines together are too long."};
static const struct refusal many_fields = {431, "header-too-large", "There are too many field lines."};
static const struct refusal bad_field = {400, "malformed-http", "A field line is malformed."};
static const struct refusal bad_framing = {
    400, "malformed-http", "Content-Length or Transfer-Encoding is malformed, repeated or in conflict."};
static const struct refusal bad_chunk = {400, "malformed-http", "The chunked coding is malformed."};
static const struct refusal long_extension = {400, "malformed-http", "The chunk extensions are too long."};
static const struct refusal huge_chunk = {413, "content-too-large", "A chunk is larger than any content may be."};
static const struct refusal tiny_chunks = {400, "malformed-http", "The chunks are too small for their number."};
static const struct refusal many_trailers = {431, "header-too-large", "There are too many trailer fields."};
static const struct refusal long_trailers = {431, "header-too-large", "The trailer fields are too long."};
static const struct refusal bad_trailer = {400, "malformed-http", "A trailer field is malformed."};

/* Callbacks. llhttp reports a name or value piece by piece when the input is cut inside it, so
 * decisions are taken only where one is complete: they fall on the same byte however it is cut. */

static struct parser *parser_of(llhttp_t *core)
{
    return (struct parser *)core;
}

static void extend(struct span *span, bool starts, uint32_t at, size_t len)
{
    if (starts) *span = (struct span){(uint16_t)at, 0};
    span->len = (uint16_t)(span->len + len);
}

static int on_name(llhttp_t *core, const char *at, size_t len)
{
    struct parser *p = parser_of(core);
    if (p->state != IN_FIELDS) return 0;
    extend(&p->field.name, !p->name_under_way, (uint32_t)(at - p->base), len);
    p->name_under_way = true;
    p->field.value.len = 0;
    return 0;
}

static int on_value(llhttp_t *core, const char *at, size_t len)
{
    struct parser *p = parser_of(core);
    if (p->state != IN_FIELDS) return 0;
    extend(&p->field.value, p->field.value.len == 0, (uint32_t)(at - p->base), len);
    return 0;
}

/* llhttp leaves blanks behind a value (RFC 9110 §5.5); bytes from 0x80 are not blanks. */
static struct span trim_end(const char *head, struct span value)
{
    while (value.len &&
           (head[value.at + value.len - 1] == ' ' || head[value.at + value.len - 1] == '\t'))
        value.len--;
    return value;
}

static const struct refusal *add_field(struct parser *p)
{
    struct request *r = &p->request;
    if (r->n_fields == REQUEST_FIELDS_MAX) return &many_fields;
    struct field field = {p->field.name, trim_end(p->base, p->field.value)};
    p->fields[r->n_fields] = field;
    return fields_add(&p->facts, r->n_fields++, slice_make(p->base + field.name.at, field.name.len),
                      slice_make(p->base + field.value.at, field.value.len));
}

/* Trailer fields are counted and dropped: none may pass for one of the head (RFC 9110 §6.5.1). */
static int on_value_complete(llhttp_t *core)
{
    struct parser *p = parser_of(core);
    p->name_under_way = false;
    if (p->state == IN_FIELDS) p->fault = add_field(p);
    else if (++p->n_trailers > REQUEST_TRAILERS_MAX) p->fault = &many_trailers;
    return p->fault ? -1 : 0;
}

static int on_pause(llhttp_t *core)
{
    (void)core;
    return HPE_PAUSED;
}

static int on_body(llhttp_t *core, const char *at, size_t len)
{
    parser_of(core)->chunk_data = slice_make(at, len);
    return len ? HPE_PAUSED : 0;
}

static const llhttp_settings_t settings = {
    .on_header_field = on_name,
    .on_header_value = on_value,
    .on_header_value_complete = on_value_complete,
    .on_headers_complete = on_pause,
    .on_chunk_header = on_pause,
    .on_body = on_body,
    .on_message_complete = on_pause,
};

/* Runs llhttp over n bytes. *used: how many it took; with a fault, also the byte that is wrong. */
static llhttp_errno_t run(struct parser *p, const char *at, size_t n, size_t *used)
{
    llhttp_resume(&p->core);
    llhttp_errno_t rc = llhttp_execute(&p->core, at, n);
    *used = rc == HPE_OK ? n : (size_t)(llhttp_get_error_pos(&p->core) - at);
    if (rc != HPE_OK && rc != HPE_PAUSED && *used < n) ++*used;
    return rc;
}

static enum parser_event fail(struct parser *p, const struct refusal *fault)
{
    p->state = FAILED;
    p->status = fault->status;
    p->slug = fault->slug;
    p->detail = fault->detail;
    return PARSER_ERROR;
}

static void take(struct slice *in, size_t n)
{
    in->p += n;
    in->len -= n;
}

/* The head. */

/* Checks the bytes from line_at to end, which llhttp has taken: it takes no line end but CRLF, so
 * each LF ends a line. A head this short can break no limit. */
static const struct refusal *check_field_sizes(struct parser *p, uint32_t end)
{
    const char *lf;
    if (end <= REQUEST_FIELD_MAX) return NULL;
    while ((lf = memchr(p->base + p->line_at, '\n', end - p->line_at))) {
        uint32_t next = (uint32_t)(lf - p->base) + 1, bytes = next - p->line_at;
        if (bytes > REQUEST_FIELD_MAX) return &long_field;
        p->line_at = next;
        if (bytes > 2 && next - p->line.at > REQUEST_FIELDS_BYTES_MAX) return &long_fields;
        if (next == end) break;
    }
    if (end - p->line_at > REQUEST_FIELD_MAX) return &long_field;
    return end - p->line.at > REQUEST_FIELDS_BYTES_MAX + 2 ? &long_fields : NULL;
}

static const struct refusal *fault_in_head(const struct parser *p, llhttp_errno_t rc)
{
    if (p->fault) return p->fault;
    switch ((int)rc) {
    case HPE_INVALID_CONTENT_LENGTH:
    case HPE_UNEXPECTED_CONTENT_LENGTH:
    case HPE_INVALID_TRANSFER_ENCODING: return &bad_framing;
    default: return &bad_field;
    }
}

/* What llhttp would frame by must be what we tell the session (RFC 9112 §11.2). It takes a TAB behind "chunked" for a part of the name,
 * which it is not (RFC 9110 §5.5); that this coding stands alone has been seen by fields_judge(). */
static bool framing_agrees(struct parser *p)
{
    const struct request *r = &p->request;
    if (r->chunked && (p->core.flags & F_TRANSFER_ENCODING)) p->core.flags |= F_CHUNKED;
    bool chunked = (p->core.flags & F_CHUNKED) != 0;
    bool has_length = (p->core.flags & F_CONTENT_LENGTH) != 0;
    return chunked == r->chunked && has_length == r->has_length &&
           (!has_length || p->core.content_length == r->content_length);
}

static const struct refusal *finish_head(struct parser *p)
{
    struct request *r = &p->request;
    r->head_bytes = p->fed;
    r->method = p->line.method;
    r->minor = p->line.minor;
    const struct refusal *fault = target_parse(&p->line, p->base, r);
    if (!fault) fault = fields_judge(&p->facts, r);
    if (!fault && !framing_agrees(p)) fault = &bad_framing;
    p->state = r->chunked ? IN_CHUNK_LINE : r->content_length ? IN_BODY : AT_END;
    p->body_left = r->content_length;
    return fault;
}

static uint8_t core_method(uint8_t method)
{
    static const uint8_t of[] = {
        [METHOD_GET] = HTTP_GET,         [METHOD_HEAD] = HTTP_HEAD,   [METHOD_POST] = HTTP_POST,
        [METHOD_PUT] = HTTP_PUT,         [METHOD_PATCH] = HTTP_PATCH, [METHOD_DELETE] = HTTP_DELETE,
        [METHOD_OPTIONS] = HTTP_OPTIONS, [METHOD_TRACE] = HTTP_TRACE, [METHOD_CONNECT] = HTTP_CONNECT,
    };
    return of[method];
}

/* Brings llhttp behind a request line. Ours have been scanned more strictly than it would, so it never
 * sees them: each request starts from a copy of this. */
static void prepare_core(struct parser *p)
{
    size_t used;
    llhttp_init(&p->core, HTTP_REQUEST, &settings);
    llhttp_errno_t rc = run(p, "GET / HTTP/1.1\r\n", 16, &used);
    assert(rc == HPE_OK && used == 16);
    p->behind_line = p->core;
}

static void start_fields(struct parser *p)
{
    p->state = IN_FIELDS;
    p->fed = p->line_at = p->line.at;
    fields_init(&p->facts);
    p->core = p->behind_line;
    p->core.method = core_method(p->line.method);
    p->core.http_minor = p->line.minor;
}

/* llhttp takes no TAB behind Content-Length's digits, RFC 9110 §5.5 does: blanks are made spaces, and it reads the fields again. */
static bool fields_again(struct parser *p, llhttp_errno_t rc)
{
    char *at = p->base + p->fed - 1, *end = p->base + p->got;
    if (rc != HPE_INVALID_CONTENT_LENGTH || *at != '\t') return false;
    for (; at < end && (*at == ' ' || *at == '\t'); at++) *at = ' ';
    p->request.n_fields = 0;
    p->name_under_way = false;
    start_fields(p);
    return true;
}

/* Parses what is here of the head. */
static enum parser_event parse_head(struct parser *p)
{
    size_t used;
    if (p->state == IN_LINE) {
        const struct refusal *fault = line_scan(&p->line, p->base, p->got);
        if (fault) return fail(p, fault);
        if (p->line.phase != LINE_DONE) return PARSER_MORE;
        start_fields(p);
    }
    llhttp_errno_t rc = run(p, p->base + p->fed, p->got - p->fed, &used);
    p->fed += (uint32_t)used;
    const struct refusal *fault = check_field_sizes(p, p->fed);
    if (!fault && rc == HPE_OK) return PARSER_MORE;
    if (!fault && fields_again(p, rc)) return parse_head(p);
    if (!fault) fault = rc == HPE_PAUSED ? finish_head(p) : fault_in_head(p, rc);
    return fault ? fail(p, fault) : PARSER_HEAD;
}

/* Gives the carry room for more than len bytes. */
static bool grow_carry(struct parser_carry *carry, uint32_t len)
{
    if (len < carry->room) return true;
    assert(len < PARSER_CARRY_MAX); /* the limits have ended longer heads */
    uint32_t room = len < PARSER_CARRY_FIRST ? PARSER_CARRY_FIRST : PARSER_CARRY_MAX;
    char *memory = carry->grow(carry, room);
    if (!memory) return false;
    carry->p = memory;
    if (carry->room < room) carry->room = room;
    return true;
}

static void rebase(struct parser *p, char *base)
{
    p->base = base;
    p->request.head = base;
}

/* The input ends inside the head: moves what is here to the carry. */
static bool carry_head(struct parser *p)
{
    p->carry->len = 0;
    if (!grow_carry(p->carry, p->got)) return false;
    memcpy(p->carry->p, p->base, p->got);
    p->carry->len = p->got;
    rebase(p, p->carry->p);
    return true;
}

static enum parser_event head_in_place(struct parser *p, struct slice *in)
{
    p->got = (uint32_t)(in->len < REQUEST_HEAD_MAX ? in->len : REQUEST_HEAD_MAX);
    rebase(p, (char *)in->p);
    enum parser_event event = parse_head(p);
    if (event == PARSER_ERROR) return event;
    if (event == PARSER_MORE && !carry_head(p)) return fail(p, &no_carry);
    take(in, event == PARSER_MORE ? p->got : p->fed);
    return event;
}

static enum parser_event head_in_carry(struct parser *p, struct slice *in)
{
    struct parser_carry *carry = p->carry;
    while (in->len) {
        if (!grow_carry(carry, p->got)) return fail(p, &no_carry);
        rebase(p, carry->p);
        uint32_t had = p->got, room = carry->room - had;
        uint32_t n = in->len < room ? (uint32_t)in->len : room;
        memcpy(carry->p + had, in->p, n);
        carry->len = p->got = had + n;
        enum parser_event event = parse_head(p);
        if (event == PARSER_ERROR) return event;
        if (event == PARSER_HEAD) carry->len = p->fed;
        take(in, carry->len - had);
        if (event == PARSER_HEAD) return event;
    }
    return PARSER_MORE;
}

static void reset(struct parser *p)
{
    p->state = AT_START;
    line_init(&p->line); /* here, so that a fault before the next head finds no method */
    p->n_empty_lines = 0;
    p->after_cr = false;
}

static void start_head(struct parser *p)
{
    p->state = IN_LINE;
    p->request = (struct request){.method = METHOD_OTHER, .fields = p->fields};
    p->base = NULL;
    p->fed = 0;
    p->name_under_way = false;
    p->fault = NULL;
    p->body_bytes = p->overhead_bytes = 0;
    p->section_bytes = p->ext_bytes = 0;
    p->extension = 0;
    p->n_trailers = 0;
}

/* RFC 9112 §2.2 excuses an empty line before a request line; two are enough for every client that ever needed it. */
static enum parser_event skip_empty_lines(struct parser *p, struct slice *in)
{
    while (in->len) {
        char c = in->p[0];
        if (p->after_cr ? c != '\n' : c == '\n' || (c == '\r' && p->n_empty_lines == 2))
            return fail(p, &bad_start);
        if (!p->after_cr && c != '\r') {
            start_head(p);
            return head_in_place(p, in);
        }
        if (p->after_cr) p->n_empty_lines++;
        p->after_cr = !p->after_cr;
        take(in, 1);
    }
    return PARSER_MORE;
}

/* The body. */

static enum parser_event next_of_length(struct parser *p, struct slice *in, struct slice *body)
{
    if (in->len == 0) return PARSER_MORE;
    size_t n = in->len < p->body_left ? in->len : (size_t)p->body_left;
    *body = slice_make(in->p, n);
    take(in, n);
    p->body_left -= n;
    if (p->body_left == 0) p->state = AT_END;
    return PARSER_BODY;
}

/* The bytes of a chunk's line that its size and its line ends do not need. Leading zeros count as
 * extension. */
static uint32_t extension_bytes(const struct parser *p)
{
    uint32_t needed = p->body_bytes ? 5 : 3; /* CRLF behind the data before, one digit, CRLF */
    for (uint64_t size = p->core.content_length >> 4; size; size >>= 4) needed++;
    return p->section_bytes - needed;
}

static const struct refusal *finish_chunk_line(struct parser *p)
{
    p->ext_bytes += extension_bytes(p);
    p->overhead_bytes += p->section_bytes;
    p->section_bytes = 0;
    p->body_left = p->core.content_length;
    p->state = p->body_left ? IN_CHUNK_DATA : IN_TRAILERS;
    if (p->ext_bytes > REQUEST_CHUNK_EXT_MAX) return &long_extension;
    if (p->body_left > CHUNK_MAX) return &huge_chunk;
    return p->overhead_bytes > OVERHEAD_SLACK + OVERHEAD_PER_BYTE * p->body_bytes ? &tiny_chunks
                                                                                  : NULL;
}

/* Runs llhttp over what one section of a chunked body may still have, so that no line can grow
 * without end. */
static enum parser_event run_section(struct parser *p, struct slice *in, uint32_t max,
                                     const struct refusal *too_long,
                                     const struct refusal *malformed)
{
    size_t used, room = max - p->section_bytes;
    if (in->len == 0) return PARSER_MORE;
    llhttp_errno_t rc = run(p, in->p, in->len < room ? in->len : room, &used);
    p->section_bytes += (uint32_t)used;
    take(in, used);
    if (rc == HPE_PAUSED) return PARSER_END;
    if (rc != HPE_OK) return fail(p, p->fault ? p->fault : malformed);
    return p->section_bytes == max ? fail(p, too_long) : PARSER_MORE;
}

static enum parser_event next_chunk_line(struct parser *p, struct slice *in)
{
    uint32_t max = REQUEST_CHUNK_EXT_MAX - p->ext_bytes + CHUNK_DIGITS + 5;
    const char *at = in->p;
    enum parser_event event = run_section(p, in, max, &long_extension, &bad_chunk);
    if (event == PARSER_ERROR) return event;
    if (!extension_scan(&p->extension, slice_make(at, (size_t)(in->p - at)))) return fail(p, &bad_chunk); /* llhttp takes more */
    if (event == PARSER_END) p->extension = 0;
    const struct refusal *fault = event == PARSER_END ? finish_chunk_line(p) : NULL;
    return fault ? fail(p, fault) : event;
}

static enum parser_event next_chunk_data(struct parser *p, struct slice *in, struct slice *body)
{
    size_t used;
    if (in->len == 0) return PARSER_MORE;
    llhttp_errno_t rc =
        run(p, in->p, in->len < p->body_left ? in->len : (size_t)p->body_left, &used);
    assert(rc == HPE_PAUSED && used == p->chunk_data.len); /* data bytes are never wrong */
    take(in, used);
    *body = p->chunk_data;
    p->body_left -= used;
    p->body_bytes += used;
    if (p->body_left == 0) p->state = IN_CHUNK_LINE;
    return PARSER_BODY;
}

static enum parser_event next_trailers(struct parser *p, struct slice *in)
{
    enum parser_event event =
        run_section(p, in, REQUEST_TRAILER_BYTES_MAX + 2, &long_trailers, &bad_trailer);
    if (event == PARSER_END) p->state = AT_END;
    return event;
}

/* The interface. */

void parser_init(struct parser *p, struct parser_carry *carry)
{
    p->carry = carry;
    p->status = 0;
    p->slug = p->detail = NULL;
    p->base = NULL;
    p->request = (struct request){.method = METHOD_OTHER, .fields = p->fields};
    prepare_core(p);
    reset(p);
}

enum parser_event parser_next(struct parser *p, struct slice *in, struct slice *body)
{
    for (;;) {
        enum parser_event event = PARSER_ERROR;
        switch ((enum state)p->state) {
        case AT_START: return skip_empty_lines(p, in);
        case IN_LINE:
        case IN_FIELDS: return head_in_carry(p, in);
        case IN_BODY: return next_of_length(p, in, body);
        case IN_CHUNK_DATA: return next_chunk_data(p, in, body);
        case IN_CHUNK_LINE: event = next_chunk_line(p, in); break;
        case IN_TRAILERS: event = next_trailers(p, in); break;
        case AT_END: reset(p); return PARSER_END;
        case FAILED: return PARSER_ERROR;
        }
        if (event != PARSER_END)
            return event; /* otherwise a section of the chunked body has ended */
    }
}

bool parser_idle(const struct parser *p)
{
    return p->state == AT_START;
}

bool parser_in_head(const struct parser *p)
{
    return p->state == IN_LINE || p->state == IN_FIELDS;
}

bool parser_started(const struct parser *p)
{
    return parser_in_head(p) || p->n_empty_lines || p->after_cr;
}
