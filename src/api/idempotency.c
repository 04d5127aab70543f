/* idempotency.c: see idempotency.h. */
#include "api/idempotency.h"

#include "base/check.h"
#include "base/sha256.h"

#define FIELD SLICE("idempotency-key")

static_assert(sizeof((struct job_key){0}.name) == SHA256_BYTES && sizeof((struct job_key){0}.print) == SHA256_BYTES, "digests");

bool idempotency_is_asked(const struct exchange *x)
{
    return request_field_count(&x->request, FIELD) > 0;
}

/* A string of RFC 9651 §3.3.3 without its quotes, or the bare text that many clients send. Escapes stay as they are: they are the same
 * whenever the key is. */
static bool read_key(struct slice text, struct slice *key)
{
    bool is_quoted = text.len >= 2 && text.p[0] == '"' && text.p[text.len - 1] == '"';
    *key = is_quoted ? slice_make(text.p + 1, text.len - 2) : text;
    if (key->len == 0 || key->len > IDEMPOTENCY_KEY_MAX) return false;
    for (size_t i = 0; i < key->len; i++) {
        char c = key->p[i];
        if (c < ' ' || c > '~' || (c == '"' && (i == 0 || key->p[i - 1] != '\\'))) return false;
        if (!is_quoted && (c == ' ' || c == ',' || c == ';')) return false; /* a list, or parameters: not one key */
    }
    return true;
}

/* Each part with its length before it, so that no two requests read the same. */
static void digest(const struct slice *of, size_t n, uint8_t out[SHA256_BYTES])
{
    uint64_t lengths[4];
    struct slice parts[8];
    for (size_t i = 0; i < n; i++) {
        lengths[i] = of[i].len;
        parts[2 * i] = slice_make(&lengths[i], sizeof lengths[i]);
        parts[2 * i + 1] = of[i];
    }
    sha256(parts, 2 * n, out);
}

static void take(const struct exchange *x, struct slice key, struct job_spec *spec)
{
    const struct request *r = &x->request;
    struct slice principal = x->principal.name.p ? x->principal.name : SLICE(""), type = SLICE(""); /* where nobody is asked, all are the same */
    (void)request_field(r, SLICE("content-type"), &type);
    digest((const struct slice[]){principal, method_text((enum method)r->method), request_path(r), key}, 4, spec->key.name);
    digest((const struct slice[]){request_span(r, r->query), type, block_slice(x->body)}, 3, spec->key.print);
    spec->has_key = true;
}

bool idempotency_take(const struct exchange *x, struct json_value key, struct job_spec *spec)
{
    char text[4 * IDEMPOTENCY_KEY_MAX]; /* UTF-8 */
    long len = json_unescape(key, text, sizeof text);
    size_t n = 0;
    for (long i = 0; i < len; i++) n += ((unsigned char)text[i] & 0xC0) != 0x80;
    if (n == 0 || n > IDEMPOTENCY_KEY_MAX) return false;
    take(x, slice_make(text, (size_t)len), spec);
    return true;
}

bool idempotency_read(struct exchange *x, struct job_spec *spec)
{
    const struct request *r = &x->request;
    struct slice text, key;
    if (!idempotency_is_asked(x)) return true;
    (void)request_field(r, FIELD, &text);
    if (request_field_count(r, FIELD) > 1 || !read_key(text, &key)) {
        exchange_fail(x, 400, "idempotency-key-invalid",
                      "Idempotency-Key must be one string of 1 to 256 printable characters.");
        return false;
    }
    take(x, key, spec);
    return true;
}
