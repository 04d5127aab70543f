/* document.c: see document.h. */
#include "api/document.h"

#include "api/api.h"
#include "http/gzip.h"
#include "base/xml.h"
#include "http/condition.h"

#include <stdio.h>

/* ---- what the client takes ---- */

static bool has_coding(struct exchange *x)
{
    if (accept_coding(&x->request) != ACCEPT_NO_CODING) return true;
    exchange_fail(x, 406, "not-acceptable", "Accept-Encoding excludes both identity and gzip.");
    return false;
}

enum accept_form document_form(const struct exchange *x, struct slice type)
{
    return accept_form(&x->request, type, SLICE("application/xml"));
}

bool document_acceptable(struct exchange *x, struct slice type)
{
    char why[200];
    if (document_form(x, type) != ACCEPT_NEITHER) return has_coding(x);
    (void)snprintf(why, sizeof why, "Accept excludes everything offered: %.*s, application/json, application/xml.", SLICE_ARG(type));
    exchange_fail(x, 406, "not-acceptable", why);
    return false;
}

bool document_acceptable_as(struct exchange *x, struct slice type)
{
    char why[200];
    if (accept_media(&x->request, type)) return has_coding(x);
    (void)snprintf(why, sizeof why, "Accept excludes what is offered: %.*s.", SLICE_ARG(type));
    exchange_fail(x, 406, "not-acceptable", why);
    return false;
}

/* ---- tags ---- */

static const char *const suffixes[2][2] = {{"", "-g"}, {"-x", "-xg"}}; /* by XML, by packing */

static struct slice tag_text(uint64_t version, const char *suffix, char tag[DOCUMENT_TAG_BYTES])
{
    size_t at = etag_text(version, tag).len - 1; /* of the closing quote */
    while (*suffix) tag[at++] = *suffix++;
    tag[at++] = '"';
    tag[at] = 0;
    return slice_make(tag, at);
}

bool document_is_known(const struct exchange *x, struct slice type, uint64_t version, char tag[DOCUMENT_TAG_BYTES])
{
    const struct request *r = &x->request;
    struct slice any;
    if (!request_field(r, SLICE("if-none-match"), &any)) {
        (void)tag_text(version, "", tag);
        return false;
    }
    bool is_xml = !slice_eq(type, SLICE("application/json")) && document_form(x, type) == ACCEPT_XML;
    bool may_pack = accept_coding(r) == ACCEPT_GZIP;
    if (may_pack && !slice_eq(any, SLICE("*")) && condition_none_match(r, tag_text(version, suffixes[is_xml][1], tag))) return true;
    if (condition_none_match(r, tag_text(version, suffixes[is_xml][0], tag))) return true;
    (void)tag_text(version, "", tag);
    return false;
}

/* ---- forms ---- */

/* The field lines of an answer under construction: its own, with the tag made another one's, and what is added. */
struct lines {
    char text[1200];
    size_t len;
};

static void add(struct lines *l, struct slice s)
{
    if (s.len == 0 || l->len + s.len > sizeof l->text) return; /* ours are short */
    memcpy(l->text + l->len, s.p, s.len);
    l->len += s.len;
}

static void add_tagged(struct lines *l, struct slice fields, const char *suffix)
{
    const char *tag = suffix[0] && fields.len ? memmem(fields.p, fields.len, "ETag: \"", 7) : NULL;
    const char *end = tag ? memchr(tag + 7, '"', (size_t)(fields.p + fields.len - tag - 7)) : NULL;
    size_t n = end ? (size_t)(end - fields.p) : fields.len;
    add(l, slice_make(fields.p, n));
    if (!end) return;
    add(l, slice_str(suffix));
    add(l, slice_from(fields, n));
}

/* Writes it as XML. NULL: no memory. */
static struct block *to_xml(struct block_budget *budget, struct slice json)
{
    struct xml_out o = {0};
    xml_of_json(&o, json, "document", "urn:quern:v1");
    struct block *b = block_new(budget, o.len);
    if (!b) return NULL;
    o = (struct xml_out){.p = b->bytes, .room = o.len};
    xml_of_json(&o, json, "document", "urn:quern:v1");
    b->len = o.len;
    return b;
}

static struct slice bytes_of(const struct answer *a)
{
    return a->block ? block_slice(a->block) : a->body;
}

static void exchange_bytes(struct answer *a, struct block *b)
{
    block_unref(a->block);
    a->block = b;
    a->body = (struct slice){0};
}

/* Packs it if that is wanted, worth it, and there is memory for it. */
static bool pack(struct exchange *x, struct answer *a)
{
    const struct api *api = api_of(x);
    struct slice plain = bytes_of(a);
    if (plain.len < DOCUMENT_PACK_MIN || plain.len > DOCUMENT_PACK_MAX || a->status != 200 || !api->gzip) return false;
    if (accept_coding(&x->request) != ACCEPT_GZIP) return false;
    struct block *b = block_new(api->budget, plain.len);
    long len = b ? gzip_pack(api->gzip, plain, b->bytes, plain.len) : -1;
    if (len < 0) {
        block_unref(b);
        return false;
    }
    b->len = (size_t)len;
    exchange_bytes(a, b);
    return true;
}

static bool is_read(const struct exchange *x)
{
    return x->request.method == METHOD_GET || x->request.method == METHOD_HEAD;
}

static void finish(struct exchange *x, struct answer *a, bool is_xml, struct slice vary)
{
    struct lines l;
    if (!is_xml && !is_read(x)) { /* nothing about it changes */
        exchange_answer(x, a);
        return;
    }
    bool is_packed = is_read(x) && pack(x, a);
    l.len = 0;
    add_tagged(&l, a->fields, suffixes[is_xml][is_packed]);
    if (is_packed) add(&l, SLICE("Content-Encoding: gzip\r\n"));
    if (is_read(x)) add(&l, vary);
    a->fields = slice_make(l.text, l.len);
    exchange_answer(x, a);
}

void document_answer(struct exchange *x, struct answer *a)
{
    bool is_xml = document_form(x, a->type) == ACCEPT_XML;
    if (is_xml) {
        struct slice json = bytes_of(a);
        struct block *b = json.len <= DOCUMENT_XML_MAX ? to_xml(api_of(x)->budget, json) : NULL;
        if (b) {
            exchange_bytes(a, b);
            a->type = SLICE("application/xml");
        } else if (is_read(x)) {
            block_unref(a->block);
            if (json.len > DOCUMENT_XML_MAX) exchange_fail(x, 406, "not-acceptable", "The document is too large for XML: ask for less of it, or for JSON.");
            else exchange_fail_with(x, 503, "overloaded", "No memory for the answer.", 1, (struct slice){0});
            return;
        } else {
            is_xml = false; /* what has been done is told, if not in the form that was asked for */
        }
    }
    finish(x, a, is_xml, SLICE("Vary: " DOCUMENT_VARY "\r\n"));
}

void document_answer_packed(struct exchange *x, struct answer *a)
{
    finish(x, a, false, SLICE("Vary: Accept-Encoding\r\n"));
}
