/* signature_input.c: see signature_input.h. */
#include "filters/signature_input.h"

#include "filters/signature_base.h"

bool signature_is_ours(const struct sf_member *m)
{
    struct slice params = m->params, key;
    struct sf_value v;
    bool is_ours = false;
    while (sf_param_next(&params, &key, &v))
        if (slice_eq(key, SLICE("tag"))) is_ours = sf_string_is(&v, SIGNATURE_TAG);
    return is_ours;
}

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

static bool take(struct signature_params *p, bool *has_tag, struct slice key, const struct sf_value *v)
{
    struct slice tag;
    if (slice_eq(key, SLICE("created"))) return take_number(v, &p->has_created, &p->created);
    if (slice_eq(key, SLICE("expires"))) return take_number(v, &p->has_expires, &p->expires);
    if (slice_eq(key, SLICE("nonce"))) return take_text(v, &p->has_nonce, &p->nonce);
    if (slice_eq(key, SLICE("keyid"))) return take_text(v, &p->has_keyid, &p->keyid);
    if (slice_eq(key, SLICE("alg"))) return take_text(v, &p->has_alg, &p->alg);
    return slice_eq(key, SLICE("tag")) && take_text(v, has_tag, &tag);
}

static bool components_ok(const struct sf_member *m)
{
    struct slice inner = m->value.text;
    struct signed_component c;
    struct sf_member item;
    unsigned n = 0;
    while (sf_inner_next(&inner, &item))
        if (++n > SIGNATURE_COMPONENTS_MAX || !signed_component_read(&item, &c)) return false;
    return true;
}

bool signature_params_read(const struct sf_member *m, struct signature_params *out)
{
    char scratch[SIGNATURE_TEXT_MAX];
    struct slice params = m->params, key;
    struct sf_value v;
    bool has_tag = false;
    *out = (struct signature_params){0};
    if (m->value.kind != SF_INNER) return false;
    while (sf_param_next(&params, &key, &v))
        if (!take(out, &has_tag, key, &v)) return false;
    if (out->has_nonce && (out->nonce.len == 0 || out->nonce.len > SIGNATURE_NONCE_MAX)) return false;
    if (!has_tag || !out->has_created || !out->has_keyid || !components_ok(m)) return false;
    return sf_is_canonical(m, scratch, sizeof scratch); /* last: what is left is short of parameters, and cheap to write */
}

/* ---- components ---- */

/* Bits of what must be covered, by its place here; the fields only where the request has them. */
static const struct slice wanted[] = {
    SLICE_INIT("@method"),        SLICE_INIT("@authority"),   SLICE_INIT("@path"),          SLICE_INIT("@query"),
    SLICE_INIT("content-digest"), SLICE_INIT("content-type"), SLICE_INIT("authorization"), SLICE_INIT("idempotency-key"),
    SLICE_INIT("prefer"),
};
#define N_WANTED (sizeof wanted / sizeof *wanted)
#define DERIVED_BITS 0x0fu
#define CONTENT_BITS 0x30u
#define FIRST_FIELD 6u /* that must be covered when it is there */
#define IDEMPOTENCY_BIT 0x80u

static unsigned bit_of(struct slice name)
{
    for (unsigned i = 0; i < N_WANTED; i++)
        if (slice_eq(name, wanted[i])) return 1u << i;
    return 0;
}

static unsigned needed(const struct request *r)
{
    unsigned bits = DERIVED_BITS | (r->chunked || r->content_length ? CONTENT_BITS : 0);
    for (unsigned i = 0; i < r->n_fields; i++) {
        struct slice name = request_span(r, r->fields[i].name);
        for (unsigned k = FIRST_FIELD; k < N_WANTED; k++)
            if (name.len == wanted[k].len && slice_eq_nocase(name, wanted[k])) bits |= 1u << k;
    }
    return bits;
}

bool signature_covers(const struct sf_member *m, const struct request *r, bool *has_idempotency)
{
    struct slice inner = m->value.text;
    struct signed_component c;
    struct sf_member item;
    unsigned covered = 0;
    while (sf_inner_next(&inner, &item)) {
        if (!signed_component_read(&item, &c)) return false;
        if (!(c.params & (COMPONENT_KEY | COMPONENT_NAME))) covered |= bit_of(c.name); /* a part of a field is not the field */
    }
    *has_idempotency = (covered & IDEMPOTENCY_BIT) != 0;
    return (needed(r) & ~covered) == 0;
}

/* ---- times ---- */

enum signature_time signature_time(const struct signature_params *p, uint64_t now_s)
{
    int64_t now = (int64_t)now_s;
    if (p->created > now + SIGNATURE_FUTURE_S) return SIGNATURE_BAD_TIME;
    if (p->has_expires && (p->expires < p->created || p->expires - p->created > SIGNATURE_PAST_S)) return SIGNATURE_BAD_TIME;
    if (p->created < now - SIGNATURE_PAST_S || (p->has_expires && p->expires < now)) return SIGNATURE_TOO_OLD;
    return SIGNATURE_IN_TIME;
}
