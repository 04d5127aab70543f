/* Any bytes, as a request's head: whatever its Signature-Input says, what is made of it keeps its promises. A base is ASCII, has one
 * line for each component and ends with the parameters as they came; the digests in the head are looked at, too. */
#include "../unit/http/head.h"
#include "base/check.h"
#include "filters/content_digest.h"
#include "filters/signature_base.h"
#include "filters/signature_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char base[SIGNATURE_BASE_MAX];

static size_t count(struct slice s, char c)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) n += s.p[i] == c;
    return n;
}

static void check_base(const struct sf_member *m, struct slice text)
{
    struct slice inner = m->value.text;
    struct sf_member item;
    size_t n = 0;
    while (sf_inner_next(&inner, &item)) n++;
    assert(n <= SIGNATURE_COMPONENTS_MAX && count(text, '\n') == n);
    assert(text.len >= m->text.len && slice_eq(slice_from(text, text.len - m->text.len), m->text));
    for (size_t i = 0; i < text.len; i++) assert((uint8_t)text.p[i] < 0x80);
}

static void check_member(const struct request *r, const struct sf_member *m)
{
    struct signature_params params;
    bool has_idempotency;
    if (!signature_params_read(m, &params)) return;
    assert(params.has_created && params.has_keyid && params.created >= 0);
    assert(!params.has_nonce || (params.nonce.len >= 1 && params.nonce.len <= SIGNATURE_NONCE_MAX));
    if (signature_time(&params, (uint64_t)params.created) == SIGNATURE_IN_TIME)
        assert(signature_time(&params, (uint64_t)params.created + SIGNATURE_PAST_S + 1) == SIGNATURE_TOO_OLD);
    bool covers = signature_covers(m, r, &has_idempotency);
    struct signed_message message = {.request = r, .scheme = count(params.keyid, 's') ? SLICE("https") : SLICE("")};
    long n = signature_base(&message, m, base, sizeof base);
    if (n < 0) return;
    check_base(m, slice_make(base, (size_t)n));
    assert(!covers || memmem(base, (size_t)n, "\"@authority\"", 12));
    assert(signature_base(&message, m, base, (size_t)n - 1) < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct head h;
    if (!head_read(&h, slice_make(data, size))) return 0;
    const struct request *r = &h.parser.request;
    char raw[REQUEST_LINE_MAX];
    long n = request_raw_path(r, raw, sizeof raw);
    assert(n >= (long)r->path.len);
    (void)content_digest_counts(r);
    for (unsigned i = 0; i < r->n_fields; i++) {
        if (!slice_eq_nocase(request_span(r, r->fields[i].name), SLICE("signature-input"))) continue;
        struct sf_walk w = sf_begin(request_span(r, r->fields[i].value));
        struct sf_member m;
        while (sf_dictionary_next(&w, &m) == SF_MEMBER) {
            if (signature_is_ours(&m)) check_member(r, &m);
            else if (m.value.kind == SF_INNER) (void)signature_base(&(struct signed_message){.request = r}, &m, base, sizeof base);
        }
    }
    return 0;
}
