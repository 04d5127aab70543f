#include "tools/cli/signer.h"

#include "accounts/accounts.h"
#include "accounts/key.h"
#include "base/base64.h"
#include "base/base64url.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/random.h"
#include "base/sha256.h"

#include <errno.h>
#include <inttypes.h>

#define TEXT_MAX ((size_t)64 << 10) /* of a base, of a field */

struct signer {
    struct key *key;
    struct key_scratch *scratch;
    char id[128];
};

/* ---- the file ---- */

static bool member(struct json_value object, struct slice name, char *out, size_t room, size_t *len)
{
    struct json_value v;
    long n = json_member(object, name, &v) && v.kind == JSON_STRING ? json_unescape(v, out, room) : -1;
    if (n >= 0) *len = (size_t)n;
    return n >= 0;
}

/* -EINVAL, and *why says what is missing. */
static int read_key(struct signer *s, struct json_value top, const char **why)
{
    char name[32], text[KEY_TEXT_MAX];
    size_t len;
    enum key_algorithm a;
    *why = "it has no 'id' of printable characters";
    if (top.kind != JSON_OBJECT || !member(top, SLICE("id"), s->id, sizeof s->id - 1, &len)) return -EINVAL;
    s->id[len] = '\0';
    for (const char *p = s->id; *p; p++)
        if (*p <= ' ' || *p > '~' || *p == '"' || *p == '\\') return -EINVAL;
    *why = "its 'algorithm' is none that is known";
    if (!member(top, SLICE("algorithm"), name, sizeof name, &len) || !key_algorithm_find(slice_make(name, len), &a)) return -EINVAL;
    *why = a == KEY_HMAC_SHA256 ? "it has no 'secret' in base64" : "it has no 'private' key";
    if (!member(top, a == KEY_HMAC_SHA256 ? SLICE("secret") : SLICE("private"), text, sizeof text, &len)) return -EINVAL;
    long n = a == KEY_HMAC_SHA256 ? base64_decode(slice_make(text, len), text, sizeof text) : (long)len;
    int rc = n < 0 ? -EINVAL : key_new(a, slice_make(text, (size_t)n), &s->key, why);
    explicit_bzero(text, sizeof text);
    if (rc == 0 && key_can_sign(s->key)) return 0;
    if (rc == 0) *why = "it is the public half";
    return -EINVAL;
}

int signer_new(const char *path, struct signer **out, char why[256])
{
    struct slice text;
    struct json_value top;
    size_t at;
    const char *wrong = "it is no JSON";
    struct signer *s = calloc(1, sizeof *s);
    (void)snprintf(why, 256, "no memory");
    if (!s || key_scratch_new(&s->scratch) < 0) goto fail;
    if (accounts_load(path, &text, why, 256) < 0) goto fail;
    int rc = json_check(text, &top, &at) ? -EINVAL : read_key(s, top, &wrong);
    accounts_wipe(text);
    if (rc == 0) {
        *out = s;
        return 0;
    }
    (void)snprintf(why, 256, "%s: %s", path, wrong);
fail:
    signer_free(s);
    return -EINVAL;
}

struct signer *signer_free(struct signer *s)
{
    if (!s) return NULL;
    key_free(s->key);
    key_scratch_free(s->scratch);
    free(s);
    return NULL;
}

/* ---- signing ---- */

/* The base's lines, and the names in them. */
struct covered {
    struct buf base, names;
};

static void cover_two(struct covered *c, const char *name, struct slice value, struct slice rest)
{
    buf_addf(&c->names, "%s\"%s\"", c->names.len ? " " : "", name);
    buf_addf(&c->base, "\"%s\": ", name);
    buf_add(&c->base, value);
    buf_add(&c->base, rest);
    buf_add(&c->base, SLICE("\n"));
}

static void cover(struct covered *c, const char *name, struct slice value)
{
    cover_two(c, name, value, SLICE(""));
}

/* Small letters, without the port that goes without saying (RFC 9110 §4.2.3). */
static void cover_authority(struct covered *c, const struct signer_request *q)
{
    struct slice s = q->authority, port = q->is_https ? SLICE(":443") : SLICE(":80");
    if (s.len > port.len && slice_eq(slice_from(s, s.len - port.len), port)) s.len -= port.len;
    cover(c, "@authority", s);
    for (size_t i = 0; !c->base.overflow && i < s.len; i++) { /* they stand at its end, before a line feed */
        char *p = &c->base.p[c->base.len - 2 - i];
        *p = slice_lower(*p);
    }
}

static void cover_all(struct covered *c, const struct signer_request *q, struct slice digest)
{
    struct slice query = q->target, path = slice_cut(&query, '?');
    cover(c, "@method", slice_str(q->method));
    cover_authority(c, q);
    cover(c, "@path", path);
    cover_two(c, "@query", SLICE("?"), query.p ? query : SLICE(""));
    if (q->has_body) cover(c, "content-digest", digest);
    if (q->has_body) cover(c, "content-type", slice_str(q->type));
    if (q->prefer) cover(c, "prefer", slice_str(q->prefer));
    if (q->idempotency) cover(c, "idempotency-key", slice_str(q->idempotency));
}

static void put_params(struct buf *b, const struct covered *c, const char *id)
{
    struct clock clock = {0};
    uint8_t bytes[18];
    char nonce[24];
    clock_tick(&clock);
    random_secret(bytes, sizeof bytes);
    size_t n = base64url_encode(slice_make(bytes, sizeof bytes), nonce);
    buf_addf(b, "(%.*s);created=%" PRIu64 ";keyid=\"%s\";nonce=\"%.*s\";tag=\"quern\"", (int)c->names.len, c->names.p,
             clock.wall_ns / NS_PER_S, id, (int)n, nonce);
}

static struct slice digest_of(struct slice body, char out[64])
{
    uint8_t hash[SHA256_BYTES];
    size_t n = 9;
    sha256(&body, 1, hash);
    memcpy(out, "sha-256=:", n);
    n += base64_encode(slice_make(hash, sizeof hash), out + n);
    out[n++] = ':';
    out[n] = '\0';
    return slice_make(out, n);
}

static bool finish(struct signer *s, struct covered *c, struct buf *input, struct buf *value)
{
    uint8_t signature[KEY_SIGNATURE_MAX];
    char text[KEY_SIGNATURE_MAX * 4 / 3 + 8];
    buf_add_str(input, "sig=");
    put_params(input, c, s->id);
    if (input->overflow || c->names.overflow) return false;
    buf_add_str(&c->base, "\"@signature-params\": ");
    buf_add(&c->base, slice_from(slice_make(input->p, input->len), 4));
    long n = c->base.overflow ? -EINVAL : key_sign(s->key, s->scratch, slice_make(c->base.p, c->base.len), signature);
    if (n < 0) return false;
    size_t len = base64_encode(slice_make(signature, (size_t)n), text);
    buf_addf(value, "sig=:%.*s:", (int)len, text);
    return !value->overflow;
}

bool signer_sign(struct signer *s, const struct signer_request *q, void (*add)(void *arg, const char *name, const char *value), void *arg)
{
    struct covered c;
    struct buf input, value;
    char text[64];
    struct slice digest = q->has_body ? digest_of(q->body, text) : SLICE("");
    buf_init(&c.base, TEXT_MAX), buf_init(&c.names, TEXT_MAX), buf_init(&input, TEXT_MAX), buf_init(&value, TEXT_MAX);
    cover_all(&c, q, digest);
    bool is_done = finish(s, &c, &input, &value);
    buf_add(&input, slice_make("", 1)), buf_add(&value, slice_make("", 1)); /* NUL */
    if (is_done && q->has_body) add(arg, "Content-Digest", text);
    if (is_done) add(arg, "Signature-Input", input.p), add(arg, "Signature", value.p);
    buf_deinit(&c.base), buf_deinit(&c.names), buf_deinit(&input), buf_deinit(&value);
    return is_done;
}
