/* What is signed: the base is put together here again, and the signature must be over it. */
#include "accounts/key.h"
#include "base/base64.h"
#include "tools/cli/signer.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw=="
#define LONG_BYTES 20000

static struct signer *signer;
static struct key *key;
static struct key_scratch *scratch;
static char input[4096], signature[4096];

static void up(void)
{
    char path[] = "/tmp/quern-signer-XXXXXX", why[256], secret[64];
    const char *wrong;
    int fd = mkstemp(path); /* 0600 */
    cr_assert_geq(fd, 0);
    cr_assert_gt(dprintf(fd, "{\"id\": \"k\", \"algorithm\": \"hmac-sha256\", \"secret\": \"%s\"}", SECRET), 0);
    cr_assert_eq(signer_new(path, &signer, why), 0, "%s", why);
    close(fd), unlink(path);
    cr_assert_eq(base64_decode(slice_str(SECRET), secret, sizeof secret), 64);
    cr_assert_eq(key_new(KEY_HMAC_SHA256, slice_make(secret, 64), &key, &wrong), 0, "%s", wrong);
    cr_assert_eq(key_scratch_new(&scratch), 0);
}

static void down(void)
{
    signer = signer_free(signer);
    key = key_free(key);
    scratch = key_scratch_free(scratch);
}
TestSuite(cli_signer, .init = up, .fini = down);

static void keep(void *arg, const char *name, const char *value)
{
    (void)arg;
    char *to = strcmp(name, "Signature-Input") == 0 ? input : signature;
    cr_assert_lt(strlen(value), sizeof input);
    memcpy(to, value, strlen(value) + 1);
}

static bool sign(bool is_https, const char *authority, const char *target)
{
    struct signer_request q = {.method = "GET",
                               .is_https = is_https,
                               .authority = slice_str(authority),
                               .target = slice_str(target),
                               .body = SLICE("")};
    input[0] = signature[0] = '\0';
    return signer_sign(signer, &q, keep, NULL);
}

static void expect_signed(const char *authority, const char *path, const char *query)
{
    char *base, bytes[64];
    cr_assert(strncmp(input, "sig=", 4) == 0 && strncmp(signature, "sig=:", 5) == 0, "%s %s", input, signature);
    int n = asprintf(&base, "\"@method\": GET\n\"@authority\": %s\n\"@path\": %s\n\"@query\": %s\n\"@signature-params\": %s",
                     authority, path, query, input + 4);
    long len = base64_decode(slice_make(signature + 5, strlen(signature) - 6), bytes, sizeof bytes);
    cr_assert_eq(len, 32);
    cr_assert(key_verify(key, scratch, slice_make(base, (size_t)n), slice_make(bytes, 32)), "%.200s", base);
    free(base);
}

Test(cli_signer, the_port_that_goes_without_saying_is_the_schemes)
{
    static const struct {
        bool is_https;
        const char *authority, *is_signed;
    } rows[] = {{false, "Q.test:80", "q.test"},       {false, "q.test:443", "q.test:443"},
                {false, "q.test", "q.test"},          {true, "q.test:443", "q.test"},
                {true, "q.test:80", "q.test:80"},     {true, "Q.TEST", "q.test"},
                {true, "[::1]:443", "[::1]"},         {false, "[2001:DB8::1]", "[2001:db8::1]"},
                {false, "q.test:8080", "q.test:8080"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_assert(sign(rows[i].is_https, rows[i].authority, "/a?b"));
        expect_signed(rows[i].is_signed, "/a", "?b");
    }
}

Test(cli_signer, queries)
{
    char *target = malloc(LONG_BYTES + 1);
    cr_assert(sign(false, "q.test", "/a"));
    expect_signed("q.test", "/a", "?");
    cr_assert(sign(false, "q.test", "/a?"));
    expect_signed("q.test", "/a", "?");
    for (size_t n = 4090; n <= LONG_BYTES; n += n < 4100 ? 1 : 3975) {
        memset(target, 'x', n);
        memcpy(target, "/a?", 3);
        target[n] = '\0';
        cr_assert(sign(false, "q.test", target));
        expect_signed("q.test", "/a", target + 2);
    }
    free(target);
}

Test(cli_signer, what_is_too_long_is_not_signed)
{
    char *target = malloc(70001);
    memset(target, 'x', 70000);
    target[70000] = '\0';
    cr_assert_not(sign(false, "q.test", target));
    memcpy(target, "/a?", 3);
    cr_assert_not(sign(false, "q.test", target));
    cr_assert(!input[0] && !signature[0], "nothing is given");
    free(target);
}
