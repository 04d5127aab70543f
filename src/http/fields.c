#include "http/fields.h"
#include "http/target.h"
#include "base/token.h"

#define LENGTH_DIGITS_MAX 19u /* always fits 64 bits */

static const struct refusal duplicate = {
    400, "malformed-http", "A field that may stand only once in a request stands there twice."};
static const struct refusal no_host = {400, "malformed-http", "There is no Host field."};
static const struct refusal bad_host = {400, "malformed-http",
                                        "Host is not a host with an optional port."};
static const struct refusal bad_length = {400, "malformed-http",
                                          "Content-Length is not a decimal number."};
static const struct refusal bad_framing = {
    400, "malformed-http", "Transfer-Encoding and Content-Length stand in one request."};
static const struct refusal bad_coding = {400, "malformed-http",
                                          "Transfer-Encoding does not end in one \"chunked\"."};
static const struct refusal old_coding = {400, "malformed-http",
                                          "Transfer-Encoding does not exist in HTTP/1.0."};
static const struct refusal other_coding = {501, "not-implemented",
                                            "No transfer coding but chunked is implemented here."};
static const struct refusal old_payload = {
    400, "malformed-http", "A body with this method in HTTP/1.0 cannot be framed safely."};
static const struct refusal bad_expect = {417, "expectation-failed",
                                          "Only the expectation 100-continue can be met."};
static const struct refusal two_waits = {400, "malformed-http", "Prefer holds two waits."};
static const struct refusal connect_body = {400, "malformed-http", "CONNECT has no body."};
static const struct refusal no_connect = {501, "not-implemented",
                                          "CONNECT is not implemented here."};

/* clang-format off */
enum known {
    HOST, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING, EXPECT, PREFER, AUTHORIZATION,
    CONTENT_TYPE, REQUEST_ID, CONTENT_ENCODING, RANGE, IF_RANGE, IF_MATCH, IF_NONE_MATCH, IF_MODIFIED_SINCE,
    IF_UNMODIFIED_SINCE, IDEMPOTENCY_KEY, DIGEST, UNKNOWN
};
/* clang-format on */
#define BIT(known) (1u << (known))
#define MAY_REPEAT (BIT(CONNECTION) | BIT(TRANSFER_ENCODING) | BIT(EXPECT) | BIT(PREFER) | BIT(DIGEST) | BIT(REQUEST_ID))

/* By length of the name, as that tells most of them apart. */
static enum known know(struct slice name)
{
    static const struct {
        struct slice name;
        enum known known;
    } names[] = {
        {SLICE_INIT("host"), HOST},
        {SLICE_INIT("range"), RANGE},
        {SLICE_INIT("expect"), EXPECT},
        {SLICE_INIT("prefer"), PREFER},
        {SLICE_INIT("if-match"), IF_MATCH},
        {SLICE_INIT("if-range"), IF_RANGE},
        {SLICE_INIT("connection"), CONNECTION},
        {SLICE_INIT("repr-digest"), DIGEST},
        {SLICE_INIT("content-type"), CONTENT_TYPE},
        {SLICE_INIT("x-request-id"), REQUEST_ID},
        {SLICE_INIT("authorization"), AUTHORIZATION},
        {SLICE_INIT("if-none-match"), IF_NONE_MATCH},
        {SLICE_INIT("content-length"), CONTENT_LENGTH},
        {SLICE_INIT("content-digest"), DIGEST},
        {SLICE_INIT("idempotency-key"), IDEMPOTENCY_KEY},
        {SLICE_INIT("content-encoding"), CONTENT_ENCODING},
        {SLICE_INIT("if-modified-since"), IF_MODIFIED_SINCE},
        {SLICE_INIT("transfer-encoding"), TRANSFER_ENCODING},
        {SLICE_INIT("if-unmodified-since"), IF_UNMODIFIED_SINCE},
    };
    enum { N = sizeof names / sizeof *names };
    static const uint8_t first[20] = {/* of each length; N: none */
                                      N, N, N, N, 0,  1,  2,  N,  4, N,
                                      6, 7, 8, 10, 12, 14, 15, 16, N, 18};
    if (name.len >= sizeof first) return UNKNOWN;
    for (unsigned i = first[name.len]; i < N && names[i].name.len == name.len; i++)
        if (slice_eq_nocase(name, names[i].name)) return names[i].known;
    return UNKNOWN;
}

void fields_init(struct fields *f)
{
    *f = (struct fields){0};
}

/* Other options, also names of end-to-end fields, have no effect (RFC 9110 §7.6.1). */
static void add_connection(struct fields *f, struct slice value)
{
    while (value.p) {
        struct slice option = slice_trim(slice_cut(&value, ','));
        f->close |= slice_eq_nocase(option, SLICE("close"));
        f->keep_alive |= slice_eq_nocase(option, SLICE("keep-alive"));
    }
}

/* The lines of Transfer-Encoding make one list (RFC 9110 §5.3). */
static void add_coding(struct fields *f, struct slice value)
{
    while (value.p) {
        struct slice coding = slice_trim(slice_cut(&value, ','));
        struct slice rest = coding;
        f->bad_coding |= !token_ok(slice_trim(slice_cut(&rest, ';'))); /* chunked has no parameters, others may (RFC 9112 §7) */
        f->ends_chunked = slice_eq_nocase(coding, SLICE("chunked"));
        if (f->n_codings < UINT8_MAX) f->n_codings++;
        if (f->ends_chunked && f->n_chunked < UINT8_MAX) f->n_chunked++;
    }
}

static void add_expect(struct fields *f, bool is_first, struct slice value)
{
    bool is_100 = is_first && slice_eq_nocase(value, SLICE("100-continue"));
    f->expect_100 |= is_100;
    f->expect_other |= !is_100;
}

static const struct refusal *add_length(struct fields *f, struct slice value)
{
    if (value.len > LENGTH_DIGITS_MAX || !slice_to_u64(value, &f->length)) return &bad_length;
    return NULL;
}

const struct refusal *fields_add(struct fields *f, unsigned index, struct slice name,
                                 struct slice value)
{
    enum known known = know(name);
    if (known == UNKNOWN) return NULL;
    bool is_first = !(f->seen & BIT(known));
    if (!is_first && !(BIT(known) & MAY_REPEAT)) return &duplicate; /* RFC 9110 §5.3 */
    f->seen |= BIT(known);
    if (known == HOST) f->host_index = (uint8_t)index;
    else if (known == CONTENT_LENGTH) return add_length(f, value);
    else if (known == CONNECTION) add_connection(f, value);
    else if (known == TRANSFER_ENCODING) add_coding(f, value);
    else if (known == EXPECT) add_expect(f, is_first, value);
    else if (known == CONTENT_ENCODING) f->coded = value.len && !slice_eq_nocase(value, SLICE("identity"));
    return NULL;
}

/* RFC 9112 §6.1, §6.3. */
static const struct refusal *judge_body(const struct fields *f, struct request *r)
{
    const uint32_t no_payload =
        METHOD_BIT(METHOD_GET) | METHOD_BIT(METHOD_HEAD) | METHOD_BIT(METHOD_DELETE);
    r->has_length = (f->seen & BIT(CONTENT_LENGTH)) != 0;
    r->content_length = f->length;
    if (f->seen & BIT(TRANSFER_ENCODING)) {
        if (r->has_length) return &bad_framing;
        if (r->minor == 0) return &old_coding;
        if (f->bad_coding || !f->ends_chunked || f->n_chunked != 1) return &bad_coding;
        if (f->n_codings != 1) return &other_coding;
        r->chunked = true;
    }
    if (r->minor == 0 && r->content_length && (METHOD_BIT(r->method) & no_payload))
        return &old_payload; /* RFC 1945 gives such a body no meaning */
    return NULL;
}

/* RFC 9112 §3.2: Host is required and must be right even where absolute-form overrides it. */
static const struct refusal *judge_host(const struct fields *f, struct request *r)
{
    if (!(f->seen & BIT(HOST))) return r->minor == 0 ? NULL : &no_host;
    struct span host = r->fields[f->host_index].value;
    if (!authority_ok(request_span(r, host))) return &bad_host;
    if (r->host.len == 0) r->host = host;
    return NULL;
}

/* RFC 9110 §10.1.1: HTTP/1.0 has nothing of it, and 100-continue means nothing without a body. */
static const struct refusal *judge_expect(const struct fields *f, struct request *r)
{
    if (r->minor == 0) return NULL;
    if (f->expect_other) return &bad_expect;
    r->expect_continue = f->expect_100 && (r->chunked || r->content_length);
    return NULL;
}

/* RFC 9110 §9.3.6 */
static const struct refusal *judge_connect(const struct request *r)
{
    return r->chunked || r->content_length ? &connect_body : &no_connect;
}

const struct refusal *fields_judge(const struct fields *f, struct request *request)
{
    const struct refusal *fault = judge_host(f, request);
    if (!fault) fault = judge_body(f, request);
    if (!fault) fault = judge_expect(f, request);
    if (fault) return fault;
    request->coded = f->coded;
    request->if_match = (f->seen & BIT(IF_MATCH)) != 0;
    request->conditional = (f->seen & (BIT(IF_MATCH) | BIT(IF_NONE_MATCH))) != 0;
    request->has_digest = (f->seen & BIT(DIGEST)) != 0;
    request->has_id = (f->seen & BIT(REQUEST_ID)) != 0;
    if ((f->seen & BIT(PREFER)) && request_prefer(request).n_waits > 1) return &two_waits;
    request->keep_alive = !f->close && (request->minor == 1 || f->keep_alive); /* RFC 9112 §9.3 */
    return request->method == METHOD_CONNECT ? judge_connect(request) : NULL;
}
