/* tls_names.c: see tls_names.h. */
#include "net/tls_names.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

static bool offer(const ASN1_STRING *s, tls_name_taker *take, void *arg)
{
    return take(arg, slice_make(ASN1_STRING_get0_data(s), (size_t)ASN1_STRING_length(s)));
}

/* In whatever characters it is written; two of them: which is it? */
static bool offer_common(X509 *x, tls_name_taker *take, void *arg)
{
    const X509_NAME *subject = X509_get_subject_name(x);
    unsigned char *text = NULL;
    int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (at < 0 || X509_NAME_get_index_by_NID(subject, NID_commonName, at) >= 0) return false;
    int len = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    bool taken = len >= 0 && take(arg, slice_make(text, (size_t)len));
    OPENSSL_free(text);
    return taken;
}

static bool offer_others(X509 *x, int type, tls_name_taker *take, void *arg)
{
    GENERAL_NAMES *all = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
    bool taken = false;
    for (int i = 0; !taken && i < sk_GENERAL_NAME_num(all); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(all, i);
        if (name->type == type) taken = offer(name->d.ia5, take, arg); /* both kinds are such strings */
    }
    GENERAL_NAMES_free(all);
    return taken;
}

bool tls_names(struct ssl_st *ssl, enum tls_name kind, tls_name_taker *take, void *arg)
{
    X509 *x = SSL_get0_peer_certificate(ssl);
    bool taken = false;
    if (!x || SSL_get_verify_result(ssl) != X509_V_OK || X509_cmp_current_time(X509_get0_notAfter(x)) <= 0) return false;
    switch (kind) {
    case TLS_NAME_COMMON: taken = offer_common(x, take, arg); break;
    case TLS_NAME_DNS: taken = offer_others(x, GEN_DNS, take, arg); break;
    case TLS_NAME_URI: taken = offer_others(x, GEN_URI, take, arg); break;
    }
    ERR_clear_error(); /* of this thread */
    return taken;
}
