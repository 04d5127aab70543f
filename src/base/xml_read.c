/* xml_read.c: see xml_read.h. */
#include "xml_reader.h"

#include "xml_scan.h"

static bool fail_at(struct xml_reader *r, const char *at, const char *why)
{
    r->p = at;
    return xml_fail(r, why);
}

static struct slice rest(const struct xml_reader *r)
{
    return slice_make(r->p, (size_t)(r->end - r->p));
}

/* Inlined, so that the lengths are constants. */
static inline __attribute__((always_inline)) bool take(struct xml_reader *r, struct slice text)
{
    if ((size_t)(r->end - r->p) < text.len || memcmp(r->p, text.p, text.len) != 0) return false;
    r->p += text.len;
    return true;
}

/* True if there was one at least. */
static bool skip_blanks(struct xml_reader *r)
{
    const char *start = r->p;
    while (r->p < r->end && xml_is_blank(*r->p)) r->p++;
    return r->p > start;
}

/* ---- text ---- */

/* Up to what has a meaning of its own or is wrong. In a CDATA section only its end and CR have one. */
static const char *run_end(const char *p, const char *end, bool is_cdata)
{
    for (int bytes; p < end;) {
        if (xml_is_plain(*p)) {
            p++;
        } else if (*p == ']') {
            if (end - p >= 3 && p[1] == ']' && p[2] == '>') break;
            p++;
        } else if (*p == '\r' || (!is_cdata && (*p == '<' || *p == '&')) || xml_char_at(p, end, &bytes) == 0) {
            break;
        } else {
            p += bytes;
        }
    }
    return p;
}

/* Characters as they stand, line ends made LF (§2.11). What stops them is at r->p. */
static bool read_run(struct xml_reader *r, bool is_cdata)
{
    const char *stop = run_end(r->p, r->end, is_cdata);
    if (stop > r->p && !xml_add_text(r, r->p, (size_t)(stop - r->p))) return false;
    r->p = stop;
    if (stop == r->end || *stop != '\r') return true;
    r->p += r->end - stop > 1 && stop[1] == '\n' ? 2 : 1;
    return xml_add_text(r, "\n", 1);
}

static bool read_cdata(struct xml_reader *r)
{
    while (!take(r, SLICE("]]>"))) {
        const char *before = r->p;
        if (!read_run(r, true)) return false;
        if (r->p == r->end) return xml_fail(r, "a CDATA section does not end");
        if (r->p == before && !slice_starts(rest(r), SLICE("]]>")))
            return xml_fail(r, "a byte that is no character of XML in UTF-8");
    }
    return true;
}

static bool put_reference(struct xml_reader *r, uint32_t point)
{
    char text[4];
    return xml_add_text(r, text, (size_t)utf8_put(point, text));
}

/* Behind "&#". */
static bool read_number(struct xml_reader *r, const char *start)
{
    uint32_t base = take(r, SLICE("x")) ? 16 : 10, point = 0;
    const char *digits = r->p;
    for (int digit; r->p < r->end; r->p++) {
        digit = json_hex_value(*r->p);
        if (digit < 0 || (uint32_t)digit >= base) break;
        point = point * base + (uint32_t)digit;
        if (point > 0x10ffff) point = 0x110000; /* and so it stays */
    }
    bool is_whole = r->p > digits && take(r, SLICE(";"));
    if (!is_whole || !xml_is_char(point)) return fail_at(r, start, "a reference to what is no character of XML");
    return put_reference(r, point);
}

static bool read_reference(struct xml_reader *r)
{
    static const struct {
        struct slice text;
        char c;
    } known[] = {{SLICE_INIT("lt;"), '<'},
                 {SLICE_INIT("gt;"), '>'},
                 {SLICE_INIT("amp;"), '&'},
                 {SLICE_INIT("quot;"), '"'},
                 {SLICE_INIT("apos;"), '\''}};
    const char *start = r->p++;
    if (take(r, SLICE("#"))) return read_number(r, start);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (take(r, known[i].text)) return xml_add_text(r, &known[i].c, 1);
    return fail_at(r, start, "'&' that begins none of &lt; &gt; &amp; &quot; &apos; nor a reference to a character");
}

/* Behind its start. */
static bool read_comment(struct xml_reader *r)
{
    for (int bytes; r->p < r->end; r->p += bytes) {
        if (take(r, SLICE("--"))) return take(r, SLICE(">")) || xml_fail(r, "'--' in a comment");
        if (xml_char_at(r->p, r->end, &bytes) == 0) return xml_fail(r, "a byte that is no character of XML in UTF-8");
    }
    return xml_fail(r, "a comment does not end");
}

/* Blanks and comments, as around the root. Ends before anything else. */
static bool read_around(struct xml_reader *r)
{
    for (;;) {
        (void)skip_blanks(r);
        if (!take(r, SLICE("<!--"))) return true;
        if (!read_comment(r)) return false;
    }
}

/* In the innermost element, where nothing has been found yet. Blanks are part of its value only if no element comes (or it can be nothing
 * but empty, when none does), so it looks ahead, once for each element. */
static bool read_front(struct xml_reader *r)
{
    const char *start = r->p;
    if (!read_around(r)) return false;
    bool is_markup = r->end - r->p > 1 && *r->p == '<', is_end = is_markup && r->p[1] == '/';
    bool has_blanks = !is_markup || r->p[1] == '!' || (is_end && xml_keeps_blanks(xml_innermost(r)));
    if (has_blanks && r->p < r->end) r->p = start;
    return true;
}

static bool read_text(struct xml_reader *r)
{
    const struct xml_element *e = xml_innermost(r);
    const char *before = r->p;
    if (xml_is_container(e)) (void)skip_blanks(r); /* most of a document that is laid out */
    else if (e->content == XML_NOTHING && xml_is_blank(*r->p) && !read_front(r)) return false;
    if (r->p == r->end || *r->p == '<') return true;
    if (*r->p == '&') return read_reference(r);
    if (!read_run(r, false)) return false;
    if (r->p > before) return true;
    return xml_fail(r, slice_starts(rest(r), SLICE("]]>")) ? "']]>' outside a CDATA section"
                                                           : "a byte that is no character of XML in UTF-8");
}

/* ---- tags ---- */

/* A name, with a prefix or without; its bytes. */
static struct slice read_name(struct xml_reader *r)
{
    const char *start = r->p;
    r->p += xml_name_bytes(r->p, r->end);
    if (r->p > start && r->p < r->end && *r->p == ':') {
        size_t local = xml_name_bytes(r->p + 1, r->end);
        if (local) r->p += 1 + local;
    }
    return slice_make(start, (size_t)(r->p - start));
}

/* name = "value", from the name on. What is in the value is not looked at: it has to be one of ours. */
static bool read_attribute(struct xml_reader *r, struct slice *name, struct slice *value)
{
    *name = read_name(r);
    if (name->len == 0) return xml_fail(r, "a tag that is not one of XML");
    (void)skip_blanks(r);
    if (!take(r, SLICE("="))) return xml_fail(r, "an attribute without a value");
    (void)skip_blanks(r);
    char quote = r->p < r->end ? *r->p : 0;
    if (quote != '"' && quote != '\'') return xml_fail(r, "an attribute whose value has no quotes");
    const char *end = memchr(r->p + 1, quote, (size_t)(r->end - r->p - 1));
    if (!end) return xml_fail(r, "an attribute whose value does not end");
    *value = slice_make(r->p + 1, (size_t)(end - r->p - 1));
    r->p = end + 1;
    return true;
}

struct tag {
    struct slice name;
    enum xml_type type;
    bool has_name_space, is_empty;
};

static enum xml_type type_named(struct slice word)
{
    static const char *const words[XML_TYPES] = {"", "string", "number", "boolean", "null", "array", "object"};
    for (int i = XML_STRING; i < XML_TYPES; i++)
        if (slice_eq(word, slice_str(words[i]))) return (enum xml_type)i;
    return XML_UNTYPED;
}

/* Whether it declares what the root's prefix, or its absence, stands for. */
static bool is_declaration(const struct xml_reader *r, struct slice attribute)
{
    struct slice prefix = r->prefix;
    if (prefix.len == 0) return slice_eq(attribute, SLICE("xmlns"));
    return slice_starts(attribute, SLICE("xmlns:")) && slice_eq(slice_from(attribute, 6), slice_make(prefix.p, prefix.len - 1));
}

static bool take_attribute(struct xml_reader *r, struct tag *t, struct slice name, struct slice value)
{
    if (slice_eq(name, SLICE("type"))) {
        if (t->type != XML_UNTYPED) return xml_fail(r, "an attribute stands twice");
        t->type = type_named(value);
        return t->type != XML_UNTYPED || xml_fail(r, "type must be string, number, boolean, null, array or object");
    }
    if (!is_declaration(r, name)) return xml_fail(r, "an attribute that is not known: there is only type");
    if (t->has_name_space) return xml_fail(r, "an attribute stands twice");
    t->has_name_space = true;
    return slice_eq(value, r->form->name_space) || xml_fail(r, "another name space than that of these documents");
}

/* Behind "<" and its name. */
static bool read_attributes(struct xml_reader *r, struct tag *t)
{
    struct slice name, value;
    for (;;) {
        bool is_apart = skip_blanks(r);
        t->is_empty = take(r, SLICE("/>"));
        if (t->is_empty || take(r, SLICE(">"))) return true;
        if (r->p == r->end) return xml_fail(r, "a tag does not end");
        if (!is_apart) return xml_fail(r, "a tag that is not one of XML");
        const char *start = r->p;
        if (!read_attribute(r, &name, &value)) return false;
        if (!take_attribute(r, t, name, value)) return fail_at(r, start, NULL);
    }
}

/* The name without its prefix. */
static bool local_name(struct xml_reader *r, struct slice name, struct slice *local)
{
    if (!slice_starts(name, r->prefix)) return xml_fail(r, "an element of another name space");
    *local = slice_from(name, r->prefix.len);
    return !memchr(local->p, ':', local->len) || xml_fail(r, "an element of another name space");
}

static bool push(struct xml_reader *r, const struct tag *t, struct xml_kind kind)
{
    if (r->depth > JSON_DEPTH_MAX) return xml_fail(r, "elements nested too deeply");
    if (r->n_elements++ == JSON_VALUES_MAX) return xml_fail(r, "more than 100,000 elements");
    r->open[r->depth++] = (struct xml_element){.name = t->name, .value_at = r->out->len, .type = t->type, .kind = kind};
    return !t->is_empty || xml_end_element(r);
}

/* At "<". */
static bool read_start(struct xml_reader *r)
{
    const char *start = r->p++;
    struct tag t = {.name = read_name(r)};
    struct slice local = {0};
    struct xml_kind kind = {XML_FREE, NULL};
    if (t.name.len == 0) return fail_at(r, start, "'<' that begins no tag");
    if (!read_attributes(r, &t)) return false;
    if (local_name(r, t.name, &local) && xml_begin_inside(r, local, &kind) && push(r, &t, kind)) return true;
    return fail_at(r, start, NULL);
}

static bool read_root(struct xml_reader *r)
{
    const char *start = r->p++;
    struct tag t = {.name = read_name(r)};
    const char *colon = t.name.len ? memchr(t.name.p, ':', t.name.len) : NULL;
    struct slice local = {0};
    if (t.name.len == 0) return fail_at(r, start, "'<' that begins no tag");
    if (colon) r->prefix = slice_make(t.name.p, (size_t)(colon + 1 - t.name.p));
    if (slice_starts(r->prefix, SLICE("xml")))
        return fail_at(r, start, "a prefix that XML keeps for itself"); /* Namespaces §3 */
    if (!read_attributes(r, &t)) return false;
    if (!local_name(r, t.name, &local) || !slice_eq(local, r->form->root) || !t.has_name_space)
        return fail_at(r, start, r->form->other);
    return push(r, &t, (struct xml_kind){r->record ? XML_RECORD : XML_FREE, r->record}) || fail_at(r, start, NULL);
}

/* Behind "</". */
static bool read_end(struct xml_reader *r)
{
    struct slice name = xml_innermost(r)->name;
    const char *start = r->p;
    if (!slice_starts(rest(r), name)) return xml_fail(r, "an end tag that is not that of the element");
    r->p += name.len;
    (void)skip_blanks(r);
    if (!take(r, SLICE(">"))) return fail_at(r, start, "an end tag that is not that of the element");
    return xml_end_element(r);
}

/* ---- documents ---- */

static bool refuse_markup(struct xml_reader *r)
{
    if (slice_starts(rest(r), SLICE("<!DOCTYPE"))) return xml_fail(r, "a document type: there may be none");
    if (slice_starts(rest(r), SLICE("<?"))) return xml_fail(r, "a processing instruction");
    return xml_fail(r, "markup that may not stand here");
}

/* In the root. */
static bool read_step(struct xml_reader *r)
{
    if (*r->p != '<') return read_text(r);
    switch (r->end - r->p > 1 ? r->p[1] : 0) {
    case '/': r->p += 2; return read_end(r);
    case '?': return refuse_markup(r);
    case '!':
        if (take(r, SLICE("<!--"))) return read_comment(r);
        return take(r, SLICE("<![CDATA[")) ? read_cdata(r) : refuse_markup(r);
    default: return read_start(r);
    }
}

/* One pseudo-attribute of the declaration, if it is there. False: it is neither of the two that it may be. */
static bool read_pseudo(struct xml_reader *r, const char *name, const char *a, const char *b, bool *is_there)
{
    bool (*equal)(struct slice, struct slice) = strcmp(name, "encoding") == 0 ? slice_eq_nocase : slice_eq; /* §4.3.3 */
    const char *start = r->p;
    struct slice found, value;
    *is_there = skip_blanks(r) && slice_starts(rest(r), slice_str(name));
    if (!*is_there) {
        r->p = start;
        return true;
    }
    if (!read_attribute(r, &found, &value)) return false;
    if (!slice_eq(found, slice_str(name))) return xml_fail(r, "an XML declaration that is none");
    return equal(value, slice_str(a)) || equal(value, slice_str(b)) || fail_at(r, start, "only XML 1.0 in UTF-8 is read");
}

static bool read_declaration(struct xml_reader *r)
{
    bool has_version, is_there;
    if (r->end - r->p < 6 || memcmp(r->p, "<?xml", 5) != 0 || !xml_is_blank(r->p[5])) return true;
    r->p += 5;
    if (!read_pseudo(r, "version", "1.0", "1.0", &has_version) || !read_pseudo(r, "encoding", "utf-8", "utf-8", &is_there) ||
        !read_pseudo(r, "standalone", "yes", "no", &is_there))
        return false;
    (void)skip_blanks(r);
    return (has_version && take(r, SLICE("?>"))) || xml_fail(r, "an XML declaration that is none");
}

static bool read_document(struct xml_reader *r)
{
    if (slice_starts(rest(r), SLICE("\xfe\xff")) || slice_starts(rest(r), SLICE("\xff\xfe")))
        return xml_fail(r, "only XML 1.0 in UTF-8 is read");
    (void)take(r, SLICE("\xef\xbb\xbf")); /* a byte order mark is no part of the document (§4.3.3) */
    if (!read_declaration(r) || !read_around(r)) return false;
    if (r->p == r->end) return xml_fail(r, "no element");
    if (*r->p != '<' || (r->end - r->p > 1 && (r->p[1] == '!' || r->p[1] == '?'))) return refuse_markup(r);
    if (!read_root(r)) return false;
    while (r->depth > 0) {
        const char *step = r->p;
        if (step == r->end) return xml_fail(r, "the document ends too early");
        if (!read_step(r)) return false;
        if (r->out->overflow) return fail_at(r, step, NULL);
    }
    return read_around(r) && (r->p == r->end || xml_fail(r, "more behind the document's end"));
}

static struct xml_reader reader_of(struct slice xml, const struct xml_form *form, const struct xml_record *record,
                                   struct json_out *out)
{
    return (struct xml_reader){.start = xml.p,
                               .p = xml.p,
                               .end = xml.p + xml.len,
                               .form = form,
                               .record = record,
                               .out = out,
                               .sought = SIZE_MAX,
                               .prefix = SLICE("")};
}

bool xml_to_json(struct slice xml, const struct xml_form *form, const struct xml_record *record, struct json_out *out,
                 struct xml_fault *fault)
{
    struct xml_reader r = reader_of(xml, form, record, out);
    if (read_document(&r) && !out->overflow) return true;
    fault->is_too_large = out->overflow;
    fault->why = r.why && !out->overflow ? r.why : "too large";
    fault->at = (size_t)(r.p - r.start);
    return false;
}

size_t xml_place(struct slice xml, const struct xml_form *form, const struct xml_record *record, struct json_out *out,
                 size_t at)
{
    struct xml_reader r = reader_of(xml, form, record, out);
    r.sought = at;
    return read_document(&r) ? 0 : (size_t)(r.p - r.start);
}
