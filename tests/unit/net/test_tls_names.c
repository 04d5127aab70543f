/* Names out of certificates of clients, which shake hands with a server in memory. */
#include "net/tls_names.h"

#include <criterion/criterion.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_MAX 8

static X509 *cert;
static EVP_PKEY *key;
static SSL_CTX *contexts[2];
static SSL *server, *client;

/* What was offered; the one with index `take` is taken. */
static struct {
    unsigned n, take;
    size_t len[NAMES_MAX];
    char *text[NAMES_MAX];
} seen;

/* ---- a certificate ---- */

static void init(void)
{
    key = EVP_EC_gen("P-256");
    cert = X509_new();
    cr_assert(key && cert && X509_set_version(cert, 2) && ASN1_INTEGER_set(X509_get_serialNumber(cert), 1) && X509_set_pubkey(cert, key));
    (void)X509_gmtime_adj(X509_getm_notBefore(cert), -86400);
    (void)X509_gmtime_adj(X509_getm_notAfter(cert), 86400);
}

static void fini(void)
{
    SSL_free(server);
    SSL_free(client);
    for (unsigned i = 0; i < 2; i++) SSL_CTX_free(contexts[i]);
    X509_free(cert);
    EVP_PKEY_free(key);
    for (unsigned i = 0; i < NAMES_MAX; i++) free(seen.text[i]);
}

static void common(int form, const void *name, int len)
{
    cr_assert_eq(X509_NAME_add_entry_by_NID(X509_get_subject_name(cert), NID_commonName, form, name, len, -1, 0), 1);
}

/* In OpenSSL's own words: "DNS:a,URI:b". */
static void others(const char *text)
{
    X509_EXTENSION *e = X509V3_EXT_nconf_nid(NULL, NULL, NID_subject_alt_name, text);
    cr_assert(e && X509_add_ext(cert, e, -1), "%s", text);
    X509_EXTENSION_free(e);
}

/* One name with whatever bytes. */
static void other(int type, const void *name, size_t len)
{
    GENERAL_NAMES *all = GENERAL_NAMES_new();
    GENERAL_NAME *g = GENERAL_NAME_new();
    ASN1_IA5STRING *s = ASN1_IA5STRING_new();
    cr_assert(all && g && s && ASN1_STRING_set(s, name, (int)len));
    GENERAL_NAME_set0_value(g, type, s);
    cr_assert(sk_GENERAL_NAME_push(all, g) && X509_add1_ext_i2d(cert, NID_subject_alt_name, all, 0, X509V3_ADD_DEFAULT) == 1);
    GENERAL_NAMES_free(all);
}

/* ---- a connection ---- */

static int whatever(int ok, X509_STORE_CTX *c)
{
    (void)ok;
    X509_STORE_CTX_set_error(c, X509_V_OK);
    return 1;
}

static int as_it_is(int ok, X509_STORE_CTX *c)
{
    (void)ok, (void)c;
    return 1;
}

/* judge: of the server, about a certificate that nobody has signed but itself. */
static void shake(SSL_verify_cb judge, bool shown)
{
    BIO *ends[2];
    X509 *own = X509_new();
    (void)X509_set_issuer_name(cert, X509_get_subject_name(cert));
    cr_assert(X509_sign(cert, key, EVP_sha256()) > 0);
    cr_assert(X509_set_version(own, 2) && X509_set_pubkey(own, key) && X509_gmtime_adj(X509_getm_notBefore(own), -60) &&
              X509_gmtime_adj(X509_getm_notAfter(own), 3600) && X509_sign(own, key, EVP_sha256()) > 0);
    contexts[0] = SSL_CTX_new(TLS_server_method());
    contexts[1] = SSL_CTX_new(TLS_client_method());
    cr_assert(SSL_CTX_use_certificate(contexts[0], own) == 1 && SSL_CTX_use_PrivateKey(contexts[0], key) == 1);
    SSL_CTX_set_verify(contexts[0], SSL_VERIFY_PEER, judge);
    if (shown) cr_assert(SSL_CTX_use_certificate(contexts[1], cert) == 1 && SSL_CTX_use_PrivateKey(contexts[1], key) == 1);
    server = SSL_new(contexts[0]);
    client = SSL_new(contexts[1]);
    cr_assert_eq(BIO_new_bio_pair(&ends[0], 65536, &ends[1], 65536), 1);
    SSL_set_bio(server, ends[0], ends[0]);
    SSL_set_bio(client, ends[1], ends[1]);
    SSL_set_accept_state(server);
    SSL_set_connect_state(client);
    for (int i = 0; i < 20 && !(SSL_is_init_finished(server) && SSL_is_init_finished(client)); i++) {
        (void)SSL_do_handshake(client);
        (void)SSL_do_handshake(server);
    }
    cr_assert(SSL_is_init_finished(server));
    X509_free(own);
}

static bool take(void *arg, struct slice name)
{
    cr_assert(arg == &seen && seen.n < NAMES_MAX);
    seen.len[seen.n] = name.len;
    seen.text[seen.n] = malloc(name.len + 1);
    if (name.len) memcpy(seen.text[seen.n], name.p, name.len);
    seen.text[seen.n][name.len] = '\0';
    return seen.n++ == seen.take;
}

static bool names(enum tls_name kind)
{
    for (unsigned i = 0; i < seen.n; i++) free(seen.text[i]), seen.text[i] = NULL;
    seen.n = 0;
    return tls_names(server, kind, take, &seen);
}

/* Exactly these are offered, in this order, and none is taken. */
static void expect(enum tls_name kind, const char *a, const char *b, const char *c)
{
    const char *all[] = {a, b, c};
    unsigned n = 0;
    seen.take = NAMES_MAX;
    cr_assert_not(names(kind));
    for (; n < 3 && all[n]; n++) cr_assert(n < seen.n && strcmp(seen.text[n], all[n]) == 0 && seen.len[n] == strlen(all[n]), "%s", all[n]);
    cr_assert_eq(seen.n, n);
}

/* ---- which names ---- */

Test(net_tls_names, each_kind_by_itself, .init = init, .fini = fini)
{
    common(MBSTRING_ASC, "anna", -1);
    others("DNS:a.test,URI:spiffe://test/a,email:anna@test,IP:192.0.2.1,RID:1.2.3.4,DNS:*.b.test,URI:urn:b,DNS:C.test");
    shake(whatever, true);
    expect(TLS_NAME_COMMON, "anna", NULL, NULL);
    expect(TLS_NAME_DNS, "a.test", "*.b.test", "C.test"); /* as they are written: a wildcard is a name like others */
    expect(TLS_NAME_URI, "spiffe://test/a", "urn:b", NULL);
}

Test(net_tls_names, until_one_is_taken, .init = init, .fini = fini)
{
    others("DNS:a.test,DNS:b.test,DNS:c.test");
    shake(whatever, true);
    seen.take = 1;
    cr_assert(names(TLS_NAME_DNS));
    cr_assert(seen.n == 2 && strcmp(seen.text[1], "b.test") == 0);
    cr_assert(names(TLS_NAME_DNS), "and again: nothing is kept of it");
}

Test(net_tls_names, no_other_names, .init = init, .fini = fini)
{
    common(MBSTRING_ASC, "a.test", -1);
    shake(whatever, true);
    expect(TLS_NAME_DNS, NULL, NULL, NULL); /* a common name is no host's */
    expect(TLS_NAME_URI, NULL, NULL, NULL);
    expect(TLS_NAME_COMMON, "a.test", NULL, NULL);
}

Test(net_tls_names, no_common_name, .init = init, .fini = fini)
{
    others("DNS:a.test");
    shake(whatever, true);
    expect(TLS_NAME_COMMON, NULL, NULL, NULL);
}

Test(net_tls_names, two_common_names_are_none, .init = init, .fini = fini)
{
    common(MBSTRING_ASC, "anna", -1);
    common(MBSTRING_ASC, "bert", -1);
    shake(whatever, true);
    expect(TLS_NAME_COMMON, NULL, NULL, NULL);
}

/* ---- odd ones ---- */

/* A name is as long as it is: nobody's ends at a NUL. */
Test(net_tls_names, a_nul_in_a_name, .init = init, .fini = fini)
{
    static const char name[] = "anna\0.evil.test";
    common(MBSTRING_UTF8, name, sizeof name - 1);
    other(GEN_DNS, name, sizeof name - 1);
    shake(whatever, true);
    enum tls_name kinds[] = {TLS_NAME_COMMON, TLS_NAME_DNS};
    for (unsigned i = 0; i < 2; i++) {
        seen.take = NAMES_MAX;
        cr_assert_not(names(kinds[i]));
        cr_assert(seen.n == 1 && seen.len[0] == sizeof name - 1 && memcmp(seen.text[0], name, sizeof name - 1) == 0);
    }
}

Test(net_tls_names, empty_and_strange_bytes, .init = init, .fini = fini)
{
    other(GEN_URI, "\xff\x01\n", 3);
    shake(whatever, true);
    expect(TLS_NAME_URI, "\xff\x01\n", NULL, NULL);
}

Test(net_tls_names, an_empty_name, .init = init, .fini = fini)
{
    other(GEN_DNS, "", 0);
    shake(whatever, true);
    expect(TLS_NAME_DNS, "", NULL, NULL);
}

Test(net_tls_names, other_characters_become_utf8, .init = init, .fini = fini)
{
    static const unsigned char name[] = {0, 'J', 0, 0xf6, 0, 'r', 0, 'g'};
    cr_assert_eq(X509_NAME_add_entry_by_NID(X509_get_subject_name(cert), NID_commonName, V_ASN1_BMPSTRING, name, sizeof name, -1, 0), 1);
    shake(whatever, true);
    expect(TLS_NAME_COMMON, "J\xc3\xb6rg", NULL, NULL);
}

Test(net_tls_names, long_ones, .init = init, .fini = fini)
{
    static char name[8001];
    memset(name, 'a', sizeof name - 1);
    other(GEN_URI, name, sizeof name - 1);
    shake(whatever, true);
    expect(TLS_NAME_URI, name, NULL, NULL);
}

/* Which of both lists is it? */
Test(net_tls_names, the_extension_twice_is_none, .init = init, .fini = fini)
{
    others("DNS:a.test");
    others("DNS:b.test");
    shake(whatever, true);
    expect(TLS_NAME_DNS, NULL, NULL, NULL);
}

Test(net_tls_names, an_extension_that_cannot_be_read, .init = init, .fini = fini)
{
    ASN1_OCTET_STRING *bytes = ASN1_OCTET_STRING_new();
    cr_assert(bytes && ASN1_OCTET_STRING_set(bytes, (const unsigned char *)"\x30\x05\x82\x10x", 5));
    X509_EXTENSION *e = X509_EXTENSION_create_by_NID(NULL, NID_subject_alt_name, 0, bytes);
    cr_assert(e && X509_add_ext(cert, e, -1));
    X509_EXTENSION_free(e);
    ASN1_OCTET_STRING_free(bytes);
    shake(whatever, true);
    expect(TLS_NAME_DNS, NULL, NULL, NULL);
}

/* ---- certificates that count for nothing ---- */

Test(net_tls_names, none_was_shown, .init = init, .fini = fini)
{
    common(MBSTRING_ASC, "anna", -1);
    shake(whatever, false);
    expect(TLS_NAME_COMMON, NULL, NULL, NULL);
}

Test(net_tls_names, it_was_not_found_good, .init = init, .fini = fini)
{
    common(MBSTRING_ASC, "anna", -1);
    shake(as_it_is, true);
    cr_assert_neq(SSL_get_verify_result(server), X509_V_OK);
    expect(TLS_NAME_COMMON, NULL, NULL, NULL);
}

Test(net_tls_names, it_is_over, .init = init, .fini = fini)
{
    common(MBSTRING_ASC, "anna", -1);
    others("DNS:a.test,URI:urn:a");
    (void)X509_gmtime_adj(X509_getm_notAfter(cert), -1);
    shake(whatever, true);
    expect(TLS_NAME_COMMON, NULL, NULL, NULL);
    expect(TLS_NAME_DNS, NULL, NULL, NULL);
    expect(TLS_NAME_URI, NULL, NULL, NULL);
}
