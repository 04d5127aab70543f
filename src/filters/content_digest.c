/* content_digest.c: see content_digest.h. */
#include "filters/content_digest.h"

#include "accounts/key.h"
#include "base/base64.h"
#include "base/sha256.h"
#include "base/structured.h"
#include "filters/gate.h"
#include "filters/signature.h"

static const struct slice field_names[] = {SLICE_INIT("content-digest"), SLICE_INIT("repr-digest")};

enum algorithm { SHA_256, SHA_512, OTHER };

static enum algorithm algorithm_of(struct slice key)
{
    if (slice_eq(key, SLICE("sha-256"))) return SHA_256;
    return slice_eq(key, SLICE("sha-512")) ? SHA_512 : OTHER;
}

static size_t bytes_of(enum algorithm a)
{
    return a == SHA_256 ? SHA256_BYTES : KEY_SHA512_BYTES;
}

/* What is asked of each digest that counts. */
typedef bool (*look)(void *arg, enum algorithm a, const uint8_t *digest);

/* One line of a field. False: it is no dictionary, a digest has the wrong form, or the look has said no. */
static bool each_in(struct slice value, look see, void *arg)
{
    uint8_t digest[KEY_SHA512_BYTES];
    struct sf_walk w = sf_begin(value);
    struct sf_member m;
    enum sf_step step;
    while ((step = sf_dictionary_next(&w, &m)) == SF_MEMBER) {
        enum algorithm a = algorithm_of(m.key);
        if (a == OTHER) continue;
        if (m.value.kind != SF_BYTES || base64_decode(m.value.text, digest, sizeof digest) != (long)bytes_of(a)) return false;
        if (!see(arg, a, digest)) return false;
    }
    return step == SF_END;
}

static bool each(const struct request *r, struct slice name, look see, void *arg)
{
    for (unsigned i = 0; i < r->n_fields; i++)
        if (r->fields[i].name.len == name.len && slice_eq_nocase(request_span(r, r->fields[i].name), name))
            if (!each_in(request_span(r, r->fields[i].value), see, arg)) return false;
    return true;
}

static bool count(void *n, enum algorithm a, const uint8_t *digest)
{
    (void)a, (void)digest;
    ++*(unsigned *)n;
    return true;
}

/* How many count, of both fields; -1: one is malformed. */
static int count_all(const struct request *r)
{
    unsigned n = 0;
    for (size_t i = 0; i < sizeof field_names / sizeof *field_names; i++)
        if (!each(r, field_names[i], count, &n)) return -1;
    return (int)n;
}

bool content_digest_counts(const struct request *r)
{
    unsigned n = 0;
    return each(r, field_names[0], count, &n) && n > 0;
}

static enum filter_result refuse(struct gate *g, struct exchange *x, const char *detail)
{
    return gate_refuse_with(g, x, REJECTED_DIGEST, 400, "digest-mismatch", detail, 0, SLICE("Want-Content-Digest: sha-256=10\r\n"));
}

enum filter_result content_digest_on_head(void *arg, struct exchange *x)
{
    if (!x->request.has_digest || count_all(&x->request) >= 0) return FILTER_PASS;
    return refuse(arg, x, "Content-Digest and Repr-Digest must be dictionaries of byte sequences (RFC 9530), each as long as its digest.");
}

/* The content, hashed once for each algorithm. */
struct content {
    struct slice bytes;
    struct key_scratch *scratch;
    bool is_hashed[2];
    uint8_t digest[2][KEY_SHA512_BYTES];
};

static bool hash(struct content *c, enum algorithm a)
{
    if (a == SHA_512) return key_sha512(c->scratch, c->bytes, c->digest[a]);
    sha256(&c->bytes, 1, c->digest[a]);
    return true;
}

static bool compare(void *content, enum algorithm a, const uint8_t *digest)
{
    struct content *c = content;
    if (!c->is_hashed[a] && !hash(c, a)) return false;
    c->is_hashed[a] = true;
    return memcmp(c->digest[a], digest, bytes_of(a)) == 0;
}

/* Content that a route does not take was dropped as it came: nobody acts on it. */
static bool was_dropped(const struct exchange *x)
{
    return !x->body && (x->request.chunked || x->request.content_length > 0);
}

enum filter_result content_digest_on_whole(void *arg, struct exchange *x)
{
    struct gate *g = arg;
    struct content content;
    if (!x->request.has_digest || was_dropped(x)) return FILTER_PASS;
    content = (struct content){.bytes = x->body ? block_slice(x->body) : SLICE(""), .scratch = signing_scratch(g->signing)};
    for (size_t i = 0; i < sizeof field_names / sizeof *field_names; i++) {
        if (each(&x->request, field_names[i], compare, &content)) continue;
        return refuse(g, x, "The content is not what its digest says.");
    }
    return FILTER_PASS;
}
