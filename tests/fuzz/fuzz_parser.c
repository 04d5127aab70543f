/* Any bytes, as requests of one connection: whole and in pieces the parser reports the same, and what it reports keeps its
 * promises. The first byte of the input is the size of the pieces (0: one cut in the middle). */
#include "../unit/http/feed.h"
#include "base/check.h"
#include "http/percent.h"
#include "http/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t content_left; /* of the request under way, when it has a Content-Length */

static bool is_within(struct slice outer, struct slice inner)
{
    return inner.p >= outer.p && inner.p + inner.len <= outer.p + outer.len;
}

static void check_span(const struct request *r, struct span span)
{
    assert(span.at + span.len <= r->head_bytes);
}

static void check_field(const struct request *r, struct field field)
{
    check_span(r, field.name);
    check_span(r, field.value);
    struct slice name = request_span(r, field.name), value = request_span(r, field.value);
    assert(name.len > 0 && slice_eq(slice_trim(value), value));
    for (size_t i = 0; i < name.len; i++) assert(name.p[i] > ' ' && name.p[i] != ':' && name.p[i] != 0x7F);
    for (size_t i = 0; i < value.len; i++)
        assert((unsigned char)value.p[i] >= ' ' || value.p[i] == '\t');
}

static void check_target(const struct request *r)
{
    struct slice path = request_path(r), query = request_span(r, r->query);
    check_span(r, r->target);
    check_span(r, r->path);
    check_span(r, r->query);
    assert(path.len > 0 && (r->asterisk ? slice_eq(path, SLICE("*")) : path.p[0] == '/'));
    assert(utf8_ok(path) && percent_ok(query));
    for (size_t i = 0; i < path.len; i++) assert((unsigned char)path.p[i] >= ' ' && path.p[i] != 0x7F);
    for (size_t i = 0; i < query.len; i++) assert(query.p[i] > ' ' && query.p[i] != '#');
    assert(!memmem(path.p, path.len, "/../", 4) && !memmem(path.p, path.len, "/./", 3));
}

static void check_head(const struct feed *f)
{
    const struct request *r = &f->parser.request;
    struct slice host = request_span(r, r->host);
    assert(r->head_bytes <= REQUEST_HEAD_MAX && r->n_fields <= REQUEST_FIELDS_MAX && r->method < METHOD_CONNECT);
    assert(memcmp(r->head + r->head_bytes - 4, "\r\n\r\n", 4) == 0);
    for (unsigned i = 0; i < r->n_fields; i++) check_field(r, r->fields[i]);
    check_target(r);
    check_span(r, r->host);
    assert(host.len ? authority_ok(host) : r->minor == 0);
    assert(!(r->chunked && (r->has_length || r->minor == 0)));
    assert(!r->expect_continue || r->chunked || r->content_length);
    assert(request_field_count(r, SLICE("content-length")) == r->has_length);
    assert(request_field_count(r, SLICE("host")) <= 1);
    assert(!r->chunked || request_field_count(r, SLICE("transfer-encoding")) == 1);
    content_left = r->content_length;
}

static void check(struct feed *f, enum parser_event event, struct slice piece, struct slice in, struct slice body)
{
    const struct request *r = &f->parser.request;
    assert(is_within(piece, in) && in.p + in.len == piece.p + piece.len);
    switch (event) {
    case PARSER_MORE: assert(in.len == 0); break;
    case PARSER_HEAD: check_head(f); break;
    case PARSER_BODY:
        assert(body.len && is_within(piece, body));
        assert(r->chunked || body.len <= content_left);
        if (!r->chunked) content_left -= body.len;
        break;
    case PARSER_END: assert(content_left == 0 && parser_idle(&f->parser)); break;
    case PARSER_ERROR:
        assert(f->parser.status >= 400 && f->parser.status != 503 && f->parser.slug && f->parser.detail);
        assert(parser_next(&f->parser, &in, &body) == PARSER_ERROR);
        break;
    }
}

static void run_pieces(struct feed *f, struct slice bytes, size_t step)
{
    feed_init(f);
    f->check = check;
    f->on_heap = true;
    feed_all(f, bytes.p, bytes.len, step, step);
    feed_finish(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct feed whole, cut;
    if (size < 2) return 0;
    struct slice bytes = {(const char *)data + 1, size - 1};
    run_pieces(&whole, bytes, bytes.len);
    run_pieces(&cut, bytes, data[0] ? data[0] : bytes.len / 2 + 1);
    assert(strcmp(whole.brief, cut.brief) == 0 && strcmp(whole.full, cut.full) == 0);
    feed_free(&whole);
    feed_free(&cut);
    return 0;
}
