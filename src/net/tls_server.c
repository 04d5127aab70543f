/* tls_server.c: see tls_server.h.
 *
 * What is spoken: TLS 1.3 and 1.2 with forward secrecy and authenticated encryption, http/1.1 by ALPN. No renegotiation, no compression,
 * no early data (it can be replayed), no session cache (it would be a lock): resumption is by tickets. */
#include "net/tls_server.h"

#include "base/sha256.h"
#include "net/tls_tickets.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define AUTHORITIES_BYTES_MAX (1u << 20)
#define CIPHERS_1_2 "ECDHE+AESGCM:ECDHE+CHACHA20" /* those of 1.3 are all fine */

struct tls_server {
    _Atomic uint32_t refs;
    const struct tls_tickets *tickets;
    enum tls_name client_name;
    uint8_t authorities[SHA256_BYTES]; /* of the text of client_ca; zeros: none */
    uint32_t n;
    SSL_CTX *contexts[TLS_CERTIFICATES_MAX]; /* one for each certificate, otherwise the same */
};

/* ---- what OpenSSL asks ---- */

/* A client that names protocols but not this one is talking to the wrong server (RFC 7301 §3.2). */
static int on_protocols(SSL *ssl, const unsigned char **out, unsigned char *out_len, const unsigned char *in, unsigned in_len, void *arg)
{
    static const char *const known[] = {"http/1.1", "http/1.0"};
    (void)ssl;
    (void)arg;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        for (unsigned i = 0; i < in_len; i += 1u + in[i]) {
            if (in[i] != strlen(known[k]) || i + 1u + in[i] > in_len || memcmp(in + i + 1, known[k], in[i]) != 0) continue;
            *out = in + i + 1;
            *out_len = in[i];
            return SSL_TLSEXT_ERR_OK;
        }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static int on_host(SSL *ssl, int *alert, void *arg)
{
    const struct tls_server *s = arg;
    const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    (void)alert;
    for (uint32_t i = 0; name && i < s->n; i++) {
        if (X509_check_host(SSL_CTX_get0_certificate(s->contexts[i]), name, 0, 0, NULL) != 1) continue;
        (void)SSL_set_SSL_CTX(ssl, s->contexts[i]);
        break;
    }
    return SSL_TLSEXT_ERR_OK;
}

static int on_ticket(SSL *ssl, unsigned char *name, unsigned char *iv, EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac, int seal)
{
    const struct tls_server *s = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
    return (int)tls_tickets_key(s->tickets, (uint64_t)time(NULL), name, iv, cipher, mac, seal != 0);
}

/* Nobody is there who could be asked. */
static int on_passphrase(char *out, int room, int writing, void *arg)
{
    (void)out;
    (void)room;
    (void)writing;
    (void)arg;
    return -1;
}

/* ---- making one ---- */

static int refuse(char *why, size_t room, const char *what, const char *file)
{
    unsigned long error = ERR_peek_error(); /* the first one says what, those behind it where */
    const char *reason = ERR_SYSTEM_ERROR(error) ? strerror(ERR_GET_REASON(error)) : ERR_reason_error_string(error);
    (void)snprintf(why, room, "tls: %s '%s': %s", what, file, reason ? reason : "it cannot be used");
    ERR_clear_error();
    return -EINVAL;
}

static int load_certificate(SSL_CTX *ctx, const struct tls_certificate *c, char *why, size_t room)
{
    if (SSL_CTX_use_certificate_chain_file(ctx, c->chain) != 1) return refuse(why, room, "certificate", c->chain);
    if (SSL_CTX_use_PrivateKey_file(ctx, c->key, SSL_FILETYPE_PEM) != 1) return refuse(why, room, "key", c->key);
    if (SSL_CTX_check_private_key(ctx) != 1) return refuse(why, room, "key", c->key);
    return 0;
}

/* The bytes of the file, so that another one is known from it. */
static int digest_authorities(struct tls_server *s, const char *path, char *why, size_t room)
{
    char *text = malloc(AUTHORITIES_BYTES_MAX);
    FILE *f = text ? fopen(path, "re") : NULL;
    size_t n = f ? fread(text, 1, AUTHORITIES_BYTES_MAX, f) : 0;
    bool ok = n > 0 && n < AUTHORITIES_BYTES_MAX && !ferror(f);
    if (ok) sha256(&(struct slice){text, n}, 1, s->authorities);
    if (f) (void)fclose(f);
    free(text);
    if (ok) return 0;
    (void)snprintf(why, room, "tls: client_ca %s: it cannot be read, or is longer than 1 MiB", path);
    return -EINVAL;
}

static int load_authorities(SSL_CTX *ctx, const struct tls_options *o, char *why, size_t room)
{
    if (!o->client_ca) return 0;
    STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(o->client_ca);
    if (!names || SSL_CTX_load_verify_file(ctx, o->client_ca) != 1) {
        sk_X509_NAME_pop_free(names, X509_NAME_free);
        return refuse(why, room, "client_ca", o->client_ca);
    }
    SSL_CTX_set_client_CA_list(ctx, names);
    (void)SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET); /* a session that goes on would not look at the client's certificate again */
    (void)SSL_CTX_set_num_tickets(ctx, 0);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | (o->client_optional ? 0 : SSL_VERIFY_FAIL_IF_NO_PEER_CERT), NULL);
    return 0;
}

static bool settle(SSL_CTX *ctx, const struct tls_options *o, struct tls_server *s)
{
    static const unsigned char here[] = "quern"; /* a ticket of another service is not taken */
    (void)SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                       SSL_OP_PRIORITIZE_CHACHA);
    (void)SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS); /* most connections are idle */
    (void)SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    (void)SSL_CTX_set_timeout(ctx, (long)TICKETS_EPOCH_S);
    SSL_CTX_set_default_passwd_cb(ctx, on_passphrase);
    SSL_CTX_set_alpn_select_cb(ctx, on_protocols, NULL);
    (void)SSL_CTX_set_tlsext_servername_callback(ctx, on_host);
    (void)SSL_CTX_set_tlsext_servername_arg(ctx, s);
    (void)SSL_CTX_set_app_data(ctx, s);
    return SSL_CTX_set_min_proto_version(ctx, o->newest_only ? TLS1_3_VERSION : TLS1_2_VERSION) &&
           SSL_CTX_set_cipher_list(ctx, CIPHERS_1_2) && SSL_CTX_set_session_id_context(ctx, here, sizeof here - 1) &&
           SSL_CTX_set_tlsext_ticket_key_evp_cb(ctx, on_ticket);
}

static int add(struct tls_server *s, const struct tls_options *o, const struct tls_certificate *c, char *why, size_t room)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    if (!ctx) return -ENOMEM;
    s->contexts[s->n++] = ctx;
    if (!settle(ctx, o, s)) return -ENOMEM;
    int rc = load_certificate(ctx, c, why, room);
    return rc < 0 ? rc : load_authorities(ctx, o, why, room);
}

int tls_server_new(const struct tls_options *o, struct tls_server **out, char *why, size_t why_room)
{
    struct tls_server *s = calloc(1, sizeof *s);
    (void)snprintf(why, why_room, "tls: out of memory");
    if (!s) return -ENOMEM;
    ERR_clear_error();
    s->refs = 1;
    s->tickets = o->tickets;
    s->client_name = o->client_name;
    int rc = 0;
    for (uint32_t i = 0; i < o->n && rc == 0; i++) rc = add(s, o, &o->certificates[i], why, why_room);
    if (rc == 0 && o->client_ca) rc = digest_authorities(s, o->client_ca, why, why_room);
    if (rc < 0) s = tls_server_unref(s);
    *out = s;
    return rc;
}

struct tls_server *tls_server_ref(struct tls_server *s)
{
    if (s) (void)atomic_fetch_add_explicit(&s->refs, 1, memory_order_relaxed);
    return s;
}

struct tls_server *tls_server_unref(struct tls_server *s)
{
    if (!s || atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) != 1) return NULL;
    for (uint32_t i = 0; i < s->n; i++) SSL_CTX_free(s->contexts[i]);
    free(s);
    return NULL;
}

enum tls_name tls_server_client_name(const struct tls_server *s)
{
    return s->client_name;
}

bool tls_server_same_clients(const struct tls_server *a, const struct tls_server *b)
{
    return a->client_name == b->client_name && memcmp(a->authorities, b->authorities, sizeof a->authorities) == 0;
}

SSL *tls_server_accept(struct tls_server *s)
{
    SSL *ssl = SSL_new(s->contexts[0]);
    if (ssl) SSL_set_accept_state(ssl);
    return ssl;
}
