/* Keys of session tickets: who sealed with them can read them, for two epochs, and nobody else can. */
#include "net/tls_tickets.h"

#include <criterion/criterion.h>
#include <string.h>

#define NOW (UINT64_C(1700000000) / TICKETS_EPOCH_S * TICKETS_EPOCH_S + 100)

struct side {
    EVP_CIPHER_CTX *cipher;
    EVP_MAC *hmac;
    EVP_MAC_CTX *mac;
};

static struct side side_new(void)
{
    struct side s = {.cipher = EVP_CIPHER_CTX_new(), .hmac = EVP_MAC_fetch(NULL, "HMAC", NULL)};
    s.mac = EVP_MAC_CTX_new(s.hmac);
    return s;
}

static void side_free(struct side *s)
{
    EVP_CIPHER_CTX_free(s->cipher);
    EVP_MAC_CTX_free(s->mac);
    EVP_MAC_free(s->hmac);
}

/* What one side makes of 32 bytes: 48 encrypted, and the digest of those. */
static void use(struct side *s, const uint8_t *in, int n, uint8_t out[64], uint8_t digest[32])
{
    int len = 0, rest = 0;
    size_t digest_len = 0;
    cr_assert_eq(EVP_CipherUpdate(s->cipher, out, &len, in, n), 1);
    cr_assert_eq(EVP_CipherFinal_ex(s->cipher, out + len, &rest), 1);
    cr_assert_eq(EVP_MAC_init(s->mac, NULL, 0, NULL), 1);
    cr_assert_eq(EVP_MAC_update(s->mac, (const uint8_t *)"x", 1), 1);
    cr_assert_eq(EVP_MAC_final(s->mac, digest, &digest_len, 32), 1);
    cr_assert_eq(digest_len, 32);
}

static enum tls_ticket open_at(const struct tls_tickets *by, const struct tls_tickets *with, uint64_t sealed_s, uint64_t opened_s)
{
    static const uint8_t text[32] = "what stands in the ticket: 32 B";
    uint8_t name[TICKETS_NAME_BYTES], iv[TICKETS_IV_BYTES], sealed[64], opened[64], digests[2][32];
    struct side a = side_new(), b = side_new();
    cr_assert_eq(tls_tickets_key(by, sealed_s, name, iv, a.cipher, a.mac, true), TLS_TICKET_FRESH);
    use(&a, text, sizeof text, sealed, digests[0]);
    enum tls_ticket found = tls_tickets_key(with, opened_s, name, iv, b.cipher, b.mac, false);
    if (found > TLS_TICKET_UNKNOWN) {
        use(&b, sealed, 48, opened, digests[1]);
        cr_assert_eq(memcmp(opened, text, sizeof text), 0);
        cr_assert_eq(memcmp(digests[0], digests[1], 32), 0);
    }
    side_free(&a);
    side_free(&b);
    return found;
}

Test(net_tls_tickets, are_read_for_two_epochs)
{
    struct tls_tickets t = {.secret = "0123456789abcdef0123456789abcde"};
    cr_assert_eq(open_at(&t, &t, NOW, NOW), TLS_TICKET_FRESH);
    cr_assert_eq(open_at(&t, &t, NOW, NOW + TICKETS_EPOCH_S - 101), TLS_TICKET_FRESH);
    cr_assert_eq(open_at(&t, &t, NOW, NOW + TICKETS_EPOCH_S), TLS_TICKET_AGED);
    cr_assert_eq(open_at(&t, &t, NOW, NOW + 2 * TICKETS_EPOCH_S), TLS_TICKET_UNKNOWN);
    cr_assert_eq(open_at(&t, &t, NOW + TICKETS_EPOCH_S, NOW), TLS_TICKET_UNKNOWN, "a clock that was set back");
}

Test(net_tls_tickets, of_another_process_are_not)
{
    struct tls_tickets t = {.secret = "0123456789abcdef0123456789abcde"}, other = t;
    other.secret[31] ^= 1;
    cr_assert_eq(open_at(&other, &t, NOW, NOW), TLS_TICKET_UNKNOWN);
    tls_tickets_forget(&t);
    for (size_t i = 0; i < sizeof t.secret; i++) cr_assert_eq(t.secret[i], 0);
}
