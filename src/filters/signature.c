/* signature.c: see signature.h. */
#include "filters/signature.h"

#include "accounts/key_list.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/random.h"
#include "filters/auth.h"
#include "filters/backoff.h"
#include "filters/client.h"
#include "filters/content_digest.h"
#include "filters/gate.h"
#include "filters/signature_base.h"
#include "filters/signature_input.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct signing {
    struct signing_options o;
    struct key_scratch *scratch;
    struct random random;
    struct backoff backoff; /* of addresses whose signatures were wrong */
    struct signature_input input; /* that is being tried */
    char base[SIGNATURE_BASE_MAX];
};

int signing_new(const struct signing_options *o, struct signing **out)
{
    struct signing *s = calloc(1, sizeof *s);
    if (!s) return -ENOMEM;
    s->o = *o;
    random_seed(&s->random, o->seed);
    if (backoff_init(&s->backoff) < 0 || key_scratch_new(&s->scratch) < 0) {
        signing_free(s);
        return -ENOMEM;
    }
    *out = s;
    return 0;
}

struct signing *signing_free(struct signing *s)
{
    if (!s) return NULL;
    key_scratch_free(s->scratch);
    backoff_deinit(&s->backoff);
    free(s);
    return NULL;
}

struct key_scratch *signing_scratch(struct signing *s)
{
    return s->scratch;
}

/* ---- one signature ---- */

enum verdict { VERDICT_GOOD, VERDICT_EXPIRED, VERDICT_INVALID, VERDICT_WAIT };

/* What is found out about one of them. */
struct trial {
    struct gate *g;
    const struct exchange *x;
    const struct listed_key *key;
    const struct signature_input *input;
    const struct listed_key *used[SIGNATURES_MAX]; /* keys by which one of this request has been verified */
    unsigned n_used;
    uint32_t wait_s; /* of VERDICT_WAIT */
};

static enum verdict judge_time(const struct trial *t)
{
    uint64_t now_s = exchange_wall_ns(t->x) / NS_PER_S;
    switch (signature_time(t->input, now_s)) {
    case SIGNATURE_BAD_TIME: return VERDICT_INVALID;
    case SIGNATURE_TOO_OLD: return VERDICT_EXPIRED;
    case SIGNATURE_IN_TIME: break;
    }
    return t->input->created < (int64_t)t->g->signing->o.not_before_s ? VERDICT_EXPIRED : VERDICT_GOOD;
}

static bool key_is_good(const struct trial *t)
{
    uint64_t now_ns = exchange_wall_ns(t->x);
    const struct listed_key *k = t->key;
    if (!k || k->revoked || now_ns < k->not_before_ns || now_ns > k->not_after_ns) return false;
    return !t->input->has_alg || slice_eq(t->input->alg, slice_str(key_algorithm_name(key_algorithm(k->key)))); /* §7.3.6 */
}

/* What the signature has to cover, and that it can be used once only. */
static bool covers_enough(const struct trial *t)
{
    const struct request *r = &t->x->request;
    const struct route *route = t->x->match.route;
    bool has_idempotency;
    if (!signature_covers(&t->input->covered, r, &has_idempotency) || signed_list_has_twins(&t->input->covered)) return false;
    if ((r->chunked || r->content_length) && !content_digest_counts(r)) return false;
    if (method_is_safe((enum method)r->method) || t->input->has_nonce) return true;
    return has_idempotency && route && route->idempotency; /* elsewhere the key keeps nothing from being done twice */
}

/* The bytes under that label: in one line of Signature, once. */
static long find_signature(const struct request *r, struct slice label, uint8_t out[KEY_SIGNATURE_MAX])
{
    struct sf_member m;
    struct slice found = {0}; /* "" where it is there without a byte */
    for (unsigned i = 0; i < r->n_fields; i++) {
        if (!slice_eq_nocase(request_span(r, r->fields[i].name), SLICE("signature"))) continue;
        struct sf_walk w = sf_begin(request_span(r, r->fields[i].value));
        enum sf_step step;
        while ((step = sf_dictionary_next(&w, &m)) == SF_MEMBER) {
            if (!slice_eq(m.key, label)) continue;
            if (found.p || m.value.kind != SF_BYTES) return -EINVAL;
            found = m.value.text;
        }
        if (step == SF_BAD) return -EINVAL;
    }
    return found.p ? base64_decode(found, out, KEY_SIGNATURE_MAX) : -EINVAL;
}

static bool holds(const struct trial *t)
{
    struct signing *s = t->g->signing;
    uint8_t signature[KEY_SIGNATURE_MAX];
    long len = find_signature(&t->x->request, t->input->label, signature);
    if (len < 0) return false;
    struct signed_message message = {.request = &t->x->request, .authority = client_authority(t->x), .scheme = client_scheme(t->x)};
    long n = signature_base(&message, &t->input->covered, s->base, sizeof s->base);
    return n >= 0 && key_verify(t->key->key, s->scratch, slice_make(s->base, (size_t)n), slice_make(signature, (size_t)len));
}

/* One by each key: more would only be dear. */
static bool is_used(struct trial *t)
{
    for (unsigned i = 0; i < t->n_used; i++)
        if (t->used[i] == t->key) return true;
    t->used[t->n_used++] = t->key; /* SIGNATURES_MAX are tried */
    return false;
}

/* Whose signatures were wrong too often has to wait: each takes time of the ring's thread. One that holds is forgiven: who has a key may
 * have as many checked as it likes. */
static enum verdict verify(struct trial *t)
{
    struct backoff *b = &t->g->signing->backoff;
    const struct ip *from = &t->x->client.ip;
    bool is_known = ip_is_known(from);
    uint64_t client = is_known && !backoff_is_clear(b) ? backoff_key(b, from, SLICE("")) : 0, now_ns = exchange_now_ns(t->x);
    if (is_used(t)) return VERDICT_INVALID;
    t->wait_s = client ? backoff_wait_s(b, client, now_ns) : 0;
    if (t->wait_s) return VERDICT_WAIT;
    bool is_good = holds(t);
    if (client && is_good) backoff_right(b, client);
    if (is_known && !is_good) backoff_wrong(b, backoff_key(b, from, SLICE("")), SIGNATURE_MISTAKES, now_ns);
    return is_good ? VERDICT_GOOD : VERDICT_INVALID;
}

/* What costs little comes first. */
static enum verdict try_one(struct trial *t)
{
    t->key = key_list_find(t->g->access->auth->keys, t->input->keyid);
    if (!key_is_good(t) || !covers_enough(t)) return VERDICT_INVALID;
    enum verdict verdict = judge_time(t);
    return verdict == VERDICT_GOOD ? verify(t) : verdict;
}

/* ---- all of a request ---- */

/* Labels carry no meaning: the first that is good counts. *n: how many are for this server. */
static enum verdict try_all(struct trial *t, unsigned *n)
{
    const struct request *r = &t->x->request;
    enum verdict worst = VERDICT_EXPIRED;
    for (unsigned i = 0; i < r->n_fields; i++) {
        if (!slice_eq_nocase(request_span(r, r->fields[i].name), SLICE("signature-input"))) continue;
        struct sf_walk w = sf_begin(request_span(r, r->fields[i].value));
        struct signature_input *in = &t->g->signing->input;
        enum sf_step step;
        while ((step = signature_input_next(&w, in)) == SF_MEMBER) {
            if (in->reading == SIGNATURE_FOREIGN) continue;
            if (++*n > SIGNATURES_MAX) return VERDICT_INVALID;
            enum verdict verdict = in->reading == SIGNATURE_READ ? try_one(t) : VERDICT_INVALID;
            if (verdict == VERDICT_GOOD || verdict == VERDICT_WAIT) return verdict;
            if (verdict == VERDICT_INVALID) worst = VERDICT_INVALID;
        }
        if (step == SF_BAD) {
            ++*n;
            return VERDICT_INVALID;
        }
    }
    return worst;
}

/* Asks for a signature as it would be taken (RFC 9421 §5.1), with a nonce that is new. */
static size_t accept_field(struct signing *s, const struct request *r, char out[512])
{
    uint64_t bytes[2] = {random_u64(&s->random), random_u64(&s->random)};
    char nonce[32];
    size_t n = base64_encode(slice_make(bytes, sizeof bytes), nonce);
    bool has_content = r->chunked || r->content_length;
    int len = snprintf(out, 512,
                       "WWW-Authenticate: Signature realm=\"quern\"\r\n"
                       "Accept-Signature: quern=(\"@method\" \"@authority\" \"@path\" \"@query\"%s);created;keyid;nonce=\"%.*s\";tag=\"quern\"\r\n",
                       has_content ? " \"content-digest\" \"content-type\"" : "", (int)n, nonce);
    return (size_t)len;
}

static enum filter_result refuse(struct gate *g, struct exchange *x, const char *slug, const char *detail)
{
    char fields[512];
    size_t n = accept_field(g->signing, &x->request, fields);
    return gate_refuse_with(g, x, REJECTED_SIGNATURE, 401, slug, detail, 0, slice_make(fields, n));
}

static void digest_nonce(const struct signature_input *in, uint8_t out[SHA256_BYTES])
{
    uint64_t len = in->keyid.len;
    sha256((const struct slice[]){slice_make(&len, sizeof len), in->keyid, in->nonce}, 3, out);
}

/* Of the snapshot nothing is kept: it may go before x does. */
static bool note(struct exchange *x, const struct trial *t)
{
    struct signed_by *by = arena_get(&x->arena, sizeof *by);
    struct slice name = arena_copy(&x->arena, t->key->principal);
    if (!by || !name.p) return false;
    by->has_nonce = t->input->has_nonce;
    if (by->has_nonce) digest_nonce(t->input, by->nonce);
    x->signed_by = by;
    x->principal = (struct principal){.name = name, .key = t->key->principal_key, .scopes = t->key->scopes, .with = AUTH_SIGNATURE};
    return true;
}

static enum filter_result refuse_for_now(struct gate *g, struct exchange *x, uint32_t wait_s)
{
    return gate_refuse_with(g, x, REJECTED_WAIT, 429, "too-many-attempts", "Signatures were wrong too often; try again later.", wait_s,
                            (struct slice){0});
}

/* Whether x's route takes signatures: elsewhere none is looked at, as whoever wants to could leave it out. */
static bool is_concerned(const struct gate *g, const struct exchange *x)
{
    const struct auth *a = g->access->auth;
    const struct policy *p = a && a->keys ? policy_of(a->policies, x) : NULL;
    return p && p->with & AUTH_SIGNATURE;
}

enum filter_result signature_on_head(void *gate, struct exchange *x)
{
    struct gate *g = gate;
    struct trial t = {.g = g, .x = x, .input = &g->signing->input};
    unsigned n = 0;
    if (!is_concerned(g, x)) return FILTER_PASS;
    enum verdict verdict = try_all(&t, &n);
    if (n == 0) return FILTER_PASS; /* not signed, or for somebody else */
    switch (verdict) {
    case VERDICT_GOOD: break;
    case VERDICT_EXPIRED: return refuse(g, x, "signature-expired", "The signature was made more than 300 seconds ago, or has expired.");
    case VERDICT_WAIT: return refuse_for_now(g, x, t.wait_s);
    case VERDICT_INVALID: return refuse(g, x, "signature-invalid", "No signature of this request holds, or it does not cover enough.");
    }
    if (note(x, &t)) return FILTER_PASS;
    return gate_refuse(g, x, REJECTED_NO_MEMORY, 503, "overloaded", "No memory for the request.");
}

/* ---- once only ---- */

enum filter_result signature_on_whole(void *gate, struct exchange *x)
{
    struct gate *g = gate;
    if (!x->signed_by || !x->signed_by->has_nonce) return FILTER_PASS;
    bool is_kept = g->signing->o.remember(x, exchange_wall_ns(x) + SIGNATURE_NONCE_NS);
    return is_kept ? FILTER_LATER : FILTER_REPLIED;
}

void signing_remembered(struct gate *g, struct exchange *x, enum nonce_answer answer)
{
    switch (answer) {
    case NONCE_NEW: exchange_proceed(x); break;
    case NONCE_KNOWN: (void)refuse(g, x, "signature-replayed", "A request with this key and nonce has been here before."); break;
    case NONCE_FULL:
        (void)gate_refuse_with(g, x, REJECTED_NONCES, 503, "overloaded", "No room to remember another nonce.", 5, (struct slice){0});
        break;
    case NONCE_FAILED:
        (void)gate_refuse_with(g, x, REJECTED_NONCES, 503, "storage-failed", "The nonce cannot be written down, so nothing is done.", 0,
                               (struct slice){0});
        break;
    }
}
