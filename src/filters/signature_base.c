/* signature_base.c: see signature_base.h. */
#include "filters/signature_base.h"

#include "base/base64.h"

#include <errno.h>
#include <stdio.h>

struct text {
    char *p;
    size_t len, room;
};

static int put(struct text *t, struct slice s)
{
    if (s.len > t->room - t->len) return -ENOSPC;
    if (s.len) memcpy(t->p + t->len, s.p, s.len);
    t->len += s.len;
    return 0;
}

/* The beginning of a line. */
static int put_label(struct text *t, struct slice label)
{
    if (label.len + 2 > t->room - t->len) return -ENOSPC;
    char *to = mempcpy(t->p + t->len, label.p, label.len);
    to[0] = ':';
    to[1] = ' ';
    t->len += label.len + 2;
    return 0;
}

static int put_newline(struct text *t)
{
    if (t->len == t->room) return -ENOSPC;
    t->p[t->len++] = '\n';
    return 0;
}

/* ---- components ---- */

static const struct slice derived[COMPONENT_KINDS] = {
    [COMPONENT_METHOD] = SLICE_INIT("@method"),           [COMPONENT_AUTHORITY] = SLICE_INIT("@authority"),
    [COMPONENT_PATH] = SLICE_INIT("@path"),               [COMPONENT_QUERY] = SLICE_INIT("@query"),
    [COMPONENT_QUERY_PARAM] = SLICE_INIT("@query-param"), [COMPONENT_TARGET_URI] = SLICE_INIT("@target-uri"),
    [COMPONENT_SCHEME] = SLICE_INIT("@scheme"),           [COMPONENT_STATUS] = SLICE_INIT("@status"),
};

static bool find_derived(struct slice name, uint8_t *kind)
{
    for (*kind = COMPONENT_FIELD + 1; *kind < COMPONENT_KINDS; ++*kind)
        if (slice_eq(name, derived[*kind])) return true;
    return false;
}

/* A field's, in small letters. */
static bool field_name_ok(struct slice name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.p[i];
        bool is_good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c && strchr("!#$%&'*+-.^_`|~", c));
        if (!is_good) return false;
    }
    return name.len > 0;
}

static bool find_kind(struct slice name, uint8_t *kind)
{
    *kind = COMPONENT_FIELD;
    return name.len && name.p[0] == '@' ? find_derived(name, kind) : field_name_ok(name);
}

static bool take_param(struct signed_component *c, struct slice key, const struct sf_value *v)
{
    static const struct {
        struct slice key;
        uint8_t bit, kind;
    } known[] = {{SLICE_INIT("sf"), COMPONENT_SF, SF_BOOLEAN},
                 {SLICE_INIT("bs"), COMPONENT_BS, SF_BOOLEAN},
                 {SLICE_INIT("key"), COMPONENT_KEY, SF_STRING},
                 {SLICE_INIT("name"), COMPONENT_NAME, SF_STRING}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!slice_eq(key, known[i].key)) continue;
        if (v->kind != known[i].kind || (c->params & known[i].bit)) return false;
        if (v->kind == SF_STRING ? memchr(v->text.p, '\\', v->text.len) != NULL : !v->is_true) return false; /* no name has such */
        if (v->kind == SF_STRING) c->key = v->text;
        c->params |= known[i].bit;
        return true;
    }
    return false; /* also "req" and "tr": RFC 9421 §2.4, §2.1.4 */
}

/* What goes together: RFC 9421 §2.1. */
static bool params_ok(const struct signed_component *c)
{
    if (c->kind != COMPONENT_FIELD) return c->params == (c->kind == COMPONENT_QUERY_PARAM ? COMPONENT_NAME : 0);
    if (c->params & COMPONENT_NAME) return false;
    return !(c->params & COMPONENT_BS) || c->params == COMPONENT_BS;
}

static bool read_component(const struct sf_member *item, struct signed_component *out)
{
    struct slice params = item->params, key;
    struct sf_value v;
    *out = (struct signed_component){.text = item->text, .name = item->value.text, .key = SLICE("")};
    if (item->value.kind != SF_STRING || !find_kind(out->name, &out->kind)) return false;
    while (sf_param_next(&params, &key, &v))
        if (!take_param(out, key, &v)) return false;
    return params_ok(out);
}

static bool is_same(const struct signed_component *a, const struct signed_component *b)
{
    return a->kind == b->kind && a->params == b->params && slice_eq(a->name, b->name) && slice_eq(a->key, b->key);
}

bool signed_list_add(struct signed_list *list, const struct sf_member *item)
{
    if (list->n == SIGNATURE_COMPONENTS_MAX || !read_component(item, &list->of[list->n])) return false;
    list->n++;
    return true;
}

bool signed_list_has_twins(const struct signed_list *list)
{
    for (unsigned i = 1; i < list->n; i++)
        for (unsigned k = 0; k < i; k++)
            if (is_same(&list->of[i], &list->of[k])) return true;
    return false;
}

/* ---- derived values, RFC 9421 §2.2 ---- */

/* Small letters, without the scheme's own port (RFC 9110 §4.2.3). */
static int put_authority(const struct signed_message *m, struct text *t)
{
    struct slice host = m->authority.len ? m->authority : request_span(m->request, m->request->host);
    struct slice port = slice_eq(m->scheme, SLICE("https")) ? SLICE(":443") : SLICE(":80");
    size_t from = t->len;
    if (host.len > port.len && slice_eq(slice_from(host, host.len - port.len), port)) host.len -= port.len;
    if (host.len == 0 || put(t, host) < 0) return host.len ? -ENOSPC : -EINVAL;
    for (size_t i = from; i < t->len; i++) t->p[i] = slice_lower(t->p[i]);
    return 0;
}

static int put_path(const struct signed_message *m, struct text *t)
{
    long n = request_raw_path(m->request, t->p + t->len, t->room - t->len);
    if (n < 0) return (int)n;
    t->len += (size_t)n;
    return 0;
}

static int put_query(const struct signed_message *m, struct text *t)
{
    if (put(t, SLICE("?")) < 0) return -ENOSPC;
    return put(t, request_span(m->request, m->request->query));
}

static int put_target(const struct signed_message *m, struct text *t)
{
    if (m->scheme.len == 0) return -EINVAL;
    if (put(t, m->scheme) < 0 || put(t, SLICE("://")) < 0) return -ENOSPC;
    int rc = put_authority(m, t);
    if (rc == 0) rc = put_path(m, t);
    return rc == 0 && m->request->query.len ? put_query(m, t) : rc;
}

/* As application/x-www-form-urlencoded has it, but a blank is "%20" (§2.2.8). */
static int put_encoded(struct text *t, struct slice s)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("*-._", c));
        char escape[3] = {'%', digits[(uint8_t)c >> 4], digits[c & 15]};
        if (put(t, is_plain ? slice_make(&c, 1) : slice_make(escape, 3)) < 0) return -ENOSPC;
    }
    return 0;
}

/* One name or value of the query in its one form, at the end of t. */
static int put_again(struct text *t, struct slice encoded)
{
    char plain[REQUEST_LINE_MAX];
    long n = query_decode(encoded, plain, sizeof plain);
    return n < 0 ? -EINVAL : put_encoded(t, slice_make(plain, (size_t)n));
}

/* The parameter of that name, which must be there once: with several, which one does what is signed speak of? */
static int put_query_param(const struct signed_message *m, struct slice wanted, struct text *t)
{
    struct slice query = request_span(m->request, m->request->query), name, value, found = {NULL, 0};
    size_t cursor = 0, from = t->len;
    while (query_next(query, &cursor, &name, &value)) {
        int rc = put_again(t, name);
        bool is_it = slice_eq(slice_make(t->p + from, t->len - from), wanted);
        t->len = from;
        if (rc < 0) return rc;
        if (is_it && found.p) return -EINVAL;
        if (is_it) found = value;
    }
    return found.p ? put_again(t, found) : -EINVAL;
}

static int put_status(const struct signed_message *m, struct text *t)
{
    char status[12];
    int n = snprintf(status, sizeof status, "%u", m->status);
    return put(t, slice_make(status, (size_t)n));
}

/* A response has a status and nothing else of these; a request has none. */
static int put_derived(const struct signed_message *m, const struct signed_component *c, struct text *t)
{
    const struct request *r = m->request;
    if ((m->status != 0) != (c->kind == COMPONENT_STATUS)) return -EINVAL;
    switch ((enum component_kind)c->kind) {
    case COMPONENT_METHOD: return r->method < METHOD_OTHER ? put(t, method_text((enum method)r->method)) : -EINVAL;
    case COMPONENT_AUTHORITY: return put_authority(m, t);
    case COMPONENT_PATH: return put_path(m, t);
    case COMPONENT_QUERY: return put_query(m, t);
    case COMPONENT_QUERY_PARAM: return put_query_param(m, c->key, t);
    case COMPONENT_TARGET_URI: return put_target(m, t);
    case COMPONENT_SCHEME: return m->scheme.len ? put(t, m->scheme) : -EINVAL;
    case COMPONENT_STATUS: return put_status(m, t);
    case COMPONENT_FIELD:
    case COMPONENT_KINDS: break;
    }
    return -EINVAL;
}

/* ---- fields, RFC 9421 §2.1 ---- */

static bool is_dictionary(struct slice name)
{
    static const struct slice known[] = {SLICE_INIT("content-digest"),   SLICE_INIT("repr-digest"), SLICE_INIT("want-content-digest"),
                                         SLICE_INIT("want-repr-digest"), SLICE_INIT("signature"),   SLICE_INIT("signature-input"),
                                         SLICE_INIT("accept-signature"), SLICE_INIT("priority")};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (slice_eq(name, known[i])) return true;
    return false;
}

static int put_member(struct text *t, const struct sf_member *m)
{
    long n = sf_write_member(m, t->p + t->len, t->room - t->len);
    if (n < 0) return (int)n;
    t->len += (size_t)n;
    return 0;
}

/* "key": one member of a dictionary, the last of that name. */
static int put_keyed(struct text *t, struct slice value, struct slice key)
{
    struct sf_walk w = sf_begin(value);
    struct sf_member m, found = {0};
    enum sf_step step;
    bool is_found = false;
    while ((step = sf_dictionary_next(&w, &m)) == SF_MEMBER)
        if (slice_eq(m.key, key)) found = m, is_found = true;
    return step == SF_END && is_found ? put_member(t, &found) : -EINVAL;
}

#define STRICT_MEMBERS_MAX 64 /* each is compared with all before it */
/* "sf": a dictionary in its one form. Of no other field that may be signed here is it known what it is. A key that stands twice has no
 * such form that a walk can find: refused. */
static int put_strict(struct text *t, struct slice name, struct slice value)
{
    struct sf_walk w = sf_begin(value);
    struct sf_member m;
    enum sf_step step;
    unsigned n = 0;
    if (!is_dictionary(name)) return -EINVAL;
    for (bool is_first = true; (step = sf_dictionary_next(&w, &m)) == SF_MEMBER; is_first = false) {
        if (++n > STRICT_MEMBERS_MAX) return -EINVAL;
        bool is_bare = m.value.kind == SF_BOOLEAN && m.value.is_true;
        struct sf_walk before = sf_begin(slice_make(value.p, (size_t)(m.key.p - value.p)));
        struct sf_member other;
        while (sf_dictionary_next(&before, &other) == SF_MEMBER)
            if (slice_eq(other.key, m.key)) return -EINVAL;
        if ((!is_first && put(t, SLICE(", ")) < 0) || put(t, m.key) < 0 || (!is_bare && put(t, SLICE("=")) < 0)) return -ENOSPC;
        size_t from = t->len;
        int rc = put_member(t, &m);
        if (rc < 0) return rc;
        if (!is_bare) continue;
        t->len -= 2; /* "?1" is not said of a member */
        memmove(t->p + from, t->p + from + 2, t->len - from);
    }
    return step == SF_END ? 0 : -EINVAL;
}

static int put_armoured(struct text *t, struct slice value)
{
    size_t n = base64_chars(value.len);
    if (n + 2 > t->room - t->len) return -ENOSPC;
    t->p[t->len++] = ':';
    t->len += base64_encode(value, t->p + t->len);
    t->p[t->len++] = ':';
    return 0;
}

static int put_line(struct text *t, const struct signed_component *c, struct slice value)
{
    if (c->params & COMPONENT_BS) return put_armoured(t, value);
    for (size_t i = 0; i < value.len; i++)
        if ((uint8_t)value.p[i] >= 0x80) return -EINVAL; /* RFC 9421 §2.5: the base is ASCII */
    if (c->params & COMPONENT_KEY) return put_keyed(t, value, c->key);
    return c->params & COMPONENT_SF ? put_strict(t, c->name, value) : put(t, value);
}

/* All lines of that name, joined. */
static int put_field(const struct signed_message *m, const struct signed_component *c, struct text *t)
{
    const struct request *r = m->request;
    unsigned n = 0;
    for (unsigned i = 0; i < r->n_fields; i++) {
        if (!slice_eq_nocase(request_span(r, r->fields[i].name), c->name)) continue;
        if (n && (c->params & (COMPONENT_SF | COMPONENT_KEY))) return -EINVAL; /* one line: it is parsed where it stands */
        if (n++ && put(t, SLICE(", ")) < 0) return -ENOSPC;
        int rc = put_line(t, c, request_span(r, r->fields[i].value));
        if (rc < 0) return rc;
    }
    return n ? 0 : -EINVAL;
}

/* ---- the whole ---- */

static int put_component(const struct signed_message *m, const struct signed_component *c, struct text *t)
{
    if (put_label(t, c->text) < 0) return -ENOSPC;
    int rc = c->kind != COMPONENT_FIELD ? put_derived(m, c, t) : put_field(m, c, t);
    return rc < 0 ? rc : put_newline(t);
}

long signature_base(const struct signed_message *m, const struct signed_list *covered, char *out, size_t room)
{
    struct text t = {out, 0, room};
    for (unsigned i = 0; i < covered->n; i++) {
        int rc = put_component(m, &covered->of[i], &t);
        if (rc < 0) return rc;
    }
    if (put_label(&t, SLICE("\"@signature-params\"")) < 0 || put(&t, covered->text) < 0) return -ENOSPC;
    return (long)t.len;
}
