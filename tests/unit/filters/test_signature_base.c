/* The signatures of RFC 9421, Appendix B.2, over bases made of its messages: right as they stand, wrong with any byte changed. What may
 * not be covered. */
#include "filters/signature_base.h"

#include "../http/head.h"
#include "accounts/key.h"
#include "base/base64.h"
#include "vectors.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>

static char base[SIGNATURE_BASE_MAX];
static struct signed_list covered;
static struct key_scratch *scratch;

static void up(void) { cr_assert_eq(key_scratch_new(&scratch), 0); }
static void down(void) { scratch = key_scratch_free(scratch); }
TestSuite(filters_signature_base, .init = up, .fini = down);

static struct key *key_of(enum key_algorithm a, const char *text)
{
    struct key *k;
    const char *why;
    char secret[KEY_TEXT_MAX];
    struct slice material = slice_str(text);
    if (a == KEY_HMAC_SHA256) material = slice_make(secret, (size_t)base64_decode(material, secret, sizeof secret));
    int rc = key_new(a, material, &k, &why);
    cr_assert_eq(rc, 0, "%s", why);
    return k;
}

/* False: it covers what may not be. */
static bool read_input(const char *input)
{
    struct sf_walk w = sf_begin(slice_str(input));
    struct sf_member m, item;
    cr_assert_eq(sf_list_next(&w, &m), SF_MEMBER, "%s", input);
    covered.text = m.text;
    covered.n = 0;
    while (sf_inner_next(&m.value.text, &item))
        if (!signed_list_add(&covered, &item)) return false;
    return !signed_list_has_twins(&covered);
}

static long make_base(struct slice head, unsigned status, const char *input)
{
    static struct head h;
    bool is_good = read_input(input);
    cr_assert(head_read(&h, head), "%.*s", SLICE_ARG(head));
    struct signed_message message = {.request = &h.parser.request, .status = status};
    return is_good ? signature_base(&message, &covered, base, sizeof base) : -EINVAL;
}

/* The signature is the key's over the message as it stands; not with one bit of any byte of the base or of the signature changed. */
static void expect_right(const struct key *k, const char *head, unsigned status, const char *input, const char *signature)
{
    char bytes[KEY_SIGNATURE_MAX];
    long n = make_base(slice_str(head), status, input), len = base64_decode(slice_str(signature), bytes, sizeof bytes);
    cr_assert(n > 0 && len > 0, "%s", input);
    struct slice message = slice_make(base, (size_t)n), sig = slice_make(bytes, (size_t)len);
    cr_assert(key_verify(k, scratch, message, sig), "%s", input);
    for (size_t i = 0; i < message.len; i++) {
        base[i] ^= 1;
        cr_assert(!key_verify(k, scratch, message, sig), "%s: byte %zu of the base", input, i);
        base[i] ^= 1;
    }
    for (size_t i = 0; i < sig.len; i++) {
        bytes[i] ^= 1;
        cr_assert(!key_verify(k, scratch, message, sig), "%s: byte %zu of the signature", input, i);
        bytes[i] ^= 1;
    }
    cr_assert(!key_verify(k, scratch, message, slice_make(bytes, sig.len - 1)) && !key_verify(k, scratch, message, SLICE("")));
    cr_assert(key_verify(k, scratch, message, sig), "a scratch that has seen wrong ones is as good as new");
}

Test(filters_signature_base, rsa_pss)
{
    struct key *k = key_of(KEY_RSA_PSS_SHA512, RSA_PSS_PUBLIC);
    expect_right(k, TEST_REQUEST, 0, B21_INPUT, B21_SIGNATURE);
    expect_right(k, TEST_REQUEST, 0, B22_INPUT, B22_SIGNATURE);
    expect_right(k, TEST_REQUEST, 0, B23_INPUT, B23_SIGNATURE);
    key_free(k);
}

Test(filters_signature_base, ecdsa_of_a_response)
{
    struct key *k = key_of(KEY_ECDSA_P256_SHA256, P256_PUBLIC);
    expect_right(k, TEST_RESPONSE, 200, B24_INPUT, B24_SIGNATURE);
    key_free(k);
}

/* What is deterministic must come out byte by byte. */
static void expect_made(enum key_algorithm a, const char *secret, const char *input, const char *signature)
{
    struct key *k = key_of(a, secret);
    uint8_t made[KEY_SIGNATURE_MAX];
    char text[2048];
    expect_right(k, TEST_REQUEST, 0, input, signature);
    long n = key_sign(k, scratch, slice_make(base, (size_t)make_base(slice_str(TEST_REQUEST), 0, input)), made);
    cr_assert_gt(n, 0);
    size_t len = base64_encode(slice_make(made, (size_t)n), text);
    cr_assert(slice_eq(slice_make(text, len), slice_str(signature)), "%.*s", (int)len, text);
    key_free(k);
}

Test(filters_signature_base, hmac) { expect_made(KEY_HMAC_SHA256, SHARED_SECRET, B25_INPUT, B25_SIGNATURE); }
Test(filters_signature_base, ed25519) { expect_made(KEY_ED25519, ED25519_PRIVATE, B26_INPUT, B26_SIGNATURE); }

Test(filters_signature_base, ed25519_by_its_public_half)
{
    struct key *k = key_of(KEY_ED25519, ED25519_PUBLIC);
    uint8_t made[KEY_SIGNATURE_MAX];
    expect_right(k, TEST_REQUEST, 0, B26_INPUT, B26_SIGNATURE);
    cr_assert(!key_can_sign(k) && key_sign(k, scratch, SLICE("x"), made) < 0);
    key_free(k);
}

/* What a client may change on its way: one byte of the request at a time, and the signature must not hold. */
Test(filters_signature_base, a_request_changed_at_any_covered_byte)
{
    static const char whole[] = "(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\" \"content-type\" \"date\" \"content-length\")"
                                ";created=1;keyid=\"k\"";
    static struct head h;
    char text[] = TEST_REQUEST, right[4096];
    long n = make_base(slice_str(text), 0, whole);
    cr_assert(n > 0 && (size_t)n < sizeof right);
    memcpy(right, base, (size_t)n);
    unsigned changed = 0;
    for (size_t i = 0; text[i]; i++) {
        char was = text[i];
        text[i] ^= 1;
        if (head_read(&h, slice_str(text))) {
            struct signed_message message = {.request = &h.parser.request};
            long other = signature_base(&message, &covered, base, sizeof base);
            bool is_same = other == n && memcmp(base, right, (size_t)n) == 0;
            /* HTTP/1.0 and the names of fields in the other case are no content of theirs. */
            bool may_be = (i > 31 && i < 40) || slice_lower(was) == slice_lower(text[i]);
            cr_expect(!is_same || may_be, "byte %zu, '%c' for '%c'", i, text[i], was);
            changed++;
        }
        text[i] = was;
    }
    cr_assert_gt(changed, 150);
}

#define GET "GET /a%20B/?x=1&y=a%20b+c&x=2&z HTTP/1.1\r\nHost: Example.COM:80\r\nA: 1\r\nB:  two \r\nA: 3\r\nEmpty:\r\nDict: a=1\r\n" \
            "Content-Digest: a=1,  b;x,c=(1  2)\r\nHigh: \xc3\xbc\r\n\r\n"

static void expect_base(const char *input, const char *lines)
{
    long n = make_base(slice_str(GET), 0, input);
    if (!lines) {
        cr_expect_eq(n, -EINVAL, "%s", input);
        return;
    }
    cr_assert_gt(n, 0, "%s", input);
    char expected[4096];
    int len = snprintf(expected, sizeof expected, "%s\"@signature-params\": %s", lines, input);
    cr_expect(slice_eq(slice_make(base, (size_t)n), slice_make(expected, (size_t)len)), "%.*s", (int)n, base);
}

Test(filters_signature_base, components)
{
    expect_base("()", "");
    expect_base("(\"@method\" \"@authority\");x", "\"@method\": GET\n\"@authority\": example.com\n");
    expect_base("(\"@path\")", "\"@path\": /a%20B/\n");
    expect_base("(\"@query\")", "\"@query\": ?x=1&y=a%20b+c&x=2&z\n");
    expect_base("(\"@query-param\";name=\"y\")", "\"@query-param\";name=\"y\": a%20b%20c\n");
    expect_base("(\"@query-param\";name=\"z\")", "\"@query-param\";name=\"z\": \n");
    expect_base("(\"a\")", "\"a\": 1, 3\n");
    expect_base("(\"b\" \"empty\")", "\"b\": two\n\"empty\": \n");
    expect_base("(\"a\";bs)", "\"a\";bs: :MQ==:, :Mw==:\n");
    expect_base("(\"high\";bs)", "\"high\";bs: :w7w=:\n");
    expect_base("(\"dict\";key=\"a\")", "\"dict\";key=\"a\": 1\n");
    expect_base("(\"content-digest\";sf)", "\"content-digest\";sf: a=1, b;x, c=(1 2)\n");
    expect_base("(\"content-digest\";key=\"c\" \"content-digest\";key=\"b\")",
                "\"content-digest\";key=\"c\": (1 2)\n\"content-digest\";key=\"b\": ?1;x\n");
    expect_base("(\"content-digest\" \"content-digest\";bs)", "\"content-digest\": a=1,  b;x,c=(1  2)\n"
                "\"content-digest\";bs: :YT0xLCAgYjt4LGM9KDEgIDIp:\n");
}

Test(filters_signature_base, what_may_not_be_covered)
{
    static const char *const bad[] = {
        "(\"absent\")", "(\"A\")", "(a)", "(1)", "(\"\")", "(\"@\")", "(\"@nothing\")", "(\"@status\")", "(\"@signature-params\")",
        "(\"@request-target\")", "(\"@scheme\")", "(\"@target-uri\")", "(\"@method\" \"@method\")", "(\"b\" \"a\" \"b\")", "(\"a\";req)",
        "(\"@method\";req)", "(\"a\";tr)", "(\"a\";x)", "(\"a\";bs;sf)", "(\"content-digest\";bs;sf)", "(\"content-digest\";bs;key=\"a\")",
        "(\"a\";bs=?0)", "(\"a\";bs=1)", "(\"a\";sf)", "(\"a\";key=\"x\")", "(\"dict\";key=\"b\")", "(\"dict\";key=a)",
        "(\"@path\";bs)", "(\"@query-param\")", "(\"@query-param\";name=\"x\")", "(\"@query-param\";name=\"none\")", "(\"@query-param\";name=y)",
        "(\"a\";name=\"y\")", "(\"high\")", "(\"a b\")", "(\"a\\\\\")", "(\"dict\";key=\"a\" \"dict\";key=\"a\")", "(\"dict\";sf)"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) expect_base(bad[i], NULL);
}

Test(filters_signature_base, room)
{
    static struct head h;
    cr_assert(read_input(B23_INPUT) && head_read(&h, SLICE(TEST_REQUEST)));
    struct signed_message message = {.request = &h.parser.request};
    long n = signature_base(&message, &covered, base, sizeof base);
    for (size_t room = 0; room < (size_t)n; room++) cr_assert_eq(signature_base(&message, &covered, base, room), -ENOSPC);
    cr_assert_eq(signature_base(&message, &covered, base, (size_t)n), n);
}
