/* signature_input.c: see signature_input.h. */
#include "filters/signature_input.h"

/* ---- parameters ---- */

static bool take_number(const struct sf_value *v, bool *has, int64_t *to)
{
    if (*has || v->kind != SF_INTEGER || v->number < 0) return false;
    *has = true;
    *to = v->number;
    return true;
}

static bool take_text(const struct sf_value *v, bool *has, struct slice *to)
{
    if (*has || v->kind != SF_STRING || memchr(v->text.p, '\\', v->text.len)) return false;
    *has = true;
    *to = v->text;
    return true;
}

static bool take(struct signature_input *in, struct slice key, const struct sf_value *v)
{
    struct slice tag;
    if (slice_eq(key, SLICE("created"))) return take_number(v, &in->has_created, &in->created);
    if (slice_eq(key, SLICE("expires"))) return take_number(v, &in->has_expires, &in->expires);
    if (slice_eq(key, SLICE("nonce"))) return take_text(v, &in->has_nonce, &in->nonce);
    if (slice_eq(key, SLICE("keyid"))) return take_text(v, &in->has_keyid, &in->keyid);
    if (slice_eq(key, SLICE("alg"))) return take_text(v, &in->has_alg, &in->alg);
    return slice_eq(key, SLICE("tag")) && take_text(v, &in->has_tag, &tag);
}

static void on_param(void *arg, struct slice key, const struct sf_value *v)
{
    struct signature_input *in = arg;
    if (slice_eq(key, SLICE("tag"))) in->is_ours = v->kind == SF_STRING && slice_eq(v->text, SIGNATURE_TAG);
    if (!in->is_bad && !take(in, key, v)) in->is_bad = true;
}

static void on_item(void *arg, const struct sf_member *item)
{
    struct signature_input *in = arg;
    if (!in->is_bad && !signed_list_add(&in->covered, item)) in->is_bad = true;
}

static void clear(struct signature_input *in)
{
    in->has_created = in->has_expires = in->has_nonce = in->has_keyid = in->has_alg = in->has_tag = in->is_ours = in->is_bad = false;
    in->covered.n = 0;
}

/* Keys that stand twice were found in passing. */
static enum signature_reading judge(const struct signature_input *in, const struct sf_member *m)
{
    if (!in->is_ours) return SIGNATURE_FOREIGN;
    if (in->is_bad || m->is_loose || m->value.kind != SF_INNER || !in->has_created || !in->has_keyid) return SIGNATURE_BAD;
    return in->has_nonce && (in->nonce.len == 0 || in->nonce.len > SIGNATURE_NONCE_MAX) ? SIGNATURE_BAD : SIGNATURE_READ;
}

enum sf_step signature_input_next(struct sf_walk *w, struct signature_input *out)
{
    struct sf_visitor visitor = {on_item, on_param, out};
    struct sf_member m;
    clear(out);
    enum sf_step step = sf_dictionary_visit(w, &m, &visitor);
    if (step != SF_MEMBER) return step;
    out->label = m.key;
    out->covered.text = m.text;
    out->reading = judge(out, &m);
    return step;
}

/* ---- components ---- */

/* What must be covered of the fields, by its place here; the bits behind those of the derived components. */
static const struct slice wanted[] = {SLICE_INIT("content-digest"), SLICE_INIT("content-type"), SLICE_INIT("authorization"),
                                      SLICE_INIT("idempotency-key"), SLICE_INIT("prefer")};
#define N_WANTED (sizeof wanted / sizeof *wanted)
#define IF_THERE 2u /* the first that must be covered when the request has it */
#define FIELD_BIT(i) (1u << (COMPONENT_KINDS + (i)))
#define DERIVED_BITS (1u << COMPONENT_METHOD | 1u << COMPONENT_AUTHORITY | 1u << COMPONENT_PATH | 1u << COMPONENT_QUERY)
#define CONTENT_BITS (FIELD_BIT(0) | FIELD_BIT(1))
#define IDEMPOTENCY_BIT FIELD_BIT(3)

static unsigned bit_of(const struct signed_component *c)
{
    if (c->kind != COMPONENT_FIELD) return 1u << c->kind;
    for (unsigned i = 0; i < N_WANTED; i++)
        if (slice_eq(c->name, wanted[i])) return FIELD_BIT(i);
    return 0;
}

static unsigned needed(const struct request *r)
{
    unsigned bits = DERIVED_BITS | (r->chunked || r->content_length ? CONTENT_BITS : 0);
    for (unsigned i = 0; i < r->n_fields; i++) {
        struct slice name = request_span(r, r->fields[i].name);
        for (unsigned k = IF_THERE; k < N_WANTED; k++)
            if (name.len == wanted[k].len && slice_eq_nocase(name, wanted[k])) bits |= FIELD_BIT(k);
    }
    return bits;
}

bool signature_covers(const struct signed_list *covered, const struct request *r, bool *has_idempotency)
{
    unsigned bits = 0;
    for (unsigned i = 0; i < covered->n; i++) {
        const struct signed_component *c = &covered->of[i];
        if (!(c->params & (COMPONENT_KEY | COMPONENT_NAME))) bits |= bit_of(c); /* a part of a field is not the field */
    }
    *has_idempotency = (bits & IDEMPOTENCY_BIT) != 0;
    return (needed(r) & ~bits) == 0;
}

/* ---- times ---- */

enum signature_time signature_time(const struct signature_input *in, uint64_t now_s)
{
    int64_t now = (int64_t)now_s;
    if (in->created > now + SIGNATURE_FUTURE_S) return SIGNATURE_BAD_TIME;
    if (in->has_expires && (in->expires < in->created || in->expires - in->created > SIGNATURE_PAST_S)) return SIGNATURE_BAD_TIME;
    if (in->created < now - SIGNATURE_PAST_S || (in->has_expires && in->expires < now)) return SIGNATURE_TOO_OLD;
    return SIGNATURE_IN_TIME;
}
