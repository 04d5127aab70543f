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

static void check_base(const struct signed_list *covered, struct slice text)
{
    struct slice last = covered->text;
    assert(covered->n <= SIGNATURE_COMPONENTS_MAX && count(text, '\n') == covered->n);
    assert(text.len >= last.len && slice_eq(slice_from(text, text.len - last.len), last));
    for (size_t i = 0; i < text.len; i++) assert((uint8_t)text.p[i] < 0x80);
}

static void check_input(const struct request *r, const struct signature_input *in)
{
    bool has_idempotency;
    assert(in->has_created && in->has_keyid && in->created >= 0);
    assert(!in->has_nonce || (in->nonce.len >= 1 && in->nonce.len <= SIGNATURE_NONCE_MAX));
    if (signature_time(in, (uint64_t)in->created) == SIGNATURE_IN_TIME)
        assert(signature_time(in, (uint64_t)in->created + SIGNATURE_PAST_S + 1) == SIGNATURE_TOO_OLD);
    bool covers = signature_covers(&in->covered, r, &has_idempotency);
    struct signed_message message = {.request = r, .scheme = count(in->keyid, 's') ? SLICE("https") : SLICE("")};
    long n = signature_base(&message, &in->covered, base, sizeof base);
    if (n < 0) return;
    check_base(&in->covered, slice_make(base, (size_t)n));
    assert(!covers || memmem(base, (size_t)n, "\"@authority\"", 12));
    assert(signature_base(&message, &in->covered, base, (size_t)n - 1) < 0);
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
        static struct signature_input in;
        while (signature_input_next(&w, &in) == SF_MEMBER) {
            if (in.reading == SIGNATURE_READ) check_input(r, &in);
            else if (!in.is_bad) (void)signature_base(&(struct signed_message){.request = r}, &in.covered, base, sizeof base);
        }
    }
    return 0;
}
