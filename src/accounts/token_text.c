/* token_text.c: see token_text.h. */
#include "accounts/token_text.h"

#include "base/base64url.h"
#include "base/digest.h"
#include "base/random.h"

#define PREFIX SLICE("qrn_")
#define SECRET_AT (4 + TOKEN_ID_CHARS + 1)
#define CHECK_AT (SECRET_AT + 43)

bool token_text_looks(struct slice text)
{
    return slice_starts(text, PREFIX);
}

bool token_id_ok(struct slice id)
{
    for (size_t i = 0; i < id.len; i++) {
        char c = slice_lower(id.p[i]);
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) return false;
    }
    return id.len == TOKEN_ID_CHARS;
}

static void check_of(const char *text, uint8_t out[4])
{
    uint32_t sum = crc32c(0, text, CHECK_AT);
    for (int i = 0; i < 4; i++) out[i] = (uint8_t)(sum >> (24 - 8 * i));
}

static void digest_of(const uint8_t secret[TOKEN_SECRET_BYTES], uint8_t out[SHA256_BYTES])
{
    struct slice part = slice_make(secret, TOKEN_SECRET_BYTES);
    sha256(&part, 1, out);
}

bool token_text_read(struct slice text, struct slice *id, uint8_t digest[SHA256_BYTES])
{
    uint8_t secret[TOKEN_SECRET_BYTES], check[4], want[4];
    if (text.len != TOKEN_TEXT_CHARS || !token_text_looks(text) || text.p[SECRET_AT - 1] != '_') return false;
    struct slice name = slice_make(text.p + 4, TOKEN_ID_CHARS);
    if (!token_id_ok(name)) return false;
    if (base64url_decode(slice_from(text, CHECK_AT), check, sizeof check) != sizeof check) return false;
    check_of(text.p, want);
    if (memcmp(check, want, sizeof want) != 0) return false; /* no secret: anybody can work it out */
    bool ok = base64url_decode(slice_make(text.p + SECRET_AT, CHECK_AT - SECRET_AT), secret, sizeof secret) == sizeof secret;
    if (ok) digest_of(secret, digest);
    explicit_bzero(secret, sizeof secret);
    if (ok) *id = name;
    return ok;
}

/* 12 of 36 characters: 62 bits. It is a name, no secret; lower case, as people read it aloud. */
static void make_id(char *out)
{
    static const char characters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    for (int n = 0; n < TOKEN_ID_CHARS;) {
        uint8_t byte;
        random_secret(&byte, 1);
        if (byte < 252) out[n++] = characters[byte % 36]; /* 7 * 36: evenly */
    }
}

void token_text_make(char text[TOKEN_TEXT_CHARS], uint8_t digest[SHA256_BYTES])
{
    uint8_t secret[TOKEN_SECRET_BYTES], check[4];
    random_secret(secret, sizeof secret);
    memcpy(text, "qrn_", 4);
    make_id(text + 4);
    text[SECRET_AT - 1] = '_';
    (void)base64url_encode(slice_make(secret, sizeof secret), text + SECRET_AT);
    check_of(text, check);
    (void)base64url_encode(slice_make(check, sizeof check), text + CHECK_AT);
    digest_of(secret, digest);
    explicit_bzero(secret, sizeof secret);
}
